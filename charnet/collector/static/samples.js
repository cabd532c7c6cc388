// This page's own samples, newest first, and those it removed. Remembered as long as the browser's tab.

import * as api from "./api.js";

const MOST = 100; // that are remembered

export class Samples {
  kept = [];
  removed = [];
  #key = null;

  constructor({ onChange }) {
    this.onChange = onChange;
  }

  open(folder) {
    this.#key = `charnet.saved.${folder}`;
    this.#set(JSON.parse(sessionStorage.getItem(this.#key) ?? "[]"));
  }

  add(label, n) {
    this.#set([{ label, n }, ...this.kept]);
  }

  // Both return what to tell; errors are those of the api.
  async remove() {
    const [last, ...rest] = this.kept;
    if (!last) return "There is nothing to remove.";
    let outcome = `Removed ${last.label}, number ${last.n}. It can be brought back.`;
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
    const { n, path } = await api.restore(last);
    this.removed.shift();
    this.add(last.label, n);
    return `Back as ${path}.`;
  }

  #set(list) {
    this.kept = list.slice(0, MOST);
    sessionStorage.setItem(this.#key, JSON.stringify(this.kept));
    this.onChange();
  }
}
