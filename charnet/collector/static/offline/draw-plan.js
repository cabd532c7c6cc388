// What a writer is asked to draw, and how much of it is drawn, as in charnet/collector/plan.py.

/** @import { Plan } from "../responses.js" */

export class DrawPlan {
  /** @type {Map<string, number>} drawings by label so far, less those removed again */
  #drawn = new Map();

  /**
   * @param {"draw" | "analyze"} mode
   * @param {string[]} letters - in the order of drawing; without any it is free play
   * @param {number} count - drawings of each; 0 = no end
   */
  constructor(mode = "draw", letters = [], count = 0) {
    this.mode = mode;
    this.letters = letters;
    this.count = count;
  }

  /**
   * @param {string} label
   * @param {number} [change]
   */
  record(label, change = 1) {
    this.#drawn.set(label, this.#of(label) + change);
  }

  /** @param {string} label */
  #of(label) {
    return this.#drawn.get(label) ?? 0;
  }

  /** @returns {Plan} */
  toJSON() {
    const { letters, count } = this;
    const left = count ? letters.reduce((sum, label) => sum + Math.max(0, count - this.#of(label)), 0) : null;
    const [label = null] = [...letters].sort((one, other) => this.#of(one) - this.#of(other)); // stable: the first of the least
    return {
      mode: letters.length ? this.mode : "free", letters, label: left === 0 ? null : label, left,
      total: count ? count * letters.length : null, done: left === 0,
    };
  }
}
