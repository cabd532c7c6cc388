// Make logistic outputs read as likelihoods without changing a single ranking, as in charnet/training/calibration.py, which
// gives the reasons: a common linear function of the last layer's inputs and one common scale, fitted by Newton's method.

import { Distortion, NORMALS } from "./augment.js";
import { Generator } from "./random.js";

/** @import { Mlp } from "./mlp.js" */
/** @import { Letters, TrainConfig } from "./loop.js" */

const COPIES = 4; // distorted ones of each training picture that the likelihoods are fitted on
const MAX_COPIES = 20_000; // of all pictures together
const STEPS = 20; // of Newton's method
const RIDGE = 1e-3; // keeps the problem solvable when activations depend on each other or outputs are always right

/**
 * Change the network's last layer so that the logistic function of a logit is the likelihood of its label. It is fitted on
 * copies of what it trained on, `train`, distorted as at the end of training.
 * @param {Mlp} network
 * @param {Letters} letters
 * @param {Int32Array} train - indices of letters
 * @param {TrainConfig} config
 * @param {{width: number, height: number}} spec
 */
export function calibrate(network, letters, train, config, spec) {
  const { inputs, hidden } = network;
  const every = 1 + Math.floor(train.length * COPIES / MAX_COPIES);
  const copies = Array.from({ length: Math.ceil(train.length * COPIES / every) }, (_, i) => train[i * every % train.length]);
  const distortion = new Distortion(spec, config.augment);
  const generator = new Generator(config.seed + 2);
  const normals = new Float64Array(NORMALS);
  const activations = new Float64Array(copies.length * hidden);
  for (let first = 0; first < copies.length; first += network.batch) {
    const batch = copies.slice(first, first + network.batch);
    batch.forEach((index, i) => {
      generator.fillNormal(normals);
      distortion.apply(letters.pictures, index * inputs, network.pictures, i * inputs, 1 - config.augment.anneal, normals);
    });
    network.forward(batch.length);
    activations.set(network.activations.subarray(0, batch.length * hidden), first * hidden);
  }
  fitOutput(network, activations, copies.map((index) => letters.targets[index]));
}

/**
 * Change the last layer, given its inputs (n, hidden) and the right answers (n,).
 * @param {Pick<Mlp, "hidden" | "outputs" | "parameters">} network
 * @param {Float64Array} activations
 * @param {number[]} targets
 */
export function fitOutput(network, activations, targets) {
  const { hidden, outputs } = network;
  const { outputWeight, outputBias } = network.parameters;
  const fitted = new Float64Array(hidden + 2); // the scale, then the common linear function and its offset
  fitted[0] = 1;
  for (let step = 0; step < STEPS; step += 1) {
    const { gradient, hessian } = derivatives(network, activations, targets, fitted);
    fitted.forEach((value, i) => {
      gradient[i] += RIDGE * (value - Number(i === 0));
      hessian[i][i] += RIDGE;
    });
    const move = solve(hessian, gradient);
    // Far from the solution a full step may overshoot; none moves further than this.
    const share = Math.min(1, 5 / Math.hypot(...move));
    fitted.forEach((_, i) => { fitted[i] -= share * move[i]; });
    fitted[0] = Math.max(0.01, fitted[0]); // a ranking would turn over
  }
  const [scale, offset] = [fitted[0], fitted[hidden + 1]];
  for (let i = 0; i < outputWeight.length; i += 1) {
    outputWeight[i] = scale * outputWeight[i] + fitted[1 + Math.floor(i / outputs)];
  }
  for (let o = 0; o < outputs; o += 1) outputBias[o] = scale * outputBias[o] + offset;
}

/**
 * Gradient and Hessian of the summed binary cross-entropies of all outputs.
 * @param {Pick<Mlp, "hidden" | "outputs" | "parameters">} network
 * @param {Float64Array} activations
 * @param {number[]} targets
 * @param {Float64Array} fitted
 */
function derivatives({ hidden, outputs, parameters: { outputWeight, outputBias } }, activations, targets, fitted) {
  const size = hidden + 2;
  const gradient = new Float64Array(size);
  const hessian = Array.from({ length: size }, () => new Float64Array(size));
  const common = new Float64Array(size); // the row's activations, from 1 on, and a one for the offset
  common[size - 1] = 1;
  targets.forEach((target, row) => {
    for (let h = 0; h < hidden; h += 1) common[1 + h] = activations[row * hidden + h];
    let added = 0; // to all logits alike
    for (let i = 1; i < size; i += 1) added += fitted[i] * common[i];
    let [errors, slopes, sloped] = [0, 0, 0]; // sums over outputs
    for (let o = 0; o < outputs; o += 1) {
      let logit = outputBias[o];
      for (let h = 0; h < hidden; h += 1) logit += common[1 + h] * outputWeight[h * outputs + o];
      const likelihood = 1 / (1 + Math.exp(-(fitted[0] * logit + added)));
      const error = likelihood - Number(o === target);
      const slope = likelihood * (1 - likelihood);
      errors += error;
      slopes += slope;
      sloped += slope * logit;
      gradient[0] += error * logit;
      hessian[0][0] += slope * logit * logit;
    }
    for (let i = 1; i < size; i += 1) {
      gradient[i] += errors * common[i];
      hessian[0][i] += sloped * common[i];
      for (let k = 1; k <= i; k += 1) hessian[i][k] += slopes * common[i] * common[k];
    }
  });
  for (let i = 1; i < size; i += 1) {
    hessian[i][0] = hessian[0][i];
    for (let k = 1; k < i; k += 1) hessian[k][i] = hessian[i][k];
  }
  return { gradient, hessian };
}

/**
 * The solution of a symmetric, positive definite system, by Gauss's elimination. Changes both.
 * @param {Float64Array[]} rows
 * @param {Float64Array} right
 */
function solve(rows, right) {
  for (let i = 0; i < right.length; i += 1) {
    for (let r = i + 1; r < right.length; r += 1) {
      const factor = rows[r][i] / rows[i][i];
      for (let c = i; c < right.length; c += 1) rows[r][c] -= factor * rows[i][c];
      right[r] -= factor * right[i];
    }
  }
  for (let i = right.length - 1; i >= 0; i -= 1) {
    for (let c = i + 1; c < right.length; c += 1) right[i] -= rows[i][c] * right[c];
    right[i] /= rows[i][i];
  }
  return right;
}
