// What the page asks to train, as a job of the Worker: which drawings, and with which settings. As charnet/collector/training.py.

import { AS_THEY_ARE, DISTORTED } from "../../../web/training/augment.js";
import { Refusal } from "./refusal.js";

/** @import { Spec } from "../../../web/network.js" */
/** @import { Job } from "../../../web/training/experiment.js" */
/** @import { KeptDrawings, Kept } from "./kept-drawings.js" */
/** @import { HomeNetworks } from "./home-networks.js" */

/**
 * @typedef {object} Settings
 * @property {number} [hidden]
 * @property {number} [epochs]
 * @property {string | boolean} [init] - the network in use
 * @property {number} [seed]
 * @property {string[]} [without] - labels that are left out
 * @property {boolean} [distort]
 * @property {number} [per_label] - drawings of each letter that train
 * @property {boolean} [by_writer] - hold out all drawings of a writer
 */

const HELD_OUT = 0.2;
const MAX_MISSING = 5;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz";

/**
 * @param {Settings} settings
 * @param {KeptDrawings} drawings
 * @param {HomeNetworks} networks
 * @returns {{job: Job, used: Kept[], writer: string}} - `used` are the drawings in the order of the job
 */
export function jobOf(settings, drawings, networks) {
  const { hidden = 20, epochs = 1000, init, seed = 0, without = [], distort = true } = settings;
  const { per_label: perLabel, by_writer: byWriter } = settings;
  const labels = labelsOf(drawings, without);
  const used = drawings.all.filter(({ drawing }) => labels.includes(drawing.label));
  const spec = { ...drawings.spec, labels };
  const size = spec.width * spec.height;
  const pictures = new Uint8Array(size * used.length);
  used.forEach(({ drawing }, index) => pictures.set(drawing.picture, index * size));
  const targets = used.map(({ drawing }) => labels.indexOf(drawing.label));
  const writers = used.map(({ drawing }) => drawing.writer);
  const writer = byWriter ? heldOutWriter(writers) : "";
  const start = init ? startOf(networks, spec) : null;
  const config = { hidden: start?.hidden ?? hidden, epochs, seed, augment: distort ? DISTORTED : AS_THEY_ARE };
  const heldOut = byWriter ? writer : HELD_OUT;
  return { job: { spec, letters: { pictures, targets }, writers, config, heldOut, perLabel, init: start }, used, writer };
}

/**
 * @param {KeptDrawings} drawings
 * @param {string[]} without
 */
function labelsOf(drawings, without) {
  const counts = drawings.counts();
  const wanted = drawings.spec.labels.filter((label) => !without.includes(label));
  const drawn = wanted.filter((label) => counts[label]);
  const missing = wanted.filter((label) => !counts[label]);
  if (!drawn.length) throw new Refusal("no drawings yet: draw two or more of some letters, then train");
  if (missing.length && missing.length <= MAX_MISSING && drawings.spec.labels.join("") === ALPHABET) {
    const listed = [missing.slice(0, -1).join(", "), missing.at(-1)].filter(Boolean).join(" and ");
    throw new Refusal(`no drawings of ${listed} yet: draw some, or train without ${listed}`, 422, { lacking: missing });
  }
  if (Math.max(...drawn.map((label) => counts[label])) < 2) {
    throw new Refusal("only one drawing of each letter, so none can be held out: draw a second one of some, then train");
  }
  return drawn;
}

/**
 * The writer whose share of all drawings is closest to what is held out.
 * @param {string[]} writers - of each drawing
 */
function heldOutWriter(writers) {
  const names = [...new Set(writers)];
  if (names.length < 2) throw new Refusal("all drawings are by one writer: let someone else draw under a name of their own first");
  const share = (/** @type {string} */ name) => writers.filter((each) => each === name).length / writers.length;
  const distance = (/** @type {string} */ name) => Math.abs(share(name) - HELD_OUT);
  return names.filter(Boolean).reduce((best, name) => (distance(name) < distance(best) ? name : best));
}

/**
 * The network in use, to go on from.
 * @param {HomeNetworks} networks
 * @param {Spec} spec - of the training
 */
function startOf(networks, { labels, ...size }) {
  const { network } = networks.needed;
  if (network.spec.labels.join("\n") !== labels.join("\n")) {
    const [theirs, ours] = [network.spec.labels, labels].map((each) => each.join(" "));
    throw new Refusal(`init: the network in use reads ${theirs}, the drawings are of ${ours}; start from scratch`);
  }
  const { width, height, framing } = network.spec;
  if (width !== size.width || height !== size.height || framing !== size.framing) {
    throw new Refusal("init: the network in use frames drawings in another way; start from scratch");
  }
  return network;
}
