// Several letters that were drawn beside each other: the word that they make, and each letter's box on the drawing.

import { element, part } from "../../web/elements.js";
import { on } from "./news.js";
import { explained } from "./panels.js";

const percent = (value) => `${Math.round(100 * value)} %`;

export function showWords() {
  const [text, boxes] = [element("p", "letters-read"), element("div", "")];
  const why = explained("A word", "What stands apart from side to side is read letter by letter. A letter with a question mark is "
    + "one that the network is not sure of. What touches, and the dot of an i, is one letter; joined-up writing is not cut.");
  boxes.id = "boxes";
  boxes.setAttribute("aria-hidden", "true");
  part("marks").after(boxes);
  part("word").append(element("div", "row-of spread", text, why.button), why.text);
  on("reading", (answer) => {
    const word = answer?.word ?? null;
    part("word").hidden = word === null;
    for (const id of ["seen", "alike"]) part(id).hidden = word !== null;
    boxes.replaceChildren(...(word?.letters ?? []).map(boxOf));
    text.replaceChildren(...(word?.letters ?? []).flatMap(letterOf));
  });
}

function letterOf({ label, likelihood, sure, space }) {
  const letter = element("span", sure ? "" : "doubtful", label, ...(sure ? [] : [element("sup", "", "?")]));
  letter.title = `${label}, ${percent(likelihood)}${sure ? "" : ", not sure"}`;
  return [...(space ? [" "] : []), letter];
}

function boxOf({ box: [left, top, width, height], label, sure }) {
  const box = element("span", sure ? "" : "doubtful", element("b", "", sure ? label : `${label}?`));
  Object.entries({ left, top, width, height }).forEach(([name, share]) => { box.style[name] = `${100 * share}%`; });
  return box;
}
