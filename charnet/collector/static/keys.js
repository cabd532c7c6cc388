// What each key of the page does.

import { penByKeys } from "../../web/pen.js";

export function listen(sheet, acts) {
  document.addEventListener("keydown", (event) => {
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
  if (event.ctrlKey || event.metaKey) return key.toLowerCase() === "z" && !event.shiftKey ? acts.undo : null;
  if (key === "Enter") return target.closest("button") || event.repeat ? null : acts.save;
  if (key === "Backspace") return acts.undo;
  if (key === "Escape") return acts.clear;
  if (key === "Delete") return event.repeat ? null : event.shiftKey ? acts.restore : acts.remove;
  const label = acts.labelOf(key);
  return label !== null && !event.repeat ? () => acts.name(label) : null;
}
