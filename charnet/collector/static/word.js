// Several letters drawn beside each other: the word that they make, and a box around each letter of the drawing.

import { byId, element } from "../../web/elements.js";
import { percent } from "../../web/format.js";
import { t } from "../../web/words.js";
import { on } from "./events.js";
import { makeHelp } from "./help.js";

/** @import { WordLetter } from "./responses.js" */

export function showWords() {
  const [text, boxes] = [element("p", "letters-read"), element("div", "")];
  const help = makeHelp(t("A word"), t("Strokes that stand apart from side to side are read as letters of their own. A letter with a question "
    + "mark is one that the network is not sure of. Strokes that touch, and the dot of an i, are one letter; joined-up writing is "
    + "not separated."));
  boxes.id = "boxes";
  boxes.setAttribute("aria-hidden", "true");
  byId("attributions").after(boxes);
  byId("word").append(element("div", "row-of spread", text, help.button), help.text);
  on("reading", (response) => {
    const letters = response?.word?.letters ?? [];
    byId("word").hidden = !letters.length;
    for (const id of ["seen", "doubt", "similar"]) byId(id).hidden = letters.length > 0;
    boxes.replaceChildren(...letters.map(boxOf));
    text.replaceChildren(...letters.flatMap(letterOf));
  });
}

/** @param {WordLetter} letter */
function letterOf({ label, likelihood, sure, space }) {
  const letter = element("span", sure ? "" : "doubtful", label, ...(sure ? [] : [element("sup", "", "?")]));
  letter.title = [label, percent(likelihood), sure ? "" : t("not sure")].filter(Boolean).join(", ");
  return [...(space ? [" "] : []), letter];
}

/** @param {WordLetter} letter */
function boxOf({ box, label, sure }) {
  const created = element("span", sure ? "" : "doubtful", element("b", "", sure ? label : `${label}?`));
  const [left, top, width, height] = box.map((sides) => `${100 * sides}%`);
  Object.assign(created.style, { left, top, width, height });
  return created;
}
