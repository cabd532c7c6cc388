// One step of learning as a lesson: its numbers rounded so that every sum closes as it is shown.
//
// Numbers come as whole multiples of 10 ** -digits, with those digits, so that what is added up is what is shown.

import { hundredths } from "../perceptron.js";
import { number } from "../words.js";

/** @import { Perceptron } from "../perceptron.js" */
/** @import { Step } from "./one-step.js" */

/** @typedef {{digits: number, values: number[], sum: number}} Rounded - the values add up to the sum */

const SHARE_DIGITS = 4; // of shares: hundredths of a percent
const FIGURES = 4; // significant ones of the largest number
const MOST_DIGITS = 8;

/**
 * Round numbers so that they add up to their rounded sum.
 * @param {ArrayLike<number>} values
 * @param {number} [digits] - after the decimal point; without it the largest number has four significant ones
 * @returns {Rounded}
 */
export function rounded(values, digits = digitsFor(Math.max(...Array.from(values, Math.abs)))) {
  const whole = hundredths(Array.from(values, (value) => value * 10 ** (digits - 2)));
  return { digits, values: whole, sum: whole.reduce((sum, value) => sum + value, 0) };
}

/** @param {number} largest */
const digitsFor = (largest) =>
  Math.min(MOST_DIGITS, Math.max(2, FIGURES - 1 - Math.floor(Math.log10(largest || 1))));

/**
 * "+0.0123" for 123 with four digits.
 * @param {number} value
 * @param {number} digits
 */
export const signed = (value, digits) => `${value < 0 ? "−" : value > 0 ? "+" : ""}${number(Math.abs(value) / 10 ** digits, digits, false)}`;

/**
 * What each output got and was wanted to get, shares of 1 each, and its error: got less wanted.
 * @param {Step} step
 */
export function errors({ before, wanted }) {
  const [got, aim] = [rounded(before.probabilities, SHARE_DIGITS), rounded(wanted, SHARE_DIGITS)];
  const error = got.values.map((value, output) => value - aim.values[output]);
  return { digits: SHARE_DIGITS, got: got.values, wanted: aim.values, error };
}

/**
 * How the errors flow back to a hidden unit: output weight times error, summed over the outputs, is how much more loss a bit more
 * activation makes; times the slope of the logistic function it is the error of the unit's sum.
 * @param {Perceptron} net - before the step
 * @param {Step} step
 * @param {number} unit
 */
export function flowBack(net, { before, dLogits, dHidden, dSums }, unit) {
  const votes = Array.from(dLogits, (_, output) => net.outputWeights[output * net.hidden + unit]);
  const lit = before.hidden[unit];
  return {
    votes, parts: rounded(votes.map((vote, output) => vote * dLogits[output])),
    dHidden: dHidden[unit], lit, slope: lit * (1 - lit), dSum: dSums[unit],
  };
}

/**
 * What a step does to the weight between a pixel and a hidden unit: ink times the error of the unit's sum is its gradient.
 * @param {Perceptron} net - before the step
 * @param {Step} step
 * @param {ArrayLike<number>} ink
 * @param {number} unit
 * @param {number} pixel
 */
export function weightChange(net, { dSums, gradient, network }, ink, unit, pixel) {
  const at = unit * net.inputs + pixel;
  const [before, after] = [net.inputWeights[at], network.inputWeights[at]];
  const shown = rounded([before, after - before], 4);
  return {
    ink: ink[pixel], dSum: dSums[unit], gradient: gradient.inputWeights[at], before, after,
    shown: { digits: shown.digits, before: shown.values[0], change: shown.values[1], after: shown.sum },
  };
}

/**
 * Shares before and after, and their differences.
 * @param {ArrayLike<number>} before
 * @param {ArrayLike<number>} after
 */
export function change(before, after) {
  const [from, to] = [rounded(before, SHARE_DIGITS), rounded(after, SHARE_DIGITS)];
  return { digits: SHARE_DIGITS, before: from.values, after: to.values, change: to.values.map((value, output) => value - from.values[output]) };
}

/**
 * The indices of the numbers of largest magnitude, and of all others.
 * @param {ArrayLike<number>} values
 * @param {number} count
 * @param {number[]} [always] - indices that stand first
 */
export function largest(values, count, always = []) {
  const others = Array.from(values, (_, index) => index).filter((index) => !always.includes(index));
  others.sort((one, other) => Math.abs(values[other]) - Math.abs(values[one]));
  const order = [...always, ...others];
  return { shown: order.slice(0, count), rest: order.slice(count) };
}
