// Panels that unfold. A module fills an empty <section id="..."> of the page with one:
//
//     const { body, whenOpen } = panel("train", "Train", "F2");
//     body.append(...);
//     whenOpen((open) => { ... });   // at once where it is open already, and whenever that changes
//
// `key` opens and closes it wherever the focus is, and is shown beside the title; choose one that types no letter.
// Whether a panel is open is remembered by the browser; `open` is how it is on the first visit.

import { element, part } from "../../web/elements.js";

const keys = new Map();

export function panel(id, title, key = "", open = false) {
  const section = part(id);
  const heading = element("h2", "", title);
  const summary = element("summary", "", heading, ...(key ? [element("kbd", "", key)] : []));
  const body = element("div", "inside");
  const details = element("details", "panel", summary, body);
  const memory = `charnet.open.${id}`;
  details.open = (localStorage.getItem(memory) ?? String(open)) === "true";
  details.addEventListener("toggle", () => localStorage.setItem(memory, String(details.open)));
  heading.id = `${id}-title`;
  section.setAttribute("aria-labelledby", heading.id);
  section.replaceChildren(details);
  const toggle = (wanted = !details.open) => {
    details.open = wanted;
    if (wanted) section.scrollIntoView({ block: "nearest" });
  };
  if (key) keys.set(key, toggle);
  const whenOpen = (act) => {
    details.addEventListener("toggle", () => act(details.open));
    if (details.open) act(true);
  };
  return { body, details, toggle, whenOpen };
}

// What a key does to the panels; null where it does nothing.
export const panelOf = (key) => (keys.has(key) ? () => keys.get(key)() : null);

// A short explanation behind a `?`, which takes no room until it is asked for.
export function explained(title, ...sentences) {
  const button = element("button", "why", "?");
  const text = element("div", "why-text soft", ...sentences.map((sentence) => element("p", "", sentence)));
  const tell = () => {
    button.setAttribute("aria-expanded", String(!text.hidden));
    button.setAttribute("aria-label", `${title}: what is this?`);
  };
  text.hidden = true;
  button.addEventListener("click", () => { text.hidden = !text.hidden; tell(); });
  tell();
  return { button, text };
}
