// A drawing that was saved flies from the square to its letter among the drawings, and shows where it went.

import { byId, context2d, element } from "../../web/elements.js";
import { PEN } from "../../web/paint.js";
import { keyframes } from "./flight-path.js";

/** @import { Stroke } from "../../web/ink.js" */

const TIME = 450; // milliseconds

/**
 * @param {Stroke[]} strokes
 * @param {string} label
 */
export function fly(strokes, label) {
  const chip = [...byId("counts").querySelectorAll("li")].find((item) => item.dataset.label === label)?.firstElementChild;
  if (!chip || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const to = chip.getBoundingClientRect();
  const view = byId("letters").getBoundingClientRect(); // which scrolls on a desk
  if (!to.width || to.top < Math.max(0, view.top) || to.bottom > Math.min(innerHeight, view.bottom)) return; // it is out of sight
  const from = byId("sheet").getBoundingClientRect();
  const canvas = element("canvas", "flying");
  canvas.setAttribute("aria-hidden", "true");
  canvas.width = canvas.height = Math.round(from.width * devicePixelRatio);
  Object.assign(canvas.style, { left: `${from.left}px`, top: `${from.top}px`, width: `${from.width}px`, height: `${from.height}px` });
  document.body.append(canvas);
  trace(canvas, strokes);
  const flight = canvas.animate(keyframes(from, to), { duration: TIME, easing: "cubic-bezier(0.5, 0, 0.8, 0.6)" });
  flight.onfinish = flight.oncancel = () => canvas.remove();
  const { borderColor } = getComputedStyle(chip);
  const accent = getComputedStyle(document.documentElement).getPropertyValue("--accent");
  chip.animate([{ borderColor: accent, boxShadow: `0 0 0 3px ${accent}` }, { borderColor }], { delay: TIME, duration: 2 * TIME });
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Stroke[]} strokes
 */
function trace(canvas, strokes) {
  const context = context2d(canvas);
  context.setTransform(canvas.width, 0, 0, canvas.width, 0, 0); // sides of the square
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = PEN;
  context.strokeStyle = getComputedStyle(canvas).getPropertyValue("--ink");
  context.beginPath();
  for (const stroke of strokes) {
    context.moveTo(stroke[0][0], stroke[0][1]);
    for (const [x, y] of stroke) context.lineTo(x, y);
  }
  context.stroke();
}
