// How far a training of the page is and, at the end, its result: as in charnet/collector/training_status.py.

import { toBase64 } from "./page-file.js";

/** @import { Key } from "../../../web/browser-store.js" */
/** @import { Perceptron } from "../../../web/perceptron.js" */

/**
 * @typedef {object} Outcome
 * @property {number | null} accuracy - null where nothing was held out
 * @property {number | null} former - the accuracy of the former network on the same drawings
 * @property {string} former_name
 * @property {number} held - how many drawings were held out
 * @property {number} best_epoch
 * @property {string} folder - the name of the network
 * @property {number | null} number - by which people call it
 * @property {boolean} in_use - whether it reads now
 * @property {string} reason - why it does not
 */

/** @typedef {{epoch: number, epochs: number, loss: number, undistorted_loss: number, undistorted_accuracy: number,
 *   validation_loss: number | null, validation_accuracy: number | null}} Point - from the Worker */

const [RATIO, SNAPSHOTS] = [1.8, 20]; // snapshots come ever more seldom, and then evenly spaced

export class TrainingStatus {
  /** @type {"idle" | "running" | "done" | "stopped" | "failed"} */
  state = "idle";
  /** @type {Point | null} */
  latest = null;
  /** @type {[number, number, number | null][]} */
  curve = [];
  /** @type {[number, number, number | null][]} */
  losses = [];
  /** @type {Outcome | null} */
  result = null;
  error = "";
  stopping = false;
  wentBack = false;
  /** @type {ReturnType<typeof packedSnapshot>[]} */
  snapshots = [];
  /** @type {Map<Key, string>} the label of each drawing that is held out */
  heldOut = new Map();
  #started = performance.now();
  #seconds = 0;
  #nextSnapshot = 1; // its epoch

  /** @param {{epochs?: number | null, fromNetwork?: boolean, former?: string, formerNumber?: number | null, writer?: string}} [about] */
  constructor({ epochs = null, fromNetwork = false, former = "", formerNumber = null, writer = "" } = {}) {
    this.epochs = epochs;
    this.fromNetwork = fromNetwork;
    this.former = former;
    this.formerNumber = formerNumber;
    this.writer = writer; // whose drawings are held out; "" where it is a fifth of all
  }

  /** @param {Point} point */
  add(point) {
    this.latest = point;
    this.epochs = point.epochs;
    this.curve.push([point.epoch, point.undistorted_accuracy, point.validation_accuracy]);
    this.losses.push([point.epoch, point.undistorted_loss, point.validation_loss]);
  }

  /** @param {{epoch: number, network: Perceptron}} snapshot */
  addSnapshot({ epoch, network }) {
    const epochs = this.epochs ?? epoch;
    if (epoch < this.#nextSnapshot && epoch !== epochs) return;
    this.#nextSnapshot = Math.min(Math.floor(epoch * RATIO) + 1, epoch + Math.max(1, Math.floor(epochs / SNAPSHOTS)));
    this.snapshots.push(packedSnapshot(epoch, network));
  }

  /**
   * @param {"done" | "stopped" | "failed"} state
   * @param {{result?: Outcome, error?: string}} [with_]
   */
  end(state, { result, error = "" } = {}) {
    this.#seconds = (performance.now() - this.#started) / 1000;
    this.state = state;
    this.result = result ?? null;
    this.error = error;
  }

  toJSON() {
    const { state, latest, epochs, curve, losses, error, result, wentBack } = this;
    const running = state === "running";
    const seconds = running ? (performance.now() - this.#started) / 1000 : this.#seconds;
    return {
      state, epoch: latest?.epoch ?? 0, epochs, loss: latest?.loss ?? null, train_accuracy: latest?.undistorted_accuracy ?? null,
      validation_accuracy: latest?.validation_accuracy ?? null, curve, losses, error, best_epoch: this.#bestEpoch(),
      seconds: Math.round(1000 * seconds) / 1000, stopping: running && this.stopping, result, from_network: this.fromNetwork,
      writers: this.writer ? [this.writer] : [], former: result ? this.former : "",
      former_number: this.formerNumber, went_back: wentBack, snapshots: this.snapshots.length, warm: true,
    };
  }

  /** The epoch whose network is kept: so far, among those of the curve; null where nothing is held out. */
  #bestEpoch() {
    const heldOut = this.losses.flatMap(([epoch, , loss]) => (loss === null ? [] : [{ epoch, loss }]));
    if (!heldOut.length) return null;
    return this.result?.best_epoch ?? heldOut.reduce((best, each) => (each.loss < best.loss ? each : best)).epoch;
  }
}

/**
 * A network in a few kilobytes, as charnet/training/page.py packs it.
 * @param {number} epoch
 * @param {Perceptron} network
 */
export function packedSnapshot(epoch, { inputWeights, outputWeights, hiddenBias, outputBias, hidden }) {
  const scale = inputWeights.reduce((largest, weight) => Math.max(largest, Math.abs(weight)), 0) || 1;
  const rounded = (/** @type {ArrayLike<number>} */ values) => Array.from(values, (value) => Math.round(value * 1e4) / 1e4);
  const bytes = Int8Array.from(inputWeights, (weight) => Math.round(weight / scale * 127));
  const votes = Array.from(outputBias, (_, o) => rounded(outputWeights.subarray(o * hidden, (o + 1) * hidden)));
  return {
    epoch, scale, weights: toBase64(new Uint8Array(bytes.buffer)), hidden_bias: rounded(hiddenBias), output_weight: votes,
    output_bias: rounded(outputBias),
  };
}
