// What answers the page's requests where there is no server: a line for each that is answered, named as in docs/api.md.

import { toPng } from "../../../web/files/png.js";
import { readPicture } from "./home-files.js";
import { Refusal } from "./refusal.js";

/** @import { Home } from "./home.js" */

/**
 * A request: what its path, its query and its body say.
 * @typedef {{parts: string[], query: URLSearchParams, body: any, file: Blob}} Asked
 */

/** @typedef {(home: Home, asked: Asked) => unknown} Answer - JSON, or a file as it is */

/** @type {Record<string, Answer>} by method and path; * stands for one part of the path */
const ROUTES = {
  "GET /api/state": (home, { query }) => home.state(query.get("writer") ?? ""),
  "POST /api/plan": (home, { body }) => home.setPlan(body),
  "POST /api/labels": (home, { body }) => home.setLabels(body.labels),
  "GET /api/example": (home, { query }) => ({ strokes: home.page.exampleOf(query.get("label") ?? "") }),
  "GET /api/network": (home) => home.networks.describe(home.drawings.spec.labels),
  "POST /api/read": (home, { body }) => home.readStrokes(body.strokes, body),
  "POST /api/read/picture": async (home, { file, query }) =>
    ({ ...home.read(await readPicture(file, home.spec), query.get("nearest") === "true"), note: "" }),
  "POST /api/samples": (home, { body }) => home.save(body),
  "POST /api/analyze": (home, { body }) => home.analyze(body),
  "GET /api/samples": (home, { query }) => list(home, query),
  "GET /api/network/units/*": (home, { parts }) =>
    ({ samples: home.readings.mostExciting(home.networks.needed.network, Number(parts[0])) }),
  "GET /api/confusions": (home, { query }) => confusions(home, query.get("held_out") === "true"),
  "POST /api/game": (home, { body }) => ({ best: home.endGame(body) }),
  "GET /api/samples/*/*": async (home, { parts }) => {
    const { drawing } = home.drawings.find(parts[0], parts[1]);
    return new Blob([new Uint8Array(await toPng(drawing.picture, home.drawings.spec, drawing.strokes))], { type: "image/png" });
  },
  "DELETE /api/samples/*/*": (home, { parts }) => home.remove(parts[0], parts[1]),
  "POST /api/samples/*/*/restore": (home, { parts }) => home.restore(parts[0], parts[1]),
  "POST /api/samples/*/*/move": (home, { parts, body }) => home.move(parts[0], parts[1], body.to),
  "POST /api/train": (home, { body }) => home.trainer.start(body),
  "GET /api/train": (home) => home.trainer.status,
  "DELETE /api/train": (home) => { home.trainer.stop(); return home.trainer.status; },
  "POST /api/train/warm": (home) => home.trainer.status,
  "DELETE /api/train/warm": (home) => home.trainer.status,
  "GET /api/train/snapshots": (home, { query }) => snapshots(home, Number(query.get("after") ?? 0)),
  "POST /api/train/former": async (home, { body }) => { await home.trainer.switch(body.back); return home.trainer.status; },
  "POST /api/train/sizes": (home, { body }) => home.trainer.compareSizes(body),
  "GET /api/train/sizes": (home) => home.trainer.sizes,
  "DELETE /api/train/sizes": (home) => { home.trainer.stopComparing(); return home.trainer.sizes; },
  "GET /api/archive": (home, { query }) => home.files.letters({ label: query.get("label"), writer: query.get("writer") }),
  "POST /api/archive": (home, { file, query }) =>
    home.files.add(file, { label: query.get("label"), writer: query.get("writer") ?? "", name: query.get("name") ?? "the file" }),
  "GET /api/export": (home, { query }) => home.files.network(query.get("to")),
};

/**
 * The response to a request, as the server would give it.
 * @param {Home} home
 * @param {string} address
 * @param {RequestInit} [options]
 */
export async function answer(home, address, { method = "GET", body } = {}) {
  const { pathname, searchParams: query } = new URL(address, "http://page");
  const parts = pathname.split("/").slice(1);
  const found = Object.entries(ROUTES).find(([route]) => matches(route, method, parts));
  try {
    if (!found) throw new Refusal("this page has no server, which this needs: open the drawing page by `python collect.py`", 404);
    const names = found[0].split("/").slice(1);
    const stars = parts.filter((_, index) => names[index] === "*").map(unescaped);
    const json = typeof body === "string" ? JSON.parse(body) : {};
    const content = await found[1](home, { parts: stars, query, body: json, file: body instanceof Blob ? body : new Blob() });
    return content instanceof Blob ? new Response(content) : new Response(JSON.stringify(content));
  } catch (error) {
    const { message, status, more } = error instanceof Refusal ? error : failed(error);
    return new Response(JSON.stringify({ error: message, ...more }), { status });
  }
}

/** What is a bug: told in the browser's console too. @param {unknown} error */
function failed(error) {
  globalThis.reportError?.(error);
  return new Refusal(`this page failed (${String(error)}); save your drawings as a zip, then load it again`, 500);
}

/** @type {(route: string, method: string, parts: string[]) => boolean} */
function matches(route, method, parts) {
  const [wanted, path] = route.split(" ");
  const names = path.split("/").slice(1);
  return wanted === method && names.length === parts.length && names.every((name, index) => name === "*" || name === parts[index]);
}

/** Labels are escaped twice. @param {string} part */
const unescaped = (part) => decodeURIComponent(decodeURIComponent(part));

/** @type {(home: Home, after: number) => object} */
function snapshots({ trainer, drawings }, after) {
  return { ...drawings.spec, snapshots: trainer.status.snapshots.filter(({ epoch }) => epoch > after) };
}

/** @type {(home: Home, query: URLSearchParams) => object} */
function list(home, query) {
  const [label, writer, read] = ["label", "writer", "read"].map((name) => query.get(name));
  const [offset, limit] = [Number(query.get("offset") ?? 0), Number(query.get("limit") ?? 200)];
  const which = query.get("held_out") === "true" ? home.trainer.heldOut : () => true;
  const samples = home.readings.list(home.networks.reads, (kept) => which(kept)
    && (label === null || kept.drawing.label === label) && (writer === null || kept.drawing.writer === writer))
    .filter((sample) => read === null || sample.read === read);
  return { total: samples.length, samples: samples.slice(offset, offset + limit) };
}

/**
 * How often the network in use reads each letter as which: a row for each label, a column for each reading.
 * @type {(home: Home, heldOut: boolean) => object}
 */
function confusions(home, heldOut) {
  const { network } = home.networks.needed;
  const held = home.drawings.all.filter(home.trainer.heldOut);
  const all = home.readings.list(home.networks.reads, heldOut ? home.trainer.heldOut : () => true);
  const read = all.filter((each) => each.read !== null);
  const known = [...new Set([...home.drawings.spec.labels, ...network.spec.labels])];
  const labels = known.filter((label) => read.some((each) => each.label === label || each.read === label));
  const counts = labels.map((row) => {
    const own = read.filter(({ label }) => label === row);
    return labels.map((column) => own.filter((each) => each.read === column).length);
  });
  return { labels, counts, held_out: held.length };
}
