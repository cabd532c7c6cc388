// The drawing on its way to the disk. It waits here while the program does not answer.

export class Outbox {
  drawing = null; // {label, strokes, key, careful, writer, analyzing}
  #busy = false;

  // `whose()` says who draws, and whether to analyze: when it is sent, another may draw something else.
  constructor({ send, whose, onKept, onError }) {
    Object.assign(this, { send, whose, onKept, onError });
  }

  // `careful`: it is to be kept only if the network reads it as the label.
  put(label, strokes, careful = false) {
    // The key tells the program, when it is sent this drawing again, that it is the same.
    const key = [...crypto.getRandomValues(new Uint32Array(4))].join("-");
    this.drawing = { label, strokes, key, careful, ...this.whose() };
    return this.deliver();
  }

  async deliver() {
    if (this.#busy || !this.drawing) return;
    this.#busy = true;
    const drawing = this.drawing;
    try {
      const answer = await this.send(drawing);
      this.drawing = null;
      await this.onKept(drawing, answer);
    } catch (error) {
      this.onError(error);
    } finally {
      this.#busy = false;
    }
  }

  // The strokes of what waits; none once it is being sent, for then it may be saved already.
  takeBack() {
    if (this.#busy || !this.drawing) return [];
    const { strokes } = this.drawing;
    this.drawing = null;
    return strokes;
  }
}
