// A short game against the clock: the page names a letter, and the network must read the drawing of it. No drawing is saved.

import { t } from "../../web/words.js";
import { emit } from "./events.js";
import { memory } from "./memory.js";

/** @import { Stroke } from "../../web/ink.js" */
/** @import { Plan } from "./responses.js" */

/** @typedef {{label: string, read: string | null, right: boolean, strokes: Stroke[]}} Round */

/** @typedef {{rounds: Round[], total: number, score: number, startedAt: number, seconds: number | null}} GameView - `seconds` at the end */

const ROUNDS = 10;
const STORAGE_KEY = "charnet.streak";

export class Game {
  playing = false;
  /** @type {string[]} */
  #labels = [];
  /** @type {string | null} */
  #label = null;
  /** @type {Round[]} */
  #rounds = [];
  #startedAt = 0;
  /** @type {number | null} */
  #seconds = null; // at the end
  #streak = 0;
  #longest = 0;

  /** @param {string[]} labels - those that the network can read; without any there is no game */
  start(labels) {
    this.playing = labels.length > 0;
    [this.#labels, this.#rounds, this.#streak, this.#longest] = [labels, [], 0, 0];
    [this.#startedAt, this.#seconds] = [Date.now(), null];
    this.#next();
    emit("game", this.playing ? this.view : null);
  }

  stop() {
    this.playing = false;
    emit("game", null);
  }

  get #round() { return this.#rounds.length; }
  get #score() { return this.#rounds.filter(({ right }) => right).length; }

  /** @returns {GameView} */
  get view() {
    return { rounds: this.#rounds, total: ROUNDS, score: this.#score, startedAt: this.#startedAt, seconds: this.#seconds };
  }

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
   * @param {Stroke[]} strokes - of the drawing
   */
  score(best, strokes = []) {
    const label = this.#label ?? "";
    const right = best === label;
    this.#rounds = [...this.#rounds, { label, read: best, right, strokes }];
    this.#streak = right ? this.#streak + 1 : 0;
    this.#longest = Math.max(this.#longest, this.#streak);
    memory.set(STORAGE_KEY, String(Math.max(this.#longest, record())));
    if (this.#round >= ROUNDS) this.#seconds = Math.round((Date.now() - this.#startedAt) / 1000);
    this.#next();
    emit("game", this.view);
    if (right) return this.#streak > 2 ? t("Read: {label}. {streak} in a row!", { label, streak: this.#streak }) : t("Read: {label}.", { label });
    return best === null ? t("The network read nothing for {label}.", { label }) : t("The network read {best} for {label}.", { best, label });
  }

  #next() {
    const others = this.#labels.filter((label) => label !== this.#label);
    const from = others.length ? others : this.#labels;
    this.#label = from[Math.floor(Math.random() * from.length)] ?? null;
  }

  #standing() {
    const values = { round: this.#round + 1, rounds: ROUNDS, score: this.#score, streak: this.#streak };
    return this.#streak > 1 ? t("Letter {round} of {rounds}. Score {score}, {streak} in a row", values) : t("Letter {round} of {rounds}. Score {score}", values);
  }

  #summary() {
    return t("{score} of {rounds} read. Longest streak {longest}, the best so far {record}.",
      { score: this.#score, rounds: ROUNDS, longest: this.#longest, record: record() });
  }
}

const record = () => Number(memory.get(STORAGE_KEY) ?? 0) || 0;
