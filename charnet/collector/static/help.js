// Explanations that are shown when they are asked for.

import { element } from "../../web/elements.js";
import { t } from "../../web/words.js";

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
    button.setAttribute("aria-label", t("{title}: what is this?", { title }));
  };
  text.hidden = true;
  button.addEventListener("click", () => { text.hidden = !text.hidden; update(); });
  update();
  return { button, text };
}

/**
 * Puts a `?` button at the end of a heading's row, and its explanation below.
 * @param {HTMLElement} row
 * @param {string} title
 * @param {...string} paragraphs
 */
export function addHelp(row, title, ...paragraphs) {
  const { button, text } = makeHelp(title, ...paragraphs);
  row.append(button);
  row.after(text);
}
