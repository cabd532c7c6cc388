// Requests to the server. They reject with `Unreachable` where it does not answer, with `Refused` where it answers an error.

import { translated } from "../../web/server-words.js";
import { t } from "../../web/words.js";
import * as transport from "./transport.js";
import { writerName } from "./writer-name.js";

/** @import { Stroke } from "../../web/ink.js" */
/** @import { TextResponse } from "./text-outcome.js" */
/** @import * as responses from "./responses.js" */

const TIMEOUT = 15000; // milliseconds
const UPLOAD_TIMEOUT = 600000;

export class Unreachable extends Error {}

export class Refused extends Error {
  /**
   * @param {{error: string, lacking?: string[]}} response - `lacking` are labels without drawings
   * @param {number} status - of HTTP
   */
  constructor(response, status) {
    super(translated(response.error));
    this.response = response;
    this.status = status;
  }
}

/**
 * Whether an error is one of both; any other is a bug, and is not to be hidden from the console.
 * @param {unknown} error
 * @returns {error is Unreachable | Refused}
 */
export const isApiError = (error) => error instanceof Unreachable || error instanceof Refused;

/**
 * @template Response
 * @param {string} path
 * @param {RequestInit} options
 * @param {number} [timeout]
 * @returns {Promise<Response>}
 */
async function request(path, options, timeout = TIMEOUT) {
  let response;
  let body;
  try {
    response = await transport.send(path, { ...options, signal: AbortSignal.timeout(timeout) });
    body = await response.json();
  } catch {
    throw new Unreachable(t("the program does not answer"));
  }
  if (!response.ok) throw new Refused(body, response.status);
  return body;
}

/**
 * @template Response
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @param {Record<string, string>} [extraHeaders]
 * @returns {Promise<Response>}
 */
export function send(method, path, body, extraHeaders = {}) {
  const headers = body ? { "Content-Type": "application/json", ...extraHeaders } : extraHeaders;
  return request(path, { method, headers, body: body && JSON.stringify(body) });
}

/**
 * The address of a sample, which is also that of its picture. Its label is escaped twice: as / or . it would change the path.
 * @param {responses.SampleId} sample
 */
export const sampleUrl = ({ label, name }) =>
  `/api/samples/${encodeURIComponent(encodeURIComponent(label).replaceAll(".", "%2e"))}/${encodeURIComponent(name)}`;

const query = (/** @type {Record<string, string | number>} */ values) =>
  new URLSearchParams(Object.entries(values).map(([name, value]) => [name, String(value)]));

/** @returns {Promise<responses.State>} */
export const state = () => send("GET", `/api/state?${query({ writer: writerName() })}`);

/** @type {(mode: responses.Mode, letters: string[], count: number) => Promise<responses.Plan>} */
export const plan = (mode, letters, count) => send("POST", "/api/plan", { mode, letters, count, writer: writerName() });

/**
 * Collects these characters, or words with spaces between, beside those that have drawings already.
 * @type {(labels: string) => Promise<{labels: string[]}>}
 */
export const setLabels = (labels) => send("POST", "/api/labels", { labels });

/** @type {(label: string) => Promise<{strokes: Stroke[]}>} */
export const example = (label) => send("GET", `/api/example?${query({ label })}`);

/** @returns {Promise<responses.Network>} */
export const network = () => send("GET", "/api/network");

/** @type {(unit: number) => Promise<{samples: (responses.SampleId & {address: string, sum: number})[]}>} */
export const unitDrawings = (unit) => send("GET", `/api/network/units/${unit}`);

/** @type {(ink: number[]) => Promise<responses.Explanation>} */
export const explain = (ink) => send("POST", "/api/network/explain", { ink });

/** @type {(strokes: Stroke[], include: {nearest: boolean, word: boolean}) => Promise<responses.ReadResponse>} */
export const read = (strokes, include) => send("POST", "/api/read", { strokes, ...include });

/**
 * @typedef {{label?: string, writer?: string, read?: string, held_out?: "true", offset?: number, limit?: number}} Filter
 */

/** @type {(filter: Filter) => Promise<responses.SampleList>} */
export const samples = (filter) => send("GET", `/api/samples?${query(filter)}`);

/** @type {(heldOut: boolean) => Promise<responses.Confusions>} */
export const confusions = (heldOut) => send("GET", `/api/confusions?held_out=${heldOut}`);

/**
 * Binds this phone to a name; refused where it is another phone's.
 * @type {(name: string) => Promise<{name: string}>}
 */
export const takeName = (name) => send("POST", "/api/name", { name });

/** @type {(name: string) => Promise<{names: Record<string, responses.NameState>}>} */
export const freeName = (name) => send("DELETE", `/api/names/${encodeURIComponent(name)}`);

/** @type {(pupilsTrain: boolean) => Promise<{pupils_train: boolean}>} */
export const setClass = (pupilsTrain) => send("POST", "/api/class", { pupils_train: pupilsTrain });

/** @type {(score: number, seconds: number) => Promise<{best: responses.BestGame}>} */
export const endGame = (score, seconds) => send("POST", "/api/game", { score, seconds, writer: writerName() });

/** @returns {Promise<responses.Wall>} */
export const wall = () => send("GET", "/api/wall");

/** @type {(sample: responses.SampleId) => Promise<{count: number}>} */
export const remove = (sample) => send("DELETE", sampleUrl(sample));

/** @type {(sample: responses.SampleId) => Promise<responses.SavedSample>} */
export const restore = (sample) => send("POST", `${sampleUrl(sample)}/restore`);

/** @type {(sample: responses.SampleId, to: string) => Promise<responses.SavedSample>} */
export const move = (sample, to) => send("POST", `${sampleUrl(sample)}/move`, { to });

// With the same key the server saves a drawing once, however often it is sent because a response was lost.
const sendOnce = (/** @type {string} */ path, /** @type {string} */ key, /** @type {object} */ body) =>
  send("POST", path, body, { "Idempotency-Key": key });

/** @type {(drawing: responses.NewSample & {key: string, onlyIfRead: boolean}) => Promise<responses.SaveResponse>} */
export const save = ({ key, onlyIfRead, label, strokes, writer }) =>
  sendOnce("/api/samples", key, { label, strokes, writer, only_if_read: onlyIfRead });

/** @type {(drawing: responses.NewSample & {key: string}) => Promise<responses.SaveResponse>} */
export const analyze = ({ key, label, strokes, writer }) => sendOnce("/api/analyze", key, { label, strokes, writer });

/** Whether it may hold a network. @param {File} file */
export const isNetwork = ({ name }) => /\.json$/i.test(name);

export const isZip = (/** @type {File} */ file) => /\.zip$/i.test(file.name) || /zip/.test(file.type);

/**
 * @template Response
 * @param {string} path
 * @param {File} file
 * @returns {Promise<Response>}
 */
function upload(path, file) {
  const other = /^image\//.test(file.type) ? file.type : "application/octet-stream";
  const headers = { "Content-Type": isZip(file) ? "application/zip" : other };
  return request(path, { method: "POST", headers, body: file }, UPLOAD_TIMEOUT);
}

/** @type {(file: File) => Promise<responses.ReadResponse>} */
export const readPicture = (file) => upload("/api/read/picture?nearest=true", file);

/** @type {(file: File) => Promise<TextResponse>} */
export const readText = (file) => upload("/api/read/text", file);

/**
 * Adds a picture, or those of a zip, to the samples; `label` may be "" for a zip whose folders name the labels.
 * @param {File} file
 * @param {string} label
 * @param {string} name - what the response calls the file
 * @returns {Promise<responses.ImportResponse>}
 */
export async function addFile(file, label, name) {
  const writer = isZip(file) ? "" : writerName(); // those in a zip have writers of their own
  try {
    return await upload(`/api/archive?${query({ ...(label && { label }), ...(writer && { writer }), name })}`, file);
  } catch (error) {
    if (error instanceof Refused && "refused" in error.response) {
      return /** @type {responses.ImportResponse} */ (/** @type {unknown} */ (error.response));
    }
    throw error;
  }
}
