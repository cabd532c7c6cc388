// The dialog for a class: who draws here, how much each writer has drawn, and where others join.

import { element } from "../../web/elements.js";
import { t, tNodes } from "../../web/words.js";
import * as api from "./api.js";
import { makeClassTools } from "./class-tools.js";
import { makeDialog } from "./dialogs.js";
import { on } from "./events.js";
import { takeName } from "./role.js";
import { isName, writerName } from "./writer-name.js";

const code = (/** @type {string} */ text) => Object.assign(element("code", "", text), { translate: false });

export function mountClassPanel() {
  const { body, toggle, button, whenOpen } = makeDialog("class", t("A class"), "F9", t("Class"));
  const field = Object.assign(element("input", ""), { id: "writer", type: "text", maxLength: 40, value: writerName() });
  Object.assign(field, { autocomplete: "off", spellcheck: false, placeholder: t("nobody in particular") });
  field.setAttribute("autocapitalize", "off");
  field.setAttribute("aria-describedby", "writer-says");
  const hint = Object.assign(element("p", "soft said"), { id: "writer-says", role: "status" });
  const list = Object.assign(element("ul", "writers"), { ariaLabel: t("Drawings by writer"), translate: false });
  const wall = Object.assign(element("a", "button", t("Open the wall")), { href: "/wall", target: "_blank", rel: "noopener" });
  const projector = element("div", "tools small", wall, element("span", "soft", t("for the projector: drawings as they arrive")));
  for (const each of [projector, button]) if (each) each.dataset.needs = "serve";
  const invitation = element("div", "join");
  body.append(
    element("label", "field", element("span", "", t("Who draws here")), field), hint,
    list,
    projector,
    makeClassTools((text) => { hint.textContent = text; }), invitation,
  );
  let shown = ""; // the writers, as JSON

  field.addEventListener("input", () => validate());
  field.addEventListener("change", () => save());
  on("writer", (name) => { if (document.activeElement !== field) field.value = name; validate(); });
  field.addEventListener("keydown", async (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // else it would press the button that has the focus once the dialog is closed
    if (await save()) toggle(false);
  });
  on("state", ({ writers }) => {
    const rows = Object.entries(writers).sort(([one], [other]) => one.localeCompare(other));
    const text = JSON.stringify([rows, writerName()]);
    if (shown === text) return;
    shown = text;
    list.replaceChildren(...rows.map(([name, n]) => {
      const item = element("li", "chip", element("b", "", name), element("span", "", String(n)));
      if (name === writerName()) item.setAttribute("aria-current", "true");
      return item;
    }));
    list.hidden = !rows.length;
  });
  whenOpen((open) => { if (open && !invitation.childElementCount) showInvitation(); });
  validate();

  /** Whether the field holds a name that can be used; the line below it says so. */
  function validate() {
    const name = field.value.trim();
    const valid = isName(name);
    field.setAttribute("aria-invalid", String(!valid));
    if (!valid) hint.textContent = t("A name consists of letters a to z and digits, without spaces or accents.");
    else if (name) hint.textContent = t("Drawings are saved as {name}'s, and the plan is {name}'s own.", { name });
    else hint.textContent = t("A made-up name of letters and digits, if you like. The browser remembers it.");
    return valid;
  }

  /** Takes the name in the field; whether it could be taken. */
  async function save() {
    if (!validate()) return false;
    try {
      await takeName(field.value.trim());
    } catch (error) {
      if (!api.isApiError(error)) throw error;
      hint.textContent = t("That did not work: {reason}.", { reason: error.message });
      return false;
    }
    return true;
  }

  async function showInvitation() {
    const response = await api.wall().catch(() => null);
    if (!response) return; // requested again when the panel is opened again
    const { address, short_address: short, code: picture } = response;
    if (!picture) {
      invitation.replaceChildren(element("p", "soft", ...tNodes(
        "Only this computer can open the page. For phones, start it with {command}.", { command: code("python collect.py host=0.0.0.0") })));
      return;
    }
    const image = Object.assign(new Image(), { src: picture, alt: t("QR code of the address") });
    invitation.replaceChildren(image, element("p", "soft", ...(short
      ? tNodes("Others join at {address} or type {short}", { address: code(address), short: code(short.replace("http://", "")) })
      : tNodes("Others join at {address}", { address: code(address) }))));
  }

  const open = () => { toggle(true); field.focus(); };
  return { open };
}
