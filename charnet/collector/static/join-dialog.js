// Asks a pupil for a name, as soon as the page opens on a phone that has none.

import { element } from "../../web/elements.js";
import { t } from "../../web/words.js";
import * as api from "./api.js";
import { makeDialog } from "./dialogs.js";
import { on } from "./events.js";
import { takeName } from "./role.js";
import { isName } from "./writer-name.js";

const RULE = t("Letters a to z and digits, without spaces or accents.");

export function mountJoinDialog() {
  const { body, toggle } = makeDialog("join", t("Hello! Who are you?"), "", "");
  const field = Object.assign(element("input", ""), { id: "join-name", type: "text", maxLength: 40, spellcheck: false });
  Object.assign(field, { autocomplete: "off", autocapitalize: "words", enterKeyHint: "go" });
  const says = Object.assign(element("p", "soft said", RULE), { id: "join-says", role: "status" });
  const form = element("form", "", element("label", "field", element("span", "", t("A name for your drawings, real or made up")), field),
    says, element("button", "main", t("Start drawing")));
  field.setAttribute("aria-describedby", says.id);
  body.append(form);
  let asked = false;
  let taking = false; // a name

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (taking) return;
    const name = field.value.trim();
    if (!name || !isName(name)) return refuse(name ? RULE : t("Type a name first."));
    taking = true;
    try {
      await takeName(name);
      toggle(false);
    } catch (error) {
      if (!api.isApiError(error)) throw error;
      refuse(t("That did not work: {reason}.", { reason: error.message }));
    } finally {
      taking = false;
    }
  });
  field.addEventListener("input", () => field.removeAttribute("aria-invalid"));
  on("state", ({ you }) => {
    const nameless = you.role === "pupil" && !you.name;
    if (nameless && !asked) open();
    asked = nameless;
  });

  /** @param {string} text */
  function refuse(text) {
    says.textContent = text;
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }

  function open() {
    toggle(true);
    field.focus();
  }
  return { open };
}
