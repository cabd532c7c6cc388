// Numbers as people read them.

import { language, number } from "./words.js";

const ownStyle = language === "en" || language === "pseudo"; // "92 %", as in the project's documents
/** @type {Map<number, Intl.NumberFormat>} by digits after the decimal point */
const formats = new Map();

/**
 * 0.923 as "92 %", or with one digit "92.3 %".
 * @param {number} fraction
 * @param {number} [digits] - after the decimal point
 */
export function percent(fraction, digits = 0) {
  if (ownStyle) return `${(100 * fraction).toFixed(digits)} %`;
  const known = formats.get(digits);
  const format = known ?? new Intl.NumberFormat(language, { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits });
  if (!known) formats.set(digits, format);
  return format.format(fraction);
}

/**
 * 25 hundredths as "+0.25".
 * @param {number} hundredths
 */
export const formatSigned = (hundredths) => `${hundredths < 0 ? "−" : "+"}${number(Math.abs(hundredths) / 100, 2, false)}`;
