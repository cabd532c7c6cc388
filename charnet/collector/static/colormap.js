// Signed numbers as a picture: positive ones in blue, negative ones in orange, the more opaque or the fuller the larger.

import { context2d } from "../../web/elements.js";

// As [red, green, blue]; people who can't tell red from green can tell these apart.
const COLOURS = { light: { positive: [23, 98, 166], negative: [217, 120, 20] }, dark: { positive: [120, 184, 245], negative: [244, 160, 72] } };
// The shades of hidden.png, from -1 to 1, and their counterparts on dark ground.
const SHADES = {
  light: ["662f00", "b45f06", "eb9a3a", "fbd8a8", "f6f6f6", "b3d4ee", "4f9bd3", "0b5394", "052c52"],
  dark: ["ffe3bd", "f4a848", "c06f14", "63401b", "23272e", "1f4465", "2f7cb9", "71b6f2", "d3e9ff"],
};
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

/**
 * Replaces what is on a canvas by one opaque pixel for each value, in the contrast of hidden.png.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values - row by row; -scale and less, scale and more have the full shades
 * @param {{width: number, height: number}} size
 * @param {number} scale
 */
export function paintShades(canvas, values, { width, height }, scale) {
  const shades = SHADES[dark.matches ? "dark" : "light"].map((hex) => [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  const pixels = new ImageData(width, height);
  for (let i = 0; i < width * height; i += 1) {
    const place = (Math.max(-1, Math.min(1, values[i] / scale)) + 1) / 2 * (shades.length - 1);
    const below = Math.min(Math.floor(place), shades.length - 2);
    const share = place - below;
    pixels.data.set([...shades[below].map((from, channel) => from + share * (shades[below + 1][channel] - from)), 255], 4 * i);
  }
  [canvas.width, canvas.height] = [width, height];
  context2d(canvas).putImageData(pixels, 0, 0);
}

/**
 * Replaces what is on a canvas by the picture that a network reads.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} ink - row by row, 0 paper to 1 ink
 * @param {{width: number, height: number}} size
 */
export function paintInk(canvas, ink, { width, height }) {
  const pixels = new ImageData(width, height);
  const level = (/** @type {number} */ value) => Math.round(dark.matches ? 26 + 210 * value : 255 - 225 * value);
  for (let i = 0; i < width * height; i += 1) pixels.data.set([level(ink[i]), level(ink[i]), level(ink[i]), 255], 4 * i);
  [canvas.width, canvas.height] = [width, height];
  context2d(canvas).putImageData(pixels, 0, 0);
}

export const largestMagnitude = (/** @type {Float64Array} */ values) =>
  values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
