// A whole training, from top to bottom, as in charnet/training/experiment.py: hold out, train, calibrate, measure. It lets
// others have their turn many times a second, so that it can be stopped and a page stays fluid.

import { Turns } from "../turns.js";
import { calibrate } from "./calibration.js";
import { DEFAULTS, batchesOf, fit, validate } from "./loop.js";
import { Mlp } from "./mlp.js";
import { Generator } from "./random.js";
import { holdOut, holdOutWriter, limit } from "./split.js";
import { confidence, threshold } from "./sure.js";

/** @import { Spec } from "../network.js" */
/** @import { Perceptron } from "../perceptron.js" */
/** @import { Epoch, Figures, Letters, TrainConfig } from "./loop.js" */

/**
 * What to train on, and how.
 * @typedef {object} Job
 * @property {Spec} spec
 * @property {Letters} letters
 * @property {string[]} [writers] - of each letter, "" where unknown
 * @property {Partial<TrainConfig>} [config] - settings other than train.py's
 * @property {number | string} [heldOut] - the share of the letters that choose the best epoch, or the writer who does; 0.2
 * @property {number} [perLabel] - letters of each label that train, at most; all of them
 * @property {Perceptron | null} [init] - a network of the same sizes to go on from
 */

/**
 * What comes of a training. `accuracy` and `split` are null and "" where nothing was held out, `sure` where that is too little.
 * @typedef {object} Result
 * @property {Perceptron} network
 * @property {{accuracy?: number, split?: string, sure?: number}} facts
 * @property {number} bestEpoch
 * @property {number} held - how many letters were held out
 * @property {Int32Array} heldOut - which
 */

/**
 * @typedef {object} Listener
 * @property {(epoch: Epoch & {epochs: number, undistorted: Figures}, network: () => Perceptron) => void} [onEpoch] - a point of
 *   the curve, with the figures of the training letters as they are, and the network of that epoch
 * @property {() => boolean} [stopped] - whether to end with the best network so far
 */

const POINTS = 100; // of the curve
const LEAST_HELD_OUT = 60; // letters; of fewer not even faultless answers show that 95 in 100 are right

/**
 * @param {Job} job
 * @param {Listener} [listener]
 * @returns {Promise<Result>}
 */
export async function run({ spec, letters, writers, heldOut = 0.2, perLabel, init = null, config: given = {} }, listener = {}) {
  const config = { ...DEFAULTS, ...given };
  const all = divided(letters, writers ?? [], heldOut, config.seed);
  const fold = perLabel ? limit(all, letters.targets, perLabel, new Generator(config.seed + 4)) : all;
  const sizes = { inputs: spec.width * spec.height, hidden: config.hidden, outputs: spec.labels.length };
  const network = new Mlp(sizes, config.activation).reset(new Generator(config.seed));
  if (init) network.load(init);
  const stored = () => ({ spec, inputs: sizes.inputs, hidden: sizes.hidden, ...network.toLogistic() });
  const every = Math.max(1, Math.floor(config.epochs / POINTS));
  const turns = new Turns();
  let [bestEpoch, bestLoss] = [0, Infinity];

  for (const epoch of fit(network, letters, fold, config, spec)) {
    if (!epoch.validation || epoch.validation.loss < bestLoss) bestEpoch = epoch.number;
    bestLoss = Math.min(bestLoss, epoch.validation?.loss ?? Infinity);
    if (epoch.number === 1 || epoch.number % every === 0 || epoch.number === config.epochs) {
      const undistorted = validate(network, letters, fold.train);
      listener.onEpoch?.({ ...epoch, epochs: config.epochs, undistorted }, stored);
    }
    await turns.give();
    if (listener.stopped?.()) break;
  }
  calibrate(network, letters, fold.train, config, spec);
  const split = typeof heldOut === "string" ? "writer" : "sample";
  const facts = fold.heldOut.length ? { ...measured(network, letters, writers ?? [], fold.heldOut), split } : {};
  return { network: stored(), facts, bestEpoch, held: fold.heldOut.length, heldOut: fold.heldOut };
}

/**
 * @param {Letters} letters
 * @param {string[]} writers
 * @param {number | string} heldOut
 * @param {number} seed
 */
function divided(letters, writers, heldOut, seed) {
  if (!letters.targets.length) throw new Error("There is nothing to train on: draw some letters first.");
  const fold = typeof heldOut === "string"
    ? holdOutWriter(writers, heldOut) : holdOut(letters, heldOut, new Generator(seed + 3));
  if (!fold.train.length) throw new Error(`All letters are ${heldOut}'s, so none is left to train on: hold out less.`);
  return fold;
}

/**
 * The accuracy on what is held out, and from which confidence on answers are sure.
 * @param {Mlp} network
 * @param {Letters} letters
 * @param {string[]} writers
 * @param {Int32Array} heldOut
 */
function measured(network, letters, writers, heldOut) {
  const { outputs, logits, targets } = network;
  /** @type {Parameters<typeof threshold>[0]} */
  const answers = [];
  for (const count of batchesOf(network, letters, heldOut)) {
    for (let row = 0; row < count; row += 1) {
      const likelihoods = logits.subarray(row * outputs, (row + 1) * outputs).map((logit) => 1 / (1 + Math.exp(-logit)));
      const right = likelihoods.indexOf(Math.max(...likelihoods)) === targets[row];
      answers.push({ confidence: confidence(likelihoods), right, writer: writers[heldOut[answers.length]] ?? "" });
    }
  }
  const accuracy = answers.filter(({ right }) => right).length / answers.length;
  return answers.length < LEAST_HELD_OUT ? { accuracy } : { accuracy, sure: threshold(answers) };
}
