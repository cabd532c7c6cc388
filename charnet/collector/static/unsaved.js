// The drawing that is not saved yet: kept in the tab when the page is left, and back on the square when it is loaded again.

import { on } from "./events.js";
import { tabMemory } from "./memory.js";

/** @import { PageState } from "./page-state.js" */

const key = (/** @type {string} */ folder) => `charnet.unsaved.${folder}`;

/** @param {PageState} page */
export function keepUnsaved(page) {
  const keep = () => {
    const folder = page.connection.state?.folder;
    if (folder) tabMemory.set(key(folder), JSON.stringify({ strokes: page.pad.ink, label: page.promptedLabel }));
  };
  addEventListener("pagehide", keep);
  on("ink", (ink) => { if (!ink.length) keep(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); }); // the last event that a phone sends
}

/**
 * Puts the drawing that was kept back; returns whether there was one.
 * @param {PageState} page
 */
export function restoreUnsaved(page) {
  const { connection: { state }, pad } = page;
  if (!state || !page.blank) return false;
  const { strokes, label } = JSON.parse(tabMemory.get(key(state.folder)) ?? '{"strokes": [], "label": null}');
  if (!strokes.length || page.done) return false;
  pad.setStrokes(strokes);
  page.promptedLabel = label in state.counts && !page.free ? label : page.plan?.label ?? null;
  return true;
}
