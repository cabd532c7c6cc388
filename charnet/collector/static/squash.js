// The logistic function as a curve, with a dot where a unit's sum is.

import { element } from "../../web/elements.js";
import { formatSigned } from "../../web/format.js";
import { number, t, tNodes } from "../../web/words.js";

const [WIDTH, HEIGHT, REACH] = [240, 60, 8]; // the curve goes from sum -REACH to REACH
const logistic = (/** @type {number} */ sum) => 1 / (1 + Math.exp(-sum));
const place = (/** @type {number} */ sum) => {
  const seen = Math.max(-REACH, Math.min(REACH, sum));
  return [(seen / REACH + 1) / 2 * (WIDTH - 12) + 6, HEIGHT - 6 - logistic(sum) * (HEIGHT - 12)].map((value) => value.toFixed(1));
};

/** @type {(name: string, values: Record<string, string | number>) => SVGElement} */
function svg(name, values) {
  const created = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(values)) created.setAttribute(key, String(value));
  return created;
}

export function makeSquash() {
  const points = Array.from({ length: 49 }, (_, step) => place((step / 24 - 1) * REACH).join(","));
  const dot = svg("circle", { r: 5 });
  const curve = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "squash", "aria-hidden": "true" });
  const text = element("p", "sum");
  curve.append(svg("line", { x1: 6, x2: WIDTH - 6, y1: HEIGHT - 6, y2: HEIGHT - 6 }), svg("line", { x1: 6, x2: WIDTH - 6, y1: 6, y2: 6 }),
    svg("polyline", { points: points.join(" ") }), dot);
  return {
    root: element("div", "squashed", curve, text),
    /**
     * @param {number | null} shown - the sum in hundredths; null without a drawing
     * @param {number} sum
     * @param {boolean} muted
     */
    show(shown, sum, muted) {
      dot.toggleAttribute("hidden", shown === null);
      const [x, y] = place(sum);
      dot.setAttribute("cx", x);
      dot.setAttribute("cy", y);
      if (shown === null) text.textContent = t("A large sum comes to 1, lit; a sum far below 0 to 0, dark.");
      else {
        const values = { sum: formatSigned(shown), activation: element("b", "", number(logistic(sum), 2)) };
        text.replaceChildren(...(muted ? tNodes("{sum} comes to {activation}, but it is muted: 0", values) : tNodes("{sum} comes to {activation}", values)));
      }
    },
  };
}
