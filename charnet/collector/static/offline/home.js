// One visit to a page without a server: its drawings, networks, plans and training, as charnet/collector/session.py on a server.

import { inflate } from "../../../web/files/bytes.js";
import { isLabel, short } from "../../../web/files/json-checks.js";
import { DrawPlan } from "./draw-plan.js";
import { HomeFiles } from "./home-files.js";
import { HomeNetworks } from "./home-networks.js";
import { HomeTrainer } from "./home-trainer.js";
import { KeptDrawings, LABELS, framedPen } from "./kept-drawings.js";
import { fromBase64 } from "./page-file.js";
import { Refusal } from "./refusal.js";
import { SampleReadings } from "./sample-readings.js";
import { readWord } from "./word-reading.js";

/** @import { BrowserStore } from "../../../web/browser-store.js" */
/** @import { Drawing } from "../../../web/files/letter-folders.js" */
/** @import { Stroke } from "../../../web/ink.js" */
/** @import { Kept } from "./kept-drawings.js" */
/** @import { ReadResponse } from "../responses.js" */
/** @import { PageFile } from "./page-file.js" */

const MAX_LABELS = 200;
const BEST_GAME = "best game"; // the setting
const WRITER = /^[A-Za-z0-9]{0,40}$/;

/** @typedef {{label: string, strokes: Stroke[], writer: string, only_if_read?: boolean}} NewDrawing */

export class Home {
  /** @type {Map<string, DrawPlan>} by writer */
  #plans = new Map();
  /** @type {Map<string, {label: string, plan: DrawPlan}>} by name: what was drawn in this visit, and what was asked for */
  #drawn = new Map();
  /** @type {Record<string, number>} drawings of this visit by label, also by "constructor" */
  #saved = Object.create(null);

  /**
   * @param {PageFile} page
   * @param {BrowserStore} store
   * @param {{startWorker: () => Worker, pictureUrl: KeptDrawings["pictureUrl"]}} browser
   */
  constructor(page, store, { startWorker, pictureUrl }) {
    this.page = page;
    this.store = store;
    this.drawings = new KeptDrawings(store, page.content.spec, pictureUrl);
    this.networks = new HomeNetworks(store, page.network);
    this.readings = new SampleReadings(this.drawings);
    this.trainer = new HomeTrainer(this.drawings, this.networks, startWorker);
    this.files = new HomeFiles(page, this.drawings, this.networks);
  }

  /** Put the starter letters among the drawings, unless they are or were. */
  async begin() {
    const { counts, pictures } = this.page.content.starters;
    const size = this.drawings.spec.width * this.drawings.spec.height;
    const labels = counts.flatMap(([label, count]) => Array(count).fill(label));
    if (!labels.length) return;
    const bytes = await inflate(fromBase64(pictures), "deflate", size * labels.length);
    await this.store.addOnce("starters", labels.map((label, index) => (
      { label, writer: "", strokes: null, picture: bytes.slice(index * size, (index + 1) * size), starter: true })));
  }

  /** What the network reads; without one, what it will. */
  get spec() {
    return this.networks.current?.network.spec ?? this.drawings.spec;
  }

  /** @param {string} writer */
  state(writer) {
    const { drawings, networks, trainer } = this;
    const { labels } = drawings.spec;
    return {
      plan: this.#plan(writer), saved: Object.fromEntries(Object.entries(this.#saved).filter(([, count]) => count > 0)),
      counts: drawings.counts(), own: drawings.counts(({ starter }) => !starter), writers: drawings.writers,
      folder: this.page.content.store, size: [this.spec.width, this.spec.height],
      network: networks.summary, notice: networks.notice(labels),
      train: trainer.status.state, next: "Train", class: null,
      you: { role: "teacher", name: "", may: { save: true, train: true, manage: true, serve: false } },
    };
  }

  /** @param {string} writer */
  #plan(writer) {
    const plan = this.#plans.get(writer) ?? new DrawPlan();
    this.#plans.set(writer, plan);
    return plan;
  }

  /** @param {{mode: string, letters?: string[], count?: number, writer?: string}} wanted */
  setPlan({ mode, letters = [], count = 0, writer = "" }) {
    for (const label of letters) this.drawings.check(label);
    if (Boolean(letters.length) === (mode === "free")) {
      throw new Refusal("letters: free play has none, and every other mode needs some");
    }
    const plan = new DrawPlan(mode === "analyze" ? "analyze" : "draw", letters, count);
    this.#plans.set(writer, plan);
    return plan;
  }

  /** @param {string} text - characters run together, or names with spaces between */
  async setLabels(text) {
    const given = text.normalize("NFC").trim();
    const chosen = [...new Set(/\s/.test(given) ? given.split(/\s+/) : given)];
    if (!given) throw new Refusal("labels: send characters run together, or names with spaces between");
    const wrong = chosen.find((label) => !isLabel(label));
    if (wrong !== undefined) throw new Refusal(`labels: ${short(wrong)} is no label; use characters or short words`);
    const drawn = [...this.store.drawings.values()].filter(({ starter }) => !starter).map(({ label }) => label);
    const labels = [...new Set([...chosen, ...drawn])].sort();
    if (labels.length > MAX_LABELS) throw new Refusal(`${labels.length} letters are more than ${MAX_LABELS}; choose fewer`);
    await this.store.set(LABELS, labels);
    for (const plan of this.#plans.values()) plan.letters = plan.letters.filter((label) => labels.includes(label));
    return { labels: chosen };
  }

  /**
   * @param {ArrayLike<number>} ink - framed
   * @param {boolean} [nearest]
   */
  read(ink, nearest = false) {
    const found = { ...this.networks.rank(ink), picture: this.drawings.pictureUrl(ink, this.spec), ink: Array.from(ink) };
    return nearest ? { ...found, nearest: this.readings.nearest(ink) } : found;
  }

  /** @type {(strokes: Stroke[], also?: {nearest?: boolean, word?: boolean}) => ReadResponse} */
  readStrokes(strokes, { nearest, word } = {}) {
    const found = this.read(framedPen(strokes, this.spec), nearest);
    const { reads } = this.networks;
    return word && reads ? { ...found, word: readWord(strokes, reads) } : found;
  }

  /** @param {NewDrawing} drawing */
  async save({ label, strokes, writer = "", only_if_read: onlyIfRead = false }) {
    if (!WRITER.test(writer)) throw new Refusal("writer: not a name of up to 40 letters a to z and digits");
    if (onlyIfRead) {
      const reading = this.readStrokes(strokes);
      if (reading.ranking[0]?.[0] !== label) return { kept: false, ...reading };
    }
    return this.#record(await this.drawings.save(label, strokes, writer));
  }

  /** @param {NewDrawing} drawing */
  async analyze({ label, strokes, writer = "" }) {
    const reading = this.readStrokes(strokes);
    if (reading.ranking[0]?.[0] !== label) return { kept: true, ...reading, ...await this.save({ label, strokes, writer }) };
    this.#plan(writer).record(label);
    return { kept: false, ...reading };
  }

  /** @param {Kept} kept */
  #record(kept) {
    const { label, writer } = kept.drawing;
    this.#count(kept.name, label, { label, plan: this.#plan(writer) });
    return this.drawings.answer(kept);
  }

  /** @type {(name: string, label: string, entry: {label: string, plan: DrawPlan}, change?: number) => void} */
  #count(name, label, entry, change = 1) {
    if (change > 0) this.#drawn.set(name, entry);
    this.#saved[label] = (this.#saved[label] ?? 0) + change;
    entry.plan.record(entry.label, change);
  }

  /** @type {(label: string, name: string) => Promise<object>} */
  async remove(label, name) {
    await this.drawings.remove(this.drawings.find(label, name));
    const entry = this.#drawn.get(name);
    if (entry) this.#count(name, label, entry, -1);
    return { count: this.drawings.counts()[label] };
  }

  /** @type {(label: string, name: string) => Promise<object>} */
  async restore(label, name) {
    const kept = await this.drawings.restore(label, name);
    const entry = this.#drawn.get(name);
    if (entry) this.#count(kept.name, label, entry);
    return this.drawings.answer(kept);
  }

  /** @type {(label: string, name: string, to: string) => Promise<object>} */
  async move(label, name, to) {
    const kept = await this.drawings.move(this.drawings.find(label, name), to);
    if (this.#drawn.has(name)) {
      this.#saved[label] = (this.#saved[label] ?? 0) - 1;
      this.#saved[to] = (this.#saved[to] ?? 0) + 1;
    }
    const counts = this.drawings.counts();
    return { ...this.drawings.answer(kept), counts: { [label]: counts[label], [to]: counts[to] } };
  }

  /**
   * The best of all games: the one that read more letters or, where they are equal, took less time.
   * @param {{score: number, seconds: number, writer?: string}} game
   */
  endGame({ score, seconds, writer = "" }) {
    const best = this.store.settings.get(BEST_GAME);
    const better = !best || score > best.score || (score === best.score && seconds < best.seconds);
    if (better) this.store.set(BEST_GAME, { score, seconds, writer });
    return this.store.settings.get(BEST_GAME);
  }
}
