// Requests to read a drawing that changes all the time: at most one at a time, then the one for the latest drawing.

/** @import { Stroke } from "../../web/ink.js" */
/** @import { ReadResponse } from "./responses.js" */

/**
 * @typedef {object} RequestHandlers
 * @property {(strokes: Stroke[]) => Promise<ReadResponse>} send
 * @property {(response: ReadResponse, newest: boolean) => void} onResponse - `newest` unless the drawing has changed since
 * @property {(busy: boolean) => void} onBusy
 * @property {(error: unknown) => void} onError
 */

export class LatestRequest {
  /** @type {Stroke[] | null} to be sent next */
  #next = null;
  #sending = false;
  #generation = 0;

  /** @param {RequestHandlers} handlers */
  constructor(handlers) {
    this.handlers = handlers;
  }

  get busy() { return this.#sending || this.#next !== null; }

  /** Ignores the responses to all drawings so far. */
  cancel() {
    this.#generation += 1;
    this.#next = null;
    this.handlers.onBusy(false);
  }

  /** @param {Stroke[]} strokes */
  async read(strokes) {
    this.#next = strokes;
    this.handlers.onBusy(true);
    if (this.#sending) return;
    this.#sending = true;
    while (this.#next) {
      const generation = this.#generation;
      const current = this.#next;
      this.#next = null;
      try {
        const response = await this.handlers.send(current);
        if (generation === this.#generation) this.handlers.onResponse(response, this.#next === null);
      } catch (error) {
        if (generation === this.#generation) this.handlers.onError(error);
        break; // the latest drawing is sent once the server is back, or with the next stroke
      }
    }
    this.#sending = false;
    this.handlers.onBusy(this.#next !== null);
  }
}
