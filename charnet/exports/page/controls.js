// The page's controls: buttons, keys, and pictures that are chosen, dropped or pasted.

import { acceptDrops } from "../../web/drop-target.js";
import { blurAfterClick, byId } from "../../web/elements.js";

/**
 * @typedef {object} Actions
 * @property {() => void} undo
 * @property {() => void} clear
 * @property {(file: File) => void} readFile
 */

/** @param {Actions} actions */
export function addControls({ undo, clear, readFile }) {
  const input = byId("file", HTMLInputElement);
  byId("undo").addEventListener("click", undo);
  byId("clear").addEventListener("click", clear);
  byId("open").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    readFirst(input.files);
    input.value = ""; // the same file may be chosen again
  });
  document.addEventListener("keydown", (event) => {
    const action = actionOf(event, { undo, clear });
    if (!action) return;
    event.preventDefault();
    action();
  });
  document.addEventListener("paste", (event) => readFirst(event.clipboardData?.files));
  acceptDrops(({ files }) => readFirst(files));
  blurAfterClick("button");

  function readFirst(/** @type {FileList | null | undefined} */ files) {
    if (files?.length) readFile(files[0]);
  }
}

/**
 * What a key does; null where it does nothing.
 * @param {KeyboardEvent} event
 * @param {Pick<Actions, "undo" | "clear">} actions
 */
function actionOf({ key, altKey, ctrlKey, metaKey, shiftKey }, { undo, clear }) {
  if (altKey) return null;
  if (ctrlKey || metaKey) return key.toLowerCase() === "z" && !shiftKey ? undo : null;
  if (key === "Backspace") return undo;
  return key === "Escape" ? clear : null;
}
