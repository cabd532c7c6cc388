// The square to draw in: turns pointer events into strokes of points [x, y, milliseconds, pressure].

import { paint } from "./paint.js";

/** @import { Point, Stroke } from "./ink.js" */

/**
 * @typedef {object} Handlers
 * @property {() => void} onStart - before a stroke begins
 * @property {() => void} onInk - whenever the drawing changed
 * @property {(byKeyboard?: boolean) => void} onStroke - a stroke is complete
 * @property {() => void} onFull - no more ink is taken
 * @property {() => void} [onBlocked] - someone tries to draw while the square is blocked
 */

const MIN_DISTANCE = 0.002; // between two points; closer ones show nothing new
const MAX_POINTS = 8000; // what fits into the 256 KB that the server accepts
const MAX_STROKES = 500;

const round = (/** @type {number} */ value, /** @type {number} */ digits) => Number(value.toFixed(digits));
const clamp = (/** @type {number} */ value) => Math.min(1, Math.max(0, value));

export class DrawingPad {
  /** @type {Stroke[]} */
  strokes = [];
  /** @type {Stroke[]} a drawing that is being saved, shown pale */
  pending = [];
  /** @type {Stroke[]} shown, paler still, while nothing is drawn */
  example = [];
  /** @type {Stroke[]} what is written of a letter that shows what the square is for, over the example */
  ghost = [];
  tall = false; // whether it is a capital or a digit
  /** @type {{x: number, y: number} | null} the keyboard's pen */
  cursor = null;
  blocked = false;
  /** @type {{id: number, type: string} | null} the pointer that is drawing */
  #pointer = null;
  #byPen = false; // whether a pen has drawn on this square; then touch, most likely a palm, does not
  /** @type {Stroke | null} the stroke that is being drawn */
  #active = null;
  #startTime = 0;
  #points = 0;
  #lastTime = 0; // of the latest pointer event that was used
  #scheduled = false;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Handlers} handlers
   */
  constructor(canvas, handlers) {
    this.canvas = canvas;
    this.handlers = handlers;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    // The same movements, where the browser reports them at once and not only with the next frame.
    canvas.addEventListener("pointerrawupdate", (event) => { if (event instanceof PointerEvent) this.#move(event); });
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", (event) => this.#cancel(event));
    canvas.addEventListener("lostpointercapture", (event) => this.#up(event));
    // Without this, Chromium takes the quick end of a stroke for a fling, and a tap on a button just after it for what
    // stops the fling: that tap would be no click.
    canvas.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    canvas.addEventListener("focus", () => this.redraw());
    canvas.addEventListener("blur", () => { if (!this.#pointer) this.endStroke(); this.redraw(); });
    new ResizeObserver(() => this.redraw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
  }

  get ink() { return this.strokes.filter((stroke) => stroke.length > 0); }
  get empty() { return this.ink.length === 0; }
  get drawing() { return this.#active !== null; }

  /**
   * Replaces the drawing.
   * @param {Stroke[]} strokes
   */
  setStrokes(strokes) {
    this.#stop();
    this.strokes = strokes;
    this.#points = strokes.reduce((sum, stroke) => sum + stroke.length, 0);
    if (this.empty) this.#byPen = false;
    // Points that are added later continue from the time of the last one.
    const last = this.ink.at(-1)?.at(-1);
    if (last) this.#startTime = performance.now() - last[2];
    this.redraw();
  }

  undo() { this.setStrokes(this.strokes.slice(0, -1)); }

  /**
   * Begins a stroke without a pointer; `extendStroke` and `endStroke` continue and complete it.
   * @type {(x: number, y: number) => void}
   */
  beginStroke(x, y) { if (this.#begin()) this.extendStroke(x, y); }

  /** @type {(x: number, y: number) => void} */
  extendStroke(x, y) {
    this.#append(x, y, performance.now(), 0.5);
    this.handlers.onInk();
  }

  endStroke() {
    if (!this.#active) return;
    this.#stop();
    this.handlers.onStroke(true);
  }

  #begin() {
    if (this.blocked) {
      this.handlers.onBlocked?.();
      return false;
    }
    if (this.strokes.length >= MAX_STROKES) {
      this.handlers.onFull();
      return false;
    }
    this.handlers.onStart();
    this.#active = [];
    this.strokes = [...this.strokes, this.#active];
    return true;
  }

  #stop() { this.#pointer = this.#active = null; }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button !== 0 || (this.#byPen && event.pointerType === "touch")) return;
    if (this.#pointer) {
      // A palm on the screen is no pen: a pen takes over from touch, and touch waits for the pen.
      if (this.#pointer.type !== "touch" || event.pointerType !== "pen") return;
      this.#cancel({ pointerId: this.#pointer.id });
    }
    if (this.#active) this.#stop();
    if (!this.#begin()) return;
    this.#pointer = { id: event.pointerId, type: event.pointerType };
    this.#byPen ||= event.pointerType === "pen";
    try { this.canvas.setPointerCapture(event.pointerId); } catch { /* the event came from a script */ }
    this.#add([event]);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (event.pointerId !== this.#pointer?.id) return;
    // Nobody told the page that the button was released. Events of scripts need not name buttons.
    if (!(event.buttons & 1) && event.pointerType !== "touch" && event.isTrusted) return this.#up(event);
    const coalesced = event.getCoalescedEvents?.() ?? [];
    this.#add(coalesced.length ? coalesced : [event]);
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (event.pointerId !== this.#pointer?.id) return;
    this.#stop();
    this.handlers.onStroke();
  }

  /** @param {{pointerId: number}} event */
  #cancel(event) {
    if (event.pointerId !== this.#pointer?.id) return;
    this.undo(); // the system took the pointer, as for a palm or a gesture: no stroke was meant
    this.handlers.onInk();
    if (!this.empty) this.handlers.onStroke();
  }

  /** @param {PointerEvent[]} events */
  #add(events) {
    const box = this.canvas.getBoundingClientRect();
    const before = this.#points;
    for (const event of events) {
      if (event.timeStamp <= this.#lastTime) continue;
      this.#lastTime = event.timeStamp;
      const x = (event.clientX - box.left) / box.width;
      const y = (event.clientY - box.top) / box.height;
      this.#append(x, y, event.timeStamp, event.pressure);
    }
    if (this.#points > before) this.handlers.onInk();
  }

  /** @type {(x: number, y: number, time: number, pressure: number) => void} */
  #append(x, y, time, pressure) {
    if (!this.#active) return;
    if (this.#points === 0) this.#startTime = time;
    [x, y] = [clamp(x), clamp(y)];
    const last = this.#active.at(-1);
    if (last && Math.hypot(last[0] - x, last[1] - y) < MIN_DISTANCE) return;
    if (this.#points >= MAX_POINTS) return void this.handlers.onFull();
    this.#points += 1;
    const ms = Math.min(3600000, Math.max(last?.[2] ?? 0, time - this.#startTime));
    this.#active.push([round(x, 4), round(y, 4), round(ms, 0), round(clamp(pressure), 3)]);
    this.redraw();
  }

  redraw() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => { this.#scheduled = false; paint(this.canvas, this); });
  }
}
