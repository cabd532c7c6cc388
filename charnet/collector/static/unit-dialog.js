// One hidden unit in large: its weights times the ink make a sum, which is squeezed between 0 and 1, and times its output weights
// makes its vote for each letter. Below stand the drawings that light it most.

import { element } from "../../web/elements.js";
import { formatSigned, percent } from "../../web/format.js";
import { excitation, largeWeight, shownTerms, weightsOf } from "../../web/units.js";
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
  const { dialog, body, toggle, whenOpen } = makeDialog("unit", "One hidden unit", "", "");
  const [previous, next] = [element("button", "", "‹ Previous"), element("button", "", "Next ›")];
  const counts = makeSwitch("This unit counts", (on) => onMute(unit, !on));
  const who = element("div", "unit-who");
  const [weights, ink, product] = [picture("What it looks for"), picture("Your ink"), picture("Both together")];
  const operators = ["×", "="].map((sign) => element("span", "operator", sign));
  const pictures = element("div", "unit-pictures", weights.root, operators[0], ink.root, operators[1], product.root);
  const sum = element("p", "sum");
  const squash = makeSquash();
  const votes = makeVotes();
  const outcome = element("p", "sum");
  const drawings = element("ol", "exciting");
  const label = (/** @type {string} */ text) => element("h3", "", text);
  const head = element("div", "row-of", previous, next, element("label", "mark", counts, element("span", "", "Counts")), who);
  const lit = element("div", "unit-part", pictures, sum, label("Squeezed between 0 and 1"), squash.root);
  const said = element("div", "unit-part", label("Its vote for each letter"), votes.root, outcome);
  body.append(head, element("div", "unit-parts", lit, said), label("The drawings that light it most, and its sum for each"), drawings);
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
    weights.paint((canvas) => paintShades(canvas, own, spec, scale), `Weights of unit ${unit + 1}, ${describeVoices(net, unit)}`);
    for (const part of [ink.root, product.root, ...operators]) part.hidden = !prediction;
    if (prediction) explain(prediction, scale);
    else rest(net);
  }

  /** @type {(prediction: LocalPrediction, scale: number) => void} */
  function explain({ net: network, ink: read, sums, hidden, logits, likelihoods, muted }, scale) {
    const { parts, shown } = excitation(network, read, unit);
    ink.paint((canvas) => paintInk(canvas, read, network.spec), "Your drawing as the network reads it");
    product.paint((canvas) => paintShades(canvas, parts, network.spec, scale), `Weights times ink, in all ${formatSigned(shown.excites + shown.inhibits)}`);
    const term = (/** @type {string} */ className, /** @type {number} */ value, /** @type {string} */ text) =>
      element("span", "", element("b", className, formatSigned(value)), ` ${text}`);
    sum.replaceChildren(term("for", shown.excites, "ink on blue"), " ", term("against", shown.inhibits, "ink on orange"), " ",
      term("", shown.bias, "bias"), " = ", element("b", "", formatSigned(shown.sum)));
    counts.checked = !muted.has(unit);
    squash.show(shown.sum, sums[unit], muted.has(unit));
    const terms = network.spec.labels.map((_, output) => shownTerms(network, hidden, output));
    votes.show(network.spec.labels, terms.map((all) => all[unit]));
    const best = logits.indexOf(Math.max(...logits));
    const [own, all] = [terms[best][unit], terms[best].reduce((total, value) => total + value, 0)];
    const bias = terms[best][network.hidden];
    outcome.replaceChildren(element("b", "", network.spec.labels[best]), ": ", element("b", "", formatSigned(own)), " from this unit, ",
      formatSigned(all - own - bias), " from the others, ", formatSigned(bias), " bias = ", element("b", "", formatSigned(all)),
      ` → ${percent(likelihoods[best])}`);
  }

  /** @param {Perceptron} net */
  function rest(net) {
    sum.textContent = "Draw a letter, and see what this unit makes of it.";
    squash.show(null, 0, false);
    votes.show(net.spec.labels, net.spec.labels.map((_, output) => Math.round(100 * net.outputWeights[output * net.hidden + unit])));
    outcome.textContent = "These are its votes when it is fully lit.";
  }

  /** @param {number} shown - number of the unit */
  function show(shown) {
    if (!net) return;
    unit = shown;
    const heading = dialog.querySelector("h2");
    if (heading) heading.textContent = `Hidden unit ${unit + 1} of ${net.hidden}`;
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
      if (!samples.length) drawings.replaceChildren(element("li", "soft", "There are no drawings yet."));
    } catch (error) {
      if (!api.isApiError(error)) throw error;
      if (request === asked) drawings.replaceChildren(element("li", "soft", `They can't be shown: ${error.message}.`));
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
