// A network with one hidden layer, unit by unit: its activations, how much each hidden unit contributes to a logit, and how
// much each pixel does.

/** @import { Spec } from "./network.js" */

/**
 * @typedef {object} Perceptron
 * @property {Spec} spec
 * @property {number} inputs
 * @property {number} hidden - how many hidden units
 * @property {Float64Array} inputWeights - (hidden, inputs), row by row
 * @property {Float64Array} outputWeights - (outputs, hidden), row by row
 * @property {number[]} hiddenBias
 * @property {number[]} outputBias
 */

/**
 * The weights in the keys of the original's JSON file.
 * @typedef {object} Weights
 * @property {[[input: number, hidden: number], weight: number][]} InputWeights
 * @property {[[hidden: number, output: number], weight: number][]} HiddenWeights
 * @property {number[]} HiddenBias
 * @property {number[]} OutputBias
 */

/**
 * What a network computes for a picture.
 * @typedef {object} Activations
 * @property {Float64Array} sums - of the hidden units, before the logistic function
 * @property {Float64Array} hidden - after it, 0 to 1
 * @property {Float64Array} logits
 * @property {Float64Array} likelihoods
 */

const logistic = (/** @type {number} */ value) => 1 / (1 + Math.exp(-value));
const sum = (/** @type {Float64Array | number[]} */ values) => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

/**
 * @param {Weights & {spec: Spec}} network
 * @returns {Perceptron}
 */
export function perceptron({ spec, InputWeights, HiddenWeights, HiddenBias, OutputBias }) {
  const [inputs, hidden] = [spec.width * spec.height, HiddenBias.length];
  const inputWeights = new Float64Array(inputs * hidden);
  const outputWeights = new Float64Array(hidden * OutputBias.length);
  for (const [[i, h], weight] of InputWeights) inputWeights[h * inputs + i] = weight;
  for (const [[h, o], weight] of HiddenWeights) outputWeights[o * hidden + h] = weight;
  return { spec, inputs, hidden, inputWeights, outputWeights, hiddenBias: HiddenBias, outputBias: OutputBias };
}

/**
 * The forward pass. The activation of a muted hidden unit is 0.
 * @param {Perceptron} net
 * @param {ArrayLike<number>} ink - framed
 * @param {Set<number>} [muted] - numbers of hidden units
 * @returns {Activations}
 */
export function forward(net, ink, muted = new Set()) {
  const sums = Float64Array.from(net.hiddenBias, (bias, h) => {
    for (let i = 0; i < net.inputs; i += 1) bias += net.inputWeights[h * net.inputs + i] * ink[i];
    return bias;
  });
  const hidden = sums.map((value, h) => (muted.has(h) ? 0 : logistic(value)));
  const logits = Float64Array.from(net.outputBias, (bias, o) => bias + sum(contributions(net, hidden, o)));
  return { sums, hidden, logits, likelihoods: logits.map(logistic) };
}

/**
 * What each hidden unit adds to an output's logit. Together with the output's bias they add up to the logit.
 * @param {Perceptron} net
 * @param {Float64Array} hidden
 * @param {number} output
 */
export function contributions(net, hidden, output) {
  return hidden.map((value, h) => value * net.outputWeights[output * net.hidden + h]);
}

/**
 * What each pixel adds to an output's logit, compared with blank paper: each unit's change is divided among the pixels in
 * proportion to what they added to its sum (the rescale rule of Shrikumar et al. 2017). It adds up exactly.
 * @param {Perceptron} net
 * @param {ArrayLike<number>} ink - framed
 * @param {number} output
 * @param {Set<number>} [muted]
 */
export function attributions(net, ink, output, muted = new Set()) {
  const { sums } = forward(net, ink);
  const multipliers = sums.map((total, h) => {
    const blank = net.hiddenBias[h];
    const slope = Math.abs(total - blank) > 1e-6
      ? (logistic(total) - logistic(blank)) / (total - blank) : logistic(blank) * (1 - logistic(blank));
    return muted.has(h) ? 0 : slope * net.outputWeights[output * net.hidden + h];
  });
  return Float64Array.from({ length: net.inputs }, (_, i) => {
    let multiplier = 0;
    for (let h = 0; h < net.hidden; h += 1) multiplier += multipliers[h] * net.inputWeights[h * net.inputs + i];
    return ink[i] * multiplier;
  });
}

/**
 * Numbers as whole hundredths, some rounded up and some down, so that they add up to their rounded sum.
 * @param {Iterable<number>} values
 */
export function hundredths(values) {
  const exact = Array.from(values, (value) => 100 * value);
  const rounded = exact.map(Math.floor);
  const order = exact.map((value, index) => [value - rounded[index], index]).sort((one, other) => other[0] - one[0]);
  const missing = Math.round(sum(exact)) - sum(rounded);
  for (const [, index] of order.slice(0, missing)) rounded[index] += 1;
  return rounded;
}
