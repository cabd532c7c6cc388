// How the page's requests are sent: to the server, or in a page without one to what answers in its place.

/** @typedef {(path: string, options?: RequestInit) => Promise<Response>} Send */

/** @type {{send: Send, pictureOf: (address: string) => string}} */
const transport = { send: (path, options) => fetch(path, options), pictureOf: (address) => address };

/** @type {Send} */
export const send = (path, options) => transport.send(path, options);

/**
 * Where an image finds the picture at an address of the API.
 * @param {string} address
 */
export const pictureOf = (address) => transport.pictureOf(address);

/** @param {typeof transport} other - answers from now on */
export const answerBy = (other) => { Object.assign(transport, other); };
