// The tour of the page: its five stops, where it stands, and where its card goes.

import { t } from "../../web/words.js";

/** @typedef {"draw" | "train" | "look"} Act */
/** @typedef {{act: Act, target: string, title: string, text: string}} Stop - `target` is a selector */
/** @typedef {{left: number, top: number, width: number, height: number}} Box */
/** @typedef {{get: (key: string) => string | null, set: (key: string, value: string) => void}} Memory */

/** @type {Stop[]} */
export const STOPS = [
  { act: "draw", target: ".square", title: t("Draw a letter"),
    text: t("With a finger, a pen or the mouse. The network reads it while you draw.") },
  { act: "look", target: ".reading", title: t("See what it reads"),
    text: t("The longest bar is the letter it takes your drawing for. Below are its hidden units: what each looks for, and what it found.") },
  { act: "draw", target: ".pen", title: t("Keep the drawing"),
    text: t("Save puts it among the drawings of its letter. Five or ten of each letter are a good start.") },
  { act: "train", target: "#train", title: t("Train your network"),
    text: t("It learns from all drawings in seconds, and you watch. Then it reads here, and knows your hand.") },
  { act: "draw", target: ".top", title: t("And the rest"),
    text: t("All drawings, a class, the keys and this tour are up here. Now draw!") },
];

const STORAGE_KEY = "charnet.tour";
const GAP = 12; // pixels between the card and what it is about, and the edge of the window

export class Tour {
  /** @type {number | null} null while it is not shown */
  at = null;

  /** @param {Memory} memory */
  constructor(memory) {
    this.memory = memory;
  }

  /** Whether nobody has seen it on this browser. */
  get isNew() { return this.memory.get(STORAGE_KEY) === null; }
  get stop() { return this.at === null ? null : STOPS[this.at]; }

  start() {
    this.memory.set(STORAGE_KEY, "seen");
    this.at = 0;
  }

  /** The next stop; after the last one it ends. */
  next() { this.at = this.at === null || this.at + 1 === STOPS.length ? null : this.at + 1; }
  back() { this.at = Math.max(0, (this.at ?? 0) - 1); }
  leave() { this.at = null; }
}

/**
 * Where a card stands: beside what it is about where there is room for it, else at the end of the window that covers less.
 * @param {Box} target
 * @param {{width: number, height: number}} card
 * @param {{width: number, height: number}} page - the window's size
 */
export function placeCard(target, card, page) {
  const within = (/** @type {number} */ at, /** @type {number} */ size, /** @type {number} */ all) => Math.max(GAP, Math.min(at, all - size - GAP));
  const left = within(target.left + (target.width - card.width) / 2, card.width, page.width);
  const top = within(target.top + (target.height - card.height) / 2, card.height, page.height);
  const right = target.left + target.width;
  const bottom = target.top + target.height;
  if (bottom + card.height + 2 * GAP <= page.height) return { left, top: bottom + GAP };
  if (target.top - card.height - 2 * GAP >= 0) return { left, top: target.top - card.height - GAP };
  if (right + card.width + 2 * GAP <= page.width) return { left: right + GAP, top };
  if (target.left - card.width - 2 * GAP >= 0) return { left: target.left - card.width - GAP, top };
  const atEnd = target.top + target.height / 2 < page.height / 2;
  return { left, top: atEnd ? page.height - card.height - GAP : GAP };
}
