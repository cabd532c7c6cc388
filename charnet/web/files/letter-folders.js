// Drawings as a zip of letter folders, the one that train.py and the collector take, and back.

import { frame } from "../framing.js";
import { draw } from "../ink.js";
import { Turns } from "../turns.js";
import { fromFolder, toFolder } from "./label-folder.js";
import { inkOf, toPng } from "./png.js";
import { readZip, writeZip } from "./zip.js";

/** @import { Stroke } from "../ink.js" */
/** @import { Spec } from "../network.js" */

/**
 * @typedef {object} Drawing
 * @property {string} label
 * @property {string} writer - "" where unknown
 * @property {Stroke[] | null} strokes - null of a picture
 * @property {Uint8Array} picture - framed, 255 = ink
 * @property {boolean} [starter] - whether a program made it, to start with
 */

/** @typedef {(content: Uint8Array, name: string) => Promise<ArrayLike<number>>} ReadPicture - framed ink, 0 to 1 */

const MAX_FILE = 32 * 1024 ** 2; // bytes of one picture
const MAX_ALL = 512 * 1024 ** 2; // of all, unpacked
const PICTURE = /\.(png|jpe?g|gif|bmp|webp|avif)$/i;
const HIDDEN = /(^|\/)(\.(?!\.?\/)|__MACOSX\/)/;
const WRITER = /^[A-Za-z0-9][A-Za-z0-9-]{0,60}$/;

/**
 * Framed ink as bytes.
 * @param {ArrayLike<number>} framed
 */
export const toBytes = (framed) => Uint8Array.from(framed, (ink) => Math.round(255 * Math.min(1, Math.max(0, ink))));

/**
 * The zip of drawings: `<folder>/<n>.png`, or `<folder>/<writer>-<n>.png`.
 * @param {Drawing[]} drawings
 * @param {Spec} spec
 */
export async function packLetters(drawings, spec) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  /** @type {[string, Uint8Array][]} */
  const files = [];
  const turns = new Turns();
  for (const { label, writer, strokes, picture } of drawings) {
    await turns.give();
    const start = `${toFolder(label)}/${writer ? `${writer}-` : ""}`;
    const number = counts.get(start) ?? 0;
    counts.set(start, number + 1);
    files.push([`${start}${number}.png`, await toPng(picture, spec, strokes)]);
  }
  return writeZip(files);
}

/**
 * The drawings in a zip of letter folders, and what is refused, each with a reason. Rejects for what is no zip.
 * @param {Uint8Array} bytes
 * @param {Spec} spec
 * @param {ReadPicture} readPicture - reads what holds no ink; rejects for what it can't
 * @returns {Promise<{drawings: Drawing[], refused: [name: string, reason: string][]}>}
 */
export async function unpackLetters(bytes, spec, readPicture) {
  const members = readZip(bytes, MAX_FILE).filter(({ name }) => !HIDDEN.test(name));
  if (members.reduce((sum, { size }) => sum + size, 0) > MAX_ALL) {
    throw new Error(`Unpacked, the zip holds more than ${MAX_ALL / 1024 ** 2} MB: send it in parts.`);
  }
  /** @type {Drawing[]} */
  const drawings = [];
  /** @type {[string, string][]} */
  const refused = [];
  const turns = new Turns();
  for (const { name, content } of members) {
    await turns.give();
    try {
      const { label, writer } = described(name, spec.labels);
      drawings.push({ label, writer, ...await readSample(await content(), name, spec, readPicture) });
    } catch (error) {
      refused.push([name, error instanceof Error ? error.message : String(error)]);
    }
  }
  return { drawings, refused };
}

/**
 * The label and the writer in the path of a sample. Throws for what is no sample of these labels.
 * @param {string} path
 * @param {string[]} labels
 */
function described(path, labels) {
  const folders = path.split("/");
  const file = folders.pop() ?? "";
  if (folders.includes("..")) throw new Error("its path leads out of the zip");
  const folder = folders.at(-1);
  if (folder === undefined) throw new Error("it is in no folder; put it into one that is named by its label");
  const label = fromFolder(folder);
  if (!labels.includes(label)) throw new Error(`its folder "${label.slice(0, 40)}" is not one of the labels; rename it`);
  if (!PICTURE.test(file)) throw new Error("not a picture");
  const writer = file.slice(0, Math.max(0, file.lastIndexOf("-")));
  return { label, writer: WRITER.test(writer) ? writer : "" };
}

/**
 * The ink of a picture file, framed; what holds its strokes is framed from them.
 * @param {Uint8Array} content
 * @param {string} name
 * @param {Spec} spec
 * @param {ReadPicture} readPicture
 * @returns {Promise<Pick<Drawing, "strokes" | "picture">>}
 */
export async function readSample(content, name, spec, readPicture) {
  const strokes = await inkOf(content);
  const framed = strokes ? frame(draw(strokes, spec), spec) : await readPicture(content, name);
  return { strokes, picture: toBytes(framed) };
}
