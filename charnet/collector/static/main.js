// The page: its parts, and what happens between them when something is drawn, given, chosen, or the program goes away.

import { showAlike } from "./alike.js";
import * as api from "./api.js";
import { Desk } from "./desk.js";
import { Display } from "./display.js";
import { mountDrawings } from "./drawings.js";
import { Game } from "./game.js";
import { listen as listenForFiles } from "./gestures.js";
import { Given } from "./given.js";
import { mountInOut } from "./inout.js";
import { lookInside } from "./inside.js";
import { Keeping } from "./keeping.js";
import { listen } from "./keys.js";
import { mountModes } from "./modes.js";
import { on } from "./news.js";
import { Outbox } from "./outbox.js";
import { explained, panel } from "./panels.js";
import { Pause } from "./pause.js";
import { Reading } from "./reading.js";
import { Samples } from "./samples.js";
import { hideSecret } from "./secret.js";
import { Session } from "./session.js";
import { Sheet } from "../../web/sheet.js";
import { trainHere } from "./train.js";
import { writer } from "./memory.js";
import * as view from "./view.js";
import { showWords } from "./word.js";
import { mountClass } from "./writer.js";

const session = new Session({ onState, onBack, onGone, onRefused });
const sheet = new Sheet(view.part("sheet"), {
  onStart, onInk, onStroke,
  onFull: () => view.say("The square is full: save or clear it."),
  onBlocked: () => view.say(desk.why),
});
const send = (drawing) => (drawing.analyzing ? api.analyze(drawing) : api.keep(drawing));
const outbox = new Outbox({
  send, whose: () => ({ writer: writer(), analyzing: desk.analyzing }),
  onKept: (drawing, answer) => keeping.kept(drawing, answer), onError: (error) => keeping.unsent(error),
});
const given = new Given({ onReading: (answer) => reading.take(answer, true), onError: (error) => { forget(); session.failed(error); } });
const desk = new Desk({ sheet, session, outbox, given, game: new Game() });
const samples = new Samples({ onChange: () => view.showStrip(samples.kept, api.pictureOf) });
const reading = new Reading(desk, {
  choose: (label) => keeping.name(label),
  onChange: () => update(),
  onNetwork,
  onError: (error) => session.failed(error),
});
const display = new Display(desk, {
  samples,
  onCount: (label) => (desk.free && desk.held ? keeping.name(label) : drawings.open(label)),
  onPlan: (state) => modes.show(state),
});
const show = () => display.show();
const update = () => display.update();
const pause = new Pause({ onRest: () => reading.rest(), onPause: () => keeping.save(true) });
const keeping = new Keeping(desk, { samples, reading, pause, page: { change, show, update, forget, onInk, onStroke } });

function onStart() {
  pause.stop();
  keeping.begin();
  if (!session.offline) view.warn("");
  given.drop(); // what is drawn takes its place
  if (desk.held) return;
  desk.asked = desk.plan.label;
  view.forgetReading();
  view.say("");
  view.report("");
}

function onInk() {
  pause.stop();
  desk.doubted = false;
  if (sheet.empty) return forget();
  reading.look();
  update();
}

function onStroke(byKeys = false) {
  update();
  reading.ask(); // once more, for what is most like it
  // In free play nobody has said yet what it is; with keys the way to the next stroke is longer than any pause.
  pause.start(!desk.free && !sheet.blocked && !byKeys);
}

function onNetwork(network, first) {
  if (first) return;
  view.report(view.takenOver(network));
  if (!sheet.empty) onInk();
}

function forget() {
  reading.forget();
  if (desk.ready) show();
  update();
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
  const { game } = desk;
  try {
    if (mode === "game") game.start(session.state.network?.labels.filter((label) => label in session.state.counts) ?? []);
    else game.stop();
    if (mode !== "game") await api.plan(mode, letters, count);
    else if (!game.playing) view.say("There is no network to play with. Train one first.");
    if (game.playing) keeping.clear();
    desk.asked = null;
    await session.refresh();
    desk.asked = desk.plan.label;
    if (!sheet.empty) reading.look(); // a word in free play is a letter elsewhere
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
  if (desk.game.playing) return view.say("In the game only drawings count.");
  keeping.clear();
  given.take(file);
  return update();
}

function onState(first) {
  if (first) samples.open(session.state.folder);
  show();
  update();
}

function onRefused(error) {
  view.warn(`That did not work: ${error.message}.`);
  update();
}

function onGone() {
  if (!desk.plan?.done) view.warn(view.GONE);
  update();
}

async function onBack() {
  view.warn("");
  view.say("The program is back.");
  if (outbox.drawing) await outbox.deliver();
  else if (!sheet.empty) reading.ask();
}

const drawings = mountDrawings({
  onEdit: (changes) => { changes.forEach(([sample, now]) => samples.changed(sample, now)); session.refresh(); },
});
const inOut = mountInOut({ onAdded: () => session.refresh() });
const writers = mountClass();
const modes = mountModes({ choose: choosePlan, who: () => writers.open() });
const acts = {
  save: () => keeping.save(), undo: () => keeping.undo(), clear: () => keeping.clear(),
  remove: () => change(() => samples.remove()), restore: () => change(() => samples.restore()),
};
on("writer", () => session.refresh());
listenForFiles(takeFiles);
hideSecret();
listen(sheet, {
  ...acts,
  name: (label) => keeping.name(label),
  labelOf: (key) => desk.labelOf(key),
  unknown: (key) => (desk.free ? () => view.say(`There is no ${key} among the letters here.`) : null),
});
for (const [id, act] of Object.entries(acts)) view.part(id).addEventListener("click", act);
// Who clicks with a mouse goes on with the page's keys, not with the button's.
document.addEventListener("click", (event) => { if (event.detail) event.target.closest("button, summary")?.blur(); });
addEventListener("beforeunload", (event) => { if (outbox.drawing) event.preventDefault(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) session.refresh(); });
showWords();
showAlike();
lookInside(reading.mind);
trainHere();
const likelihoods = explained("The figures", view.LIKELIHOODS);
view.part("reading-head").append(likelihoods.button);
view.part("reading-head").after(likelihoods.text);
panel("keys", "Keys", "F1").body.append(view.part("all-keys").content);
view.showStrip([], api.pictureOf);
update();
session.watch();
