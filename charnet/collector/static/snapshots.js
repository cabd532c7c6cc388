// A network as a training sent it after an epoch: unpacked, and how it reads a drawing.

import { rank } from "../../web/network.js";
import { forward } from "../../web/perceptron.js";

/** @import { Ranking, Spec } from "../../web/network.js" */
/** @import { Perceptron } from "../../web/perceptron.js" */
/** @import { Snapshot } from "./responses.js" */

/** @type {(snapshot: Snapshot, spec: Spec) => Perceptron} */
export function unpack({ weights, scale, hidden_bias: hiddenBias, output_weight: rows, output_bias: outputBias }, spec) {
  const bytes = Int8Array.from(atob(weights), (character) => character.charCodeAt(0));
  return {
    spec, inputs: spec.width * spec.height, hidden: hiddenBias.length, hiddenBias, outputBias,
    inputWeights: Float64Array.from(bytes, (value) => (value * scale) / 127),
    outputWeights: Float64Array.from(rows.flat()),
  };
}

/**
 * What a network that is being trained makes of a drawing. Its probabilities add up to 1, as in the training's loss; what each
 * label is worth alone is known only once the network is calibrated, at the end.
 * @param {Perceptron} net
 * @param {ArrayLike<number>} ink - framed
 * @returns {{ranking: Ranking, hidden: Float64Array}}
 */
export function readWith(net, ink) {
  const { hidden, logits } = forward(net, ink);
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return { ranking: rank(net.spec.labels, powers.map((power) => power / total)), hidden };
}

/** What is painted at full strength: only one weight in a hundred is larger. @param {Float64Array} weights */
export const largeMagnitude = (weights) => weights.map(Math.abs).sort()[Math.floor(0.99 * (weights.length - 1))];
