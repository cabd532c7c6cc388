// The pixels' attributions shown on the drawing itself: its lines are coloured by what they add to a label, or take from it.

import { byId, context2d, element } from "../../web/elements.js";
import { PEN } from "../../web/paint.js";
import { t } from "../../web/words.js";
import { signedImage } from "./colormap.js";
import { on } from "./events.js";
import { memory } from "./memory.js";

/** @import { Mapping, Stroke } from "../../web/ink.js" */

/**
 * @typedef {object} Overlay
 * @property {Float64Array} values - of the framed picture's pixels, row by row
 * @property {number} scale - the largest magnitude of them
 * @property {{width: number, height: number}} size - of the framed picture
 * @property {Mapping | null} toSquare - from positions in the framed picture to those in the square
 */

const STORAGE_KEY = "charnet.marks";

export function makeAttributionOverlay() {
  const canvas = byId("attributions", HTMLCanvasElement);
  const checkbox = Object.assign(element("input", ""), { type: "checkbox", checked: memory.get(STORAGE_KEY) !== "off" });
  const root = element("label", "mark", checkbox, element("span", "", t("Also on the drawing")));
  const pixels = document.createElement("canvas");
  /** @type {Stroke[]} */
  let strokes = [];
  /** @type {Overlay | null} */
  let latest = null;
  checkbox.addEventListener("change", () => {
    memory.set(STORAGE_KEY, checkbox.checked ? "on" : "off");
    paint(latest);
  });
  on("ink", (ink) => { strokes = ink; if (!ink.length) paint(null); });
  new ResizeObserver(() => paint(latest)).observe(canvas);

  /** @param {Overlay | null} overlay - null for none */
  function paint(overlay) {
    latest = overlay;
    const context = context2d(canvas);
    const side = Math.round(canvas.getBoundingClientRect().width * devicePixelRatio);
    [canvas.width, canvas.height] = [side, side]; // also clears it
    if (!overlay?.toSquare || !checkbox.checked || !strokes.length || !side) return;
    const { toSquare, values, scale, size: { width, height } } = overlay;
    [pixels.width, pixels.height] = [width, height];
    // The square root makes small values visible on dark ink.
    const visible = values.map((value) => Math.sign(value) * Math.sqrt(Math.abs(value) / (scale || 1)));
    context2d(pixels).putImageData(signedImage(visible, width, height, 1), 0, 0);
    // The mapping to the square is affine: three positions determine it.
    const positions = [[0, 0], [1, 0], [0, 1]].map((position) => toSquare(position).map((sides) => sides * side));
    const [[x, y], [rightX, rightY], [downX, downY]] = positions;
    context.setTransform(rightX - x, rightY - y, downX - x, downY - y, x, y);
    context.drawImage(pixels, 0, 0);
    context.setTransform(side, 0, 0, side, 0, 0); // sides of the square
    context.globalCompositeOperation = "destination-in"; // only what the drawing covers remains
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = PEN;
    context.beginPath();
    for (const stroke of strokes) {
      context.moveTo(stroke[0][0], stroke[0][1]);
      for (const [left, top] of stroke) context.lineTo(left, top);
    }
    context.stroke();
  }
  return { root, paint };
}
