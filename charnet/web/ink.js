// Pen strokes, lists of points [x, y, ...] in units of the drawing square's side -> their picture {data, width, height},
// 0 paper to 1 ink, and `square`: a place of the picture -> that place of the square. The same as charnet/pictures/ink.py.

import { ellipse, line } from "./brush.js";

const FINE = 10; // strokes are drawn ten times finer than the framed picture
const PEN = 1.15; // width of the pen in framed pixels
const WIDTH = 12; // the same in pixels of the drawing

export function draw(strokes, spec) {
  const side = FINE * spec.height;
  const corner = spec.framing === "corner";
  const size = [corner ? side : FINE * spec.width, side];
  const { scale, from, to } = corner ? { scale: side, from: [0, 0], to: [0, 0] } : fit(strokes, size);
  const lines = strokes.map((stroke) => stroke.map((point) => [0, 1].map((axis) => (point[axis] - from[axis]) * scale + to[axis])));
  const square = (place) => [0, 1].map((axis) => (place[axis] - to[axis]) / scale + from[axis]);
  const picture = { data: new Float32Array(size[0] * size[1]), width: size[0], height: size[1], square };
  for (const points of lines) {
    const middles = points.map(([x, y]) => [x - 0.5, y - 0.5]); // from the middle of the first pixel
    line(picture, middles, WIDTH);
    for (const [x, y] of [middles[0], middles.at(-1)]) {
      ellipse(picture, [x - WIDTH / 2, y - WIDTH / 2, x + WIDTH / 2, y + WIDTH / 2]);
    }
  }
  return picture;
}

// Centred and as large as leaves room for the pen.
function fit(strokes, size) {
  const points = strokes.flat();
  const [low, high] = [Math.min, Math.max].map((most) =>
    [0, 1].map((axis) => points.reduce((found, point) => most(found, point[axis]), points[0][axis])));
  const scale = Math.min(...[0, 1].map((axis) =>
    Math.max(1, size[axis] - FINE * (PEN + 1)) / Math.max(high[axis] - low[axis], 1e-3)));
  return { scale, from: [0, 1].map((axis) => (low[axis] + high[axis]) / 2), to: size.map((length) => length / 2) };
}
