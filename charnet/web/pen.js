// Drawing without a mouse: the space bar puts the pen down or lifts it, the arrow keys move it.

const STEP = 0.04; // sides of the square
const SMALL_STEP = 0.01;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function penByKeys(sheet) {
  sheet.canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " ") press(sheet);
    else if (event.key in ARROWS) move(sheet, ARROWS[event.key], event.shiftKey ? SMALL_STEP : STEP);
    else return;
    event.preventDefault();
  });
}

function press(sheet) {
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
