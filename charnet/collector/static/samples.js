// This page's own samples, newest first, and those it removed. Remembered as long as the browser's tab.

import * as api from "./api.js";

const MOST = 100; // that are remembered
const same = (one, other) => one.label === other.label && one.name === other.name;

// e, number 3; e, Anna-3
export const titled = ({ label, name }) => `${label}, ${/^\d+$/.test(name) ? "number " : ""}${name}`;

export class Samples {
  kept = [];
  removed = [];
  #key = null;

  constructor({ onChange }) {
    this.onChange = onChange;
  }

  open(folder) {
    this.#key = `charnet.drawn.${folder}`;
    this.#set(JSON.parse(sessionStorage.getItem(this.#key) ?? "[]"));
  }

  add({ label, name }) {
    this.#set([{ label, name }, ...this.kept]);
  }

  // Another part of the page threw it away, or gave it another label.
  changed(sample, now = null) {
    if (!this.kept.some((own) => same(own, sample))) return;
    this.#set(this.kept.flatMap((own) => (!same(own, sample) ? [own] : now ? [{ label: now.label, name: now.name }] : [])));
  }

  // Both return what to tell; errors are those of the api.
  async remove() {
    const [last, ...rest] = this.kept;
    if (!last) return "There is nothing to remove.";
    let outcome = `Removed ${titled(last)}. It can be brought back.`;
    try {
      await api.remove(last);
      this.removed.unshift(last);
    } catch (error) {
      if (!(error instanceof api.Refused)) throw error;
      outcome = `Not removed: ${error.message}.`; // someone else was quicker
    }
    this.#set(rest);
    return outcome;
  }

  async restore() {
    const [last] = this.removed;
    if (!last) return "There is nothing to bring back.";
    let outcome;
    try {
      const found = await api.restore(last);
      this.add(found);
      outcome = `Back as ${found.path}.`;
    } catch (error) {
      if (error.status !== 404) throw error;
      outcome = `Not brought back: ${error.message}.`; // someone else was quicker
    }
    this.removed.shift();
    this.onChange();
    return outcome;
  }

  #set(list) {
    this.kept = list.slice(0, MOST);
    sessionStorage.setItem(this.#key, JSON.stringify(this.kept));
    this.onChange();
  }
}
