// What the game says of itself.

import { t } from "../../web/words.js";

/** @import { BestGame } from "./responses.js" */

/** 75 seconds as "1:15". @param {number} seconds */
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/** @param {BestGame} best */
export const describeBest = ({ score, seconds, writer }) => (writer
  ? t("{score} of 10 in {time}, by {writer}", { score, time: clock(seconds), writer }) : t("{score} of 10 in {time}", { score, time: clock(seconds) }));

/**
 * At the end of a game.
 * @param {{score: number, seconds: number}} game
 * @param {BestGame | null} best - of all, this one among them; null where it is not known
 */
export function verdict({ score, seconds }, best) {
  const own = t("{score} of 10 in {time}.", { score, time: clock(seconds) });
  if (!best?.score) return own;
  return best.score === score && best.seconds === seconds 
    ? `${own} ${t("The best so far!")}` : `${own} ${t("The best so far: {game}.", { game: describeBest(best) })}`;
}
