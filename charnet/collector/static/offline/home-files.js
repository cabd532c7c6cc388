// What goes into the page and out of it as files: letter folders, pictures, networks, and the page itself.

import { cHeader } from "../../../web/files/c-header.js";
import { packLetters, readSample, unpackLetters } from "../../../web/files/letter-folders.js";
import { readWeights, writeWeights } from "../../../web/files/weights-file.js";
import { frame } from "../../../web/framing.js";
import { toInk } from "../../../web/paper.js";
import { decodeGrey } from "../../../web/picture.js";
import { Refusal } from "./refusal.js";

/** @import { Drawing, ReadPicture } from "../../../web/files/letter-folders.js" */
/** @import { Spec } from "../../../web/network.js" */
/** @import { HomeNetworks } from "./home-networks.js" */
/** @import { KeptDrawings } from "./kept-drawings.js" */
/** @import { PageFile } from "./page-file.js" */

const MAX_NAMED = 100; // refused files that are listed
const MAX_SAMPLES = 1000; // that a response names
const MAX_FILE = 32 * 1024 ** 2; // bytes of a picture
const MAX_ZIP = 512 * 1024 ** 2;

/**
 * A picture file framed for this spec. Rejects for what is none, and for a blank one.
 * @param {Blob} file
 * @param {Spec} spec
 */
export async function readPicture(file, spec) {
  if (file.size > MAX_FILE) throw new Refusal(`the picture is larger than ${MAX_FILE / 1024 ** 2} MB; make it smaller`);
  const grey = await decodeGrey(new File([file], "picture")).catch(() => null);
  if (!grey) throw new Refusal("not a picture that this browser can read; try PNG or JPEG");
  const ink = toInk(grey);
  if (!ink) throw new Refusal("the picture is blank: no ink stands out from the paper");
  return frame(ink, spec);
}

export class HomeFiles {
  /**
   * @param {PageFile} page
   * @param {KeptDrawings} drawings
   * @param {HomeNetworks} networks
   */
  constructor(page, drawings, networks) {
    this.page = page;
    this.drawings = drawings;
    this.networks = networks;
  }

  /**
   * A zip of letter folders with what was drawn here, or only that of a label or a writer.
   * @param {{label: string | null, writer: string | null}} only
   */
  async letters({ label, writer }) {
    const wanted = this.drawings.all.map(({ drawing }) => drawing).filter((drawing) => !drawing.starter
      && (label === null || drawing.label === label) && (writer === null || drawing.writer === writer));
    if (!wanted.length) throw new Refusal("there are no drawings to download yet: draw some letters first");
    return new Blob([await packLetters(wanted, this.drawings.spec)], { type: "application/zip" });
  }

  /** @param {string | null} to - html, json or c */
  network(to) {
    if (to === "html") {
      return new Blob([this.page.with(this.networks.current, this.drawings.spec.labels)], { type: "text/html" });
    }
    if (to !== "json" && to !== "c") throw new Refusal(`to: "${to}" is not one of html, json, c`);
    const { network, facts } = this.networks.needed;
    return to === "json" ? new Blob([writeWeights(network, facts)], { type: "application/json" })
      : new Blob([cHeader(this.page.content.header, network)], { type: "text/x-c" });
  }

  /**
   * Add a file: a zip of letter folders, a picture of a label, or a network, which reads from then on.
   * @param {Blob} file
   * @param {{label: string | null, writer: string, name: string}} about
   */
  async add(file, { label, writer, name }) {
    if (file.size > MAX_ZIP) throw new Refusal(`the file is larger than ${MAX_ZIP / 1024 ** 2} MB; send it in parts`);
    const content = new Uint8Array(await file.arrayBuffer());
    const start = new TextDecoder().decode(content.subarray(0, 200)).trimStart();
    if (start.startsWith("PK") || /\.zip$/i.test(name)) return this.#addZip(content, label, writer);
    if (start.startsWith("{") || /\.json$/i.test(name)) return this.#addNetwork(content, name);
    if (label === null) throw new Refusal("label: say which letter the picture shows, or send a zip of letter folders");
    const sample = await readSample(content, name, this.drawings.spec, this.#readPicture);
    return this.#added([{ label, writer, ...sample }], [], 0);
  }

  /** @type {ReadPicture} */
  #readPicture = (bytes) => readPicture(new Blob([new Uint8Array(bytes)]), this.drawings.spec);

  /** @type {(content: Uint8Array, label: string | null, writer: string) => Promise<object>} */
  async #addZip(content, label, writer) {
    const { drawings, refused } = await unpackLetters(content, this.drawings.spec, this.#readPicture)
      .catch((error) => { throw new Refusal(error.message); });
    const known = new Set(this.drawings.all.map(({ drawing }) => digest(drawing)));
    const given = drawings.map((each) => ({ ...each, label: label ?? each.label, writer: writer || each.writer }));
    const fresh = given.filter((drawing) => !known.has(digest(drawing)));
    return this.#added(fresh, refused, given.length - fresh.length);
  }

  /** @type {(content: Uint8Array, name: string) => Promise<object>} */
  async #addNetwork(content, name) {
    let found;
    try {
      found = readWeights(new TextDecoder().decode(content));
    } catch (error) {
      throw new Refusal(error instanceof Error ? error.message : String(error));
    }
    const title = name.split("/").at(-1)?.replace(/\.json$/i, "").slice(0, 40);
    const kept = await this.networks.add(found, title || undefined);
    await this.networks.store.use(kept.key);
    return { ...await this.#added([], [], 0), note: `The network ${kept.name} reads now, as Network ${kept.number}.` };
  }

  /**
   * @param {Drawing[]} drawings
   * @param {[name: string, reason: string][]} refused
   * @param {number} already
   */
  async #added(drawings, refused, already) {
    const samples = [];
    /** @type {Record<string, number>} */
    const saved = Object.create(null);
    const keys = await this.drawings.store.addDrawings(drawings);
    const rows = new Map(this.drawings.all.map((kept) => [kept.key, kept]));
    for (const key of keys) {
      const kept = rows.get(key);
      if (!kept) continue;
      saved[kept.drawing.label] = (saved[kept.drawing.label] ?? 0) + 1;
      if (samples.length >= MAX_SAMPLES) continue;
      samples.push(keys.length === 1 ? this.drawings.answer(kept) : { label: kept.drawing.label, name: kept.name });
    }
    return {
      saved, total: keys.length, samples, already, more: Math.max(0, refused.length - MAX_NAMED),
      refused: refused.slice(0, MAX_NAMED).map(([name, error]) => ({ name, error })),
    };
  }
}

/** Tells a drawing from any other. @param {Drawing} drawing */
const digest = ({ label, writer, strokes, picture }) =>
  [label, writer, strokes ? strokes.flat(2).map((value) => Math.round(value * 1e4)).join() : picture.join()].join(" ");
