// The name under which this browser's drawings are saved.

import { emit } from "./events.js";
import { memory } from "./memory.js";

const STORAGE_KEY = "charnet.writer";
const NAME = /^[A-Za-z0-9]{0,40}$/;

export const isName = (/** @type {string} */ text) => NAME.test(text);

/** "" where no name was given. */
export function writerName() {
  const stored = memory.get(STORAGE_KEY) ?? "";
  return isName(stored) ? stored : "";
}

/** @param {string} name */
export function setWriterName(name) {
  if (name === writerName()) return;
  memory.set(STORAGE_KEY, name);
  emit("writer", name);
}
