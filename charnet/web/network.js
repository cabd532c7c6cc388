// A network as a list of layers: framed ink -> likelihoods, one a label. What goes from layer to layer is
// {data, channels, rows, columns}; a layer takes the results that its `inputs` number, 0 for the picture, and the one of
// the layer before where it names none.

export function prepare({ spec, layers }) {
  const ready = layers.map((layer, index) => ({
    inputs: [index],
    ...Object.fromEntries(Object.entries(layer).map(([name, value]) => [name, value?.float32 ? decode(value) : value])),
  }));
  return (framed) => {
    const results = [{ data: Float64Array.from(framed), channels: 1, rows: spec.height, columns: spec.width }];
    for (const layer of ready) results.push(LAYERS[layer.layer](layer, ...layer.inputs.map((index) => results[index])));
    return results.at(-1).data;
  };
}

// Labels with their likelihoods, best first.
export function rank(labels, likelihoods) {
  return labels.map((label, index) => [label, likelihoods[index]]).sort((one, other) => other[1] - one[1]);
}

// Base64 of little-endian numbers.
function decode({ float32 }) {
  const bytes = Uint8Array.from(atob(float32), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(4 * index, true));
}

function map(input, each) {
  const size = input.rows * input.columns;
  return { ...input, data: input.data.map((value, index) => each(value, Math.floor(index / size))) };
}

// Weights output by output, for each input in turn.
function dense({ weight, bias }, input) {
  const size = input.data.length;
  const data = Float64Array.from(bias, (sum, output) => {
    for (let i = 0; i < size; i += 1) sum += weight[output * size + i] * input.data[i];
    return sum;
  });
  return { data, channels: data.length, rows: 1, columns: 1 };
}

// A weight for each place of each channel.
const scale = ({ weight }, input) => ({ ...input, data: input.data.map((value, index) => value * weight[index]) });

// What each channel holds in all.
function sum(_, input) {
  const size = input.rows * input.columns;
  const data = new Float64Array(input.channels);
  input.data.forEach((value, index) => { data[Math.floor(index / size)] += value; });
  return { data, channels: input.channels, rows: 1, columns: 1 };
}

// 3 x 3, the picture continued by one empty pixel on each side. Weights output by output, input by input, row by row.
function convolution({ weight, bias, stride }, input) {
  const { channels, rows, columns } = input;
  const padded = pad(input);
  const wide = columns + 2;
  const [high, across] = [Math.floor((rows - 1) / stride) + 1, Math.floor((columns - 1) / stride) + 1];
  const data = new Float64Array(bias.length * high * across);
  for (let output = 0; output < bias.length; output += 1) {
    for (let y = 0; y < high; y += 1) {
      for (let x = 0; x < across; x += 1) {
        let sum = bias[output];
        for (let channel = 0; channel < channels; channel += 1) {
          const at = (channel * (rows + 2) + y * stride) * wide + x * stride;
          const w = (output * channels + channel) * 9;
          for (let row = 0; row < 3; row += 1) {
            const [p, k] = [at + row * wide, w + 3 * row];
            sum += padded[p] * weight[k] + padded[p + 1] * weight[k + 1] + padded[p + 2] * weight[k + 2];
          }
        }
        data[(output * high + y) * across + x] = sum;
      }
    }
  }
  return { data, channels: bias.length, rows: high, columns: across };
}

function pad({ data, channels, rows, columns }) {
  const padded = new Float64Array(channels * (rows + 2) * (columns + 2));
  for (let row = 0; row < channels * rows; row += 1) {
    const to = (row + 2 * Math.floor(row / rows) + 1) * (columns + 2) + 1;
    padded.set(data.subarray(row * columns, (row + 1) * columns), to);
  }
  return padded;
}

const LAYERS = {
  affine: ({ gain, shift }, input) => map(input, (value, channel) =>
    value * gain[channel % gain.length] + shift[channel % shift.length]),
  relu: (_, input) => map(input, (value) => Math.max(0, value)),
  logistic: (_, input) => map(input, (value) => 1 / (1 + Math.exp(-value))),
  add: (_, one, other) => ({ ...one, data: one.data.map((value, index) => value + other.data[index]) }),
  convolution,
  scale,
  sum,
  dense,
};
