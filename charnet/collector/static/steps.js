// The three steps, always in view: Draw, Train, Look, each with its state. Where the window is too small for all three side
// by side, they are tabs.

import { byId, element } from "../../web/elements.js";
import { t } from "../../web/words.js";
import { closeDialog } from "./dialogs.js";
import { on } from "./events.js";
import { addShortcut } from "./shortcuts.js";
import { drawState, lookState, trainState } from "./step-states.js";

/** @import { State, TrainingStatus } from "./responses.js" */

/** @typedef {"draw" | "train" | "look"} Step */

/** @type {{step: Step, title: string, key: string, first: string}[]} - `first` has the focus after the key was pressed */
const STEPS = [
  { step: "draw", title: t("Draw"), key: "", first: "#sheet" },
  { step: "train", title: t("Train"), key: "F2", first: "#train button.main" },
  { step: "look", title: t("Look"), key: "F4", first: "#look-title" },
];
const UPDATE = 5000; // milliseconds between two looks at the clock

export function mountSteps() {
  /** @type {Record<string, HTMLElement>} */
  const states = {};
  byId("steps").replaceChildren(...STEPS.map(({ step, title, key, first }) => {
    states[step] = element("small", "", "…");
    const button = element("button", "step", element("b", "", title), states[step]);
    button.dataset.step = step;
    button.addEventListener("click", () => goTo(step));
    if (key) addShortcut(key, () => { goTo(step); focusOn(first); });
    return button;
  }));
  goTo("draw");
  /** @type {State | null} */
  let state = null;
  /** @type {TrainingStatus | null} */
  let training = null;
  /** @type {number | null} */
  let endedAt = null;

  function showTraining() {
    if (!state) return;
    const ago = endedAt === null ? null : (Date.now() - endedAt) / 1000;
    setText(states.train, trainState({ network: state.network, training, ago }));
  }
  on("state", (latest) => { state = latest; setText(states.draw, drawState(latest)); showTraining(); });
  on("training", (latest) => {
    if (training?.state === "running" && latest.result) endedAt = Date.now();
    training = latest;
    showTraining();
  });
  on("prediction", (prediction) => setText(states.look, lookState(prediction)));
  setText(states.look, lookState(null));
  setInterval(showTraining, UPDATE);
}

/** @param {string} selector */
function focusOn(selector) {
  const found = document.querySelector(selector);
  if (found instanceof HTMLElement) found.focus();
}

/** @type {(place: HTMLElement, text: string) => void} */
const setText = (place, text) => { if (place.textContent !== text) place.textContent = text; };

/**
 * Shows a step, where only one is in view.
 * @param {Step} step
 */
export function goTo(step) {
  closeDialog();
  document.body.dataset.step = step;
  for (const button of byId("steps").querySelectorAll("button")) {
    if (button.dataset.step === step) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
  }
}
