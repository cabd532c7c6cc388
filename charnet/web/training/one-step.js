// One step of learning from one drawing, with every number on the way: what is wanted of each output, how far off each is,
// how that flows back through the votes to each hidden unit and weight, and how the step moves them.

import { AdamW } from "./adamw.js";
import { Mlp } from "./mlp.js";

/** @import { Perceptron } from "../perceptron.js" */

/**
 * What a network answers.
 * @typedef {object} Answer
 * @property {Float64Array} sums - of the hidden units, before the logistic function
 * @property {Float64Array} hidden - after it, 0 to 1
 * @property {Float64Array} logits
 * @property {Float64Array} probabilities - softmax of the logits; they add up to 1
 * @property {number} loss - the cross-entropy of what was wanted
 */

/**
 * A step. Gradients are those of the loss; a gradient above 0 means that less would be better.
 * @typedef {object} Step
 * @property {Answer} before
 * @property {Answer} after - the same drawing, read with the new weights
 * @property {Float64Array} wanted - of each output; they add up to 1
 * @property {Float64Array} dLogits - of each output: its probability less what was wanted; they add up to 0
 * @property {Float64Array} dHidden - of each hidden unit: the sum over outputs of vote weight times dLogits
 * @property {Float64Array} dSums - dHidden times the slope of the logistic function, hidden (1 - hidden)
 * @property {Perceptron} gradient - of each weight and bias, in the layout of the network
 * @property {Perceptron} network - as it is after the step
 */

/** Takes steps with a stored network, which stays as it is. */
export class OneStep {
  /**
   * @param {Perceptron} network
   * @param {{lr?: number, weightDecay?: number, labelSmoothing?: number}} [settings] - of the optimizer, as in train.py
   */
  constructor(network, { lr = 0.02, weightDecay = 0.2, labelSmoothing = 0.05 } = {}) {
    const sizes = { inputs: network.inputs, hidden: network.hidden, outputs: network.outputBias.length };
    this.stored = network;
    this.network = new Mlp(sizes, "logistic", 1).load(network);
    this.adamw = new AdamW(this.network, weightDecay);
    this.lr = lr;
    this.labelSmoothing = labelSmoothing;
  }

  /**
   * Learn from one drawing.
   * @param {ArrayLike<number>} ink - framed
   * @param {number} target - index of the right label
   * @returns {Step}
   */
  step(ink, target) {
    const { network } = this;
    const { outputs } = network;
    const wanted = new Float64Array(outputs).fill(this.labelSmoothing / outputs);
    wanted[target] += 1 - this.labelSmoothing;
    network.pictures.set(ink);
    network.targets[0] = target;
    network.gradients(1, this.labelSmoothing);
    const [dLogits, dHidden, dSums] = [network.dLogits.slice(), network.dActivations.slice(), network.dSums.slice()];
    const [before, gradient] = [this.#answer(wanted), this.#stored(network.toLogistic("gradient"))];
    this.adamw.step(this.lr, 1);
    network.forward(1);
    const after = this.#answer(wanted);
    return { before, after, wanted, dLogits, dHidden, dSums, gradient, network: this.#stored(network.toLogistic()) };
  }

  /**
   * What the network made of the last picture.
   * @param {Float64Array} wanted
   * @returns {Answer}
   */
  #answer(wanted) {
    const { sums, activations, logits, probabilities } = this.network;
    const loss = wanted.reduce((sum, share, o) => sum - share * Math.log(probabilities[o]), 0);
    return {
      sums: sums.slice(), hidden: activations.slice(), logits: logits.slice(), probabilities: probabilities.slice(), loss,
    };
  }

  /**
   * @param {ReturnType<Mlp["toLogistic"]>} layers
   * @returns {Perceptron}
   */
  #stored(layers) {
    return { ...this.stored, ...layers };
  }
}
