// What the network reads: the picture as it sees it, and the labels with their likelihoods, best first.

import { element, part, show } from "./elements.js";

const ROWS = 6; // of the ranking
const percent = (value) => `${Math.round(100 * value)} %`;

// `choose` is given where a person names the label.
export function showReading({ ranking, picture }, choose) {
  part("picture").src = picture;
  show("picture", true);
  const rows = part("ranking");
  const best = ranking.slice(0, ROWS);
  const kind = choose ? "button" : "div";
  if (rows.firstChild && !rows.firstChild.firstChild.matches(kind)) rows.replaceChildren();
  while (rows.children.length > best.length) rows.lastChild.remove();
  while (rows.children.length < best.length) {
    const inside = [element("span", ""), element("div", "bar"), element("span", "")];
    const row = element(kind, "row", ...inside);
    if (choose) row.addEventListener("click", () => choose(row.dataset.label));
    rows.append(element("li", "", row));
  }
  best.forEach(([label, likelihood], index) => {
    const row = rows.children[index].firstChild;
    row.dataset.label = label;
    row.style.setProperty("--share", likelihood);
    row.children[0].textContent = label;
    row.children[2].textContent = percent(likelihood);
    if (choose) row.setAttribute("aria-label", `Keep as ${label}, ${percent(likelihood)}`);
  });
}

export function forgetReading() {
  show("picture", false);
  part("ranking").replaceChildren();
}

export const describe = (ranking) =>
  ranking.length ? `The network reads ${ranking[0][0]} (${percent(ranking[0][1])}).` : "";
