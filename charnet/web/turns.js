// Long work in short pieces: so that a page stays fluid meanwhile, and can stop it.

const TURN = 15; // milliseconds that are computed at once

export class Turns {
  #began = performance.now();

  /** Call it often: once a turn is over, it lets all that waits have its own first. */
  async give() {
    if (performance.now() - this.#began <= TURN) return;
    await othersTurn();
    this.#began = performance.now();
  }
}

/** Resolves once what waits has been done: unlike with a timer, at once if nothing does. */
function othersTurn() {
  return /** @type {Promise<void>} */ (new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  }));
}
