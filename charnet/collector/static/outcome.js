// What came out of a training: one sentence, a caution, and the way back to the network before.

import { element } from "../../web/elements.js";

/** @import { TrainingStatus } from "./responses.js" */

const capitalized = (/** @type {string} */ text) => text.charAt(0).toUpperCase() + text.slice(1);
export const sentence = (/** @type {string} */ text) => `${capitalized(text)}.`.replace(/([.!?])\.$/, "$1");

/**
 * What a training that has ended says: its result, cautions, and which network reads now.
 * @param {Pick<TrainingStatus, "state" | "error" | "result" | "says" | "note" | "went_back">} status
 * @returns {{failed: boolean, result: string, notes: string[]}}
 */
export function tell({ state, error, result, says, note, went_back: wentBack }) {
  if (state === "failed") return { failed: true, result: sentence(error), notes: [] };
  if (state === "idle") {
    return { failed: true, result: "The program was ended during the training. Nothing has changed; train again.", notes: [] };
  }
  if (!result) return { failed: false, result: "Stopped before the first epoch: nothing has changed.", notes: [] };
  const notes = [note, wentBack ? "The network before reads again." : usedNow(result.used)];
  return { failed: false, result: says ? sentence(says) : "", notes: [notes.filter(Boolean).join(" ")] };
}

/** Without the command to go back, which is the terminal's. @param {string} used */
function usedNow(used) {
  if (used.startsWith("in use now")) return "It reads here now.";
  const [why] = used.replace(/^not in use(: )?/, "").split("; charnet use ");
  return `It does not read here${why ? `: ${why}` : ""}.`;
}

/**
 * @param {HTMLElement} place
 * @param {(back: boolean) => void} onSwitch - another network is to read
 */
export function makeOutcome(place, onSwitch) {
  const back = element("button", "");
  let wentBack = false;
  back.dataset.needs = "train";
  back.addEventListener("click", () => onSwitch(!wentBack));

  /**
   * @param {string} text
   * @param {boolean} [failed]
   */
  function say(text, failed = false) {
    place.classList.toggle("bad", failed);
    place.replaceChildren(...(text ? [element("p", "", text)] : []));
  }

  return {
    say,
    /** @param {TrainingStatus} status */
    show(status) {
      const { failed, result, notes } = tell(status);
      const focused = document.activeElement === back;
      say("");
      place.classList.toggle("bad", failed);
      if (result) place.append(element("p", status.says ? "result" : "", result));
      for (const note of notes) place.append(element("p", "soft", note));
      wentBack = status.went_back;
      back.textContent = wentBack ? "Use the new network after all" : "Back to the network before";
      if (status.former && (wentBack || status.result?.used.startsWith("in use now"))) place.append(back);
      if (focused) back.focus();
    },
    /** @param {HTMLElement} button */
    offer(button) { place.append(button); },
  };
}
