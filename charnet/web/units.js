// What one hidden unit looks for and says: how strongly its weights are shown, which labels it speaks for and against, and
// what the ink makes of it.

import { contributions, hundredths } from "./perceptron.js";

/** @import { Perceptron } from "./perceptron.js" */

const FULL = 0.97; // quantile of a unit's absolute weights that gets full colour, as in hidden.png
const VOICES = 3; // labels that are named as those that a unit speaks for, and against

/** @type {(net: Perceptron, unit: number) => Float64Array} */
export const weightsOf = ({ inputWeights, inputs }, unit) => inputWeights.subarray(unit * inputs, (unit + 1) * inputs);

/**
 * The magnitude that is painted at full strength: larger weights are no stronger. It is interpolated as NumPy does.
 * @param {Float64Array} weights - of one unit
 */
export function largeWeight(weights) {
  const sorted = weights.map(Math.abs).sort();
  const at = FULL * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (at - Math.floor(at)) * (high - low) || 1;
}

/**
 * The labels that a unit speaks for most when it is excited, and those that it speaks against most.
 * @param {Perceptron} net
 * @param {number} unit
 * @returns {{speaksFor: string[], against: string[]}}
 */
export function voices(net, unit) {
  const votes = net.spec.labels.map((label, output) => ({ label, vote: net.outputWeights[output * net.hidden + unit] }));
  votes.sort((one, other) => other.vote - one.vote);
  const labels = (/** @type {typeof votes} */ some) => some.slice(0, VOICES).map(({ label }) => label);
  return {
    speaksFor: labels(votes.filter(({ vote }) => vote > 0)),
    against: labels(votes.filter(({ vote }) => vote < 0).reverse()),
  };
}

/**
 * What the ink makes of a unit: each pixel's weight times its ink; those above 0, those below 0 and the bias add up to the
 * unit's sum, also as they are shown, in hundredths.
 * @param {Perceptron} net
 * @param {ArrayLike<number>} ink - framed
 * @param {number} unit
 */
export function excitation(net, ink, unit) {
  const parts = weightsOf(net, unit).map((weight, pixel) => weight * ink[pixel]);
  const total = (/** @type {(part: number) => number} */ some) => parts.reduce((sum, part) => sum + some(part), 0);
  const [excites, inhibits, bias] = hundredths([total((part) => Math.max(part, 0)), total((part) => Math.min(part, 0)),
    net.hiddenBias[unit]]);
  return { parts, shown: { excites, inhibits, bias, sum: excites + inhibits + bias } };
}

/**
 * What each hidden unit and, last, the bias adds to an output's logit, in hundredths that add up.
 * @param {Perceptron} net
 * @param {Float64Array} hidden
 * @param {number} output
 */
export const shownTerms = (net, hidden, output) => hundredths([...contributions(net, hidden, output), net.outputBias[output]]);
