// The hidden units as they form in a training: all their pictures at some of its epochs, while it runs and again afterwards.

import { element } from "../../web/elements.js";
import * as api from "./api.js";
import { onScheme, signed } from "./units.js";

const STEP = 450; // milliseconds a picture, when they are played
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export function makeReplay() {
  const canvas = element("canvas", "formed");
  const slider = element("input", "");
  const play = element("button", "", "Watch them form");
  const epoch = element("output", "");
  const shown = element("div", "replay", element("h3", "", "The hidden units, forming"), canvas,
    element("div", "row-of", play, slider, epoch));
  Object.assign(slider, { type: "range", min: 0, max: 0, value: 0 });
  slider.setAttribute("aria-label", "Epoch to look at");
  canvas.setAttribute("role", "img");
  shown.hidden = true;
  let [snapshots, size, timer] = [[], null, 0];

  function show(index) {
    if (!snapshots.length) return;
    const { weights, scale, epoch: number } = snapshots[index];
    const bytes = Int8Array.from(atob(weights), (character) => character.charCodeAt(0));
    paint(canvas, bytes, size);
    slider.value = index;
    epoch.textContent = `epoch ${number}`;
    slider.setAttribute("aria-valuetext", epoch.textContent);
    canvas.setAttribute("aria-label", `Input weights of ${bytes.length / (size.width * size.height)} hidden units after epoch `
      + `${number}; the strongest is ${scale.toFixed(2)}`);
  }

  function run(index) {
    clearTimeout(timer);
    show(index);
    if (index + 1 < snapshots.length) timer = setTimeout(() => run(index + 1), STEP);
  }

  slider.addEventListener("input", () => { clearTimeout(timer); show(Number(slider.value)); });
  play.addEventListener("click", () => (calm.matches ? show((Number(slider.value) + 1) % snapshots.length) : run(0)));
  onScheme(() => show(Number(slider.value)));
  return {
    shown,
    forget() { clearTimeout(timer); snapshots = []; shown.hidden = true; },
    async follow() {
      const found = await api.snapshots(snapshots.at(-1)?.epoch ?? 0);
      if (!found.snapshots.length) return;
      size = found;
      snapshots = [...snapshots, ...found.snapshots];
      shown.hidden = false;
      slider.max = snapshots.length - 1;
      show(snapshots.length - 1);
    },
  };
}

// All units side by side, a pixel apart.
function paint(canvas, bytes, { width, height }) {
  const each = width * height;
  const units = bytes.length / each;
  const across = Math.min(units, units > 40 ? 20 : 10);
  canvas.width = across * (width + 1) - 1;
  canvas.height = Math.ceil(units / across) * (height + 1) - 1;
  const pen = canvas.getContext("2d");
  for (let unit = 0; unit < units; unit += 1) {
    const picture = signed(bytes.subarray(unit * each, (unit + 1) * each), width, height, 127);
    pen.putImageData(picture, (unit % across) * (width + 1), Math.floor(unit / across) * (height + 1));
  }
}
