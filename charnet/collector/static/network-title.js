// What a network is called on the page. Paths and the stamps of runs are for the terminal.

const SHIPPED = /^[a-z][a-z-]*$/i;

/**
 * "letters, 20 hidden units" for a shipped one, "your network, 20 hidden units" for one that was trained.
 * @param {{name: string, kind: string}} network
 */
export function networkTitle({ name, kind }) {
  const [, hidden] = /^\d+-(\d+)-\d+/.exec(kind) ?? [];
  return `${SHIPPED.test(name) ? name : "your network"}, ${hidden ? `${hidden} hidden units` : kind === "cnn" ? "convolutional" : kind}`;
}
