// What the browser remembers of whoever draws.

import { tell } from "./news.js";

const WRITER = "charnet.writer";
const NAME = /^[A-Za-z0-9]{0,40}$/;

export const isName = (text) => NAME.test(text);
export const writer = () => {
  const found = localStorage.getItem(WRITER) ?? "";
  return isName(found) ? found : "";
};

export function rememberWriter(name) {
  if (name === writer()) return;
  localStorage.setItem(WRITER, name);
  tell("writer", name);
}
