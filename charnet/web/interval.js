// How sure a measured share is.

const Z = 1.959964; // of 95 %

/**
 * Wilson's 95 % interval (1927) of a share, as in charnet/measure/metrics.py.
 * @param {number} right
 * @param {number} total
 */
export function wilson(right, total) {
  const share = right / total;
  const middle = share + Z * Z / (2 * total);
  const half = Z * Math.sqrt(share * (1 - share) / total + Z * Z / (4 * total * total));
  const scale = 1 + Z * Z / total;
  return { low: Math.max(0, (middle - half) / scale), high: Math.min(1, (middle + half) / scale) }; // a rounding error beyond
}
