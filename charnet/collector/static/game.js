// A short game: the page names a letter, and the network must read the drawing of it. Nothing is saved.

import { memory } from "./memory.js";

/** @import { Plan } from "./responses.js" */

const ROUNDS = 10;
const STORAGE_KEY = "charnet.streak";

export class Game {
  playing = false;
  /** @type {string[]} */
  #labels = [];
  /** @type {string | null} */
  #label = null;
  #round = 0;
  #score = 0;
  #streak = 0;
  #longest = 0;

  /** @param {string[]} labels - those that the network can read; without any there is no game */
  start(labels) {
    this.playing = labels.length > 0;
    [this.#labels, this.#round, this.#score, this.#streak, this.#longest] = [labels, 0, 0, 0, 0];
    this.#next();
  }

  stop() { this.playing = false; }

  /** @returns {Plan} in the place of the server's */
  get plan() {
    const done = this.#round >= ROUNDS;
    return {
      mode: "game", letters: this.#labels, label: done ? null : this.#label, left: ROUNDS - this.#round, total: ROUNDS, done,
      text: done ? this.#summary() : this.#standing(),
    };
  }

  /**
   * Scores a drawing, goes on to the next letter, and returns a message for the user.
   * @param {string | null} best - what the network reads
   */
  score(best) {
    const label = this.#label;
    const right = best === label;
    this.#score += right ? 1 : 0;
    this.#streak = right ? this.#streak + 1 : 0;
    this.#longest = Math.max(this.#longest, this.#streak);
    memory.set(STORAGE_KEY, String(Math.max(this.#longest, record())));
    this.#round += 1;
    this.#next();
    if (right) return this.#streak > 2 ? `Read: ${label}. ${this.#streak} in a row!` : `Read: ${label}.`;
    return `The network read ${best ?? "nothing"} for ${label}.`;
  }

  #next() {
    const others = this.#labels.filter((label) => label !== this.#label);
    const from = others.length ? others : this.#labels;
    this.#label = from[Math.floor(Math.random() * from.length)] ?? null;
  }

  #standing() {
    const streak = this.#streak > 1 ? `, ${this.#streak} in a row` : "";
    return `Letter ${this.#round + 1} of ${ROUNDS}. Score ${this.#score}${streak}`;
  }

  #summary() {
    return `${this.#score} of ${ROUNDS} read. Longest streak ${this.#longest}, the best so far ${record()}.`;
  }
}

const record = () => Number(memory.get(STORAGE_KEY) ?? 0) || 0;
