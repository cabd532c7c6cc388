// charnet as a module for any page or program: drawings in, rankings out, and training. charnet.d.ts explains each part.

import { writeWeights, readWeights } from "../../web/files/weights-file.js";
import { toBytes } from "../../web/files/letter-folders.js";
import { frame } from "../../web/framing.js";
import { draw } from "../../web/ink.js";
import { rank } from "../../web/network.js";
import { forward } from "../../web/perceptron.js";
import { run } from "../../web/training/experiment.js";

/** @import { Stroke } from "../../web/ink.js" */
/** @import { Ranking, Spec } from "../../web/network.js" */
/** @import { Perceptron } from "../../web/perceptron.js" */
/** @import { Facts } from "../../web/files/weights-file.js" */
/** @import { Settings } from "./charnet.d.ts" */

/** A network that reads drawings. */
export class Classifier {
  /** @type {Perceptron} */
  #network;

  /**
   * @param {Perceptron} network
   * @param {Facts} [facts]
   */
  constructor(network, facts = {}) {
    this.#network = network;
    this.spec = network.spec;
    this.facts = facts;
  }

  /**
   * @param {Stroke[]} strokes
   * @returns {Ranking}
   */
  rank(strokes) {
    return this.rankFramed(framed(strokes, this.spec));
  }

  /**
   * @param {ArrayLike<number>} ink
   * @returns {Ranking}
   */
  rankFramed(ink) {
    const { width, height, labels } = this.spec;
    if (ink.length !== width * height) throw new Error(`A framed picture has ${width * height} numbers, not ${ink.length}.`);
    return rank(labels, forward(this.#network, ink).likelihoods);
  }

  toJSON() {
    return JSON.parse(this.toString());
  }

  toString() {
    return writeWeights(this.#network, this.facts);
  }
}

/**
 * @param {string} text
 * @returns {Classifier}
 */
export function load(text) {
  const { network, facts } = readWeights(text);
  return new Classifier(network, facts);
}

/** Drawings with their labels, to train on. */
export class Letters {
  #frame;
  /** @type {{label: string, writer: string, picture: Uint8Array}[]} */
  #drawings = [];

  /** @param {{width?: number, height?: number, framing?: string}} [spec] */
  constructor({ width = 10, height = 16, framing = "moments" } = {}) {
    this.#frame = { width, height, framing };
  }

  get size() {
    return this.#drawings.length;
  }

  get labels() {
    return [...new Set(this.#drawings.map(({ label }) => label))].sort();
  }

  /**
   * @param {string} label
   * @param {Stroke[]} strokes
   * @param {string} [writer]
   */
  add(label, strokes, writer = "") {
    const name = String(label).normalize("NFC");
    if (!name || [...name].length > 16) throw new Error(`"${name.slice(0, 20)}" is no label: use a character or a short word.`);
    this.#drawings.push({ label: name, writer, picture: toBytes(framed(strokes, { ...this.#frame, labels: [] })) });
    return this;
  }

  /**
   * What a training takes.
   * @returns {Pick<import("../../web/training/experiment.js").Job, "spec" | "letters" | "writers">}
   */
  toJob() {
    const { labels } = this;
    const size = this.#frame.width * this.#frame.height;
    const pictures = new Uint8Array(size * this.size);
    this.#drawings.forEach(({ picture }, index) => pictures.set(picture, index * size));
    const targets = this.#drawings.map(({ label }) => labels.indexOf(label));
    return { spec: { ...this.#frame, labels }, letters: { pictures, targets }, writers: this.#drawings.map(({ writer }) => writer) };
  }
}

/**
 * @param {Letters} letters
 * @param {Settings} [settings]
 * @returns {Promise<Classifier>}
 */
export async function train(letters, { heldOut, onEpoch, stopped, ...config } = {}) {
  const job = letters.toJob();
  if (job.spec.labels.length < 2) throw new Error("A network tells letters apart: draw two different ones at least.");
  const listener = {
    stopped,
    onEpoch: (/** @type {import("../../web/training/loop.js").Epoch & {epochs: number}} */ epoch) => onEpoch?.({
      epoch: epoch.number, epochs: epoch.epochs, loss: epoch.loss, accuracy: epoch.accuracy,
      validationAccuracy: epoch.validation?.accuracy ?? null,
    }),
  };
  const { network, facts } = await run({ ...job, config, heldOut }, listener);
  return new Classifier(network, facts);
}

/**
 * @param {Stroke[]} strokes
 * @param {Spec} spec
 */
function framed(strokes, spec) {
  const drawn = strokes.filter((stroke) => stroke.length);
  const points = drawn.flat();
  if (!points.length) throw new Error("The drawing is blank: it has no points.");
  const numbers = points.every((point) => Number.isFinite(point[0]) && Number.isFinite(point[1]));
  if (!numbers) throw new Error("A drawing is a list of strokes, and a stroke a list of points [x, y].");
  return frame(draw(drawn, spec), spec);
}
