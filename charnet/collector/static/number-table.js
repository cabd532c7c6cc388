// A table of letters and numbers, with a bar in each row. Its rows stay while their contents change, so that bars can move.

import { element } from "../../web/elements.js";

/** @typedef {{cells: string[], share?: number, was?: number, strong?: boolean}} NumberRow - bars from 0 to 1; `was` is marked on it */

const LEAST = 0.005; // that is marked

/** @param {string[]} headers - of the letters, the bars ("" where there are none) and the numbers */
export function makeNumberTable(headers) {
  const bars = headers[1] !== "";
  const shown = headers.filter((_, index) => index !== 1 || bars);
  const heads = shown.map((header, index) => Object.assign(element("th", bars && index === 1 ? "bars" : "", header), { scope: "col" }));
  const body = element("tbody", "");
  const root = element("table", "numbers", element("thead", "", element("tr", "", ...heads)), body);

  /** @param {number} count */
  function makeRow(count) {
    const head = Object.assign(element("th", ""), { scope: "row" });
    const bar = bars ? [element("td", "bars", element("div", "bar"))] : [];
    return element("tr", "", head, ...bar, ...Array.from({ length: count - 1 }, () => element("td", "number")));
  }

  /** @type {(row: Element, values: NumberRow) => void} */
  function fill(row, { cells, share, was, strong = false }) {
    if (!(row instanceof HTMLElement)) return;
    row.classList.toggle("strong", strong);
    const bar = row.querySelector(".bar");
    if (bar instanceof HTMLElement) {
      bar.hidden = share === undefined;
      bar.style.setProperty("--share", String(share ?? 0));
      bar.style.setProperty("--was", String(was ?? 0));
      bar.classList.toggle("marked", (was ?? 0) > LEAST);
    }
    [...row.children].filter((cell) => cell.className !== "bars").forEach((cell, index) => { cell.textContent = cells[index]; });
  }

  return {
    root,
    /** @param {NumberRow[]} rows */
    show(rows) {
      while (body.children.length > rows.length) body.lastElementChild?.remove();
      while (body.children.length < rows.length) body.append(makeRow(headers.length - 1));
      rows.forEach((row, index) => fill(body.children[index], row));
    },
  };
}
