// Ink of any size, framed: cropped, centred and reduced to the size that a network reads. The same as
// charnet/pictures/framing.py, which gives the reasons.

import { BILINEAR, LANCZOS, mixColumns, mixRows, resize, triangles } from "./resampling.js";

/** @import { Mapping, Picture } from "./ink.js" */
/** @import { Spec } from "./network.js" */

const ROUNDS = 2;
const EDGE = 0.25;
const SPREAD = 0.21;
const STEEPEST = 1;
const FLATTEST = 3;
const DUSTY = 64;
const PIXEL = 1 / 12; // variance of the position within a pixel

const { abs, hypot, max, min, sqrt } = Math;
const largest = (/** @type {Float32Array} */ values) => values.reduce((most, value) => max(most, value), -Infinity);

/**
 * Framed ink row by row, 0 to 1.
 * @param {Picture} ink
 * @param {Spec} spec
 */
export const frame = (ink, spec) => frameWithMapping(ink, spec).data;

/**
 * The same, and `toInk`, which maps positions in the framed ink to those in the ink; null where that is not known.
 * @param {Picture} ink
 * @param {Spec} spec
 */
export function frameWithMapping(ink, spec) {
  if (spec.framing === "corner") return { data: corner(ink, spec).data.map((value) => max(0, min(1, value))), toInk: null };
  const { data, toInk } = (spec.framing === "moments" ? moments : fit)(ink, spec);
  const most = largest(data);
  return { data: data.map((value) => value / most), toInk };
}

/** @typedef {{data: Float32Array, toInk: Mapping | null}} Framed */

const isFramed = (/** @type {Picture} */ ink, /** @type {Spec} */ spec) => ink.width === spec.width && ink.height === spec.height;

/** @type {(ink: Picture, spec: Spec) => Framed} */
function fit(ink, spec) {
  const margin = min(spec.width, spec.height) / 20;
  let [[top, bottom], [left, right]] = [extent(ink, "rows"), extent(ink, "columns")];
  let [y, x, scale, framed] = [0, 0, 0, ink];
  for (let round = 0; round < ROUNDS; round += 1) {
    [y, x] = [(top + bottom) / 2, (left + right) / 2];
    scale = min((spec.height - 2 * margin) / (bottom - top), (spec.width - 2 * margin) / (right - left));
    const columns = triangles(x, scale, ink.width, spec.width);
    framed = mixColumns(mixRows(ink, triangles(y, scale, ink.height, spec.height)), () => columns);
    [top, bottom] = extent(framed, "rows").map((edge) => y + (edge - spec.height / 2) / scale);
    [left, right] = extent(framed, "columns").map((edge) => x + (edge - spec.width / 2) / scale);
  }
  const shift = hypot(y - spec.height / 2, x - spec.width / 2);
  if (isFramed(ink, spec) && abs(scale - 1) < 0.15 && shift < 0.75) return { data: ink.data, toInk: null };
  const toInk = (/** @type {number[]} */ [across, down]) =>
    [x + (across - spec.width / 2) / scale, y + (down - spec.height / 2) / scale];
  return { data: framed.data, toInk };
}

/** @type {(drawn: Picture, spec: Spec) => Framed} */
function moments(drawn, spec) {
  const ink = min(drawn.width, drawn.height) >= DUSTY ? withoutDust(drawn) : drawn;
  const { middle, centre, high, slant, wide } = spread(ink);
  const { above, below, left, right } = reach(ink, middle, centre, slant);
  const margin = min(spec.width, spec.height) / 50;
  let down = min((SPREAD * spec.height) / sqrt(high), (spec.height / 2 - margin) / max(above, below));
  let across = min((SPREAD * spec.width) / sqrt(wide), (spec.width / 2 - margin) / max(left, right));
  down = min(down, FLATTEST * across);
  across = min(across, down);
  const central = hypot(middle - spec.height / 2, centre - spec.width / 2) < 0.25;
  if (isFramed(ink, spec) && central && across > 0.67 && across < 1.5) return { data: ink.data, toInk: null };
  const rows = mixRows(ink, triangles(middle, down, ink.height, spec.height));
  const axis = (/** @type {number} */ y) => centre + (slant * (y - spec.height / 2)) / down;
  const { data } = mixColumns(rows, (row) => triangles(axis(row + 0.5), across, ink.width, spec.width));
  const toInk = (/** @type {number[]} */ [x, y]) =>
    [axis(y) + (x - spec.width / 2) / across, middle + (y - spec.height / 2) / down];
  return { data, toInk };
}

/** @type {(ink: Picture) => Picture} */
function withoutDust(ink) {
  const [[top, bottom], [left, right]] = [extent(ink, "rows"), extent(ink, "columns")];
  const data = ink.data.slice();
  for (let y = 0; y < ink.height; y += 1) {
    const row = y + 0.5 > top - 1 && y + 0.5 < bottom + 1;
    for (let x = 0; x < ink.width; x += 1) {
      if (!row || x + 0.5 <= left - 1 || x + 0.5 >= right + 1) data[y * ink.width + x] = 0;
    }
  }
  return { ...ink, data };
}

/**
 * The centre of mass, the variances once the ink is upright, and its slant.
 * @param {Picture} ink
 */
function spread({ data, width, height }) {
  const [rows, columns, weighted] = [new Float64Array(height), new Float64Array(width), new Float64Array(height)];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const value = data[y * width + x];
      rows[y] += value;
      columns[x] += value;
      weighted[y] += value * (x + 0.5);
    }
  }
  /** @type {(values: Float64Array, weight?: (position: number) => number) => number} */
  const total = (values, weight = () => 1) => values.reduce((sum, value, index) => sum + value * weight(index + 0.5), 0);
  const mass = total(rows);
  const middle = total(rows, (y) => y) / mass;
  const centre = total(weighted) / mass;
  const high = total(rows, (y) => (y - middle) ** 2) / mass + PIXEL;
  const wide = total(columns, (x) => (x - centre) ** 2) / mass + PIXEL;
  const both = total(weighted, (y) => y - middle) / mass;
  const slant = max(-STEEPEST, min(STEEPEST, both / high));
  return { middle, centre, high, slant, wide: max(wide - 2 * slant * both + slant ** 2 * high, PIXEL) };
}

/**
 * How far the ink reaches from its centre of mass once it is upright.
 * @param {Picture} ink
 * @param {number} middle
 * @param {number} centre
 * @param {number} slant
 */
function reach({ data, width, height }, middle, centre, slant) {
  const edge = Math.fround(EDGE * largest(data));
  let [above, below, left, right] = [0, 0, 0, 0];
  for (let y = 0; y < height; y += 1) {
    const row = data.subarray(y * width, (y + 1) * width);
    const first = row.findIndex((value) => value >= edge);
    if (first < 0) continue;
    let end = width;
    while (row[end - 1] < edge) end -= 1;
    const dy = y + 0.5 - middle;
    const shifted = slant * dy + centre;
    [above, below] = [max(above, 0.5 - dy), max(below, 0.5 + dy)];
    [left, right] = [max(left, shifted - first), max(right, end - shifted)];
  }
  return { above, below, left, right };
}

/**
 * First and last edge of the ink, in pixels; a half covered pixel counts as half.
 * @param {Picture} ink
 * @param {"rows" | "columns"} along
 */
function extent({ data, width, height }, along) {
  const length = along === "rows" ? height : width;
  let profile = new Float32Array(length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const index = along === "rows" ? y : x;
      profile[index] = max(profile[index], data[y * width + x]);
    }
  }
  if (min(width, height) >= DUSTY) {
    const joined = profile.map((value, i, all) => min(value, max(all[i - 1] ?? 0, all[i + 1] ?? 0)));
    if (largest(joined) > 0) profile = joined;
  }
  const most = largest(profile);
  profile = profile.map((value) => value / most);
  const first = profile.findIndex((value) => value >= EDGE);
  const last = profile.findLastIndex((value) => value >= EDGE);
  const start = first + 1 - profile[first];
  return [start, max(last + profile[last], start + 0.5)];
}

/** @type {(ink: Picture, spec: Spec) => Picture} */
function corner(ink, spec) {
  if (isFramed(ink, spec)) return ink;
  const side = 10 * spec.height;
  const square = resize(ink, side, side, BILINEAR);
  const edge = Math.fround(EDGE * largest(square.data));
  const inked = (/** @type {number} */ x, /** @type {number} */ y) => square.data[y * side + x] >= edge;
  const all = Array.from({ length: side }, (_, index) => index);
  const left = all.find((x) => all.some((y) => inked(x, y))) ?? 0;
  const bottom = (all.findLast((y) => all.some((x) => inked(x, y))) ?? -1) + 1;
  const page = { data: new Float32Array(side * 10 * spec.width), width: 10 * spec.width, height: side };
  for (let y = 0; y < bottom; y += 1) {
    const row = square.data.subarray(y * side + left, y * side + min(side, left + page.width));
    page.data.set(row, (side - bottom + y) * page.width);
  }
  return resize(page, spec.width, spec.height, LANCZOS);
}
