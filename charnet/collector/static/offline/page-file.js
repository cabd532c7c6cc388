// The page's own file: what came with it, and the same file again with another network in it.

/** @import { Likeness } from "../../../web/doubt.js" */
/** @import { Facts } from "../../../web/files/weights-file.js" */
/** @import { Stroke } from "../../../web/ink.js" */
/** @import { Spec } from "../../../web/network.js" */
/** @import { Perceptron } from "../../../web/perceptron.js" */

/** @typedef {{name: string, number: number | null, network: Perceptron, facts: Facts & {likeness?: Likeness}}} NamedNetwork */

/**
 * What charnet/collector/take_home.py puts into the file.
 * @typedef {object} Content
 * @property {string} store - names the drawings in the browser; pages of one name share them
 * @property {string} page - tells this file from others: each has a network in use of its own
 * @property {Spec} spec - of the drawings
 * @property {PackedNetwork | null} network
 * @property {{counts: [label: string, count: number][], pictures: string}} starters - deflated pictures in base64, a byte a
 *   pixel, label by label
 * @property {Record<string, Stroke[]>} examples - how each label may be written
 * @property {string} header - the template of the C header
 */

/** @typedef {{name: string, number: number | null, spec: Spec, hidden: number, weights: string, facts: NamedNetwork["facts"]}} PackedNetwork */

const DATA = /(<script id="content" type="application\/json">)([^<]*)(<\/script>)/;

export class PageFile {
  /** @param {string} source - of the whole page */
  constructor(source) {
    this.source = source;
    const found = DATA.exec(source);
    if (!found) throw new Error("This page is not whole: its content is missing. Copy it again.");
    /** @type {Content} */
    this.content = JSON.parse(found[2]);
  }

  /** The network that came with the page. */
  get network() {
    return this.content.network && unpacked(this.content.network);
  }

  /** @param {string} label */
  exampleOf(label) {
    const { examples } = this.content;
    return Object.hasOwn(examples, label) ? examples[label] : [];
  }

  /**
   * The text of the file with this network, for drawings of these labels.
   * @param {NamedNetwork | null} network
   * @param {string[]} labels
   */
  with(network, labels) {
    const spec = { ...this.content.spec, labels };
    const page = [...crypto.getRandomValues(new Uint32Array(2))].join("-");
    const content = { ...this.content, page, spec, network: network && packed(network) };
    const text = JSON.stringify(content).replaceAll("<", "\\u003c");
    return this.source.replace(DATA, (_, begin, __, end) => begin + text + end);
  }
}

/**
 * @param {NamedNetwork} named
 * @returns {PackedNetwork}
 */
export function packed({ name, number, network, facts }) {
  const { spec, hidden, inputWeights, outputWeights, hiddenBias, outputBias } = network;
  const all = [...inputWeights, ...outputWeights, ...hiddenBias, ...outputBias];
  const view = new DataView(new ArrayBuffer(4 * all.length));
  all.forEach((value, index) => view.setFloat32(4 * index, value, true));
  return { name, number, spec, hidden, weights: toBase64(new Uint8Array(view.buffer)), facts };
}

/**
 * @param {PackedNetwork} stored
 * @returns {NamedNetwork}
 */
export function unpacked({ name, number, spec, hidden, weights, facts }) {
  const [inputs, outputs] = [spec.width * spec.height, spec.labels.length];
  const view = new DataView(fromBase64(weights).buffer);
  let at = 0;
  const take = (/** @type {number} */ count) => Float64Array.from({ length: count }, () => view.getFloat32(4 * at++, true));
  const [inputWeights, outputWeights] = [take(inputs * hidden), take(hidden * outputs)];
  const [hiddenBias, outputBias] = [[...take(hidden)], [...take(outputs)]];
  return { name, number, network: { spec, inputs, hidden, inputWeights, outputWeights, hiddenBias, outputBias }, facts };
}

/** @param {string} text */
export const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** @param {Uint8Array} bytes */
export const toBase64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
