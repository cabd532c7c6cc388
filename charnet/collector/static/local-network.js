// The network in use, computed in the page with every frame, so that the ranking follows the pen without a request. Only for
// networks with one hidden layer: of others, and before the weights are loaded, `net` is null and the server reads.

import { frameWithMapping } from "../../web/framing.js";
import { doubtOf } from "../../web/doubt.js";
import { draw } from "../../web/ink.js";
import { rank } from "../../web/network.js";
import { forward, perceptron } from "../../web/perceptron.js";
import { pictureUrl } from "../../web/picture.js";
import * as api from "./api.js";
import { emit, on } from "./events.js";

/** @import { Limits } from "../../web/doubt.js" */
/** @import { Mapping, Stroke } from "../../web/ink.js" */
/** @import { Activations, Perceptron, Weights } from "../../web/perceptron.js" */
/** @import { Numbers, Ranking, Spec } from "../../web/network.js" */
/** @import { Prediction } from "../../web/ranking.js" */
/** @import { Network, ReadResponse } from "./responses.js" */

/**
 * What the network computes for a drawing; `toSquare` maps positions in the framed ink to those in the square, and is null
 * where that is not known.
 * @typedef {Activations & {net: Perceptron, ink: ArrayLike<number>, toSquare: Mapping | null, muted: Set<number>}} LocalPrediction
 */

/**
 * @typedef {object} LocalNetworkHandlers
 * @property {(shown: Prediction, whole: {ranking: Ranking, doubt: string}) => void} onPrediction - as the units that are not
 *   muted read it, and as the whole network does
 * @property {(network: Network | null, first: boolean) => void} onNetwork - another network reads; `first` on loading the page
 */

export class LocalNetwork {
  /** @type {Perceptron | null} */
  net = null;
  /** @type {Limits} of a sure answer, the network's own */
  #limits = { sure: 0, likeness: null };
  /** @type {number | null} the least confidence of a sure answer that one has chosen */
  #sure = null;
  /** @type {string[]} */
  #labels = [];
  /** @type {Set<number>} hidden units */
  muted = new Set();
  /** @type {string | null} of the network in use; "" where there is none, null where it is not known */
  #version = null;
  /** @type {Stroke[]} */
  #strokes = [];
  #scheduled = false;
  /** @type {Mapping | null} */
  #toSquare = null;
  /** @type {{ink: ArrayLike<number>, picture: string} | null} */
  #last = null;

  /** @param {LocalNetworkHandlers} handlers */
  constructor(handlers) {
    this.handlers = handlers;
    on("state", ({ network }) => this.#follow(network?.version ?? ""));
    on("sure", (sure) => { this.#sure = sure; this.#readAgain(); });
  }

  /**
   * Whether a response comes from the network that the page computes.
   * @param {ReadResponse} response
   */
  matches({ network }) {
    return this.net !== null && network === this.#version;
  }

  /**
   * Reads a drawing with the next frame.
   * @param {Stroke[]} strokes
   */
  schedule(strokes) {
    this.#strokes = strokes;
    if (!this.net || this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      if (!this.net || !this.#strokes.length) return;
      const { ink, toSquare } = frameStrokes(this.#strokes, this.net.spec);
      this.#toSquare = toSquare;
      if (Array.from(ink).every(Number.isFinite)) this.read(ink, pictureUrl(ink, this.net.spec));
    });
  }

  /**
   * @param {ArrayLike<number>} ink - framed
   * @param {string} picture - the same, as a data: URL
   */
  read(ink, picture) {
    const { net, muted } = this;
    if (!net) return;
    this.#last = { ink, picture };
    const activations = forward(net, ink, muted);
    emit("activations", { net, ink, toSquare: this.#toSquare, muted, ...activations });
    const answer = (/** @type {Float64Array} */ likelihoods) =>
      ({ ranking: rank(net.spec.labels, likelihoods), doubt: this.#doubtOf(likelihoods) });
    const shown = answer(activations.likelihoods);
    this.handlers.onPrediction({ ...shown, picture }, muted.size ? answer(forward(net, ink).likelihoods) : shown);
  }

  clear() {
    this.#strokes = [];
    this.#toSquare = null;
    this.#last = null;
    emit("activations", null);
  }

  /** @param {Iterable<number>} units */
  mute(units) {
    this.muted = new Set(units);
    this.#readAgain();
  }

  /**
   * The doubt about a ranking of the server's, which does not know of the least confidence that one has chosen.
   * @param {Ranking} ranking
   * @param {string} own - the server's
   */
  doubt(ranking, own) {
    const likelihoods = new Map(ranking);
    if (this.#sure === null || !this.#labels.length || !this.#labels.every((label) => likelihoods.has(label))) return own;
    return this.#doubtOf(this.#labels.map((label) => likelihoods.get(label) ?? 0));
  }

  /** @param {Numbers} likelihoods */
  #doubtOf(likelihoods) {
    return doubtOf(likelihoods, { ...this.#limits, sure: this.#sure ?? this.#limits.sure });
  }

  #readAgain() {
    if (this.#last) this.read(this.#last.ink, this.#last.picture);
  }

  /** @param {string} version */
  async #follow(version) {
    if (version === this.#version) return;
    const first = this.#version === null;
    this.#version = version;
    try {
      const network = version ? await api.network() : null;
      if (version !== this.#version) return; // yet another network came into use meanwhile
      this.net = network && hasWeights(network) ? perceptron(network) : null;
      if (network) this.#limits = network;
      this.#labels = network?.spec.labels ?? [];
      this.clear();
      emit("network", network && { ...network, net: this.net });
      this.mute([]);
      this.handlers.onNetwork(network, first);
    } catch (error) {
      if (!api.isApiError(error)) throw error;
      this.#version = null; // requested again with the next state
    }
  }
}

/**
 * A drawing as a network reads it, and where its pixels are in the square.
 * @param {Stroke[]} strokes
 * @param {Spec} spec
 * @returns {{ink: ArrayLike<number>, toSquare: Mapping | null}}
 */
export function frameStrokes(strokes, spec) {
  const drawing = draw(strokes, spec);
  const { data: ink, toInk } = frameWithMapping(drawing, spec);
  return { ink, toSquare: toInk && ((position) => drawing.toSquare(toInk(position))) };
}

/**
 * @param {Network} network
 * @returns {network is Network & Weights}
 */
const hasWeights = (network) => network.InputWeights !== undefined;
