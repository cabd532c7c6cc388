// The drawing that a training reads again and again: the one in the square, else the one saved last, else any.

import { context2d } from "../../web/elements.js";
import { frame } from "../../web/framing.js";
import { draw } from "../../web/ink.js";
import * as api from "./api.js";
import { on } from "./events.js";
import { pictureOf } from "./transport.js";

/** @import { Spec } from "../../web/network.js" */
/** @import { Stroke } from "../../web/ink.js" */
/** @import { SampleId } from "./responses.js" */

/** @typedef {{ink: ArrayLike<number>, label: string | null}} Pinned - `label` is null where nobody has said it */

/** @param {() => void} onChange */
export function makePinned(onChange) {
  /** @type {Stroke[]} */
  let strokes = [];
  /** @type {SampleId | null} */
  let saved = null;
  /** @type {{sample: SampleId, ink: Float64Array, width: number, height: number} | null} */
  let loaded = null;

  on("ink", (ink) => { strokes = ink; onChange(); });
  on("recent", async (sample) => {
    if (sample && (sample.label !== saved?.label || sample.name !== saved.name)) await load(sample);
  });

  /** @param {SampleId} sample */
  async function load(sample) {
    saved = sample;
    const image = Object.assign(new Image(), { src: pictureOf(api.sampleUrl(sample)) });
    try {
      await image.decode();
    } catch {
      return; // it was moved or removed meanwhile
    }
    if (saved !== sample) return;
    loaded = { sample, ink: inkOf(image), width: image.naturalWidth, height: image.naturalHeight };
    onChange();
  }

  return {
    /** Looks for one that was saved, where this page has saved none. */
    async find() {
      if (saved) return;
      const { total } = await api.samples({ limit: 1 });
      const { samples } = await api.samples({ limit: 1, offset: Math.floor(total / 2) }); // neither the clearest nor the worst
      if (!saved && samples.length) await load(samples[0]);
    },
    /** @type {(spec: Spec) => Pinned | null} */
    read(spec) {
      const drawn = strokes.length ? frame(draw(strokes, spec), spec) : null;
      if (drawn && Array.from(drawn).every(Number.isFinite)) return { ink: drawn, label: null };
      if (!loaded || loaded.width !== spec.width || loaded.height !== spec.height) return null;
      return { ink: loaded.ink, label: loaded.sample.label };
    },
  };
}

/** @param {HTMLImageElement} image */
function inkOf(image) {
  const canvas = document.createElement("canvas");
  const [width, height] = [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  const context = context2d(canvas);
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return Float64Array.from({ length: width * height }, (_, i) => 1 - data[4 * i] / 255);
}
