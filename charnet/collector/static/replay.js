// The hidden units as they form: pictures of their input weights after some epochs, during a training and afterwards.

import { context2d, element } from "../../web/elements.js";
import * as api from "./api.js";
import { onColourScheme, signedImage } from "./colormap.js";

/** @import { Snapshot } from "./responses.js" */

const STEP = 450; // milliseconds between two snapshots when they are played
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

export function makeReplay() {
  const canvas = element("canvas", "formed");
  const slider = Object.assign(element("input", ""), { type: "range", min: "0", max: "0", value: "0", ariaLabel: "Epoch to look at" });
  const play = element("button", "", "Watch them form");
  const epoch = element("output", "");
  const root = element("div", "replay", element("h3", "", "The hidden units, forming"), canvas,
    element("div", "row-of", play, slider, epoch));
  canvas.setAttribute("role", "img");
  root.hidden = true;
  /** @type {Snapshot[]} */
  let snapshots = [];
  let size = { width: 1, height: 1 };
  let timer = 0;

  /** @param {number} index */
  function show(index) {
    if (!snapshots.length) return;
    const { weights, scale, epoch: number } = snapshots[index];
    const bytes = Int8Array.from(atob(weights), (character) => character.charCodeAt(0));
    paintUnits(canvas, bytes, size);
    slider.value = String(index);
    epoch.textContent = `epoch ${number}`;
    slider.setAttribute("aria-valuetext", epoch.textContent);
    canvas.setAttribute("aria-label", `Input weights of ${bytes.length / (size.width * size.height)} hidden units after epoch `
      + `${number}; the strongest is ${scale.toFixed(2)}`);
  }

  /** @param {number} index - of the first snapshot to show */
  function playFrom(index) {
    clearTimeout(timer);
    show(index);
    if (index + 1 < snapshots.length) timer = setTimeout(() => playFrom(index + 1), STEP);
  }

  slider.addEventListener("input", () => { clearTimeout(timer); show(Number(slider.value)); });
  play.addEventListener("click", () => {
    if (reducedMotion.matches) show((Number(slider.value) + 1) % snapshots.length);
    else playFrom(0);
  });
  onColourScheme(() => show(Number(slider.value)));
  return {
    root,
    clear() { clearTimeout(timer); snapshots = []; root.hidden = true; },
    /** Loads the snapshots since the last one, and shows the latest. */
    async update() {
      const response = await api.snapshots(snapshots.at(-1)?.epoch ?? 0);
      if (!response.snapshots.length) return;
      size = response;
      snapshots = [...snapshots, ...response.snapshots];
      root.hidden = false;
      slider.max = String(snapshots.length - 1);
      show(snapshots.length - 1);
    },
  };
}

/**
 * Paints all units beside each other, a pixel apart.
 * @param {HTMLCanvasElement} canvas
 * @param {Int8Array} bytes - input weights, unit by unit
 * @param {{width: number, height: number}} size - of each unit's picture
 */
function paintUnits(canvas, bytes, { width, height }) {
  const pixels = width * height;
  const units = bytes.length / pixels;
  const columns = Math.min(units, units > 40 ? 20 : 10);
  canvas.width = columns * (width + 1) - 1;
  canvas.height = Math.ceil(units / columns) * (height + 1) - 1;
  const context = context2d(canvas);
  for (let unit = 0; unit < units; unit += 1) {
    const picture = signedImage(bytes.subarray(unit * pixels, (unit + 1) * pixels), width, height, 127);
    context.putImageData(picture, (unit % columns) * (width + 1), Math.floor(unit / columns) * (height + 1));
  }
}
