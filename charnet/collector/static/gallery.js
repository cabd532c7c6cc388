// A grid of many samples: filled as it is scrolled, selected by mouse, finger and keyboard.

import { element } from "../../web/elements.js";
import { Selection } from "./selection.js";
import { titled } from "./samples.js";

const FIRST = 200; // samples that are asked for at once, and then
const MORE = 400;
const MOST = 1000; // that the program gives at once
const percent = (value) => `${Math.round(100 * value)} %`;

export class Gallery {
  #tiles = []; // in the order of the grid; each has its sample
  #total = 0;
  #round = 0;
  #busy = null;

  constructor({ list, onSelect, onKey, onError }) {
    Object.assign(this, { list, onError, onKey });
    this.element = element("div", "gallery");
    this.element.id = "gallery";
    this.element.setAttribute("role", "listbox");
    this.element.setAttribute("aria-label", "Drawings");
    this.element.setAttribute("aria-multiselectable", "true");
    this.#end = element("div", "end");
    this.selection = new Selection(this.element, () => this.#tiles, onSelect);
    this.element.addEventListener("keydown", (event) => this.#key(event));
    // The end is looked for well before it comes into sight.
    const sight = new IntersectionObserver(([seen]) => { if (seen.isIntersecting) this.#more().catch(this.onError); },
      { root: this.element, rootMargin: "1500px" });
    sight.observe(this.#end);
  }

  #end;

  get size() { return this.#tiles.length; }
  get selected() { return this.selection.tiles.map((tile) => tile.sample); }
  get place() { return this.selection.place; }

  // All anew, where the grid was scrolled to. `one` is whether they are of one label, which then need not be said.
  async load(one) {
    const round = ++this.#round;
    this.one = one;
    const there = Math.max(FIRST, this.#tiles.length);
    const found = [];
    let total = there;
    while (found.length < Math.min(there, total)) {
      const answer = await this.list(found.length, Math.min(MOST, there - found.length));
      if (round !== this.#round) return;
      total = answer.total;
      if (!answer.samples.length) break;
      found.push(...answer.samples);
    }
    const before = this.selection.names;
    const scrolled = this.element.scrollTop;
    this.#total = total;
    this.#tiles = [];
    this.element.replaceChildren();
    this.#append(found);
    this.element.scrollTop = scrolled;
    this.selection.again(before);
  }

  select(tiles) { this.selection.set(tiles); }
  focus() { this.selection.focus(); }
  goTo(place) { if (place !== null) this.selection.goTo(place); }

  async selectAll() {
    try {
      while (this.#tiles.length < this.#total && await this.#more(MOST));
      this.selection.set(this.#tiles);
    } catch (error) {
      this.onError(error);
    }
  }

  // Whether more came.
  #more(limit = MORE) {
    this.#busy ??= this.#next(limit).finally(() => { this.#busy = null; });
    return this.#busy;
  }

  async #next(limit) {
    if (this.#tiles.length >= this.#total) return false;
    const round = this.#round;
    const { total, samples } = await this.list(this.#tiles.length, limit);
    if (round !== this.#round) return false;
    this.#total = samples.length ? total : this.#tiles.length;
    this.#append(samples);
    return samples.length > 0;
  }

  #append(samples) {
    const known = new Set(this.#tiles.map((tile) => tile.title));
    const made = samples.map((sample) => tileOf(sample, this.one)).filter((tile) => !known.has(tile.title));
    this.#tiles.push(...made);
    this.element.append(...made, this.#end);
    made.forEach((tile) => tile.setAttribute("aria-setsize", String(this.#total)));
    this.selection.begin();
  }

  #key(event) {
    if (event.altKey) return;
    const everything = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a";
    if (everything) this.selectAll();
    const used = everything || this.selection.key(event) || this.onKey(event);
    if (used) event.preventDefault();
    if (used || !/^F\d|Tab/.test(event.key)) event.stopPropagation(); // what is typed here is not meant for the drawing
  }
}

function tileOf(sample, one) {
  const { label, name, writer, address, read, sure, error } = sample;
  const picture = new Image();
  Object.assign(picture, { loading: "lazy", decoding: "async", draggable: false });
  if (!error) picture.src = address;
  const wrong = read !== null && read !== label;
  const caption = error ? "no picture" : wrong ? `reads ${read}` : one ? "" : label;
  const tile = element("div", `tile${wrong || error ? " wrong" : ""}`, picture, element("span", "", caption));
  const told = error || (read === null ? "" : `read as ${read}, ${percent(sure)}`);
  tile.sample = sample;
  tile.title = [titled(sample), writer && `by ${writer}`, told].filter(Boolean).join(", ");
  picture.alt = tile.title;
  tile.dataset.sample = `${label}/${name}`;
  tile.setAttribute("role", "option");
  tile.setAttribute("aria-label", tile.title);
  tile.setAttribute("aria-selected", "false");
  tile.tabIndex = -1;
  return tile;
}
