// What a network is called on the page. Paths and the stamps of runs are for the terminal.

import { t, tn } from "../../web/words.js";

const SHIPPED = /^[a-z][a-z-]*$/i;

/** "Network 3" for one that was trained here, "letters" for a shipped one. @param {{name: string, number: number | null}} network */
export function networkName({ name, number }) {
  if (number) return t("Network {number}", { number: String(number) });
  return SHIPPED.test(name) ? name : t("your network");
}

/** "Network 3, 20 hidden units". @param {{name: string, number: number | null, kind: string}} network */
export function networkTitle({ name, number, kind }) {
  const [, hidden] = /^\d+-(\d+)-\d+/.exec(kind) ?? [];
  const title = networkName({ name, number });
  if (hidden) return tn(Number(hidden), "{name}, {n} hidden unit", "{name}, {n} hidden units", { name: title });
  return kind === "cnn" ? t("{name}, convolutional", { name: title }) : `${title}, ${kind}`;
}
