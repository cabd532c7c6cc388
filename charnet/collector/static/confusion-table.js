// What is told of confusions: how strongly each cell is painted, and the mistakes, the most frequent first.

/** @import { Confusions } from "./responses.js" */

const FULL = 0.25; // of a letter's drawings read as one other: painted at full strength from there

/** @typedef {{label: string, read: string, count: number, of: number, right: boolean, strength: number}} Cell */

/**
 * The cells, row by row; `strength` is 0 to 1.
 * @param {Pick<Confusions, "labels" | "counts">} confusions
 * @returns {Cell[][]}
 */
export function cells({ labels, counts }) {
  return counts.map((row, is) => {
    const of = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, as) => {
      const share = count / Math.max(1, of);
      return { label: labels[is], read: labels[as], count, of, right: is === as, strength: is === as ? share : Math.min(1, share / FULL) };
    });
  });
}

/**
 * @param {Cell[][]} rows
 * @param {number} most
 */
export function worst(rows, most) {
  const wrong = rows.flat().filter(({ right, count }) => !right && count > 0);
  return wrong.sort((one, other) => other.count - one.count || other.count / other.of - one.count / one.of).slice(0, most);
}

/** @param {Cell[][]} rows */
export function total(rows) {
  const all = rows.flat();
  const sum = (/** @type {Cell[]} */ some) => some.reduce((n, { count }) => n + count, 0);
  return { right: sum(all.filter(({ right }) => right)), all: sum(all) };
}
