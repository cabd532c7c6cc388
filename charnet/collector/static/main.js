// The page: what happens when something is drawn, saved or taken back, and when the program goes away.

import { showAlike } from "./alike.js";
import * as api from "./api.js";
import { exampleOf } from "./example.js";
import { lookInside } from "./inside.js";
import { listen } from "./keys.js";
import { Mind } from "./mind.js";
import { tell } from "./news.js";
import { Outbox } from "./outbox.js";
import { explained, panel } from "./panels.js";
import { Pause } from "./pause.js";
import { Reader } from "./reader.js";
import { Samples } from "./samples.js";
import { Session } from "./session.js";
import { Sheet } from "../../web/sheet.js";
import { trainHere } from "./train.js";
import * as view from "./view.js";

let asked = null; // the label that was to be drawn when this drawing began; another page may move the plan on since
let shown = "";
let ranking = [];

const session = new Session({ onState, onBack, onGone, onRefused });
const plan = () => session.state?.plan ?? null;
const free = () => plan()?.mode === "free";
const analyzing = () => plan()?.mode === "analyze";
const held = () => !sheet.empty || outbox.drawing !== null;
const waits = () => session.offline && outbox.drawing !== null;
const choose = () => (free() ? name : null);
const onFull = () => view.say("The square is full: save or clear it.");
const sheet = new Sheet(view.part("sheet"), { onStart, onInk, onStroke, onFull, onBlocked: () => view.say(whyNot()) });
const samples = new Samples({ onChange: () => view.showStrip(samples.kept, api.pictureOf) });
const send = (drawing) => (analyzing() ? api.analyze(drawing) : api.keep(drawing));
const outbox = new Outbox({ send, onKept, onError: unsent });
const pause = new Pause({ onRest: () => view.say(view.describe(ranking)), onPause: save });
const mind = new Mind({ onSeen, onNetwork });
const reader = new Reader({
  ask: (strokes) => api.read(strokes, !sheet.drawing),
  onAnswer,
  onBusy: (busy) => view.part("ranking").setAttribute("aria-busy", String(busy)),
  onError: (error) => session.failed(error),
});

function onStart() {
  pause.stop();
  if (!session.offline) view.warn("");
  if (held()) return;
  asked = plan().label;
  view.forgetReading();
  view.say("");
}

function onInk() {
  pause.stop();
  if (sheet.empty) return forget();
  tell("ink", sheet.ink);
  mind.look(sheet.ink);
  reader.read(sheet.ink);
  update();
}

function onStroke() {
  update();
  reader.read(sheet.ink); // once more, for what is most like it
  pause.start(!free() && !sheet.blocked); // in free play nobody has said yet what it is
}

function onAnswer(answer, newest) {
  tell("reading", answer);
  if (!mind.knows(answer)) onSeen(answer);
  else if (newest) mind.see(answer.ink, answer.picture); // to the last digit what the program made of it
}

function onSeen(reading) {
  ranking = reading.ranking;
  view.showReading(reading, choose());
  update();
}

function onNetwork(network, first) {
  if (first) return;
  view.say(view.takenOver(network));
  if (!sheet.empty) onInk();
}

function forget() {
  ranking = [];
  reader.forget();
  mind.forget();
  view.forgetReading();
  tell("ink", []);
  tell("reading", null);
  if (session.state) show();
  update();
}

// What Enter saves the drawing as: what was asked for; in free play, what the network reads.
function labelNow() {
  if (!free()) return (held() ? asked : plan()?.label) ?? null;
  return ranking.find(([label]) => label in session.state.counts)?.[0] ?? null;
}

// Why nothing can be drawn or saved now.
function whyNot() {
  if (waits()) return "One drawing waits until the program is back: it is saved first. Backspace takes it back.";
  return session.state ? "All is drawn." : "One moment: the program has not answered yet.";
}

function save() {
  const label = labelNow();
  if (!session.state || plan().done || waits()) view.say(whyNot());
  else if (sheet.empty) view.say("Nothing is drawn yet.");
  else if (label === null) view.say("Type its letter, or choose it below.");
  else name(label);
}

function name(label) {
  if (waits()) return view.say(whyNot());
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
  await session.refresh();
  sheet.ghost = plan().done ? strokes : [];
  asked = plan().label;
  show();
  if (analyzing()) view.showReading(answer, null);
  view.say(analyzing() ? view.verdict(label, answer) : `Saved as ${answer.path}.`);
  if (!sheet.empty && !sheet.drawing) onStroke(); // drawn in the meantime
}

function unsent(error) {
  if (error instanceof api.Refused) setTimeout(takeBack); // once the outbox is at rest
  session.failed(error);
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
  if (session.offline) return view.say("The program does not answer: nothing can be removed or brought back now.");
  try {
    const outcome = await act();
    await session.refresh();
    view.say(outcome);
  } catch (error) {
    session.failed(error);
  }
}

function onState(first) {
  if (first) samples.open(session.state.folder);
  show();
  update();
}

function show() {
  if (!plan().done && !outbox.drawing) sheet.ghost = [];
  const label = free() || plan().done ? plan().label : labelNow();
  showExample(label);
  sheet.redraw();
  const visible = { ...session.state, plan: { ...plan(), label } };
  if (JSON.stringify(visible) === shown) return; // a button is not to be replaced under a finger
  shown = JSON.stringify(visible);
  view.showState(visible);
  view.showCounts(visible, choose());
}

async function showExample(label) {
  sheet.example = label === null ? [] : await exampleOf(label);
  sheet.redraw();
}

function onRefused(error) {
  view.warn(`That did not work: ${error.message}.`);
  update();
}

function onGone() {
  if (!plan()?.done) view.warn(view.GONE);
  update();
}

async function onBack() {
  view.warn("");
  view.say("The program is back.");
  if (outbox.drawing) await outbox.deliver();
  else if (!sheet.empty) reader.read(sheet.ink);
}

function update() {
  const label = labelNow();
  const away = session.offline;
  sheet.blocked = !session.state || plan().done || waits();
  sheet.canvas.classList.toggle("blocked", sheet.blocked);
  view.name("pausing", `${analyzing() ? "Have it read" : "Save"} by itself after a short pause`);
  view.name("save", free() ? `Keep${label ? ` as ${label}` : ""}` : analyzing() ? "Read it" : "Save");
  view.enable("save", !sheet.empty && label !== null);
  view.enable("undo", !sheet.empty || waits());
  view.enable("clear", !sheet.empty || waits());
  view.enable("remove", samples.kept.length > 0 && !away);
  view.enable("restore", samples.removed.length > 0 && !away);
}

function labelOf(key) {
  return free() ? [key, key.toLowerCase()].find((label) => label in session.state.counts) ?? null : null;
}

function unknown(key) {
  return free() ? () => view.say(`There is no ${key} among the letters here.`) : null;
}

const acts = { save, undo, clear, remove: () => change(() => samples.remove()), restore: () => change(() => samples.restore()) };
listen(sheet, { ...acts, name, labelOf, unknown });
for (const [id, act] of Object.entries(acts)) view.part(id).addEventListener("click", act);
// Who clicks with a mouse goes on with the page's keys, not with the button's.
document.addEventListener("click", (event) => { if (event.detail) event.target.closest("button, summary")?.blur(); });
addEventListener("beforeunload", (event) => { if (outbox.drawing) event.preventDefault(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) session.refresh(); });
showAlike();
lookInside(mind);
trainHere();
const likelihoods = explained("The figures", view.LIKELIHOODS);
view.part("reading-head").append(likelihoods.button);
view.part("reading-head").after(likelihoods.text);
panel("keys", "Keys", "F1").body.append(view.part("all-keys").content);
view.showStrip([], api.pictureOf);
update();
session.watch();
