// The way from one box to another, for an animation that only moves and scales, which browsers do without a new layout.

/** @typedef {{left: number, top: number, width: number, height: number}} Box */

/**
 * An element as large as `from` shrinks until it is as high as `to`, and ends in its middle.
 * @param {Box} from
 * @param {Box} to
 */
export function keyframes(from, to) {
  const scale = to.height / from.height;
  const x = to.left + to.width / 2 - (from.left + from.width / 2);
  const y = to.top + to.height / 2 - (from.top + from.height / 2);
  return [
    { transform: "translate(0px, 0px) scale(1)", opacity: 1 },
    { transform: `translate(${x}px, ${y}px) scale(${scale})`, opacity: 0.6 },
  ];
}
