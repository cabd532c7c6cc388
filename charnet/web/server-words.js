// What a server says in English, in the reader's language: the sentences of ordinary use. Rarer ones stay English.

import { language, t } from "./words.js";

/** @typedef {{text: string, pattern: RegExp}} Said */

/** @type {(text: string) => Said} */
const said = (text) => {
  const seen = new Set();
  const source = text.replace(/[.*+?^$()[\]\\|]/g, "\\$&").replace(/\{(\w+)\}/g, (_, name) => {
    if (seen.has(name)) return `\\k<${name}>`;
    seen.add(name);
    return `(?<${name}>.+)`;
  });
  return { text, pattern: new RegExp(`^${source}$`, "u") };
};

const SAID = [
  said("unlike what it learned"),
  said("two letters alike"),
  said("not likely enough"),
  said("There is no ranking because there is no network yet. Draw some letters, then train: here, or with {command}."),
  said("There is no ranking because there is no network yet. Draw some letters, then train."),
  said("The network was not trained on {letters}, so it can't rank them."),
  said("the picture is blank: no ink stands out from the paper"),
  said("there are no drawings to download yet: draw some letters first"),
  said("no drawings yet: draw two or more of some letters, then train"),
  said("only one drawing of each letter, so none can be held out: draw a second one of some, then train"),
  said("no drawings of {letters} yet: draw some, or train without {letters}"),
  said("all drawings are by one writer: let someone else draw under a name of their own first"),
  said("a training is already running; wait until it ends, or stop it"),
  said("numbers of drawings are being compared; wait until that ends, or stop it where it was started"),
  said("another upload is being saved; try again when it is done"),
  said("{name} is another phone's name; choose another, or ask the teacher to free it"),
  said("there are drawings by {name} already; choose another name, or ask the teacher to free it"),
  said("say your name first: drawings are saved under it"),
  said("this drawing is not yours; only the teacher moves and removes the drawings of others"),
  said("you did not remove this drawing; ask the teacher to bring it back"),
  said("only the teacher trains here, and may let the class train too"),
];

/** @param {string} text */
export function translated(text) {
  if (language === "en") return text;
  for (const { text: key, pattern } of SAID) {
    const found = pattern.exec(text);
    if (found) return t(key, Object.fromEntries(Object.entries(found.groups ?? {}).map(([name, value]) => [name, listed(value)])));
  }
  return text;
}

/** "q, x and y". @param {string} list */
const listed = (list) => list.replace(/^(.+) and (.+)$/, (_, first, last) => t("{first} and {last}", { first, last }));
