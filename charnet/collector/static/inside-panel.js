// The part of Look that shows what the network computes: its hidden units, what each contributes to a label, and what each pixel does.

import { byId, closest, element } from "../../web/elements.js";
import { formatSigned } from "../../web/format.js";
import { attributions, hundredths } from "../../web/perceptron.js";
import { shownTerms } from "../../web/units.js";
import { t } from "../../web/words.js";
import { makeAttributionOverlay } from "./attribution-overlay.js";
import { largestMagnitude, onColourScheme, paintSigned } from "./colormap.js";
import { makeConvolutionView } from "./convolution-view.js";
import { makeDoubtSlider } from "./doubt-slider.js";
import { on } from "./events.js";
import { makeExplanation } from "./explanation.js";
import { makeHelp } from "./help.js";
import { mountLesson } from "./lesson-dialog.js";
import { networkTitle } from "./network-title.js";
import { makeUnitDialog } from "./unit-dialog.js";
import { makeUnitTiles } from "./unit-tiles.js";

/** @import { Perceptron } from "../../web/perceptron.js" */
/** @import { NetworkInUse } from "./events.js" */
/** @import { LocalNetwork, LocalPrediction } from "./local-network.js" */

/**
 * @param {HTMLElement} place
 * @param {LocalNetwork} local
 */
export function mountInsidePanel(place, local) {
  const title = element("h2", "", t("Look inside"));
  const kind = element("p", "soft kind");
  const explanation = makeExplanation(() => update());
  const heatmap = element("canvas", "heat");
  const ground = element("p", "soft small-text");
  const overlay = makeAttributionOverlay();
  const tiles = makeUnitTiles({ onMute: (muted) => local.mute(muted), onOpen: (unit) => dialog.show(unit) });
  const dialog = makeUnitDialog({ onMute: (unit, mute) => tiles.mute(unit, mute) });
  const help = makeHelp(t("Look inside"), t("Each little picture is a hidden unit: it adds up the ink, ink on blue counting for it and ink on "
    + "orange against it. The more it finds, the more it is lit, as its bar shows. Below it stand the letters that it speaks for and "
    + "against when it is lit. Click a unit to see how it works; mute it with its switch, and see how the ranking changes."),
  t("The number beside the switch is what the unit contributes for (+) or against (−) the letter. These numbers and the letter's own bias "
    + "add up to the letter's sum, exactly; the sum, squeezed between 0 and 1, is the likelihood."),
  t("In the drawing, blue marks the pixels that spoke for the letter, orange those against it: together they are exactly "
    + "what this ink changes, compared with blank paper (each unit's change is divided among its pixels by what they gave it)."));
  const sums = element("div", "sums", explanation.root, ground, overlay.root);
  const content = element("div", "all", element("div", "thinking", element("figure", "", heatmap), sums), tiles.root);
  const notice = element("p", "soft small-text");
  place.append(element("div", "row-of spread", title, kind, help.button), help.text, notice, content, makeConvolutionView(overlay),
    makeDoubtSlider());
  heatmap.setAttribute("role", "img");
  heatmap.setAttribute("aria-label", t("Which pixels matter: nothing is drawn yet"));
  /** @type {LocalPrediction | null} */
  let prediction = null;

  function update() {
    const net = prediction?.net ?? local.net;
    content.hidden = !net;
    if (!net) return;
    sums.append(overlay.root);
    if (!prediction) overlay.paint(null);
    explanation.setLabels(net.spec.labels);
    if (prediction) show(prediction);
    else clear(net);
  }

  /** @param {LocalPrediction} prediction */
  function show({ net, ink, toSquare, muted, hidden, logits, likelihoods }) {
    const output = Math.max(0, explanation.output(logits));
    const label = net.spec.labels[output];
    const terms = shownTerms(net, hidden, output);
    const bias = terms.pop() ?? 0;
    explanation.show(label, terms, bias, likelihoods[output]);
    tiles.setValues({ hidden, contributions: terms, label });
    const values = attributions(net, ink, output, muted);
    const scale = largestMagnitude(values);
    paintSigned(heatmap, values, net.spec, scale);
    overlay.paint({ values, scale, size: net.spec, toSquare });
    const all = values.reduce((sum, value) => sum + value, 0);
    const [inked, blank] = hundredths([all, logits[output] - all]);
    ground.textContent = t("Blank paper alone comes to {blank}; this ink adds {inked}.", { blank: formatSigned(blank), inked: formatSigned(inked) });
    heatmap.setAttribute("aria-label",
      t("Which pixels spoke for {label}, in blue, and against it, in orange; in all {inked}", { label, inked: formatSigned(inked) }));
  }

  /** @param {Perceptron} net */
  function clear(net) {
    explanation.clear();
    tiles.setValues(null);
    paintSigned(heatmap, new Float64Array(net.inputs), net.spec, 1);
    heatmap.setAttribute("aria-label", t("Which pixels matter: nothing is drawn yet"));
    ground.textContent = "";
  }

  mountLesson();
  on("network", (network) => {
    prediction = null;
    kind.textContent = network ? networkTitle(network) : "";
    notice.textContent = noticeOf(network);
    notice.hidden = notice.textContent === "";
    help.button.hidden = !network?.net; // it explains hidden units
    if (help.button.hidden && !help.text.hidden) help.button.click(); // closes it
    tiles.setNetwork(network?.net ?? null);
    dialog.setNetwork(network?.net ?? null);
    update();
  });
  on("activations", (latest) => {
    prediction = latest;
    dialog.setPrediction(latest);
    update();
  });
  onColourScheme(() => { tiles.repaint(); update(); });
  for (const name of ["pointerover", "focusin"]) {
    byId("ranking").addEventListener(name, (event) => {
      const label = closest(event, ".row")?.dataset.label;
      if (label !== undefined) explanation.point(label);
    });
  }
  for (const name of ["pointerleave", "focusout"]) byId("ranking").addEventListener(name, () => explanation.point(null));
}

/** @param {NetworkInUse | null} network */
function noticeOf(network) {
  if (!network) return t("There is no network yet: train one, then look inside.");
  if (network.net) return "";
  return t("This is a convolutional network: small filters move over the picture, layer after layer. No hidden unit looks at all of it; "
    + "to see such units and their votes, train a network from scratch.");
}
