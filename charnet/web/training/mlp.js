// One hidden layer, as in charnet/training/mlp.py: 160-20-26 has 3,766 parameters. Its gradients are written out by hand.

import { addProduct, matrix, transposed } from "./matrix.js";

/** @import { Perceptron } from "../perceptron.js" */
/** @import { Generator } from "./random.js" */

/** @typedef {"tanh" | "logistic"} Activation - what the hidden units apply */

/** @typedef {{inputs: number, hidden: number, outputs: number}} Sizes */

/** @typedef {Pick<Perceptron, "inputWeights" | "outputWeights" | "hiddenBias" | "outputBias">} Stored */

/**
 * Views of one vector: all parameters of a network, or their gradients.
 * @typedef {object} Layers
 * @property {Float64Array} all
 * @property {Float64Array} hiddenWeight - (inputs, hidden)
 * @property {Float64Array} outputWeight - (hidden, outputs)
 * @property {Float64Array} hiddenBias
 * @property {Float64Array} outputBias
 */

/**
 * @param {Sizes} sizes
 * @returns {Layers}
 */
function layers({ inputs, hidden, outputs }) {
  const ends = [0, inputs * hidden, (inputs + outputs) * hidden, (inputs + outputs + 1) * hidden];
  const all = new Float64Array(ends[3] + outputs);
  const [hiddenWeight, outputWeight, hiddenBias, outputBias] = ends.map((end, i) => all.subarray(end, ends[i + 1]));
  return { all, hiddenWeight, outputWeight, hiddenBias, outputBias };
}

/** Inputs -> hidden units, tanh or logistic -> one logit a label. What it computes for a batch stays until the next. */
export class Mlp {
  /**
   * @param {Sizes} sizes
   * @param {Activation} activation
   * @param {number} [batch] - pictures that are read at once, at most
   */
  constructor({ inputs, hidden, outputs }, activation, batch = 64) {
    this.inputs = inputs;
    this.hidden = hidden;
    this.outputs = outputs;
    this.activation = activation;
    this.batch = batch;
    this.parameters = layers(this);
    this.gradient = layers(this);
    this.pictures = new Float64Array(batch * inputs); // the batch, 0 paper to 1 ink; a row a picture here and below
    this.targets = new Int32Array(batch); // indices of the right labels
    this.sums = new Float64Array(batch * hidden); // of the hidden units, before the activation
    this.activations = new Float64Array(batch * hidden);
    this.logits = new Float64Array(batch * outputs);
    this.probabilities = new Float64Array(batch * outputs); // softmax of the logits
    this.dLogits = new Float64Array(batch * outputs); // gradients of the loss, here and below
    this.dActivations = new Float64Array(batch * hidden);
    this.dSums = new Float64Array(batch * hidden);
    this.matrices = {
      pictures: matrix(this.pictures, inputs),
      hiddenWeight: matrix(this.parameters.hiddenWeight, hidden),
      activations: matrix(this.activations, hidden),
      outputWeight: matrix(this.parameters.outputWeight, outputs),
      dLogits: matrix(this.dLogits, outputs),
      dSums: matrix(this.dSums, hidden),
    };
    this.transposed = {
      pictures: transposed(this.matrices.pictures),
      activations: transposed(this.matrices.activations),
      outputWeight: transposed(this.matrices.outputWeight),
    };
  }

  /**
   * Draw the parameters as torch.nn.Linear does: evenly, up to 1 / sqrt(a unit's inputs).
   * @param {Generator} generator
   */
  reset(generator) {
    const { hiddenWeight, outputWeight, hiddenBias, outputBias } = this.parameters;
    for (const [weight, bias] of [[hiddenWeight, hiddenBias], [outputWeight, outputBias]]) {
      const [units, inputs] = [bias.length, weight.length / bias.length];
      const draw = () => (2 * generator.uniform() - 1) / Math.sqrt(inputs);
      for (let unit = 0; unit < units; unit += 1) { // torch's order: unit by unit
        for (let i = 0; i < inputs; i += 1) weight[i * units + unit] = draw();
      }
      for (let unit = 0; unit < units; unit += 1) bias[unit] = draw();
    }
    return this;
  }

  /**
   * The forward pass of the first `count` pictures: sums, activations, logits, and probabilities, which add up to 1.
   * @param {number} count
   */
  forward(count) {
    const { inputs, hidden, outputs, sums, activations, logits, probabilities, matrices } = this;
    const { hiddenBias, outputBias } = this.parameters;
    for (let row = 0; row < count; row += 1) sums.set(hiddenBias, row * hidden);
    addProduct(sums, matrices.pictures, matrices.hiddenWeight, count, inputs, hidden);
    const tanh = this.activation === "tanh"; // 2 logistic(2 x) - 1
    for (let i = 0; i < count * hidden; i += 1) {
      activations[i] = tanh ? 2 / (1 + Math.exp(-2 * sums[i])) - 1 : 1 / (1 + Math.exp(-sums[i]));
    }
    for (let row = 0; row < count; row += 1) logits.set(outputBias, row * outputs);
    addProduct(logits, matrices.activations, matrices.outputWeight, count, hidden, outputs);
    for (let start = 0; start < count * outputs; start += outputs) {
      let highest = logits[start];
      let sum = 0;
      for (let i = start; i < start + outputs; i += 1) if (logits[i] > highest) highest = logits[i];
      for (let i = start; i < start + outputs; i += 1) sum += probabilities[i] = Math.exp(logits[i] - highest);
      for (let i = start; i < start + outputs; i += 1) probabilities[i] /= sum;
    }
  }

  /**
   * Forward, loss and backward of the first `count` pictures, by the chain rule: the gradients of their summed cross-entropy
   * are added to `gradient`.
   * @param {number} count
   * @param {number} labelSmoothing - share of a target that is spread evenly over all labels
   */
  gradients(count, labelSmoothing) {
    this.forward(count);
    const { inputs, hidden, outputs, targets, activations, probabilities, dLogits, dActivations, dSums, gradient } = this;
    const { matrices } = this;
    for (let i = 0; i < count * outputs; i += 1) dLogits[i] = probabilities[i] - labelSmoothing / outputs;
    for (let row = 0; row < count; row += 1) dLogits[row * outputs + targets[row]] -= 1 - labelSmoothing;
    addProduct(gradient.outputWeight, this.transposed.activations, matrices.dLogits, hidden, count, outputs);
    addRows(gradient.outputBias, dLogits, count);
    dActivations.fill(0);
    addProduct(dActivations, matrices.dLogits, this.transposed.outputWeight, count, outputs, hidden);
    const tanh = this.activation === "tanh";
    for (let i = 0; i < count * hidden; i += 1) { // times the derivative of the activation
      const value = activations[i];
      dSums[i] = dActivations[i] * (tanh ? 1 - value * value : value * (1 - value));
    }
    addProduct(gradient.hiddenWeight, this.transposed.pictures, matrices.dSums, inputs, count, hidden);
    addRows(gradient.hiddenBias, dSums, count);
  }

  /**
   * Take over the parameters of a stored network, whose hidden units are logistic: s(x) = (1 + tanh(x / 2)) / 2.
   * @param {Stored} network
   */
  load({ inputWeights, outputWeights, hiddenBias, outputBias }) {
    const [{ inputs, hidden, outputs }, ours] = [this, this.parameters];
    const half = this.activation === "tanh" ? 0.5 : 1;
    for (let h = 0; h < hidden; h += 1) {
      for (let i = 0; i < inputs; i += 1) ours.hiddenWeight[i * hidden + h] = half * inputWeights[h * inputs + i];
      for (let o = 0; o < outputs; o += 1) ours.outputWeight[h * outputs + o] = half * outputWeights[o * hidden + h];
    }
    ours.hiddenBias.set(hiddenBias.map((bias) => half * bias));
    ours.outputBias.set(outputBias);
    if (half < 1) for (let h = 0; h < hidden; h += 1) addRows(ours.outputBias, ours.outputWeight.subarray(h * outputs), 1);
    return this;
  }

  /**
   * The parameters as a network is stored, whose hidden units are logistic: tanh x = 2 s(2 x) - 1. Or the gradients in that
   * layout, if ours are logistic too.
   * @param {"parameters" | "gradient"} [of]
   * @returns {Stored}
   */
  toLogistic(of = "parameters") {
    const [{ inputs, hidden, outputs }, ours] = [this, this[of]];
    const twice = this.activation === "tanh" ? 2 : 1;
    const [inputWeights, outputWeights] = [new Float64Array(inputs * hidden), new Float64Array(hidden * outputs)];
    const outputBias = Array.from(ours.outputBias);
    for (let h = 0; h < hidden; h += 1) {
      for (let i = 0; i < inputs; i += 1) inputWeights[h * inputs + i] = twice * ours.hiddenWeight[i * hidden + h];
      for (let o = 0; o < outputs; o += 1) {
        outputWeights[o * hidden + h] = twice * ours.outputWeight[h * outputs + o];
        if (twice > 1) outputBias[o] -= ours.outputWeight[h * outputs + o];
      }
    }
    return { inputWeights, outputWeights, hiddenBias: Array.from(ours.hiddenBias, (bias) => twice * bias), outputBias };
  }
}

/**
 * Add to each value those below each other in the first `count` rows.
 * @param {Float64Array} into
 * @param {Float64Array} rows
 * @param {number} count
 */
function addRows(into, rows, count) {
  for (let row = 0, i = 0; row < count; row += 1) {
    for (let column = 0; column < into.length; column += 1, i += 1) into[column] += rows[i];
  }
}
