// What the program says of plan, counts and network, asked for every other second; and whether it is there at all.

import * as api from "./api.js";
import { tell } from "./news.js";

const POLL = 2000; // milliseconds; another page may have moved the plan on, another network be in use
const RETRY = 1000;

export class Session {
  state = null;
  offline = false;

  constructor({ onState, onBack, onGone, onRefused }) {
    this.on = { onState, onBack, onGone, onRefused };
  }

  async refresh() {
    try {
      const found = await api.state();
      const first = this.state === null;
      const was = this.offline;
      this.state = found;
      this.offline = false;
      tell("state", found);
      this.on.onState(first);
      if (was) this.on.onBack();
    } catch (error) {
      this.failed(error);
    }
  }

  failed(error) {
    if (error instanceof api.Refused) return this.on.onRefused(error);
    if (!(error instanceof api.Gone)) throw error;
    if (this.offline) return undefined;
    this.offline = true;
    return this.on.onGone();
  }

  async watch() {
    if (!document.hidden || this.offline) await this.refresh();
    setTimeout(() => this.watch(), this.offline ? RETRY : POLL);
  }
}
