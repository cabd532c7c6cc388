// The stages of one step of learning, each a part of the dialog: what is wanted and got, the way back to a hidden unit and to a
// weight, and the drawing read again.

import { element } from "../../web/elements.js";
import { change, errors, flowBack, largest, signed, weightChange } from "../../web/training/lesson.js";
import { number, t, tn, tNodes } from "../../web/words.js";
import { makeNumberTable } from "./number-table.js";

/** @import { Perceptron } from "../../web/perceptron.js" */
/** @import { Step } from "../../web/training/one-step.js" */

/**
 * What is taught: a step of this network, from this drawing to this target.
 * @typedef {{net: Perceptron, ink: ArrayLike<number>, target: number, step: Step, unit: number, pixel: number}} Taught
 */

/** @typedef {{title: string, root: HTMLElement, show: (taught: Taught) => void}} Stage */

const ROWS = 7; // letters that are shown; the others are added up

const percents = (/** @type {number} */ value) => number(value / 100, 2, false);
const sum = (/** @type {number[]} */ values, /** @type {number[]} */ indices) => indices.reduce((all, index) => all + values[index], 0);
const others = (/** @type {number[]} */ rest) => tn(rest.length, "{n} other", "{n} others");
/** Plain numbers between words, the more digits the smaller: 0.00123. */
const plain = (/** @type {number} */ value) =>
  (value < 0 ? "−" : "") + number(Math.abs(value), Math.min(8, Math.max(3, 2 - Math.floor(Math.log10(Math.abs(value) || 1)))), false);

/** @returns {Stage} */
export function makeErrorStage() {
  const table = makeNumberTable([t("letter"), t("share"), t("got, %"), t("wanted, %"), t("error")]);
  const text = element("p", "");
  return {
    title: t("Wanted and got"),
    root: element("div", "stage", text, table.root,
      element("p", "soft small-text", t("To learn, all letters share 100 %; the ranking beside the drawing shows each letter by itself."))),
    show({ net: { spec }, target, step }) {
      const { got, wanted, error } = errors(step);
      const { shown, rest } = largest(error, ROWS, [target]);
      text.replaceChildren(...tNodes("It is {label}: 100 % of that is wanted, and 0 % of every other letter. "
        + "What a letter got, less what was wanted, is its error. All errors add up to 0.", { label: element("b", "", spec.labels[target]) }));
      const row = (/** @type {string} */ label, /** @type {number} */ own, /** @type {number} */ aim, /** @type {number} */ off) =>
        ({ cells: [label, percents(own), percents(aim), signed(off, 2)], share: own / 10000, was: aim / 10000, strong: label === spec.labels[target] });
      table.show([...shown.map((output) => row(spec.labels[output], got[output], wanted[output], error[output])),
        ...(rest.length ? [row(others(rest), sum(got, rest), sum(wanted, rest), sum(error, rest))] : []),
        { cells: [t("together"), percents(10000), percents(10000), percents(sum(error, [...error.keys()]))] }]);
    },
  };
}

/** @returns {Stage} */
export function makeUnitStage() {
  const table = makeNumberTable([t("letter"), "", t("vote"), t("error"), t("vote × error")]);
  const [text, end] = [element("p", ""), element("p", "sum")];
  return {
    title: t("Back to one hidden unit"),
    root: element("div", "stage", text, table.root, end),
    show({ net, step, unit }) {
      const { votes, parts, dHidden, lit, slope, dSum } = flowBack(net, step, unit);
      const { shown, rest } = largest(parts.values, ROWS);
      const { labels } = net.spec;
      text.textContent = t("Each error flows back through the vote that the unit has for that letter. Added up, they say whether the unit "
        + "should have been more or less lit.");
      table.show([...shown.map((output) => ({ cells: [labels[output], signed(Math.round(votes[output] * 1000), 3),
        signed(Math.round(step.dLogits[output] * 10 ** parts.digits), parts.digits), signed(parts.values[output], parts.digits)] })),
      ...(rest.length ? [{ cells: [others(rest), "", "", signed(sum(parts.values, rest), parts.digits)] }] : []),
      { cells: [t("together"), "", "", signed(parts.sum, parts.digits)], strong: true }]);
      end.replaceChildren(dHidden > 0 ? t("Above 0: less lit would be better.") : t("Below 0: more lit would be better."), " ",
        ...tNodes("It was lit {lit}, where the curve's slope is {lit} × {dark} = {slope}. So the error of its sum is {error} × {slope} = {product}",
          { lit: plain(lit), dark: plain(1 - lit), slope: plain(slope), error: signed(parts.sum, parts.digits), product: element("b", "", plain(dSum)) }));
    },
  };
}

/**
 * @param {number} lr
 * @returns {Stage}
 */
export function makeWeightStage(lr) {
  const [text, line, moved] = [element("p", ""), element("p", "sum"), element("p", "sum")];
  return {
    title: t("To one weight"),
    root: element("div", "stage", text, line, moved),
    show({ net, ink, step, unit, pixel }) {
      const { ink: own, dSum, gradient, shown } = weightChange(net, step, ink, unit, pixel);
      const [row, column] = [Math.floor(pixel / net.spec.width) + 1, pixel % net.spec.width + 1];
      text.textContent = t("The weight between unit {unit} and the pixel in row {row}, column {column}: the ink there times the error of "
        + "the unit's sum is its gradient.", { unit: unit + 1, row, column });
      line.replaceChildren(...tNodes("{ink} ink × {error} = {gradient}", { ink: plain(own), error: plain(dSum), gradient: element("b", "", plain(gradient)) }), " ",
        gradient === 0 ? t("No ink: this weight has no part in it.") : gradient > 0 ? t("Above 0: less would be better.") : t("Below 0: more would be better."));
      moved.replaceChildren(...tNodes("before {before}, step {step}, after {after}", { before: signed(shown.before, shown.digits),
        step: signed(shown.change, shown.digits), after: element("b", "", signed(shown.after, shown.digits)) }), gradient === 0 ? "" : `. ${t(
        "At first each weight moves by the learning rate, {rate}, against its gradient, however small that is (AdamW).", { rate: number(lr, 2) })}`);
    },
  };
}

export function makeAgainStage() {
  const table = makeNumberTable([t("letter"), t("share"), t("before, %"), t("after, %"), t("change")]);
  const text = element("p", "sum");
  return {
    title: t("Read again"),
    root: element("div", "stage again", text, table.root),
    /** @type {(taught: Taught, latest: Step, steps: number) => void} */
    update({ net, target, step }, latest, steps) {
      const { before, after, change: moved } = change(step.before.probabilities, latest.after.probabilities);
      const { shown, rest } = largest(moved, ROWS, [target]);
      const { labels } = net.spec;
      const row = (/** @type {string} */ label, /** @type {number[]} */ at, strong = false) => ({
        cells: [label, percents(sum(before, at)), percents(sum(after, at)), signed(sum(moved, at), 2)],
        share: sum(after, at) / 10000, was: sum(before, at) / 10000, strong,
      });
      text.textContent = tn(steps, "The same drawing after one step. The loss, −log of {label}'s share, was {before} and is {after}.",
        "The same drawing after {n} steps. The loss, −log of {label}'s share, was {before} and is {after}.",
        { label: labels[target], before: number(step.before.loss, 3), after: number(latest.after.loss, 3) });
      table.show([...shown.map((output) => row(labels[output], [output], output === target)),
        ...(rest.length ? [row(others(rest), rest)] : []),
        { cells: [t("together"), percents(10000), percents(10000), percents(sum(moved, [...moved.keys()]))] }]);
    },
  };
}
