// The lines that were read in a picture of several letters, in place of the ranking of one.

import { byId, element } from "../../web/elements.js";
import { percent } from "../../web/format.js";
import { t } from "../../web/words.js";
import { on } from "./events.js";
import { makeHelp } from "./help.js";
import { capitalized } from "./picture-outcome.js";

/** @import { TextWord } from "./text-outcome.js" */

export function showHandwriting() {
  const [lines, notes] = [element("div", "lines-read"), element("p", "soft small-text")];
  const help = makeHelp(t("Several letters"), t("Words and lines are read by another network, called line, which learned handwriting of many people. A word with a question mark is one that it is not sure of. Cut out one letter to have your own network read it."));
  const section = element("div", "", element("div", "row-of spread", lines, help.button), help.text, notes);
  section.id = "handwriting";
  section.hidden = true;
  byId("word").after(section);
  on("text", (found) => {
    section.hidden = !found;
    lines.replaceChildren(...(found?.lines ?? []).map((line) => element("p", "", ...line.words.flatMap(wordOf))));
    notes.textContent = (found?.notes ?? []).map((note) => `${capitalized(note)}.`).join(" ");
    notes.hidden = !found?.notes.length;
  });
}

/**
 * @param {TextWord} word
 * @param {number} index - in its line
 */
function wordOf({ text, confidence, sure }, index) {
  const word = element("span", sure ? "" : "doubtful", text, ...(sure ? [] : [element("sup", "", "?")]));
  word.title = sure ? `${text}, ${percent(confidence)}` : t("{text}, {percent}, not sure", { text, percent: percent(confidence) });
  return [...(index ? [" "] : []), word];
}
