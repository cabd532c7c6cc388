// The panel that shows the network think: its hidden units, what each says for or against a letter, and which pixels do.

import { element, part } from "../../web/elements.js";
import { hundredths, pixels, votes } from "../../web/perceptron.js";
import { makeMarks } from "./marks.js";
import { on } from "./news.js";
import { explained, panel } from "./panels.js";
import { makeTiles } from "./tiles.js";
import { largest, number, onScheme, paintSigned } from "./units.js";
import { makeWhy } from "./why.js";

export function lookInside(mind) {
  const { body, details, whenOpen } = panel("inside", "Look inside", "F4", true);
  const kind = element("p", "soft kind");
  const why = makeWhy(() => show());
  const heat = element("canvas", "heat");
  const ground = element("p", "soft small-text");
  const onDrawing = makeMarks();
  const tiles = makeTiles((muted) => mind.mute(muted));
  const parts = explained("Look inside", "Each little picture is a hidden unit: it adds up the ink, counting ink on blue for it and ink on "
    + "orange against it. The more it finds, the brighter it is lit. A click silences a unit, and the ranking answers.",
  "The number below a unit is what it says for (+) or against (−) the letter. All of them and the letter's own bias add "
    + "up to its sum, exactly; the sum, squeezed between 0 and 1, is the likelihood.",
  "On the drawing, blue marks the pixels that spoke for the letter, orange those against it: their shares add up exactly "
    + "to what this ink changes, compared with blank paper (each unit's change is shared out by what the pixels gave it).");
  const seen = element("div", "thinking", element("figure", "", heat), element("div", "sums", why.shown, ground, onDrawing.shown));
  const all = element("div", "all", seen, tiles.shown);
  const rest = element("p", "soft");
  body.append(element("div", "row-of spread", kind, parts.button), parts.text, rest, all);
  heat.setAttribute("role", "img");
  let thought = null;

  function show() {
    const net = thought?.net ?? mind.net;
    all.hidden = !net;
    if (!net || !thought || !details.open) onDrawing.paint(null);
    if (!net || !details.open) return;
    if (!thought) return blank(net);
    const { labels } = net.spec;
    const output = Math.max(0, why.choose(labels, thought.logits));
    const shares = hundredths([...votes(net, thought.hidden, output), net.outputBias[output]]);
    const bias = shares.pop();
    why.tell(labels[output], shares, bias, thought.likelihoods[output]);
    tiles.light(thought.hidden, shares, labels[output]);
    const marks = pixels(net, thought.ink, output, thought.muted);
    const scale = largest(marks);
    paintSigned(heat, marks, net.spec, scale);
    onDrawing.paint({ values: marks, scale, spec: net.spec, where: thought.where });
    showGround(net, marks, thought.logits[output], labels[output]);
  }

  function blank(net) {
    why.choose(net.spec.labels, null);
    tiles.light(null);
    paintSigned(heat, new Float64Array(net.inputs), net.spec, 1);
    heat.setAttribute("aria-label", "Which pixels matter: nothing is drawn yet");
    ground.textContent = "";
  }

  function showGround(net, marks, logit, label) {
    const all = marks.reduce((total, value) => total + value, 0);
    const [ink, blank] = hundredths([all, logit - all]);
    ground.textContent = `Blank paper alone would come to ${number(blank)}; this ink adds ${number(ink)}.`;
    heat.setAttribute("aria-label", `Which pixels spoke for ${label}, in blue, and against it, in orange; in all ${number(ink)}`);
  }

  on("network", (network) => {
    thought = null;
    kind.textContent = network ? `${network.name}, ${network.kind}` : "";
    rest.textContent = aside(network);
    rest.hidden = rest.textContent === "";
    tiles.hang(network?.net ?? null);
    show();
  });
  on("thought", (now) => { thought = now; show(); });
  onScheme(() => { tiles.hang(mind.net); show(); });
  whenOpen(show);
  for (const kind of ["pointerover", "focusin"]) {
    part("ranking").addEventListener(kind, (event) => {
      const label = event.target.closest(".row")?.dataset.label;
      if (label !== undefined) why.point(label);
    });
  }
  for (const kind of ["pointerleave", "focusout"]) part("ranking").addEventListener(kind, () => why.point(null));
}

function aside(network) {
  if (!network) return "There is no network yet: train one, then look inside.";
  if (network.net) return "";
  return "This is a convolutional network. What applies to it: the picture it reads, the ranking, and the drawings most like "
    + "yours. What does not: it has no single layer of hidden units that each look at the whole picture, so there are no "
    + "pictures of units to show, no votes that add up, and no unit to mute. Train one from scratch to see inside.";
}
