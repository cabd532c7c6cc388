// Votes for each letter: a bar to the right in blue for it, one to the left in orange against it, and the number.

import { element } from "../../web/elements.js";
import { formatSigned } from "../../web/format.js";

export function makeVotes() {
  const root = element("ol", "votes");
  return {
    root,
    /** @type {(labels: string[], hundredths: number[]) => void} */
    show(labels, hundredths) {
      const largest = Math.max(1, ...hundredths.map(Math.abs));
      while (root.children.length > labels.length) root.lastElementChild?.remove();
      while (root.children.length < labels.length) root.append(element("li", "", element("b", ""), element("span", "vote"), element("span", "number")));
      labels.forEach((label, index) => {
        const item = root.children[index];
        if (!(item instanceof HTMLElement)) return;
        item.style.setProperty("--vote", String(hundredths[index] / largest));
        item.classList.toggle("against", hundredths[index] < 0);
        item.children[0].textContent = label;
        item.children[2].textContent = formatSigned(hundredths[index]);
      });
    },
  };
}
