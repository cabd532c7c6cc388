// What each of the three steps says of itself, in a few words.

import { percent, plural } from "../../web/format.js";
import { networkTitle } from "./network-title.js";

/** @import { Ranking } from "../../web/network.js" */
/** @import { State, TrainingStatus } from "./responses.js" */

/** @param {Pick<State, "counts">} state */
export const drawState = ({ counts }) => plural(Object.values(counts).reduce((sum, n) => sum + n, 0), "drawing");

/**
 * @param {{network: State["network"], training: Pick<TrainingStatus, "state" | "epoch" | "epochs" | "went_back"> | null, ago: number | null}} what
 *   - `ago` is how many seconds have passed since the last training ended; null where none is known
 */
export function trainState({ network, training, ago }) {
  if (training?.state === "running") {
    return training.epoch && training.epochs ? `${percent(training.epoch / training.epochs)} done` : "getting ready";
  }
  if (!network) return "no network yet";
  const accuracy = network.accuracy === null ? networkTitle(network) : percent(network.accuracy);
  return ago === null || training?.went_back ? accuracy : `${accuracy}, ${since(ago)}`;
}

/** @param {{ranking: Ranking, doubt: string, word: string} | null} reading - null without a drawing */
export function lookState(reading) {
  if (!reading) return "nothing drawn yet";
  if (reading.word) return `reads ${reading.word}`;
  if (!reading.ranking.length) return "no network yet";
  const [[label, likelihood]] = reading.ranking;
  return reading.doubt ? `not sure: ${label}?` : `reads ${label}, ${percent(likelihood)}`;
}

/** @param {number} seconds */
function since(seconds) {
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${5 * Math.floor(seconds / 5)} s ago`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min ago` : `${Math.floor(seconds / 3600)} h ago`;
}
