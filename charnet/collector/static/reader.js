// Reading by the program: at most one request on its way; of the drawings that come meanwhile only the latest is sent.

export class Reader {
  #wanted = null;
  #busy = false;
  #round = 0;

  constructor({ ask, onAnswer, onBusy, onError }) {
    Object.assign(this, { ask, onAnswer, onBusy, onError });
  }

  get busy() { return this.#busy || this.#wanted !== null; }

  // Answers to drawings before this moment are not shown any more.
  forget() {
    this.#round += 1;
    this.#wanted = null;
    this.onBusy(false);
  }

  async read(strokes) {
    this.#wanted = strokes;
    this.onBusy(true);
    if (this.#busy) return;
    this.#busy = true;
    while (this.#wanted) {
      const round = this.#round;
      const strokes = this.#wanted;
      this.#wanted = null;
      try {
        const answer = await this.ask(strokes);
        if (round === this.#round) this.onAnswer(answer, this.#wanted === null);
      } catch (error) {
        if (round === this.#round) this.onError(error);
        break; // what is wanted now is asked for again by whoever handles the error, or with the next stroke
      }
    }
    this.#busy = false;
    this.onBusy(this.#wanted !== null);
  }
}
