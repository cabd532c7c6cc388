// What happens automatically once nothing has been drawn for a while: the answer is read out, the drawing is saved.

import { byId } from "../../web/elements.js";
import { memory } from "./memory.js";

const ANNOUNCE_AFTER = 400; // milliseconds, until a screen reader reads the answer out
const SAVE_AFTER = 1200; // milliseconds, until the drawing is saved; a dot or a cross comes sooner
const STORAGE_KEY = "charnet.pause";

export class IdleTimer {
  /** @type {number[]} */
  #timers = [];
  #checkbox = byId("pause", HTMLInputElement);
  #bar = byId("waiting");

  /** @param {{onAnnounce: () => void, onSave: () => void}} handlers */
  constructor(handlers) {
    this.handlers = handlers;
    this.#bar.style.setProperty("--wait", `${SAVE_AFTER}ms`);
    this.#checkbox.checked = memory.get(STORAGE_KEY) !== "off";
    this.#checkbox.addEventListener("change", () => {
      memory.set(STORAGE_KEY, this.#checkbox.checked ? "on" : "off");
      this.stop();
    });
  }

  /** @param {boolean} maySave */
  start(maySave) {
    this.#timers.push(setTimeout(this.handlers.onAnnounce, ANNOUNCE_AFTER));
    if (!maySave || !this.#checkbox.checked) return;
    this.#timers.push(setTimeout(() => { this.stop(); this.handlers.onSave(); }, SAVE_AFTER));
    this.#bar.classList.add("running");
  }

  stop() {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
    this.#bar.classList.remove("running");
  }
}
