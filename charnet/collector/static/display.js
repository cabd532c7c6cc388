// Keeps the page up to date with its state: the plan, the counts, the example, the buttons.

import { setEnabled, show } from "../../web/elements.js";
import { t } from "../../web/words.js";
import { exampleOf } from "./example.js";
import * as view from "./view.js";

/** @import { PageState } from "./page-state.js" */
/** @import { RecentSamples } from "./recent-samples.js" */
/** @import { State } from "./responses.js" */

/**
 * @typedef {object} DisplayHandlers
 * @property {(label: string) => void} onCount - a label's count was clicked
 * @property {(label: string | null, labels: string[]) => void} onLabel - what is to be drawn, and what may be
 * @property {(state: State) => void} onPlan - with the state as it is shown
 */

export class Display {
  #shown = ""; // the state on the page, as JSON
  /** @type {string | null} of the example */
  #label = null;

  /**
   * @param {PageState} page
   * @param {RecentSamples} samples
   * @param {DisplayHandlers} handlers
   */
  constructor(page, samples, handlers) {
    this.page = page;
    this.samples = samples;
    this.handlers = handlers;
  }

  showPlan() {
    const { plan, free, done, occupied, pad, connection, outbox } = this.page;
    if (!plan || !connection.state) return;
    if (!done && !outbox.drawing) pad.pending = [];
    const label = free || done ? plan.label : this.page.label;
    this.#showExample(label);
    if (!done) this.handlers.onLabel(label, plan.letters.length ? plan.letters : Object.keys(connection.state.counts));
    pad.redraw();
    const state = { ...connection.state, plan: { ...plan, label } };
    this.handlers.onPlan(state);
    if (JSON.stringify(state) === this.#shown) return; // a button must not be replaced while it is being pressed
    this.#shown = JSON.stringify(state);
    view.showState(state);
    view.showCounts(state, this.handlers.onCount, free && occupied);
  }

  /** @param {string | null} label */
  async #showExample(label) {
    const { pad } = this.page;
    this.#label = label;
    pad.tall = label !== null && /^[\p{Lu}\p{Nd}]/u.test(label);
    show("x-height", !pad.tall);
    show("capital-height", pad.tall);
    const strokes = label === null ? [] : await exampleOf(label);
    if (label !== this.#label) return; // another label is to be drawn by now
    pad.example = strokes;
    pad.redraw();
  }

  updateButtons() {
    const { label, blank, blocked, free, occupied, confirming, analyzing, game, waiting, pad, connection } = this.page;
    pad.blocked = blocked;
    pad.canvas.classList.toggle("blocked", blocked);
    const onlyRead = analyzing || game.playing;
    view.setLabel("pausing", onlyRead ? t("Read after a pause") : t("Save after a pause"));
    const keep = label ? t("Keep as {label}", { label }) : t("Keep");
    view.setLabel("save", free || confirming ? keep : onlyRead ? t("Read it") : t("Save"));
    setEnabled("save", !blank && label !== null);
    setEnabled("undo", !blank || waiting);
    setEnabled("clear", !blank || waiting);
    view.nameCounts(free && occupied);
    setEnabled("remove", this.samples.saved.length > 0 && !connection.offline);
    setEnabled("restore", this.samples.removed.length > 0 && !connection.offline);
  }
}
