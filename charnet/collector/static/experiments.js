// What one can try out in Train: the settings of a training, experiments that have a name, and the request for each.

import { t, tn } from "../../web/words.js";

/** @import { TrainingRequest } from "./responses.js" */

/**
 * @typedef {object} Settings
 * @property {boolean} current - starts from the network in use, not from scratch
 * @property {number} hidden - units, from scratch
 * @property {number} perLabel - drawings of each letter that train; 0 = all
 * @property {number} epochs
 * @property {boolean} distort
 * @property {boolean} byWriter - holds out all drawings of a writer, not a fifth of each letter's
 * @property {string} writer - the one; "" is any
 */

/** @typedef {{counts: Record<string, number>, writers: Record<string, number>}} Drawings - as in /api/state */

/** @typedef {{title: string, settings: Settings, hint: string, needs?: (drawings: Drawings) => string}} Experiment */

/** @type {Settings} */
export const USUAL = { current: false, hidden: 20, perLabel: 0, epochs: 1000, distort: true, byWriter: false, writer: "" };
export const EPOCHS = [10, 30, 100, 300, 500, 1000, 2000, 3000, 5000, 10000];
const SIZES = [5, 10, 20, 40, 80, 160, 320, 640]; // drawings a letter
const TRAINS = 0.8; // of the drawings; the rest is held out

const sum = (/** @type {number[]} */ numbers) => numbers.reduce((total, n) => total + n, 0);

/** Of how many writers there are drawings; those without a name count as one writer's. @param {Drawings} drawings */
function writersIn({ counts, writers }) {
  const named = Object.values(writers);
  return named.filter(Boolean).length + (sum(Object.values(counts)) > sum(named) ? 1 : 0);
}

/** The most drawings of a letter that a training can learn from. @param {Drawings} drawings */
const most = ({ counts }) => Math.floor(TRAINS * Math.max(0, ...Object.values(counts)));

/** How many drawings a letter one can choose, the last being all: 0. @param {Drawings} drawings */
export const sizeChoices = (drawings) => [...SIZES.filter((size) => size < most(drawings)), 0];

const ANY = "writer";
const ONE = "writer:"; // values in the list

/** What can be held out. @param {Drawings["writers"]} writers @returns {[value: string, text: string][]} */
export const holdOutChoices = (writers) => [["", t("a fifth")], [ANY, t("a writer")],
  ...Object.keys(writers).filter((name) => writers[name]).sort().map((name) => /** @type {[string, string]} */ ([ONE + name, name]))];

/** The value of the settings in that list. @param {Settings} settings */
export const holdOutValue = ({ byWriter, writer }) => (writer ? ONE + writer : byWriter ? ANY : "");

/** The settings of a value. @param {string} value */
export const holdOutSettings = (value) => ({ byWriter: value !== "", writer: value.startsWith(ONE) ? value.slice(ONE.length) : "" });

/** @type {Record<string, Experiment>} by the value in the list */
export const EXPERIMENTS = {
  few: {
    title: t("Too few drawings"),
    settings: { ...USUAL, perLabel: 5, distort: false },
    hint: t("It learns five drawings of each letter by heart. The line of those it learns from climbs to the top; the line of those it never saw stays below, and its loss rises again."),
    needs: (drawings) => (most(drawings) > 5 ? "" : t("No letter has more than five drawings to learn from yet, so they are too few already: draw more, then compare.")),
  },
  two: {
    title: t("Two hidden units"),
    settings: { ...USUAL, hidden: 2 },
    hint: t("Whatever it knows of a drawing has to pass through two numbers. Both lines stay low: it can't even learn what it sees."),
  },
  hand: {
    title: t("Another's hand"),
    settings: { ...USUAL, byWriter: true },
    hint: t("All drawings of a writer are held out, so it never saw that hand. The gap between both lines is what more hands would bring."),
    needs: (drawings) => (writersIn(drawings) > 1 ? "" : t("All drawings are by one hand: let someone else draw under a name of their own first.")),
  },
};

/** The experiment with these settings; "" for none. @param {Settings} settings */
export const experimentOf = (settings) =>
  Object.keys(EXPERIMENTS).find((key) => same(EXPERIMENTS[key].settings, { ...settings, writer: "" })) ?? "";

/** The settings in a few words. @param {Settings} settings */
export const summaryOf = ({ current, hidden, perLabel, epochs, distort, byWriter, writer }) => [
  current ? t("from the network in use") : tn(hidden, "{n} hidden unit", "{n} hidden units"),
  ...(perLabel ? [tn(perLabel, "{n} drawing a letter", "{n} drawings a letter")] : []),
  tn(epochs, "{n} epoch", "{n} epochs"), ...(distort ? [] : [t("undistorted")]),
  ...(byWriter ? [writer ? t("{writer} held out", { writer }) : t("a writer held out")] : []),
].join(", ");

/** @type {(one: Settings, other: Settings) => boolean} */
const same = (one, other) => JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());

/** @param {Settings} settings @returns {TrainingRequest} */
export const toRequest = ({ current, hidden, perLabel, epochs, distort, byWriter, writer }) => ({
  epochs, ...(current ? { init: "current" } : { hidden }), ...(perLabel && { per_label: perLabel }), ...(!distort && { distort }),
  ...(byWriter && { by_writer: byWriter }), ...(writer && { writer }),
});
