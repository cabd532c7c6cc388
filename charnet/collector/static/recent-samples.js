// The samples that this page saved, newest first, and those that it removed. The browser's tab remembers them.

import { t } from "../../web/words.js";
import * as api from "./api.js";
import { emit } from "./events.js";
import { tabMemory } from "./memory.js";

/** @import { SampleId } from "./responses.js" */

const MAX_REMEMBERED = 100;
const same = (/** @type {SampleId} */ one, /** @type {SampleId} */ other) => one.label === other.label && one.name === other.name;

/** "e, number 3", or with a writer "e, Anna-3". */
export const titleOf = (/** @type {SampleId} */ { label, name }) =>
  (/^\d+$/.test(name) ? t("{label}, number {number}", { label, number: name }) : `${label}, ${name}`);

export class RecentSamples {
  /** @type {SampleId[]} */
  saved = [];
  /** @type {SampleId[]} */
  removed = [];
  #storageKey = "";

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
  }

  /**
   * Recalls those of a folder; each has a list of its own.
   * @param {string} folder
   */
  load(folder) {
    this.#storageKey = `charnet.drawn.${folder}`;
    this.#set(JSON.parse(tabMemory.get(this.#storageKey) ?? "[]"));
  }

  /** @param {SampleId} sample */
  add({ label, name }) {
    this.#set([{ label, name }, ...this.saved]);
  }

  /**
   * Another part of the page moved a sample, or threw it away.
   * @param {SampleId} sample
   * @param {SampleId | null} now
   */
  replace(sample, now) {
    if (!this.saved.some((own) => same(own, sample))) return;
    this.#set(this.saved.flatMap((own) => (!same(own, sample) ? [own] : now ? [{ label: now.label, name: now.name }] : [])));
  }

  /** Removes the latest, and returns a message for the user. */
  async removeLast() {
    const [last, ...rest] = this.saved;
    if (!last) return t("There is nothing to remove.");
    let outcome = t("Removed {drawing}. It can be brought back.", { drawing: titleOf(last) });
    try {
      await api.remove(last);
      this.removed.unshift(last);
    } catch (error) {
      if (!(error instanceof api.Refused)) throw error;
      outcome = t("Not removed: {reason}.", { reason: error.message }); // someone else was quicker
    }
    this.#set(rest);
    return outcome;
  }

  /** Brings the one that was removed last back, and returns a message for the user. */
  async restoreLast() {
    const [last] = this.removed;
    if (!last) return t("There is nothing to bring back.");
    let outcome;
    try {
      const restored = await api.restore(last);
      this.add(restored);
      outcome = t("Back: {drawing}.", { drawing: titleOf(restored) });
    } catch (error) {
      if (!(error instanceof api.Refused) || error.status !== 404) throw error;
      outcome = t("Not brought back: {reason}.", { reason: error.message }); // someone else was quicker
    }
    this.removed.shift();
    this.onChange();
    return outcome;
  }

  /** @param {SampleId[]} samples */
  #set(samples) {
    this.saved = samples.slice(0, MAX_REMEMBERED);
    tabMemory.set(this.#storageKey, JSON.stringify(this.saved));
    emit("recent", this.saved[0] ?? null);
    this.onChange();
  }
}
