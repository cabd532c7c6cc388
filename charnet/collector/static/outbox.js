// The drawing that is being saved. It stays here while the server can't be reached.

/** @import { Stroke } from "../../web/ink.js" */
/** @import { NewSample, SaveResponse } from "./responses.js" */

/**
 * @typedef {NewSample & {key: string, onlyIfRead: boolean, analyzing: boolean}} PendingDrawing
 */

/**
 * @typedef {object} OutboxHandlers
 * @property {(drawing: PendingDrawing) => Promise<SaveResponse>} send
 * @property {() => {writer: string, analyzing: boolean}} context - noted when a drawing is put in, since it may be sent later
 * @property {(drawing: PendingDrawing, response: SaveResponse) => unknown} onSaved
 * @property {(error: unknown) => void} onError
 */

export class Outbox {
  /** @type {PendingDrawing | null} */
  drawing = null;
  #busy = false;

  /** @param {OutboxHandlers} handlers */
  constructor(handlers) {
    this.handlers = handlers;
  }

  /**
   * @param {string} label
   * @param {Stroke[]} strokes
   * @param {boolean} [onlyIfRead] - save it only if the network reads it as the label
   */
  put(label, strokes, onlyIfRead = false) {
    // The key tells the server that a drawing which is sent again is the same one.
    const key = [...crypto.getRandomValues(new Uint32Array(4))].join("-");
    this.drawing = { label, strokes, key, onlyIfRead, ...this.handlers.context() };
    return this.deliver();
  }

  async deliver() {
    if (this.#busy || !this.drawing) return;
    this.#busy = true;
    const { drawing } = this;
    try {
      const response = await this.handlers.send(drawing);
      this.drawing = null;
      await this.handlers.onSaved(drawing, response);
    } catch (error) {
      this.handlers.onError(error);
    } finally {
      this.#busy = false;
    }
  }

  /**
   * Takes the drawing out again and returns its strokes; none while it is being sent, since it may be saved already.
   * @returns {Stroke[]}
   */
  takeBack() {
    if (this.#busy || !this.drawing) return [];
    const { strokes } = this.drawing;
    this.drawing = null;
    return strokes;
  }
}
