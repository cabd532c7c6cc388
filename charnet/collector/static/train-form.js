// The settings of a training, and experiments that choose them.

import { element } from "../../web/elements.js";
import { number, t } from "../../web/words.js";
import { on } from "./events.js";
import { networkTitle } from "./network-title.js";
import {
  EPOCHS, EXPERIMENTS, experimentOf, holdOutChoices, holdOutSettings, holdOutValue, sizeChoices, summaryOf, toRequest, USUAL,
} from "./experiments.js";
import { select, setChoices } from "./select.js";

/** @import { Perceptron } from "../../web/perceptron.js" */
/** @import { Settings } from "./experiments.js" */
/** @import { State } from "./responses.js" */

export function makeTrainForm() {
  const experiment = select("experiment", t("Experiment"), [["", t("As usual")],
    ...Object.entries(EXPERIMENTS).map(([key, { title }]) => /** @type {[string, string]} */ ([key, title]))]);
  const hint = element("p", "soft small-text");
  const start = select("start-from", t("Start"), [["", t("from scratch")], ["current", t("from the network in use")]]);
  const held = select("hold-out", t("Hold out"), holdOutChoices({}));
  const distort = Object.assign(element("input", ""), { type: "checkbox", checked: USUAL.distort });
  const hidden = slider(t("Hidden units"), String);
  const perLabel = slider(t("Drawings a letter"), (index) => (sizes[index] ? String(sizes[index]) : t("all")));
  const epochs = slider(t("Epochs"), (index) => number(EPOCHS[index]));
  const summary = element("summary", "");
  const form = Object.assign(element("details", "train-form", summary,
    element("div", "pair", labelled(t("Experiment"), experiment), labelled(t("Start"), start)), hint, hidden.root, perLabel.root, epochs.root,
    element("div", "pair", element("label", "check", distort, element("span", "", t("Distort them"))), labelled(t("Hold out"), held))), { open: true });
  /** @type {Settings} */
  let settings = { ...USUAL };
  /** @type {Perceptron | null} the network in use; null where it is of another kind */
  let net = null;
  /** @type {State | null} */
  let state = null;
  let sizes = [0];
  let enabled = true;

  function update() {
    const { current } = settings;
    const [from] = [...start.options].slice(1);
    const chosen = EXPERIMENTS[experimentOf(settings)];
    start.value = current ? from.value : "";
    held.value = holdOutValue(settings);
    distort.checked = settings.distort;
    hidden.set(current && net ? net.hidden : settings.hidden, 2, 100);
    hidden.root.hidden = current && !net; // a convolutional network has none to choose
    const size = sizes.indexOf(settings.perLabel);
    perLabel.set(size < 0 ? sizes.length - 1 : size, 0, sizes.length - 1);
    epochs.set(EPOCHS.indexOf(settings.epochs), 0, EPOCHS.length - 1);
    experiment.value = experimentOf(settings);
    summary.replaceChildren(element("b", "", chosen?.title ?? t("Settings")), `: ${summaryOf(settings)}`);
    hint.textContent = chosen ? (state && chosen.needs?.(state)) || chosen.hint : "";
    hint.hidden = !chosen;
    for (const input of [experiment, start, held, distort, perLabel.input, epochs.input]) input.disabled = !enabled;
    hidden.input.disabled = !enabled || current;
  }

  /** @param {Partial<Settings>} some */
  function choose(some) { settings = { ...settings, ...some }; update(); }

  experiment.addEventListener("change", () => choose(EXPERIMENTS[experiment.value]?.settings ?? USUAL));
  start.addEventListener("change", () => choose({ current: start.value !== "" }));
  held.addEventListener("change", () => choose(holdOutSettings(held.value)));
  distort.addEventListener("change", () => choose({ distort: distort.checked }));
  hidden.input.addEventListener("input", () => choose({ hidden: Number(hidden.input.value) }));
  perLabel.input.addEventListener("input", () => choose({ perLabel: sizes[Number(perLabel.input.value)] }));
  epochs.input.addEventListener("input", () => choose({ epochs: EPOCHS[Number(epochs.input.value)] }));
  on("network", (network) => {
    net = network?.net ?? null;
    start.options[1].disabled = !network;
    start.options[1].textContent = network ? t("from the network in use, {network}", { network: networkTitle(network) }) : t("from the network in use");
    choose(network ? {} : { current: false });
  });
  on("state", (latest) => {
    state = latest;
    setChoices(held, holdOutChoices(state.writers));
    if (settings.writer && !state.writers[settings.writer]) choose({ writer: "" });
    if (JSON.stringify(sizes) === JSON.stringify(sizeChoices(state))) return;
    sizes = sizeChoices(state);
    update();
  });
  update();
  return {
    form,
    /** @param {boolean} possible */
    setEnabled(possible) { if (enabled !== possible) { enabled = possible; update(); } },
    close() { form.open = false; },
    request: () => toRequest(settings),
  };
}

/**
 * @param {string} title
 * @param {HTMLElement} control
 */
const labelled = (title, control) => element("label", "", element("span", "", title), control);

/**
 * @param {string} title
 * @param {(value: number) => string} format
 */
function slider(title, format) {
  const input = Object.assign(element("input", ""), { type: "range", ariaLabel: title });
  const output = element("output", "");
  const root = element("label", "slider", element("span", "", title), input, output);
  /** @type {(value: number, low: number, high: number) => void} */
  const set = (value, low, high) => {
    Object.assign(input, { min: String(low), max: String(high), value: String(value) });
    output.textContent = format(value);
    input.setAttribute("aria-valuetext", output.textContent);
  };
  return { input, root, set };
}
