// Many samples moved or thrown away at a time, and how to undo it. Each act resolves to {text, changes}: what to tell, and
// [sample, what became of it or null] for each that changed.

import * as api from "./api.js";

const AT_ONCE = 6; // requests; browsers hold no more connections to a server
const EVERY = 10; // acts between two words on how far it is
const plural = (n) => `${n} drawing${n === 1 ? "" : "s"}`;

export class Edits {
  busy = false;
  #done = []; // the last one at the end; each a list of what takes one sample's change back

  constructor({ onStep }) {
    this.onStep = onStep;
  }

  get some() { return this.#done.length > 0; }

  remove(samples) {
    return this.#all(samples, (n) => `${plural(n)} moved to the trash. Undo brings ${n === 1 ? "it" : "them"} back.`, async (sample) => {
      await api.remove(sample);
      return { sample, now: null, back: async () => ({ sample, now: await api.restore(sample) }) };
    });
  }

  move(samples, to) {
    const others = samples.filter(({ label }) => label !== to);
    return this.#all(others, (n) => `${plural(n)} moved to ${to}.`, async (sample) => {
      const now = await api.move(sample, to);
      return { sample, now, back: async () => ({ sample: now, now: await api.move(now, sample.label) }) };
    });
  }

  undo() {
    const last = this.#done.pop();
    const left = new Set(last); // what can be tried again, once the program answers
    return this.#all(last, (n) => `${plural(n)} as before.`, async (back) => {
      try {
        const made = await back();
        left.delete(back);
        return made;
      } catch (error) {
        if (error instanceof api.Refused) left.delete(back);
        throw error;
      }
    }, left);
  }

  async #all(things, said, act, left = new Set()) {
    this.busy = true;
    const made = [];
    const errors = [];
    const rest = [...things];
    const work = async () => {
      while (rest.length) {
        try {
          made.push(await act(rest.shift()));
        } catch (error) {
          if (!(error instanceof api.Refused || error instanceof api.Gone)) throw error;
          errors.push(error.message);
          if (error instanceof api.Gone) rest.length = 0;
        }
        const n = made.length + errors.length;
        if (n % EVERY === 0) this.onStep(`${n} of ${things.length} …`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    this.busy = false;
    const backs = made.flatMap(({ back }) => (back ? [back] : []));
    for (const undoable of [[...left], backs]) if (undoable.length) this.#done.push(undoable);
    const failed = errors.length ? ` ${plural(things.length - made.length)} stayed as before: ${errors[0]}.` : "";
    return { text: said(made.length) + failed, changes: made.map(({ sample, now }) => [sample, now]) };
  }
}
