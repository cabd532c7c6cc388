// Which tiles of a grid are selected: a click or the space bar toggles one, Shift selects a range, arrow keys move the focus.

import { closest } from "../../web/elements.js";

/** @type {Record<string, (columns: number) => number>} how many tiles a key moves the focus by */
const STEPS = {
  ArrowLeft: () => -1, ArrowRight: () => 1, ArrowUp: (columns) => -columns, ArrowDown: (columns) => columns,
  PageUp: (columns) => -5 * columns, PageDown: (columns) => 5 * columns, Home: () => -Infinity, End: () => Infinity,
};
const nameOf = (/** @type {HTMLElement} */ tile) => tile.dataset.sample ?? "";

/** @template {HTMLElement} Tile */
export class Selection {
  /** @type {Set<string>} */
  #names = new Set();
  /** @type {HTMLElement | null} the tile that has, or had, the focus */
  #current = null;
  /** @type {HTMLElement | null} where a range begins; it may have been replaced since, see `#start` */
  #anchor = null;

  /**
   * @param {HTMLElement} grid
   * @param {() => Tile[]} allTiles
   * @param {() => void} onChange
   */
  constructor(grid, allTiles, onChange) {
    this.grid = grid;
    this.allTiles = allTiles;
    this.onChange = onChange;
    grid.addEventListener("click", (event) => {
      const tile = closest(event, ".tile");
      if (tile) this.#toggle(tile, event.shiftKey);
    });
  }

  get tiles() { return this.allTiles().filter((tile) => this.#names.has(nameOf(tile))); }
  get names() { return new Set(this.#names); }

  /** The index of the tile with the focus; null where the focus is outside the grid. */
  get focusedIndex() { return this.grid.contains(document.activeElement) ? this.#indexOf(this.#current) : null; }

  /** @param {Tile[]} tiles */
  set(tiles) {
    this.#names = new Set(tiles.map(nameOf));
    this.#show();
  }

  /** Makes sure that the Tab key reaches one tile. */
  makeReachable() {
    if (!this.#current || !this.grid.contains(this.#current)) this.#setCurrent(this.allTiles()[0] ?? null);
  }

  /** Focuses the tile that had the focus last. */
  focus() { this.focusIndex(Math.max(0, this.#indexOf(this.#current))); }

  /**
   * The tiles were replaced: selects those of these names.
   * @param {Set<string>} names
   */
  restore(names) {
    const existing = new Set(this.allTiles().map(nameOf));
    this.#names = new Set([...names].filter((name) => existing.has(name)));
    this.#show();
  }

  /** @param {number} index - clamped to the tiles that there are */
  focusIndex(index) {
    const tiles = this.allTiles();
    const tile = tiles[Math.max(0, Math.min(tiles.length - 1, index))];
    if (!tile) return;
    this.#setCurrent(tile);
    tile.focus();
    tile.scrollIntoView({ block: "nearest" });
  }

  /**
   * Handles a key, and returns whether it did.
   * @param {KeyboardEvent} event
   */
  handleKey(event) {
    const { key, shiftKey, ctrlKey, metaKey } = event;
    const tile = closest(event, ".tile");
    if (ctrlKey || metaKey) return false;
    if (key === "Escape") return this.#names.size > 0 && (this.set([]), true); // without a selection it closes the dialog
    if (!tile) return false;
    if (key === " " || key === "Enter") return this.#toggle(tile, shiftKey), true;
    if (!(key in STEPS)) return false;
    this.focusIndex(this.#indexOf(tile) + STEPS[key](this.#columns()));
    if (shiftKey && this.#current) this.#selectRange(this.#start ?? tile, this.#current);
    else this.#anchor = null;
    return true;
  }

  /**
   * @param {HTMLElement} tile
   * @param {boolean} range - whether to select all from the anchor to it
   */
  #toggle(tile, range) {
    this.#setCurrent(tile);
    if (range && this.#start) return this.#selectRange(this.#start, tile);
    this.#anchor = tile;
    const name = nameOf(tile);
    if (this.#names.has(name)) this.#names.delete(name);
    else this.#names.add(name);
    return this.#show();
  }

  // The anchor, unless it was replaced.
  get #start() { return this.grid.contains(this.#anchor) ? this.#anchor : null; }

  /** @type {(from: HTMLElement, to: HTMLElement) => void} */
  #selectRange(from, to) {
    this.#anchor = from;
    const [low, high] = [this.#indexOf(from), this.#indexOf(to)].sort((a, b) => a - b);
    for (const tile of this.allTiles().slice(low, high + 1)) this.#names.add(nameOf(tile));
    this.#show();
  }

  /** @type {(tile: HTMLElement | null) => number} */
  #indexOf(tile) {
    return this.allTiles().findIndex((other) => other === tile);
  }

  /** @type {(tile: HTMLElement | null) => void} */
  #setCurrent(tile) {
    if (this.#current) this.#current.tabIndex = -1;
    this.#current = tile;
    if (tile) tile.tabIndex = 0;
  }

  #columns() {
    return getComputedStyle(this.grid).gridTemplateColumns.split(" ").length;
  }

  #show() {
    for (const tile of this.allTiles()) {
      const selected = String(this.#names.has(nameOf(tile)));
      if (tile.getAttribute("aria-selected") !== selected) tile.setAttribute("aria-selected", selected);
    }
    this.onChange();
  }
}
