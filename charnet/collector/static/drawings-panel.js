// The dialog with all drawings, by letter and writer, the most doubtful first; selected ones can be moved or removed.

import { element } from "../../web/elements.js";
import { t, tn } from "../../web/words.js";
import * as api from "./api.js";
import { mountConfusions } from "./confusions.js";
import { Edits } from "./edits.js";
import { on } from "./events.js";
import { Gallery } from "./gallery.js";
import { makeDialog } from "./dialogs.js";
import { choicesOf, select, setChoices } from "./select.js";

/** @import { Change, Outcome } from "./edits.js" */
/** @import { State } from "./responses.js" */

/** @param {(changes: Change[]) => void} onEdit */
export function mountDrawingsPanel(onEdit) {
  const { body, toggle, whenOpen } = makeDialog("drawings", t("All drawings"), "F8");
  const label = select("shown-label", t("Letter"));
  const readAs = select("shown-read", t("Read as"));
  const writer = select("shown-writer", t("Writer"));
  const destination = select("move-to", t("Move the selected to"));
  const all = element("button", "", t("Select all"));
  const trash = Object.assign(element("button", "", t("To the trash"), " ", element("kbd", "", t("Delete"))), { id: "trash" });
  const undo = Object.assign(element("button", "", t("Undo"), " ", element("kbd", "", t("Ctrl")), element("kbd", "", "Z")), { id: "undo-edit" });
  const status = Object.assign(element("p", "soft said"), { id: "drawings-status", role: "status" });
  const keys = element("p", "soft hint", t("Arrow keys go from drawing to drawing, Space selects, Shift selects a range, "
    + "a letter's key moves the selected there, Ctrl A selects all, Esc none."));
  const gallery = new Gallery({ list, onSelect: update, onKey, onError: showError });
  const edits = new Edits((text) => { status.textContent = text; });
  /** @type {State | null} */
  let state = null;
  let open = false;
  let outcome = ""; // of the last edit
  let heldOut = false; // whether only those are listed that the last training held out
  const confusions = mountConfusions((shown, read, held) => { toggle(true); choose(shown, read, held); });

  body.append(element("div", "tools small", label, readAs, writer, all, destination, trash, undo, confusions), status, gallery.element, keys);
  for (const choice of [label, readAs, writer]) choice.addEventListener("change", () => { heldOut = false; reload(); });
  all.addEventListener("click", () => gallery.selectAll());
  trash.addEventListener("click", remove);
  undo.addEventListener("click", undoLast);
  // After a click with the mouse, the keys of these buttons go on working in the gallery.
  for (const button of [all, trash, undo]) {
    button.addEventListener("click", (event) => { if (event.detail) gallery.focus(); });
  }
  destination.addEventListener("change", () => { move(destination.value); destination.value = ""; });
  whenOpen((now) => { open = now; if (open && state) reload(); });
  on("state", (latest) => {
    const before = state;
    state = latest;
    updateChoices(state);
    if (!open || edits.busy) return;
    const changed = !before || before.network?.version !== state.network?.version || expectedTotal(state) !== gallery.total;
    // New drawings must not move the others while someone is selecting.
    if (changed && !gallery.selected.length && !gallery.element.contains(document.activeElement)) load();
  });

  /** @param {State} latest */
  function updateChoices({ counts, writers, network }) {
    setChoices(label, choicesOf(t("All letters"), Object.keys(counts)));
    setChoices(readAs, choicesOf(t("However read"), [...new Set([...Object.keys(counts), ...(network?.labels ?? [])])]));
    setChoices(destination, choicesOf(t("Move to …"), Object.keys(counts)));
    setChoices(writer, choicesOf(t("All writers"), Object.keys(writers)));
    writer.hidden = !Object.keys(writers).length;
  }

  /** @param {State} latest */
  function expectedTotal({ counts }) {
    if (writer.value || readAs.value || heldOut) return gallery.total; // the state does not tell
    return label.value ? counts[label.value] ?? 0 : Object.values(counts).reduce((sum, n) => sum + n, 0);
  }

  /**
   * @param {number} offset
   * @param {number} limit
   */
  function list(offset, limit) {
    /** @type {api.Filter} */
    const filter = { ...(label.value && { label: label.value }), ...(writer.value && { writer: writer.value }),
      ...(readAs.value && { read: readAs.value }), ...(heldOut && { held_out: "true" }) };
    return api.samples({ ...filter, offset, limit });
  }

  function reload() {
    outcome = "";
    return load();
  }

  async function load() {
    try {
      await gallery.load(Boolean(label.value));
      showStatus();
    } catch (error) {
      showError(error);
    }
  }

  function showStatus() {
    const { total } = gallery;
    const said = [listed(total, label.value, readAs.value), heldOut && t("held out in the last training"), state?.network && t("the most doubtful first")];
    status.textContent = outcome || (total ? `${said.filter(Boolean).join(", ")}.` : t("There are no such drawings yet."));
  }

  /** @param {unknown} error */
  function showError(error) {
    if (!api.isApiError(error)) throw error;
    status.textContent = t("That did not work: {reason}.", { reason: error.message });
  }

  function update() {
    const n = gallery.selected.length;
    all.hidden = !gallery.size;
    destination.disabled = trash.disabled = !n || edits.busy;
    undo.disabled = !edits.canUndo || edits.busy;
    if (n) outcome = "";
    if (n) status.textContent = tn(n, "{n} drawing selected.", "{n} drawings selected.");
    else if (state && !edits.busy) showStatus();
  }

  /** @param {() => Promise<Outcome>} action */
  async function edit(action) {
    if (edits.busy) return;
    outcome = "";
    const work = action();
    update();
    const { text, changes } = await work;
    onEdit(changes);
    const focused = gallery.focusedIndex;
    await load();
    gallery.deselectAll();
    gallery.focusIndex(focused);
    outcome = text;
    update();
  }

  function remove() { if (gallery.selected.length) edit(() => edits.remove(gallery.selected)); }
  function move(/** @type {string} */ to) { if (to && gallery.selected.length) edit(() => edits.move(gallery.selected, to)); }
  function undoLast() { if (edits.canUndo) edit(() => edits.undo()); }

  /** @type {(event: KeyboardEvent) => boolean} for keys that the gallery does not use; whether this used it */
  function onKey({ key, ctrlKey, metaKey }) {
    if (ctrlKey || metaKey) return key.toLowerCase() === "z" ? (undoLast(), true) : false;
    if (key === "Delete") return remove(), true;
    const counts = state?.counts ?? {};
    const to = [key, key.toLowerCase()].find((name) => name in counts);
    if (to !== undefined) move(to);
    return to !== undefined;
  }

  /** @type {(shown: string, read?: string, held?: boolean) => void} labels; "" for all */
  function choose(shown, read = "", held = false) {
    const changed = label.value !== shown || readAs.value !== read || heldOut !== held;
    [label.value, readAs.value, heldOut] = [shown, read, held];
    if (open && changed) reload();
  }

  return {
    /** @param {string} shown - a label */
    open(shown) { choose(shown); toggle(true); },
  };
}

/** @type {(total: number, label: string, read: string) => string} of a letter, and read as one, "" for any */
function listed(total, label, read) {
  if (label && read) return tn(total, "{n} drawing of {label} read as {read}", "{n} drawings of {label} read as {read}", { label, read });
  if (label) return tn(total, "{n} drawing of {label}", "{n} drawings of {label}", { label });
  if (read) return tn(total, "{n} drawing read as {read}", "{n} drawings read as {read}", { read });
  return tn(total, "{n} drawing", "{n} drawings");
}
