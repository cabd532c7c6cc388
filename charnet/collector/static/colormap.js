// Signed numbers as a picture: positive ones in blue, negative ones in orange, the more opaque the larger.

import { context2d } from "../../web/elements.js";

// As [red, green, blue]; people who can't tell red from green can tell these apart.
const COLOURS = { light: { positive: [23, 98, 166], negative: [217, 120, 20] }, dark: { positive: [120, 184, 245], negative: [244, 160, 72] } };
const dark = matchMedia("(prefers-color-scheme: dark)");

export const onColourScheme = (/** @type {() => void} */ listener) => dark.addEventListener("change", listener);

/**
 * Replaces what is on a canvas by one pixel for each value.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values - row by row, from -scale to scale
 * @param {{width: number, height: number}} size
 * @param {number} scale
 */
export function paintSigned(canvas, values, { width, height }, scale) {
  [canvas.width, canvas.height] = [width, height];
  context2d(canvas).putImageData(signedImage(values, width, height, scale), 0, 0);
}

/** @type {(values: ArrayLike<number>, width: number, height: number, scale: number) => ImageData} */
export function signedImage(values, width, height, scale) {
  const { positive, negative } = COLOURS[dark.matches ? "dark" : "light"];
  const pixels = new ImageData(width, height);
  for (let i = 0; i < width * height; i += 1) {
    const opacity = Math.min(1, Math.abs(values[i]) / (scale || 1));
    pixels.data.set([...(values[i] > 0 ? positive : negative), Math.round(255 * opacity)], 4 * i);
  }
  return pixels;
}

export const largestMagnitude = (/** @type {Float64Array} */ values) =>
  values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
