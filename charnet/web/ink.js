// Pen strokes drawn as a picture. The same as charnet/pictures/ink.py.

import { ellipse, line } from "./brush.js";

/** @import { Spec } from "./network.js" */

/** @typedef {number[]} Point - x (right) and y (down) in sides of the drawing square, and perhaps milliseconds and pressure */
/** @typedef {Point[]} Stroke */

/**
 * Ink row by row, 0 paper to 1 ink.
 * @typedef {object} Picture
 * @property {Float32Array} data
 * @property {number} width
 * @property {number} height
 */

/** @typedef {(position: number[]) => number[]} Mapping - from a position [x, y] in one picture to that in another */

const OVERSAMPLING = 10; // pixels of the drawing, along each side, for one of the framed picture
const PEN = 1.15; // width of the pen in framed pixels
const WIDTH = 12; // the same in pixels of the drawing

/**
 * The picture of a drawing, and `toSquare`, which maps positions in it to those in the drawing square.
 * @param {Stroke[]} strokes
 * @param {Spec} spec
 * @returns {Picture & {toSquare: Mapping}}
 */
export function draw(strokes, spec) {
  const side = OVERSAMPLING * spec.height;
  const corner = spec.framing === "corner";
  const size = [corner ? side : OVERSAMPLING * spec.width, side];
  const { scale, from, to } = corner ? { scale: side, from: [0, 0], to: [0, 0] } : fit(strokes, size);
  const lines = strokes.map((stroke) => stroke.map((point) => [0, 1].map((axis) => (point[axis] - from[axis]) * scale + to[axis])));
  const toSquare = (/** @type {number[]} */ position) => [0, 1].map((axis) => (position[axis] - to[axis]) / scale + from[axis]);
  const picture = { data: new Float32Array(size[0] * size[1]), width: size[0], height: size[1], toSquare };
  for (const points of lines) {
    const middles = points.map(([x, y]) => [x - 0.5, y - 0.5]); // from the middle of the first pixel
    line(picture, middles, WIDTH);
    for (const [x, y] of [middles[0], middles[middles.length - 1]]) {
      ellipse(picture, [x - WIDTH / 2, y - WIDTH / 2, x + WIDTH / 2, y + WIDTH / 2]);
    }
  }
  return picture;
}

/**
 * The drawing centred, and as large as leaves room for the pen.
 * @param {Stroke[]} strokes
 * @param {number[]} size
 */
function fit(strokes, size) {
  const points = strokes.flat();
  const [low, high] = [Math.min, Math.max].map((extreme) =>
    [0, 1].map((axis) => points.reduce((found, point) => extreme(found, point[axis]), points[0][axis])));
  const scale = Math.min(...[0, 1].map((axis) =>
    Math.max(1, size[axis] - OVERSAMPLING * (PEN + 1)) / Math.max(high[axis] - low[axis], 1e-3)));
  return { scale, from: [0, 1].map((axis) => (low[axis] + high[axis]) / 2), to: size.map((length) => length / 2) };
}
