// The act in which a network is trained: the settings, the training while it runs, and its result.

import { element } from "../../web/elements.js";
import { percent } from "../../web/format.js";
import * as api from "./api.js";
import { makeCurve } from "./curve.js";
import { openDialog } from "./dialogs.js";
import { emit, on } from "./events.js";
import { makeHelp } from "./help.js";
import { makeReplay } from "./replay.js";
import { goTo } from "./steps.js";
import { makeTrainForm } from "./train-form.js";

/** @import { TrainingStatus } from "./responses.js" */

const POLL = 250; // milliseconds between requests for the status of a running training
const KEEP_WARM = 30000; // milliseconds between requests that keep a process ready while someone is about to train

/**
 * @param {HTMLElement} section
 * @param {HTMLElement} forming - where the hidden units of the training are shown
 */
export function mountTrainPanel(section, forming) {
  const title = Object.assign(element("h2", "", "Train"), { id: "train-title" });
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
  const progress = element("div", "training", figures, bar, chart, legend);
  for (const each of [train, stop, settings.form]) each.dataset.needs = "train";
  forming.append(replay.root);
  section.append(element("div", "row-of spread", title, help.button), help.text, settings.form, element("div", "row-of", train, stop),
    outcome, progress);

  let running = false;
  let pollTimer = 0;
  let warmedAt = -Infinity;
  let startedHere = false; // by this page

  /** @param {string[]} [without] - labels to leave out */
  async function start(without = []) {
    if (running) return;
    setOutcome("");
    try {
      show(await api.train({ ...settings.settings(), ...(without.length ? { without } : {}) }), true);
      startedHere = true;
      goTo("train");
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
      const status = await api.trainingStatus();
      show(status);
      if (status.state !== "idle") await replay.update();
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
    document.body.classList.toggle("trains", running);
    emit("training", status);
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
    if (wasRunning && !running && startedHere) ignoringApiErrors(api.warmUp); // the next one shall start as quickly
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
    outcome.append(element("p", "soft", `${capitalized(result.used.split(";")[0])}.`));
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
    if (!openDialog()) start();
  });
  function keepWarm() {
    if (performance.now() - warmedAt < KEEP_WARM) return;
    warmedAt = performance.now();
    ignoringApiErrors(api.warmUp);
  }
  for (const name of ["pointerover", "pointermove", "focusin", "input"]) section.addEventListener(name, keepWarm);
  addEventListener("pagehide", () => { if (warmedAt > 0) api.coolDown().catch(() => {}); });
  poll();
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
