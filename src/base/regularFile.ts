import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';

/**
 * The bytes of a regular file of fewer than `maxBytes` bytes, links followed; undefined where anything else is there. A
 * repository can bring a link to a device without end or a pipe that nobody writes to, and many files of `/proc` are
 * regular, empty and wait: nothing but a regular file is opened, and no more of it read than the size that it tells. Throws
 * as `readFileSync` does where nothing is there or it cannot be read.
 *
 * @param flags to open the file with, besides those that reading asks for
 */
export function readRegular(path: string | Uint8Array, maxBytes: number, flags = 0): Uint8Array | undefined {
  // Opening is enough to set some devices going; that the file is still the same is looked at below.
  if (regularSize(path, maxBytes) === undefined) return undefined;
  const { O_RDONLY, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants;
  const file = openSync(placeOf(path), O_RDONLY | O_NONBLOCK | O_NOCTTY | flags);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile() || stats.size >= maxBytes) return undefined;
    const bytes = Buffer.alloc(stats.size);
    let read = 0;
    for (let more = -1; read < bytes.length && more !== 0; read += more)
      more = readSync(file, bytes, read, bytes.length - read, read);
    return bytes.subarray(0, read);
  } finally {
    closeSync(file);
  }
}

/** Text of a regular file as `readRegular` reads it; undefined where that reads nothing, be it that nothing is there. */
export function readRegularText(path: string, maxBytes: number): string | undefined {
  try {
    const bytes = readRegular(path, maxBytes);
    return bytes && utf8Of(bytes);
  } catch {
    return undefined;
  }
}

/** The size of what `readRegular` reads, in bytes; undefined where it reads nothing. Throws where nothing is there. */
export function regularSize(path: string | Uint8Array, maxBytes: number): number | undefined {
  const stats = statSync(placeOf(path));
  return stats.isFile() && stats.size < maxBytes ? stats.size : undefined;
}

// Types that whoever uses assay sees name nothing of Node's: its types may not be installed there.
const placeOf = (path: string | Uint8Array): string | Buffer => (typeof path === 'string' ? path : Buffer.from(path));

/** Bytes as text, a byte order mark included; what is no UTF-8 becomes U+FFFD. */
export const utf8Of = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
