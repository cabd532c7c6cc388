// The strokes of a drawing that shows how a letter may look: of all that there are the one which the network doubts least.

import * as api from "./api.js";

const found = new Map(); // label -> a promise of its strokes

export function exampleOf(label) {
  if (!found.has(label)) found.set(label, find(label).catch(() => { found.delete(label); return []; }));
  return found.get(label);
}

async function find(label) {
  const { total } = await api.samples({ label, limit: 1 });
  if (!total) throw new Error("none yet");
  const { samples: [{ address }] } = await api.samples({ label, limit: 1, offset: total - 1 });
  return strokesIn(await (await fetch(address)).arrayBuffer());
}

// The text chunk `charnet:ink` of a PNG, which charnet/pictures/ink.py writes; [] where there is none.
async function strokesIn(buffer) {
  const view = new DataView(buffer);
  const text = (from, to) => String.fromCharCode(...new Uint8Array(buffer, from, to - from));
  for (let at = 8; at + 12 <= buffer.byteLength; at += 12 + view.getUint32(at)) {
    const [start, end] = [at + 8, at + 8 + view.getUint32(at)];
    if (text(at + 4, at + 8) !== "iTXt" || text(start, start + 12) !== "charnet:ink\0") continue;
    const packed = view.getUint8(start + 12) === 1;
    const content = new Blob([new Uint8Array(buffer, start + 16, end - start - 16)]); // no language, no translated key
    const stream = packed ? content.stream().pipeThrough(new DecompressionStream("deflate")) : content.stream();
    return (await new Response(stream).json()).strokes;
  }
  return [];
}
