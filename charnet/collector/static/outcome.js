// What came out of a training: one sentence, a caution, and the way back to the network before.

import { element } from "../../web/elements.js";
import { percent } from "../../web/format.js";
import { wilson } from "../../web/interval.js";
import { translated } from "../../web/server-words.js";
import { number, t, tn } from "../../web/words.js";
import { networkName } from "./network-title.js";

/** @import { TrainingStatus } from "./responses.js" */

const capitalized = (/** @type {string} */ text) => text.charAt(0).toUpperCase() + text.slice(1);
export const sentence = (/** @type {string} */ text) => `${capitalized(text)}.`.replace(/([.!?])\.$/, "$1");

const FEW = 60; // held-out drawings, below which the result comes with a caution

/**
 * What a training that has ended says: its result, cautions, and which network reads now.
 * @param {Pick<TrainingStatus, "state" | "error" | "result" | "from_network" | "writers" | "former_number" | "went_back">} status
 * @returns {{failed: boolean, result: string, notes: string[]}}
 */
export function tell(status) {
  const { state, error, result } = status;
  if (state === "failed") return { failed: true, result: sentence(translated(error)), notes: [] };
  if (state === "idle") {
    return { failed: true, result: t("The program was ended during the training. Nothing has changed; train again."), notes: [] };
  }
  if (!result) return { failed: false, result: t("Stopped before the first epoch: nothing has changed."), notes: [] };
  const notes = [...cautions(status), readsNow(result, status)];
  return { failed: false, result: resultOf(result), notes: [notes.join(" ")] };
}

/** "Right on 9 of 10 drawings it never saw: 90 %, 60 to 98." @param {NonNullable<TrainingStatus["result"]>} result */
function resultOf({ accuracy, former, held }) {
  if (accuracy === null || !held) return "";
  const right = Math.round(accuracy * held);
  const { low, high } = wilson(right, held);
  const values = { right, percent: percent(right / held), low: number(100 * low), high: number(100 * high), former: number(100 * (former ?? 0)) };
  return former === null ? tn(held, "Right on {right} of {n} drawing it never saw: {percent}, {low} to {high}.",
    "Right on {right} of {n} drawings it never saw: {percent}, {low} to {high}.", values)
    : tn(held, "Right on {right} of {n} drawing it never saw: {percent}, {low} to {high}; before {former}.",
      "Right on {right} of {n} drawings it never saw: {percent}, {low} to {high}; before {former}.", values);
}

/** Why the figures may mislead. @param {Pick<TrainingStatus, "result" | "from_network" | "writers">} status */
function cautions({ result, from_network: fromNetwork, writers = [] }) {
  if (!result || result.accuracy === null || !result.held) return [];
  const few = result.held < FEW && tn(result.held, "Only {n} drawing was held out: too few to rely on this figure. Draw more.",
    "Only {n} drawings were held out: too few to rely on this figure. Draw more.");
  const names = writers.map((name) => name || t("those without a name")).join(", ");
  const flattered = fromNetwork ? t("The network that this one started from may have been trained on some of them, which flatters both figures.")
    : result.former !== null && t("The previous network may have been trained on some of them, which flatters its figure.");
  return [few, names && t("Held out: all drawings by {writers}.", { writers: names }), flattered].filter((said) => typeof said === "string" && said);
}

/**
 * @param {NonNullable<TrainingStatus["result"]>} result
 * @param {Pick<TrainingStatus, "former_number" | "went_back">} status
 */
function readsNow(result, { former_number: before, went_back: wentBack }) {
  if (wentBack) return before ? t("{network} reads here again.", { network: numbered(before) }) : t("The network before reads again.");
  const network = numbered(result.number);
  return capitalized(result.in_use ? t("{network} reads here now.", { network })
    : t("{network} does not read here: {reason}.", { network, reason: translated(result.reason) }));
}

/** @param {number | null} number */
const numbered = (number) => networkName({ name: "", number });

/** @param {TrainingStatus} status */
function switchText({ result, former_number: before, went_back: wentBack }) {
  if (wentBack && result) return t("Use {network} after all", { network: numbered(result.number) });
  return before ? t("Back to {network}", { network: numbered(before) }) : t("Back to the network before");
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
      if (result) place.append(element("p", status.result ? "result" : "", result));
      for (const note of notes) place.append(element("p", "soft", note));
      wentBack = status.went_back;
      back.textContent = switchText(status);
      if (status.former && (wentBack || status.result?.in_use)) place.append(back);
      if (focused) back.focus();
    },
    /** @param {HTMLElement} button */
    offer(button) { place.append(button); },
  };
}
