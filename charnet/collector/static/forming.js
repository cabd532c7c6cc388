// The network as it forms, during a training and afterwards: its hidden units, and how it reads one drawing after each snapshot.

import { context2d, element } from "../../web/elements.js";
import { percent } from "../../web/format.js";
import { t } from "../../web/words.js";
import { onColourScheme, paintSigned } from "./colormap.js";
import { makePinned } from "./pinned.js";
import { largeMagnitude, readWith, unpack } from "./snapshots.js";
import * as api from "./train-api.js";

/** @import { Ranking, Spec } from "../../web/network.js" */
/** @import { Snapshot } from "./responses.js" */

const STEP = 300; // milliseconds between two snapshots when they are played
const ROWS = 6; // labels that are shown
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

export function makeForming() {
  const epoch = element("output", "soft");
  const picture = element("canvas", "");
  const caption = element("p", "soft small-text");
  const bars = Object.assign(element("ol", ""), { ariaLabel: t("How the network reads the drawing after this epoch") });
  const tiles = Object.assign(element("div", "forming-units"), { role: "img" });
  const slider = Object.assign(element("input", ""), { type: "range", min: "0", max: "0", value: "0", ariaLabel: t("Epoch to look at") });
  const play = element("button", "", t("Watch it form"));
  const controls = element("div", "row-of small", play, slider);
  const reading = element("div", "pinned", element("figure", "", picture), bars);
  const root = element("div", "forming", element("div", "row-of spread", element("h2", "", t("The network, forming")), epoch),
    reading, caption, tiles, controls);
  const pinned = makePinned(() => show(Number(slider.value)));
  picture.setAttribute("aria-hidden", "true");
  root.hidden = true;
  /** @type {Snapshot[]} */
  let snapshots = [];
  /** @type {Spec} */
  let spec = { labels: [], width: 1, height: 1, framing: "" };
  let timer = 0;
  let loading = false;

  /** @param {number} index */
  function show(index) {
    if (!snapshots.length) return;
    const net = unpack(snapshots[index], spec);
    const drawing = pinned.read(spec);
    const read = drawing && readWith(net, drawing.ink);
    showUnits(net, read?.hidden ?? null);
    reading.hidden = caption.hidden = !read;
    if (read) {
      paintInk(picture, drawing.ink, spec);
      fillBars(bars, shortened(read.ranking, drawing.label), drawing.label);
      caption.textContent = drawing.label === null ? t("How it reads your drawing now. Draw another, and it reads that.")
        : t("How it reads a drawing of {label} now. Draw another, and it reads that.", { label: drawing.label });
    }
    slider.value = String(index);
    epoch.textContent = t("epoch {epoch}", { epoch: snapshots[index].epoch });
    slider.setAttribute("aria-valuetext", epoch.textContent);
  }

  /** @type {(net: import("../../web/perceptron.js").Perceptron, hidden: Float64Array | null) => void} */
  function showUnits(net, hidden) {
    while (tiles.children.length > net.hidden) tiles.lastElementChild?.remove();
    while (tiles.children.length < net.hidden) tiles.append(element("span", "", element("canvas", ""), element("span", "level")));
    const scale = largeMagnitude(net.inputWeights);
    [...tiles.children].forEach((tile, unit) => {
      const [canvas] = tile.children;
      const weights = net.inputWeights.subarray(unit * net.inputs, (unit + 1) * net.inputs);
      if (canvas instanceof HTMLCanvasElement) paintSigned(canvas, weights, spec, scale);
      if (tile instanceof HTMLElement) tile.style.setProperty("--lit", String(hidden ? hidden[unit] : 0));
    });
    tiles.style.setProperty("--columns", String(net.hidden > 40 ? 10 : net.hidden > 20 ? 7 : Math.min(5, net.hidden)));
    tiles.classList.toggle("some", net.hidden > 10 && net.hidden <= 40);
    tiles.setAttribute("aria-label", t("What each of {count} hidden units looks for: ink on blue counts for it, on orange against it", { count: net.hidden }));
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
    async clear() {
      clearTimeout(timer);
      snapshots = [];
      root.hidden = true;
      await pinned.find();
    },
    /** Loads the snapshots since the last one, and shows the latest. */
    async update() {
      if (loading) return;
      loading = true;
      try {
        const response = await api.snapshots(snapshots.at(-1)?.epoch ?? 0);
        if (!response.snapshots.length) return;
        spec = response;
        snapshots = [...snapshots, ...response.snapshots];
        root.hidden = false;
        slider.max = String(snapshots.length - 1);
        show(snapshots.length - 1);
      } finally {
        loading = false;
      }
    },
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} ink
 * @param {Spec} spec
 */
function paintInk(canvas, ink, { width, height }) {
  [canvas.width, canvas.height] = [width, height];
  const pixels = new ImageData(width, height);
  for (let i = 0; i < width * height; i += 1) pixels.data.set([0, 0, 0, Math.round(255 * ink[i])], 4 * i);
  context2d(canvas).putImageData(pixels, 0, 0);
}

/** The best labels, with the wanted one always among them. @type {(ranking: Ranking, wanted: string | null) => Ranking} */
function shortened(ranking, wanted) {
  const place = ranking.findIndex(([label]) => label === wanted);
  return place < ROWS ? ranking.slice(0, ROWS) : [...ranking.slice(0, ROWS - 1), ranking[place]];
}

/**
 * @param {HTMLElement} list
 * @param {Ranking} best
 * @param {string | null} wanted - the label that it should read
 */
function fillBars(list, best, wanted) {
  while (list.children.length > best.length) list.lastElementChild?.remove();
  while (list.children.length < best.length) {
    list.append(element("li", "", element("div", "row", element("span", ""), element("div", "bar"), element("span", ""))));
  }
  best.forEach(([label, share], index) => {
    const row = list.children[index].firstElementChild;
    if (!(row instanceof HTMLElement)) return;
    row.style.setProperty("--share", share.toFixed(4));
    row.children[0].textContent = label;
    row.children[2].textContent = percent(share);
    row.classList.toggle("wanted", label === wanted);
  });
}
