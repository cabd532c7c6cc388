// When an answer is sure, as in charnet/measure/sure.py, which gives the reasons: the least confidence from which on answers
// to letters that the network was not trained on are right often enough.

const GOAL = 0.95;
const Z_ONE_SIDED = 1.644854; // of the lower bound of a one-sided 95 % interval

/**
 * The confidence in the first answer, from 0 to 1: its likelihood times its share of the sum of all.
 * @param {ArrayLike<number>} likelihoods
 */
export function confidence(likelihoods) {
  let [best, sum] = [0, 0];
  for (let i = 0; i < likelihoods.length; i += 1) {
    best = Math.max(best, likelihoods[i]);
    sum += likelihoods[i];
  }
  return best * best / Math.max(sum, Number.MIN_VALUE);
}

/**
 * The lower bound of Wilson's interval (1927).
 * @param {number} share
 * @param {number} count
 * @param {number} z
 */
export function wilsonLow(share, count, z) {
  const spread = z * Math.sqrt((share * (1 - share) + z * z / (4 * count)) / count);
  return (share + z * z / (2 * count) - spread) / (1 + z * z / count);
}

/**
 * The least confidence for which the fraction GOAL of the answers with at least that much is right; 1, which no answer
 * reaches, where there is none. The letters of one writer count as fewer independent ones, by how much writers' accuracies
 * differ (design effect: Kish 1965).
 * @param {{confidence: number, right: boolean, writer: string}[]} answers
 */
export function threshold(answers) {
  const sorted = [...answers].sort((one, other) => other.confidence - one.confidence);
  const several = new Set(answers.map(({ writer }) => writer)).size > 1;
  /** @type {Map<string, {answers: number, right: number}>} */
  const writers = new Map();
  let [right, right2, both, answers2, found] = [0, 0, 0, 0, 1]; // sums over the writers of right ** 2, right * answers, ...
  sorted.forEach(({ confidence: now, right: good, writer }, index) => {
    const before = writers.get(writer) ?? { answers: 0, right: 0 };
    const one = Number(good);
    right += one;
    right2 += one * (2 * before.right + 1);
    both += before.right + one * (before.answers + 1);
    answers2 += 2 * before.answers + 1;
    writers.set(writer, { answers: before.answers + 1, right: before.right + one });
    const count = index + 1;
    const share = right / count;
    const between = right2 - 2 * share * both + share * share * answers2;
    const effect = several && share < 1 ? Math.max(1, between / Math.max(count * share * (1 - share), Number.MIN_VALUE)) : 1;
    const last = sorted[index + 1]?.confidence !== now; // answers of equal confidence are all sure or all unsure
    if (last && wilsonLow(share, count / effect, Z_ONE_SIDED) >= GOAL) found = now;
  });
  return found;
}
