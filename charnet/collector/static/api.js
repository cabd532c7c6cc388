// The server, as seen from the page. Two ways to fail: it does not answer, or it says no.

import { writer } from "./memory.js";

const PATIENCE = 15000; // milliseconds
const UPLOAD = 600000;

export class Gone extends Error {}
export class Refused extends Error {
  constructor(answer, status) {
    super(answer.error);
    this.answer = answer;
    this.status = status;
  }
}

async function ask(path, options, patience = PATIENCE) {
  let response;
  let answer;
  try {
    response = await fetch(path, { ...options, signal: AbortSignal.timeout(patience) });
    answer = await response.json();
  } catch {
    throw new Gone("the program does not answer");
  }
  if (!response.ok) throw new Refused(answer, response.status);
  return answer;
}

function send(method, path, body, extra = {}) {
  const headers = body ? { "Content-Type": "application/json", ...extra } : extra;
  return ask(path, { method, headers, body: body && JSON.stringify(body) });
}

// A sample is {label, name}.
const place = ({ label, name }) => `/api/samples/${encodeURIComponent(label)}/${encodeURIComponent(name)}`;
const query = (asked) => new URLSearchParams(asked);

export const state = () => send("GET", `/api/state?${query({ writer: writer() })}`);
export const plan = (mode, letters, count) => send("POST", "/api/plan", { mode, letters, count, writer: writer() });
export const network = () => send("GET", "/api/network");
export const read = (strokes, also = {}) => send("POST", "/api/read", { strokes, ...also });
export const samples = (asked) => send("GET", `/api/samples?${query(asked)}`);
export const wall = () => send("GET", "/api/wall");
export const train = (lesson) => send("POST", "/api/train", lesson);
export const training = () => send("GET", "/api/train");
export const stopTraining = () => send("DELETE", "/api/train");
export const warm = () => send("POST", "/api/train/warm", {});
export const cool = () => send("DELETE", "/api/train/warm");
export const snapshots = (after) => send("GET", `/api/train/snapshots?after=${after}`);
export const remove = (sample) => send("DELETE", place(sample));
export const restore = (sample) => send("POST", `${place(sample)}/restore`);
export const move = (sample, to) => send("POST", `${place(sample)}/move`, { to });
export const pictureOf = place;

// The key makes a drawing that is sent twice, since the answer was lost on its way, be saved once.
const once = (path, key, drawing) => send("POST", path, drawing, { "Idempotency-Key": key });
export const keep = ({ key, careful, label, strokes, writer }) =>
  once("/api/samples", key, { label, strokes, writer, only_if_read: careful });
export const analyze = ({ key, label, strokes, writer }) => once("/api/analyze", key, { label, strokes, writer });

export const isZip = (file) => /\.zip$/i.test(file.name) || /zip/.test(file.type);
const kindOf = (file) => (isZip(file) ? "application/zip" : /^image\//.test(file.type) ? file.type : "application/octet-stream");
const upload = (path, file) => ask(path, { method: "POST", headers: { "Content-Type": kindOf(file) }, body: file }, UPLOAD);

export const readPicture = (file) => upload("/api/read/picture?nearest=true", file);
// -> {"saved", "total", "samples", "refused", "more"}, also where nothing could be read.
export async function add(file, label, name) {
  const whose = isZip(file) ? "" : writer(); // those in a zip have writers of their own
  try {
    return await upload(`/api/archive?${query({ ...(label && { label }), ...(whose && { writer: whose }), name })}`, file);
  } catch (error) {
    if (error instanceof Refused && error.answer.refused) return error.answer;
    throw error;
  }
}
