// A network in the original's JSON layout, as charnet/networks/json_file.py writes and reads it: what anyone's file holds is
// checked, and what is wrong is said by key and value.

import { MAX_LABELS, biases, check, checkedSpec, object, parsed, short, table, whole } from "./json-checks.js";

/** @import { Spec } from "../network.js" */
/** @import { Perceptron } from "../perceptron.js" */
/** @import { Values } from "./json-checks.js" */

/**
 * What is known of a network besides its weights; unknown facts are missing.
 * @typedef {{accuracy?: number, split?: string, sure?: number}} Facts
 */

const VERSION = 1;
const MAX_BYTES = 100_000_000;
const MAX_WEIGHTS = 1_990_000;
const LOWERCASE = [..."abcdefghijklmnopqrstuvwxyz"];

/**
 * The text of a weights file.
 * @param {Perceptron} network
 * @param {Facts} [facts]
 */
export function writeWeights({ spec, inputs, hidden, inputWeights, outputWeights, hiddenBias, outputBias }, facts = {}) {
  const outputs = outputBias.length;
  const { labels, width, height, framing } = spec;
  return JSON.stringify({
    Charnet: { version: VERSION, spec: { labels, width, height, framing }, facts },
    Dimensions: { InputNodes: inputs, HiddenNodes: hidden, OutputNodes: outputs },
    InputWeights: entries(inputs, hidden, (i, h) => inputWeights[h * inputs + i]),
    HiddenWeights: entries(hidden, outputs, (h, o) => outputWeights[o * hidden + h]),
    HiddenBias: [...hiddenBias],
    OutputBias: [...outputBias],
  });
}

/**
 * @param {number} rows
 * @param {number} columns
 * @param {(row: number, column: number) => number} value
 */
const entries = (rows, columns, value) => Array.from({ length: rows * columns }, (_, index) => {
  const [row, column] = [Math.floor(index / columns), index % columns];
  return [[row, column], value(row, column)];
});

/**
 * The network in the text of a weights file, ours or the original's. Throws a sentence for what is none.
 * @param {string} text
 * @returns {{network: Perceptron, facts: Facts}}
 */
export function readWeights(text) {
  if (text.length > MAX_BYTES) throw new Error(`more than ${MAX_BYTES / 1e6} MB; no weights file of charnet's is as large`);
  const content = parsed(text);
  const [inputs, hidden, outputs] = ["InputNodes", "HiddenNodes", "OutputNodes"].map((key) => {
    const size = whole(object(content, "Dimensions"), key, "Dimensions.");
    check(size >= 1 && size <= 1e6, `Dimensions.${key} is ${short(size)}; it must be from 1 to 1,000,000`);
    return size;
  });
  check(hidden * (inputs + outputs) <= MAX_WEIGHTS, `Dimensions ask for more than ${MAX_WEIGHTS} weights`);
  const spec = specOf(content, inputs, outputs);
  const inputWeights = table(content, "InputWeights", inputs, hidden);
  const outputWeights = table(content, "HiddenWeights", hidden, outputs);
  const hiddenBias = biases(content, "HiddenBias", "HiddenNodes", hidden);
  const outputBias = biases(content, "OutputBias", "OutputNodes", outputs);
  const network = { spec, inputs, hidden, inputWeights, outputWeights, hiddenBias, outputBias };
  return { network, facts: factsOf(content.Charnet) };
}

/**
 * @param {Values} content
 * @param {number} inputs
 * @param {number} outputs
 * @returns {Spec}
 */
function specOf(content, inputs, outputs) {
  check(outputs <= MAX_LABELS, `Dimensions.OutputNodes is ${outputs}; up to 8,000 labels can be read`);
  if (!("Charnet" in content)) { // the original's file
    const width = Array.from({ length: Math.floor(Math.sqrt(inputs)) }, (_, i) => i + 1).findLast((w) => inputs % w === 0) ?? 1;
    const labels = outputs === LOWERCASE.length ? LOWERCASE : Array.from({ length: outputs }, (_, n) => String(n));
    return { labels, width, height: inputs / width, framing: "corner" };
  }
  const ours = object(content, "Charnet");
  const version = whole(ours, "version", "Charnet.");
  check(version === VERSION, `Charnet.version is ${version}, this charnet reads ${VERSION}; update charnet`);
  const spec = checkedSpec(object(ours, "spec", "Charnet."));
  const { width, height, labels } = spec;
  check(width * height === inputs, `Charnet.spec is ${width} x ${height}, Dimensions.InputNodes says ${inputs}`);
  check(labels.length === outputs, `Charnet.spec has ${labels.length} labels, Dimensions.OutputNodes says ${outputs}`);
  return spec;
}

/**
 * The facts that are valid; the others are dropped, since a network can be read without.
 * @param {unknown} ours - what the file holds of ours
 * @returns {Facts}
 */
function factsOf(ours) {
  const { accuracy, split, sure } = /** @type {{facts?: Values}} */ (ours ?? {}).facts ?? {};
  const isFraction = (/** @type {unknown} */ value) => typeof value === "number" && value >= 0 && value <= 1;
  return {
    ...isFraction(accuracy) && { accuracy: Number(accuracy) },
    ...typeof split === "string" && split && { split: split.slice(0, 40) },
    ...isFraction(sure) && { sure: Number(sure) },
  };
}
