// A network with one hidden layer, taken apart: what each hidden unit makes of the ink, how much it says for or against a
// label, and how much each pixel does. `network` is the answer of /api/network, weights in the original's keys.

const logistic = (value) => 1 / (1 + Math.exp(-value));
const sum = (values) => values.reduce((total, value) => total + value, 0);

// Weights as tables: `reads` from each input, unit by unit; `says` to each label from each unit, label by label.
export function perceptron({ spec, InputWeights, HiddenWeights, HiddenBias, OutputBias }) {
  const [inputs, hidden] = [spec.width * spec.height, HiddenBias.length];
  const reads = new Float64Array(inputs * hidden);
  const says = new Float64Array(hidden * OutputBias.length);
  for (const [[i, h], weight] of InputWeights) reads[h * inputs + i] = weight;
  for (const [[h, o], weight] of HiddenWeights) says[o * hidden + h] = weight;
  return { spec, inputs, hidden, reads, says, hiddenBias: HiddenBias, outputBias: OutputBias };
}

// Framed ink -> {sums, hidden, logits, likelihoods}. Muted units, a set of their numbers, say nothing.
export function think(net, ink, muted = new Set()) {
  const sums = Float64Array.from(net.hiddenBias, (bias, h) => {
    for (let i = 0; i < net.inputs; i += 1) bias += net.reads[h * net.inputs + i] * ink[i];
    return bias;
  });
  const hidden = sums.map((value, h) => (muted.has(h) ? 0 : logistic(value)));
  const logits = Float64Array.from(net.outputBias, (bias, o) => bias + sum(votes(net, hidden, o)));
  return { sums, hidden, logits, likelihoods: logits.map(logistic) };
}

// What each unit adds to the logit of a label. With the label's bias they add up to it.
export function votes(net, hidden, output) {
  return hidden.map((value, h) => value * net.says[output * net.hidden + h]);
}

// What each pixel adds to the logit of a label, from blank paper to this ink: each unit's change, shared out among the
// pixels in proportion to what they gave to its sum (the rescale rule of Shrikumar et al. 2017). It adds up exactly.
export function pixels(net, ink, output, muted = new Set()) {
  const { sums } = think(net, ink);
  const slopes = sums.map((total, h) => {
    const blank = net.hiddenBias[h];
    const steep = Math.abs(total - blank) > 1e-6
      ? (logistic(total) - logistic(blank)) / (total - blank) : logistic(blank) * (1 - logistic(blank));
    return muted.has(h) ? 0 : steep * net.says[output * net.hidden + h];
  });
  return Float64Array.from({ length: net.inputs }, (_, i) => {
    let slope = 0;
    for (let h = 0; h < net.hidden; h += 1) slope += slopes[h] * net.reads[h * net.inputs + i];
    return ink[i] * slope;
  });
}

// Numbers as whole hundredths, some rounded up and some down, so that they add up to their rounded sum.
export function hundredths(values) {
  const exact = Array.from(values, (value) => 100 * value);
  const found = exact.map(Math.floor);
  const order = exact.map((value, index) => [value - found[index], index]).sort((one, other) => other[0] - one[0]);
  const left = Math.round(sum(exact)) - sum(found);
  for (const [, index] of order.slice(0, left)) found[index] += 1;
  return found;
}
