// Many samples moved or removed at a time, and undone again.

import { t, tn } from "../../web/words.js";
import * as api from "./api.js";

/** @import { SampleId } from "./responses.js" */

/** @typedef {{sample: SampleId, now: SampleId | null}} Change - what became of a sample; null for one that was removed */
/** @typedef {() => Promise<Change>} Undo */
/** @typedef {{text: string, changes: Change[]}} Outcome - `text` is a message for the user */

const MAX_PARALLEL = 6; // requests; browsers hold no more connections to a server
const REPORT_EVERY = 10; // requests between two reports of progress

export class Edits {
  busy = false;
  /** @type {Undo[][]} what undoes each edit, sample by sample; the latest last */
  #history = [];

  /** @param {(text: string) => void} onProgress */
  constructor(onProgress) {
    this.onProgress = onProgress;
  }

  get canUndo() { return this.#history.length > 0; }

  /** @param {SampleId[]} samples */
  remove(samples) {
    const text = (/** @type {number} */ n) => tn(n, "{n} drawing moved to the trash. Undo brings it back.", "{n} drawings moved to the trash. Undo brings them back.");
    return this.#run(samples, text, async (sample) => {
      await api.remove(sample);
      return { sample, now: null, undo: async () => ({ sample, now: await api.restore(sample) }) };
    });
  }

  /**
   * @param {SampleId[]} samples
   * @param {string} to - a label
   */
  move(samples, to) {
    const others = samples.filter(({ label }) => label !== to);
    return this.#run(others, (n) => tn(n, "{n} drawing moved to {label}.", "{n} drawings moved to {label}.", { label: to }), async (sample) => {
      const now = await api.move(sample, to);
      return { sample, now, undo: async () => ({ sample: now, now: await api.move(now, sample.label) }) };
    });
  }

  undo() {
    const last = this.#history.pop() ?? [];
    const unfinished = new Set(last); // can be tried again once the server answers
    return this.#run(last, (n) => tn(n, "{n} drawing as before.", "{n} drawings as before."), async (undo) => {
      try {
        const change = await undo();
        unfinished.delete(undo);
        return change;
      } catch (error) {
        if (error instanceof api.Refused) unfinished.delete(undo);
        throw error;
      }
    }, unfinished);
  }

  /**
   * Does the same to each item, several at a time. What can be undone joins the history.
   * @template Item
   * @param {Item[]} items
   * @param {(count: number) => string} describe
   * @param {(item: Item) => Promise<Change & {undo?: Undo}>} act
   * @param {Set<Undo>} [unfinished] - what remains to be undone
   * @returns {Promise<Outcome>}
   */
  async #run(items, describe, act, unfinished = new Set()) {
    this.busy = true;
    /** @type {(Change & {undo?: Undo})[]} */
    const changes = [];
    /** @type {string[]} */
    const errors = [];
    const queue = [...items];
    const work = async () => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
        try {
          changes.push(await act(item));
        } catch (error) {
          if (!api.isApiError(error)) throw error;
          errors.push(error.message);
          if (error instanceof api.Unreachable) queue.length = 0;
        }
        const n = changes.length + errors.length;
        if (n % REPORT_EVERY === 0) this.onProgress(t("{count} of {total} …", { count: n, total: items.length }));
      }
    };
    await Promise.all(Array.from({ length: MAX_PARALLEL }, work));
    this.busy = false;
    const undos = changes.flatMap(({ undo }) => (undo ? [undo] : []));
    for (const edit of [[...unfinished], undos]) if (edit.length) this.#history.push(edit);
    const failed = errors.length ? ` ${tn(items.length - changes.length, "{n} drawing stayed as before: {reason}.",
      "{n} drawings stayed as before: {reason}.", { reason: errors[0] })}` : "";
    return { text: describe(changes.length) + failed, changes };
  }
}
