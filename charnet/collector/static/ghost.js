// A letter that is being written in the empty square, to show what the square is for: how much of it is there at a time.

/** @import { Stroke } from "../../web/ink.js" */

const SPEED = 0.0009; // sides of the square in a millisecond
const LIFT = 250; // milliseconds between two strokes

/** @type {(one: number[], other: number[]) => number} */
const distance = (one, other) => Math.hypot(other[0] - one[0], other[1] - one[1]);

/** How long a stroke takes, in milliseconds. @param {Stroke} stroke */
const timeFor = (stroke) => stroke.slice(1).reduce((sum, point, index) => sum + distance(stroke[index], point), 0) / SPEED;

/** How long the letter takes, in milliseconds. @param {Stroke[]} strokes */
export const writingTime = (strokes) =>
  strokes.reduce((sum, stroke) => sum + timeFor(stroke), 0) + LIFT * Math.max(0, strokes.length - 1);

/**
 * What is written of a letter after some milliseconds; the last point lies where the pen is.
 * @param {Stroke[]} strokes
 * @param {number} ms
 * @returns {Stroke[]}
 */
export function written(strokes, ms) {
  /** @type {Stroke[]} */
  const found = [];
  for (const stroke of strokes) {
    if (ms < 0 || !stroke.length) break;
    found.push(beginning(stroke, ms * SPEED));
    ms -= timeFor(stroke) + LIFT;
  }
  return found;
}

/**
 * @param {Stroke} stroke
 * @param {number} length - in sides of the square
 * @returns {Stroke}
 */
function beginning(stroke, length) {
  /** @type {Stroke} */
  const found = [stroke[0]];
  for (let index = 1; index < stroke.length; index += 1) {
    const [from, to] = [stroke[index - 1], stroke[index]];
    const step = distance(from, to);
    if (step > length) {
      const share = length / step;
      found.push([from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1]), to[2], to[3]]);
      return found;
    }
    found.push(to);
    length -= step;
  }
  return found;
}
