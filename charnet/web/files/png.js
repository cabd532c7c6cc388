// Samples as PNG files: framed ink, black on white, with its strokes inside, as charnet/pictures/ink.py writes and reads them.

import { crc32, deflate, inflate, joined } from "./bytes.js";

/** @import { Stroke } from "../ink.js" */

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const KEY = "charnet:ink"; // of the iTXt chunk
const MAX_TEXT = 1 << 20; // characters of ink in a file
const MAX_POINTS = 20_000; // of a drawing
const FURTHEST = 2; // sides of the square from its corner
const GREY = [8, 0, 0, 0, 0]; // bits, colour type, compression, filter, interlacing

/**
 * @param {Uint8Array} picture - framed, 255 = ink
 * @param {{width: number, height: number}} spec
 * @param {Stroke[] | null} strokes
 */
export async function toPng(picture, { width, height }, strokes) {
  const rows = new Uint8Array(height * (width + 1)); // each after a 0: no filter
  for (let y = 0; y < height; y += 1) {
    rows.set(picture.subarray(y * width, (y + 1) * width).map((ink) => 255 - ink), y * (width + 1) + 1);
  }
  const size = new DataView(new ArrayBuffer(8));
  size.setUint32(0, width);
  size.setUint32(4, height);
  const parts = [SIGNATURE, chunk("IHDR", joined([new Uint8Array(size.buffer), Uint8Array.from(GREY)]))];
  if (strokes) parts.push(chunk("iTXt", await inkText(strokes)));
  parts.push(chunk("IDAT", await deflate(rows, "deflate")), chunk("IEND", new Uint8Array()));
  return joined(parts);
}

/** @param {Stroke[]} strokes */
async function inkText(strokes) {
  const rounded = strokes.map((stroke) => stroke.map((point) => point.map((value) => Math.round(value * 1e4) / 1e4)));
  const text = new TextEncoder().encode(JSON.stringify({ version: 1, strokes: rounded }));
  // The key, that the text is compressed, by zlib, no language, no translation of the key.
  return joined([new TextEncoder().encode(KEY), Uint8Array.of(0, 1, 0, 0, 0), await deflate(text, "deflate")]);
}

/**
 * @param {string} type
 * @param {Uint8Array} content
 */
function chunk(type, content) {
  const [length, checksum] = [new DataView(new ArrayBuffer(4)), new DataView(new ArrayBuffer(4))];
  const body = joined([new TextEncoder().encode(type), content]);
  length.setUint32(0, content.length);
  checksum.setUint32(0, crc32(body));
  return joined([new Uint8Array(length.buffer), body, new Uint8Array(checksum.buffer)]);
}

/**
 * The strokes inside a PNG file; null where it has none, or none that a page would accept.
 * @param {Uint8Array} bytes
 * @returns {Promise<Stroke[] | null>}
 */
export async function inkOf(bytes) {
  if (!SIGNATURE.every((byte, index) => bytes[index] === byte)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = [...KEY].map((character) => character.charCodeAt(0));
  for (let at = 8; at + 12 <= bytes.length;) {
    const [length, type] = [view.getUint32(at), view.getUint32(at + 4)];
    const content = bytes.subarray(at + 8, at + 8 + length);
    if (type === 0x69545874 && start.every((byte, index) => content[index] === byte) && content[KEY.length] === 0) {
      return textOf(content).then((text) => strokesOf(JSON.parse(text))).catch(() => null);
    }
    at += 12 + length;
  }
  return null;
}

/** @param {Uint8Array} content - of an iTXt chunk */
async function textOf(content) {
  let begin = KEY.length + 3;
  for (let zeros = 0; zeros < 2; begin += 1) {
    if (begin >= content.length) throw new Error("no text");
    zeros += Number(content[begin] === 0);
  }
  const text = content.subarray(begin);
  return new TextDecoder().decode(content[KEY.length + 1] ? await inflate(text, "deflate", MAX_TEXT) : text);
}

/**
 * @param {{strokes?: unknown}} values
 * @returns {Stroke[] | null}
 */
function strokesOf({ strokes }) {
  if (!Array.isArray(strokes) || !strokes.length || !strokes.every(Array.isArray)) return null;
  const points = strokes.flat();
  const fine = points.length && points.length <= MAX_POINTS && strokes.every((stroke) => stroke.length)
    && points.every((point) => Array.isArray(point) && point.length >= 2 && point.every(Number.isFinite)
      && Math.abs(point[0]) < FURTHEST && Math.abs(point[1]) < FURTHEST);
  return fine ? strokes : null;
}
