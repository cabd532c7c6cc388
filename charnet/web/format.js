// Numbers as people read them.

/**
 * 0.923 as "92 %", or with one digit "92.3 %".
 * @param {number} fraction
 * @param {number} [digits] - after the decimal point
 */
export const percent = (fraction, digits = 0) => `${(100 * fraction).toFixed(digits)} %`;

/**
 * "1 drawing", "2 drawings".
 * @param {number} count
 * @param {string} noun
 */
export const plural = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

/**
 * 25 hundredths as "+0.25".
 * @param {number} hundredths
 */
export const formatSigned = (hundredths) => `${hundredths < 0 ? "−" : "+"}${(Math.abs(hundredths) / 100).toFixed(2)}`;
