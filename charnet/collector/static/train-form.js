// The settings of a training: where it starts, how many hidden units, how many epochs.

import { element } from "../../web/elements.js";
import { on } from "./events.js";
import { networkTitle } from "./network-title.js";

/** @import { Perceptron } from "../../web/perceptron.js" */
/** @import { TrainingRequest } from "./responses.js" */

const EPOCHS = [10, 30, 100, 300, 500, 1000, 2000, 3000, 5000, 10000];
const DEFAULTS = { hidden: 20, epochs: EPOCHS.indexOf(1000) };

export function makeTrainForm() {
  const scratch = radio("from scratch", true);
  const current = radio("from the network in use", false);
  const hidden = slider("Hidden units", 5, 100, DEFAULTS.hidden, String);
  const epochs = slider("Epochs", 0, EPOCHS.length - 1, DEFAULTS.epochs, (index) => EPOCHS[index].toLocaleString("en"));
  const form = element("div", "train-form", element("div", "choices", scratch.root, current.root), hidden.root, epochs.root);
  form.setAttribute("role", "group");
  form.setAttribute("aria-label", "How to train");
  /** @type {Perceptron | null} the network in use; null where it is of another kind */
  let net = null;
  let enabled = true;
  let chosenHidden = DEFAULTS.hidden;

  function update() {
    const continues = current.input.checked;
    hidden.input.disabled = !enabled || continues;
    hidden.set(continues && net ? net.hidden : chosenHidden);
    hidden.root.hidden = continues && !net; // a convolutional network has none to choose
    for (const { input } of [scratch, current, epochs]) input.disabled = !enabled;
  }
  hidden.input.addEventListener("input", () => { chosenHidden = Number(hidden.input.value); });
  for (const { input } of [scratch, current]) input.addEventListener("change", update);
  on("network", (network) => {
    net = network?.net ?? null;
    current.root.hidden = !network;
    current.text.textContent = network ? `from the network in use, ${networkTitle(network)}` : "";
    if (!network) scratch.input.checked = true;
    update();
  });
  update();
  return {
    form,
    /** @param {boolean} possible */
    setEnabled(possible) { enabled = possible; update(); },
    /** @returns {TrainingRequest} */
    settings() {
      const count = EPOCHS[Number(epochs.input.value)];
      return current.input.checked ? { init: "current", epochs: count } : { hidden: chosenHidden, epochs: count };
    },
  };
}

/**
 * @param {string} title
 * @param {boolean} checked
 */
function radio(title, checked) {
  const input = Object.assign(element("input", ""), { type: "radio", name: "from", checked });
  const text = element("span", "", title);
  return { input, text, root: element("label", "", input, text) };
}

/**
 * @param {string} title
 * @param {number} min
 * @param {number} max
 * @param {number} value
 * @param {(value: number) => string} format
 */
function slider(title, min, max, value, format) {
  const input = Object.assign(element("input", ""),
    { type: "range", min: String(min), max: String(max), value: String(value), ariaLabel: title });
  const output = element("output", "");
  const update = () => {
    output.textContent = format(Number(input.value));
    input.setAttribute("aria-valuetext", output.textContent);
  };
  input.addEventListener("input", update);
  update();
  const root = element("label", "slider", element("span", "", title), input, output);
  return { input, root, set(/** @type {number} */ number) { input.value = String(number); update(); } };
}
