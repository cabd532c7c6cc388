// A grid of many samples: loaded as it is scrolled, selected with mouse, finger or keyboard.

import { element } from "../../web/elements.js";
import { percent } from "../../web/format.js";
import { t } from "../../web/words.js";
import { titleOf } from "./recent-samples.js";
import { Selection } from "./selection.js";

/** @import { Sample, SampleList } from "./responses.js" */

/** @typedef {HTMLDivElement & {sample: Sample}} Tile */

/**
 * @typedef {object} GalleryHandlers
 * @property {(offset: number, limit: number) => Promise<SampleList>} list - asks the server for samples
 * @property {() => void} onSelect
 * @property {(event: KeyboardEvent) => boolean} onKey - for keys that the gallery does not use; whether it used it
 * @property {(error: unknown) => void} onError
 */

const FIRST = 200; // samples in the first request, and in each one while scrolling
const MORE = 400;
const MOST = 1000; // that the server gives at once

export class Gallery {
  /** @type {Tile[]} in the order of the grid */
  #tiles = [];
  #total = 0;
  #generation = 0; // goes up whenever all is loaded again
  /** @type {Promise<void>} all being loaded, the last time */
  #latest = Promise.resolve();
  #oneLabel = false;
  /** @type {Promise<boolean> | null} the request for more that is under way */
  #loading = null;
  #end = element("div", "end");

  /** @param {GalleryHandlers} handlers */
  constructor(handlers) {
    this.handlers = handlers;
    this.element = Object.assign(element("div", "gallery"),
      { id: "gallery", role: "listbox", ariaLabel: t("Drawings"), translate: false, ariaMultiSelectable: "true" });
    this.selection = new Selection(this.element, () => this.#tiles, handlers.onSelect);
    this.element.addEventListener("keydown", (event) => this.#handleKey(event));
    // More is loaded well before the end is scrolled into view.
    const observer = new IntersectionObserver(([end]) => { if (end.isIntersecting) this.#loadMore().catch(handlers.onError); },
      { root: this.element, rootMargin: "1500px" });
    observer.observe(this.#end);
  }

  get size() { return this.#tiles.length; }
  get total() { return this.#total; }
  get selected() { return this.selection.tiles.map((tile) => tile.sample); }
  get focusedIndex() { return this.selection.focusedIndex; }

  /**
   * Loads all that was shown again, and waits until what was asked for last is there; the grid stays scrolled where it was.
   * @param {boolean} oneLabel - whether all are of one label, which then need not be shown
   */
  load(oneLabel) {
    this.#latest = this.#load(oneLabel);
    return this.#latest;
  }

  /** @type {(oneLabel: boolean) => Promise<void>} */
  async #load(oneLabel) {
    const generation = ++this.#generation;
    this.#oneLabel = oneLabel;
    const wanted = Math.max(FIRST, this.#tiles.length);
    const samples = [];
    let total = wanted;
    while (samples.length < Math.min(wanted, total)) {
      const response = await this.handlers.list(samples.length, Math.min(MOST, wanted - samples.length));
      if (generation !== this.#generation) return this.#latest;
      total = response.total;
      if (!response.samples.length) break;
      samples.push(...response.samples);
    }
    const selected = this.selection.names;
    const scrolled = this.element.scrollTop;
    this.#total = total;
    this.#tiles = [];
    this.element.replaceChildren();
    this.#append(samples);
    this.element.scrollTop = scrolled;
    this.selection.restore(selected);
  }

  deselectAll() { this.selection.set([]); }
  focus() { this.selection.focus(); }
  focusIndex(/** @type {number | null} */ index) { if (index !== null) this.selection.focusIndex(index); }

  async selectAll() {
    try {
      while (this.#tiles.length < this.#total && await this.#loadMore(MOST));
      this.selection.set(this.#tiles);
    } catch (error) {
      this.handlers.onError(error);
    }
  }

  /** Whether there was more. */
  #loadMore(limit = MORE) {
    this.#loading ??= this.#loadNext(limit).finally(() => { this.#loading = null; });
    return this.#loading;
  }

  /** @param {number} limit */
  async #loadNext(limit) {
    if (this.#tiles.length >= this.#total) return false;
    const generation = this.#generation;
    const { total, samples } = await this.handlers.list(this.#tiles.length, limit);
    if (generation !== this.#generation) return false;
    this.#total = samples.length ? total : this.#tiles.length;
    this.#append(samples);
    return samples.length > 0;
  }

  /** @param {Sample[]} samples */
  #append(samples) {
    const known = new Set(this.#tiles.map((tile) => tile.title));
    const added = samples.map((sample) => tileOf(sample, this.#oneLabel)).filter((tile) => !known.has(tile.title));
    this.#tiles.push(...added);
    this.element.append(...added, this.#end);
    added.forEach((tile) => tile.setAttribute("aria-setsize", String(this.#total)));
    this.selection.makeReachable();
  }

  /** @param {KeyboardEvent} event */
  #handleKey(event) {
    if (event.altKey) return;
    const everything = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a";
    if (everything) this.selectAll();
    const used = everything || this.selection.handleKey(event) || this.handlers.onKey(event);
    if (used) event.preventDefault();
    if (used || !/^F\d|Tab/.test(event.key)) event.stopPropagation(); // keys here are not meant for the drawing
  }
}

/** @type {(sample: Sample, oneLabel: boolean) => Tile} */
function tileOf(sample, oneLabel) {
  const { label, name, writer, address, read, sure, error } = sample;
  const wrong = read !== null && read !== label;
  const caption = error ? t("no picture") : wrong ? `${label} → ${read}` : oneLabel ? "" : label;
  const reading = error || (read === null ? "" : t("reads {label}, {percent}", { label: read, percent: percent(sure ?? 0) }));
  const title = [titleOf(sample), writer && t("by {writer}", { writer }), reading].filter(Boolean).join(", ");
  const picture = Object.assign(new Image(), { loading: "lazy", decoding: "async", draggable: false, alt: title });
  if (!error) picture.src = address;
  const tile = element("div", `tile${wrong || error ? " wrong" : ""}`, picture, element("span", "", caption));
  tile.dataset.sample = `${label}/${name}`;
  return Object.assign(tile, { sample, title, role: "option", ariaLabel: title, ariaSelected: "false", tabIndex: -1 });
}
