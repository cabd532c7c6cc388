// The folder of each label, by the rule of charnet/letters/naming.py: one name on every system, and back.

const FORBIDDEN = /[/\\:*?"<>|]/;
const DEVICE = /^(con|prn|aux|nul|(com|lpt)[0-9¹²³])\s*(\..*)?$/is; // on Windows
const ESCAPE = /%[0-9a-f]{2}/gi;

/**
 * The name of a label's folder: a lowercase letter, a letter without case, a digit, - and _ stand for themselves, any other
 * character for % and two digits for each byte of its UTF-8.
 * @param {string} label
 */
export function toFolder(label) {
  const name = Array.from(label, (each) => (/^[-_]$/.test(each) || isPlain(each) ? each : escaped(each))).join("");
  if (!DEVICE.test(name)) return name;
  const [first] = name;
  return escaped(first) + name.slice(first.length);
}

/**
 * The label of a folder: the inverse of `toFolder`; a name that breaks the rule is the label itself.
 * @param {string} folder
 */
export function fromFolder(folder) {
  const name = folder.normalize("NFC");
  const label = unescaped(name);
  return toFolder(label) === name.replace(ESCAPE, (escape) => escape.toLowerCase()) ? label : name;
}

/**
 * Whether a character stands for itself: no file system takes it for another.
 * @param {string} character
 */
const isPlain = (character) => /^[\p{L}\p{N}]$/u.test(character) && !FORBIDDEN.test(character) && fold(character) === character;

/** @param {string} text */
function fold(text) {
  const upper = text.normalize("NFKC").toUpperCase();
  const folded = /\p{Script=Cherokee}/u.test(upper) ? upper : upper.toLowerCase(); // whose capitals came first in Unicode
  return folded.normalize("NFKC");
}

/** @param {string} character */
const escaped = (character) =>
  Array.from(new TextEncoder().encode(character), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");

/** @param {string} text */
function unescaped(text) {
  try {
    return decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, "%25"));
  } catch {
    return text;
  }
}
