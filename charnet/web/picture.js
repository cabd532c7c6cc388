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

/**
 * A picture file as grey levels, as charnet/pictures/images.py decodes it: upright as its EXIF data say, alpha on white.
 * It rejects for a file that the browser can't decode.
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
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0, width, height);
  const { data: colours } = context.getImageData(0, 0, width, height);
  const data = new Uint8Array(width * height);
  for (let i = 0; i < data.length; i += 1) {
    const [red, green, blue] = [colours[4 * i], colours[4 * i + 1], colours[4 * i + 2]];
    data[i] = (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16; // Pillow's weights
  }
  return { data, width, height, url: image.src };
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
