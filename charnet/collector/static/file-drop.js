// Files that are dropped onto the page, or pasted.

import { acceptDrops } from "../../web/drop-target.js";
import { closest } from "../../web/elements.js";

/** @typedef {{file: File, path: string}} FileWithPath - the path within the folder that was dropped */

/** @param {(files: FileWithPath[], target: EventTarget | null) => void} onFiles - called with at least one file */
export function listenForFiles(onFiles) {
  document.addEventListener("paste", (event) => {
    const files = [...event.clipboardData?.files ?? []];
    if (!files.length || closest(event, "input, textarea")) return;
    event.preventDefault();
    onFiles(files.map((file) => ({ file, path: file.name })), event.target);
  });
  acceptDrops(async (transfer, target) => {
    const files = await filesIn(transfer);
    if (files.length) onFiles(files, target);
  });
}

/**
 * @param {DataTransfer} transfer
 * @returns {Promise<FileWithPath[]>}
 */
async function filesIn({ items, files }) {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry); // before the first await
  if (!entries.length) return [...files].map((file) => ({ file, path: file.name }));
  return (await Promise.all(entries.map((entry) => (entry ? filesBelow(entry, "") : [])))).flat();
}

/**
 * The file of an entry, or all files of a folder but the hidden ones.
 * @param {FileSystemEntry} entry
 * @param {string} folder
 * @returns {Promise<FileWithPath[]>}
 */
async function filesBelow(entry, folder) {
  const path = `${folder}${entry.name}`;
  if (entry.name.startsWith(".")) return [];
  if (isFile(entry)) return [{ file: await new Promise((resolve, reject) => { entry.file(resolve, reject); }), path }];
  const entries = isFolder(entry) ? await entriesOf(entry) : [];
  return (await Promise.all(entries.map((each) => filesBelow(each, `${path}/`)))).flat();
}

/**
 * @param {FileSystemEntry} entry
 * @returns {entry is FileSystemFileEntry}
 */
const isFile = (entry) => entry.isFile;

/**
 * @param {FileSystemEntry} entry
 * @returns {entry is FileSystemDirectoryEntry}
 */
const isFolder = (entry) => entry.isDirectory;

/** @param {FileSystemDirectoryEntry} folder */
async function entriesOf(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) { // the browser gives a hundred at a time
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (!some.length) return all;
    all.push(...some);
  }
}
