// Checks of a weights file's JSON, one value at a time; messages name the key and the value at fault, as those of
// charnet/networks/json_checks.py.

/** @import { Spec } from "../network.js" */

/** @typedef {{[key: string]: unknown}} Values */

const LARGEST = 1e30; // absolute value of a weight
export const MAX_LABELS = 8_000;
const LONGEST_LABEL = 16;
const FRAMINGS = ["moments", "fit", "corner"];
const CONTROL = /\p{Cc}/u;

/**
 * @param {unknown} condition
 * @param {string} message
 * @returns {asserts condition}
 */
export function check(condition, message) {
  if (!condition) throw new Error(message);
}

/** @param {unknown} value */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * @param {string} text
 * @returns {Values}
 */
export function parsed(text) {
  let content;
  try {
    content = JSON.parse(text);
  } catch {
    throw new Error("not JSON, or damaged; copy the file again or train a new one");
  }
  check(isObject(content), `a weights file is an object with Dimensions and weights, not ${short(content)}`);
  return content;
}

/**
 * @param {Values} content
 * @param {string} key
 * @param {string} [prefix]
 */
export function object(content, key, prefix = "") {
  check(key in content, `${prefix}${key} is missing`);
  check(isObject(content[key]), `${prefix}${key} is ${short(content[key])}, not an object`);
  return /** @type {Values} */ (content[key]);
}

/**
 * @param {Values} content
 * @param {string} key
 * @param {string} prefix
 */
export function whole(content, key, prefix) {
  check(key in content, `${prefix}${key} is missing`);
  check(Number.isInteger(content[key]), `${prefix}${key} is ${short(content[key])}, not a whole number`);
  return Number(content[key]);
}

/**
 * @param {Values} content
 * @param {string} key
 * @returns {unknown[]}
 */
function list(content, key) {
  check(key in content, `${key} is missing`);
  const value = content[key];
  check(Array.isArray(value), `${key} is ${short(value)}, not a list`);
  return value;
}

/**
 * [[[row, column], weight], ...] in any order -> (columns, rows).
 * @param {Values} content
 * @param {string} key
 * @param {number} rows
 * @param {number} columns
 */
export function table(content, key, rows, columns) {
  const found = list(content, key);
  const size = rows * columns;
  check(found.length === size, `${key} has ${found.length} entries, Dimensions ask for ${rows} x ${columns} = ${size}`);
  const result = new Float64Array(size).fill(NaN);
  for (const entry of found) {
    const [place, value, more] = Array.isArray(entry) ? entry : [];
    const fits = Array.isArray(place) && place.length === 2 && value !== undefined && more === undefined;
    check(fits, `${key}: ${short(entry)} is not of the form [[from, to], weight]`);
    const [row, column] = place;
    const inside = [[row, rows], [column, columns]].every(([at, end]) => Number.isInteger(at) && at >= 0 && at < end);
    check(inside, `${key}: index [${short(row)}, ${short(column)}] is outside ${rows} x ${columns}`);
    check(Number.isNaN(result[column * rows + row]), `${key}: index [${row}, ${column}] appears twice`);
    result[column * rows + row] = weight(value, `${key}[${row}, ${column}]`);
  }
  return result;
}

/**
 * @param {Values} content
 * @param {string} key
 * @param {string} nodes
 * @param {number} length
 */
export function biases(content, key, nodes, length) {
  const values = list(content, key);
  check(values.length === length, `${key} has ${values.length} values, Dimensions.${nodes} says ${length}`);
  return values.map((value, index) => weight(value, `${key}[${index}]`));
}

/**
 * @param {unknown} value
 * @param {string} where
 */
function weight(value, where) {
  check(typeof value === "number", `${where} is ${short(value)}, not a number`);
  check(Number.isFinite(value), `${where} is ${value}; weights must be finite`);
  check(Math.abs(value) <= LARGEST, `${where} is ${short(value)}; weights must be between -1e+30 and 1e+30`);
  return value;
}

/**
 * @param {Values} values
 * @returns {Spec}
 */
export function checkedSpec(values) {
  const missing = ["labels", "width", "height", "framing"].find((key) => !(key in values));
  check(missing === undefined, `Charnet.spec: spec: ${missing} is missing`);
  const { labels, width, height, framing } = values;
  check(Array.isArray(labels) && labels.length, `Charnet.spec: labels: ${short(labels)} is not a list of names`);
  for (const label of labels) {
    check(isLabel(label), `Charnet.spec: labels: ${short(label)} is no label; use characters or short words`);
  }
  const normal = labels.map((label) => label.normalize("NFC"));
  const twice = normal.find((label, index) => normal.indexOf(label) < index);
  check(twice === undefined, `Charnet.spec: labels: '${twice}' appears twice; each label may appear once`);
  const [wide, high] = Object.entries({ width, height }).map(([name, value]) => {
    const fits = Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 256;
    check(fits, `Charnet.spec: ${name}: ${short(value)} is not a whole number of pixels from 1 to 256`);
    return Number(value);
  });
  const known = FRAMINGS.find((each) => each === framing);
  check(known, `Charnet.spec: framing: ${short(framing)} is not one of ${FRAMINGS.join(", ")}`);
  return { labels: normal, width: wide, height: high, framing: known };
}

/** @param {unknown} value */
export const isLabel = (value) =>
  typeof value === "string" && value !== "" && [...value].length <= LONGEST_LABEL && !CONTROL.test(value);

/**
 * A value for a message: at most 40 characters of JSON.
 * @param {unknown} value
 */
export function short(value) {
  const size = value && typeof value === "object" ? Object.keys(value).length : 0;
  if (size > 10) return `${Array.isArray(value) ? "a list" : "an object"} of ${size}`;
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 40 ? text : `${text.slice(0, 37)}...`;
}
