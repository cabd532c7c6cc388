// Requests to read a drawing that changes all the time: at most one at a time, then the one for the latest drawing.

/**
 * @template Drawing
 * @template Response
 * @typedef {object} RequestHandlers
 * @property {(drawing: Drawing) => Promise<Response>} send
 * @property {(response: Response, newest: boolean) => void} onResponse - `newest` unless the drawing has changed since
 * @property {(busy: boolean) => void} onBusy
 * @property {(error: unknown) => void} onError
 */

/**
 * @template Drawing
 * @template Response
 */
export class LatestRequest {
  /** @type {Drawing | null} to be sent next */
  #next = null;
  #sending = false;
  #generation = 0;

  /** @param {RequestHandlers<Drawing, Response>} handlers */
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

  /** @param {Drawing} drawing */
  async read(drawing) {
    this.#next = drawing;
    this.handlers.onBusy(true);
    if (this.#sending) return;
    this.#sending = true;
    while (this.#next !== null) {
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
