// What the teacher decides for a class: whether pupils may train, and which names are free again.

import { element } from "../../web/elements.js";
import { t } from "../../web/words.js";
import * as api from "./api.js";
import { on } from "./events.js";
import { choicesOf, select, setChoices } from "./select.js";

/** @param {(text: string) => void} say - shows a message */
export function makeClassTools(say) {
  const train = Object.assign(element("input", ""), { type: "checkbox", id: "pupils-train" });
  const names = select("taken-names", t("Names of the class"));
  const free = element("button", "", t("Free this name"));
  const tools = element("div", "tools small", element("label", "", train, element("span", "", t("Pupils may train too"))), names, free);
  tools.dataset.needs = "manage";
  tools.hidden = true; // until it is known that there is a class

  train.addEventListener("change", () => attempt(() => api.setClass(train.checked)));
  names.addEventListener("change", update);
  free.addEventListener("click", () => attempt(async () => {
    const freed = names.value;
    showNames((await api.freeName(freed)).names);
    say(t("The next phone that says it is {name} is {name}, with the drawings.", { name: freed }));
  }));
  on("state", ({ class: rules }) => {
    tools.hidden = rules === null;
    if (!rules) return;
    train.checked = rules.pupils_train;
    showNames(rules.names ?? {});
  });

  /** @param {Record<string, string>} states */
  function showNames(states) {
    setChoices(names, choicesOf(t("A name …"), Object.keys(states).filter((name) => states[name] !== "free")));
    update();
  }

  function update() { free.disabled = !names.value; }

  /** @param {() => Promise<unknown>} action */
  async function attempt(action) {
    try {
      await action();
    } catch (error) {
      if (!api.isApiError(error)) throw error;
      say(t("That did not work: {reason}.", { reason: error.message }));
    }
  }

  return tools;
}
