// Buttons, keys, and pictures that are chosen, dropped or pasted.

import { part } from "../../web/elements.js";

export function listen({ undo, clear, take }) {
  part("undo").addEventListener("click", undo);
  part("clear").addEventListener("click", clear);
  part("open").addEventListener("click", () => part("file").click());
  part("file").addEventListener("change", () => {
    const [file] = part("file").files;
    if (file) take(file);
    part("file").value = ""; // the same file may be chosen again
  });
  document.addEventListener("keydown", (event) => {
    const act = find(event, { undo, clear });
    if (!act) return;
    event.preventDefault();
    act();
  });
  document.addEventListener("paste", (event) => {
    const [file] = event.clipboardData.files;
    if (file) take(file);
  });
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dropping");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault(); // or the browser would leave the page and show the picture
    document.body.classList.remove("dropping");
    const [file] = event.dataTransfer.files;
    if (file) take(file);
  });
  // Who clicks with a mouse goes on with the page's keys, not with the button's.
  document.addEventListener("click", (event) => { if (event.detail) event.target.closest("button")?.blur(); });
}

function find({ key, altKey, ctrlKey, metaKey, shiftKey }, { undo, clear }) {
  if (altKey) return null;
  if (ctrlKey || metaKey) return key.toLowerCase() === "z" && !shiftKey ? undo : null;
  return { Backspace: undo, Escape: clear }[key] ?? null;
}
