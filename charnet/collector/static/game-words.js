// What the game says of itself.

/** @import { BestGame } from "./responses.js" */

/** 75 seconds as "1:15". @param {number} seconds */
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/** @param {BestGame} best */
export const describeBest = ({ score, seconds, writer }) => `${score} of 10 in ${clock(seconds)}${writer ? `, by ${writer}` : ""}`;

/**
 * At the end of a game.
 * @param {{score: number, seconds: number}} game
 * @param {BestGame | null} best - of all, this one among them; null where it is not known
 */
export function verdict({ score, seconds }, best) {
  const own = `${score} of 10 in ${clock(seconds)}.`;
  if (!best?.score) return own;
  return best.score === score && best.seconds === seconds ? `${own} The best so far!` : `${own} The best so far: ${describeBest(best)}.`;
}
