// The dialog that downloads all drawings as a zip, and adds pictures, folders and zips to them.

import { element } from "../../web/elements.js";
import { translated } from "../../web/server-words.js";
import { t, tn } from "../../web/words.js";
import * as api from "./api.js";
import { on } from "./events.js";
import { makeDialog } from "./dialogs.js";
import { may } from "./role.js";
import { saveOnClick } from "./save-file.js";
import { choicesOf, setChoices } from "./select.js";

/** @import { FileWithPath } from "./file-drop.js" */
/** @import { ImportResponse } from "./responses.js" */

/** @typedef {Omit<ImportResponse, "samples">} Outcome */

const MAX_LISTED = 100; // refused files that are named
const CONFLICT = 409; // someone else is adding drawings
const MAX_ATTEMPTS = 60;
const wait = (/** @type {number} */ ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** @param {() => void} onAdded */
export function mountImportExportPanel(onAdded) {
  const { dialog, body, toggle, button: opener } = makeDialog("inout", t("Import and export"), "", t("In and out"));
  if (opener) opener.dataset.needs = "manage";
  const download = Object.assign(element("a", "button", t("Download all drawings")), { href: "/api/archive", download: "letters.zip" });
  const home = exportLink(t("Take it home"), "html", "letters.html");
  const network = exportLink(t("Download the network"), "json", "weights.json");
  const target = Object.assign(element("select", ""), { id: "under" });
  const files = Object.assign(element("input", ""), { id: "files", type: "file", multiple: true, hidden: true });
  const folder = Object.assign(element("input", ""), { type: "file", webkitdirectory: true, hidden: true });
  files.accept = "image/*,.heic,.heif,.avif,.jp2,.zip,application/zip";
  [files.ariaLabel, folder.ariaLabel] = [t("Pictures or zips to add"), t("Folder to add")];
  const status = Object.assign(element("p", "said"), { id: "inout-status", role: "status" });
  const refusedList = Object.assign(element("ul", "refused"), { hidden: true, ariaLabel: t("Not added"), translate: false });
  const zone = element("div", "zone", element("p", "", t("Drop pictures, letter folders or a zip of them here")),
    element("div", "tools small", button(t("Choose files"), () => files.click()), button(t("Choose a folder"), () => folder.click()),
      element("label", "field", element("span", "", t("Add them to")), target)));
  body.append(
    element("div", "tools small", download, element("span", "soft", t("a zip of letter folders, as train.py reads them"))),
    element("div", "tools small", home, element("span", "soft", t("this page as one file, which a double click opens"))),
    element("div", "tools small", network, element("span", "soft", t("as predict.py reads it"))),
    zone, files, folder, status, refusedList,
  );
  for (const link of [home, network]) saveOnClick(link, setStatus);
  /** @type {string[]} */
  let labels = [];
  let busy = false;
  on("state", ({ counts }) => {
    labels = Object.keys(counts);
    setChoices(target, choicesOf(t("the letters that their folders name"), labels));
  });
  for (const input of [files, folder]) {
    input.addEventListener("change", () => {
      addFiles([...input.files ?? []].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
      input.value = ""; // the same may be chosen again
    });
  }

  /** @param {FileWithPath[]} given */
  async function addFiles(given) {
    toggle(true);
    if (busy) return setStatus(t("Other files are being added. Wait until they are in."));
    busy = true;
    /** @type {Outcome} */
    const outcome = { saved: {}, total: 0, refused: [], more: 0, already: 0 };
    try {
      for (const [index, each] of given.entries()) {
        const values = { file: each.path, number: index + 1, total: given.length };
        setStatus(given.length > 1 ? t("Adding {number} of {total}: {file} …", values) : t("Adding {file} …", values));
        merge(outcome, await addFile(each));
      }
      report(outcome);
    } catch (error) {
      if (!(error instanceof api.Unreachable)) throw error;
      report(outcome);
      setStatus(`${status.textContent} ${t("Then the program stopped answering.")}`);
    } finally {
      busy = false;
      onAdded();
    }
  }

  /**
   * @param {FileWithPath} given
   * @returns {Promise<Outcome>}
   */
  async function addFile({ file, path }) {
    const parent = path.split("/").at(-2)?.normalize();
    const refuse = (/** @type {string} */ error) => ({ saved: {}, total: 0, refused: [{ name: path, error }], more: 0, already: 0 });
    const label = target.value || (parent === undefined ? "" : labels.find((each) => each === labelOf(parent) || each === parent) ?? "");
    if (api.isNetwork(file) && may("serve")) return refuse(t("a network, which charnet use FILE puts to use"));
    if (!label && !api.isZip(file) && !api.isNetwork(file)) {
      return refuse(parent === undefined ? t("which letter is it? Choose what to add it to, or drop the folder of its letter")
        : t("{folder} is none of the letters", { folder: parent }));
    }
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await api.addFile(file, api.isZip(file) ? target.value : label, path.slice(-200));
      } catch (error) {
        if (!(error instanceof api.Refused)) throw error;
        if (error.status !== CONFLICT || attempt > MAX_ATTEMPTS) return refuse(error.message);
        await wait(500);
      }
    }
  }

  /** @param {Outcome} outcome */
  function report({ saved, total, refused, more, already, note = "" }) {
    const list = Object.entries(saved).map(([label, n]) => `${label} ${n}`).join(", ");
    const count = refused.length + more;
    setStatus([total ? tn(total, "{n} added: {list}.", "{n} added: {list}.", { list }) : translated(note) || t("Nothing was added."),
      already && tn(already, "{n} is here already.", "{n} are here already."),
      count && tn(count, "{n} could not be:", "{n} could not be:")].filter(Boolean).join(" "));
    const unlisted = count - Math.min(MAX_LISTED, refused.length);
    refusedList.replaceChildren(
      ...refused.slice(0, MAX_LISTED).map(({ name, error }) => element("li", "", element("b", "", name), ` ${translated(error)}`)),
      ...(unlisted ? [element("li", "", t("and {count} more", { count: unlisted }))] : []),
    );
    refusedList.hidden = !count;
  }

  /** @param {string} text */
  function setStatus(text) { status.textContent = text; }

  return { addFiles, zone: dialog };
}

/**
 * @param {string} text
 * @param {() => void} onClick
 */
function button(text, onClick) {
  const created = element("button", "", text);
  created.addEventListener("click", onClick);
  return created;
}

/**
 * A link by which the network or the page is saved as a file.
 * @param {string} text
 * @param {string} to
 * @param {string} name
 */
export const exportLink = (text, to, name) => Object.assign(element("a", "button", text), { href: `/api/export?to=${to}`, download: name });

/**
 * The label of a letter folder, as charnet/letters/naming.py names it: %41 is A.
 * @param {string} folder
 */
function labelOf(folder) {
  try {
    return decodeURIComponent(folder);
  } catch {
    return folder;
  }
}

/**
 * Adds one file's outcome to that of all.
 * @param {Outcome} all
 * @param {Outcome} one
 */
function merge(all, { saved, refused, more, already, note }) {
  for (const [label, n] of Object.entries(saved)) {
    all.saved[label] = (all.saved[label] ?? 0) + n;
    all.total += n;
  }
  all.refused.push(...refused);
  all.more += more;
  all.already += already;
  if (note) all.note = note;
}
