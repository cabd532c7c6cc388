// The page's words in the reader's language. The English text stands where it is used and is its own key:
//
//     t("Saved: {drawing}.", { drawing })
//     tn(count, "{n} drawing", "{n} drawings")       // by the language's plural forms; the second text is the key
//     tNodes("Draw {letter}", { letter: element })   // for replaceChildren
//
// The element #words holds the texts of other languages as JSON, {"de": {"Undo": "Zurück", ...}}: of the one that a server has
// chosen, or of all, from which the reader's is chosen here. Without it the page is in English.

/** @typedef {Record<string, string>} Forms - by plural category, such as "one" and "other" */
/** @typedef {Record<string, string | Forms>} Texts */
/** @typedef {Record<string, string | number>} Values - numbers are written as the language does */

/** Each named in itself. @type {Record<string, string>} */
export const LANGUAGES = { en: "English", de: "Deutsch", es: "Español", fr: "Français", hi: "हिन्दी", pt: "Português" };
const PSEUDO = "pseudo"; // English, longer and with accents: what is not translated and what does not fit can be seen
const NAME = "charnet-language"; // of the cookie, and in the browser's storage
const YEAR = 31536000; // seconds

/** @type {Record<string, Texts>} */
const brought = JSON.parse(globalThis.document?.getElementById("words")?.textContent ?? "{}");

/**
 * The first language on offer that is wanted, "pt" for "pt-BR" (RFC 4647, lookup); English where there is none.
 * @param {readonly string[]} wanted - the most wanted first
 * @param {string[]} offered
 */
export function lookUp(wanted, offered) {
  for (const tag of wanted) {
    for (let range = tag.toLowerCase(); range; range = range.replace(/(-\w)?-?[^-]*$/, "")) {
      if (offered.includes(range)) return range;
    }
  }
  return "en";
}

/** What is shown: the one that a server has chosen, else what the browser remembers or asks for. */
export const language = Object.keys(brought).length > 1
  ? lookUp([remembered(), ...navigator.languages], ["en", ...Object.keys(brought)]) : Object.keys(brought)[0] ?? "en";
const texts = brought[language] ?? {};
const locale = language === PSEUDO ? "en" : language;
const plurals = new Intl.PluralRules(locale);
/** @type {Map<number, Intl.NumberFormat>} by digits after the decimal point */
const formats = new Map();

function remembered() {
  try {
    return localStorage.getItem(NAME) ?? "";
  } catch {
    return "";
  }
}

/**
 * Remembers a language, and loads the page again in it.
 * @param {string} chosen
 */
export function chooseLanguage(chosen) {
  document.cookie = `${NAME}=${chosen}; Path=/; Max-Age=${YEAR}; SameSite=Lax`; // for a server
  try {
    localStorage.setItem(NAME, chosen); // for a page that is a file
  } catch { /* it lasts no longer than the page */ }
  const url = new URL(location.href);
  url.searchParams.delete("lang");
  history.replaceState(history.state, "", url);
  location.reload();
}

/** 1234.5 as "1,234.5". @type {(value: number, digits?: number, grouped?: boolean) => string} */
export function number(value, digits = 0, grouped = true) {
  const key = grouped ? digits : -1 - digits;
  const known = formats.get(key);
  const format = known ?? new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: grouped });
  if (!known) formats.set(key, format);
  return format.format(value);
}

/** @type {(text: string, values?: Values) => string} */
export function t(text, values = {}) {
  const found = texts[text];
  return fill(typeof found === "string" ? found : pseudo(text), values);
}

/**
 * A text about a number of things, which is its {n}.
 * @param {number} n
 * @param {string} one - in English
 * @param {string} many - in English, the key
 * @param {Values} [values]
 */
export function tn(n, one, many, values = {}) {
  const found = texts[many];
  const forms = typeof found === "object" ? found : { one: pseudo(one), other: pseudo(many) };
  return fill(forms[plurals.select(n)] ?? forms.other, { n, ...values });
}

/**
 * A text with elements in it.
 * @param {string} text
 * @param {Record<string, Node | string>} values
 */
export function tNodes(text, values) {
  const found = texts[text];
  const parts = (typeof found === "string" ? found : text).split(/\{(\w+)\}/);
  return parts.map((part, index) => (index % 2 ? values[part] : pseudo(part))).filter((part) => part !== "");
}

/** @type {(text: string, values: Values) => string} */
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => {
  const value = values[name];
  return value === undefined ? whole : typeof value === "number" ? number(value) : value;
});

/** The text itself; in the pseudo-language with its words a third longer, in brackets. @param {string} text */
function pseudo(text) {
  if (language !== PSEUDO || !/\p{L}/u.test(text)) return text;
  const accented = text.replace(/(\{\w+\})|\p{L}+/gu, (word, value) => {
    if (value) return value;
    const longer = word + [...word].slice(-Math.ceil(word.length / 3)).join("");
    return longer.replace(/[aeiouyncs]/gi, (letter) => "áéíóúýñçšÁÉÍÓÚÝÑÇŠ"["aeiouyncsAEIOUYNCS".indexOf(letter)]);
  });
  return `[${accented}]`;
}

/** Translates what a page's HTML says; not what has translate="no", nor single characters. @param {Document | DocumentFragment} root */
export function translatePage(root = document) {
  document.documentElement.lang = locale;
  if (language === "en") return;
  const said = (/** @type {string} */ text) => /\p{L}.*\p{L}/su.test(text);
  const words = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = words.nextNode(); node; node = words.nextNode()) {
    const text = node.textContent ?? "";
    if (!said(text) || node.parentElement?.closest("script, style, [translate=no]")) continue;
    const [, before, inner, after] = /^(\s*)(.*?)(\s*)$/s.exec(text) ?? [];
    node.textContent = before + t(inner.replace(/\s+/g, " ")) + after;
  }
  for (const name of ["aria-label", "placeholder", "title", "alt"]) {
    for (const element of root.querySelectorAll(`[${name}]`)) element.setAttribute(name, t(element.getAttribute(name) ?? ""));
  }
  for (const template of root.querySelectorAll("template")) translatePage(template.content);
}
