// Picture files decoded, and framed ink as a picture.

import { context2d } from "./elements.js";

/**
 * Grey levels row by row, 0 black to 255 white.
 * @typedef {object} Grey
 * @property {Uint8Array} data
 * @property {number} width
 * @property {number} height
 */

const MAX_PIXELS = 16_000_000; // larger pictures are reduced, since some browsers have no larger canvas
const VISIBLE = 1 / 3; // of the contrast on another ground or in another colour, which below that takes its place

/**
 * A picture file as grey levels, as charnet/pictures/images.py decodes it: upright as its EXIF data say, on a ground and in
 * a colour that show its ink. It rejects for a file that the browser can't decode.
 * @param {File} file
 * @returns {Promise<Grey & {url: string}>}
 */
export async function decodeGrey(file) {
  const image = await decode(file);
  const scale = Math.min(1, Math.sqrt(MAX_PIXELS / (image.naturalWidth * image.naturalHeight)));
  const [width, height] = [image.naturalWidth, image.naturalHeight].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const context = context2d(canvas, { willReadFrequently: true });
  context.drawImage(image, 0, 0, width, height);
  const data = oneChannel(onGround(context.getImageData(0, 0, width, height).data));
  return { data, width, height, url: image.src };
}

/**
 * Red, green, blue and alpha -> red, green and blue on white, or on black where white hides the ink.
 * @param {Uint8ClampedArray} colours
 */
function onGround(colours) {
  const [white, black] = [255, 0].map((ground) => [0, 1, 2].map((channel) => Uint8Array.from(
    { length: colours.length / 4 }, (_, i) => {
      const alpha = colours[4 * i + 3] / 255;
      return Math.round(alpha * colours[4 * i + channel] + (1 - alpha) * ground);
    })));
  const highest = (/** @type {Uint8Array[]} */ channels) => Math.max(...channels.map(contrast));
  return highest(white) < VISIBLE * highest(black) ? black : white;
}

/**
 * The eye's brightness, or the colour that shows ink where brightness does not.
 * @param {Uint8Array[]} channels - red, green and blue
 */
function oneChannel([red, green, blue]) {
  const grey = red.map((value, i) => (19595 * value + 38470 * green[i] + 7471 * blue[i] + 32768) >> 16); // as Pillow
  const best = [red, green, blue].reduce((found, each) => (contrast(each) > contrast(found) ? each : found));
  return contrast(grey) < VISIBLE * contrast(best) ? best : grey;
}

/** @param {Uint8Array} channel */
function contrast(channel) {
  let [low, high] = [255, 0];
  for (const value of channel) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return high - low;
}

/**
 * Through a data: URL, since a page that was opened as a file may not read the pixels behind other URLs.
 * @param {File} file
 */
async function decode(file) {
  const image = new Image();
  image.src = await dataUrl(file);
  await image.decode();
  if (!image.naturalWidth) throw new Error("the picture has no size of its own");
  return image;
}

/**
 * A file as a data: URL.
 * @param {File} file
 * @returns {Promise<string>}
 */
export const dataUrl = (file) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.addEventListener("load", () => resolve(String(reader.result)));
  reader.addEventListener("error", () => reject(reader.error));
  reader.readAsDataURL(file);
});

/**
 * Framed ink as the data: URL of a picture, black on white.
 * @param {ArrayLike<number>} framed
 * @param {{width: number, height: number}} size
 */
export function pictureUrl(framed, { width, height }) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const pixels = new ImageData(width, height);
  for (let i = 0; i < framed.length; i += 1) {
    const grey = 255 - Math.round(255 * framed[i]);
    pixels.data.set([grey, grey, grey, 255], 4 * i);
  }
  context2d(canvas).putImageData(pixels, 0, 0);
  return canvas.toDataURL();
}
