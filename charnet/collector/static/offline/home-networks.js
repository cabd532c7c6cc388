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
   * @param {Omit<NamedNetwork, "name">} network
   * @param {string} [name]
   */
  async add({ network, facts }, name = `Network ${Math.max(0, ...[...this.store.networks.keys()].filter(isNumber)) + 1}`) {
    const before = this.store.inUse;
    const key = await this.store.addNetwork({ name, network, facts });
    const old = [...this.store.networks.keys()].filter((each) => each !== key && each !== before).slice(0, -MOST);
    if (old.length) await this.store.remove(old, "networks");
    return { key, name };
  }

  /** What the page is told with its state. */
  get summary() {
    const { current } = this;
    return current && { name: current.name, kind: kindOf(current), ...current.network.spec, accuracy: current.facts.accuracy ?? null, version: current.version };
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
    return {
      ...JSON.parse(writeWeights(current.network)), name: current.name, kind: kindOf(current), spec: current.network.spec, version: current.version,
      accuracy: current.facts.accuracy ?? null, sure: current.facts.sure ?? SURE, likeness: current.facts.likeness ?? null,
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
    const { labels } = current.network.spec;
    const { likelihoods, hidden } = forward(current.network, ink);
    const limits = { sure: current.facts.sure ?? SURE, likeness: current.facts.likeness ?? null };
    return { ranking: rank(labels, likelihoods), doubt: doubtOf(likelihoods, limits), hidden: [...hidden], network: current.version };
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

/** @type {(key: Key) => key is number} */
const isNumber = (key) => typeof key === "number";
