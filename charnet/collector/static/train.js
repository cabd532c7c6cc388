// The panel in which a network is trained: two choices, the training as it goes, and what it came to.

import { element } from "../../web/elements.js";
import * as api from "./api.js";
import { makeCurve } from "./curve.js";
import { makeLesson } from "./lesson.js";
import { on } from "./news.js";
import { explained, panel } from "./panels.js";
import { makeReplay } from "./replay.js";

const SOON = 250; // milliseconds between looks at a training that runs
const WARM = 30000; // between saying that the panel is still open

export function trainHere() {
  const { body, details, toggle, whenOpen } = panel("train", "Train", "F2");
  const lesson = makeLesson();
  const go = element("button", "main", element("span", "", "Train"), " ", element("kbd", "", "Ctrl"), element("kbd", "", "Enter"));
  const stop = element("button", "", "Stop, and keep the best so far");
  const bar = element("progress", "");
  const figures = element("p", "figures soft");
  const { drawn, draw } = makeCurve();
  const legend = element("p", "legend soft", element("span", "learned", "learned from"), element("span", "held", "held out"));
  const said = element("div", "outcome");
  said.setAttribute("role", "status");
  bar.setAttribute("aria-label", "Epochs done");
  const replay = makeReplay();
  const why = explained("Train", "Training shows the network all drawings again and again, each time a little distorted. One time "
    + "through all of them is an epoch. After each batch of drawings the network's weights move a little towards the right answers.",
  "A fifth of the drawings is held out: the network never learns from them, so they tell how well it reads what it has "
    + "not seen. The network of the best epoch is kept, and reads here at once.");
  const course = element("div", "course", figures, bar, drawn, legend, replay.shown);
  body.append(element("div", "row-of", go, stop, why.button), why.text, lesson.form, said, course);

  let running = false;
  let timer = 0;
  let warmth = 0;
  let ours = false; // whether this page asked for the training

  async function start(without = []) {
    if (running) return;
    tell("");
    try {
      show(await api.train({ ...lesson.chosen(), ...(without.length ? { without } : {}) }), true);
      ours = true;
      details.open = true;
    } catch (error) {
      if (error.answer?.lacking) return offer(error);
      tell(sentence(error), true);
    }
    follow();
  }

  function offer({ message, answer: { lacking } }) {
    tell(sentence({ message }), true);
    const button = element("button", "", `Train without ${lacking.join(", ")}`);
    button.addEventListener("click", () => start(lacking));
    said.append(button);
  }

  function tell(text, bad = false) {
    said.classList.toggle("bad", bad);
    said.replaceChildren(...(text ? [element("p", "", text)] : []));
  }

  async function follow() {
    clearTimeout(timer);
    try {
      show(await api.training());
      await replay.follow();
    } catch (error) {
      if (!(error instanceof api.Gone || error instanceof api.Refused)) throw error;
    }
    if (running) timer = setTimeout(follow, SOON);
  }

  function show(now, begun = false) {
    const was = running;
    running = now.state === "running";
    course.hidden = now.state === "idle" || (!running && !now.curve.length);
    go.setAttribute("aria-disabled", String(running));
    stop.hidden = !running;
    stop.setAttribute("aria-disabled", String(now.stopping));
    lesson.enable(!running);
    bar.hidden = !running;
    bar.max = now.epochs ?? 1;
    if (now.epoch) bar.value = now.epoch;
    else if (now.epochs && !begun) bar.removeAttribute("value"); // it has begun, and nobody knows how far it is
    figures.textContent = figuresOf(now);
    draw(now.curve, now.epochs ?? now.curve.at(-1)?.[0]);
    if (!was && running) replay.forget(); // whoever asked for it
    if (was && !running && details.open) quietly(api.warm()); // the next one begins as soon as this one did
    if (was && !running) end(now);
    else if (!running && !said.firstChild && now.state === "failed") end(now);
  }

  function end(now) {
    if (now.state === "failed") return tell(sentence({ message: now.error }), true);
    if (!now.result) return tell(now.state === "stopped" ? "Stopped before the first epoch: nothing has changed." : "");
    tell("");
    if (now.says) said.append(element("p", "result", now.says));
    if (now.note) said.append(element("p", "soft", now.note));
    said.append(element("p", "soft", `${capital(now.result.used)}. Kept in ${now.result.folder}.`));
    if (ours) said.scrollIntoView({ block: "nearest" });
    ours = false;
    return undefined;
  }

  async function halt() {
    if (running) show(await api.stopTraining());
  }

  const quietly = (promise) => promise.catch((error) => {
    if (!(error instanceof api.Gone || error instanceof api.Refused)) throw error;
  });
  go.addEventListener("click", () => start());
  stop.addEventListener("click", () => quietly(halt()));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat) return;
    event.preventDefault();
    toggle(true);
    start();
  });
  whenOpen((open) => {
    clearInterval(warmth);
    quietly(open ? api.warm() : api.cool());
    if (open) warmth = setInterval(() => quietly(api.warm()), WARM);
    if (open) follow();
  });
  addEventListener("pagehide", () => { if (details.open) api.cool().catch(() => {}); });
  on("state", (state) => { if (state.train === "running" && !running) follow(); });
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const sentence = ({ message }) => `${capital(message)}.`.replace(/([.!?])\.$/, "$1");

function figuresOf({ state, epoch, epochs, seconds, train_accuracy: learned, validation_accuracy: held, stopping }) {
  if (stopping) return "Stopping after this epoch …";
  if (state === "running" && !epoch) return `Getting ready … ${seconds.toFixed(1)} s`;
  if (!epoch) return "";
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  const right = held === null ? `${percent(learned)} of what it learns from` : `${percent(held)} of held-out drawings`;
  return `Epoch ${epoch} of ${epochs} · ${seconds.toFixed(1)} s · ${right}`;
}
