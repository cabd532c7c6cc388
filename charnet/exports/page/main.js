// The page of an exported network: a drawing, or a picture that is opened, dropped or pasted, is framed and read in the page.

import { DrawingPad } from "../../web/drawing-pad.js";
import { byId, setBanner, setEnabled, setStatus, show } from "../../web/elements.js";
import { frame } from "../../web/framing.js";
import { draw } from "../../web/ink.js";
import { addKeyboardPen } from "../../web/keyboard-pen.js";
import { prepare, rank } from "../../web/network.js";
import { toInk } from "../../web/paper.js";
import { decodeGrey, pictureUrl } from "../../web/picture.js";
import { clearPrediction, describe, showPrediction } from "../../web/ranking.js";
import { addControls } from "./controls.js";

/** @import { Picture } from "../../web/ink.js" */
/** @import { Ranking, Spec, StoredLayer } from "../../web/network.js" */

const ANNOUNCE_AFTER = 400; // milliseconds without ink, until a screen reader reads the answer out

/** @type {{about: string, spec: Spec, layers: StoredLayer[]}} */
const network = JSON.parse(byId("network").textContent);
const { spec } = network;
const forward = prepare(network);
const onFull = () => setBanner("The square is full: clear it.");
const pad = new DrawingPad(byId("sheet", HTMLCanvasElement), { onStart, onInk, onStroke, onFull });
/** @type {Ranking} */
let ranking = [];
let announcement = 0; // timer
let scheduled = false;
let generation = 0; // goes up whenever what was shown is cleared

function onStart() {
  if (pad.empty) reset();
}

function onInk() {
  updateButtons();
  clearTimeout(announcement);
  if (pad.empty) return reset();
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    if (!pad.empty) read(draw(pad.ink, spec));
  });
}

function onStroke() {
  clearTimeout(announcement);
  announcement = setTimeout(() => setStatus(describe(ranking)), ANNOUNCE_AFTER);
}

/** @param {Picture} ink */
function read(ink) {
  const framed = frame(ink, spec);
  ranking = rank(spec.labels, forward(framed));
  showPrediction({ ranking, picture: pictureUrl(framed, spec) }, null);
  show("waiting", false);
}

function reset() {
  generation += 1;
  clearTimeout(announcement);
  clearPrediction();
  show("waiting", true);
  show("given", false);
  setStatus("");
  setBanner("");
  updateButtons();
}

function undo() {
  if (pad.empty) return reset();
  pad.undo();
  onInk();
  if (!pad.empty) onStroke();
}

function clear() {
  pad.setStrokes([]);
  reset();
}

/** @param {File} file */
async function readFile(file) {
  clear();
  const current = generation;
  const grey = await decodeGrey(file).catch(() => null);
  if (current !== generation) return; // something else has been drawn or opened since
  const name = file.name || "What you pasted";
  if (!grey) return setBanner(`${name} is not a picture that this browser can read: try PNG or JPEG.`);
  byId("given", HTMLImageElement).src = grey.url;
  show("given", true);
  updateButtons();
  await new Promise((resolve) => { setTimeout(resolve); }); // a large picture is shown before it is read
  if (current !== generation) return;
  const ink = toInk(grey);
  if (!ink) return setBanner("The picture is blank: no ink stands out from the paper.");
  read(ink);
  setStatus(describe(ranking));
}

function updateButtons() {
  setEnabled("undo", !pad.empty);
  setEnabled("clear", !pad.empty || !byId("given").hidden);
}

/** @param {string[]} labels */
const consecutive = (labels) => labels.every((label, index) =>
  label.length === 1 && label.charCodeAt(0) === labels[0].charCodeAt(0) + index);

/** @param {Spec} spec */
function labelList({ labels }) {
  if (labels.length > 2 && consecutive(labels)) return `${labels[0]} to ${labels.at(-1)}`;
  const some = labels.slice(0, 20).join(", ");
  return labels.length > 20 ? `${some} and ${labels.length - 20} more` : some;
}

/** @param {Spec} spec */
function noun({ labels }) {
  if (labels.every((label) => /^\d$/.test(label))) return "digit";
  return labels.every((label) => /^\p{L}$/u.test(label)) ? "letter" : "character";
}

byId("prompt").textContent = `Draw a ${noun(spec)}`;
byId("reads").textContent = `This network reads ${labelList(spec)}.`;
byId("about").textContent = network.about;
byId("picture").parentElement?.style.setProperty("--shape", `${spec.width} / ${spec.height}`);
addKeyboardPen(pad);
addControls({ undo, clear, readFile });
updateButtons();
