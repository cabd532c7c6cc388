// What a server says in English, in the reader's language: all that a page's user may meet. What only programs are told stays English.

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
  said("many pictures are waiting to be read; try again in a minute"),
  said("the disk reported an error: {error}; free some space, or check the folder"),
  said("this computer is short of memory; try again in a moment, or send a smaller picture"),
  said("charnet failed ({error}); see the terminal"),
  said("there is no former network to go back to"),
  said("not a whole zip archive ({error})"),
  said("the zip holds {count} files, more than {most}; send it in parts"),
  said("unpacked, the zip holds {size} GB, more than {most} GB; send it in parts"),
  said("it is in no folder; put it into one that is named by its label"),
  said("its folder {label} is not one of the labels; rename it, or add the label to this page"),
  said("its folder {label} is not one of the labels; rename it"),
  said("not a picture"),
  said("can't be unpacked ({error})"),
  said("larger than {size} MB"),
  said("not a picture that can be read ({kinds})"),
  said("damaged picture ({error})"),
  said("more than {pixels} pixels; make it smaller"),
  said("{width} x {height} pixels is more than {most}; make it smaller"),
  said("the picture is blank: no ink stands out from the paper"),
  said("{drawing} is not in the trash"),
  said("{drawing} is not in the trash, which this page empties when it is closed"),
  said("{name} is not your name: you are {own}"),
  said("{count} names are taken; ask the teacher for a new folder (data.root=)"),
  said("the page was started with data.labels, which names its letters; leave it out to choose others"),
  said("{count} letters are more than {most}; choose fewer"),
  said("data.labels: {label}... has {count} characters; use at most {most}"),
  said("strokes: nothing is drawn inside the square, which reaches from 0 to 1"),
  said("there is no sample {sample}"),
  said("writer: there are no drawings by {writer}; hold out another writer, or a fifth"),
  said("the secret is missing; open the whole address that collect.py printed, or scan its QR code again"),
  said("the training ended without a result; try again"),
  said("no letter has more than {count} drawings to learn from, so there is nothing to compare: draw more"),
  said("a network of one label can't be wrong, and says nothing"),
  said("{percent} right is no better than a guess among {count} labels"),
  said("{percent} right is no better than always answering the most frequent of {count} labels, {chance}"),
  said("it was stopped during its first epoch"),
  said("There is no ranking because the network in use can't be read: {error}"),
  said("The network was not trained on {letters}, so it can't rank them."),
  said("The picture shows what the network reads ({read}); drawings are saved as {saved}."),
  said("more than one shape"),
  said("{name} has no single hidden layer, and a page can't train it; train a network from scratch, then take that one home"),
  said("this needs the extra packages of the convolutional network: pip install -e '.[cnn]'"),
  said("init: the network in use reads {theirs}, the drawings are of {ours}; start from scratch"),
  said("init: the network in use frames drawings in another way; start from scratch"),
  said("this page failed ({error}); save your drawings as a zip, then load it again"),
  said("this browser let no training run; try another browser"),
  said("the picture is larger than {size} MB; make it smaller"),
  said("not a picture that this browser can read; try PNG or JPEG"),
  said("there are no drawings to download yet: draw some letters first"),
  said("the file is larger than {size} MB; send it in parts"),
  said("The network {name} reads now, as Network {number}."),
  said("It is not a whole zip archive."),
  said("not JSON, or damaged; copy the file again or train a new one"),
  said("This page can't be opened"), // on a page of the server's own, as the three that follow
  said("this is not the code of this page; type its six letters again"),
  said("too many wrong codes; wait a minute, then type the code again"),
  said("there is no page at this address; open the address that collect.py printed"),
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
