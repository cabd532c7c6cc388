// AdamW (Loshchilov & Hutter 2019), and the one-cycle learning rate (Smith 2018), as in charnet/training/adamw.py.

/** @import { Mlp } from "./mlp.js" */

const BETAS = [0.9, 0.95]; // decay rates of the running means of the gradient and of its square
const EPSILON = 1e-8; // keeps a step from dividing by 0
const WARM_UP = 0.1; // share of the steps over which the learning rate rises

/** Steps all parameters of a network. Weight decay shrinks the weights that read pictures, and no others. */
export class AdamW {
  /**
   * @param {Mlp} network
   * @param {number} weightDecay
   */
  constructor(network, weightDecay) {
    this.weightDecay = weightDecay;
    this.weights = network.parameters.all; // those that decay first
    this.gradient = network.gradient.all;
    this.decaying = network.parameters.hiddenWeight.length;
    this.mean = new Float64Array(this.weights.length);
    this.square = new Float64Array(this.weights.length);
    this.steps = 0;
  }

  /**
   * Move the weights by the gradient, which is a sum over `count` pictures, and begin a new one.
   * @param {number} lr
   * @param {number} count
   */
  step(lr, count) {
    const { weights, gradient, mean, square, decaying } = this;
    this.steps += 1;
    const [meanShare, squareShare] = [(1 - BETAS[0]) / count, (1 - BETAS[1]) / count ** 2];
    const scale = Math.sqrt(1 - BETAS[1] ** this.steps); // both running means start at 0
    const [rate, epsilon] = [lr * scale / (1 - BETAS[0] ** this.steps), EPSILON * scale];
    for (let i = 0; i < decaying; i += 1) weights[i] *= 1 - lr * this.weightDecay;
    for (let i = 0; i < weights.length; i += 1) {
      mean[i] = BETAS[0] * mean[i] + meanShare * gradient[i];
      square[i] = BETAS[1] * square[i] + squareShare * gradient[i] * gradient[i];
      weights[i] -= rate * mean[i] / (Math.sqrt(square[i]) + epsilon);
    }
    gradient.fill(0);
  }
}

/**
 * Share of the highest learning rate: up over the first tenth, then down to 0, along cosines.
 * @param {number} step
 * @param {number} steps
 */
export function oneCycle(step, steps) {
  const progress = (step + 1) / steps;
  if (progress < WARM_UP) return 0.04 + 0.96 * (1 - Math.cos(Math.PI * progress / WARM_UP)) / 2;
  return (1 + Math.cos(Math.PI * (progress - WARM_UP) / (1 - WARM_UP))) / 2;
}
