// What a network is called on the page. Paths and the stamps of runs are for the terminal.

import { t, tn } from "../../web/words.js";

const SHIPPED = /^[a-z][a-z-]*$/i;

/**
 * "letters, 20 hidden units" for a shipped one, "your network, 20 hidden units" for one that was trained.
 * @param {{name: string, kind: string}} network
 */
export function networkTitle({ name, kind }) {
  const [, hidden] = /^\d+-(\d+)-\d+/.exec(kind) ?? [];
  const title = SHIPPED.test(name) ? name : t("your network");
  return `${title}, ${hidden ? tn(Number(hidden), "{n} hidden unit", "{n} hidden units") : kind === "cnn" ? t("convolutional") : kind}`;
}
