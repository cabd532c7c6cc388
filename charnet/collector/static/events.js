// Events of the page, for modules that do not know each other.

/** @import { Stroke } from "../../web/ink.js" */
/** @import { Perceptron } from "../../web/perceptron.js" */
/** @import { GameView } from "./game.js" */
/** @import { LocalPrediction } from "./local-network.js" */
/** @import { Ranking } from "../../web/network.js" */
/** @import { TextResponse } from "./text-outcome.js" */
/** @import { Network, ReadResponse, SampleId, State, TrainingStatus } from "./responses.js" */

/** @typedef {Network & {net: Perceptron | null}} NetworkInUse - `net` where the page itself can compute it */

/**
 * What each event carries.
 * @typedef {object} Events
 * @property {State} state - the response of /api/state, whenever it arrives
 * @property {Stroke[]} ink - the drawing in the square, whenever it changes
 * @property {ReadResponse | null} reading - the response of /api/read; null once the drawing is gone
 * @property {NetworkInUse | null} network - whenever another network reads; null without one
 * @property {LocalPrediction | null} activations - what the network in the page computes, with every frame; null without a
 *   drawing
 * @property {TextResponse | null} text - the lines read in a picture; null once it is gone
 * @property {{ranking: Ranking, doubt: string, word: string} | null} prediction - whenever the drawing is read; null once it is gone
 * @property {TrainingStatus} training - the response of /api/train, whenever it arrives
 * @property {number | null} sure - the least confidence of a sure answer, whenever one moves it; null for the network's own
 * @property {GameView | null} game - whenever it changes; null while none is played
 * @property {SampleId | null} recent - what this page saved last, whenever that changes
 * @property {string} writer - whenever the writer's name changes
 */

/** @type {{[Name in keyof Events]?: ((value: Events[Name]) => void)[]}} */
const listeners = {};
/** @type {Partial<Events>} */
const latest = {};

/**
 * Calls the listener with every value from now on, and at once with the latest one if there is any.
 * @template {keyof Events} Name
 * @param {Name} name
 * @param {(value: Events[Name]) => void} listener
 */
export function on(name, listener) {
  Object.assign(listeners, { [name]: [...(listeners[name] ?? []), listener] });
  const value = latest[name];
  if (value !== undefined) listener(value);
}

/**
 * @template {keyof Events} Name
 * @param {Name} name
 * @param {Events[Name]} value
 */
export function emit(name, value) {
  latest[name] = value;
  for (const listener of listeners[name] ?? []) listener(value);
}
