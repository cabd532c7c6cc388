// The training loop, as in charnet/training/loop.py: epochs, batches, gradients, step, validate, keep the best.

import { AdamW, oneCycle } from "./adamw.js";
import { DISTORTED, Distortion, NORMALS, STEP } from "./augment.js";
import { Generator } from "./random.js";

/** @import { Mlp } from "./mlp.js" */
/** @import { AugmentConfig } from "./augment.js" */

/**
 * Letters in memory.
 * @typedef {object} Letters
 * @property {Uint8Array} pictures - (n, height, width), 255 = ink
 * @property {ArrayLike<number>} targets - (n,), indices into the labels
 */

/**
 * The settings of charnet/training/config.py.
 * @typedef {object} TrainConfig
 * @property {number} hidden
 * @property {"tanh" | "logistic"} activation
 * @property {number} epochs
 * @property {number} batchSize
 * @property {number} lr - the highest
 * @property {number} weightDecay
 * @property {number} labelSmoothing
 * @property {number} seed
 * @property {AugmentConfig} augment
 */

/** @type {TrainConfig} */
export const DEFAULTS = {
  hidden: 20, activation: "tanh", epochs: 1000, batchSize: 256, lr: 0.02, weightDecay: 0.2, labelSmoothing: 0.05, seed: 0,
  augment: DISTORTED,
};

/** @typedef {{loss: number, accuracy: number}} Figures - mean cross-entropy, and the share that is read right */

/**
 * One epoch. The training figures are of the pictures as they were distorted, while the weights were updated.
 * @typedef {Figures & {number: number, lr: number, validation: Figures | null}} Epoch
 */

/** The best epoch so far, by the loss on what is held out; the last one where nothing is. */
class Best {
  /** @param {Mlp} network */
  constructor(network) {
    this.network = network;
    this.epoch = 0;
    this.loss = Infinity;
    this.parameters = network.parameters.all.slice();
  }

  /**
   * @param {number} epoch
   * @param {Figures | null} validation
   */
  update(epoch, validation) {
    if (validation && validation.loss >= this.loss) return;
    this.epoch = epoch;
    this.loss = validation ? validation.loss : Infinity;
    this.parameters.set(this.network.parameters.all);
  }

  /** Give the network the weights of that epoch. */
  restore() {
    this.network.parameters.all.set(this.parameters);
  }
}

/**
 * Train `network` in place, an epoch at a time; at the end, also if the caller ends it early, it has the weights of its best
 * epoch. The numbers of an epoch depend on the seed alone. Throws when the loss is no longer a number.
 * @param {Mlp} network
 * @param {Letters} letters
 * @param {{train: Int32Array, heldOut: Int32Array}} fold - indices of letters; with none held out the last epoch is kept
 * @param {TrainConfig} config
 * @param {{width: number, height: number}} spec
 * @returns {IterableIterator<Epoch, number, void>} the number of the best epoch
 */
export function* fit(network, letters, fold, config, spec) {
  const adamw = new AdamW(network, config.weightDecay);
  const distortion = new Distortion(spec, config.augment);
  const normals = new Float64Array(NORMALS);
  const generator = new Generator(config.seed + 1);
  const order = fold.train.slice();
  const batches = Math.ceil(order.length / config.batchSize); // of an epoch
  const best = new Best(network);

  try {
    for (let epoch = 0; epoch < config.epochs; epoch += 1) {
      generator.shuffle(order);
      const strength = 1 - config.augment.anneal * epoch / config.epochs;
      const metrics = new Metrics();
      let lr = 0;

      for (let batch = 0, begin = 0; batch < batches; batch += 1) {
        const end = Math.floor((batch + 1) * order.length / batches);
        for (let first = begin; first < end; first += network.batch) {
          const count = Math.min(network.batch, end - first);
          for (let i = 0; i < count; i += 1) {
            const index = order[first + i];
            generator.fillNormal(normals);
            const { inputs } = network;
            distortion.apply(letters.pictures, index * inputs, network.pictures, i * inputs, strength, normals);
            network.targets[i] = letters.targets[index];
          }
          network.gradients(count, config.labelSmoothing);
          metrics.update(network, count);
        }
        lr = config.lr * oneCycle(epoch * batches + batch, config.epochs * batches);
        adamw.step(lr, end - begin);
        begin = end;
      }

      const { loss, accuracy } = metrics.compute();
      const validation = fold.heldOut.length ? validate(network, letters, fold.heldOut) : null;
      if (!Number.isFinite(loss + (validation?.loss ?? 0))) throw new Error(`Training diverged in epoch ${epoch + 1}; lower the learning rate.`);
      best.update(epoch + 1, validation);
      yield { number: epoch + 1, loss, accuracy, lr, validation };
    }
  } finally {
    best.restore();
  }
  return best.epoch;
}

/**
 * How a network reads letters as they are.
 * @param {Mlp} network
 * @param {Letters} letters
 * @param {Int32Array} indices
 * @returns {Figures}
 */
export function validate(network, letters, indices) {
  const metrics = new Metrics();
  for (const count of batchesOf(network, letters, indices)) metrics.update(network, count);
  return metrics.compute();
}

/**
 * Read letters as they are, a batch at a time, whose answers are in the network when its size is handed out.
 * @param {Mlp} network
 * @param {Letters} letters
 * @param {Int32Array} indices
 */
export function* batchesOf(network, letters, indices) {
  for (let first = 0; first < indices.length; first += network.batch) {
    const count = Math.min(network.batch, indices.length - first);
    for (let i = 0; i < count; i += 1) {
      const from = indices[first + i] * network.inputs;
      for (let k = 0; k < network.inputs; k += 1) network.pictures[i * network.inputs + k] = STEP * letters.pictures[from + k];
      network.targets[i] = letters.targets[indices[first + i]];
    }
    network.forward(count);
    yield count;
  }
}

/** Loss and accuracy, summed over batches. */
class Metrics {
  constructor() {
    this.loss = 0;
    this.correct = 0;
    this.count = 0;
  }

  /**
   * @param {Mlp} network - that has read a batch
   * @param {number} count
   */
  update({ outputs, probabilities, targets }, count) {
    this.count += count;
    for (let row = 0, start = 0; row < count; row += 1, start += outputs) {
      const ofTarget = probabilities[start + targets[row]];
      let right = 1;
      for (let i = start; i < start + outputs; i += 1) if (probabilities[i] > ofTarget) right = 0;
      this.correct += right;
      this.loss -= Math.log(Math.max(ofTarget, 1e-38));
    }
  }

  /** @returns {Figures} */
  compute() {
    return { loss: this.loss / this.count, accuracy: this.correct / this.count };
  }
}
