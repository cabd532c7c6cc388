// What each of the three steps says of itself, in a few words.

import { percent } from "../../web/format.js";
import { t, tn } from "../../web/words.js";
import { networkTitle } from "./network-title.js";

/** @import { Ranking } from "../../web/network.js" */
/** @import { State, TrainingStatus } from "./responses.js" */

/** @param {Pick<State, "counts">} state */
export const drawState = ({ counts }) => tn(Object.values(counts).reduce((sum, n) => sum + n, 0), "{n} drawing", "{n} drawings");

/**
 * @param {{network: State["network"], training: Pick<TrainingStatus, "state" | "epoch" | "epochs" | "went_back"> | null, ago: number | null}} what
 *   - `ago` is how many seconds have passed since the last training ended; null where none is known
 */
export function trainState({ network, training, ago }) {
  if (training?.state === "running") {
    return training.epoch && training.epochs ? t("{percent} done", { percent: percent(training.epoch / training.epochs) }) : t("getting ready");
  }
  if (!network) return t("no network yet");
  const accuracy = network.accuracy === null ? networkTitle(network) : percent(network.accuracy);
  return ago === null || training?.went_back ? accuracy : `${accuracy}, ${since(ago)}`;
}

/** @param {{ranking: Ranking, doubt: string, word: string} | null} reading - null without a drawing */
export function lookState(reading) {
  if (!reading) return t("nothing drawn yet");
  if (reading.word) return t("reads {label}", { label: reading.word });
  if (!reading.ranking.length) return t("no network yet");
  const [[label, likelihood]] = reading.ranking;
  return reading.doubt ? t("not sure: {label}?", { label }) : t("reads {label}, {percent}", { label, percent: percent(likelihood) });
}

/** @param {number} seconds */
function since(seconds) {
  if (seconds < 5) return t("just now");
  if (seconds < 60) return t("{count} s ago", { count: 5 * Math.floor(seconds / 5) });
  return seconds < 3600 ? t("{count} min ago", { count: Math.floor(seconds / 60) }) : t("{count} h ago", { count: Math.floor(seconds / 3600) });
}
