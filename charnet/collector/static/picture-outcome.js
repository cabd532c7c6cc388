// What is said of a picture that was read.

import { percent } from "../../web/format.js";
import { translated } from "../../web/server-words.js";
import { t } from "../../web/words.js";

/** @import { ReadResponse } from "./responses.js" */

/** @typedef {{text: string, unreadable: boolean}} Outcome - `unreadable` where the ranking means nothing */

/**
 * @param {Pick<ReadResponse, "ranking" | "doubt" | "note">} response
 * @returns {Outcome}
 */
export function pictureOutcome({ ranking, doubt, note = "" }) {
  if (!ranking.length) return { text: note && `${capitalized(translated(note))}.`, unreadable: false };
  const [[label, likelihood]] = ranking;
  const read = t("The network reads {label} ({percent}).", { label, percent: percent(likelihood) });
  return { text: [read, doubt && t("Not sure: {doubt}.", { doubt: translated(doubt) }), note && `${capitalized(translated(note))}.`].filter(Boolean).join(" "), unreadable: false };
}

export const capitalized = (/** @type {string} */ text) => text.charAt(0).toUpperCase() + text.slice(1);
