// Panels that unfold. Each fills an empty <section id="..."> of the page:
//
//     const { body, whenOpen } = makePanel("train", "Train", "F2");
//     body.append(...);
//     whenOpen((open) => { ... });   // at once where it is open already, and whenever that changes
//
// The browser remembers which panels are open.

import { byId, element } from "../../web/elements.js";
import { memory } from "./memory.js";

/** @type {Map<string, () => void>} what toggles a panel, by key */
const toggles = new Map();

/**
 * @param {string} id - of the section
 * @param {string} title
 * @param {string} [key] - opens and closes it wherever the focus is, and is shown beside the title; one that types nothing
 * @param {boolean} [open] - whether it is open on the first visit
 */
export function makePanel(id, title, key = "", open = false) {
  const section = byId(id);
  const heading = element("h2", "", title);
  const summary = element("summary", "", heading, ...(key ? [element("kbd", "", key)] : []));
  const body = element("div", "inside");
  const details = element("details", "panel", summary, body);
  const storageKey = `charnet.open.${id}`;
  details.open = (memory.get(storageKey) ?? String(open)) === "true";
  details.addEventListener("toggle", () => memory.set(storageKey, String(details.open)));
  heading.id = `${id}-title`;
  section.setAttribute("aria-labelledby", heading.id);
  section.replaceChildren(details);
  const toggle = (wanted = !details.open) => {
    details.open = wanted;
    if (wanted) section.scrollIntoView({ block: "nearest" });
  };
  if (key) toggles.set(key, () => toggle());
  const whenOpen = (/** @type {(open: boolean) => void} */ listener) => {
    details.addEventListener("toggle", () => listener(details.open));
    if (details.open) listener(true);
  };
  return { body, details, summary, toggle, whenOpen };
}

/** What toggles the panel of a key; null where no panel has that key. */
export const panelToggle = (/** @type {string} */ key) => toggles.get(key) ?? null;

/**
 * A `?` button, and the explanation that it shows and hides.
 * @param {string} title
 * @param {...string} paragraphs
 */
export function makeHelp(title, ...paragraphs) {
  const button = element("button", "why", "?");
  const text = element("div", "why-text soft", ...paragraphs.map((paragraph) => element("p", "", paragraph)));
  const update = () => {
    button.setAttribute("aria-expanded", String(!text.hidden));
    button.setAttribute("aria-label", `${title}: what is this?`);
  };
  text.hidden = true;
  button.addEventListener("click", () => { text.hidden = !text.hidden; update(); });
  update();
  return { button, text };
}
