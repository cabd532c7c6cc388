// The hidden units: a button each, with a picture of its input weights, its activation, and its contribution. A click mutes it.

import { element } from "../../web/elements.js";
import { formatSigned, percent } from "../../web/format.js";
import { paintSigned } from "./colormap.js";

/** @import { Perceptron } from "../../web/perceptron.js" */

/**
 * What the units compute for a drawing.
 * @typedef {object} UnitValues
 * @property {Float64Array} hidden - activations, 0 to 1
 * @property {number[]} contributions - in hundredths
 * @property {string} label - whose logit they contribute to
 */

const RENAME_AFTER = 300; // milliseconds without a change, until the buttons get new names for screen readers

/** @param {(muted: Set<number>) => void} onMute */
export function makeUnitTiles(onMute) {
  const list = element("div", "tiles");
  const unmute = element("button", "", "Unmute all");
  const note = element("p", "soft small-text", "Click a unit to mute it.");
  const root = element("div", "units", list, element("div", "row-of spread", note, unmute));
  /** @type {Set<number>} */
  const muted = new Set();
  /** @type {{button: HTMLButtonElement, contribution: HTMLSpanElement}[]} */
  let tiles = [];
  let timer = 0;
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", "Hidden units");
  unmute.addEventListener("click", () => { muted.clear(); update(); });

  function update() {
    unmute.hidden = !muted.size;
    note.textContent = muted.size ? `${muted.size} of ${tiles.length} muted, on this page only.` : "Click a unit to mute it.";
    tiles.forEach(({ button }, unit) => button.setAttribute("aria-pressed", String(muted.has(unit))));
    onMute(muted);
  }

  /**
   * @param {Perceptron} net
   * @param {number} unit
   * @param {number} scale
   */
  function makeTile(net, unit, scale) {
    const [picture, level, contribution] = [element("canvas", ""), element("span", "level"), element("span", "contribution")];
    const button = element("button", "unit", picture, level, contribution);
    picture.setAttribute("aria-hidden", "true"); // the button has a name
    paintSigned(picture, net.inputWeights.subarray(unit * net.inputs, (unit + 1) * net.inputs), net.spec, scale);
    button.addEventListener("click", () => {
      if (!muted.delete(unit)) muted.add(unit);
      update();
    });
    button.setAttribute("aria-label", `Unit ${unit + 1}`);
    button.setAttribute("aria-pressed", "false");
    return { button, contribution };
  }

  /**
   * Shows the units of another network, none of them muted; null where there are none to show.
   * @param {Perceptron | null} net
   */
  function setNetwork(net) {
    muted.clear();
    const scale = net ? largeMagnitude(net.inputWeights) : 0;
    tiles = net ? Array.from({ length: net.hidden }, (_, unit) => makeTile(net, unit, scale)) : [];
    list.replaceChildren(...tiles.map(({ button }) => button));
    list.classList.toggle("many", tiles.length > 40);
    unmute.hidden = true;
  }

  /** @param {UnitValues | null} values - null without a drawing */
  function setValues(values) {
    clearTimeout(timer);
    tiles.forEach(({ button, contribution }, unit) => {
      button.style.setProperty("--lit", String(values ? values.hidden[unit] : 0.5));
      button.classList.toggle("resting", !values);
      button.classList.toggle("against", values !== null && values.contributions[unit] < 0);
      contribution.textContent = values ? formatSigned(values.contributions[unit]) : "";
    });
    if (!values) return;
    const { hidden, contributions, label } = values;
    timer = setTimeout(() => tiles.forEach(({ button }, unit) => button.setAttribute("aria-label",
      `Unit ${unit + 1}, activation ${percent(hidden[unit])}, ${formatSigned(contributions[unit])} for ${label}`)), RENAME_AFTER);
  }

  return { root, setNetwork, setValues };
}

// What is painted at full strength: only one weight in a hundred is larger.
const largeMagnitude = (/** @type {Float64Array} */ weights) =>
  weights.map(Math.abs).sort()[Math.floor(0.99 * (weights.length - 1))];
