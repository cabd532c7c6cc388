// A short game: a letter is named, and the network must read it. Nothing is saved.

const ROUNDS = 10;
const MEMORY = "charnet.streak";

export class Game {
  playing = false;
  #labels = [];
  #label = null;
  #round = 0;
  #score = 0;
  #streak = 0;
  #longest = 0;

  // `labels` are those that the network can read.
  start(labels) {
    Object.assign(this, { playing: labels.length > 0 });
    [this.#labels, this.#round, this.#score, this.#streak, this.#longest] = [labels, 0, 0, 0, 0];
    this.#next();
  }

  stop() { this.playing = false; }

  // In the place of the plan, whose form it has.
  get plan() {
    const done = this.#round >= ROUNDS;
    return {
      mode: "game", letters: this.#labels, label: done ? null : this.#label, left: ROUNDS - this.#round, total: ROUNDS, done,
      says: done ? this.#summary() : this.#standing(),
    };
  }

  // What to tell of a drawing that the network reads as `read`.
  judge(read) {
    const label = this.#label;
    const right = read === label;
    this.#score += right ? 1 : 0;
    this.#streak = right ? this.#streak + 1 : 0;
    this.#longest = Math.max(this.#longest, this.#streak);
    localStorage.setItem(MEMORY, String(Math.max(this.#longest, best())));
    this.#round += 1;
    this.#next();
    if (right) return this.#streak > 2 ? `Read: ${label}. ${this.#streak} in a row!` : `Read: ${label}.`;
    return `The network read ${read ?? "nothing"} for ${label}.`;
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
    return `${this.#score} of ${ROUNDS} read. Longest streak ${this.#longest}, the best so far ${best()}.`;
  }
}

const best = () => Number(localStorage.getItem(MEMORY) ?? 0) || 0;
