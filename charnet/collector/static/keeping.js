// How a drawing, or a picture, is kept: when someone says so, or by itself where the network agrees; how it is taken back.

import * as api from "./api.js";
import { doubt } from "./careful.js";
import { titled } from "./samples.js";
import * as view from "./view.js";

export class Keeping {
  #late = false; // whether the page has just saved by itself what someone may be about to save

  // `page` has what the page does: {change, show, update, forget, onInk, onStroke}.
  constructor(desk, { samples, reading, pause, page }) {
    Object.assign(this, { desk, samples, reading, pause, page });
  }

  begin() { this.#late = false; }

  save(byItself = false) {
    const { desk } = this;
    const { label } = desk;
    if (!desk.ready || (desk.plan.done && !desk.given.file) || desk.waits) view.say(desk.why);
    else if (desk.blank) this.#nothing();
    else if (desk.word) view.say("One drawing is kept as one letter. Clear the square, or type its letter if it is only one.");
    else if (label === null) view.say("Type its letter, or choose it below.");
    else if (byItself && this.reading.unknown) this.pause.start(true); // nobody knows yet what it looks like
    else if (byItself && doubt(label, desk.ranking, desk.sheet.ink)) this.#ask(label);
    else if (desk.game.playing) this.#judge();
    else this.name(label, byItself);
  }

  // `careful`: nobody said so, hence only if the network reads it so.
  name(label, careful = false) {
    const { desk } = this;
    if (desk.waits) return view.say(desk.why);
    if (desk.blank) return view.say(`Draw first, then choose ${label}.`);
    if (desk.outbox.drawing) return undefined;
    if (desk.given.file) return this.#keepGiven(label);
    this.pause.stop();
    this.#late = careful;
    const strokes = desk.sheet.ink;
    desk.sheet.ghost = strokes;
    desk.sheet.put([]);
    this.reading.drop();
    desk.outbox.put(label, strokes, careful);
    return this.page.update();
  }

  // Whoever presses Enter just after the page saved by itself is to read what became of the drawing.
  #nothing() {
    if (!this.#late) view.say("Nothing is drawn yet.");
    this.#late = false;
  }

  #ask(label) {
    const { desk } = this;
    desk.doubted = !desk.game.playing;
    view.say(desk.doubted ? doubt(label, desk.ranking, desk.sheet.ink)
      : `It looks like ${desk.ranking[0][0]}. Go on, or Enter for the next letter.`);
    this.page.update();
  }

  #judge() {
    const { desk } = this;
    this.pause.stop();
    view.say(desk.game.judge(desk.ranking[0]?.[0] ?? null));
    this.reading.drop();
    desk.sheet.put([]);
    desk.forget();
    this.page.show();
    this.page.update();
  }

  #keepGiven(label) {
    return this.page.change(async () => {
      const sample = await this.desk.given.keep(label);
      this.samples.add(sample);
      this.page.forget();
      return `Saved as ${titled(sample)}.`;
    });
  }

  async kept({ label, strokes, careful, analyzing }, answer) {
    const { desk } = this;
    if (careful && !analyzing && answer.kept === false) return this.#putBack(label, strokes, answer);
    if (answer.path) this.samples.add(answer);
    if (desk.sheet.empty && !analyzing) this.page.forget();
    view.warn("");
    await desk.session.refresh();
    desk.sheet.ghost = desk.plan.done ? strokes : [];
    desk.asked = desk.plan.label;
    this.page.show();
    if (analyzing) view.showReading(answer, null);
    view.say(analyzing ? view.verdict(label, answer) : `Saved as ${answer.path}.`);
    if (!desk.sheet.empty && !desk.sheet.drawing) this.page.onStroke(); // drawn in the meantime
    return undefined;
  }

  // Another network reads it otherwise, one that has come since.
  #putBack(label, strokes, answer) {
    this.#return(strokes);
    this.desk.asked = label;
    this.page.onInk();
    this.reading.take(answer, true);
    this.#ask(label);
  }

  unsent(error) {
    if (error instanceof api.Refused) setTimeout(() => this.takeBack()); // once the outbox is at rest
    this.desk.session.failed(error);
  }

  takeBack() {
    const strokes = this.desk.outbox.takeBack();
    if (!strokes.length) return;
    this.#return(strokes);
    this.page.update();
  }

  undo() {
    const { given, sheet } = this.desk;
    if (given.file) return this.clear();
    if (!sheet.empty) sheet.undo();
    else this.takeBack();
    return this.page.onInk();
  }

  clear() {
    this.takeBack();
    this.pause.stop();
    this.desk.given.drop();
    this.desk.sheet.put([]);
    this.page.forget();
    view.say("");
  }

  #return(strokes) {
    const { sheet } = this.desk;
    sheet.ghost = [];
    sheet.put([...strokes, ...sheet.ink]);
  }
}
