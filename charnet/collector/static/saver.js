// Saves the drawing, or an open picture: when the user says so, or automatically where the network agrees. And undoes it.

import { setBanner, setStatus } from "../../web/elements.js";
import { showPrediction } from "../../web/ranking.js";
import { t } from "../../web/words.js";
import * as api from "./api.js";
import { confirmation } from "./confirmation.js";
import { fly } from "./flight.js";
import { titleOf } from "./recent-samples.js";
import { isRead, isSaved } from "./save-response.js";
import { analysisOutcome } from "./view.js";

/** @import { Stroke } from "../../web/ink.js" */
/** @import { IdleTimer } from "./idle-timer.js" */
/** @import { PendingDrawing } from "./outbox.js" */
/** @import { PageState } from "./page-state.js" */
/** @import { Reader } from "./reader.js" */
/** @import { RecentSamples } from "./recent-samples.js" */
/** @import { SaveResponse } from "./responses.js" */

/**
 * What the page does, for the saver to call.
 * @typedef {object} PageActions
 * @property {() => void} showPlan
 * @property {() => void} updateButtons
 * @property {() => void} clearReading
 * @property {() => void} onInk
 * @property {() => void} onStroke
 */

export class Saver {
  #justSaved = false; // automatically, so that an Enter just after it was meant for that drawing

  /**
   * @param {PageState} page
   * @param {{samples: RecentSamples, reader: Reader, idleTimer: IdleTimer, actions: PageActions}} parts
   */
  constructor(page, { samples, reader, idleTimer, actions }) {
    this.page = page;
    this.samples = samples;
    this.reader = reader;
    this.idleTimer = idleTimer;
    this.actions = actions;
  }

  onStart() { this.#justSaved = false; }

  /** @param {boolean} [automatic] */
  save(automatic = false) {
    const { page } = this;
    const { label } = page;
    if (!page.ready || (page.done && !page.picture.file) || page.waiting) setStatus(page.blockedReason);
    else if (page.blank) this.#saveNothing();
    else if (page.word) setStatus(t("One drawing is kept as one letter. Clear the square, or type its letter if it is only one."));
    else if (label === null) setStatus(t("Type its letter, or choose it below."));
    else if (automatic && this.reader.pending) this.idleTimer.start(true); // it is not known yet how it is read
    else if (automatic && confirmation(label, page.ranking, page.pad.ink)) this.#confirm(label);
    else if (page.game.playing && this.reader.pending) setStatus(t("One moment: it is still being read."));
    else if (page.game.playing) this.#score();
    else this.saveAs(label, automatic);
  }

  /**
   * @param {string} label
   * @param {boolean} [automatic] - save it only if the network reads it as the label
   */
  saveAs(label, automatic = false) {
    const { page } = this;
    if (page.waiting) return setStatus(page.blockedReason);
    if (page.blank) return setStatus(t("Draw first, then choose {label}.", { label }));
    if (page.outbox.drawing) return;
    if (page.picture.file) return void this.#savePicture(page.picture.file, label);
    this.idleTimer.stop();
    this.#justSaved = automatic;
    const strokes = page.pad.ink;
    page.pad.pending = strokes;
    page.pad.setStrokes([]);
    this.reader.cancel();
    page.outbox.put(label, strokes, automatic);
    this.actions.updateButtons();
  }

  #saveNothing() {
    if (!this.#justSaved) setStatus(t("Nothing is drawn yet.")); // else the message about that drawing stays
    this.#justSaved = false;
  }

  /** @param {string} label */
  #confirm(label) {
    const { page } = this;
    page.confirming = !page.game.playing;
    setStatus(page.confirming ? confirmation(label, page.ranking, page.pad.ink)
      : t("It looks like {label}. Go on drawing, or press Enter for the next letter.", { label: page.ranking[0][0] }));
    this.actions.updateButtons();
  }

  #score() {
    const { page } = this;
    this.idleTimer.stop();
    setStatus(page.game.score(page.ranking[0]?.[0] ?? null, page.pad.ink));
    this.reader.cancel();
    page.pad.setStrokes([]);
    this.reader.forgetInk();
    page.clearReading();
    this.actions.showPlan();
    this.actions.updateButtons();
  }

  /** @type {(file: File, label: string) => Promise<void>} */
  #savePicture(file, label) {
    return this.page.connection.perform(async () => {
      const sample = await this.page.picture.save(file, label);
      this.samples.add(sample);
      this.actions.clearReading();
      return t("Saved: {drawing}.", { drawing: titleOf(sample) });
    });
  }

  /**
   * The server's response to a drawing.
   * @param {PendingDrawing} drawing
   * @param {SaveResponse} response
   */
  async onSaved({ label, strokes, onlyIfRead, analyzing }, response) {
    const { page } = this;
    if (onlyIfRead && !analyzing && response.kept === false) return this.#putBack(label, strokes, response);
    if (isSaved(response)) this.samples.add(response);
    if (page.pad.empty) {
      if (analyzing) this.reader.forgetInk();
      else this.actions.clearReading();
    }
    setBanner("");
    await page.connection.refresh();
    page.pad.pending = page.done ? strokes : [];
    page.promptedLabel = page.plan?.label ?? null;
    this.actions.showPlan();
    if (isRead(response) && analyzing) showPrediction(response, null);
    setStatus(analyzing || !isSaved(response) ? analysisOutcome(label, response) : t("Saved: {drawing}.", { drawing: titleOf(response) }));
    if (isSaved(response)) fly(strokes, label);
    if (!page.pad.empty && !page.pad.drawing) this.actions.onStroke(); // drawn in the meantime
  }

  /**
   * Another network has come into use, and reads the drawing otherwise.
   * @param {string} label
   * @param {Stroke[]} strokes
   * @param {SaveResponse} response
   */
  #putBack(label, strokes, response) {
    this.#returnToPad(strokes);
    this.page.promptedLabel = label;
    this.actions.onInk();
    if (isRead(response)) this.reader.handleResponse(response, true);
    this.#confirm(label);
  }

  /** @param {unknown} error - of sending the drawing */
  onError(error) {
    if (error instanceof api.Refused) setTimeout(() => this.takeBack()); // once the outbox is no longer busy
    this.page.connection.handleError(error);
    if (error instanceof api.Unreachable) setStatus(t("{label} waits to be saved. Backspace takes it back.", { label: this.page.outbox.drawing?.label ?? "" }));
  }

  takeBack() {
    const strokes = this.page.outbox.takeBack();
    if (!strokes.length) return;
    this.#returnToPad(strokes);
    this.actions.updateButtons();
  }

  undo() {
    const { picture, pad } = this.page;
    if (picture.file) return this.clear();
    if (!pad.empty) pad.undo();
    else this.takeBack();
    this.actions.onInk();
  }

  clear() {
    this.takeBack();
    this.idleTimer.stop();
    this.page.picture.close();
    this.page.pad.setStrokes([]);
    this.actions.clearReading();
    setStatus("");
  }

  /** @param {Stroke[]} strokes */
  #returnToPad(strokes) {
    const { pad } = this.page;
    pad.pending = [];
    pad.setStrokes([...strokes, ...pad.ink]);
  }
}
