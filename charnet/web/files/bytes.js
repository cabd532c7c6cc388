// What file formats have in common: checksums, and bytes packed and unpacked by the browser's own deflate.

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/**
 * The CRC-32 of zip and PNG files.
 * @param {Uint8Array} bytes
 */
export function crc32(bytes) {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i += 1) crc = TABLE[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** @param {Uint8Array[]} parts */
export function joined(parts) {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.length;
  }
  return all;
}

/**
 * @param {Uint8Array} bytes
 * @param {"deflate" | "deflate-raw"} format
 */
export const deflate = (bytes, format) => through(bytes, new CompressionStream(format), Infinity);

/**
 * Rejects for what is damaged, and for more than `most` bytes, of which no more are unpacked.
 * @param {Uint8Array} bytes
 * @param {"deflate" | "deflate-raw"} format
 * @param {number} most
 */
export const inflate = (bytes, format, most) => through(bytes, new DecompressionStream(format), most);

/**
 * @param {Uint8Array} bytes
 * @param {CompressionStream | DecompressionStream} stream
 * @param {number} most
 */
async function through(bytes, stream, most) {
  const writer = stream.writable.getWriter();
  const written = writer.write(new Uint8Array(bytes)).then(() => writer.close()).catch(() => {}); // the reader says it too
  const reader = stream.readable.getReader();
  /** @type {Uint8Array[]} */
  const parts = [];
  for (let size = 0; ;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    parts.push(value);
    if (size > most) {
      await reader.cancel();
      throw new Error(`more than ${Math.round(most / 1024 ** 2)} MB`);
    }
  }
  await written;
  return joined(parts);
}
