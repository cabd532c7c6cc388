// The drawings that the browser keeps, as the page asks for them: by label and name, and counted.

import { frame } from "../../../web/framing.js";
import { toBytes } from "../../../web/files/letter-folders.js";
import { draw } from "../../../web/ink.js";
import { Refusal } from "./refusal.js";

/** @import { BrowserStore, Key } from "../../../web/browser-store.js" */
/** @import { Drawing } from "../../../web/files/letter-folders.js" */
/** @import { Stroke } from "../../../web/ink.js" */
/** @import { Spec } from "../../../web/network.js" */

/** @typedef {{key: Key, name: string, drawing: Drawing}} Kept */

const [MAX_POINTS, MARGIN] = [20_000, 0.5]; // of a drawing; sides of the square that a pen may leave it by
export const LABELS = "labels"; // the setting
const BLANK = 0.1; // darkest ink of a picture that shows nothing

export class KeptDrawings {
  /** @type {Map<string, Kept>} in the trash, by label and name; gone with the page */
  #removed = new Map();
  /** @type {WeakMap<Drawing, string>} */
  #pictures = new WeakMap();

  /**
   * @param {BrowserStore} store
   * @param {Spec} own - labels that are drawn until others are chosen, and the size of a framed picture
   * @param {(framed: ArrayLike<number>, size: Spec) => string} pictureUrl
   */
  constructor(store, own, pictureUrl) {
    this.store = store;
    this.own = own;
    this.pictureUrl = pictureUrl;
  }

  /** @returns {Spec} with the labels that were chosen last, in this tab or another */
  get spec() {
    return { ...this.own, labels: this.store.settings.get(LABELS) ?? this.own.labels };
  }

  /** @returns {Kept[]} the starter letters first */
  get all() {
    const known = new Set(this.spec.labels);
    return [...this.store.drawings].filter(([, { label }]) => known.has(label))
      .map(([key, drawing]) => ({ key, name: nameOf(key, drawing), drawing }));
  }

  /**
   * @param {string} label
   * @param {string} name
   */
  find(label, name) {
    const found = this.all.find((kept) => kept.drawing.label === label && kept.name === name);
    if (!found) throw new Refusal(`there is no sample ${label}/${name}`, 404);
    return found;
  }

  /**
   * How many each label has.
   * @param {(drawing: Drawing) => boolean} [which]
   */
  counts(which = () => true) {
    const counts = Object.fromEntries(this.spec.labels.map((label) => [label, 0]));
    for (const { drawing } of this.all) if (which(drawing)) counts[drawing.label] += 1;
    return counts;
  }

  /** How many each writer has, the most first. */
  get writers() {
    /** @type {Map<string, number>} */
    const found = new Map();
    for (const { drawing: { writer } } of this.all) if (writer) found.set(writer, (found.get(writer) ?? 0) + 1);
    return Object.fromEntries([...found].sort(([, one], [, other]) => other - one));
  }

  /** @param {Kept} kept */
  describe({ name, drawing }) {
    return { label: drawing.label, name, address: this.picture(drawing) };
  }

  /** @param {Drawing} drawing */
  picture(drawing) {
    const known = this.#pictures.get(drawing) ?? this.pictureUrl(Float32Array.from(drawing.picture, (ink) => ink / 255), this.spec);
    this.#pictures.set(drawing, known);
    return known;
  }

  /**
   * The picture of a sample by its address; "" where it is gone.
   * @param {string} address
   */
  pictureAt(address) {
    const [name, label] = address.split("/").reverse().map((part) => decodeURIComponent(decodeURIComponent(part)));
    const found = this.all.find((kept) => kept.drawing.label === label && kept.name === name);
    return found ? this.picture(found.drawing) : "";
  }

  /** @param {Kept} kept */
  answer(kept) {
    const { label } = kept.drawing;
    return { ...this.describe(kept), path: `${label}/${kept.name}`, count: this.counts()[label] };
  }

  /**
   * @param {string} label
   * @param {Stroke[]} strokes
   * @param {string} writer
   */
  async save(label, strokes, writer) {
    this.check(label);
    return this.add({ label, writer, strokes, picture: toBytes(framedPen(strokes, this.spec)) });
  }

  /** Throws unless it is one of the labels. @param {string} label */
  check(label) {
    const { labels } = this.spec;
    if (!labels.includes(label)) throw new Refusal(`label: "${label.slice(0, 40)}" is not one of ${labels.join(" ")}`);
  }

  /** @param {Drawing} drawing */
  async add(drawing) {
    const [key] = await this.store.addDrawings([drawing]);
    return { key, name: nameOf(key, drawing), drawing };
  }

  /** @param {Kept} kept */
  async remove(kept) {
    this.#removed.set(`${kept.drawing.label}/${kept.name}`, kept);
    await this.store.remove([kept.key]);
  }

  /**
   * @param {string} label
   * @param {string} name
   */
  async restore(label, name) {
    const kept = this.#removed.get(`${label}/${name}`);
    if (!kept) throw new Refusal(`${label}/${name} is not in the trash, which this page empties when it is closed`, 404);
    this.#removed.delete(`${label}/${name}`);
    return this.add(kept.drawing);
  }

  /**
   * @param {Kept} kept
   * @param {string} to
   */
  async move({ key, name, drawing }, to) {
    this.check(to);
    await this.store.relabel(key, to);
    return { key, name, drawing: this.store.drawings.get(key) ?? { ...drawing, label: to } };
  }
}

/**
 * Its name among all: a number, with the writer's name or what it is before it.
 * @param {Key} key
 * @param {Drawing} drawing
 */
function nameOf(key, { writer, starter }) {
  const number = typeof key === "string" ? key.replace("unkept ", "unkept") : String(Math.abs(key));
  return `${writer ? `${writer}-` : starter ? "starter-" : ""}${number}`;
}

/**
 * What a pen has drawn, framed: 0 paper to 1 ink. Throws where nothing is drawn, and for what no square of the page gives.
 * @param {unknown} values
 * @param {Spec} spec
 */
export function framedPen(values, spec) {
  if (!Array.isArray(values) || !values.every((stroke) => Array.isArray(stroke) && stroke.length)) {
    throw new Refusal("strokes: send a list of strokes, each a list of points [x, y, t, p]");
  }
  const points = values.flat();
  if (points.length > MAX_POINTS) throw new Refusal(`strokes: more than ${MAX_POINTS} points`);
  const inside = (/** @type {unknown} */ at) => typeof at === "number" && at >= -MARGIN && at <= 1 + MARGIN;
  if (!points.every((point) => Array.isArray(point) && inside(point[0]) && inside(point[1]))) {
    throw new Refusal("strokes: a point is far outside the drawing square, which reaches from 0 to 1");
  }
  const found = points.length ? frame(draw(values, spec), spec) : [0];
  if (!(Math.max(...found) >= BLANK)) throw new Refusal("strokes: nothing is drawn inside the square, which reaches from 0 to 1");
  return found;
}
