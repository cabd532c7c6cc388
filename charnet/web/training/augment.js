// Distortions of a picture, as in charnet/training/augment.py, which gives the reasons: affine maps, smooth bends, thickness.
// Where each pixel comes from is a random mixture of fixed fields: x, y, one, and a grid of bumps, each the product of a
// bump across and one down.

/**
 * Standard deviations; 0 = off. charnet/training/config.py explains each.
 * @typedef {object} AugmentConfig
 * @property {number} scale
 * @property {number} rotation
 * @property {number} shear
 * @property {number} shift
 * @property {number} bend
 * @property {number} thickness
 * @property {number} anneal - share of the distortions that is gone at the end of training
 */

/** @type {AugmentConfig} */
export const DISTORTED = { scale: 0.15, rotation: 0.03, shear: 0.15, shift: 0.06, bend: 0.075, thickness: 0.1, anneal: 0.5 };
/** @type {AugmentConfig} */
export const AS_THEY_ARE = { scale: 0, rotation: 0, shear: 0, shift: 0, bend: 0, thickness: 0, anneal: 0 };

const [DOWN, ACROSS] = [4, 3]; // rows and columns of the bumps that bend a picture
export const STEP = 1 / 255; // of the 255 from paper to ink
const FIELDS = 3 + DOWN * ACROSS;
export const NORMALS = 2 * FIELDS + 2; // random numbers that a distortion takes

export class Distortion {
  /**
   * @param {{width: number, height: number}} spec
   * @param {AugmentConfig} config
   */
  constructor({ width, height }, config) {
    this.rows = height;
    this.columns = width;
    this.config = config;
    this.x = places(width); // from -1 to 1
    this.y = places(height);
    this.bumpsAcross = bumps(this.x, ACROSS); // (columns, ACROSS)
    this.bumpsDown = bumps(this.y, DOWN); // (rows, DOWN)
    const { scale, rotation, shear, shift, bend } = config;
    const bends = new Array(DOWN * ACROSS).fill(bend);
    const [across, down] = [[scale, shear, shift, ...bends], [shear, scale, shift, ...bends]];
    // In pixels, of the x that a pixel comes from, then of the y.
    this.spread = Float64Array.of(...across.map((each) => each * width / 2), ...down.map((each) => each * height / 2));
    this.warps = Boolean(scale || rotation || shear || shift || bend);
    this.weights = new Float64Array(2 * FIELDS);
    this.bent = new Float64Array(2 * ACROSS); // what the bumps of a row add to x, then to y
    this.wide = width + 2;
    this.padded = new Float64Array(this.wide * (height + 2)); // a pixel of paper on each side
    this.warped = new Float64Array(this.padded.length);
  }

  /**
   * Distort a picture in its own way, by the settings times `strength`.
   * @param {ArrayLike<number>} pictures - one after another, 0 paper to 255 ink
   * @param {number} start - where the picture begins
   * @param {Float64Array} into
   * @param {number} end - where it goes, 0 paper to 1 ink
   * @param {number} strength
   * @param {Float64Array} normals - from a normal distribution
   */
  apply(pictures, start, into, end, strength, normals) {
    const { rows, columns, wide, padded } = this;
    for (let y = 0, from = start; y < rows; y += 1) {
      for (let x = 0, at = (y + 1) * wide + 1; x < columns; x += 1, at += 1, from += 1) padded[at] = STEP * pictures[from];
    }
    if (this.warps) this.#warp(strength, normals);
    const step = strength * this.config.thickness * normals[NORMALS - 1];
    this.#thicken(this.warps ? this.warped : padded, Math.max(-1, Math.min(1, step)), into, end);
  }

  /**
   * Take each pixel from another place of its picture, interpolated bilinearly.
   * @param {number} strength
   * @param {Float64Array} normals
   */
  #warp(strength, normals) {
    const { rows, columns, wide, padded, warped, weights, spread, bent, bumpsDown, bumpsAcross } = this;
    for (let i = 0; i < 2 * FIELDS; i += 1) weights[i] = strength * spread[i] * normals[i];
    const angle = strength * this.config.rotation * normals[2 * FIELDS];
    weights[1] += angle * rows / 2;
    weights[FIELDS] -= angle * columns / 2;
    for (let row = 0; row < rows; row += 1) {
      for (let a = 0; a < ACROSS; a += 1) {
        bent[a] = bent[ACROSS + a] = 0;
        for (let d = 0, w = 3 + a; d < DOWN; d += 1, w += ACROSS) {
          bent[a] += bumpsDown[row * DOWN + d] * weights[w];
          bent[ACROSS + a] += bumpsDown[row * DOWN + d] * weights[FIELDS + w];
        }
      }
      const firstX = 1 + weights[1] * this.y[row] + weights[2]; // in the padded picture
      const firstY = row + 1 + weights[FIELDS + 1] * this.y[row] + weights[FIELDS + 2];
      for (let column = 0; column < columns; column += 1) {
        let fromX = firstX + column + weights[0] * this.x[column];
        let fromY = firstY + weights[FIELDS] * this.x[column];
        for (let a = 0; a < ACROSS; a += 1) {
          fromX += bumpsAcross[column * ACROSS + a] * bent[a];
          fromY += bumpsAcross[column * ACROSS + a] * bent[ACROSS + a];
        }
        let value = 0;
        if (fromX > 0 && fromY > 0 && fromX < columns + 1 && fromY < rows + 1) {
          const left = fromX | 0; // whole pixels
          const top = fromY | 0;
          const right = fromX - left;
          const at = top * wide + left;
          const above = padded[at] + right * (padded[at + 1] - padded[at]);
          const below = padded[at + wide] + right * (padded[at + wide + 1] - padded[at + wide]);
          value = above + (fromY - top) * (below - above);
        }
        warped[(row + 1) * wide + column + 1] = value;
      }
    }
  }

  /**
   * Towards the darkest of a pixel and its four neighbours (thicker, step > 0) or the lightest (thinner).
   * @param {Float64Array} padded
   * @param {number} step
   * @param {Float64Array} into
   * @param {number} end
   */
  #thicken(padded, step, into, end) {
    const { rows, columns, wide } = this;
    const sign = step < 0 ? -1 : 1; // the lightest of some numbers is the darkest of their negatives
    for (let y = 0, to = end; y < rows; y += 1) {
      for (let x = 0, at = (y + 1) * wide + 1; x < columns; x += 1, at += 1, to += 1) {
        const value = padded[at];
        const beside = Math.max(sign * padded[at - 1], sign * padded[at + 1]);
        const most = Math.max(sign * value, beside, Math.max(sign * padded[at - wide], sign * padded[at + wide]));
        into[to] = value + step * (most - sign * value);
      }
    }
  }
}

/**
 * The middles of so many pixels, from -1 to 1.
 * @param {number} count
 */
const places = (count) => Float64Array.from({ length: count }, (_, i) => (2 * i + 1) / count - 1);

/**
 * How much of each of so many bumps, evenly from -1 to 1, is at each place: (places, count).
 * @param {Float64Array} at
 * @param {number} count
 */
function bumps(at, count) {
  const found = new Float64Array(at.length * count);
  at.forEach((place, i) => {
    for (let b = 0; b < count; b += 1) found[i * count + b] = Math.exp(-2 * (place - (2 * b / (count - 1) - 1)) ** 2);
  });
  return found;
}
