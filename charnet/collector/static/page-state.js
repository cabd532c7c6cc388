// The state of the page: what is drawn, which letter it is meant to be, how it is read, and what may be done with it.

import { t } from "../../web/words.js";

/** @import { DrawingPad } from "../../web/drawing-pad.js" */
/** @import { Ranking } from "../../web/network.js" */
/** @import { Connection } from "./connection.js" */
/** @import { Game } from "./game.js" */
/** @import { Outbox } from "./outbox.js" */
/** @import { PictureFile } from "./picture-file.js" */
/** @import { Word } from "./responses.js" */

/** @typedef {{pad: DrawingPad, connection: Connection, outbox: Outbox, game: Game, picture: PictureFile}} Parts */

export class PageState {
  /** @type {string | null} what was to be drawn when this drawing was begun; the plan may have changed since */
  promptedLabel = null;
  /** @type {Ranking} of the drawing or picture on the square */
  ranking = [];
  doubt = ""; // why its first label can't be relied on
  /** @type {Word | null} where there are several letters on the square */
  word = null;
  confirming = false; // whether the page asks if the drawing is to be kept

  /** @param {Parts} parts */
  constructor({ pad, connection, outbox, game, picture }) {
    this.pad = pad;
    this.connection = connection;
    this.outbox = outbox;
    this.game = game;
    this.picture = picture;
  }

  /** What is to be drawn; null before the server's first response. */
  get plan() { return this.game.playing ? this.game.plan : this.connection.state?.plan ?? null; }
  /** Whether the user says what is drawn. */
  get free() { return this.plan?.mode === "free" || this.picture.file !== null; }
  get analyzing() { return this.plan?.mode === "analyze" && !this.picture.file; }
  get ready() { return this.connection.state !== null; }
  get done() { return this.plan?.done ?? false; }
  get blank() { return this.pad.empty && !this.picture.file; }
  /** Whether there is a drawing, on the square or being saved. */
  get occupied() { return !this.blank || this.outbox.drawing !== null; }
  /** Whether a drawing waits for the server to be back. */
  get waiting() { return this.connection.offline && this.outbox.drawing !== null; }
  get blocked() { return !this.ready || this.done || this.waiting; }

  /** What Enter saves the drawing as: what was to be drawn, or in free play what the network reads; null for nothing. */
  get label() {
    if (!this.free) return (this.occupied ? this.promptedLabel : this.plan?.label) ?? null;
    if (this.word) return null;
    return this.ranking.find(([label]) => this.#isLabel(label))?.[0] ?? null;
  }

  /** The labels that are drawn here and that the network can read. */
  get readableLabels() { return this.connection.state?.network?.labels.filter((label) => this.#isLabel(label)) ?? []; }

  /** Why nothing can be drawn or saved now. */
  get blockedReason() {
    if (this.waiting) return t("One drawing waits until the program is back: it is saved first. Backspace takes it back.");
    return this.ready ? t("Everything is drawn.") : t("One moment: the program has not answered yet.");
  }

  /**
   * The label that a key stands for in free play; null where there is none.
   * @param {string} key
   */
  labelOfKey(key) {
    return this.free ? [key, key.toLowerCase()].find((label) => this.#isLabel(label)) ?? null : null;
  }

  clearReading() {
    this.ranking = [];
    this.doubt = "";
    this.word = null;
    this.confirming = false;
  }

  /** @param {string} label */
  #isLabel(label) {
    return label in (this.connection.state?.counts ?? {});
  }
}
