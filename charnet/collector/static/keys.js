// Everything without a mouse: what each key does, and a pen that the arrow keys move.

const STEP = 0.04; // sides of the square
const SMALL_STEP = 0.01;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function listen(sheet, acts) {
  document.addEventListener("keydown", (event) => {
    const act = find(event, acts);
    if (!act) return;
    event.preventDefault();
    act();
  });
  sheet.canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " ") pen(sheet);
    else if (event.key in ARROWS) move(sheet, ARROWS[event.key], event.shiftKey ? SMALL_STEP : STEP);
    else return;
    event.preventDefault();
  });
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

function pen(sheet) {
  sheet.cursor ??= { x: 0.5, y: 0.5 };
  if (sheet.drawing) sheet.end();
  else sheet.begin(sheet.cursor.x, sheet.cursor.y);
  sheet.redraw();
}

function move(sheet, [across, down], step) {
  const from = sheet.cursor ?? { x: 0.5, y: 0.5 };
  const clamp = (value) => Math.min(1, Math.max(0, value));
  sheet.cursor = { x: clamp(from.x + across * step), y: clamp(from.y + down * step) };
  if (sheet.drawing) sheet.extend(sheet.cursor.x, sheet.cursor.y);
  sheet.redraw();
}
