// What a convolutional network's answer hangs on: the ink without which it would be less likely, and its first filters' answers.
// The server computes both, since the page has no weights.

import { element } from "../../web/elements.js";
import { percent } from "../../web/format.js";
import * as api from "./api.js";
import { largestMagnitude, onColourScheme, paintInk, paintShades, paintSigned } from "./colormap.js";
import { on } from "./events.js";
import { LatestRequest } from "./latest-request.js";
import { frameStrokes } from "./local-network.js";

/** @import { Mapping, Stroke } from "../../web/ink.js" */
/** @import { Overlay } from "./attribution-overlay.js" */
/** @import { NetworkInUse } from "./events.js" */
/** @import { Explanation } from "./responses.js" */

const FAINT = 0.4; // of the brightest answer: fainter filters are painted as strongly as those that reach it

/** @param {{root: HTMLElement, paint: (overlay: Overlay | null) => void}} overlay - on the drawing */
export function makeConvolutionView(overlay) {
  const heat = element("canvas", "heat");
  const [text, place] = [element("p", "small-text soft"), element("div", "")];
  const filters = element("ol", "filters");
  const heading = element("h3", "", "Its first filters, and what each finds in your ink");
  const root = element("div", "all", element("div", "thinking", element("figure", "", heat), element("div", "sums", text, place)),
    heading, filters);
  const request = new LatestRequest({
    send: (/** @type {number[]} */ ink) => api.explain(ink),
    onResponse: (/** @type {Explanation} */ response) => { explanation = response; show(); },
    onBusy: () => {},
    onError: (error) => { if (!api.isApiError(error)) throw error; }, // the reading itself reports it
  });
  /** @type {NetworkInUse | null} */
  let network = null;
  /** @type {Explanation | null} */
  let explanation = null;
  /** @type {Stroke[]} */
  let strokes = [];
  heat.setAttribute("role", "img");
  root.hidden = true; // until it is known that such a network reads

  filters.ariaLabel = "First filters";
  const inUse = () => network !== null && network.net === null;

  function clear() {
    request.cancel();
    explanation = null;
    show();
  }

  function show() {
    root.hidden = !inUse();
    if (!network || !inUse()) return;
    const { spec } = network;
    place.append(overlay.root);
    heading.hidden = !explanation?.filters;
    if (!explanation) {
      overlay.paint(null);
      text.textContent = "Draw a letter, and see which of its ink matters.";
      paintSigned(heat, new Float64Array(spec.width * spec.height), spec, 1);
      heat.setAttribute("aria-label", "Which ink matters: nothing is drawn yet");
      filters.replaceChildren();
      return;
    }
    const { label, likelihood, lost, window } = explanation;
    const values = Float64Array.from(lost.flat());
    const [scale, most] = [largestMagnitude(values), Math.max(0, ...values)];
    /** @type {Mapping | null} */
    const toSquare = strokes.length ? frameStrokes(strokes, spec).toSquare : null;
    paintSigned(heat, values, spec, scale);
    overlay.paint({ values, scale, size: spec, toSquare });
    text.textContent = `It reads ${label} (${percent(likelihood)}). Covering ${window} × ${window} pixels of the ink, one place after another, shows what matters: `
      + `where it is bluest, ${label} falls to ${percent(likelihood - most)}; ${label} would gain from covering what is orange.`;
    heat.setAttribute("aria-label", `Which ink matters for ${label}: without what is blue it is less likely, without what is orange more`);
    showFilters(explanation.filters ?? []);
  }

  /** @param {{weights: number[][], answer: number[][]}[]} found */
  function showFilters(found) {
    while (filters.children.length > found.length) filters.lastElementChild?.remove();
    while (filters.children.length < found.length) filters.append(element("li", "", element("canvas", "filter"), element("canvas", "answer")));
    const brightest = Math.max(1e-9, ...found.map(({ answer }) => Math.max(...answer.flat())));
    found.forEach(({ weights, answer }, index) => {
      const [filter, map] = filters.children[index].children;
      if (!(filter instanceof HTMLCanvasElement && map instanceof HTMLCanvasElement)) return;
      const values = Float64Array.from(weights.flat());
      paintShades(filter, values, { width: weights[0].length, height: weights.length }, largestMagnitude(values));
      const scale = Math.max(FAINT * brightest, ...answer.flat());
      paintInk(map, answer.flat().map((value) => Math.max(0, value / scale)), { width: answer[0].length, height: answer.length });
      for (const [canvas, what] of [[filter, "weights"], [map, "answer"]]) {
        if (!(canvas instanceof HTMLCanvasElement)) continue;
        canvas.setAttribute("role", "img");
        canvas.ariaLabel = `Filter ${index + 1}, ${what}`;
      }
    });
  }

  on("network", (latest) => { network = latest; clear(); });
  on("ink", (ink) => { strokes = ink; });
  on("reading", (response) => {
    if (!inUse()) return;
    if (!response || response.word) clear();
    else request.read(response.ink);
  });
  onColourScheme(() => show());
  return root;
}
