// A request that is refused, as the server refuses it: a sentence, and a status of HTTP.

export class Refusal extends Error {
  /**
   * @param {string} message
   * @param {number} [status]
   * @param {object} [more] - of the response
   */
  constructor(message, status = 422, more = {}) {
    super(message);
    this.status = status;
    this.more = more;
  }
}
