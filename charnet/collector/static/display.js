// What the page shows of the desk: the plan and the counts, the names of the buttons and whether they can be used.

import { exampleOf } from "./example.js";
import * as view from "./view.js";

export class Display {
  #shown = "";
  #label = null; // of the example

  // `onCount(label)` is called for a click on a label's count; `onPlan(state)` with what there is to choose from.
  constructor(desk, { samples, onCount, onPlan }) {
    Object.assign(this, { desk, samples, onCount, onPlan });
  }

  show() {
    const { plan, free, held, sheet, session, outbox } = this.desk;
    if (!plan.done && !outbox.drawing) sheet.ghost = [];
    const label = free || plan.done ? plan.label : this.desk.label;
    this.#example(label);
    sheet.redraw();
    const visible = { ...session.state, plan: { ...plan, label } };
    this.onPlan(visible);
    if (JSON.stringify(visible) === this.#shown) return; // a button is not to be replaced under a finger
    this.#shown = JSON.stringify(visible);
    view.showState(visible);
    view.showCounts(visible, this.onCount, free && held);
  }

  async #example(label) {
    const { sheet } = this.desk;
    this.#label = label;
    const strokes = label === null ? [] : await exampleOf(label);
    if (label !== this.#label) return; // the plan has moved on
    sheet.example = strokes;
    sheet.redraw();
  }

  update() {
    const { label, blank, blocked, free, held, doubted, analyzing, game, waits, sheet, session } = this.desk;
    sheet.blocked = blocked;
    sheet.canvas.classList.toggle("blocked", blocked);
    const read = analyzing || game.playing;
    view.name("pausing", `${read ? "Read" : "Save"} automatically after a short pause`);
    view.name("save", free || doubted ? `Keep${label ? ` as ${label}` : ""}` : read ? "Read it" : "Save");
    view.enable("save", !blank && label !== null);
    view.enable("undo", !blank || waits);
    view.enable("clear", !blank || waits);
    view.nameCounts(free && held);
    view.enable("remove", this.samples.kept.length > 0 && !session.offline);
    view.enable("restore", this.samples.removed.length > 0 && !session.offline);
  }
}
