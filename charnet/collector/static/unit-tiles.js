// The hidden units: each a tile with the picture of its weights, the letters it speaks for and against, its activation and its
// contribution. A click opens it; a small switch mutes it.

import { element } from "../../web/elements.js";
import { formatSigned, percent } from "../../web/format.js";
import { largeWeight, voices, weightsOf } from "../../web/units.js";
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
  const unmute = element("button", "", "Unmute all");
  const note = element("p", "soft small-text");
  const root = element("div", "units", list, element("div", "row-of spread", note, unmute));
  /** @type {Set<number>} */
  const muted = new Set();
  /** @type {ReturnType<typeof makeTile>[]} */
  let tiles = [];
  let timer = 0;
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", "Hidden units");
  unmute.addEventListener("click", () => { muted.clear(); update(); onMute(muted); });

  function update() {
    unmute.hidden = !muted.size;
    note.textContent = muted.size
      ? `${muted.size} of ${tiles.length} muted: the ranking is without them. A drawing is saved as all units read it.`
      : "Click a unit to see what it does; its switch mutes it.";
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
    const button = element("button", "open", picture, level, makeVoices(net, unit));
    const counts = makeSwitch(`Unit ${unit + 1} counts`, (on) => mute(unit, !on));
    const tile = element("div", "unit", button, element("div", "unit-foot", contribution, counts));
    const name = `Unit ${unit + 1}, ${describeVoices(net, unit)}`;
    picture.setAttribute("aria-hidden", "true"); // the button has a name
    button.setAttribute("aria-haspopup", "dialog");
    button.setAttribute("aria-label", name);
    button.addEventListener("click", () => onOpen(unit));
    const paint = () => paintShades(picture, weights, net.spec, largeWeight(weights));
    paint();
    return { tile, button, counts, contribution, name, paint };
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
    tiles.forEach(({ tile, button, contribution, name }, unit) => {
      if (!values) button.setAttribute("aria-label", name);
      tile.style.setProperty("--lit", String(values ? values.hidden[unit] : 1));
      tile.classList.toggle("against", values !== null && values.contributions[unit] < 0);
      contribution.textContent = values ? formatSigned(values.contributions[unit]) : "";
    });
    if (values) timer = setTimeout(() => rename(values), RENAME_AFTER);
  }

  /** @param {UnitValues} values */
  function rename({ hidden, contributions, label }) {
    tiles.forEach(({ button, name }, unit) => button.setAttribute("aria-label",
      `${name}; activation ${percent(hidden[unit])}, ${formatSigned(contributions[unit])} for ${label}`));
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
  const parts = [speaksFor.length && `for ${speaksFor.join(" ")}`, against.length && `against ${against.join(" ")}`];
  return parts.filter(Boolean).join(", ") || "silent";
}

/** @type {(net: Perceptron, unit: number) => HTMLElement} */
export function makeVoices(net, unit) {
  const { speaksFor, against } = voices(net, unit);
  const line = (/** @type {string} */ className, /** @type {string} */ title, /** @type {string[]} */ labels) =>
    element("span", className, element("span", "word", `${title} `), element("b", "", labels.join(" ") || "none"));
  return element("span", "voices", line("for", "for", speaksFor), " ", line("against", "against", against));
}
