// The panel in which a network is trained: the settings, the training while it runs, and its result.

import { element } from "../../web/elements.js";
import { percent } from "../../web/format.js";
import * as api from "./api.js";
import { makeCurve } from "./curve.js";
import { on } from "./events.js";
import { makeHelp, makePanel } from "./panels.js";
import { makeReplay } from "./replay.js";
import { makeTrainForm } from "./train-form.js";

/** @import { TrainingStatus } from "./responses.js" */

const POLL = 250; // milliseconds between requests for the status of a running training
const KEEP_WARM = 30000; // milliseconds between requests that keep a process ready while the panel is open

export function mountTrainPanel() {
  const { body, details, toggle, whenOpen } = makePanel("train", "Train", "F2");
  const settings = makeTrainForm();
  const train = element("button", "main", element("span", "", "Train"), " ", element("kbd", "", "Ctrl"), element("kbd", "", "Enter"));
  const stop = element("button", "", "Stop, and keep the best so far");
  const bar = Object.assign(element("progress", ""), { ariaLabel: "Epochs done" });
  const figures = element("p", "figures soft");
  const { chart, draw } = makeCurve();
  const legend = element("p", "legend soft", element("span", "train", "learned from"), element("span", "validation", "held out"));
  const outcome = Object.assign(element("div", "outcome"), { role: "status" });
  const replay = makeReplay();
  const help = makeHelp("Train", "Training shows the network all drawings again and again, each time a little distorted. One pass "
    + "through all of them is an epoch. After each batch of drawings the network's weights move a little towards the right answers.",
  "A fifth of the drawings is held out: the network never learns from them, so they tell how well it reads what it has "
    + "not seen. The network of the best epoch is kept, and reads here at once.");
  for (const each of [train, stop, settings.form]) each.dataset.needs = "train";
  const progress = element("div", "training", figures, bar, chart, legend, replay.root);
  body.append(element("div", "row-of", train, stop, help.button), help.text, settings.form, outcome, progress);

  let running = false;
  let pollTimer = 0;
  let warmTimer = 0;
  let startedHere = false; // by this page

  /** @param {string[]} [without] - labels to leave out */
  async function start(without = []) {
    if (running) return;
    setOutcome("");
    try {
      show(await api.train({ ...settings.settings(), ...(without.length ? { without } : {}) }), true);
      startedHere = true;
      details.open = true;
    } catch (error) {
      if (!api.isApiError(error)) throw error;
      setOutcome(sentence(error.message), true);
      const lacking = error instanceof api.Refused ? error.response.lacking : undefined;
      if (lacking) return offerToLeaveOut(lacking);
    }
    poll();
  }

  /** @param {string[]} labels */
  function offerToLeaveOut(labels) {
    const button = element("button", "", `Train without ${labels.join(", ")}`);
    button.addEventListener("click", () => start(labels));
    outcome.append(button);
  }

  /**
   * @param {string} text
   * @param {boolean} [failed]
   */
  function setOutcome(text, failed = false) {
    outcome.classList.toggle("bad", failed);
    outcome.replaceChildren(...(text ? [element("p", "", text)] : []));
  }

  async function poll() {
    clearTimeout(pollTimer);
    await ignoringApiErrors(async () => {
      show(await api.trainingStatus());
      await replay.update();
    });
    if (running) pollTimer = setTimeout(poll, POLL);
  }

  /**
   * @param {TrainingStatus} status
   * @param {boolean} [justStarted]
   */
  function show(status, justStarted = false) {
    const wasRunning = running;
    running = status.state === "running";
    progress.hidden = status.state === "idle" || (!running && !status.curve.length);
    train.setAttribute("aria-disabled", String(running));
    stop.hidden = !running;
    stop.setAttribute("aria-disabled", String(status.stopping));
    settings.setEnabled(!running);
    bar.hidden = !running;
    bar.max = status.epochs ?? 1;
    if (status.epoch) bar.value = status.epoch;
    else if (status.epochs && !justStarted) bar.removeAttribute("value"); // it runs, and it is not known how far it is
    figures.textContent = figuresOf(status);
    draw(status.curve, status.epochs ?? status.curve.at(-1)?.[0] ?? 0);
    if (!wasRunning && running) replay.clear(); // whoever started it
    if (wasRunning && !running && details.open) ignoringApiErrors(api.warmUp); // the next one shall start as quickly
    if (wasRunning && !running) showResult(status);
    else if (!running && !outcome.firstChild && status.state === "failed") showResult(status);
  }

  /** @param {TrainingStatus} status */
  function showResult({ state, error, result, says, note }) {
    if (state === "failed") return setOutcome(sentence(error), true);
    if (!result) return setOutcome(state === "stopped" ? "Stopped before the first epoch: nothing has changed." : "");
    setOutcome("");
    if (says) outcome.append(element("p", "result", says));
    if (note) outcome.append(element("p", "soft", note));
    outcome.append(element("p", "soft", `${capitalized(result.used)}. Kept in ${result.folder}.`));
    if (startedHere) outcome.scrollIntoView({ block: "nearest" });
    startedHere = false;
  }

  async function requestStop() {
    if (running) show(await api.stopTraining());
  }

  train.addEventListener("click", () => start());
  stop.addEventListener("click", () => ignoringApiErrors(requestStop));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat) return;
    event.preventDefault();
    toggle(true);
    start();
  });
  whenOpen((open) => {
    clearInterval(warmTimer);
    ignoringApiErrors(open ? api.warmUp : api.coolDown);
    if (open) warmTimer = setInterval(() => ignoringApiErrors(api.warmUp), KEEP_WARM);
    if (open) poll();
  });
  addEventListener("pagehide", () => { if (details.open) api.coolDown().catch(() => {}); });
  on("state", (state) => { if (state.train === "running" && !running) poll(); });
}

/** @param {() => Promise<unknown>} action */
async function ignoringApiErrors(action) {
  try {
    await action();
  } catch (error) {
    if (!api.isApiError(error)) throw error;
  }
}

const capitalized = (/** @type {string} */ text) => text.charAt(0).toUpperCase() + text.slice(1);
const sentence = (/** @type {string} */ text) => `${capitalized(text)}.`.replace(/([.!?])\.$/, "$1");

/** @param {TrainingStatus} status */
function figuresOf({ state, epoch, epochs, seconds, train_accuracy: train, validation_accuracy: validation, stopping }) {
  if (stopping) return "Stopping after this epoch …";
  if (state === "running" && !epoch) return `Getting ready … ${seconds.toFixed(1)} s`;
  if (!epoch) return "";
  const accuracy = validation === null ? `${percent(train ?? 0, 1)} of what it learns from` : `${percent(validation, 1)} of held-out drawings`;
  return `Epoch ${epoch} of ${epochs} · ${seconds.toFixed(1)} s · ${accuracy}`;
}
