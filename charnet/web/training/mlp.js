// One hidden layer, as in charnet/training/mlp.py: 160-20-26 has 3,766 parameters. Its gradients are written out by hand.

/** @import { Perceptron } from "../perceptron.js" */
/** @import { Generator } from "./random.js" */

/** @typedef {"tanh" | "logistic"} Activation - what the hidden units apply */

/** @typedef {{inputs: number, hidden: number, outputs: number}} Sizes */

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

/** Inputs -> hidden units, tanh or logistic -> one logit a label. */
export class Mlp {
  /**
   * @param {Sizes} sizes
   * @param {Activation} activation
   */
  constructor(sizes, activation) {
    this.inputs = sizes.inputs;
    this.hidden = sizes.hidden;
    this.outputs = sizes.outputs;
    this.activation = activation;
    this.parameters = layers(sizes);
    this.gradient = layers(sizes);
    // What was computed for the last picture:
    this.inked = new Int32Array(sizes.inputs); // its inputs that are not 0, of which a letter has few
    this.inkedCount = 0;
    this.sums = new Float64Array(sizes.hidden); // of the hidden units, before the activation
    this.activations = new Float64Array(sizes.hidden);
    this.logits = new Float64Array(sizes.outputs);
    this.probabilities = new Float64Array(sizes.outputs); // softmax of the logits
    this.dLogits = new Float64Array(sizes.outputs); // gradients of the loss, here and below
    this.dActivations = new Float64Array(sizes.hidden);
    this.dSums = new Float64Array(sizes.hidden);
  }

  /**
   * Draw the parameters as torch.nn.Linear does: evenly, up to 1 / sqrt(a unit's inputs).
   * @param {Generator} generator
   */
  reset(generator) {
    const { hiddenWeight, outputWeight, hiddenBias, outputBias } = this.parameters;
    for (const [weight, bias, units] of /** @type {const} */ ([
      [hiddenWeight, hiddenBias, this.hidden], [outputWeight, outputBias, this.outputs],
    ])) {
      const inputs = weight.length / units;
      const draw = () => (2 * generator.uniform() - 1) / Math.sqrt(inputs);
      for (let unit = 0; unit < units; unit += 1) { // torch's order: unit by unit
        for (let i = 0; i < inputs; i += 1) weight[i * units + unit] = draw();
      }
      for (let unit = 0; unit < units; unit += 1) bias[unit] = draw();
    }
    return this;
  }

  /**
   * The forward pass of one picture: sums, activations and logits.
   * @param {ArrayLike<number>} pictures - one after another, 0 paper to 1 ink
   * @param {number} [start] - where the picture begins
   */
  forward(pictures, start = 0) {
    const { inputs, hidden, outputs, inked, sums, activations, logits } = this;
    const { hiddenWeight, outputWeight, hiddenBias, outputBias } = this.parameters;
    let count = 0;
    sums.set(hiddenBias);
    for (let i = 0; i < inputs; i += 1) {
      const ink = pictures[start + i];
      if (ink === 0) continue;
      inked[count] = i;
      count += 1;
      for (let h = 0, at = i * hidden; h < hidden; h += 1, at += 1) sums[h] += ink * hiddenWeight[at];
    }
    this.inkedCount = count;
    logits.set(outputBias);
    for (let h = 0; h < hidden; h += 1) {
      const value = this.activation === "tanh" ? 2 / (1 + Math.exp(-2 * sums[h])) - 1 : 1 / (1 + Math.exp(-sums[h]));
      activations[h] = value;
      for (let o = 0, at = h * outputs; o < outputs; o += 1, at += 1) logits[o] += value * outputWeight[at];
    }
  }

  /** The softmax of the logits: probabilities, which add up to 1. */
  softmax() {
    const { outputs, logits, probabilities } = this;
    let [highest, sum] = [logits[0], 0];
    for (let o = 1; o < outputs; o += 1) if (logits[o] > highest) highest = logits[o];
    for (let o = 0; o < outputs; o += 1) sum += probabilities[o] = Math.exp(logits[o] - highest);
    for (let o = 0; o < outputs; o += 1) probabilities[o] /= sum;
  }

  /**
   * Forward, loss and backward of one picture, by the chain rule: the gradients of its cross-entropy are added to `gradient`.
   * @param {ArrayLike<number>} pictures
   * @param {number} start - where the picture begins
   * @param {number} target - index of the right label
   * @param {number} labelSmoothing - share of the target that is spread evenly over all labels
   */
  gradients(pictures, start, target, labelSmoothing) {
    this.forward(pictures, start);
    this.softmax();
    const { hidden, outputs, inked, inkedCount, activations, probabilities, dLogits, dActivations, dSums } = this;
    const { outputWeight } = this.parameters;
    const gradient = this.gradient;
    for (let o = 0; o < outputs; o += 1) {
      dLogits[o] = probabilities[o] - labelSmoothing / outputs; // what it says less what is wanted
      if (o === target) dLogits[o] -= 1 - labelSmoothing;
      gradient.outputBias[o] += dLogits[o];
    }
    for (let h = 0; h < hidden; h += 1) {
      const value = activations[h];
      let sum = 0;
      for (let o = 0, at = h * outputs; o < outputs; o += 1, at += 1) {
        gradient.outputWeight[at] += value * dLogits[o];
        sum += outputWeight[at] * dLogits[o];
      }
      dActivations[h] = sum;
      dSums[h] = sum * (this.activation === "tanh" ? 1 - value * value : value * (1 - value));
      gradient.hiddenBias[h] += dSums[h];
    }
    for (let k = 0; k < inkedCount; k += 1) { // the gradient of a weight is its input's ink times its unit's dSums
      const ink = pictures[start + inked[k]];
      for (let h = 0, at = inked[k] * hidden; h < hidden; h += 1, at += 1) gradient.hiddenWeight[at] += ink * dSums[h];
    }
  }

  /**
   * Take over the parameters of a stored network, whose hidden units are logistic: s(x) = (1 + tanh(x / 2)) / 2.
   * @param {Pick<Perceptron, "inputWeights" | "outputWeights" | "hiddenBias" | "outputBias">} network
   */
  load({ inputWeights, outputWeights, hiddenBias, outputBias }) {
    const ours = this.parameters;
    const half = this.activation === "tanh" ? 0.5 : 1;
    ours.outputBias.set(outputBias);
    for (let h = 0; h < this.hidden; h += 1) {
      ours.hiddenBias[h] = half * hiddenBias[h];
      for (let i = 0; i < this.inputs; i += 1) ours.hiddenWeight[i * this.hidden + h] = half * inputWeights[h * this.inputs + i];
      for (let o = 0; o < this.outputs; o += 1) {
        ours.outputWeight[h * this.outputs + o] = half * outputWeights[o * this.hidden + h];
        if (half < 1) ours.outputBias[o] += half * outputWeights[o * this.hidden + h];
      }
    }
    return this;
  }

  /**
   * The parameters as a network is stored, whose hidden units are logistic: tanh x = 2 s(2 x) - 1. Or the gradients in that
   * layout, if ours are logistic too.
   * @param {"parameters" | "gradient"} [of]
   */
  toLogistic(of = "parameters") {
    const ours = this[of];
    const twice = this.activation === "tanh" ? 2 : 1;
    const outputBias = Array.from(ours.outputBias);
    const inputWeights = new Float64Array(ours.hiddenWeight.length);
    const outputWeights = new Float64Array(ours.outputWeight.length);
    for (let h = 0; h < this.hidden; h += 1) {
      for (let i = 0; i < this.inputs; i += 1) inputWeights[h * this.inputs + i] = twice * ours.hiddenWeight[i * this.hidden + h];
      for (let o = 0; o < this.outputs; o += 1) {
        outputWeights[o * this.hidden + h] = twice * ours.outputWeight[h * this.outputs + o];
        if (twice > 1) outputBias[o] -= ours.outputWeight[h * this.outputs + o];
      }
    }
    return { inputWeights, outputWeights, hiddenBias: Array.from(ours.hiddenBias, (bias) => twice * bias), outputBias };
  }
}
