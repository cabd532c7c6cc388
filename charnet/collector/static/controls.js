// What the page's buttons and keys do.

import { blurAfterClick, byId, closest } from "../../web/elements.js";
import { addKeyboardPen } from "../../web/keyboard-pen.js";
import { openDialog } from "./dialogs.js";
import { shortcutOf } from "./shortcuts.js";

/** @import { DrawingPad } from "../../web/drawing-pad.js" */

/** @typedef {Record<"save" | "undo" | "clear" | "remove" | "restore", () => void>} ButtonActions - by the button's id */

/**
 * @typedef {object} CharacterActions
 * @property {(label: string) => void} saveAs
 * @property {(key: string) => string | null} labelOfKey
 * @property {(key: string) => (() => void) | null} unknownKey - what to do for a character that is no label
 */

const FIELDS = "input:not([type=checkbox], [type=radio]), select, textarea";

/**
 * @param {DrawingPad} pad
 * @param {ButtonActions} buttons
 * @param {CharacterActions} characters
 */
export function addControls(pad, buttons, characters) {
  for (const [id, action] of Object.entries(buttons)) byId(id).addEventListener("click", action);
  document.addEventListener("keydown", (event) => {
    // What is typed into a field, and what a dialog has used, is not meant for the drawing.
    if (event.defaultPrevented || (closest(event, FIELDS) && !shortcutOf(event.key))) return;
    const action = actionOf(event, buttons, characters);
    if (!action) return;
    event.preventDefault();
    action();
  });
  blurAfterClick("button");
  addKeyboardPen(pad);
}

/**
 * @param {KeyboardEvent} event
 * @param {ButtonActions} buttons
 * @param {CharacterActions} characters
 * @returns {(() => void) | null}
 */
function actionOf(event, buttons, characters) {
  const { key } = event;
  const once = (/** @type {(() => void) | null} */ action) => (event.repeat ? null : action);
  if (event.altKey || event.isComposing) return null;
  if (shortcutOf(key)) return once(shortcutOf(key));
  if (openDialog() || byId("menu").matches(":popover-open")) return null;
  if (event.ctrlKey || event.metaKey) return key.toLowerCase() === "z" && !event.shiftKey ? buttons.undo : null;
  if (key === "Enter") return closest(event, "a, button") ? null : once(buttons.save);
  if (key === "Backspace") return buttons.undo;
  if (key === "Escape") return buttons.clear;
  if (key === "Delete") return once(event.shiftKey ? buttons.restore : buttons.remove);
  const label = characters.labelOfKey(key);
  if (label !== null) return once(() => characters.saveAs(label));
  return [...key].length === 1 && key !== " " ? characters.unknownKey(key) : null;
}
