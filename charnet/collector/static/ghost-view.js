// Shows a letter being written in the empty square until the first touch of the pen: the letter that is to be drawn, or any.

import { exampleOf } from "./example.js";
import { written, writingTime } from "./ghost.js";

/** @import { DrawingPad } from "../../web/drawing-pad.js" */
/** @import { Stroke } from "../../web/ink.js" */

const REST = 2500; // milliseconds that the written letter stays
const TIMES = 3; // then it stands still

/** @param {DrawingPad} pad */
export function makeGhost(pad) {
  let over = false; // whether somebody has drawn
  /** @type {string | null} */
  let shown = null;
  /** @type {Stroke[]} */
  let strokes = [];
  let since = 0;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  pad.canvas.addEventListener("pointerdown", stop);

  function stop() {
    over = true;
    pad.ghost = [];
    pad.redraw();
  }

  /**
   * @param {string} label - of the letter that is being written
   * @param {number} now
   */
  function frame(label, now) {
    if (over || label !== shown) return;
    if (!pad.empty || pad.pending.length) return stop();
    since ||= now;
    const time = writingTime(strokes);
    const round = (now - since) / (time + REST);
    const ended = still.matches || round >= TIMES;
    const at = ended ? time : (round % 1) * (time + REST);
    pad.ghost = written(strokes, at);
    pad.redraw();
    if (ended) return;
    if (at < time) next(label);
    else setTimeout(() => next(label), time + REST - at);
  }

  /** @param {string} label */
  const next = (label) => requestAnimationFrame((now) => frame(label, now));

  /**
   * The letter to show, whenever the plan is; the first one of the alphabet where the plan has none.
   * @param {string | null} wanted
   * @param {string[]} labels
   */
  return async function show(wanted, labels) {
    const label = wanted ?? labels[0] ?? null;
    if (over || label === null || label === shown) return;
    shown = label;
    pad.ghost = [];
    const found = await exampleOf(label);
    if (label !== shown) return;
    strokes = found;
    since = 0;
    next(label);
  };
}
