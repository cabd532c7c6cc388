// The page: its parts, and what happens between them when something is drawn or chosen, or the server can't be reached.

import { DrawingPad } from "../../web/drawing-pad.js";
import { byId, setBanner, setStatus } from "../../web/elements.js";
import { clearPrediction } from "../../web/ranking.js";
import { t, translatePage } from "../../web/words.js";
import * as api from "./api.js";
import { mountClassPanel } from "./class-panel.js";
import { Connection } from "./connection.js";
import { addControls } from "./controls.js";
import { Display } from "./display.js";
import { mountDrawingsPanel } from "./drawings-panel.js";
import { on } from "./events.js";
import { Game } from "./game.js";
import { makeGhost } from "./ghost-view.js";
import { IdleTimer } from "./idle-timer.js";
import { mountImportExportPanel } from "./import-export-panel.js";
import { takeFiles } from "./incoming-files.js";
import { mountInsidePanel } from "./inside-panel.js";
import { mountJoinDialog } from "./join-dialog.js";
import { mountKeys } from "./keys-dialog.js";
import { addLanguages } from "./language-menu.js";
import { mountModePicker } from "./mode-picker.js";
import { showNeighbours } from "./neighbours.js";
import { Outbox } from "./outbox.js";
import { PageState } from "./page-state.js";
import { addHelp } from "./help.js";
import { PictureFile } from "./picture-file.js";
import { PlanChooser } from "./plan-chooser.js";
import { Reader } from "./reader.js";
import { RecentSamples } from "./recent-samples.js";
import { may, mountRole } from "./role.js";
import { Saver } from "./saver.js";
import { hideSecret } from "./secret.js";
import { mountSteps } from "./steps.js";
import { mountTour } from "./tour.js";
import { mountTrainPanel } from "./train-panel.js";
import { keepUnsaved, restoreUnsaved } from "./unsaved.js";
import * as view from "./view.js";
import { showWords } from "./word.js";
import { writerName } from "./writer-name.js";

/** @import { Network } from "./responses.js" */

translatePage();
mountSteps();
const connection = new Connection({ onState, onOnline, onOffline, onRefused });
const pad = new DrawingPad(byId("sheet", HTMLCanvasElement), {
  onStart, onInk, onStroke,
  onFull: () => setStatus(t("The square is full: save or clear it.")),
  onBlocked: () => setStatus(page.blockedReason),
});
const outbox = new Outbox({
  send: (drawing) => (drawing.analyzing ? api.analyze(drawing) : api.save(drawing)),
  context: () => ({ writer: writerName(), analyzing: page.analyzing }),
  onSaved: (drawing, response) => saver.onSaved(drawing, response),
  onError: (error) => saver.onError(error),
});
const picture = new PictureFile({
  onResponse: (response, { text, unreadable }) => {
    clearRefusal();
    if (unreadable) clearReading(); else reader.handleResponse(response, true);
    setStatus(text);
  },
  onError: (error) => { clearReading(); setStatus(""); connection.handleError(error); },
});
const page = new PageState({ pad, connection, outbox, picture, game: new Game() });
const samples = new RecentSamples(() => view.showRecent(samples.saved));
const reader = new Reader(page, {
  choose: (label) => saver.saveAs(label),
  onChange: () => updateButtons(),
  onNetwork,
  onError: (error) => connection.handleError(error),
});
const display = new Display(page, samples, {
  onCount: (label) => (page.free && page.occupied ? saver.saveAs(label) : drawingsPanel.open(label)),
  onLabel: makeGhost(pad),
  onPlan: (state) => modePicker.show(state),
});
const showPlan = () => display.showPlan();
const updateButtons = () => display.updateButtons();
const idleTimer = new IdleTimer({ onAnnounce: () => reader.announceSoon(), onSave: () => saver.save(true) });
const actions = { showPlan, updateButtons, clearReading, onInk, onStroke };
const saver = new Saver(page, { samples, reader, idleTimer, actions });

function onStart() {
  idleTimer.stop();
  saver.onStart();
  clearRefusal();
  picture.close(); // the drawing replaces it
  if (page.occupied) return;
  page.promptedLabel = page.plan?.label ?? null;
  clearPrediction();
  setStatus("");
  view.showNetworkNews("");
}

function clearRefusal() {
  if (!connection.offline) setBanner("");
}

function onInk() {
  idleTimer.stop();
  page.confirming = false;
  if (pad.empty) return clearReading();
  reader.read();
  updateButtons();
}

function onStroke(byKeyboard = false) {
  updateButtons();
  reader.request(); // once more, for the most similar drawings
  // In free play nobody has said yet what it is; with keys the way to the next stroke takes longer than any pause.
  idleTimer.start(!page.free && !pad.blocked && !byKeyboard);
}

/** @type {(network: Network | null, first: boolean) => void} */
function onNetwork(network, first) {
  if (!pad.empty) onInk(); // also a drawing that has come back before the network has
  if (!first) view.showNetworkNews(view.describeNewNetwork(network));
  if (!first && !pad.empty) reader.announceSoon();
}

function clearReading() {
  reader.clear();
  if (page.ready) showPlan();
  updateButtons();
}

/** @param {boolean} first */
function onState(first) {
  if (first && connection.state) {
    samples.load(connection.state.folder);
    if (restoreUnsaved(page)) onInk();
    tour.welcome();
  }
  showPlan();
  updateButtons();
}

/** @param {api.Refused} error */
function onRefused(error) {
  if (!may("save")) return joinDialog.open();
  setBanner(t("That did not work: {reason}.", { reason: error.message }));
  updateButtons();
}

function onOffline() {
  if (!page.done) setBanner(view.OFFLINE);
  updateButtons();
}

async function onOnline() {
  setBanner("");
  setStatus(t("The program is back."));
  if (outbox.drawing) await outbox.deliver();
  else if (!pad.empty) reader.request();
}

const drawingsPanel = mountDrawingsPanel((changes) => {
  changes.forEach(({ sample, now }) => samples.replace(sample, now));
  connection.refresh();
});
const importExportPanel = mountImportExportPanel(() => connection.refresh());
const classPanel = mountClassPanel();
const joinDialog = mountJoinDialog();
const planChooser = new PlanChooser(page, { saver, reader, onChosen: () => { modePicker.reset(); showPlan(); updateButtons(); } });
const modePicker = mountModePicker({
  onChoice: (mode, letters, count) => planChooser.choose(mode, letters, count),
  onAlphabet: (text) => planChooser.chooseAlphabet(text),
  onWriter: () => classPanel.open(),
});
addControls(pad, {
  save: () => saver.save(), undo: () => saver.undo(), clear: () => { clearRefusal(); saver.clear(); },
  remove: () => void connection.perform(() => samples.removeLast()),
  restore: () => void connection.perform(() => samples.restoreLast()),
}, {
  saveAs: (label) => saver.saveAs(label),
  labelOfKey: (key) => page.labelOfKey(key),
  unknownKey: (key) => (page.free ? () => setStatus(t("There is no {character} among the letters here.", { character: key })) : null),
});
takeFiles(page, importExportPanel, () => saver.clear(), updateButtons);
hideSecret();
mountRole();
keepUnsaved(page);
on("writer", () => connection.refresh());
addEventListener("beforeunload", (event) => { if (outbox.drawing) event.preventDefault(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) connection.refresh(); });
showWords();
showNeighbours();
mountInsidePanel(byId("inside"), reader.local);
mountTrainPanel(byId("train"), byId("forming"));
addHelp(byId("reading-head"), t("The figures"), view.LIKELIHOODS);
mountKeys();
const tour = mountTour();
addLanguages();
view.showRecent([]);
updateButtons();
connection.poll();
