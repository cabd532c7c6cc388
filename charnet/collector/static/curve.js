// The learning curve of a training: accuracy on training and on held-out drawings, by epoch.

import { percent } from "../../web/format.js";

/** @import { CurvePoint } from "./responses.js" */

const NS = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [360, 150];
const [LEFT, RIGHT, TOP, BOTTOM] = [42, 8, 8, 20];

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 */
function svg(tag, attributes, ...children) {
  const created = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) created.setAttribute(name, String(value));
  created.append(...children);
  return created;
}

const x = (/** @type {number} */ epoch, /** @type {number} */ epochs) => LEFT + (epoch / epochs) * (WIDTH - LEFT - RIGHT);
const y = (/** @type {number} */ accuracy) => HEIGHT - BOTTOM - accuracy * (HEIGHT - TOP - BOTTOM);

export function makeCurve() {
  const lines = [0, 0.25, 0.5, 0.75, 1].map((accuracy) =>
    svg("path", { class: "grid", d: `M${LEFT} ${y(accuracy)}H${WIDTH - RIGHT}` }));
  const tickLabels = [0, 0.5, 1].map((accuracy) =>
    svg("text", { x: LEFT - 6, y: y(accuracy) + 4, "text-anchor": "end" }, percent(accuracy)));
  const lastEpoch = svg("text", { x: WIDTH - RIGHT, y: HEIGHT - 4, "text-anchor": "end" });
  const [train, validation] = ["train", "validation"].map((name) => svg("path", { class: name, d: "" }));
  const dot = svg("circle", { class: "validation", r: 4, cx: -10, cy: -10 });
  const chart = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "curve", role: "img" },
    ...lines, ...tickLabels, lastEpoch, train, validation, dot);

  /**
   * @param {CurvePoint[]} curve
   * @param {number} epochs - how many the horizontal axis reaches to
   */
  function draw(curve, epochs) {
    lastEpoch.textContent = epochs ? `epoch ${epochs}` : "";
    train.setAttribute("d", path(curve, epochs, 1));
    validation.setAttribute("d", path(curve, epochs, 2));
    const [epoch, , accuracy] = curve.at(-1) ?? [0, 0, null];
    dot.setAttribute("cx", String(accuracy === null ? -10 : x(epoch, epochs)));
    dot.setAttribute("cy", String(accuracy === null ? -10 : y(accuracy)));
    chart.setAttribute("aria-label", description(curve.at(-1)));
  }
  draw([], 0);
  return { chart, draw };
}

/** @param {CurvePoint | undefined} last */
function description(last) {
  if (!last) return "Learning curve: nothing yet";
  const [epoch, train, validation] = last;
  const heldOut = validation === null ? "no drawings are held out" : `${percent(validation)} of those held out`;
  return `Learning curve up to epoch ${epoch}: the network reads ${percent(train)} of the drawings that it learns from, ${heldOut}`;
}

/**
 * An SVG path through one column of the curve, without the epochs where it is null.
 * @param {CurvePoint[]} curve
 * @param {number} epochs
 * @param {1 | 2} column
 */
function path(curve, epochs, column) {
  const points = curve.flatMap((row) => (row[column] === null ? [] : [[x(row[0], epochs), y(row[column])]]));
  const step = Math.max(1, Math.floor(points.length / WIDTH)); // no more points than pixels
  const some = points.filter((_, index) => index % step === 0 || index === points.length - 1);
  return some.map(([left, top], index) => `${index ? "L" : "M"}${left.toFixed(1)} ${top.toFixed(1)}`).join("");
}
