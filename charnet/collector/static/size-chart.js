// The chart of accuracy against drawings a letter: where each point stands, and what it says.

import { percent } from "../../web/format.js";
import { number, t, tn } from "../../web/words.js";

/** @import { SizePoint } from "./responses.js" */

/**
 * Positions in a chart: each size is twice the one before, roughly, so equal steps are equal factors.
 * @param {number[]} sizes - of all points to come
 * @param {SizePoint[]} points - so far
 * @param {{left: number, right: number, top: number, bottom: number}} box
 */
export function layOut(sizes, points, { left, right, top, bottom }) {
  const [first, last] = [Math.log(sizes[0]), Math.log(sizes[sizes.length - 1])];
  const x = (/** @type {number} */ size) => left + ((Math.log(size) - first) / (last - first || 1)) * (right - left);
  const lowest = Math.min(1, ...points.map((point) => point.low));
  const floor = points.length ? Math.floor(lowest * 10) / 10 : 0;
  const y = (/** @type {number} */ share) => bottom - ((share - floor) / (1 - floor || 1)) * (bottom - top);
  return {
    floor,
    ticks: sizes.map((size) => ({ size, x: x(size) })),
    points: points.map((point) => ({
      x: x(point.size), y: y(point.right / point.held), low: y(point.low), high: y(point.high), share: point.right / point.held,
    })),
  };
}

/**
 * What the chart says, in a sentence.
 * @param {number[]} sizes
 * @param {SizePoint[]} points
 */
export function conclusion(sizes, points) {
  if (points.length < 2 || points.length < sizes.length) return "";
  const [before, all] = points.slice(-2);
  const [was, is] = [before, all].map(({ right, held }) => percent(right / held));
  const factor = number(all.size / before.size, all.size % before.size ? 1 : 0);
  const said = t("From {before} to {size} drawings a letter, {factor} times as many: {was} to {is} right.", { before: before.size, size: all.size, factor, was, is });
  if (all.low > before.high) return `${said} ${t("More drawings still help.")}`;
  const overlap = tn(all.held, "The intervals overlap, so with {n} held-out drawing the difference may be chance.", "The intervals overlap, so with {n} held-out drawings the difference may be chance.");
  return `${said} ${overlap}`;
}

/** @param {SizePoint} point */
export const describePoint = ({ size, right, held, low, high }) =>
  tn(size, "{n} drawing a letter: {percent} right, {low} to {high}", "{n} drawings a letter: {percent} right, {low} to {high}",
    { percent: percent(right / held), low: number(100 * low), high: number(100 * high) });
