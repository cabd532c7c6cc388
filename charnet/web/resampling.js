// Pictures resampled to other sizes: by a triangle filter around any centre, and as Pillow resizes.

/** @import { Picture } from "./ink.js" */

/** @typedef {{first: number, weights: Float32Array | Float64Array}} Taps - old pixels, from `first` on, weighted for a new one */

/** @typedef {{support: number, value: (x: number) => number}} Filter */

/**
 * The taps of each of `size` new pixels. `centre`, a position in the old ones, becomes the middle of the new ones; the filter
 * is as wide as a pixel of the coarser of the two grids.
 * @param {number} centre
 * @param {number} scale
 * @param {number} length
 * @param {number} size
 * @returns {Taps[]}
 */
export function triangles(centre, scale, length, size) {
  const reach = Math.max(1, 1 / scale);
  return Array.from({ length: size }, (_, index) => {
    const position = centre + (index + 0.5 - size / 2) / scale;
    const first = Math.min(length, Math.max(0, Math.floor(position - reach)));
    const end = Math.max(first, Math.min(length, Math.ceil(position + reach)));
    const weights = new Float64Array(end - first);
    for (let i = first; i < end; i += 1) {
      weights[i - first] = Math.max(0, 1 - Math.abs(i + 0.5 - position) / reach) / reach;
    }
    return { first, weights };
  });
}

/**
 * Each new row is a weighted sum of old ones.
 * @param {Picture} picture
 * @param {Taps[]} taps - of each new row
 */
export function mixRows({ data, width }, taps) {
  const mixed = { data: new Float32Array(taps.length * width), width, height: taps.length };
  const sums = new Float64Array(width);
  taps.forEach(({ first, weights }, row) => {
    sums.fill(0);
    weights.forEach((weight, index) => {
      const from = (first + index) * width;
      for (let x = 0; x < width; x += 1) sums[x] += weight * data[from + x];
    });
    mixed.data.set(sums, row * width);
  });
  return mixed;
}

/**
 * Each new column is a weighted sum of old ones, in every row by taps of its own.
 * @param {Picture} picture
 * @param {(row: number) => Taps[]} tapsOf
 */
export function mixColumns({ data, width, height }, tapsOf) {
  const wide = tapsOf(0).length;
  const mixed = { data: new Float32Array(wide * height), width: wide, height };
  for (let y = 0; y < height; y += 1) {
    tapsOf(y).forEach(({ first, weights }, column) => {
      let sum = 0;
      for (let i = 0; i < weights.length; i += 1) sum += weights[i] * data[y * width + first + i];
      mixed.data[y * wide + column] = sum;
    });
  }
  return mixed;
}

const sinc = (/** @type {number} */ x) => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));
/** @type {Filter} */
export const BILINEAR = { support: 1, value: (x) => Math.max(0, 1 - Math.abs(x)) };
/** @type {Filter} */
export const LANCZOS = { support: 3, value: (x) => (-3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0) };

/**
 * As Pillow's Image.resize of a picture of floats: columns first, then rows.
 * @param {Picture} picture
 * @param {number} width
 * @param {number} height
 * @param {Filter} filter
 */
export function resize(picture, width, height, filter) {
  const columns = width === picture.width ? null : tapsFor(picture.width, width, filter);
  const across = columns ? mixColumns(picture, () => columns) : picture;
  return height === picture.height ? across : mixRows(across, tapsFor(picture.height, height, filter));
}

/**
 * @param {number} length
 * @param {number} size
 * @param {Filter} filter
 * @returns {Taps[]}
 */
function tapsFor(length, size, filter) {
  const scale = length / size;
  const stretch = Math.max(scale, 1);
  const support = filter.support * stretch;
  return Array.from({ length: size }, (_, index) => {
    const centre = (index + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(length, Math.trunc(centre + support + 0.5));
    const weights = Float64Array.from({ length: end - first }, (_, i) => filter.value((i + first - centre + 0.5) / stretch));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: sum === 0 ? weights : weights.map((weight) => weight / sum) };
  });
}
