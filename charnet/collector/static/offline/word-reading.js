// Tells a word, drawn as several letters side by side, from one letter, and reads its letters: as charnet/collector/word.py.

import { confidence } from "../../../web/doubt.js";
import { frame } from "../../../web/framing.js";
import { draw } from "../../../web/ink.js";

/** @import { Stroke } from "../../../web/ink.js" */
/** @import { Reads } from "./sample-readings.js" */

/** @typedef {[left: number, top: number, right: number, bottom: number]} Bounds */

const PEN = 0.036; // width of the line, in sides of the square
const MIN_GAP = 0.06; // of the drawing's height; strokes with a narrower gap between them are one letter
const MIN_OVERLAP = 0.35; // of the narrower stroke's width; strokes that overlap more from left to right are one letter
const [MARK_HEIGHT, MARK_WIDTH] = [0.36, 0.5]; // of the drawing's height; a smaller group is a dot or an accent, not a letter
const WORD_CONFIDENCE = 0.3; // of the confidence in the whole as one letter; the letters' mean must reach it to be a word
const SPACE = 0.6; // of the median letter's height; a wider gap is a space between two words
const MAX_STROKES = 60; // of a word

/**
 * The letters of a word from left to right; null where the strokes are one letter.
 * @param {Stroke[]} strokes
 * @param {Reads & {least: number}} network - `least` is the confidence of a sure answer
 */
export function readWord(strokes, network) {
  const groups = strokes.length > MAX_STROKES ? [] : groupStrokes(strokes);
  if (groups.length < 2) return null;
  const drawn = groups.map((group) => group.map((index) => strokes[index]));
  const [whole, ...answers] = [strokes, ...drawn].map((each) => network.read(frame(draw(each, network.spec), network.spec)));
  const sure = answers.map(({ likelihoods }) => confidence(likelihoods));
  const mean = Math.exp(sure.reduce((sum, each) => sum + Math.log(each), 0) / sure.length); // the geometric one
  if (WORD_CONFIDENCE * confidence(whole.likelihoods) > mean) return null;
  const boxes = drawn.map(boundsOf);
  const space = SPACE * median(boxes.map(([, top, , bottom]) => bottom - top));
  let end = Infinity; // of the letters so far
  const letters = boxes.map(([left, top, right, bottom], index) => {
    const { labels, likelihoods } = answers[index];
    const best = Array.from(likelihoods).indexOf(Math.max(...Array.from(likelihoods)));
    const apart = left - end > space;
    end = index ? Math.max(right, end) : right;
    return {
      box: [left, top, right - left, bottom - top], label: labels[best], likelihood: likelihoods[best],
      sure: sure[index] >= network.least, space: apart,
    };
  });
  return { text: letters.map(({ label, space: before }) => (before ? " " : "") + label).join(""), letters };
}

/**
 * Groups of strokes, by their indices, one group a letter, from left to right. Starts with one group for each stroke, and merges
 * the closest two that belong together until none do.
 * @param {Stroke[]} strokes
 */
export function groupStrokes(strokes) {
  const [, top, , bottom] = boundsOf(strokes);
  const groups = strokes.map((_, index) => [index]);
  const boundsOfGroup = (/** @type {number[]} */ group) => boundsOf(group.map((index) => strokes[index]));
  for (;;) {
    const pair = closestPair(groups.map(boundsOfGroup), bottom - top);
    if (!pair) break;
    groups[pair[0]].push(...groups.splice(pair[1], 1)[0]);
  }
  const sorted = groups.map((group) => group.sort((one, other) => one - other));
  return sorted.sort((one, other) => boundsOfGroup(one)[0] - boundsOfGroup(other)[0]);
}

/**
 * The two groups with the smallest gap among those that are one letter; null where there are none.
 * @param {Bounds[]} boxes
 * @param {number} height
 */
function closestPair(boxes, height) {
  /** @type {[gap: number, first: number, second: number][]} */
  const found = [];
  boxes.forEach(([otherLeft, , otherRight], second) => boxes.slice(0, second).forEach(([left, , right], first) => {
    const gap = Math.max(left, otherLeft) - Math.min(right, otherRight); // negative where they overlap
    const overlap = -gap > MIN_OVERLAP * Math.min(right - left, otherRight - otherLeft);
    if (gap < MIN_GAP * height || overlap || isMark(boxes[first], height) || isMark(boxes[second], height)) {
      found.push([gap, first, second]);
    }
  }));
  found.sort((one, other) => one[0] - other[0] || one[1] - other[1] || one[2] - other[2]);
  return found.length ? found[0].slice(1) : null;
}

/** @type {(bounds: Bounds, height: number) => boolean} */
const isMark = ([left, top, right, bottom], height) => bottom - top < MARK_HEIGHT * height && right - left < MARK_WIDTH * height;

/**
 * With the width of the pen.
 * @param {Stroke[]} strokes
 * @returns {Bounds}
 */
function boundsOf(strokes) {
  const [x, y] = [0, 1].map((axis) => strokes.flat().map((point) => point[axis]));
  const half = PEN / 2;
  return [Math.min(...x) - half, Math.min(...y) - half, Math.max(...x) + half, Math.max(...y) + half];
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}
