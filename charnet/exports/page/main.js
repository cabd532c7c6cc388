// The page of an exported network: what is drawn, dropped or pasted is framed and read here.

import { enable, part, say, show, warn } from "../../web/elements.js";
import { frame } from "../../web/framing.js";
import { draw } from "../../web/ink.js";
import { prepare, rank } from "../../web/network.js";
import { toInk } from "../../web/paper.js";
import { penByKeys } from "../../web/pen.js";
import { greyOf, pictureOf } from "../../web/picture.js";
import { describe, forgetReading, showReading } from "../../web/ranking.js";
import { Sheet } from "../../web/sheet.js";
import { listen } from "./gestures.js";

const REST = 400; // milliseconds after which the reading is told to those who do not see the bars

const network = JSON.parse(part("network").textContent);
const { spec } = network;
const likelihoods = prepare(network);
const onFull = () => warn("The square is full: clear it.");
const sheet = new Sheet(part("sheet"), { onStart, onInk, onStroke, onFull });
let ranking = [];
let rest = 0; // the timer
let scheduled = false;
let round = 0; // goes up with whatever starts afresh

function onStart() {
  if (sheet.empty) forget();
}

function onInk() {
  update();
  clearTimeout(rest);
  if (sheet.empty) return forget();
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    if (!sheet.empty) read(draw(sheet.ink, spec));
  });
}

function onStroke() {
  clearTimeout(rest);
  rest = setTimeout(() => say(describe(ranking)), REST);
}

function read(ink) {
  const framed = frame(ink, spec);
  ranking = rank(spec.labels, likelihoods(framed));
  showReading({ ranking, picture: pictureOf(framed, spec) }, null);
  show("waiting", false);
}

function forget() {
  round += 1;
  clearTimeout(rest);
  forgetReading();
  show("waiting", true);
  show("given", false);
  say("");
  warn("");
  update();
}

function undo() {
  if (sheet.empty) return forget();
  sheet.undo();
  onInk();
  if (!sheet.empty) onStroke();
}

function clear() {
  sheet.put([]);
  forget();
}

async function take(file) {
  clear();
  const mine = round;
  const grey = await greyOf(file).catch(() => null);
  if (mine !== round) return; // something else has been drawn or given since
  if (!grey) return warn(`${file.name || "What was pasted"} is not a picture that this browser can read: try PNG or JPEG.`);
  part("given").src = grey.address;
  show("given", true);
  update();
  await new Promise((resolve) => { setTimeout(resolve); }); // a large picture is seen before it is read
  if (mine !== round) return;
  const ink = toInk(grey);
  if (!ink) return warn("The picture is blank: no ink stands out from the paper.");
  read(ink);
  say(describe(ranking));
}

function update() {
  enable("undo", !sheet.empty);
  enable("clear", !sheet.empty || !part("given").hidden);
}

const consecutive = (labels) => labels.every((label, index) =>
  label.length === 1 && label.charCodeAt(0) === labels[0].charCodeAt(0) + index);

function known({ labels }) {
  if (labels.length > 2 && consecutive(labels)) return `${labels[0]} to ${labels.at(-1)}`;
  const some = labels.slice(0, 20).join(", ");
  return labels.length > 20 ? `${some} and ${labels.length - 20} more` : some;
}

function kind({ labels }) {
  if (labels.every((label) => /^\d$/.test(label))) return "digit";
  return labels.every((label) => /^\p{L}$/u.test(label)) ? "letter" : "character";
}

part("prompt").textContent = `Draw a ${kind(spec)}`;
part("reads").textContent = `This network reads ${known(spec)}.`;
part("about").textContent = network.about;
part("picture").parentElement.style.setProperty("--shape", `${spec.width} / ${spec.height}`);
penByKeys(sheet);
listen({ undo, clear, take });
update();
