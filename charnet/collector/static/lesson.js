// The choices for a training: where it starts, how many hidden units, how many epochs.

import { element } from "../../web/elements.js";
import { on } from "./news.js";

const EPOCHS = [10, 30, 100, 300, 500, 1000, 2000, 3000, 5000, 10000];
const USUAL = { hidden: 20, epochs: EPOCHS.indexOf(1000) };

export function makeLesson() {
  const scratch = radio("from scratch", true);
  const current = radio("from the network in use", false);
  const hidden = slider("Hidden units", 5, 100, USUAL.hidden, String);
  const epochs = slider("Epochs", 0, EPOCHS.length - 1, USUAL.epochs, (value) => EPOCHS[value].toLocaleString("en"));
  const form = element("div", "lesson", element("div", "choices", scratch.shown, current.shown), hidden.shown, epochs.shown);
  form.setAttribute("role", "group");
  form.setAttribute("aria-label", "How to train");
  let net = null; // of the network in use: {hidden}, or null where it is of another kind
  let enabled = true;
  let chosen = USUAL.hidden;

  function update() {
    const goesOn = current.input.checked;
    hidden.input.disabled = !enabled || goesOn;
    hidden.show(goesOn && net ? net.hidden : chosen);
    hidden.shown.hidden = goesOn && !net; // a convolutional network has none to choose
    for (const { input } of [scratch, current, epochs]) input.disabled = !enabled;
  }
  hidden.input.addEventListener("input", () => { chosen = Number(hidden.input.value); });
  for (const { input } of [scratch, current]) input.addEventListener("change", update);
  on("network", (network) => {
    net = network?.net ?? null;
    current.shown.hidden = !network;
    current.name.textContent = network ? `from the network in use, ${network.name}` : "";
    if (!network) scratch.input.checked = true;
    update();
  });
  update();
  return {
    form,
    enable(possible) { enabled = possible; update(); },
    chosen() {
      const rounds = EPOCHS[epochs.input.value];
      return current.input.checked ? { init: "current", epochs: rounds } : { hidden: chosen, epochs: rounds };
    },
  };
}

function radio(text, checked) {
  const input = element("input", "");
  Object.assign(input, { type: "radio", name: "from", checked });
  const name = element("span", "", text);
  return { input, name, shown: element("label", "", input, name) };
}

function slider(title, min, max, value, told) {
  const input = element("input", "");
  Object.assign(input, { type: "range", min, max, value });
  const output = element("output", "", told(value));
  input.setAttribute("aria-label", title);
  const say = () => {
    output.textContent = told(input.value);
    input.setAttribute("aria-valuetext", told(input.value));
  };
  input.addEventListener("input", say);
  say();
  const shown = element("label", "slider", element("span", "", title), input, output);
  return { input, shown, show(number) { input.value = number; output.textContent = told(number); } };
}
