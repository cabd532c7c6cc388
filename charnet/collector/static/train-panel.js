// The act in which a network is trained: the settings, the training while it runs, and its result.

import { element } from "../../web/elements.js";
import { percent } from "../../web/format.js";
import { number, t } from "../../web/words.js";
import { isApiError, Refused, Unreachable } from "./api.js";
import { makeCurve } from "./curve.js";
import { openDialog } from "./dialogs.js";
import { emit, on } from "./events.js";
import { makeForming } from "./forming.js";
import { makeHelp } from "./help.js";
import { makeOutcome, sentence } from "./outcome.js";
import { may } from "./role.js";
import { mountSizes } from "./sizes.js";
import { goTo } from "./steps.js";
import * as api from "./train-api.js";
import { makeTrainForm } from "./train-form.js";

/** @import { TrainingStatus } from "./responses.js" */

const POLL = 250; // milliseconds between requests for the status of a running training
const SOON = 50; // until the first point of its curve is there, where it was started
const KEEP_WARM = 30000; // milliseconds between requests that keep a process ready while someone is about to train

/**
 * @param {HTMLElement} section
 * @param {HTMLElement} place - where the network of the training is shown
 */
export function mountTrainPanel(section, place) {
  const title = Object.assign(element("h2", "", t("Train")), { id: "train-title" });
  const settings = makeTrainForm();
  const train = element("button", "main", element("span", "", t("Train")), " ", element("kbd", "", t("Ctrl")), element("kbd", "", t("Enter")));
  const stop = element("button", "", t("Stop, and keep the best so far"));
  const bar = Object.assign(element("progress", ""), { ariaLabel: t("Epochs done") });
  const figures = element("p", "figures soft");
  const { chart, draw } = makeCurve();
  const legend = element("p", "legend soft", element("span", "train", t("it learns from")), element("span", "validation", t("held out")));
  const region = Object.assign(element("div", "outcome"), { role: "status" });
  const outcome = makeOutcome(region, switchNetwork);
  const forming = makeForming();
  const help = makeHelp(t("Train"), t("Training shows the network all drawings again and again, each time a little distorted. One pass "
    + "through all of them is an epoch. After each batch of drawings the network's weights move a little towards the right answers."),
  t("A fifth of the drawings is held out: the network never learns from them, so they tell how well it reads what it has "
    + "not seen. The network of the best epoch is kept, and reads here at once. Both lines are of drawings as they are, undistorted."));
  const progress = element("div", "training", figures, bar, chart, legend);
  const more = mountSizes(settings.request);
  const watching = element("p", "soft", t("Only the teacher trains here. When that happens, you see it form."));
  for (const each of [train, stop, more, settings.form]) each.dataset.needs = "train";
  watching.dataset.without = "train";
  place.append(forming.root);
  section.append(element("div", "row-of spread", title, help.button), help.text, watching, settings.form, element("div", "row-of actions", train, stop, more),
    region, progress);

  let running = false;
  let pollTimer = 0;
  let warmedAt = -Infinity;
  let startedHere = false; // by this page
  let told = ""; // which end of which training
  let unanswered = false; // what was asked for last

  /** @param {string[]} [without] - labels to leave out */
  async function start(without = []) {
    if (running || !may("train")) return;
    outcome.say("");
    try {
      show(await api.train({ ...settings.request(), ...(without.length ? { without } : {}) }), true);
      startedHere = true;
      goTo("train");
    } catch (error) {
      if (!isApiError(error)) throw error;
      outcome.say(sentence(error.message), true);
      unanswered = error instanceof Unreachable;
      const lacking = error instanceof Refused ? error.response.lacking : undefined;
      if (lacking) return offerToLeaveOut(lacking);
    }
    poll();
  }

  /** @param {string[]} labels */
  function offerToLeaveOut(labels) {
    const button = element("button", "", t("Train without {letters}", { letters: labels.join(", ") }));
    button.addEventListener("click", () => start(labels));
    outcome.offer(button);
  }

  async function poll() {
    clearTimeout(pollTimer);
    await ignoringApiErrors(async () => {
      const status = await api.trainingStatus();
      show(status);
      if (status.state !== "idle") await forming.update();
    });
    if (running) pollTimer = setTimeout(poll, bar.value || !startedHere ? POLL : SOON);
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
    more.hidden = running;
    stop.setAttribute("aria-disabled", String(status.stopping));
    settings.setEnabled(!running);
    bar.hidden = !running;
    bar.max = status.epochs ?? 1;
    if (status.epoch) bar.value = status.epoch;
    else if (status.epochs && !justStarted) bar.removeAttribute("value"); // it runs, and it is not known how far it is
    figures.textContent = figuresOf(status);
    draw(status);
    if (!wasRunning && running) { // whoever started it
      outcome.say("");
      settings.close(); // so that the result and the curves come into view
      ignoringApiErrors(forming.clear);
    }
    if (wasRunning && !running) ended(status);
    else if (endOf(status) && endOf(status) !== told) outcome.show(status); // others may have trained, or gone back, meanwhile
    told = endOf(status);
  }

  /** @param {TrainingStatus} status */
  function ended(status) {
    outcome.show(status);
    if (!startedHere) return;
    ignoringApiErrors(api.warmUp); // the next one shall start as quickly
    region.scrollIntoView({ block: "nearest" });
    startedHere = false;
  }

  /** @param {boolean} back */
  async function switchNetwork(back) {
    try {
      show(await api.switchNetwork(back));
    } catch (error) {
      if (!isApiError(error)) throw error;
      outcome.say(sentence(error.message), true);
    }
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
    if (!may("train") || performance.now() - warmedAt < KEEP_WARM) return;
    warmedAt = performance.now();
    ignoringApiErrors(api.warmUp);
  }
  for (const name of ["pointerover", "pointermove", "focusin", "input"]) section.addEventListener(name, keepWarm);
  addEventListener("pagehide", () => { if (warmedAt > 0) api.coolDown().catch(() => {}); });
  poll();
  on("state", (state) => {
    if (unanswered) { // the program is back
      unanswered = false;
      told = "";
      outcome.say("");
      poll();
    } else if (state.train === "running" && !running) poll();
  });
  on("network", () => { if (!running) poll(); });
}

/** Which training has ended and how, and which network reads since; "" where none has. @param {TrainingStatus} status */
const endOf = ({ state, result, went_back: wentBack }) =>
  (result || state === "failed" ? [state, result?.folder, wentBack].join(" ") : "");

/** @param {() => Promise<unknown>} action */
async function ignoringApiErrors(action) {
  try {
    await action();
  } catch (error) {
    if (!isApiError(error)) throw error;
  }
}

/** @param {TrainingStatus} status */
function figuresOf({ state, epoch, epochs, seconds, train_accuracy: train, validation_accuracy: validation, stopping }) {
  if (stopping) return t("Stopping after this epoch …");
  if (state === "running" && !epoch) return t("Getting ready … {seconds} s", { seconds: number(seconds, 1) });
  if (!epoch) return "";
  const values = { epoch, epochs: epochs ?? 0, seconds: number(seconds, 1), percent: percent(train ?? 0), held: percent(validation ?? 0) };
  return validation === null ? t("Epoch {epoch} of {epochs} · {seconds} s · reads {percent} of what it learns from", values)
    : t("Epoch {epoch} of {epochs} · {seconds} s · reads {percent} of what it learns from, {held} of held-out ones", values);
}
