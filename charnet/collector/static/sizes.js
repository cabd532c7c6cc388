// The dialog that answers what more drawings would bring, by trainings on 5, 10, 20, ... and all drawings of each letter.

import { element } from "../../web/elements.js";
import { percent } from "../../web/format.js";
import { translated } from "../../web/server-words.js";
import { t } from "../../web/words.js";
import { isApiError } from "./api.js";
import { svg } from "./curve.js";
import { makeDialog } from "./dialogs.js";
import { on } from "./events.js";
import { sentence } from "./outcome.js";
import { conclusion, describePoint, layOut } from "./size-chart.js";
import * as api from "./train-api.js";

/** @import { SizesStatus, TrainingRequest } from "./responses.js" */

const POLL = 250; // milliseconds
const [WIDTH, HEIGHT] = [560, 280];
const BOX = { left: 48, right: WIDTH - 28, top: 24, bottom: HEIGHT - 44 };

/**
 * @param {() => TrainingRequest} settings - of the training that is made again and again
 * @returns {HTMLButtonElement} which opens the dialog
 */
export function mountSizes(settings) {
  const { body, toggle, whenOpen } = makeDialog("sizes", t("What would more drawings bring?"), "", "");
  const button = element("button", "", t("More drawings?"));
  const chart = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "curve size-chart", role: "img" });
  const said = Object.assign(element("p", ""), { role: "status" });
  const again = element("button", "main", t("Train on 5, 10, 20, …"));
  const stop = element("button", "", t("Stop"));
  body.append(element("p", "soft", t("The same training on five drawings of each letter, on ten, twenty and so on, each time "
    + "read on the same held-out drawings. Your network stays as it is.")), chart, said, element("div", "row-of", again, stop));
  button.setAttribute("aria-haspopup", "dialog");
  button.addEventListener("click", () => toggle(true));
  let running = false;
  let open = false;
  let timer = 0;

  /** @param {SizesStatus} status */
  function show(status) {
    running = status.state === "running";
    again.hidden = running;
    again.textContent = status.points.length ? t("Again") : t("Train on 5, 10, 20, …");
    stop.hidden = !running;
    stop.setAttribute("aria-disabled", String(status.stopping));
    chart.toggleAttribute("hidden", !status.sizes.length);
    if (status.sizes.length) drawChart(chart, status);
    said.textContent = tell(status);
    clearTimeout(timer);
    if (running && open) timer = setTimeout(refresh, POLL);
  }

  async function refresh() {
    try {
      show(await api.sizes());
    } catch (error) {
      if (!isApiError(error)) throw error;
      timer = setTimeout(refresh, POLL);
    }
  }

  /** @param {() => Promise<SizesStatus>} action */
  async function attempt(action) {
    try {
      show(await action());
    } catch (error) {
      if (!isApiError(error)) throw error;
      said.textContent = sentence(error.message);
    }
  }

  again.addEventListener("click", () => {
    attempt(() => api.compareSizes({ ...settings(), epochs: undefined, per_label: undefined }));
  });
  stop.addEventListener("click", () => attempt(api.stopComparing));
  whenOpen((now) => {
    open = now;
    clearTimeout(timer);
    if (open) refresh();
  });
  on("training", ({ state }) => again.setAttribute("aria-disabled", String(state === "running")));
  return button;
}

/** @param {SizesStatus} status */
function tell({ state, sizes, points, error }) {
  if (state === "failed") return sentence(translated(error));
  if (state === "stopped") return t("Stopped.");
  if (state !== "running") return conclusion(sizes, points);
  if (!sizes.length) return t("Getting ready …");
  const next = sizes[points.length];
  return next === undefined ? "" : t("Training on {count} drawings a letter …", { count: next });
}

/**
 * @param {SVGElement} chart
 * @param {SizesStatus} status
 */
function drawChart(chart, { sizes, points }) {
  const { floor, ticks, points: placed } = layOut(sizes, points, BOX);
  const levels = [0, 0.5, 1].map((share) => ({ y: BOX.bottom - share * (BOX.bottom - BOX.top), text: percent(floor + share * (1 - floor)) }));
  const line = placed.map(({ x, y }, index) => `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  chart.replaceChildren(
    ...levels.flatMap(({ y, text }) => [svg("path", { class: "grid", d: `M${BOX.left} ${y}H${BOX.right}` }),
      svg("text", { x: BOX.left - 8, y: y + 4, "text-anchor": "end" }, text)]),
    ...ticks.filter(({ x }, index) => index + 1 === ticks.length || ticks[ticks.length - 1].x - x > 48).map(({ size, x }) =>
      svg("text", { x, y: BOX.bottom + 20, "text-anchor": "middle" }, size === sizes[sizes.length - 1] ? t("all {count}", { count: size }) : String(size))),
    svg("text", { x: (BOX.left + BOX.right) / 2, y: HEIGHT - 4, "text-anchor": "middle" }, t("drawings a letter that it learns from")),
    ...placed.map(({ x, low, high }) => svg("path", { class: "interval", d: `M${x} ${low}V${high}M${x - 5} ${low}h10M${x - 5} ${high}h10` })),
    svg("path", { class: "validation", d: line }),
    ...placed.flatMap(({ x, y, high, share }) => [svg("circle", { class: "validation", r: 5, cx: x, cy: y }),
      svg("text", { class: "value", x, y: high - 6, "text-anchor": "middle" }, percent(share))]),
  );
  chart.setAttribute("aria-label", points.length ? points.map(describePoint).join("; ") : t("Nothing is measured yet"));
}
