// Which letters train and which are held out, as in charnet/letters/split.py: at random, or a writer's.

/** @import { Letters } from "./loop.js" */
/** @import { Generator } from "./random.js" */

/** @typedef {{train: Int32Array, heldOut: Int32Array}} Fold - indices of letters */

/**
 * Hold out about this fraction of every label. A label's only picture is for training, and identical pictures are on one side.
 * @param {Letters} letters
 * @param {number} fraction
 * @param {Generator} generator
 * @returns {Fold}
 */
export function holdOut(letters, fraction, generator) {
  const held = new Set();
  const originals = firstCopies(letters);
  for (const [, indices] of byTarget(letters)) {
    const several = Int32Array.from(new Set(indices.map((index) => originals[index])));
    if (fraction === 0 || several.length < 2) continue;
    const count = Math.min(several.length - 1, Math.max(1, Math.round(fraction * several.length)));
    for (const index of generator.shuffle(several).subarray(0, count)) held.add(index);
  }
  return divide(originals, (original) => held.has(original));
}

/**
 * The same fold, with at most so many of each label to train on; a smaller number takes some of those that a larger one takes.
 * @param {Fold} fold
 * @param {ArrayLike<number>} targets
 * @param {number} perLabel
 * @param {Generator} generator
 * @returns {Fold}
 */
export function limit({ train, heldOut }, targets, perLabel, generator) {
  /** @type {Map<number, number>} */
  const taken = new Map();
  const kept = generator.shuffle(train.slice()).filter((index) => {
    const count = (taken.get(targets[index]) ?? 0) + 1;
    taken.set(targets[index], count);
    return count <= perLabel;
  });
  return { train: kept.sort(), heldOut };
}

/**
 * Hold out all letters of one writer.
 * @param {string[]} writers - of each letter
 * @param {string} writer
 * @returns {Fold}
 */
export const holdOutWriter = (writers, writer) => divide(writers, (each) => each === writer);

/**
 * The folds of a cross-validation: each label is spread evenly over them, with identical pictures in one.
 * @param {Letters} letters
 * @param {number} count
 * @param {Generator} generator
 * @returns {Fold[]}
 */
export function makeFolds(letters, count, generator) {
  const originals = firstCopies(letters);
  const foldOf = new Int32Array(originals.length);
  const order = generator.shuffle(Int32Array.from(originals, (_, index) => index));
  order.sort((one, other) => letters.targets[one] - letters.targets[other]); // stable
  order.forEach((index, place) => { foldOf[index] = place % count; });
  return Array.from({ length: count }, (_, fold) => divide(originals, (original) => foldOf[original] === fold));
}

/**
 * @template Value
 * @param {ArrayLike<Value>} values - one for each letter
 * @param {(value: Value) => boolean} isHeldOut
 * @returns {Fold}
 */
function divide(values, isHeldOut) {
  /** @type {number[][]} */
  const [train, heldOut] = [[], []];
  Array.from(values).forEach((value, index) => (isHeldOut(value) ? heldOut : train).push(index));
  return { train: Int32Array.from(train), heldOut: Int32Array.from(heldOut) };
}

/** @param {Letters} letters */
function byTarget({ targets }) {
  /** @type {Map<number, number[]>} */
  const found = new Map();
  Array.from(targets).forEach((target, index) => {
    if (!found.has(target)) found.set(target, []);
    found.get(target)?.push(index);
  });
  return found;
}

/**
 * For each letter the index of the first that has the same target and is the same, pixel for pixel; a blank one is no copy.
 * @param {Letters} letters
 */
function firstCopies({ pictures, targets }) {
  const size = pictures.length / Math.max(1, targets.length);
  /** @type {Map<string, number>} */
  const known = new Map();
  return Int32Array.from({ length: targets.length }, (_, index) => {
    const picture = pictures.subarray(index * size, (index + 1) * size);
    const key = picture.some(Boolean) ? `${targets[index]} ${picture.join()}` : `blank ${index}`;
    if (!known.has(key)) known.set(key, index);
    return known.get(key) ?? index;
  });
}
