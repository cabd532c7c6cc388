// A network of one hidden layer as a C99 header: the same text as charnet/exports/c.py writes, from the same template.

/** @import { Perceptron } from "../perceptron.js" */

const WIDTH = 110; // characters of a line
const [FIRST, NEXT] = ["    ", "     "]; // what its first line and those after it begin with

/**
 * The header, with weights as floats.
 * @param {string} template - rank.h of charnet/exports
 * @param {Perceptron} network
 */
export function cHeader(template, { spec, inputs, hidden, inputWeights, outputWeights, hiddenBias, outputBias }) {
  const outputs = outputBias.length;
  const tables = [
    labelTable(spec.labels),
    table("float charnet_hidden_weight[CHARNET_INPUTS][CHARNET_HIDDEN]",
      rows(inputs, hidden, (i, h) => inputWeights[h * inputs + i])),
    table("float charnet_hidden_bias[CHARNET_HIDDEN]", Array.from(hiddenBias, float)),
    table("float charnet_output_weight[CHARNET_OUTPUTS][CHARNET_HIDDEN]",
      rows(outputs, hidden, (o, h) => outputWeights[o * hidden + h])),
    table("float charnet_output_bias[CHARNET_OUTPUTS]", Array.from(outputBias, float)),
  ];
  /** @type {{[name: string]: string | number}} */
  const values = {
    inputs, width: spec.width, height: spec.height, framing: spec.framing, hidden, outputs, kind: "32-bit floats",
    tables: tables.join("\n\n"), weight: "CHARNET_FLOAT", hidden_sum: "sum", output_sum: "sum",
  };
  return template.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced, plain) => String(values[braced ?? plain]));
}

/** @param {string[]} labels */
function labelTable(labels) {
  const texts = labels.map((label) => new TextEncoder().encode(label));
  const size = Math.max(...texts.map((text) => text.length)) + 1;
  return table(`char charnet_labels[CHARNET_OUTPUTS][${size}]`, texts.map((text) => `"${escaped(text)}"`));
}

/** @param {Uint8Array} text */
const escaped = (text) => Array.from(text, (byte) => {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9]/.test(character) ? character : `\\${byte.toString(8).padStart(3, "0")}`;
}).join("");

/**
 * @param {number} count
 * @param {number} columns
 * @param {(row: number, column: number) => number} value
 */
const rows = (count, columns, value) => Array.from({ length: count }, (_, row) =>
  `{${Array.from({ length: columns }, (_, column) => float(value(row, column))).join(", ")}}`);

/**
 * A number as a float of C, with as few digits as tell it from any other float.
 * @param {number} value
 */
export function float(value) {
  const single = Math.fround(value);
  let digits = 0;
  while (Math.fround(Number(single.toExponential(digits))) !== single) digits += 1;
  const longer = single.toExponential(digits + 1);
  const half = Number(longer) === single && /[02468]5e/.test(longer.replace(".", "")); // to even, as NumPy rounds it
  const [mantissa, exponent] = (half ? longer.replace("5e", "e") : single.toExponential(digits)).split("e");
  const power = Number(exponent);
  if (single && (Math.abs(single) < 1e-4 || Math.abs(single) >= 1e6)) {
    return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}f`;
  }
  const text = Number(`${mantissa}e${power}`).toFixed(Math.max(0, digits - power));
  const sign = Object.is(single, -0) ? "-" : "";
  return `${sign}${text.includes(".") ? text : `${text}.0`}f`;
}

/**
 * @param {string} declaration
 * @param {string[]} items
 */
function table(declaration, items) {
  const lines = items[0].startsWith("{") ? items.map((item, i) => item + (i < items.length - 1 ? "," : "")) : [items.join(", ")];
  return `static const ${declaration} CHARNET_FLASH = {\n${lines.map(filled).join("\n")}\n};`;
}

/** @param {string} text - broken into lines at its spaces */
function filled(text) {
  const [first, ...words] = text.split(" ");
  const lines = [FIRST + first];
  for (const word of words) {
    const last = lines.length - 1;
    if (lines[last].length + 1 + word.length <= WIDTH) lines[last] += ` ${word}`;
    else lines.push(NEXT + word);
  }
  return lines.join("\n");
}
