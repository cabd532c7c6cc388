// The page: what happens when something is drawn, saved or taken back, and when the program goes away.

import * as api from "./api.js";
import { listen } from "./keys.js";
import { tell } from "./news.js";
import { Outbox } from "./outbox.js";
import { panel } from "./panels.js";
import { Pause } from "./pause.js";
import { Reader } from "./reader.js";
import { Samples } from "./samples.js";
import { Sheet } from "../../web/sheet.js";
import * as view from "./view.js";

const POLL = 2000; // milliseconds between looks at the plan, which another page may have moved on
const RETRY = 1000;

let state = null;
let asked = null; // the label that was to be drawn when this drawing began; another page may move the plan on since
let shown = "";
let ranking = [];
let offline = false;
let ended = false;

const free = () => state?.plan.mode === "free";
const analyzing = () => state?.plan.mode === "analyze";
const held = () => !sheet.empty || outbox.drawing !== null;
const choose = () => (free() ? name : null);
const onFull = () => view.say("The square is full: save or clear it.");
const sheet = new Sheet(view.part("sheet"), { onStart, onInk, onStroke, onFull });
const samples = new Samples({ onChange: () => view.showStrip(samples.kept, api.pictureOf) });
const send = (drawing) => (analyzing() ? api.analyze(drawing) : api.keep(drawing));
const outbox = new Outbox({ send, onKept, onError: unsent });
const pause = new Pause({ onRest: () => view.say(view.describe(ranking)), onPause: save });
const reader = new Reader({
  ask: api.read,
  onAnswer: (answer) => { ranking = answer.ranking; view.showReading(answer, choose()); tell("reading", answer); update(); },
  onBusy: (busy) => view.part("ranking").setAttribute("aria-busy", String(busy)),
  onError: failed,
});

function onStart() {
  pause.stop();
  if (!offline) view.warn("");
  if (held()) return;
  asked = state.plan.label;
  view.forgetReading();
  view.say("");
}

function onInk() {
  pause.stop();
  tell("ink", sheet.ink);
  if (sheet.empty) return forget();
  reader.read(sheet.ink);
  update();
}

function onStroke() {
  update();
  pause.start(!free() && !sheet.blocked); // in free play nobody has said yet what it is
}

function forget() {
  ranking = [];
  reader.forget();
  view.forgetReading();
  tell("ink", []);
  tell("reading", null);
  if (state) show();
  update();
}

// What Enter saves the drawing as: what was asked for; in free play, what the network reads.
function labelNow() {
  if (!free()) return (held() ? asked : state?.plan.label) ?? null;
  return ranking.find(([label]) => label in state.counts)?.[0] ?? null;
}

function save() {
  const label = labelNow();
  if (state?.plan.done) view.say("All is drawn.");
  else if (sheet.empty) view.say("Nothing is drawn yet.");
  else if (label === null) view.say("Type its letter, or choose it below.");
  else name(label);
}

function name(label) {
  if (sheet.empty) return view.say(`Draw first, then choose ${label}.`);
  if (outbox.drawing) return;
  pause.stop();
  sheet.ghost = sheet.ink;
  sheet.put([]);
  reader.forget();
  outbox.put(label, sheet.ghost);
  update();
}

async function onKept({ label, strokes }, answer) {
  if (answer.path) samples.add(label, answer.n);
  if (sheet.empty && !analyzing()) forget();
  view.warn("");
  await refresh();
  sheet.ghost = state.plan.done ? strokes : [];
  asked = state.plan.label;
  show();
  if (analyzing()) view.showReading(answer, null);
  view.say(analyzing() ? view.verdict(label, answer) : `Saved as ${answer.path}.`);
  if (!sheet.empty && !sheet.drawing) onStroke(); // drawn in the meantime
}

function unsent(error) {
  if (error instanceof api.Refused) setTimeout(takeBack); // once the outbox is at rest
  failed(error);
}

function takeBack() {
  const strokes = outbox.takeBack();
  if (!strokes.length) return;
  sheet.ghost = [];
  sheet.put([...strokes, ...sheet.ink]);
  update();
}

function undo() {
  if (!sheet.empty) sheet.undo();
  else takeBack();
  onInk();
}

function clear() {
  takeBack();
  pause.stop();
  sheet.put([]);
  forget();
  view.say("");
}

async function change(act) {
  try {
    const outcome = await act();
    await refresh();
    view.say(outcome);
  } catch (error) {
    failed(error);
  }
}

async function refresh() {
  try {
    const found = await api.state();
    if (offline) view.warn("");
    offline = false;
    const first = state === null;
    state = found;
    if (first) samples.open(state.folder);
    tell("state", state);
    show();
  } catch (error) {
    failed(error);
  }
  update();
}

function show() {
  if (!state.plan.done && !outbox.drawing) sheet.ghost = [];
  sheet.redraw();
  const label = free() || state.plan.done ? state.plan.label : labelNow();
  const visible = { ...state, plan: { ...state.plan, label } };
  if (JSON.stringify(visible) === shown) return; // a button is not to be replaced under a finger
  shown = JSON.stringify(visible);
  view.showState(visible);
  view.showCounts(visible, choose());
}

function failed(error) {
  if (error instanceof api.Refused) view.warn(`That did not work: ${error.message}.`);
  else if (!(error instanceof api.Gone)) throw error;
  else if (state?.plan.done) ended = true;
  else if (!offline) {
    offline = true;
    view.warn("The program does not answer. Your drawing is kept here, and what you save now is saved when it is back. "
      + "To start it again: python collect.py");
  }
  update();
}

function update() {
  const label = labelNow();
  const waits = offline && outbox.drawing !== null;
  sheet.blocked = state === null || state.plan.done || waits;
  sheet.canvas.classList.toggle("blocked", sheet.blocked);
  view.name("pausing", `${analyzing() ? "Have it read" : "Save"} by itself after a short pause`);
  view.name("save", free() ? `Keep${label ? ` as ${label}` : ""}` : analyzing() ? "Read it" : "Save");
  view.enable("save", !sheet.empty && label !== null);
  view.enable("undo", !sheet.empty || waits);
  view.enable("clear", !sheet.empty || waits);
  view.enable("remove", samples.kept.length > 0 && !ended && !offline);
  view.enable("restore", samples.removed.length > 0 && !ended && !offline);
}

async function watch() {
  if (ended) return;
  const was = offline;
  if (!document.hidden || offline) await refresh();
  if (was && !offline) {
    view.say("The program is back.");
    if (outbox.drawing) await outbox.deliver();
    else if (!sheet.empty) reader.read(sheet.ink);
  }
  setTimeout(watch, offline ? RETRY : POLL);
}

function labelOf(key) {
  return free() ? [key, key.toLowerCase()].find((label) => label in state.counts) ?? null : null;
}

const remove = () => change(() => samples.remove());
const restore = () => change(() => samples.restore());
const acts = { save, undo, clear, remove, restore };
listen(sheet, { ...acts, name, labelOf });
for (const [id, act] of Object.entries(acts)) view.part(id).addEventListener("click", act);
// Who clicks with a mouse goes on with the page's keys, not with the button's.
document.addEventListener("click", (event) => { if (event.detail) event.target.closest("button")?.blur(); });
addEventListener("beforeunload", (event) => { if (outbox.drawing) event.preventDefault(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden && !ended) refresh(); });
panel("keys", "Keys", "F1").body.append(view.part("all-keys").content);
view.showStrip([], api.pictureOf);
update();
watch();
