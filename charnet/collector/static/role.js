// Who uses the page, and what that one may do: in a class the teacher may do all, a pupil draws and looks.
//
// "manage" is what the drawings of all, letters, names and zips take, "serve" what takes a server. An element that is of no use
// without "train", "manage" or "serve" has data-needs with that word, and is not shown to those who lack it; one with
// data-without is shown to them alone.

import * as api from "./api.js";
import { on } from "./events.js";
import { setWriterName } from "./writer-name.js";

/** @import { You } from "./responses.js" */

/** @type {You | null} null before the server's first response */
let you = null;

/** From now on hides what is not allowed, and keeps a pupil's name as the server knows it. */
export function mountRole() {
  on("state", (state) => {
    you = state.you;
    document.documentElement.dataset.lacks = Object.entries(you.may).flatMap(([what, may]) => (may ? [] : [what])).join(" ");
    if (isPupil()) setWriterName(you.name);
  });
}

/** Whether this is allowed. @param {keyof You["may"]} what */
export const may = (what) => you?.may[what] ?? true;

const isPupil = () => you?.role === "pupil";

/**
 * From now on draws under this name. Rejects with `Refused` where a pupil may not have it.
 * @param {string} name
 */
export async function takeName(name) {
  setWriterName(isPupil() ? (await api.takeName(name)).name : name);
}
