// A picture of which one picks a pixel: with the mouse, a finger, or the arrow keys.

import { element } from "../../web/elements.js";
import { t } from "../../web/words.js";

/** @param {(pixel: number) => void} onPick */
export function makePixelPicker(onPick) {
  const [canvas, mark] = [element("canvas", ""), element("span", "pixel-mark")];
  const root = element("button", "pixels", canvas, mark);
  let [width, height, pixel] = [1, 1, 0];
  canvas.setAttribute("aria-hidden", "true");
  const pick = (/** @type {number} */ column, /** @type {number} */ row) => {
    const within = (/** @type {number} */ value, /** @type {number} */ length) => Math.max(0, Math.min(length - 1, value));
    onPick(within(row, height) * width + within(column, width));
  };
  root.addEventListener("click", (event) => {
    if (!event.detail) return; // the keyboard picks with arrows
    const { left, top, width: wide, height: high } = canvas.getBoundingClientRect();
    pick(Math.floor((event.clientX - left) / wide * width), Math.floor((event.clientY - top) / high * height));
  });
  root.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!move) return;
    event.preventDefault();
    pick(pixel % width + move[0], Math.floor(pixel / width) + move[1]);
  });
  return {
    root,
    /** @type {(size: {width: number, height: number}, chosen: number, painter: (canvas: HTMLCanvasElement) => void) => void} */
    show(size, chosen, painter) {
      ({ width, height } = size);
      pixel = chosen;
      painter(canvas);
      const [column, row] = [pixel % width, Math.floor(pixel / width)];
      mark.style.cssText = `left: ${100 * column / width}%; top: ${100 * row / height}%; width: ${100 / width}%; height: ${100 / height}%`;
      root.setAttribute("aria-label", t("Pixel in row {row}, column {column}; the arrow keys pick another", { row: row + 1, column: column + 1 }));
    },
  };
}
