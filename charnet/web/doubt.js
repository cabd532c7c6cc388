// What makes an answer doubtful, in a few words: charnet/networks/classify.py and likeness.py in JavaScript.

/** @import { Numbers } from "./network.js" */

/**
 * What the network's letters are like, see charnet/networks/likeness.py.
 * @typedef {{whitening: number[][], means: number[][], mirrored: number[][], limit: number}} Likeness
 */

/**
 * What an answer is measured by: the least confidence of a sure one and, where the network's file says it, the likeness.
 * @typedef {{sure: number, likeness: Likeness | null}} Limits
 */

const ALIKE_RATIO = 0.5; // second likelihood to the first, from which both may be meant
const MAX_LOGIT = 12;

/**
 * What the doubt is about; "" for a sure answer.
 * @param {Numbers} likelihoods - one for each label
 * @param {Limits} limits
 */
export function doubtOf(likelihoods, { sure, likeness }) {
  if (likeness && unlikeness(likelihoods, likeness) > likeness.limit) return "unlike what it learned";
  if (confidence(likelihoods) >= sure) return "";
  const [first, second] = Float64Array.from(likelihoods).sort().reverse();
  return second >= ALIKE_RATIO * first ? "two letters alike" : "not likely enough";
}

/**
 * The likelihood of the first label times its share of all likelihoods.
 * @param {Numbers} likelihoods
 */
export function confidence(likelihoods) {
  let [best, sum] = [0, 0];
  for (let index = 0; index < likelihoods.length; index += 1) {
    best = Math.max(best, likelihoods[index]);
    sum += likelihoods[index];
  }
  return sum ? (best * best) / sum : 0;
}

/**
 * How unlike the letters of its first label a picture is.
 * @param {Numbers} likelihoods
 * @param {Likeness} likeness
 */
export function unlikeness(likelihoods, { whitening, means, mirrored }) {
  const values = Array.from(likelihoods);
  const logits = values.map((value) => clamp(Math.log(value) - Math.log1p(-value)));
  const white = logits.map((_, column) => logits.reduce((sum, logit, row) => sum + logit * whitening[row][column], 0));
  const own = distance(white, means[values.indexOf(Math.max(...values))]);
  return 2 * own - (mirrored.length ? Math.min(...mirrored.map((mean) => distance(white, mean))) : 0);
}

/** @param {number} logit */
const clamp = (logit) => Math.max(-MAX_LOGIT, Math.min(MAX_LOGIT, logit));

/**
 * Squared.
 * @param {number[]} one
 * @param {number[]} other
 */
const distance = (one, other) => one.reduce((sum, value, index) => sum + (value - other[index]) ** 2, 0);
