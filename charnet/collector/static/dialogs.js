// Dialogs for what is neither drawing nor training nor looking. Each fills an empty <dialog id="..."> of the page:
//
//     const { body, whenOpen } = makeDialog("drawings", "All drawings", "F8");
//     body.append(...);
//     whenOpen((open) => { ... });   // whenever it is opened or closed
//
// One is open at a time. Its button in the menu and its key open and close it.

import { byId, element } from "../../web/elements.js";
import { t } from "../../web/words.js";
import { addShortcut } from "./shortcuts.js";

/** The dialog that is open; null where there is none. */
export const openDialog = () => document.querySelector("dialog[open]");

export function closeDialog() {
  const dialog = openDialog();
  if (dialog instanceof HTMLDialogElement) dialog.close();
}

/**
 * @param {string} id
 * @param {string} title
 * @param {string} [key] - one that types nothing
 * @param {string} [menu] - the title in the menu; "" where something else opens the dialog
 */
export function makeDialog(id, title, key = "", menu = title) {
  const dialog = byId(id, HTMLDialogElement);
  const heading = Object.assign(element("h2", "", title), { id: `${id}-title`, tabIndex: -1, autofocus: true });
  const close = element("button", "", t("Close"));
  const body = element("div", "inside");
  dialog.setAttribute("aria-labelledby", heading.id);
  dialog.replaceChildren(element("div", "dialog-head", heading, close), body);
  /** @type {((open: boolean) => void)[]} */
  const listeners = [];
  const toggle = (wanted = !dialog.open) => {
    if (wanted === dialog.open) return;
    if (!wanted) return dialog.close();
    closeDialog();
    dialog.showModal();
    listeners.forEach((listener) => listener(true));
  };
  close.addEventListener("click", () => toggle(false));
  dialog.addEventListener("pointerdown", ({ target }) => { if (target === dialog) toggle(false); }); // beside it
  dialog.addEventListener("close", () => listeners.forEach((listener) => listener(false)));
  if (key) addShortcut(key, () => toggle());
  const button = menu ? addToMenu(menu, key, () => toggle(true)) : null;
  button?.setAttribute("aria-haspopup", "dialog");
  button?.setAttribute("aria-controls", id);
  return { dialog, body, toggle, button, whenOpen: (/** @type {(open: boolean) => void} */ listener) => { listeners.push(listener); } };
}

/**
 * A button at the end of the menu.
 * @type {(title: string, key: string, action: () => void) => HTMLButtonElement}
 */
export function addToMenu(title, key, action) {
  const button = element("button", "quiet", title, ...(key ? [" ", element("kbd", "", key)] : []));
  button.addEventListener("click", () => { byId("menu").hidePopover(); action(); });
  byId("menu").append(button);
  return button;
}
