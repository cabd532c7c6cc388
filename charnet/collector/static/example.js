// The strokes of an example for a letter: the drawing of it that the network doubts least, or how it is usually written.

import * as api from "./api.js";
import { send } from "./transport.js";

/** @import { Stroke } from "../../web/ink.js" */

/** @type {Map<string, Promise<Stroke[]>>} by label */
const examples = new Map();

/**
 * [] where there is no example, or none with strokes.
 * @param {string} label
 */
export function exampleOf(label) {
  const known = examples.get(label);
  if (known) return known;
  const found = find(label).catch(() => { examples.delete(label); return []; });
  examples.set(label, found);
  return found;
}

/** @param {string} label */
async function find(label) {
  const { total } = await api.samples({ label, limit: 1 });
  if (!total) return (await api.example(label)).strokes;
  const { samples: [best] } = await api.samples({ label, limit: 1, offset: total - 1 });
  const drawn = await strokesIn(await (await send(api.sampleUrl(best))).arrayBuffer());
  return drawn.length ? drawn : (await api.example(label)).strokes;
}

/**
 * The strokes in the PNG chunk `charnet:ink`, which charnet/pictures/ink.py writes; [] where there is none.
 * @param {ArrayBuffer} buffer
 * @returns {Promise<Stroke[]>}
 */
async function strokesIn(buffer) {
  const view = new DataView(buffer);
  const text = (/** @type {number} */ from, /** @type {number} */ to) =>
    String.fromCharCode(...new Uint8Array(buffer, from, to - from));
  for (let at = 8; at + 12 <= buffer.byteLength; at += 12 + view.getUint32(at)) {
    const [start, end] = [at + 8, at + 8 + view.getUint32(at)];
    if (text(at + 4, at + 8) !== "iTXt" || text(start, start + 12) !== "charnet:ink\0") continue;
    const compressed = view.getUint8(start + 12) === 1;
    const content = new Blob([new Uint8Array(buffer, start + 16, end - start - 16)]); // no language, no translated keyword
    const stream = compressed ? content.stream().pipeThrough(new DecompressionStream("deflate")) : content.stream();
    return (await new Response(stream).json()).strokes;
  }
  return [];
}
