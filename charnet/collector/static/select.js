// Drop-down lists.

import { element } from "../../web/elements.js";

/** @typedef {[value: string, text: string]} Choice */

/**
 * @param {string} id
 * @param {string} label - read out by screen readers
 * @param {Choice[]} [choices]
 */
export function select(id, label, choices = []) {
  const created = Object.assign(element("select", ""), { id, ariaLabel: label });
  setChoices(created, choices);
  return created;
}

/**
 * Replaces the choices where others are given; what was chosen stays so where it still exists, else the first one is.
 * @param {HTMLSelectElement} list
 * @param {Choice[]} choices
 */
export function setChoices(list, choices) {
  const before = [...list.options].map(({ value, textContent }) => [value, textContent]);
  if (JSON.stringify(before) === JSON.stringify(choices)) return; // a list that is open must not be replaced
  const chosen = list.value;
  list.replaceChildren(...choices.map(([value, text]) => Object.assign(element("option", "", text), { value })));
  if (choices.some(([value]) => value === chosen)) list.value = chosen;
}

/**
 * Labels, or writers, as choices, after a first one that stands for none of them and has the value "".
 * @param {string} first
 * @param {string[]} names
 * @returns {Choice[]}
 */
export const choicesOf = (first, names) => [["", first], ...names.map((name) => /** @type {Choice} */ ([name, name]))];
