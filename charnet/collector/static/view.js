// What the page shows around the drawing: the plan, the counts, the recent drawings, and texts.

import { byId, element, show } from "../../web/elements.js";
import { percent } from "../../web/format.js";
import { translated } from "../../web/server-words.js";
import { t, tn, tNodes } from "../../web/words.js";
import { sampleUrl } from "./api.js";
import { networkTitle } from "./network-title.js";
import { titleOf } from "./recent-samples.js";
import { may } from "./role.js";
import { pictureOf } from "./transport.js";

/** @import { Mode, Network, SampleId, SaveResponse, State, Word } from "./responses.js" */

/** @type {Record<Mode, string>} what Enter does */
const ENTER = { draw: t("save the drawing"), analyze: t("have it read"), free: t("keep it as what the network reads"), game: t("have it read") };
const ALPHABET_PARTS = 20; // of a network's labels that are named
export const OFFLINE = t("The program does not answer. Your drawing is kept here, and what you save now is saved when it is back. "
  + "To start it again, repeat the command that started it.");
export const LIKELIHOODS = t("Each figure is how likely the network finds that letter. It judges every letter by itself, so they need "
  + "not add up to 100 %: a drawing may look like two letters, or like none. The small picture is all that the network sees.");

/** @param {State} state */
export function showState(state) {
  const { plan, saved } = state;
  const total = Object.values(saved).reduce((sum, n) => sum + n, 0);
  const letter = Object.assign(element("b", "", plan.label ?? ""), { translate: false });
  if (plan.done) byId("prompt").replaceChildren(t("Done"), " ", element("b", "", "✓"));
  else byId("prompt").replaceChildren(...(plan.label ? tNodes("Draw {letter}", { letter }) : [t("Draw what you like")]));
  byId("task").replaceChildren(...task(state, total));
  show("progress", plan.total !== null);
  byId("progress", HTMLProgressElement).value = plan.total ? (plan.total - (plan.left ?? 0)) / plan.total : 0;
  show("tools", !plan.done);
  show("pausing", plan.mode !== "free");
  show("naming", plan.mode === "free");
  byId("enter-does").textContent = ENTER[plan.mode];
  byId("notice").textContent = translated(state.notice);
  byId("alphabet").textContent = state.network ? t("It reads {letters}, and nothing else.", { letters: alphabet(state.network.labels) }) : "";
  byId("picture").parentElement?.style.setProperty("--shape", state.size.join(" / "));
}

/**
 * Labels in a few words: "0 to 9, a to z, ä and . , ?".
 * @param {string[]} labels - in order
 */
function alphabet(labels) {
  const signs = labels.filter(isSign).join(" ");
  /** @type {string[][]} */
  const runs = [];
  for (const label of labels.filter((each) => !isSign(each))) {
    const run = runs[runs.length - 1];
    if (run && follows(label, run[run.length - 1])) run.push(label);
    else runs.push([label]);
  }
  const parts = runs.flatMap((run) => (run.length > 2 ? [t("{first} to {last}", { first: run[0], last: run[run.length - 1] })] : run));
  const more = parts.length - ALPHABET_PARTS;
  const listed = parts.slice(0, ALPHABET_PARTS).join(", ");
  const letters = more > 0 ? t("{letters} and {count} more", { letters: listed, count: more }) : listed;
  return letters && signs ? t("{first} and {last}", { first: letters, last: signs }) : letters || signs;
}

const isSign = (/** @type {string} */ label) => !/[\p{L}\p{N}]/u.test(label);

/** @type {(label: string, before: string) => boolean} */
const follows = (label, before) =>
  label.length === 1 && before.length === 1 && label.charCodeAt(0) === before.charCodeAt(0) + 1;

/**
 * @param {State} state
 * @param {number} total - drawings saved
 */
function task({ plan, saved }, total) {
  if (plan.text) return [plan.text];
  if (plan.done) {
    const list = Object.entries(saved).map(([label, n]) => `${label} ${n}`).join(", ");
    const text = total ? tn(total, "{n} drawing saved: {list}.", "{n} drawings saved: {list}.", { list }) : t("Nothing was saved.");
    return [`${text} ${may("train") ? t("Now train the network with them, or draw more.") : t("Thank you! You can draw more.")}`];
  }
  if (plan.mode === "free") return [t("Type its letter, or choose it, to keep it.")];
  const some = plan.left === 1 ? t("the last one") : t("{left} of {total} left", { left: plan.left ?? 0, total: plan.total ?? 0 });
  const left = plan.left === null ? t("{count} saved so far", { count: total }) : some;
  return [plan.mode === "analyze" ? `${left}. ${t("Kept only if the network does not read it as {label}.", { label: plan.label ?? "" })}` : left];
}

/**
 * A button for each label, with the number of its drawings.
 * @param {State} state
 * @param {(label: string) => void} onClick
 * @param {boolean} naming - whether a click keeps the drawing as that label, see `nameCounts`
 */
export function showCounts(state, onClick, naming) {
  const items = Object.entries(state.counts).map(([label, n]) => {
    const own = state.own[label] ?? n;
    const starters = own < n ? [element("small", "", `+${n - own}`)] : [];
    const number = element("span", "", `${own} `, ...starters);
    const chip = element("button", "chip", element("b", "", label), " ", number);
    chip.dataset.count = `${label} ${own}${starters.length ? ` +${n - own}` : ""}`; // the name says first what one sees
    chip.addEventListener("click", () => onClick(label));
    const item = element("li", "", chip);
    item.dataset.label = label;
    item.classList.toggle("long", label.length > 2);
    if (label === state.plan.label) item.setAttribute("aria-current", "true");
    return { item, chip, label };
  });
  const focused = document.activeElement?.closest?.("#counts li")?.getAttribute("data-label");
  byId("counts").replaceChildren(...items.map(({ item }) => item));
  nameCounts(naming);
  show("starters", Object.entries(state.counts).some(([label, n]) => (state.own[label] ?? n) < n));
  if (focused) items.find(({ label }) => label === focused)?.chip.focus();
}

/**
 * Names the buttons of the labels by what a click on them does.
 * @param {boolean} naming - keeps the drawing as that label; else shows the drawings of that label
 */
export function nameCounts(naming) {
  for (const chip of byId("counts").querySelectorAll("button")) {
    const label = chip.parentElement?.dataset.label ?? "";
    const action = naming ? t("Keep as {label}", { label }) : t("Drawings of {label}", { label });
    const name = `${chip.dataset.count}: ${action}`;
    if (chip.ariaLabel !== name) chip.ariaLabel = name;
  }
}

/** @param {SampleId[]} samples */
export function showRecent(samples) {
  const items = samples.slice(0, 12).map((sample) => {
    const picture = Object.assign(new Image(), { src: pictureOf(sampleUrl(sample)), alt: titleOf(sample) });
    return element("li", "", picture, sample.label);
  });
  byId("strip").replaceChildren(...(items.length ? items : [element("li", "empty", t("Nothing saved yet."))]));
}

/**
 * The outcome of an analysis.
 * @param {string} label
 * @param {SaveResponse} response
 */
export function analysisOutcome(label, { kept, ranking = [] }) {
  if (!kept) return t("The network read it right: {label}. It is not kept.", { label });
  if (!ranking.length) return t("There is no network to read it, so it is kept.");
  const rank = ranking.findIndex(([other]) => other === label) + 1;
  const values = { best: ranking[0][0], label, rank };
  return rank ? t("The network read {best}; {label} was number {rank} in its ranking. The drawing is kept.", values)
    : t("The network read {best}; it does not know {label}. The drawing is kept.", values);
}

/** @param {Word} word */
export const describeWord = ({ letters }) =>
  t("The network reads {label}.", { label: letters.map(({ label, sure, space }) => `${space ? " " : ""}${label}${sure ? "" : "?"}`).join("") });

/**
 * News of the network, in a place where messages about drawings do not replace it.
 * @param {string} text
 */
export const showNetworkNews = (text) => { byId("network-news").textContent = text; };

/** @param {Network | null} network */
export function describeNewNetwork(network) {
  if (!network) return t("There is no network in use any more.");
  const values = { network: networkTitle(network), percent: percent(network.accuracy ?? 0, 1) };
  return network.accuracy === null ? t("A new network reads now: {network}.", values)
    : t("A new network reads now: {network}, {percent} of held-out drawings right.", values);
}

/**
 * Sets the text of a button or a checkbox.
 * @param {string} id
 * @param {string} text
 */
export function setLabel(id, text) {
  const label = byId(id).querySelector("span");
  if (label && label.textContent !== text) label.textContent = text;
}
