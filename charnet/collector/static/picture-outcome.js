// What is said of a picture that was read.

import { percent } from "../../web/format.js";
import { translated } from "../../web/server-words.js";
import { t } from "../../web/words.js";

/** @import { ReadResponse } from "./responses.js" */

const SEVERAL = "more than one shape"; // MORE_THAN_ONE in charnet/pictures/letter.py
const ONE_AT_A_TIME = t("There are several letters in this picture, and the network reads one at a time: cut one out, or draw it.");

/**
 * @param {Pick<ReadResponse, "ranking" | "doubt" | "note">} response
 * @returns {{text: string, unreadable: boolean}} `unreadable` where the ranking means nothing
 */
export function pictureOutcome({ ranking, doubt, note = "" }) {
  if (!ranking.length) return { text: note && `${capitalized(note)}.`, unreadable: false };
  if (note.includes(SEVERAL) && doubt) return { text: ONE_AT_A_TIME, unreadable: true };
  const [[label, likelihood]] = ranking;
  const read = t("The network reads {label} ({percent}).", { label, percent: percent(likelihood) });
  return { text: [read, doubt && t("Not sure: {doubt}.", { doubt: translated(doubt) }), note && `${capitalized(note)}.`].filter(Boolean).join(" "), unreadable: false };
}

const capitalized = (/** @type {string} */ text) => text.charAt(0).toUpperCase() + text.slice(1);
