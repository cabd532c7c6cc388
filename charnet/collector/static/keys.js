// What each key of the page does.

import { penByKeys } from "../../web/pen.js";
import { panelOf } from "./panels.js";

const FIELDS = "input:not([type=checkbox], [type=radio]), select, textarea";

export function listen(sheet, acts) {
  document.addEventListener("keydown", (event) => {
    // What is typed into a field, and what a panel has a use for, is not meant for the drawing.
    if (event.defaultPrevented || (event.target.closest(FIELDS) && !panelOf(event.key))) return;
    const act = find(event, acts);
    if (!act) return;
    event.preventDefault();
    act();
  });
  penByKeys(sheet);
}

function find(event, acts) {
  const { key, target } = event;
  if (event.altKey || event.isComposing) return null;
  if (panelOf(key)) return event.repeat ? null : panelOf(key);
  if (event.ctrlKey || event.metaKey) return key.toLowerCase() === "z" && !event.shiftKey ? acts.undo : null;
  if (key === "Enter") return target.closest("a, button, summary") || event.repeat ? null : acts.save;
  if (key === "Backspace") return acts.undo;
  if (key === "Escape") return acts.clear;
  if (key === "Delete") return event.repeat ? null : event.shiftKey ? acts.restore : acts.remove;
  const label = acts.labelOf(key);
  if (label !== null) return event.repeat ? null : () => acts.name(label);
  return [...key].length === 1 && key !== " " ? acts.unknown(key) : null;
}
