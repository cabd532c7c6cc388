// Whether a drawing may be saved automatically: only where the network reads it as its label, and has all strokes.

import { t } from "../../web/words.js";

/** @import { Stroke } from "../../web/ink.js" */
/** @import { Ranking } from "../../web/network.js" */

const SEVERAL_STROKES = /[ij]|\p{M}/u; // a dot, or an accent, is a stroke of its own

/**
 * What to ask before the drawing is saved; "" where nothing needs to be asked.
 * @param {string} label
 * @param {Ranking} ranking
 * @param {Stroke[]} strokes
 */
export function confirmation(label, ranking, strokes) {
  if (!ranking.length) return t("There is no network to check it: press Enter to keep it.");
  const [[best]] = ranking;
  if (best !== label) return t("I expected {label}, this looks like {best}. Keep it?", { label, best });
  const incomplete = strokes.length < 2 && SEVERAL_STROKES.test(label.normalize("NFD"));
  return incomplete ? t("Does the {label} have all its strokes? Keep it?", { label }) : "";
}
