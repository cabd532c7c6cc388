// Requests about trainings. They reject as those in api.js do.

import { send } from "./api.js";

/** @import * as responses from "./responses.js" */

/** @type {(settings: responses.TrainingRequest) => Promise<responses.TrainingStatus>} */
export const train = (settings) => send("POST", "/api/train", settings);

/** @returns {Promise<responses.TrainingStatus>} */
export const trainingStatus = () => send("GET", "/api/train");

/** @returns {Promise<responses.TrainingStatus>} */
export const stopTraining = () => send("DELETE", "/api/train");

/** @returns {Promise<responses.TrainingStatus>} */
export const warmUp = () => send("POST", "/api/train/warm", {});

/** @returns {Promise<responses.TrainingStatus>} */
export const coolDown = () => send("DELETE", "/api/train/warm");

/**
 * The network before the last training reads again or, without `back`, the one trained.
 * @type {(back: boolean) => Promise<responses.TrainingStatus>}
 */
export const switchNetwork = (back) => send("POST", "/api/train/former", { back });

/** @type {(settings: responses.TrainingRequest) => Promise<responses.SizesStatus>} */
export const compareSizes = (settings) => send("POST", "/api/train/sizes", settings);

/** @returns {Promise<responses.SizesStatus>} */
export const sizes = () => send("GET", "/api/train/sizes");

/** @returns {Promise<responses.SizesStatus>} */
export const stopComparing = () => send("DELETE", "/api/train/sizes");

/** @type {(after: number) => Promise<responses.Snapshots>} */
export const snapshots = (after) => send("GET", `/api/train/snapshots?after=${after}`);
