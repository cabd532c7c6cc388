// The page for the projector: the drawings of a class as they arrive. All of the latest are compared each time, since a drawing
// may be taken back.

import { byId, element, setBanner, show } from "../../web/elements.js";
import { percent } from "../../web/format.js";
import { t, tn, translatePage } from "../../web/words.js";
import * as api from "./api.js";
import { makeCurve } from "./curve.js";
import { describeBest } from "./game-words.js";
import { hideSecret } from "./secret.js";

/** @import { Counts, Wall } from "./responses.js" */

const POLL = 1000; // milliseconds
const MAX_WRITERS = 24; // that are shown
/** @type {Map<string, HTMLLIElement>} by label/name */
const tiles = new Map();
let shown = ""; // the response on the page, as JSON
const { chart, draw } = makeCurve();
byId("curve").append(chart);

/** @param {Wall["latest"]} latest */
function showLatest(latest) {
  const names = new Set(latest.map(({ label, name }) => `${label}/${name}`));
  for (const [name, tile] of tiles) {
    if (names.has(name)) continue;
    tile.remove();
    tiles.delete(name);
  }
  for (const sample of latest) { // the oldest first
    const name = `${sample.label}/${sample.name}`;
    const known = tiles.get(name);
    const tile = known ?? tileOf(sample);
    showReading(tile, sample);
    if (known) continue;
    tiles.set(name, tile);
    byId("latest").prepend(tile);
  }
  show("none", tiles.size === 0);
}

/** @param {Wall["latest"][number]} sample */
function tileOf({ label, writer, address }) {
  const picture = Object.assign(new Image(), { src: address, alt: writer ? t("{label} by {writer}", { label, writer }) : label });
  return element("li", "", picture, element("b", "", label), element("span", "soft", writer));
}

/** @type {(tile: HTMLElement, sample: Wall["latest"][number]) => void} as the network in use reads it, which changes */
function showReading(tile, { label, read }) {
  const wrong = read !== null && read !== label;
  tile.classList.toggle("wrong", wrong);
  const name = tile.querySelector("b");
  if (name) name.textContent = wrong ? `${label} → ${read}` : label;
}

/** @param {Wall} wall */
function showNetwork({ accuracy, accuracies, training, best_game: best }) {
  const values = { percent: percent(accuracy ?? 0), rise: accuracies.slice(-5).map((one) => percent(one)).join(" → ") };
  const reads = accuracies.length > 1 ? t("The network reads {percent} right ({rise})", values) : t("The network reads {percent} right", values);
  byId("reads").textContent = [accuracy !== null && reads, best?.score && t("best game: {game}", { game: describeBest(best) })].filter(Boolean).join(" · ");
  show("training", training.state === "running");
  document.body.classList.toggle("trains", training.state === "running");
  if (training.state !== "running") return;
  byId("training-title").textContent = training.epochs ? t("Training: epoch {epoch} of {epochs}", { epoch: training.epoch, epochs: training.epochs }) : t("Training");
  draw(training);
}

const sum = (/** @type {Counts} */ counts) => Object.values(counts).reduce((total, n) => total + n, 0);

/**
 * @param {Counts} own
 * @param {Counts} counts
 */
function showCounts(own, counts) {
  const largest = Math.max(1, ...Object.values(own));
  const rows = Object.entries(own).map(([label, n]) => {
    const bar = element("span", "level");
    bar.style.setProperty("--share", String(n / largest));
    return element("li", n ? "" : "none", element("b", "", label), bar, element("span", "", String(n)));
  });
  byId("letters").replaceChildren(...rows);
  const starters = Object.keys(counts).some((label) => counts[label] > own[label]);
  const others = sum(counts) - sum(own);
  byId("total").textContent = [tn(sum(own), "{n} drawn by hand", "{n} drawn by hand"),
    starters && tn(others, "{n} starter letter", "{n} starter letters")].filter(Boolean).join(" · ");
}

/** @param {Counts} writers */
function showWriters(writers) {
  const rows = Object.entries(writers).sort(([one, few], [other, many]) => many - few || one.localeCompare(other));
  show("people", rows.length > 0);
  const more = rows.length - MAX_WRITERS;
  const items = rows.slice(0, MAX_WRITERS).map(([name, n]) =>
    element("li", "", element("b", "", name), element("span", "", `${n}`)));
  byId("writers").replaceChildren(...items, ...(more > 0 ? [element("li", "soft", t("and {count} more", { count: more }))] : []));
}

/** @param {Wall} wall */
function showInvitation({ address, short_address: short, code }) {
  show("invitation", code !== null);
  const image = byId("code", HTMLImageElement);
  if (code === null || image.src === code) return;
  image.src = code;
  byId("address").textContent = address.replace("http://", "");
  const [host, ...word] = short.replace("http://", "").split("/");
  byId("short").replaceChildren(`${host}/`, element("wbr", ""), word.join("/"));
}

async function poll() {
  try {
    const wall = await api.wall();
    setBanner("");
    if (JSON.stringify(wall) !== shown) {
      shown = JSON.stringify(wall);
      showLatest(wall.latest);
      showCounts(wall.own, wall.counts);
      showWriters(wall.writers);
      showInvitation(wall);
      showNetwork(wall);
    }
  } catch (error) {
    if (!api.isApiError(error)) throw error;
    setBanner(t("The program does not answer. New drawings show up here when it is back."));
  }
  setTimeout(poll, POLL);
}

translatePage();
hideSecret();
poll();
