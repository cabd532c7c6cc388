// What lies on the square, what it is meant to be, and what the network makes of it; what may be done follows from that.

export class Desk {
  asked = null; // the label that was to be drawn when this drawing began; another page may move the plan on since
  ranking = []; // of what lies here, best first
  word = null; // where several letters lie here, beside each other
  doubted = false; // whether the page asks if it is to be kept

  constructor({ sheet, session, outbox, game, given }) {
    Object.assign(this, { sheet, session, outbox, game, given });
  }

  get plan() { return this.game.playing ? this.game.plan : this.session.state?.plan ?? null; }
  get free() { return this.plan?.mode === "free" || this.given.file !== null; }
  get analyzing() { return this.plan?.mode === "analyze" && !this.given.file; }
  get ready() { return this.session.state !== null; }
  get blank() { return this.sheet.empty && !this.given.file; }
  get held() { return !this.blank || this.outbox.drawing !== null; }
  get waits() { return this.session.offline && this.outbox.drawing !== null; }
  get blocked() { return !this.ready || this.plan.done || this.waits; }

  // What Enter saves the drawing as: what was asked for; in free play, what the network reads.
  get label() {
    if (!this.free) return (this.held ? this.asked : this.plan?.label) ?? null;
    if (this.word) return null;
    return this.ranking.find(([label]) => label in this.session.state.counts)?.[0] ?? null;
  }

  // Why nothing can be drawn or saved now.
  get why() {
    if (this.waits) return "One drawing waits until the program is back: it is saved first. Backspace takes it back.";
    return this.ready ? "All is drawn." : "One moment: the program has not answered yet.";
  }

  // The label that a key names, in free play; null where it names none.
  labelOf(key) {
    return this.free ? [key, key.toLowerCase()].find((label) => label in this.session.state.counts) ?? null : null;
  }

  forget() {
    this.ranking = [];
    this.word = null;
    this.doubted = false;
  }
}
