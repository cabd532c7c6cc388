// The networks of the page: the one that came with it and those that were trained or opened here, of which one reads.

import { doubtOf } from "../../../web/doubt.js";
import { writeWeights } from "../../../web/files/weights-file.js";
import { rank } from "../../../web/network.js";
import { forward } from "../../../web/perceptron.js";
import { Refusal } from "./refusal.js";

/** @import { BrowserStore, Key } from "../../../web/browser-store.js" */
/** @import { NamedNetwork } from "./page-file.js" */
/** @import { Answer } from "./sample-readings.js" */

/** @typedef {NamedNetwork & {key: Key | null, version: string}} Current - `key` is null for the one that came with the page */

const SURE = 0.5; // as in charnet/networks/classify.py
const MOST = 20; // that are kept
const MISSING = "There is no ranking because there is no network yet. Draw some letters, then train.";

export class HomeNetworks {
  /**
   * @param {BrowserStore} store
   * @param {NamedNetwork | null} own - came with the page
   */
  constructor(store, own) {
    this.store = store;
    this.own = own;
  }

  /** @returns {Current | null} the network that reads */
  get current() {
    return this.find(this.store.inUse) ?? this.find(null);
  }

  /**
   * @param {Key | null} key
   * @returns {Current | null}
   */
  find(key) {
    const found = key === null ? this.own : this.store.networks.get(key);
    return found ? { ...found, key, version: `network ${key ?? "of the page"}` } : null;
  }

  /** The same, or a refusal. */
  get needed() {
    const { current } = this;
    if (!current) throw new Refusal(MISSING, 404);
    return current;
  }

  /**
   * Keep a network, and read with it.
   * @param {Pick<NamedNetwork, "network" | "facts">} network
   * @param {string} [name]
   */
  async add({ network, facts }, name) {
    const number = this.#nextNumber;
    const named = { name: name ?? `Network ${number}`, number, network, facts };
    const key = await this.store.addNetwork(named);
    const used = new Set([key, this.store.inUse, ...this.store.settings.values()]); // by any page of the same drawings
    const old = [...this.store.networks.keys()].filter((each) => !used.has(each)).slice(0, -MOST);
    if (old.length) await this.store.remove(old, "networks");
    return { ...named, key };
  }

  get #nextNumber() {
    return 1 + Math.max(this.own?.number ?? 0, ...[...this.store.networks.values()].map(({ number }) => number ?? 0));
  }

  /** What the page is told with its state. */
  get summary() {
    const { current } = this;
    if (!current) return null;
    const { name, number, version, network, facts } = current;
    return { name, number, kind: kindOf(current), ...network.spec, accuracy: facts.accuracy ?? null, version };
  }

  /** What the user should know of it. @param {string[]} labels - that are drawn */
  notice(labels) {
    const { current } = this;
    if (!current) return MISSING;
    const missing = labels.filter((label) => !current.network.spec.labels.includes(label));
    return missing.length ? `The network was not trained on ${missing.join(", ")}, so it can't rank them.` : "";
  }

  /** The response that has its weights. @param {string[]} labels - that are drawn */
  describe(labels) {
    const current = this.needed;
    const { name, number, version, network, facts } = current;
    return {
      ...JSON.parse(writeWeights(network)), name, number, kind: kindOf(current), spec: network.spec, version,
      accuracy: facts.accuracy ?? null, sure: facts.sure ?? SURE, likeness: facts.likeness ?? null,
      notice: this.notice(labels),
    };
  }

  /** The network as what reads drawings; null without one. */
  get reads() {
    const { current } = this;
    if (!current) return null;
    return {
      spec: current.network.spec, version: current.version, least: current.facts.sure ?? SURE,
      read: (/** @type {ArrayLike<number>} */ ink) => answerOf(current, ink),
    };
  }

  /** @param {ArrayLike<number>} ink - framed */
  rank(ink) {
    const { current } = this;
    if (!current) return { ranking: [], doubt: "", hidden: null, network: "" };
    const { network, facts, version } = current;
    const { likelihoods, hidden } = forward(network, ink);
    const doubt = doubtOf(likelihoods, { sure: facts.sure ?? SURE, likeness: facts.likeness ?? null });
    return { ranking: rank(network.spec.labels, likelihoods), doubt, hidden: [...hidden], network: version };
  }
}

/**
 * @param {NamedNetwork} named
 * @param {ArrayLike<number>} ink
 * @returns {Answer}
 */
export const answerOf = ({ network }, ink) => ({ labels: network.spec.labels, likelihoods: forward(network, ink).likelihoods });

/** @param {NamedNetwork} named */
const kindOf = ({ network }) => `${network.inputs}-${network.hidden}-${network.outputBias.length}`;
