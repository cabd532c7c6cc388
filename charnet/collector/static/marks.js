// On the drawing itself: its lines coloured by what each pixel of the framed ink says for the letter, or against it.

import { element, part } from "../../web/elements.js";
import { PEN } from "../../web/paint.js";
import { on } from "./news.js";
import { signed } from "./units.js";

const MEMORY = "charnet.marks";

export function makeMarks() {
  const canvas = part("marks");
  const box = element("input", "");
  const shown = element("label", "mark", box, element("span", "", "On the drawing, too"));
  const pixels = document.createElement("canvas");
  let strokes = [];
  let latest = null;
  box.type = "checkbox";
  box.checked = localStorage.getItem(MEMORY) !== "off";
  box.addEventListener("change", () => {
    localStorage.setItem(MEMORY, box.checked ? "on" : "off");
    paint(latest);
  });
  on("ink", (now) => { strokes = now; if (!now.length) paint(null); });
  new ResizeObserver(() => paint(latest)).observe(canvas);

  // {values, scale, spec, where}, as signed() and the thought have them; null for nothing.
  function paint(now) {
    latest = now;
    const pen = canvas.getContext("2d");
    const side = Math.round(canvas.getBoundingClientRect().width * devicePixelRatio);
    [canvas.width, canvas.height] = [side, side];
    if (!now?.where || !box.checked || !strokes.length || !side) return;
    const { width, height } = now.spec;
    [pixels.width, pixels.height] = [width, height];
    const clear = now.values.map((value) => Math.sign(value) * Math.sqrt(Math.abs(value) / (now.scale || 1))); // on dark ink
    pixels.getContext("2d").putImageData(signed(clear, width, height, 1), 0, 0);
    // The way from the framed ink to the square is affine: three places tell all.
    const [[x, y], [ax, ay], [dx, dy]] = [[0, 0], [1, 0], [0, 1]].map((at) => now.where(at).map((value) => value * side));
    pen.setTransform(ax - x, ay - y, dx - x, dy - y, x, y);
    pen.drawImage(pixels, 0, 0);
    pen.setTransform(side, 0, 0, side, 0, 0);
    pen.globalCompositeOperation = "destination-in";
    pen.lineCap = pen.lineJoin = "round";
    pen.lineWidth = PEN;
    pen.beginPath();
    for (const stroke of strokes) {
      pen.moveTo(stroke[0][0], stroke[0][1]);
      for (const [across, down] of stroke) pen.lineTo(across, down);
    }
    pen.stroke();
  }
  return { shown, paint };
}
