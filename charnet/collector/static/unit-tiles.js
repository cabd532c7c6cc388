// The hidden units: each a tile with the picture of its weights, the letters it speaks for and against, its activation and its
// contribution. A click opens it; a small switch mutes it.

import { element } from "../../web/elements.js";
import { formatSigned, percent } from "../../web/format.js";
import { largeWeight, voices, weightsOf } from "../../web/units.js";
import { t, tNodes } from "../../web/words.js";
import { paintShades } from "./colormap.js";

/** @import { Perceptron } from "../../web/perceptron.js" */

/**
 * What the units compute for a drawing.
 * @typedef {object} UnitValues
 * @property {Float64Array} hidden - activations, 0 to 1
 * @property {number[]} contributions - in hundredths
 * @property {string} label - whose logit they contribute to
 */

const RENAME_AFTER = 300; // milliseconds without a change, until the buttons get new names for screen readers
const MANY = 40; // units from which the tiles are small

/** @param {{onMute: (muted: Set<number>) => void, onOpen: (unit: number) => void}} handlers */
export function makeUnitTiles({ onMute, onOpen }) {
  const list = element("div", "tiles");
  const unmute = element("button", "", t("Unmute all"));
  const note = element("p", "soft small-text");
  const root = element("div", "units", list, element("div", "row-of spread", note, unmute));
  /** @type {Set<number>} */
  const muted = new Set();
  /** @type {ReturnType<typeof makeTile>[]} */
  let tiles = [];
  let timer = 0;
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", t("Hidden units"));
  unmute.addEventListener("click", () => { muted.clear(); update(); onMute(muted); });

  function update() {
    unmute.hidden = !muted.size;
    note.textContent = muted.size
      ? t("{count} of {total} muted: the ranking is without them. A drawing is saved as all units read it.", { count: muted.size, total: tiles.length })
      : t("Click a unit to see what it does; its switch mutes it.");
    tiles.forEach(({ tile, counts }, unit) => {
      counts.checked = !muted.has(unit);
      tile.classList.toggle("muted", muted.has(unit));
    });
  }

  /** @type {(unit: number, mute: boolean) => void} */
  function mute(unit, mute) {
    if (mute) muted.add(unit);
    else muted.delete(unit);
    update();
    onMute(muted);
  }

  /**
   * @param {Perceptron} net
   * @param {number} unit
   */
  function makeTile(net, unit) {
    const [picture, level, contribution] = [element("canvas", ""), element("span", "level"), element("span", "contribution")];
    const weights = weightsOf(net, unit);
    const detail = element("span", "unseen"); // the button's text is its name
    const button = element("button", "open", element("span", "unseen", t("Unit {number}", { number: unit + 1 })), " ", picture, level,
      makeVoices(net, unit), " ", detail);
    const counts = makeSwitch(t("Unit {number} counts", { number: unit + 1 }), (on) => mute(unit, !on));
    const tile = element("div", "unit", button, element("div", "unit-foot", contribution, counts));
    picture.setAttribute("aria-hidden", "true");
    button.setAttribute("aria-haspopup", "dialog");
    button.addEventListener("click", () => onOpen(unit));
    const paint = () => paintShades(picture, weights, net.spec, largeWeight(weights));
    paint();
    return { tile, counts, contribution, detail, paint };
  }

  /**
   * Shows the units of another network, none of them muted; null where there are none to show.
   * @param {Perceptron | null} net
   */
  function setNetwork(net) {
    clearTimeout(timer);
    muted.clear();
    tiles = net ? Array.from({ length: net.hidden }, (_, unit) => makeTile(net, unit)) : [];
    list.replaceChildren(...tiles.map(({ tile }) => tile));
    list.classList.toggle("many", tiles.length > MANY);
    update();
  }

  /** @param {UnitValues | null} values - null without a drawing */
  function setValues(values) {
    clearTimeout(timer);
    list.classList.toggle("resting", !values);
    tiles.forEach(({ tile, contribution, detail }, unit) => {
      if (!values) detail.textContent = "";
      tile.style.setProperty("--lit", String(values ? values.hidden[unit] : 1));
      tile.classList.toggle("against", values !== null && values.contributions[unit] < 0);
      contribution.textContent = values ? formatSigned(values.contributions[unit]) : "";
    });
    if (values) timer = setTimeout(() => rename(values), RENAME_AFTER);
  }

  /** @param {UnitValues} values */
  function rename({ hidden, contributions, label }) {
    tiles.forEach(({ detail }, unit) => {
      detail.textContent = t("activation {percent}, {value} for {label}",
        { percent: percent(hidden[unit]), value: formatSigned(contributions[unit]), label });
    });
  }

  return { root, mute, setNetwork, setValues, repaint: () => tiles.forEach(({ paint }) => paint()) };
}

/** @type {(label: string, onChange: (on: boolean) => void) => HTMLInputElement} */
export function makeSwitch(label, onChange) {
  const input = Object.assign(element("input", "switch"), { type: "checkbox", checked: true, ariaLabel: label });
  input.setAttribute("role", "switch");
  input.addEventListener("change", () => onChange(input.checked));
  return input;
}

/**
 * "for e q p, against t d j".
 * @param {Perceptron} net
 * @param {number} unit
 */
export function describeVoices(net, unit) {
  const { speaksFor, against } = voices(net, unit);
  const parts = [speaksFor.length && t("for {letters}", { letters: speaksFor.join(" ") }), against.length && t("against {letters}", { letters: against.join(" ") })];
  return parts.filter(Boolean).join(", ") || t("silent");
}

/** @type {(net: Perceptron, unit: number) => HTMLElement} */
export function makeVoices(net, unit) {
  const { speaksFor, against } = voices(net, unit);
  const bold = (/** @type {string[]} */ labels) => element("b", "", labels.join(" ") || t("none"));
  return element("span", "voices", element("span", "for", ...tNodes("for {letters}", { letters: bold(speaksFor) })), " ",
    element("span", "against", ...tNodes("against {letters}", { letters: bold(against) })));
}
