// Which tiles of a grid are selected: by click or space one more or one less, with Shift a range, by arrows too.

const STEPS = { ArrowLeft: () => -1, ArrowRight: () => 1, ArrowUp: (row) => -row, ArrowDown: (row) => row,
  PageUp: (row) => -5 * row, PageDown: (row) => 5 * row, Home: () => -Infinity, End: () => Infinity };
const nameOf = (tile) => tile.dataset.sample;

export class Selection {
  #names = new Set();
  #at = null; // the tile that has, or had, the focus
  #from = null; // where a range begins

  constructor(grid, tiles, onChange) {
    Object.assign(this, { grid, all: tiles, onChange });
    grid.addEventListener("click", (event) => {
      const tile = event.target.closest(".tile");
      if (tile) this.#click(tile, event);
    });
  }

  get tiles() { return this.all().filter((tile) => this.#names.has(nameOf(tile))); }
  get names() { return new Set(this.#names); }
  // Where the focus is in the grid; null where it is elsewhere.
  get place() { return this.grid.contains(document.activeElement) ? this.all().indexOf(this.#at) : null; }

  set(tiles) {
    this.#names = new Set(tiles.map(nameOf));
    this.#show();
  }

  // Let the keyboard come in somewhere.
  begin() {
    if (!this.#at || !this.grid.contains(this.#at)) this.#enter(this.all()[0] ?? null);
  }

  // Take the keys, where they were last.
  focus() { this.goTo(Math.max(0, this.all().indexOf(this.#at))); }

  // The tiles are new: select those that were.
  again(names) {
    const there = new Set(this.all().map(nameOf));
    this.#names = new Set([...names].filter((name) => there.has(name)));
    this.#show();
  }

  goTo(place) {
    const tiles = this.all();
    const tile = tiles[Math.max(0, Math.min(tiles.length - 1, place))];
    if (!tile) return;
    this.#enter(tile);
    tile.focus();
    tile.scrollIntoView({ block: "nearest" });
  }

  key({ key, shiftKey, ctrlKey, metaKey, target }) {
    const tile = target.closest(".tile");
    if (ctrlKey || metaKey) return false;
    if (key === "Escape") return this.set([]), true;
    if (!tile) return false;
    if (key === " " || key === "Enter") return this.#click(tile, { shiftKey }), true;
    if (!(key in STEPS)) return false;
    const before = tile;
    this.goTo(this.all().indexOf(tile) + STEPS[key](this.#columns()));
    if (shiftKey) this.#range(this.#from ?? before, this.#at);
    else this.#from = null;
    return true;
  }

  #click(tile, { shiftKey }) {
    this.#enter(tile);
    if (shiftKey && this.#from && this.grid.contains(this.#from)) return this.#range(this.#from, tile);
    this.#from = tile;
    const name = nameOf(tile);
    if (this.#names.has(name)) this.#names.delete(name);
    else this.#names.add(name);
    this.#show();
  }

  #range(from, to) {
    this.#from = from;
    const tiles = this.all();
    const [low, high] = [tiles.indexOf(from), tiles.indexOf(to)].sort((a, b) => a - b);
    for (const tile of tiles.slice(low, high + 1)) this.#names.add(nameOf(tile));
    this.#show();
  }

  #enter(tile) {
    if (this.#at) this.#at.tabIndex = -1;
    this.#at = tile;
    if (tile) tile.tabIndex = 0;
  }

  #columns() {
    return getComputedStyle(this.grid).gridTemplateColumns.split(" ").length;
  }

  #show() {
    for (const tile of this.all()) {
      const selected = String(this.#names.has(nameOf(tile)));
      if (tile.getAttribute("aria-selected") !== selected) tile.setAttribute("aria-selected", selected);
    }
    this.onChange();
  }
}
