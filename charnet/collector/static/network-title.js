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
  if (hidden) return tn(Number(hidden), "{name}, {n} hidden unit", "{name}, {n} hidden units", { name: title });
  return kind === "cnn" ? t("{name}, convolutional", { name: title }) : `${title}, ${kind}`;
}
