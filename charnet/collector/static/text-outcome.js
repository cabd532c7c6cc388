// What is said of a picture of several letters whose lines were read.

import { t, tn } from "../../web/words.js";
import { capitalized } from "./picture-outcome.js";

/** @import { Outcome } from "./picture-outcome.js" */

/** @typedef {{text: string, confidence: number, sure: boolean}} TextWord */

/**
 * POST /api/read/text
 * @typedef {{text: string, lines: {text: string, words: TextWord[]}[], notes: string[], network: string}} TextResponse
 */

const MOST = 60; // characters that the status line quotes
const SHORT = 16; // characters that the bar at the top does

/**
 * @param {object} response
 * @returns {response is TextResponse}
 */
export const isText = (response) => "lines" in response;

/**
 * @param {Pick<TextResponse, "lines">} found
 * @returns {Outcome}
 */
export function textOutcome({ lines }) {
  const words = lines.flatMap((line) => line.words);
  const marked = words.map(({ text, sure }) => (sure ? text : `${text}?`)).join(" ");
  if (lines.length === 1 && marked.length <= MOST) return { text: t("It reads: {text}", { text: marked }), unreadable: true };
  const doubtful = words.filter(({ sure }) => !sure).length;
  const text = [tn(lines.length, "{n} line read.", "{n} lines read."), tn(words.length, "{n} word.", "{n} words."),
    doubtful ? tn(doubtful, "{n} is doubtful.", "{n} are doubtful.") : ""].filter(Boolean).join(" ");
  return { text, unreadable: true };
}

/**
 * What was read, in a few words.
 * @param {Pick<TextResponse, "lines" | "text">} found
 */
export const inShort = ({ lines, text }) => (text.length <= SHORT && lines.length === 1 ? text : tn(lines.length, "{n} line", "{n} lines"));

/**
 * @param {string} reason - why the lines can't be read
 * @returns {Outcome}
 */
export const unreadText = (reason) => ({ text: t("There are several letters in this picture. {reason}.", { reason: capitalized(reason) }), unreadable: true });
