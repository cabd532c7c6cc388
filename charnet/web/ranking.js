// A network's answer on the page: the picture that it was given, and the most likely labels.

import { byId, element, show } from "./elements.js";
import { percent } from "./format.js";
import { translated } from "./server-words.js";
import { t } from "./words.js";

/** @import { Ranking } from "./network.js" */

/**
 * What a network makes of a picture.
 * @typedef {object} Prediction
 * @property {Ranking} ranking
 * @property {string} picture - the framed picture, as a data: URL
 * @property {string} [doubt] - why the first label can't be relied on; "" where it can
 */

const ROWS = 6; // of the ranking that are shown

/**
 * Shows the framed picture and the ranking.
 * @param {Prediction} prediction
 * @param {((label: string) => void) | null} choose - called with the label of a row that is clicked; null for rows that
 *   are no buttons
 */
export function showPrediction({ ranking, picture, doubt }, choose) {
  byId("picture", HTMLImageElement).src = picture;
  show("picture", true);
  const list = byId("ranking");
  const best = ranking.slice(0, ROWS);
  if (list.firstElementChild && isButton(list.firstElementChild) !== Boolean(choose)) list.replaceChildren();
  while (list.children.length > best.length) list.lastElementChild?.remove();
  while (list.children.length < best.length) list.append(element("li", "", newRow(choose)));
  showDoubt(doubt);
  best.forEach(([label, likelihood], index) => fillRow(list.children[index].children[0], label, likelihood));
}

/** @param {Element} item */
const isButton = (item) => item.firstElementChild instanceof HTMLButtonElement;

/** @param {((label: string) => void) | null} choose */
function newRow(choose) {
  const row = element(choose ? "button" : "div", "row", element("span", ""), " ", element("div", "bar"), " ", element("span", ""));
  if (choose) row.addEventListener("click", () => choose(row.dataset.label ?? ""));
  return row;
}

/**
 * @param {Element} row
 * @param {string} label
 * @param {number} likelihood
 */
function fillRow(row, label, likelihood) {
  if (!(row instanceof HTMLElement)) return;
  row.dataset.label = label;
  row.style.setProperty("--share", String(likelihood));
  row.children[0].textContent = label;
  row.children[2].textContent = percent(likelihood);
  if (row instanceof HTMLButtonElement) row.setAttribute("aria-label", t("Keep as {label}, {percent}", { label, percent: percent(likelihood) }));
}

/**
 * On a page that has a place for it.
 * @param {string} [doubt]
 */
function showDoubt(doubt) {
  const place = document.getElementById("doubt");
  if (place) place.textContent = doubt ? t("Not sure: {doubt}.", { doubt: translated(doubt) }) : "";
}

export function clearPrediction() {
  show("picture", false);
  showDoubt();
  byId("ranking").replaceChildren();
}

/**
 * The best label in a sentence, and the doubt in another; "" for an empty ranking.
 * @param {Ranking} ranking
 * @param {string} [doubt]
 */
export function describe(ranking, doubt) {
  if (!ranking.length) return "";
  const read = t("The network reads {label} ({percent}).", { label: ranking[0][0], percent: percent(ranking[0][1]) });
  return doubt ? `${read} ${t("Not sure: {doubt}.", { doubt: translated(doubt) })}` : read;
}
