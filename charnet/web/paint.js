// How the drawing square is painted: guide lines, an example, the drawing, and the keyboard's pen.

import { context2d } from "./elements.js";

/** @import { Point, Stroke } from "./ink.js" */

const BASELINE = 0.72; // the style sheet puts the names of both lines beside them
const X_HEIGHT = 0.38;
const CAPITAL_HEIGHT = 0.04;
export const PEN = 0.036; // width of the line, in sides of the square

/**
 * @typedef {object} Scene
 * @property {Stroke[]} strokes - the drawing
 * @property {Stroke[]} pending - a drawing that is being saved, pale
 * @property {Stroke[]} example - shown, paler still, while there is no drawing
 * @property {Stroke[]} ghost - over the example, darker
 * @property {boolean} [tall] - whether what is drawn is a capital or a digit, which has another height
 * @property {{x: number, y: number} | null} cursor - the keyboard's pen
 * @property {boolean} drawing - whether a stroke is being drawn
 */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Scene} scene
 */
export function paint(canvas, { strokes, pending, example, ghost, tall, cursor, drawing }) {
  const { width } = canvas.getBoundingClientRect();
  const side = Math.round(width * devicePixelRatio);
  if (canvas.width !== side) canvas.width = canvas.height = side;
  const style = getComputedStyle(canvas);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const context = context2d(canvas);
  context.setTransform(side, 0, 0, side, 0, 0); // from here on in sides of the square
  context.clearRect(0, 0, 1, 1);
  context.strokeStyle = colour("--guide");
  context.lineWidth = 1.5 / width;
  guide(context, BASELINE, []);
  guide(context, tall ? CAPITAL_HEIGHT : X_HEIGHT, [0.012, 0.012]);
  context.setLineDash([]);
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = PEN;
  if (!strokes.length && !pending.length) {
    context.strokeStyle = colour("--example");
    example.forEach((stroke) => trace(context, stroke));
    context.strokeStyle = colour("--guide");
    ghost.forEach((stroke) => trace(context, stroke));
  }
  context.strokeStyle = colour("--guide");
  pending.forEach((stroke) => trace(context, stroke));
  context.strokeStyle = colour("--ink");
  strokes.forEach((stroke) => trace(context, stroke));
  if (!cursor || document.activeElement !== canvas) return;
  context.lineWidth = 2.5 / width;
  context.strokeStyle = colour("--accent");
  context.beginPath();
  context.arc(cursor.x, cursor.y, drawing ? PEN / 2 : PEN, 0, 7);
  context.stroke();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} y
 * @param {number[]} dash
 */
function guide(context, y, dash) {
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(0.04, y);
  context.lineTo(0.96, y);
  context.stroke();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Point[]} stroke
 */
function trace(context, stroke) {
  if (!stroke.length) return;
  context.beginPath();
  context.moveTo(stroke[0][0], stroke[0][1]);
  stroke.forEach(([x, y]) => context.lineTo(x, y)); // a single point is drawn too: a line has round ends
  context.stroke();
}
