// The stages of one step of learning, each a part of the dialog: what is wanted and got, the way back to a hidden unit and to a
// weight, and the drawing read again.

import { element } from "../../web/elements.js";
import { change, errors, flowBack, largest, signed, weightChange } from "../../web/training/lesson.js";
import { makeNumberTable } from "./number-table.js";

/** @import { Perceptron } from "../../web/perceptron.js" */
/** @import { Step } from "../../web/training/one-step.js" */

/**
 * What is taught: a step of this network, from this drawing to this target.
 * @typedef {{net: Perceptron, ink: ArrayLike<number>, target: number, step: Step, unit: number, pixel: number}} Taught
 */

/** @typedef {{title: string, root: HTMLElement, show: (taught: Taught) => void}} Stage */

const ROWS = 7; // letters that are shown; the others are added up

const percents = (/** @type {number} */ value) => (value / 100).toFixed(2);
const sum = (/** @type {number[]} */ values, /** @type {number[]} */ indices) => indices.reduce((all, index) => all + values[index], 0);
const others = (/** @type {number[]} */ rest) => (rest.length === 1 ? "1 other" : `${rest.length} others`);
/** Plain numbers between words, the more digits the smaller: 0.00123. */
const plain = (/** @type {number} */ value) =>
  (value < 0 ? "−" : "") + Math.abs(value).toFixed(Math.min(8, Math.max(3, 2 - Math.floor(Math.log10(Math.abs(value) || 1)))));

/** @returns {Stage} */
export function makeErrorStage() {
  const table = makeNumberTable(["letter", "share", "got, %", "wanted, %", "error"]);
  const text = element("p", "");
  return {
    title: "Wanted and got",
    root: element("div", "stage", text, table.root,
      element("p", "soft small-text", "To learn, all letters share 100 %; the ranking beside the drawing shows each letter by itself.")),
    show({ net: { spec }, target, step }) {
      const { got, wanted, error } = errors(step);
      const { shown, rest } = largest(error, ROWS, [target]);
      text.replaceChildren("It is ", element("b", "", spec.labels[target]), ": 100 % of that is wanted, and 0 % of every other letter. "
        + "What a letter got, less what was wanted, is its error. All errors add up to 0.");
      const row = (/** @type {string} */ label, /** @type {number} */ own, /** @type {number} */ aim, /** @type {number} */ off) =>
        ({ cells: [label, percents(own), percents(aim), signed(off, 2)], share: own / 10000, was: aim / 10000, strong: label === spec.labels[target] });
      table.show([...shown.map((output) => row(spec.labels[output], got[output], wanted[output], error[output])),
        ...(rest.length ? [row(others(rest), sum(got, rest), sum(wanted, rest), sum(error, rest))] : []),
        { cells: ["together", "100.00", "100.00", percents(sum(error, [...error.keys()]))] }]);
    },
  };
}

/** @returns {Stage} */
export function makeUnitStage() {
  const table = makeNumberTable(["letter", "", "vote", "error", "vote × error"]);
  const [text, end] = [element("p", ""), element("p", "sum")];
  return {
    title: "Back to one hidden unit",
    root: element("div", "stage", text, table.root, end),
    show({ net, step, unit }) {
      const { votes, parts, dHidden, lit, slope, dSum } = flowBack(net, step, unit);
      const { shown, rest } = largest(parts.values, ROWS);
      const { labels } = net.spec;
      text.textContent = "Each error flows back through the vote that the unit has for that letter. Added up, they say whether the unit "
        + "should have been more or less lit.";
      table.show([...shown.map((output) => ({ cells: [labels[output], signed(Math.round(votes[output] * 1000), 3),
        signed(Math.round(step.dLogits[output] * 10 ** parts.digits), parts.digits), signed(parts.values[output], parts.digits)] })),
      ...(rest.length ? [{ cells: [others(rest), "", "", signed(sum(parts.values, rest), parts.digits)] }] : []),
      { cells: ["together", "", "", signed(parts.sum, parts.digits)], strong: true }]);
      end.replaceChildren(dHidden > 0 ? "Above 0: less lit would be better. " : "Below 0: more lit would be better. ",
        `It was lit ${plain(lit)}, where the curve's slope is ${plain(lit)} × ${plain(1 - lit)} = ${plain(slope)}. So the error of its sum is `,
        `${signed(parts.sum, parts.digits)} × ${plain(slope)} = `, element("b", "", plain(dSum)));
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
    title: "To one weight",
    root: element("div", "stage", text, line, moved),
    show({ net, ink, step, unit, pixel }) {
      const { ink: own, dSum, gradient, shown } = weightChange(net, step, ink, unit, pixel);
      const [row, column] = [Math.floor(pixel / net.spec.width) + 1, pixel % net.spec.width + 1];
      text.textContent = `The weight between unit ${unit + 1} and the pixel in row ${row}, column ${column}: the ink there times the error of `
        + "the unit's sum is its gradient.";
      line.replaceChildren(`${plain(own)} ink × ${plain(dSum)} = `, element("b", "", plain(gradient)), " ",
        gradient === 0 ? "No ink: this weight has no part in it." : gradient > 0 ? "Above 0: less would be better." : "Below 0: more would be better.");
      moved.replaceChildren(`before ${signed(shown.before, shown.digits)}, step ${signed(shown.change, shown.digits)}, `, "after ",
        element("b", "", signed(shown.after, shown.digits)), gradient === 0 ? "" : `. At first each weight moves by the learning rate, ${lr}, `
        + "against its gradient, however small that is (AdamW).");
    },
  };
}

export function makeAgainStage() {
  const table = makeNumberTable(["letter", "share", "before, %", "after, %", "change"]);
  const text = element("p", "sum");
  return {
    title: "Read again",
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
      text.textContent = `The same drawing after ${steps === 1 ? "one step" : `${steps} steps`}. The loss, −log of ${labels[target]}'s share, was `
        + `${step.before.loss.toFixed(3)} and is ${latest.after.loss.toFixed(3)}.`;
      table.show([...shown.map((output) => row(labels[output], [output], output === target)),
        ...(rest.length ? [row(others(rest), rest)] : []),
        { cells: ["together", "100.00", "100.00", percents(sum(moved, [...moved.keys()]))] }]);
    },
  };
}
