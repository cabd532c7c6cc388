// What happens by itself once the pen rests.

import { part } from "../../web/elements.js";

const REST = 400; // milliseconds after which the reading is told to those who do not see the bars
const PAUSE = 1200; // milliseconds after which a drawing is saved; dots and crosses come sooner
const MEMORY = "charnet.pause";

export class Pause {
  #timers = [];
  #box = part("pause");
  #line = part("waiting");

  constructor({ onRest, onPause }) {
    Object.assign(this, { onRest, onPause });
    this.#line.style.setProperty("--wait", `${PAUSE}ms`);
    this.#box.checked = localStorage.getItem(MEMORY) !== "off";
    this.#box.addEventListener("change", () => {
      localStorage.setItem(MEMORY, this.#box.checked ? "on" : "off");
      this.stop();
    });
  }

  start(mayPause) {
    this.#timers.push(setTimeout(this.onRest, REST));
    if (!mayPause || !this.#box.checked) return;
    this.#timers.push(setTimeout(() => { this.stop(); this.onPause(); }, PAUSE));
    this.#line.classList.add("running");
  }

  stop() {
    this.#timers.forEach(clearTimeout);
    this.#timers = [];
    this.#line.classList.remove("running");
  }
}
