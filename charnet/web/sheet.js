// The square to draw in: pointers -> strokes of points [x, y, ms, pressure], x and y in units of the square's side.

import { paint } from "./paint.js";

const NEAR = 0.002; // points closer than this to the last one show nothing new
const MAX_POINTS = 8000; // what fits into the 256 KB that the server takes
const MAX_STROKES = 500;

const round = (value, digits) => Number(value.toFixed(digits));
const clamp = (value) => Math.min(1, Math.max(0, value));

export class Sheet {
  strokes = [];
  ghost = []; // a drawing that is on its way to the server
  example = []; // a pale one, to be seen while nothing is drawn
  cursor = null; // of the keyboard's pen
  blocked = false;
  #pointer = null; // {id, type} of the one that is drawing
  #active = null; // the stroke it draws
  #start = 0;
  #points = 0;
  #seen = 0; // the time of the last movement that was taken
  #scheduled = false;

  constructor(canvas, { onStart, onInk, onStroke, onFull, onBlocked = () => {} }) {
    this.canvas = canvas;
    this.on = { onStart, onInk, onStroke, onFull, onBlocked };
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    // The same movements, where the browser tells them at once and not only with the next frame.
    canvas.addEventListener("pointerrawupdate", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", (event) => this.#cancel(event));
    canvas.addEventListener("lostpointercapture", (event) => this.#up(event));
    // Or Chromium takes the quick end of a stroke for a fling, and a tap on a button just after it for what stops the
    // fling: that tap would be no click.
    canvas.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    canvas.addEventListener("focus", () => this.redraw());
    canvas.addEventListener("blur", () => { if (!this.#pointer) this.end(); this.redraw(); });
    new ResizeObserver(() => this.redraw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
  }

  get ink() { return this.strokes.filter((stroke) => stroke.length > 0); }
  get empty() { return this.ink.length === 0; }
  get drawing() { return this.#active !== null; }

  put(strokes) {
    this.#stop();
    this.strokes = strokes;
    this.#points = strokes.reduce((sum, stroke) => sum + stroke.length, 0);
    // Points that are added later go on from the time of the last one.
    if (this.#points) this.#start = performance.now() - this.ink.at(-1).at(-1)[2];
    this.redraw();
  }

  undo() {
    this.put(this.strokes.slice(0, -1));
  }

  // For keyboards: a stroke that begins, goes on and ends without a pointer. `onStroke` is told that it was one.
  begin(x, y) { if (this.#open()) { this.#append(x, y, performance.now(), 0.5); this.on.onInk(); } }
  extend(x, y) { this.#append(x, y, performance.now(), 0.5); this.on.onInk(); }
  end() {
    if (!this.#active) return;
    this.#stop();
    this.on.onStroke(true);
  }

  #open() {
    if (this.blocked) {
      this.on.onBlocked();
      return false;
    }
    if (this.strokes.length >= MAX_STROKES) {
      this.on.onFull();
      return false;
    }
    this.on.onStart();
    this.#active = [];
    this.strokes = [...this.strokes, this.#active];
    return true;
  }

  #stop() {
    this.#pointer = null;
    this.#active = null;
  }

  #down(event) {
    if (event.button !== 0) return;
    if (this.#pointer) {
      // A palm on the screen is no pen: a pen takes over from touch, and touch waits for the pen.
      if (this.#pointer.type !== "touch" || event.pointerType !== "pen") return;
      this.#cancel({ pointerId: this.#pointer.id });
    }
    if (this.#active) this.#stop();
    if (!this.#open()) return;
    this.#pointer = { id: event.pointerId, type: event.pointerType };
    try { this.canvas.setPointerCapture(event.pointerId); } catch { /* a pointer that scripts made up */ }
    this.#add([event]);
  }

  #move(event) {
    if (event.pointerId !== this.#pointer?.id) return;
    const merged = event.getCoalescedEvents?.() ?? [];
    this.#add(merged.length ? merged : [event]);
  }

  #up(event) {
    if (event.pointerId !== this.#pointer?.id) return;
    this.#stop();
    this.on.onStroke();
  }

  #cancel(event) {
    if (event.pointerId !== this.#pointer?.id) return;
    this.undo(); // the system took the pointer, as for a palm or a gesture: no stroke was meant
    this.on.onInk();
    if (!this.empty) this.on.onStroke();
  }

  #add(events) {
    const box = this.canvas.getBoundingClientRect();
    const before = this.#points;
    for (const event of events) {
      if (event.timeStamp <= this.#seen) continue;
      this.#seen = event.timeStamp;
      const x = (event.clientX - box.left) / box.width;
      const y = (event.clientY - box.top) / box.height;
      this.#append(x, y, event.timeStamp, event.pressure);
    }
    if (this.#points > before) this.on.onInk();
  }

  #append(x, y, time, pressure) {
    if (this.#points === 0) this.#start = time;
    [x, y] = [clamp(x), clamp(y)];
    const last = this.#active.at(-1);
    if (last && Math.hypot(last[0] - x, last[1] - y) < NEAR) return;
    if (this.#points >= MAX_POINTS) return this.on.onFull();
    this.#points += 1;
    const ms = Math.min(3600000, Math.max(last?.[2] ?? 0, time - this.#start));
    this.#active.push([round(x, 4), round(y, 4), round(ms, 0), round(clamp(pressure), 3)]);
    this.redraw();
  }

  redraw() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => { this.#scheduled = false; paint(this.canvas, this); });
  }
}
