// The curves of a training, by epoch: accuracy above and loss below, on training and on held-out drawings as they are.

import { percent } from "../../web/format.js";
import { number, t } from "../../web/words.js";
import { fit, thin } from "./curve-path.js";

/** @import { CurvePoint, TrainingStatus } from "./responses.js" */

const NS = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [360, 216];
const [LEFT, RIGHT] = [42, 10];
const PANELS = { accuracy: { top: 20, bottom: 112 }, loss: { top: 136, bottom: 196 } };

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 */
export function svg(tag, attributes, ...children) {
  const created = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) created.setAttribute(name, String(value));
  created.append(...children);
  return created;
}

export function makeCurve() {
  const accuracy = makePanel("accuracy", "", [percent(0), percent(0.5), percent(1)]);
  const loss = makePanel("loss", t("loss"), ["0", "", ""]);
  const lastEpoch = svg("text", { x: WIDTH - RIGHT, y: HEIGHT - 4, "text-anchor": "end" });
  const best = svg("path", { class: "best", d: "" });
  const bestText = svg("text", { class: "best", y: 12 });
  const chart = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "curve", role: "img" },
    accuracy.root, loss.root, best, bestText, lastEpoch);

  /** @param {Pick<TrainingStatus, "curve" | "losses" | "best_epoch" | "epochs">} status */
  function draw({ curve, losses, best_epoch: epoch, epochs }) {
    const end = epochs ?? curve.at(-1)?.[0] ?? 0;
    const x = (/** @type {number} */ at) => LEFT + (at / end) * (WIDTH - LEFT - RIGHT);
    const largest = Math.max(0.1, ...losses.flatMap(([, train, held]) => [train, held ?? 0]));
    accuracy.draw(curve, x, 1);
    loss.draw(losses, x, largest);
    loss.ticks[2].textContent = losses.length ? number(largest, 1) : "";
    lastEpoch.textContent = end ? t("epoch {epoch}", { epoch: end }) : "";
    const shown = epoch !== null && curve.length > 1;
    best.setAttribute("d", shown ? `M${x(epoch).toFixed(1)} ${PANELS.accuracy.top - 4}V${PANELS.loss.bottom}` : "");
    bestText.textContent = shown ? t("best: epoch {epoch}", { epoch }) : "";
    if (shown) {
      const right = x(epoch) > WIDTH - 110;
      bestText.setAttribute("text-anchor", right ? "end" : "start");
      bestText.setAttribute("x", String(x(epoch) + (right ? 2 : -2)));
    }
    chart.setAttribute("aria-label", description(curve.at(-1), epoch));
  }
  draw({ curve: [], losses: [], best_epoch: null, epochs: null });
  return { chart, draw };
}

/**
 * Two lines with their grid.
 * @param {keyof typeof PANELS} name
 * @param {string} title
 * @param {string[]} texts - at the bottom, in the middle and at the top
 */
function makePanel(name, title, texts) {
  const { top, bottom } = PANELS[name];
  const y = (/** @type {number} */ share) => bottom - share * (bottom - top);
  const grid = [0, 0.5, 1].map((share) => svg("path", { class: "grid", d: `M${LEFT} ${y(share)}H${WIDTH - RIGHT}` }));
  const ticks = texts.map((text, index) => svg("text", { x: LEFT - 6, y: y(index / 2) + 4, "text-anchor": "end" }, text));
  const lines = ["train", "validation"].map((kind) => svg("path", { class: kind, d: "" }));
  const dot = svg("circle", { class: "validation", r: 4, cx: -10, cy: -10 });
  const heading = svg("text", { x: LEFT, y: top - 6, class: "heading" }, title);
  const root = svg("g", { class: `panel ${name}` }, ...grid, heading, ...ticks, ...lines, dot);
  /** @type {(rows: CurvePoint[], x: (epoch: number) => number, largest: number) => void} */
  const draw = (rows, x, largest) => {
    lines.forEach((line, index) => {
      const points = rows.flatMap((row) => {
        const value = row[index + 1];
        return value === null ? [] : [/** @type {[number, number]} */ ([x(row[0]), y(fit(value / largest))])];
      });
      line.setAttribute("d", thin(points, WIDTH));
    });
    const [epoch, , held] = rows.at(-1) ?? [0, 0, null];
    dot.setAttribute("cx", String(held === null ? -10 : x(epoch)));
    dot.setAttribute("cy", String(held === null ? -10 : y(fit(held / largest))));
  };
  return { root, ticks, draw };
}

/**
 * @param {CurvePoint | undefined} last
 * @param {number | null} best
 */
function description(last, best) {
  if (!last) return t("Learning curve: nothing yet");
  const [epoch, train, validation] = last;
  const own = t("Learning curve up to epoch {epoch}: the network reads {percent} of the drawings that it learns from", { epoch, percent: percent(train) });
  const heldOut = validation === null ? t("no drawings are held out") : t("{percent} of those held out", { percent: percent(validation) });
  return [`${own}, ${heldOut}`, best === null ? "" : t("the best epoch is {epoch}", { epoch: best })].filter(Boolean).join("; ");
}
