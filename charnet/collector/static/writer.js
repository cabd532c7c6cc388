// The panel for a class: who draws here, who has drawn how much, and where the others join.

import { element } from "../../web/elements.js";
import * as api from "./api.js";
import { isName, rememberWriter, writer } from "./memory.js";
import { on } from "./news.js";
import { panel } from "./panels.js";

const HERE = ["localhost", "127.0.0.1", "[::1]"];
const code = (text) => element("code", "", text);

export function mountClass() {
  // Who comes from another device is one of several: the field is to be seen at once.
  const { body, toggle, whenOpen } = panel("class", "A class", "F9", !HERE.includes(location.hostname));
  const field = Object.assign(element("input", ""), { id: "writer", type: "text", maxLength: 40, value: writer() });
  Object.assign(field, { autocomplete: "off", spellcheck: false, placeholder: "nobody in particular" });
  field.setAttribute("autocapitalize", "off");
  field.setAttribute("aria-describedby", "writer-says");
  const says = Object.assign(element("p", "soft said"), { id: "writer-says", role: "status" });
  const list = element("ul", "writers");
  list.setAttribute("aria-label", "Drawings by writer");
  const wall = Object.assign(element("a", "button", "Open the wall"), { href: "/wall", target: "_blank", rel: "noopener" });
  const join = element("div", "join");
  body.append(
    element("label", "field", element("span", "", "Who draws here"), field), says,
    list,
    element("div", "tools small", wall, element("span", "soft", "for the projector: drawings as they arrive")),
    join,
  );

  field.addEventListener("input", () => told());
  field.addEventListener("change", () => { if (isName(field.value.trim())) rememberWriter(field.value.trim()); told(); });
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") field.blur(); });
  on("state", ({ writers }) => {
    const rows = Object.entries(writers).sort(([one], [other]) => one.localeCompare(other));
    const text = JSON.stringify([rows, writer()]);
    if (list.dataset.shown === text) return;
    list.dataset.shown = text;
    list.replaceChildren(...rows.map(([name, n]) => {
      const item = element("li", "chip", element("b", "", name), element("span", "", String(n)));
      if (name === writer()) item.setAttribute("aria-current", "true");
      return item;
    }));
    list.hidden = !rows.length;
  });
  whenOpen((open) => { if (open && !join.childElementCount) invite(); });
  told();

  function told() {
    const name = field.value.trim();
    const fine = isName(name);
    field.setAttribute("aria-invalid", String(!fine));
    if (!fine) says.textContent = "A name consists of letters a to z and digits, without spaces or accents.";
    else if (name) says.textContent = `Drawings are saved as ${name}'s, and the plan is ${name}'s own.`;
    else says.textContent = "A made-up name of letters and digits, if you like. The browser remembers it.";
  }

  async function invite() {
    const found = await api.wall().catch(() => null);
    if (!found) return; // it is asked again when the panel opens again
    const { address, code: picture } = found;
    if (!picture) {
      join.replaceChildren(element("p", "soft", "Only this computer can open the page. For phones, start it with ",
        code("python collect.py host=0.0.0.0"), "."));
      return;
    }
    const image = Object.assign(new Image(), { src: picture, alt: "QR code of the address" });
    join.replaceChildren(image, element("p", "soft", "Others join at ", code(address)));
  }

  return { open() { toggle(true); field.focus(); } };
}
