// What the server did with a drawing: it may have saved it, read it, or both.

/** @import { ReadResponse, SaveResponse } from "./responses.js" */

/**
 * @param {SaveResponse} response
 * @returns {response is SaveResponse & {label: string, name: string, path: string}}
 */
export const isSaved = (response) => response.path !== undefined;

/**
 * @param {SaveResponse} response
 * @returns {response is SaveResponse & ReadResponse}
 */
export const isRead = (response) => response.ranking !== undefined;
