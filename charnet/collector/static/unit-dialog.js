// One hidden unit in large: its weights times the ink make a sum, which is squeezed between 0 and 1, and times its output weights
// makes its vote for each letter. Below stand the drawings that light it most.

import { element } from "../../web/elements.js";
import { formatSigned, percent } from "../../web/format.js";
import { excitation, largeWeight, shownTerms, weightsOf } from "../../web/units.js";
import { t, tNodes } from "../../web/words.js";
import * as api from "./api.js";
import { onColourScheme, paintInk, paintShades } from "./colormap.js";
import { makeDialog } from "./dialogs.js";
import { makeSquash } from "./squash.js";
import { describeVoices, makeSwitch, makeVoices } from "./unit-tiles.js";
import { makeVotes } from "./votes.js";

/** @import { Perceptron } from "../../web/perceptron.js" */
/** @import { LocalPrediction } from "./local-network.js" */

/** @param {{onMute: (unit: number, mute: boolean) => void}} handlers */
export function makeUnitDialog({ onMute }) {
  const { dialog, body, toggle, whenOpen } = makeDialog("unit", t("One hidden unit"), "", "");
  const [previous, next] = [element("button", "", t("‹ Previous")), element("button", "", t("Next ›"))];
  const counts = makeSwitch(t("This unit counts"), (on) => onMute(unit, !on));
  const who = element("div", "unit-who");
  const [weights, ink, product] = [picture(t("What it looks for")), picture(t("Your ink")), picture(t("Both together"))];
  const operators = ["×", "="].map((sign) => element("span", "operator", sign));
  const pictures = element("div", "unit-pictures", weights.root, operators[0], ink.root, operators[1], product.root);
  const sum = element("p", "sum");
  const squash = makeSquash();
  const votes = makeVotes();
  const outcome = element("p", "sum");
  const drawings = element("ol", "exciting");
  const label = (/** @type {string} */ text) => element("h3", "", text);
  const head = element("div", "row-of", previous, next, element("label", "mark", counts, element("span", "", t("Counts"))), who);
  const lit = element("div", "unit-part", pictures, sum, label(t("Squeezed between 0 and 1")), squash.root);
  const said = element("div", "unit-part", label(t("Its vote for each letter")), votes.root, outcome);
  body.append(head, element("div", "unit-parts", lit, said), label(t("The drawings that light it most, and its sum for each")), drawings);
  let unit = 0;
  /** @type {Perceptron | null} */
  let net = null;
  /** @type {LocalPrediction | null} */
  let prediction = null;
  let asked = 0; // requests for drawings so far

  const turn = (/** @type {number} */ by) => { if (net) show((unit + by + net.hidden) % net.hidden); };
  previous.addEventListener("click", () => turn(-1));
  next.addEventListener("click", () => turn(1));
  whenOpen((open) => { if (!open) asked += 1; });
  onColourScheme(() => update());

  function update() {
    if (!net || !dialog.open) return;
    const own = weightsOf(net, unit);
    const scale = largeWeight(own);
    const { spec } = net;
    weights.paint((canvas) => paintShades(canvas, own, spec, scale), t("Weights of unit {number}, {voices}", { number: unit + 1, voices: describeVoices(net, unit) }));
    for (const part of [ink.root, product.root, ...operators]) part.hidden = !prediction;
    if (prediction) explain(prediction, scale);
    else rest(net);
  }

  /** @type {(prediction: LocalPrediction, scale: number) => void} */
  function explain({ net: network, ink: read, sums, hidden, logits, likelihoods, muted }, scale) {
    const { parts, shown } = excitation(network, read, unit);
    ink.paint((canvas) => paintInk(canvas, read, network.spec), t("Your drawing as the network reads it"));
    product.paint((canvas) => paintShades(canvas, parts, network.spec, scale), t("Weights times ink, in all {sum}", { sum: formatSigned(shown.excites + shown.inhibits) }));
    const bold = (/** @type {string} */ className, /** @type {number} */ value) => ({ value: element("b", className, formatSigned(value)) });
    sum.replaceChildren(element("span", "", ...tNodes("{value} ink on blue", bold("for", shown.excites))), " ",
      element("span", "", ...tNodes("{value} ink on orange", bold("against", shown.inhibits))), " ",
      element("span", "", ...tNodes("{value} bias", bold("", shown.bias))), " = ", element("b", "", formatSigned(shown.sum)));
    counts.checked = !muted.has(unit);
    squash.show(shown.sum, sums[unit], muted.has(unit));
    const terms = network.spec.labels.map((_, output) => shownTerms(network, hidden, output));
    votes.show(network.spec.labels, terms.map((all) => all[unit]));
    const best = logits.indexOf(Math.max(...logits));
    const [own, all] = [terms[best][unit], terms[best].reduce((total, value) => total + value, 0)];
    const bias = terms[best][network.hidden];
    outcome.replaceChildren(...tNodes("{label}: {own} from this unit, {others} from the others, {bias} bias = {sum} → {percent}", {
      label: element("b", "", network.spec.labels[best]), own: element("b", "", formatSigned(own)), others: formatSigned(all - own - bias),
      bias: formatSigned(bias), sum: element("b", "", formatSigned(all)), percent: percent(likelihoods[best]),
    }));
  }

  /** @param {Perceptron} net */
  function rest(net) {
    sum.textContent = t("Draw a letter, and see what this unit makes of it.");
    squash.show(null, 0, false);
    votes.show(net.spec.labels, net.spec.labels.map((_, output) => Math.round(100 * net.outputWeights[output * net.hidden + unit])));
    outcome.textContent = t("These are its votes when it is fully lit.");
  }

  /** @param {number} shown - number of the unit */
  function show(shown) {
    if (!net) return;
    unit = shown;
    const heading = dialog.querySelector("h2");
    if (heading) heading.textContent = t("Hidden unit {number} of {total}", { number: unit + 1, total: net.hidden });
    who.replaceChildren(makeVoices(net, unit));
    toggle(true);
    update();
    loadDrawings();
  }

  async function loadDrawings() {
    const request = asked += 1;
    try {
      const { samples } = await api.unitDrawings(unit);
      if (request !== asked) return;
      drawings.replaceChildren(...samples.map(({ label: read, name, address, sum: total }) => element("li", "",
        Object.assign(new Image(), { src: address, alt: `${read}, ${name}` }), element("b", "", read), element("span", "", formatSigned(Math.round(100 * total))))));
      if (!samples.length) drawings.replaceChildren(element("li", "soft", t("There are no drawings yet.")));
    } catch (error) {
      if (!api.isApiError(error)) throw error;
      if (request === asked) drawings.replaceChildren(element("li", "soft", t("They can't be shown: {reason}.", { reason: error.message })));
    }
  }

  return {
    show,
    /** @param {Perceptron | null} latest */
    setNetwork(latest) {
      [net, prediction] = [latest, null];
      if (dialog.open && latest && unit < latest.hidden) show(unit);
      else toggle(false);
    },
    /** @param {LocalPrediction | null} latest */
    setPrediction(latest) { prediction = latest; update(); },
  };
}

/** @param {string} title */
function picture(title) {
  const canvas = element("canvas", "");
  const root = element("figure", "unit-picture", canvas, element("figcaption", "", title));
  canvas.setAttribute("role", "img");
  return {
    root,
    /** @type {(painter: (canvas: HTMLCanvasElement) => void, name: string) => void} */
    paint(painter, name) { painter(canvas); canvas.setAttribute("aria-label", name); },
  };
}
