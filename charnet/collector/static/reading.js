// What the network makes of what lies on the square, while it is drawn: in the page where it can, else by the program.

import * as api from "./api.js";
import { Mind } from "./mind.js";
import { tell } from "./news.js";
import { Reader } from "./reader.js";
import * as view from "./view.js";

export class Reading {
  #reader;
  #resting = false; // whether the pen rests, and nothing was said yet of what is drawn

  // `choose(label)` keeps the drawing as that label, where a person names it; `onChange` is called with whatever is read.
  constructor(desk, { choose, onChange, onNetwork, onError }) {
    Object.assign(this, { desk, choose, onChange });
    this.mind = new Mind({ onSeen: (seen) => this.#see(seen), onNetwork });
    this.#reader = new Reader({
      ask: (strokes) => api.read(strokes, { nearest: !desk.sheet.drawing, word: desk.free }),
      onAnswer: (answer, newest) => this.take(answer, newest),
      onBusy: (busy) => view.part("ranking").setAttribute("aria-busy", String(busy)),
      onError,
    });
  }

  // Whether nobody knows yet what the drawing looks like.
  get unknown() { return this.#reader.busy && !this.mind.net; }

  look() {
    const { ink } = this.desk.sheet;
    this.#resting = false;
    tell("ink", ink);
    if (!this.desk.word) this.mind.look(ink); // it sees one letter
    this.ask();
  }

  ask() { this.#reader.read(this.desk.sheet.ink); }

  // The program's answer, to the last digit what it made of the drawing; `newest` where nothing was drawn since.
  take(answer, newest) {
    this.desk.word = answer.word ?? null;
    tell("reading", answer);
    if (this.desk.word) this.mind.forget();
    if (this.desk.word || !this.mind.knows(answer)) this.#see(answer);
    else if (newest) this.mind.see(answer.ink, answer.picture);
    if (newest && this.#resting) this.#say();
  }

  // What is on its way is not shown any more.
  drop() {
    this.#resting = false;
    this.#reader.forget();
  }

  forget() {
    this.desk.forget();
    this.drop();
    this.mind.forget();
    view.forgetReading();
    tell("ink", []);
    tell("reading", null);
  }

  // The pen rests: say what is read, once it is known; whether it is a word the program alone can tell.
  rest() {
    this.#resting = true;
    if (!this.#reader.busy || (this.mind.net && !this.desk.free)) this.#say();
  }

  #say() {
    const { word, ranking } = this.desk;
    this.#resting = false;
    view.say(word ? view.describeWord(word) : view.describe(ranking));
  }

  #see(seen) {
    this.desk.ranking = seen.ranking;
    view.showReading(seen, this.desk.free ? this.choose : null);
    this.onChange();
  }
}
