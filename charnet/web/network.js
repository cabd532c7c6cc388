// The forward pass of a network that is given as a list of layers.

/**
 * What a network reads and answers.
 * @typedef {object} Spec
 * @property {string[]} labels - in the order of the outputs
 * @property {number} width - of the framed picture, in pixels
 * @property {number} height
 * @property {string} framing - "moments", "fit" or "corner"
 */

/** @typedef {[label: string, likelihood: number][]} Ranking - best first */

/** @typedef {ArrayLike<number>} Numbers */

/**
 * A layer and its parameters: weights output by output, of a convolution also input by input and row by row; `affine`
 * has a gain and a shift for each channel, `scale` a weight for each value.
 * @typedef {{layer: "affine", gain: Numbers, shift: Numbers} | {layer: "relu" | "logistic" | "add" | "sum"}
 *   | {layer: "convolution", weight: Numbers, bias: Numbers, stride: number} | {layer: "scale", weight: Numbers}
 *   | {layer: "dense", weight: Numbers, bias: Numbers}} Layer
 */

/**
 * A layer as an exported page holds it: numbers may be packed as {"float32": base64}. `inputs` are the results that it is
 * computed from, 0 being the picture and n the result of layer n; without them it is that of the layer before.
 * @typedef {{layer: string, inputs?: number[], [name: string]: unknown}} StoredLayer
 */

/**
 * What one layer hands to the next: (channels, rows, columns), row by row.
 * @typedef {object} Tensor
 * @property {Float64Array} data
 * @property {number} channels
 * @property {number} rows
 * @property {number} columns
 */

/**
 * The forward pass as a function from framed ink to likelihoods, one for each label.
 * @param {{spec: Spec, layers: StoredLayer[]}} network
 */
export function prepare({ spec, layers }) {
  const ready = layers.map((stored, index) => ({ layer: unpack(stored), inputs: stored.inputs ?? [index] }));
  return (/** @type {Numbers} */ framed) => {
    /** @type {Tensor[]} */
    const results = [{ data: Float64Array.from(framed), channels: 1, rows: spec.height, columns: spec.width }];
    for (const { layer, inputs } of ready) results.push(apply(layer, inputs.map((index) => results[index])));
    return results[results.length - 1].data;
  };
}

/**
 * Labels with their likelihoods, best first.
 * @param {string[]} labels
 * @param {Numbers} likelihoods
 * @returns {Ranking}
 */
export function rank(labels, likelihoods) {
  /** @type {Ranking} */
  const ranking = labels.map((label, index) => [label, likelihoods[index]]);
  return ranking.sort((one, other) => other[1] - one[1]);
}

/**
 * @param {StoredLayer} stored
 * @returns {Layer}
 */
function unpack(stored) {
  const values = Object.entries(stored).map(([name, value]) => [name, isPacked(value) ? decode(value.float32) : value]);
  return Object.fromEntries(values);
}

/**
 * @param {unknown} value
 * @returns {value is {float32: string}}
 */
const isPacked = (value) => typeof value === "object" && value !== null && "float32" in value;

/** @param {string} float32 - base64 of little-endian numbers */
function decode(float32) {
  const bytes = Uint8Array.from(atob(float32), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(4 * index, true));
}

/**
 * @param {Layer} layer
 * @param {Tensor[]} inputs
 * @returns {Tensor}
 */
function apply(layer, [input, other]) {
  switch (layer.layer) {
    case "affine": return affine(layer, input);
    case "relu": return map(input, (value) => Math.max(0, value));
    case "logistic": return map(input, (value) => 1 / (1 + Math.exp(-value)));
    case "add": return { ...input, data: input.data.map((value, index) => value + other.data[index]) };
    case "convolution": return convolution(layer, input);
    case "scale": return { ...input, data: input.data.map((value, index) => value * layer.weight[index]) };
    case "sum": return sum(input);
    case "dense": return dense(layer, input);
  }
}

/**
 * @param {Tensor} input
 * @param {(value: number, channel: number) => number} each
 */
function map(input, each) {
  const size = input.rows * input.columns;
  return { ...input, data: input.data.map((value, index) => each(value, Math.floor(index / size))) };
}

/**
 * @param {{gain: Numbers, shift: Numbers}} layer
 * @param {Tensor} input
 */
function affine({ gain, shift }, input) {
  return map(input, (value, channel) => value * gain[channel % gain.length] + shift[channel % shift.length]);
}

/**
 * @param {{weight: Numbers, bias: Numbers}} layer
 * @param {Tensor} input
 */
function dense({ weight, bias }, input) {
  const size = input.data.length;
  const data = Float64Array.from(bias, (sum, output) => {
    for (let i = 0; i < size; i += 1) sum += weight[output * size + i] * input.data[i];
    return sum;
  });
  return { data, channels: data.length, rows: 1, columns: 1 };
}

/**
 * The sum of each channel.
 * @param {Tensor} input
 */
function sum(input) {
  const size = input.rows * input.columns;
  const data = new Float64Array(input.channels);
  input.data.forEach((value, index) => { data[Math.floor(index / size)] += value; });
  return { data, channels: input.channels, rows: 1, columns: 1 };
}

/**
 * 3 x 3, zero-padded by one pixel on each side.
 * @param {{weight: Numbers, bias: Numbers, stride: number}} layer
 * @param {Tensor} input
 */
function convolution({ weight, bias, stride }, input) {
  const { channels, rows, columns } = input;
  const padded = pad(input);
  const paddedColumns = columns + 2;
  const [outRows, outColumns] = [Math.floor((rows - 1) / stride) + 1, Math.floor((columns - 1) / stride) + 1];
  const data = new Float64Array(bias.length * outRows * outColumns);
  for (let output = 0; output < bias.length; output += 1) {
    for (let y = 0; y < outRows; y += 1) {
      for (let x = 0; x < outColumns; x += 1) {
        let sum = bias[output];
        for (let channel = 0; channel < channels; channel += 1) {
          const at = (channel * (rows + 2) + y * stride) * paddedColumns + x * stride;
          const w = (output * channels + channel) * 9;
          for (let row = 0; row < 3; row += 1) {
            const [p, k] = [at + row * paddedColumns, w + 3 * row];
            sum += padded[p] * weight[k] + padded[p + 1] * weight[k + 1] + padded[p + 2] * weight[k + 2];
          }
        }
        data[(output * outRows + y) * outColumns + x] = sum;
      }
    }
  }
  return { data, channels: bias.length, rows: outRows, columns: outColumns };
}

/** @param {Tensor} input */
function pad({ data, channels, rows, columns }) {
  const padded = new Float64Array(channels * (rows + 2) * (columns + 2));
  for (let row = 0; row < channels * rows; row += 1) {
    const to = (row + 2 * Math.floor(row / rows) + 1) * (columns + 2) + 1;
    padded.set(data.subarray(row * columns, (row + 1) * columns), to);
  }
  return padded;
}
