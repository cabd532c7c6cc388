// Explanations that are shown when they are asked for.

import { element } from "../../web/elements.js";

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
