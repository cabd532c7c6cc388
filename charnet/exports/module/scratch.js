// Blocks for Scratch: a drawing is recorded point by point, read by the network, added to the letters, and trained on.

import { Letters, load, train } from "./charnet.js";

/** @import { Stroke } from "../../web/ink.js" */
/** @import { Classifier } from "./charnet.js" */

/** @typedef {{[name: string]: unknown}} Arguments - of a block, by the names in its text */

const SIDE = 360; // steps of the stage's height, the side of the drawing square
const NEAR = 0.004; // sides; a point nearer to the last is no new one
const DRAW_FIRST = "draw a letter first";

export class CharnetExtension {
  /** @type {Stroke[]} */
  #strokes = [];
  #down = false; // whether the pen is
  #letters = new Letters();
  /** @type {Classifier} */
  #network;
  #training = false;
  #problem = "";

  /**
   * @param {any} Scratch - what TurboWarp hands to an extension
   * @param {string} weights - of the network that reads at first
   */
  constructor(Scratch, weights) {
    this.Scratch = Scratch;
    this.#network = load(weights);
  }

  getInfo() {
    const { BlockType, ArgumentType } = this.Scratch;
    const letter = { LETTER: { type: ArgumentType.STRING, defaultValue: "a" } };
    const number = (/** @type {number} */ defaultValue) => ({ type: ArgumentType.NUMBER, defaultValue });
    return {
      id: "charnet",
      name: "charnet",
      blocks: [
        { opcode: "drawTo", blockType: BlockType.COMMAND, text: "draw to x: [X] y: [Y]", arguments: { X: number(0), Y: number(0) } },
        { opcode: "liftPen", blockType: BlockType.COMMAND, text: "lift the pen" },
        { opcode: "clear", blockType: BlockType.COMMAND, text: "clear the drawing" },
        { opcode: "letterDrawn", blockType: BlockType.REPORTER, text: "letter drawn" },
        { opcode: "likelihoodOf", blockType: BlockType.REPORTER, text: "likelihood of [LETTER]", arguments: letter },
        { opcode: "addDrawing", blockType: BlockType.COMMAND, text: "add drawing as [LETTER]", arguments: letter },
        { opcode: "drawings", blockType: BlockType.REPORTER, text: "drawings" },
        { opcode: "train", blockType: BlockType.COMMAND, text: "train [EPOCHS] epochs", arguments: { EPOCHS: number(300) } },
        { opcode: "problem", blockType: BlockType.REPORTER, text: "problem" },
      ],
    };
  }

  /** @param {Arguments} position */
  drawTo({ X, Y }) {
    const point = [Number(X) / SIDE + 0.5, 0.5 - Number(Y) / SIDE];
    if (!point.every(Number.isFinite)) return;
    if (!this.#down) this.#strokes.push([]);
    this.#down = true;
    const stroke = this.#strokes[this.#strokes.length - 1];
    const last = stroke[stroke.length - 1];
    if (!last || Math.hypot(point[0] - last[0], point[1] - last[1]) > NEAR) stroke.push(point);
  }

  liftPen() {
    this.#down = false;
  }

  clear() {
    this.#strokes = [];
    this.#down = false;
  }

  letterDrawn() {
    return this.#strokes.length ? this.#network.rank(this.#strokes)[0][0] : "";
  }

  /** @param {Arguments} of */
  likelihoodOf({ LETTER }) {
    if (!this.#strokes.length) return 0;
    const found = this.#network.rank(this.#strokes).find(([label]) => label === String(LETTER));
    return found ? Math.round(1000 * found[1]) / 1000 : 0;
  }

  /** @param {Arguments} as */
  addDrawing({ LETTER }) {
    return this.#attempt(() => {
      if (!this.#strokes.length) throw new Error(DRAW_FIRST);
      this.#letters.add(String(LETTER), this.#strokes);
      this.clear();
    });
  }

  drawings() {
    return this.#letters.size;
  }

  /**
   * The next block waits until the training has ended.
   * @param {Arguments} settings
   */
  train({ EPOCHS }) {
    if (this.#training) return undefined;
    return this.#attempt(async () => {
      this.#training = true;
      try {
        const epochs = Math.min(10_000, Math.max(1, Math.round(Number(EPOCHS)) || 300));
        this.#network = await train(this.#letters, { epochs });
      } finally {
        this.#training = false;
      }
    });
  }

  /** Why the last block that adds or trains could not; "" if it could. */
  problem() {
    return this.#problem;
  }

  /** @param {() => void | Promise<void>} work */
  async #attempt(work) {
    this.#problem = "";
    try {
      await work();
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }
}

/**
 * @param {any} Scratch
 * @param {string} weights
 */
export function register(Scratch, weights) {
  Scratch.extensions.register(new CharnetExtension(Scratch, weights));
}
