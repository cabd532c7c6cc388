// How the network reads the drawings, the most doubtful first, and which are most like another: as charnet/collector/gallery.py.

import { frame } from "../../../web/framing.js";
import { draw } from "../../../web/ink.js";
import { forward } from "../../../web/perceptron.js";
import { Refusal } from "./refusal.js";

/** @import { Drawing } from "../../../web/files/letter-folders.js" */
/** @import { Perceptron } from "../../../web/perceptron.js" */
/** @import { KeptDrawings, Kept } from "./kept-drawings.js" */
/** @import { Spec } from "../../../web/network.js" */

/** @typedef {{labels: string[], likelihoods: ArrayLike<number>}} Answer */
/** @typedef {{spec: Spec, version: string, read: (ink: ArrayLike<number>) => Answer}} Reads - a network */

const NEIGHBOURS = 3;
const EXCITING = 12; // drawings that light a hidden unit most
const LEAST = 2 ** -52; // a likelihood, so that its share of all is one

export class SampleReadings {
  /** @type {WeakMap<Drawing, {read: string, sure: number, doubt: number, likelihoods: ArrayLike<number>}>} */
  #known = new WeakMap();
  #version = "";

  /** @param {KeptDrawings} drawings */
  constructor(drawings) {
    this.drawings = drawings;
  }

  /**
   * The drawings of a label, or all, as the network reads them; without one `read` and `sure` are null.
   * @param {Reads | null} network
   * @param {(kept: Kept) => boolean} which
   */
  list(network, which) {
    const rows = this.drawings.all.filter(which).map((kept) => ({ kept, reading: network && this.read(kept.drawing, network) }));
    rows.sort((one, other) => (other.reading?.doubt ?? 0) - (one.reading?.doubt ?? 0));
    return rows.map(({ kept, reading }) => ({
      ...this.drawings.describe(kept), writer: kept.drawing.writer, read: reading?.read ?? null, sure: reading?.sure ?? null,
      doubt: reading?.doubt ?? null, error: "",
    }));
  }

  /**
   * How a network reads a drawing; null where its picture is of another size and it has no strokes.
   * @param {Drawing} drawing
   * @param {Reads} network
   */
  read(drawing, network) {
    if (this.#version !== network.version) this.#known = new WeakMap();
    this.#version = network.version;
    const known = this.#known.get(drawing);
    if (known) return known;
    const ink = inkFor(drawing, this.drawings.spec, network.spec);
    if (!ink) return null;
    const { labels, likelihoods } = network.read(ink);
    const all = Array.from(likelihoods, (value) => Math.max(value, LEAST));
    const best = all.indexOf(Math.max(...all));
    const right = labels.includes(drawing.label) ? all[labels.indexOf(drawing.label)] : 0;
    const doubt = 1 - right / all.reduce((sum, value) => sum + value, 0);
    const found = { read: labels[best], sure: likelihoods[best], doubt, likelihoods };
    this.#known.set(drawing, found);
    return found;
  }

  /**
   * The most similar drawings, best first, by the cosine of the angle between the pictures.
   * @param {ArrayLike<number>} ink - framed
   */
  nearest(ink) {
    const length = Math.hypot(...Array.from(ink));
    const found = this.drawings.all.filter(({ drawing }) => drawing.picture.length === ink.length).map((kept) => {
      let [product, squares] = [0, 0];
      kept.drawing.picture.forEach((value, i) => { product += value * ink[i]; squares += value * value; });
      return { kept, likeness: product / Math.max(1e-9, length * Math.sqrt(squares)) };
    });
    found.sort((one, other) => other.likeness - one.likeness);
    return found.slice(0, NEIGHBOURS).map(({ kept, likeness }) => ({ ...this.drawings.describe(kept), likeness }));
  }

  /**
   * The drawings that light a hidden unit most, the brightest first, with the unit's sum.
   * @param {Perceptron} network
   * @param {number} unit
   */
  mostExciting(network, unit) {
    if (!(unit >= 0 && unit < network.hidden)) throw new Refusal(`the network in use has no hidden unit ${unit}`, 404);
    const found = this.drawings.all.flatMap((kept) => {
      const ink = inkFor(kept.drawing, this.drawings.spec, network.spec);
      return ink ? [{ kept, sum: forward(network, ink).sums[unit] }] : [];
    });
    found.sort((one, other) => other.sum - one.sum);
    return found.slice(0, EXCITING).map(({ kept, sum }) => ({ ...this.drawings.describe(kept), sum }));
  }
}

/**
 * A drawing as a network reads it: its picture, or its strokes framed again where the network reads another size.
 * @param {Drawing} drawing
 * @param {Spec} own - of the picture
 * @param {Spec} wanted
 */
export function inkFor({ picture, strokes }, own, wanted) {
  const same = own.width === wanted.width && own.height === wanted.height && own.framing === wanted.framing;
  if (same) return Float32Array.from(picture, (ink) => ink / 255);
  return strokes && frame(draw(strokes, wanted), wanted);
}
