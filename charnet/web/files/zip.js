// Zip archives: written without compression, since PNGs are compressed already, and read with or without.

import { crc32, inflate, joined } from "./bytes.js";

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const UTF8 = 0x800; // the flag of a name in UTF-8
const [STORED, DEFLATED] = [0, 8];
const NO_DATE = 0x21; // 1 January 1980
const MAX_MEMBERS = 100_000;
const LARGEST = 0xffff; // members of an archive without the extension for larger ones

/** @typedef {{name: string, size: number, content: () => Promise<Uint8Array>}} Member */

/**
 * An archive of files by their paths.
 * @param {[path: string, content: Uint8Array][]} files
 */
export function writeZip(files) {
  if (files.length > LARGEST) throw new Error(`A zip holds ${LARGEST} files, and these are ${files.length}: save fewer.`);
  /** @type {Uint8Array[][]} */
  const [bodies, directory] = [[], []];
  let offset = 0;
  for (const [path, content] of files) {
    const name = new TextEncoder().encode(path);
    // Flags, method, time, date, checksum, size packed and unpacked, length of the name and of more (none).
    const about = record([[2, UTF8], [2, STORED], [2, 0], [2, NO_DATE], [4, crc32(content)], [4, content.length],
      [4, content.length], [2, name.length], [2, 0]]);
    const local = joined([record([[4, LOCAL], [2, 20]]), about, name, content]);
    directory.push(record([[4, CENTRAL], [2, 20], [2, 20]]), about, record([[2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), name);
    bodies.push(local);
    offset += local.length;
  }
  const listing = joined(directory);
  const end = record([[4, END], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, listing.length], [4, offset], [2, 0]]);
  return joined([...bodies, listing, end]);
}

/**
 * Little-endian numbers of 2 or 4 bytes.
 * @param {[bytes: number, value: number][]} fields
 */
function record(fields) {
  const view = new DataView(new ArrayBuffer(fields.reduce((size, [bytes]) => size + bytes, 0)));
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  }
  return new Uint8Array(view.buffer);
}

/**
 * The files of an archive, without folders. Throws, and hands out a member whose `content` rejects, with what is wrong.
 * @param {Uint8Array} bytes
 * @param {number} most - bytes that a member may unpack to, whatever it claims
 * @returns {Member[]}
 */
export function readZip(bytes, most) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  if (count === LARGEST || count > MAX_MEMBERS) throw new Error("The zip holds too many files: send it in parts.");
  let at = view.getUint32(end + 16, true);
  /** @type {Member[]} */
  const members = [];
  try {
    for (let number = 0; number < count; number += 1) {
      if (view.getUint32(at, true) !== CENTRAL) throw new RangeError();
      const [method, crc] = [view.getUint16(at + 10, true), view.getUint32(at + 16, true)];
      const [packed, size, offset] = [20, 24, 42].map((field) => view.getUint32(at + field, true));
      const [nameLength, more, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
      const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength)).replaceAll("\\", "/");
      const encrypted = view.getUint16(at + 8, true) & 1;
      at += 46 + nameLength + more + comment;
      if (name.endsWith("/")) continue;
      members.push({ name, size, content: () => unpack(bytes, { method, crc, packed, size, offset, encrypted, most }) });
    }
  } catch {
    throw new Error("It is not a whole zip archive: its list of files is damaged.");
  }
  return members;
}

/** @param {DataView} view */
function findEnd(view) {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - 0xffff); at -= 1) {
    if (view.getUint32(at, true) === END) return at;
  }
  throw new Error("It is not a whole zip archive.");
}

/**
 * @param {Uint8Array} bytes
 * @param {{method: number, crc: number, packed: number, size: number, offset: number, encrypted: number, most: number}} member
 */
async function unpack(bytes, { method, crc, packed, size, offset, encrypted, most }) {
  if (encrypted) throw new Error("it is locked by a password");
  if (size > most) throw new Error(`it is larger than ${Math.round(most / 1024 ** 2)} MB`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== LOCAL) throw new Error("it is not where the zip says");
  const begin = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  const content = bytes.subarray(begin, begin + packed);
  if (method !== STORED && method !== DEFLATED) throw new Error(`it is packed by a method that is not read (${method})`);
  const whole = method === STORED ? content
    : await inflate(content, "deflate-raw", size).catch(() => { throw new Error("it is damaged"); });
  if (whole.length !== size || crc32(whole) !== crc) throw new Error("it is damaged");
  return whole;
}
