// Reads the drawing in the square while it is drawn: in the page where it can, else by the server.

import { byId, setStatus } from "../../web/elements.js";
import { clearPrediction, describe, showPrediction } from "../../web/ranking.js";
import * as api from "./api.js";
import { emit, on } from "./events.js";
import { LatestRequest } from "./latest-request.js";
import { LocalNetwork } from "./local-network.js";
import { describeWord } from "./view.js";

/** @import { Prediction } from "../../web/ranking.js" */
/** @import { PageState } from "./page-state.js" */
/** @import { Network, ReadResponse } from "./responses.js" */

/**
 * @typedef {object} ReaderHandlers
 * @property {(label: string) => void} choose - keeps the drawing as this label
 * @property {() => void} onChange - after every prediction
 * @property {(network: Network | null, first: boolean) => void} onNetwork
 * @property {(error: unknown) => void} onError
 */

export class Reader {
  #request;
  /** @type {ReadResponse | null} what is shown, where the server has read it */
  #servers = null;
  #announcementDue = false; // the pen rests, and the answer was not read out yet

  /**
   * @param {PageState} page
   * @param {ReaderHandlers} handlers
   */
  constructor(page, handlers) {
    this.page = page;
    this.handlers = handlers;
    this.local = new LocalNetwork({ onPrediction: (shown, whole) => { this.#servers = null; this.#show(shown, whole); }, onNetwork: handlers.onNetwork });
    this.#request = new LatestRequest({
      send: (strokes) => api.read(strokes, { nearest: !page.pad.drawing, word: page.free }),
      onResponse: (response, newest) => this.handleResponse(response, newest),
      onBusy: (busy) => byId("ranking").setAttribute("aria-busy", String(busy)),
      onError: handlers.onError,
    });
    on("sure", () => { if (this.#servers) this.#showServers(this.#servers); });
  }

  /** Whether the drawing is not read yet. */
  get pending() { return this.#request.busy && !this.local.net; }

  /** Reads the drawing, which has changed. */
  read() {
    const { ink } = this.page.pad;
    this.#announcementDue = false;
    emit("ink", ink);
    if (!this.page.word) this.local.schedule(ink); // in the page, one letter is read
    this.request();
  }

  request() { this.#request.read(this.page.pad.ink); }

  /**
   * The server's response replaces what the page computed, `newest` telling whether it is for the drawing as it is now.
   * @param {ReadResponse} response
   * @param {boolean} newest
   */
  handleResponse(response, newest) {
    this.page.word = response.word ?? null;
    emit("reading", response);
    if (this.page.word) this.local.clear();
    if (this.page.word || !this.local.matches(response)) this.#showServers(response);
    else if (newest) this.local.read(response.ink, response.picture);
    if (newest && this.#announcementDue) this.#announce();
  }

  /** @param {ReadResponse} response */
  #showServers(response) {
    this.#servers = response;
    this.#show({ ...response, doubt: this.local.doubt(response.ranking, response.doubt) });
  }

  /** Ignores responses to come. */
  cancel() {
    this.#announcementDue = false;
    this.#request.cancel();
  }

  /** The drawing is gone; what was read stays. */
  forgetInk() { emit("ink", []); }

  /** Clears what was read; the drawing is gone. */
  clear() {
    this.page.clearReading();
    this.#servers = null;
    this.cancel();
    this.local.clear();
    clearPrediction();
    this.forgetInk();
    emit("reading", null);
    emit("prediction", null);
  }

  /** Has the answer read out, once it is known; in free play only the server can tell a word from a letter. */
  announceSoon() {
    this.#announcementDue = true;
    if (!this.#request.busy || (this.local.net && !this.page.free)) this.#announce();
  }

  #announce() {
    const { word, ranking, doubt } = this.page;
    this.#announcementDue = false;
    setStatus(word ? describeWord(word) : describe(ranking, doubt));
  }

  /**
   * What is saved and asked goes by the whole network, whichever of its units are muted.
   * @param {Prediction} shown
   * @param {Omit<Prediction, "picture">} [whole]
   */
  #show(shown, whole = shown) {
    this.page.ranking = whole.ranking;
    this.page.doubt = whole.doubt ?? "";
    showPrediction(shown, this.page.free ? this.handlers.choose : null);
    emit("prediction", { ranking: whole.ranking, doubt: this.page.doubt, word: this.page.word?.text ?? "" });
    this.handlers.onChange();
  }
}
