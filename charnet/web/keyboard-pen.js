// Drawing with the keyboard: the space bar puts the pen down or lifts it, the arrow keys move it.

/** @import { DrawingPad } from "./drawing-pad.js" */

const STEP = 0.04; // sides of the square
const SMALL_STEP = 0.01;
const ARROWS = new Map([["ArrowLeft", [-1, 0]], ["ArrowRight", [1, 0]], ["ArrowUp", [0, -1]], ["ArrowDown", [0, 1]]]);

/** @param {DrawingPad} pad */
export function addKeyboardPen(pad) {
  pad.canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS.get(event.key);
    if (event.key === " ") toggle(pad);
    else if (arrow) move(pad, arrow, event.shiftKey ? SMALL_STEP : STEP);
    else return;
    event.preventDefault();
  });
}

/** @param {DrawingPad} pad */
function toggle(pad) {
  pad.cursor ??= { x: 0.5, y: 0.5 };
  if (pad.drawing) pad.endStroke();
  else pad.beginStroke(pad.cursor.x, pad.cursor.y);
  pad.redraw();
}

/**
 * @param {DrawingPad} pad
 * @param {number[]} direction - right and down
 * @param {number} step
 */
function move(pad, [right, down], step) {
  const from = pad.cursor ?? { x: 0.5, y: 0.5 };
  const clamp = (/** @type {number} */ value) => Math.min(1, Math.max(0, value));
  pad.cursor = { x: clamp(from.x + right * step), y: clamp(from.y + down * step) };
  if (pad.drawing) pad.extendStroke(pad.cursor.x, pad.cursor.y);
  pad.redraw();
}
