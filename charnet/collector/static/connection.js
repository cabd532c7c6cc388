// The server's state, requested every other second, and whether the server can be reached at all.

import { setStatus } from "../../web/elements.js";
import { t } from "../../web/words.js";
import * as api from "./api.js";
import { emit } from "./events.js";

/** @import { State } from "./responses.js" */

/**
 * @typedef {object} ConnectionHandlers
 * @property {(first: boolean) => void} onState
 * @property {() => void} onOffline
 * @property {() => void} onOnline - the server is back
 * @property {(error: api.Refused) => void} onRefused
 */

const POLL = 2000; // milliseconds; another page may have changed the plan, another network may be in use
const RETRY = 1000;

export class Connection {
  /** @type {State | null} the latest; null until the first response */
  state = null;
  offline = false;

  /** @param {ConnectionHandlers} handlers */
  constructor(handlers) {
    this.handlers = handlers;
  }

  async refresh() {
    try {
      const state = await api.state();
      const first = this.state === null;
      const wasOffline = this.offline;
      this.state = state;
      this.offline = false;
      emit("state", state);
      this.handlers.onState(first);
      if (wasOffline) this.handlers.onOnline();
    } catch (error) {
      this.handleError(error);
    }
  }

  /**
   * Does something on the server, and tells the user the outcome once the state is up to date.
   * @param {() => Promise<string>} action - returns the outcome
   */
  async perform(action) {
    if (this.offline) return setStatus(t("The program does not answer: nothing can be removed or brought back now."));
    try {
      const outcome = await action();
      await this.refresh();
      setStatus(outcome);
    } catch (error) {
      this.handleError(error);
    }
  }

  /**
   * Reports an error of any request; rethrows one that is not from the API.
   * @param {unknown} error
   */
  handleError(error) {
    if (!api.isApiError(error)) throw error;
    if (error instanceof api.Refused) return this.handlers.onRefused(error);
    if (this.offline) return undefined;
    this.offline = true;
    return this.handlers.onOffline();
  }

  /** Polls from now on, in a hidden page only until the server is back. */
  async poll() {
    if (!document.hidden || this.offline) await this.refresh();
    setTimeout(() => this.poll(), this.offline ? RETRY : POLL);
  }
}
