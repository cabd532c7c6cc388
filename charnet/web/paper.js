// Grey levels as ink: light on dark inverted, shaded paper levelled. The same as charnet/pictures/paper.py, which gives the
// reasons.

/** @import { Picture } from "./ink.js" */
/** @import { Grey } from "./picture.js" */

const BLANK = 0.1;
const GRAIN = 6; // levels
const ALONE = 0.6;
const SPIKE = 0.4;
const MIN_PAPER_SHARE = 0.25;
const MAX_TILES = 12; // along each side
const DARKEST = Math.fround(1 / 255);

const single = Math.fround;
const lowest = (/** @type {Float32Array} */ values) => values.reduce((found, value) => Math.min(found, value), Infinity);
const highest = (/** @type {Float32Array} */ values) => values.reduce((found, value) => Math.max(found, value), -Infinity);

/**
 * 0 on paper to 1 for black; null where nothing is drawn.
 * @param {Grey} grey
 * @returns {Picture | null}
 */
export function toInk(grey) {
  const { width, height } = grey;
  let levels = grey.data;
  let light = Float32Array.from(levels, (value) => value / 255);
  if (looksDark(light, width, height)) {
    levels = levels.map((value) => 255 - value);
    light = light.map((value) => 1 - value);
  }
  const paper = Math.max(single(commonestBright(levels) / 255), DARKEST);
  let data = light.map((value) => Math.max(0, 1 - single(value / paper)));
  if (Math.min(width, height) >= 3 && !isEven(grey.data)) data = level(light, width, height);
  return highest(data) - lowest(data) < BLANK ? null : { data, width, height };
}

/**
 * @param {Float32Array} light
 * @param {number} width
 * @param {number} height
 */
function looksDark(light, width, height) {
  const middle = single((lowest(light) + highest(light)) / 2);
  const darkAmong = (/** @type {Float32Array} */ values) =>
    values.reduce((sum, value) => sum + Number(value < middle), 0) / values.length;
  const rows = Array.from({ length: width }, (_, x) => [x, (height - 1) * width + x]);
  const columns = Array.from({ length: height }, (_, y) => [y * width, y * width + width - 1]);
  const border = Float32Array.from([...rows, ...columns].flat(), (index) => light[index]);
  return darkAmong(light) + darkAmong(border) > 1;
}

/**
 * The commonest level of the brighter half, if it is common; else the brightest.
 * @param {Uint8Array} levels
 */
function commonestBright(levels) {
  const [least, most] = levels.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [255, 0]);
  const bright = levels.filter((value) => value >= (least + most) / 2);
  const counts = new Uint32Array(256);
  for (const value of bright) counts[value] += 1;
  const common = Math.max(...counts);
  return common > MIN_PAPER_SHARE * bright.length ? counts.indexOf(common) : most;
}

/**
 * Whether the paper is without grain: its level, the commonest, is so by far.
 * @param {Uint8Array} levels
 */
function isEven(levels) {
  const counts = new Uint32Array(256);
  for (const value of levels) counts[value] += 1;
  const commonest = counts.indexOf(Math.max(...counts));
  const near = counts.slice(Math.max(0, commonest - GRAIN), commonest + GRAIN + 1).sort().reverse();
  const all = near.reduce((sum, count) => sum + count, 0);
  return near[0] > ALONE * all && near[1] < SPIKE * near[0];
}

/**
 * @param {Float32Array} light
 * @param {number} width
 * @param {number} height
 */
function level(light, width, height) {
  const step = Math.max(1, Math.floor(Math.min(width, height) / 240));
  const grid = Math.min(MAX_TILES, Math.max(3, Math.floor(Math.min(width, height) / 5)));
  const fit = surface(sampled(light, width, height, step), grid);
  const data = new Float32Array(light.length);
  for (let y = 0; y < height; y += 1) {
    const [a, b, c] = alongRow(fit, ((y + 0.5) / height) * 2 - 1);
    for (let x = 0; x < width; x += 1) {
      const position = ((x + 0.5) / width) * 2 - 1;
      const paper = Math.max(single(a + b * position + c * position * position), DARKEST);
      data[y * width + x] = 1 - single(light[y * width + x] / paper);
    }
  }
  const { data: sample } = sampled(data, width, height, step);
  const noise = Math.min(0.5, 5 * 1.4826 * percentile(sample.map(Math.abs), 50));
  return data.map((value) => Math.max(0, Math.min(1, (value - noise) / (1 - noise))));
}

/**
 * Every `step`th pixel of every `step`th row.
 * @param {Float32Array} data
 * @param {number} width
 * @param {number} height
 * @param {number} step
 * @returns {Picture}
 */
function sampled(data, width, height, step) {
  const [wide, high] = [Math.ceil(width / step), Math.ceil(height / step)];
  const sample = new Float32Array(wide * high);
  for (let i = 0; i < sample.length; i += 1) sample[i] = data[Math.floor(i / wide) * step * width + (i % wide) * step];
  return { data: sample, width: wide, height: high };
}

/**
 * The coefficients of a quadratic surface through the bright pixels of grid x grid tiles, fitted several times, with less
 * weight on tiles far from it.
 * @param {Picture} sample
 * @param {number} grid
 */
function surface(sample, grid) {
  const centre = (/** @type {number} */ index) => ((index + 0.5) / grid) * 2 - 1;
  const [rows, columns] = [edges(sample.height, grid), edges(sample.width, grid)];
  const tiles = Array.from({ length: grid * grid }, (_, index) => {
    const [row, column] = [Math.floor(index / grid), index % grid];
    /** @type {number[]} */
    const tile = [];
    for (let y = rows[row]; y < rows[row + 1]; y += 1) {
      tile.push(...sample.data.subarray(y * sample.width + columns[column], y * sample.width + columns[column + 1]));
    }
    return { terms: quadratic(centre(column), centre(row)), bright: percentile(Float32Array.from(tile), 80), weight: 1 };
  });
  let fit = leastSquares(tiles);
  for (let round = 1; round < 10; round += 1) {
    for (const tile of tiles) tile.weight = 1 / (1 + Math.abs(dot(tile.terms, fit) - tile.bright) / 0.02);
    fit = leastSquares(tiles);
  }
  return fit;
}

const quadratic = (/** @type {number} */ x, /** @type {number} */ y) => [1, x, y, x * x, x * y, y * y];
const alongRow = (/** @type {number[]} */ fit, /** @type {number} */ y) =>
  [fit[0] + fit[2] * y + fit[5] * y * y, fit[1] + fit[4] * y, fit[3]];
const dot = (/** @type {number[]} */ a, /** @type {number[]} */ b) =>
  a.reduce((sum, value, index) => sum + value * b[index], 0);

/**
 * Where each of `grid` parts begins, and the last one ends; they differ by one pixel at most, the larger ones come first.
 * @param {number} length
 * @param {number} grid
 */
function edges(length, grid) {
  const [each, more] = [Math.floor(length / grid), length % grid];
  return Array.from({ length: grid + 1 }, (_, index) => index * each + Math.min(index, more));
}

/**
 * @param {Float32Array} values - sorted in place
 * @param {number} percent
 */
function percentile(values, percent) {
  const sorted = values.sort();
  const position = ((sorted.length - 1) * percent) / 100;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/**
 * Weighted least squares by the normal equations and Gaussian elimination: six unknowns, well conditioned.
 * @param {{terms: number[], bright: number, weight: number}[]} tiles
 */
function leastSquares(tiles) {
  const size = tiles[0].terms.length;
  const table = Array.from({ length: size }, (_, row) => Array.from({ length: size + 1 }, (_, column) =>
    tiles.reduce((sum, { terms, bright, weight }) => sum + weight ** 2 * terms[row] * (terms[column] ?? bright), 0)));
  for (let pivot = 0; pivot < size; pivot += 1) {
    const best = table.slice(pivot).reduce((found, row) => (Math.abs(row[pivot]) > Math.abs(found[pivot]) ? row : found));
    const swapped = table.indexOf(best);
    [table[pivot], table[swapped]] = [table[swapped], table[pivot]];
    for (const row of table) {
      if (row === table[pivot]) continue;
      const factor = row[pivot] / table[pivot][pivot];
      for (let column = pivot; column <= size; column += 1) row[column] -= factor * table[pivot][column];
    }
  }
  return table.map((row, index) => row[size] / row[index]);
}
