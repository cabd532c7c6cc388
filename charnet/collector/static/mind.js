// The network that reads, in the page itself, so that it follows the pen without asking anyone. Of the kind with one
// hidden layer only; of other kinds, and before the weights are here, `net` is null and the program reads.
//
// Tells "network" whenever another one reads, and "thought", with every frame, what it makes of the drawing:
// {net, ink, where, muted, sums, hidden, logits, likelihoods}, null when there is none.

import { place } from "../../web/framing.js";
import { draw } from "../../web/ink.js";
import { rank } from "../../web/network.js";
import { perceptron, think } from "../../web/perceptron.js";
import { pictureOf } from "../../web/picture.js";
import * as api from "./api.js";
import { on, tell } from "./news.js";

export class Mind {
  net = null;
  muted = new Set();
  #version = null; // of the network in use; "" for none
  #strokes = [];
  #scheduled = false;
  #where = null; // a place of the framed ink, in its pixels -> of the square; null where it is not known
  #last = null; // {ink, picture} that were seen

  constructor({ onSeen, onNetwork }) {
    Object.assign(this, { onSeen, onNetwork });
    on("state", ({ network }) => this.#follow(network?.version ?? ""));
  }

  knows({ network }) {
    return this.net !== null && network === this.#version;
  }

  // What is in the square, to be seen with the next frame.
  look(strokes) {
    this.#strokes = strokes;
    if (!this.net || this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      if (!this.net || !this.#strokes.length) return;
      const drawn = draw(this.#strokes, this.net.spec);
      const { data: ink, where } = place(drawn, this.net.spec);
      this.#where = where && ((at) => drawn.square(where(at)));
      if (ink.every(Number.isFinite)) this.see(ink, pictureOf(ink, this.net.spec));
    });
  }

  see(ink, picture) {
    this.#last = { ink, picture };
    const thought = { net: this.net, ink, where: this.#where, muted: this.muted, ...think(this.net, ink, this.muted) };
    tell("thought", thought);
    this.onSeen({ ranking: rank(this.net.spec.labels, thought.likelihoods), picture });
  }

  forget() {
    this.#strokes = [];
    this.#where = null;
    this.#last = null;
    tell("thought", null);
  }

  mute(units) {
    this.muted = new Set(units);
    tell("muted", this.muted);
    if (this.#last) this.see(this.#last.ink, this.#last.picture);
  }

  async #follow(version) {
    if (version === this.#version) return;
    const first = this.#version === null;
    this.#version = version;
    try {
      const network = version ? await api.network() : null;
      if (version !== this.#version) return; // yet another one came meanwhile
      this.net = network?.InputWeights ? perceptron(network) : null;
      this.forget();
      tell("network", network && { ...network, net: this.net });
      this.mute([]);
      this.onNetwork(network, first);
    } catch (error) {
      if (!(error instanceof api.Gone || error instanceof api.Refused)) throw error;
      this.#version = null; // asked for again with the next state
    }
  }
}
