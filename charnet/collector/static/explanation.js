// Which label is explained (the best one, unless another is chosen or pointed at), and the sum that makes it likely or not.

import { element } from "../../web/elements.js";
import { formatSigned, percent } from "../../web/format.js";
import { t, tNodes } from "../../web/words.js";

/** @param {() => void} onChange - another label is to be explained */
export function makeExplanation(onChange) {
  const list = element("div", "pick");
  const sum = element("p", "sum");
  const units = element("p", "small-text soft");
  const root = element("div", "why-this", list, sum, units);
  list.setAttribute("role", "radiogroup");
  list.setAttribute("aria-label", t("Letter to explain"));
  /** @type {string[]} */
  let labels = [];
  let chosen = ""; // "" for the best label
  /** @type {string | null} */
  let pointedAt = null;

  /** @param {string | null} label */
  function point(label) {
    pointedAt = label;
    onChange();
  }

  /** @param {string} label */
  function makeChip(label) {
    const input = Object.assign(element("input", ""), { type: "radio", name: "why", value: label, checked: label === chosen });
    input.addEventListener("change", () => { chosen = label; onChange(); });
    const chip = element("label", "", input, element("span", "", label || t("what is read")));
    chip.addEventListener("pointerenter", () => point(label));
    chip.addEventListener("pointerleave", () => point(null));
    return chip;
  }

  /** @param {string[]} newLabels */
  function setLabels(newLabels) {
    if (newLabels.join("\0") === labels.join("\0")) return;
    labels = newLabels;
    if (!labels.includes(chosen)) chosen = "";
    list.replaceChildren(...["", ...labels].map(makeChip));
  }

  function clear() {
    sum.textContent = t("Draw a letter, and see which units speak for it.");
    units.textContent = "";
  }

  /**
   * The output to explain.
   * @param {Float64Array} logits
   */
  function output(logits) {
    const wanted = pointedAt ?? chosen;
    return wanted ? labels.indexOf(wanted) : logits.indexOf(Math.max(...logits));
  }

  /**
   * Shows how contributions and bias, in hundredths, add up to the logit of a label, and what likelihood that makes.
   * @param {string} label
   * @param {number[]} contributions - of the hidden units
   * @param {number} bias
   * @param {number} likelihood
   */
  function show(label, contributions, bias, likelihood) {
    const total = contributions.reduce((all, value) => all + value, 0);
    sum.replaceChildren(...tNodes("{label} {units} units {bias} bias = {sum} → {percent}", {
      label: element("b", "", label), units: element("span", "", formatSigned(total)), bias: element("span", "", formatSigned(bias)),
      sum: element("b", "total", formatSigned(total + bias)), percent: percent(likelihood).replace(" ", "\u00a0"),
    }));
    const [most, least] = [largestUnits(contributions, 1), largestUnits(contributions, -1)];
    units.textContent = [most && t("For {label}: {units}.", { label, units: most }), least && t("Against: {units}.", { units: least })].filter(Boolean).join(" ");
  }

  return { root, point, setLabels, clear, output, show };
}

/**
 * The three units that contribute most in one direction; "" where there are none.
 * @param {number[]} contributions
 * @param {1 | -1} sign
 */
function largestUnits(contributions, sign) {
  const some = [...contributions.entries()].filter(([, value]) => value * sign > 0)
    .sort(([, one], [, other]) => (other - one) * sign).slice(0, 3);
  return some.map(([unit, value]) => t("unit {number} ({value})", { number: unit + 1, value: formatSigned(value) })).join(", ");
}
