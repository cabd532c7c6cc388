// The panel with all drawings: chosen by letter and writer, the biggest doubts first; what is selected is moved or removed.

import { element, part } from "../../web/elements.js";
import * as api from "./api.js";
import { Edits } from "./edits.js";
import { Gallery } from "./gallery.js";
import { on } from "./news.js";
import { panel } from "./panels.js";

const plural = (n, word) => `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;
const option = (value, text) => Object.assign(element("option", "", text), { value });

export function mountDrawings({ onEdit }) {
  const { body, toggle, whenOpen } = panel("drawings", "All drawings", "F8");
  const labels = Object.assign(element("select", ""), { ariaLabel: "Letter", id: "shown-label" });
  const writers = Object.assign(element("select", ""), { ariaLabel: "Writer", hidden: true });
  const destination = Object.assign(element("select", ""), { ariaLabel: "Move the selected to", id: "move-to" });
  const all = element("button", "", "Select all");
  const bin = element("button", "", "To the trash ", element("kbd", "", "Delete"));
  const undo = element("button", "", "Undo ", element("kbd", "", "Ctrl"), element("kbd", "", "Z"));
  const status = Object.assign(element("p", "soft said"), { role: "status" });
  bin.id = "trash";
  undo.id = "undo-edit";
  status.id = "drawings-status";
  const keys = element("p", "soft hint", "Arrow keys go from drawing to drawing, Space selects, Shift selects a range, "
    + "a letter's key moves the selected there, Ctrl A selects all, Esc none.");
  let said = ""; // what came of the last act
  const gallery = new Gallery({ list, onSelect: update, onKey, onError: failed });
  const edits = new Edits({ onStep: (text) => { status.textContent = text; } });
  let state = null;
  let open = false;
  let total = 0;

  body.append(
    element("div", "tools small", labels, writers, all, destination, bin, undo),
    status, gallery.element, keys,
  );
  const query = () => ({ ...(labels.value && { label: labels.value }), ...(writers.value && { writer: writers.value }) });
  const ask = () => { said = ""; return load(); };
  labels.addEventListener("change", ask);
  writers.addEventListener("change", ask);
  all.addEventListener("click", () => gallery.selectAll());
  bin.addEventListener("click", remove);
  undo.addEventListener("click", back);
  // The keys that these name are for the drawings here, also after a click.
  for (const button of [all, bin, undo]) {
    button.addEventListener("click", (event) => { if (event.detail) gallery.focus(); });
  }
  destination.addEventListener("change", () => { move(destination.value); destination.value = ""; });
  whenOpen((now) => { open = now; if (open && state) ask(); });
  on("state", (found) => {
    const before = state;
    state = found;
    fill();
    if (!open || edits.busy) return;
    const news = !before || before.network?.version !== state.network?.version || count() !== total;
    // What comes in meanwhile is no reason to move things under the hand of who is selecting.
    if (news && !gallery.selected.length && !gallery.element.contains(document.activeElement)) load();
  });

  function count() {
    if (writers.value) return total;
    return labels.value ? state.counts[labels.value] ?? 0 : Object.values(state.counts).reduce((sum, n) => sum + n, 0);
  }

  async function list(offset, limit) {
    const found = await api.samples({ ...query(), offset, limit });
    total = found.total;
    return found;
  }

  async function load() {
    try {
      await gallery.load(Boolean(labels.value));
      tell();
    } catch (error) {
      failed(error);
    }
  }

  function tell() {
    if (said) { // it stays until something is selected or asked for
      status.textContent = said;
      return;
    }
    const of = labels.value ? ` of ${labels.value}` : "";
    const order = state.network ? ", those first that the network doubts most" : "";
    status.textContent = total ? `${plural(total, "drawing")}${of}${order}.` : `No drawings${of} yet.`;
  }

  function failed(error) {
    if (!(error instanceof api.Refused || error instanceof api.Gone)) throw error;
    status.textContent = `That did not work: ${error.message}.`;
  }

  function fill() {
    const names = Object.keys(state.counts);
    if (labels.dataset.names !== names.join("\n")) {
      labels.dataset.names = names.join("\n");
      const shown = labels.value;
      labels.replaceChildren(option("", "All letters"), ...names.map((name) => option(name, name)));
      labels.value = names.includes(shown) ? shown : "";
      destination.replaceChildren(option("", "Move to …"), ...names.map((name) => option(name, name)));
    }
    const people = Object.keys(state.writers);
    writers.hidden = !people.length;
    if (writers.dataset.names === people.join("\n")) return;
    writers.dataset.names = people.join("\n");
    const shown = writers.value;
    writers.replaceChildren(option("", "All writers"), ...people.map((name) => option(name, name)));
    writers.value = people.includes(shown) ? shown : "";
  }

  function update() {
    const n = gallery.selected.length;
    all.hidden = !gallery.size;
    destination.disabled = bin.disabled = !n || edits.busy;
    undo.disabled = !edits.some || edits.busy;
    if (n) said = "";
    if (n) status.textContent = `${plural(n, "drawing")} selected.`;
    else if (state && !edits.busy) tell();
  }

  async function edit(act) {
    if (edits.busy) return;
    said = "";
    const work = act();
    update();
    const { text, changes } = await work;
    onEdit(changes);
    const kept = gallery.place;
    await load();
    gallery.select([]);
    gallery.goTo(kept);
    said = text;
    update();
  }

  function remove() { if (gallery.selected.length) edit(() => edits.remove(gallery.selected)); }
  function move(to) { if (to && gallery.selected.length) edit(() => edits.move(gallery.selected, to)); }
  function back() { if (edits.some) edit(() => edits.undo()); }

  // What the gallery itself has no use for; true when it did something.
  function onKey({ key, ctrlKey, metaKey }) {
    if (ctrlKey || metaKey) return key.toLowerCase() === "z" ? (back(), true) : false;
    if (key === "Delete") return remove(), true;
    const to = [key, key.toLowerCase()].find((label) => label in state.counts);
    if (to !== undefined) move(to);
    return to !== undefined;
  }

  return {
    open(label) {
      const change = labels.value !== label;
      labels.value = label;
      if (open && change) ask();
      toggle(true);
      part("drawings").querySelector("summary").focus();
    },
  };
}
