// The page: what happens when something is drawn, saved or taken back, and when the program goes away.

import { showAlike } from "./alike.js";
import * as api from "./api.js";
import { doubt } from "./careful.js";
import { mountDrawings } from "./drawings.js";
import { exampleOf } from "./example.js";
import { Game } from "./game.js";
import { listen as listenForFiles } from "./gestures.js";
import { Given } from "./given.js";
import { mountInOut } from "./inout.js";
import { lookInside } from "./inside.js";
import { listen } from "./keys.js";
import { Mind } from "./mind.js";
import { mountModes } from "./modes.js";
import { on, tell } from "./news.js";
import { Outbox } from "./outbox.js";
import { explained, panel } from "./panels.js";
import { Pause } from "./pause.js";
import { Reader } from "./reader.js";
import { Samples, titled } from "./samples.js";
import { hideSecret } from "./secret.js";
import { Session } from "./session.js";
import { Sheet } from "../../web/sheet.js";
import { trainHere } from "./train.js";
import * as view from "./view.js";
import { mountClass } from "./writer.js";

let asked = null; // the label that was to be drawn when this drawing began; another page may move the plan on since
let shown = "";
let ranking = [];
let doubted = false; // whether the page asks if the drawing is to be kept

const session = new Session({ onState, onBack, onGone, onRefused });
const game = new Game();
const given = new Given({ onReading: (answer) => onAnswer(answer, true), onError: (error) => { forget(); session.failed(error); } });
const plan = () => (game.playing ? game.plan : session.state?.plan ?? null);
const free = () => plan()?.mode === "free" || given.file !== null;
const analyzing = () => plan()?.mode === "analyze" && !given.file;
const blank = () => sheet.empty && !given.file;
const held = () => !blank() || outbox.drawing !== null;
const waits = () => session.offline && outbox.drawing !== null;
const choose = () => (free() ? name : null);
const onFull = () => view.say("The square is full: save or clear it.");
const sheet = new Sheet(view.part("sheet"), { onStart, onInk, onStroke, onFull, onBlocked: () => view.say(whyNot()) });
const samples = new Samples({ onChange: () => view.showStrip(samples.kept, api.pictureOf) });
const send = (drawing) => (analyzing() ? api.analyze(drawing) : api.keep(drawing));
const outbox = new Outbox({ send, onKept, onError: unsent });
const pause = new Pause({ onRest: () => view.say(view.describe(ranking)), onPause: () => save(true) });
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
  given.drop(); // what is drawn takes its place
  if (held()) return;
  asked = plan().label;
  view.forgetReading();
  view.say("");
}

function onInk() {
  pause.stop();
  doubted = false;
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
  doubted = false;
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

function save(byItself = false) {
  const label = labelNow();
  if (!session.state || (plan().done && !given.file) || waits()) view.say(whyNot());
  else if (blank()) view.say("Nothing is drawn yet.");
  else if (label === null) view.say("Type its letter, or choose it below.");
  else if (byItself && reader.busy && !mind.net) pause.start(true); // nobody knows yet what it looks like
  else if (byItself && doubt(label, ranking, sheet.ink)) ask(label);
  else if (game.playing) judge();
  else name(label, byItself);
}

function ask(label) {
  doubted = !game.playing;
  view.say(doubted ? doubt(label, ranking, sheet.ink) : `It looks like ${ranking[0][0]}. Go on, or Enter for the next letter.`);
  update();
}

function judge() {
  pause.stop();
  view.say(game.judge(ranking[0]?.[0] ?? null));
  reader.forget();
  sheet.put([]);
  ranking = [];
  show();
  update();
}

// `careful`: nobody said so, hence only if the network reads it so.
function name(label, careful = false) {
  if (waits()) return view.say(whyNot());
  if (blank()) return view.say(`Draw first, then choose ${label}.`);
  if (outbox.drawing) return;
  if (given.file) return keepGiven(label);
  pause.stop();
  sheet.ghost = sheet.ink;
  sheet.put([]);
  reader.forget();
  outbox.put(label, sheet.ghost, careful);
  update();
}

async function keepGiven(label) {
  await change(async () => {
    const sample = await given.keep(label);
    samples.add(sample);
    forget();
    return `Saved as ${titled(sample)}.`;
  });
}

async function onKept({ label, strokes, careful }, answer) {
  if (careful && !analyzing() && answer.kept === false) return putBack(label, strokes, answer);
  if (answer.path) samples.add(answer);
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

// Another network reads it otherwise, one that has come since.
function putBack(label, strokes, answer) {
  sheet.ghost = [];
  sheet.put([...strokes, ...sheet.ink]);
  asked = label;
  onInk();
  onAnswer(answer, true);
  ask(label);
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
  if (given.file) return clear();
  if (!sheet.empty) sheet.undo();
  else takeBack();
  onInk();
}

function clear() {
  takeBack();
  pause.stop();
  given.drop();
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

async function choosePlan(mode, letters, count) {
  try {
    if (mode === "game") game.start(session.state.network?.labels.filter((label) => label in session.state.counts) ?? []);
    else game.stop();
    if (mode !== "game") await api.plan(mode, letters, count);
    else if (!game.playing) view.say("There is no network to play with. Train one first.");
    if (game.playing) clear();
    asked = null;
    await session.refresh();
    asked = plan().label;
  } catch (error) {
    session.failed(error);
  }
  modes.reset();
  show();
  update();
}

function takeFiles(files, target) {
  const [{ file, path }] = files;
  if (files.length > 1 || path.includes("/") || api.isZip(file) || inOut.zone.contains(target)) return inOut.add(files);
  if (game.playing) return view.say("In the game only drawings count.");
  clear();
  given.take(file);
  return update();
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
  modes.show(visible);
  if (JSON.stringify(visible) === shown) return; // a button is not to be replaced under a finger
  shown = JSON.stringify(visible);
  view.showState(visible);
  view.showCounts(visible, (label) => (free() && held() ? name(label) : drawings.open(label)), free() && held());
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
  view.name("pausing", `${analyzing() || game.playing ? "Have it read" : "Save"} by itself after a short pause`);
  view.name("save", free() || doubted ? `Keep${label ? ` as ${label}` : ""}` : analyzing() || game.playing ? "Read it" : "Save");
  view.enable("save", !blank() && label !== null);
  view.enable("undo", !blank() || waits());
  view.enable("clear", !blank() || waits());
  view.nameCounts(free() && held());
  view.enable("remove", samples.kept.length > 0 && !away);
  view.enable("restore", samples.removed.length > 0 && !away);
}

function labelOf(key) {
  return free() ? [key, key.toLowerCase()].find((label) => label in session.state.counts) ?? null : null;
}

function unknown(key) {
  return free() ? () => view.say(`There is no ${key} among the letters here.`) : null;
}

const drawings = mountDrawings({
  onEdit: (changes) => { changes.forEach(([sample, now]) => samples.changed(sample, now)); session.refresh(); },
});
const inOut = mountInOut({ onAdded: () => session.refresh() });
const writers = mountClass();
const modes = mountModes({ choose: choosePlan, who: () => writers.open() });
on("writer", () => session.refresh());
listenForFiles(takeFiles);
hideSecret();
const acts = { save: () => save(), undo, clear, remove: () => change(() => samples.remove()), restore: () => change(() => samples.restore()) };
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
