// The dialog with a matrix of which letter is read as which. A cell opens its drawings.

import { byId, element } from "../../web/elements.js";
import { percent } from "../../web/format.js";
import { t, tn } from "../../web/words.js";
import * as api from "./api.js";
import { cells, total, worst } from "./confusion-table.js";
import { makeDialog } from "./dialogs.js";
import { on } from "./events.js";
import { sentence } from "./outcome.js";
import { select } from "./select.js";

/** @import { Cell } from "./confusion-table.js" */
/** @import { Confusions } from "./responses.js" */

const MISTAKES = 12; // that are listed below the matrix

/**
 * @param {(label: string, read: string, heldOut: boolean) => void} openDrawings
 * @returns {HTMLButtonElement} another one that opens the dialog
 */
export function mountConfusions(openDrawings) {
  const { body, toggle, whenOpen, dialog } = makeDialog("confusions", t("Confusions"), "", "");
  const scope = select("confusions-of", t("Which drawings"), [["held", t("Held out in the last training")], ["", t("All drawings")]]);
  scope.value = "held"; // the list has chosen "", the value of a list without choices
  const said = Object.assign(element("p", ""), { role: "status" });
  const matrix = Object.assign(element("div", "matrix"), { tabIndex: 0, role: "region", ariaLabel: t("Matrix of confusions") });
  const mistakes = element("div", "tools small");
  let chosen = false; // by the user
  let heldOut = true;
  let asked = 0; // requests so far

  const words = element("div", "words", element("h3", "", t("Most frequent mistakes")), mistakes, element("p", "soft small-text",
    t("A row is what was drawn, a column what the network in use reads: blue is right, red a mistake. Choose a cell to see its "
      + "drawings; there they can be moved to another letter or thrown away.")));
  body.append(element("div", "row-of", scope, said), element("div", "beside", matrix, words));
  scope.addEventListener("change", () => { chosen = true; load(); });
  whenOpen((open) => { if (open) load(); });
  on("network", () => { if (dialog.open) load(); });

  async function load() {
    const request = asked += 1;
    try {
      heldOut = scope.value === "held";
      let found = await api.confusions(heldOut);
      if (request !== asked) return; // another scope was chosen, or another network reads
      scope.options[0].disabled = !found.held_out;
      if (heldOut && !found.held_out && !chosen) {
        [scope.value, heldOut] = ["", false];
        found = await api.confusions(false);
        if (request !== asked) return;
      }
      show(found);
    } catch (error) {
      if (!api.isApiError(error)) throw error;
      said.textContent = sentence(error.message);
    }
  }

  /** @param {Confusions} found */
  function show(found) {
    const rows = cells(found);
    const { right, all } = total(rows);
    const shares = { right, percent: percent(right / all) };
    if (!all) said.textContent = t("No drawings yet.");
    else if (heldOut) said.textContent = tn(all, "{right} of {n} drawing that the last training held out: {percent} right.", "{right} of {n} drawings that the last training held out: {percent} right.", shares);
    else said.textContent = tn(all, "{right} of {n} drawing in all, those it learned from among them: {percent} right.", "{right} of {n} drawings in all, those it learned from among them: {percent} right.", shares);
    const head = element("tr", "", element("td", ""), ...found.labels.map((label) => header(label, "col")));
    const table = element("table", "", element("caption", "", t("is ↓ read as →")), element("thead", "", head),
      element("tbody", "", ...rows.map((row, index) => element("tr", "", header(found.labels[index], "row"), ...row.map(cell)))));
    matrix.replaceChildren(table);
    mistakes.replaceChildren(...worst(rows, MISTAKES).map((mistake) => {
      const button = element("button", "", `${mistake.label} → ${mistake.read} `, element("span", "soft", t("{count} of {total}", { count: mistake.count, total: mistake.of })));
      button.addEventListener("click", () => open(mistake));
      return button;
    }));
    if (all && right === all) mistakes.replaceChildren(element("p", "soft", t("None: every one of them is read right.")));
  }

  /** @param {Cell} which */
  function open({ label, read }) { openDrawings(label, read, heldOut); }

  /** @param {Cell} which */
  function cell(which) {
    const { label, read, count, right, strength } = which;
    if (!count) return element("td", "");
    const button = element("button", "", String(count));
    button.setAttribute("aria-label", t("{label} read as {read}: {count}", { label, read, count }));
    button.addEventListener("click", () => open(which));
    const place = element("td", right ? "right" : "mistake", button);
    place.style.setProperty("--strength", strength.toFixed(3));
    return place;
  }

  const opener = () => {
    const button = element("button", "", t("Confusions"));
    button.setAttribute("aria-haspopup", "dialog");
    button.addEventListener("click", () => toggle(true));
    return button;
  };
  byId("views").append(opener());
  return opener();
}

/** @type {(label: string, scope: string) => HTMLTableCellElement} */
const header = (label, scope) => Object.assign(element("th", "", label), { scope });
