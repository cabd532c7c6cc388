// What is drawn, and how: chosen above the square.

import { byId, element, show } from "../../web/elements.js";
import { t } from "../../web/words.js";
import { on } from "./events.js";
import { mountGameBoard } from "./game-board.js";
import { choicesOf, select, setChoices } from "./select.js";
import { writerName } from "./writer-name.js";

/** @import { Mode, State } from "./responses.js" */
/** @import { Choice } from "./select.js" */

const LOWERCASE = "abcdefghijklmnopqrstuvwxyz";
const [CAPITALS, DIGITS, SIGNS] = [LOWERCASE.toUpperCase(), "0123456789", ".,;:!?'\"()-+/=&@#%*"];
/** @type {Choice[]} */
const ALPHABETS = [[LOWERCASE, "a–z"], [CAPITALS, "A–Z"], [DIGITS, "0–9"], [CAPITALS + LOWERCASE, "a–z, A–Z"], [DIGITS + CAPITALS + LOWERCASE + SIGNS, t("all")]];
const OWN = "own";

/** @type {[Mode, string][]} */
const MODES = [["draw", t("Guided")], ["analyze", t("Analyze")], ["free", t("Free play")], ["game", t("Game")]];
const COUNTS = [1, 3, 5, 10, 20, 50, 0];
const DEFAULT_COUNT = 3; // drawings of each letter

/**
 * @param {object} handlers
 * @param {(mode: Mode, letters: string[], count: number) => void} handlers.onChoice - no letters where a mode has none to choose
 * @param {(labels: string) => void} handlers.onAlphabet - characters, or words with spaces between
 * @param {() => void} handlers.onWriter - the user wants to give another name
 */
export function mountModePicker({ onChoice, onAlphabet, onWriter }) {
  const mode = select("mode", t("Mode"), MODES);
  const alphabet = select("letters-here", t("Letters of this page"));
  const own = Object.assign(element("input", ""),
    { id: "own-letters", type: "text", ariaLabel: t("Your own letters"), placeholder: t("your letters"), autocomplete: "off", hidden: true });
  const letters = select("wanted", t("Letters to draw"));
  const count = select("count", t("How many"));
  const writer = byId("who");
  alphabet.dataset.needs = own.dataset.needs = "manage";
  let shown = ""; // the plan, as JSON
  /** @type {string[]} */
  let labels = [];
  byId("modes").replaceChildren(mode, alphabet, own, letters, count);
  for (const list of [mode, letters, count]) list.addEventListener("change", choose);
  alphabet.addEventListener("change", () => {
    own.hidden = alphabet.value !== OWN;
    if (own.hidden) onAlphabet(alphabet.value);
    else own.focus();
  });
  own.addEventListener("change", () => { if (own.value.trim()) onAlphabet(own.value.trim()); });
  mountGameBoard();
  writer.addEventListener("click", onWriter);
  byId("more").addEventListener("click", choose);
  on("writer", showWriter);
  showWriter();

  function choose() {
    const [chosen] = MODES[mode.selectedIndex];
    if (!isGuided(chosen)) return onChoice(chosen, [], 0);
    return onChoice(chosen, letters.value === "" ? labels : letters.value.split("\n"), Number(count.value || DEFAULT_COUNT));
  }

  function showWriter() {
    const name = writerName();
    writer.textContent = name || t("Who draws?");
    writer.setAttribute("aria-label", name ? t("{name} draws here: change", { name }) : t("Who draws? Give a name"));
  }

  function showAlphabet() {
    const here = [...labels].sort().join("");
    const known = ALPHABETS.find(([characters]) => [...characters].sort().join("") === here);
    setChoices(alphabet, [...ALPHABETS, [OWN, t("own …")]]);
    alphabet.value = known ? known[0] : OWN;
    own.hidden = Boolean(known);
    own.value = labels.every((label) => [...label].length === 1) ? labels.join("") : labels.join(" ");
  }

  /**
   * @param {string[]} planned
   * @param {number} each - drawings of each; 0 for no end
   */
  function showLetters(planned, each) {
    const all = planned.length === labels.length && labels.length > 1;
    const value = all ? "" : planned.join("\n");
    const [everything, ...single] = choicesOf(t("all letters"), labels);
    /** @type {Choice[]} */
    const some = planned.length > 1 && !all ? [[value, planned.join(" ")]] : [];
    setChoices(letters, [everything, ...some, ...single]);
    letters.value = value;
    const counts = COUNTS.includes(each) ? COUNTS : [each, ...COUNTS];
    setChoices(count, counts.map((n) => [String(n), n ? t("{count} each", { count: n }) : t("no end")]));
    count.value = String(each);
  }

  return {
    /** Shows the plan anew the next time, since what is chosen may not have become the plan. */
    reset() { shown = ""; },
    /** @param {State} state */
    show({ plan, counts }) {
      const text = JSON.stringify([plan.mode, plan.letters, plan.total, plan.done, Object.keys(counts)]);
      if (text === shown) return;
      shown = text;
      labels = Object.keys(counts);
      showAlphabet();
      mode.value = plan.mode;
      letters.hidden = count.hidden = !isGuided(plan.mode);
      if (isGuided(plan.mode)) showLetters(plan.letters, plan.total === null ? 0 : Math.round(plan.total / plan.letters.length));
      show("more", plan.done);
      byId("more").textContent = plan.mode === "game" ? t("Play again") : t("Draw more");
    },
  };
}

const isGuided = (/** @type {Mode} */ mode) => mode === "draw" || mode === "analyze";
