// Lines of charts as SVG paths.

/** A share within a chart. @param {number} share */
export const fit = (share) => Math.min(1, Math.max(0, share));

/**
 * An SVG path through points from left to right, no more of them than `most`, the last one among them.
 * @param {[left: number, top: number][]} points
 * @param {number} most
 */
export function thin(points, most) {
  const step = Math.max(1, Math.ceil(points.length / most));
  const some = points.filter((_, index) => (points.length - 1 - index) % step === 0);
  return some.map(([left, top], index) => `${index ? "L" : "M"}${left.toFixed(1)} ${top.toFixed(1)}`).join("");
}
