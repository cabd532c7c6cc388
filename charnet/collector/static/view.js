// What the page shows beside the drawing.

import { element, part, show } from "../../web/elements.js";
import { titled } from "./samples.js";

export * from "../../web/elements.js";
export * from "../../web/ranking.js";

const ENTER = { draw: "save the drawing", analyze: "have it read", free: "keep it as what the network reads",
  game: "have it read" };
export const GONE = "The program does not answer. Your drawing is kept here, and what you save now is saved when it is back. "
  + "To start it again, repeat the command that started it.";
export const LIKELIHOODS = "Each figure is how likely the network finds that letter. It judges every letter by itself, so they need "
  + "not add up to 100 %: a drawing may look like two letters, or like none. The picture is all that it gets to see.";
const plural = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;

export function showState(state) {
  const { plan, saved } = state;
  const many = Object.values(saved).reduce((sum, n) => sum + n, 0);
  const chip = plan.done ? "✓" : plan.label;
  const heading = plan.done ? "Done " : plan.label ? "Draw " : "Draw what you like";
  part("prompt").replaceChildren(heading, ...(chip ? [element("b", "", chip)] : []));
  part("task").replaceChildren(...task(state, many));
  show("progress", plan.total !== null);
  part("progress").value = plan.total ? (plan.total - plan.left) / plan.total : 0;
  show("tools", !plan.done);
  show("pausing", plan.mode !== "free");
  show("naming", plan.mode === "free");
  part("enter-does").textContent = ENTER[plan.mode];
  part("notice").textContent = state.notice;
  part("picture").parentElement.style.setProperty("--shape", state.size.join(" / "));
}

function task({ plan, saved, next }, many) {
  if (plan.says) return [plan.says];
  if (plan.done) {
    const list = Object.entries(saved).map(([label, n]) => `${label} ${n}`).join(", ");
    const text = many ? `${plural(many, "drawing")} saved: ${list}.` : "Nothing was saved.";
    return [`${text} Next: `, element("code", "", next)];
  }
  if (plan.mode === "free") return ["Type its letter, or choose it, to keep it."];
  const some = plan.left === 1 ? "the last one" : `${plan.left} of ${plan.total} left`;
  const left = plan.left === null ? `${many} saved so far` : some;
  return [plan.mode === "analyze" ? `${left}. Kept only if the network does not read it as ${plan.label}.` : left];
}

// A click on a label's count does `act`; while a drawing waits for its name, `naming`, the count gives it.
export function showCounts(state, act, naming) {
  const chips = Object.entries(state.counts).map(([label, n]) => {
    const own = state.own[label] ?? n;
    const starters = own < n ? [element("small", "", `+${n - own}`)] : [];
    const chip = element("button", "chip", element("b", "", label), element("span", "", `${own}`, ...starters));
    chip.dataset.has = `${plural(n, "drawing")} so far${starters.length ? `, ${own} drawn here` : ""}`;
    chip.addEventListener("click", () => act(label));
    const item = element("li", "", chip);
    item.dataset.label = label;
    if (label === state.plan.label) item.setAttribute("aria-current", "true");
    return item;
  });
  const focused = document.activeElement?.closest?.("#counts li")?.dataset.label;
  part("counts").replaceChildren(...chips);
  nameCounts(naming);
  show("starters", Object.entries(state.counts).some(([label, n]) => (state.own[label] ?? n) < n));
  if (focused !== undefined) chips.find((chip) => chip.dataset.label === focused)?.firstChild.focus();
}

export function nameCounts(naming) {
  for (const chip of document.querySelectorAll("#counts .chip")) {
    const { label } = chip.parentElement.dataset;
    const does = naming ? `Keep as ${label}` : `Drawings of ${label}`;
    const name = `${does}, ${chip.dataset.has}`;
    if (chip.ariaLabel !== name) chip.ariaLabel = name;
  }
}

export function showStrip(samples, pictureOf) {
  const items = samples.slice(0, 12).map((sample) => {
    const picture = new Image();
    picture.src = pictureOf(sample);
    picture.alt = titled(sample);
    return element("li", "", picture, sample.label);
  });
  part("strip").replaceChildren(...(items.length ? items : [element("li", "empty", "What you save shows up here.")]));
}

// What the analysis came to.
export function verdict(label, { kept, ranking, path }) {
  if (!kept) return `The network read it right: ${label}. It is not kept.`;
  if (!ranking.length) return `There is no network to read it, so it is kept: ${path}.`;
  const place = ranking.findIndex(([other]) => other === label) + 1;
  const came = place ? `${label} was number ${place} in its ranking` : `it does not know ${label}`;
  return `The network read ${ranking[0][0]}; ${came}. The drawing is kept: ${path}.`;
}

export const describeWord = ({ letters }) =>
  `The network reads ${letters.map(({ label, sure, space }) => `${space ? " " : ""}${label}${sure ? "" : "?"}`).join("")}.`;

// What happened to the network: it has a place of its own, where what is said of drawings does not replace it.
export const report = (text) => { part("news").textContent = text; };

export const share = (value) => `${(100 * value).toFixed(1)} %`;

export function takenOver(network) {
  if (!network) return "There is no network in use any more.";
  const right = network.accuracy === null ? "" : `, ${share(network.accuracy)} of held-out drawings right`;
  return `A new network reads now: ${network.name} (${network.kind}${right}).`;
}

export function name(id, text) {
  const label = part(id).querySelector("span");
  if (label.textContent !== text) label.textContent = text;
}
