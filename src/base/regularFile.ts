import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';

/**
 * The bytes of a regular file of fewer than `maxBytes` bytes, links followed; undefined where anything else is there. A
 * repository can bring a link to a device without end or a pipe that nobody writes to, and many files of `/proc` are
 * regular, empty and wait: nothing but a regular file is opened, and no more of it read than the size that it tells. Throws
 * as `readFileSync` does where nothing is there or it cannot be read.
 *
 * @param flags to open the file with, besides those that reading asks for
 */
export function readRegular(path: string | Buffer, maxBytes: number, flags = 0): Buffer | undefined {
  // Opening is enough to set some devices going; that the file is still the same is looked at below.
  if (regularSize(path, maxBytes) === undefined) return undefined;
  const { O_RDONLY, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants;
  const file = openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | flags);
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
    return readRegular(path, maxBytes)?.toString('utf8');
  } catch {
    return undefined;
  }
}

/** The size of what `readRegular` reads, in bytes; undefined where it reads nothing. Throws where nothing is there. */
export function regularSize(path: string | Buffer, maxBytes: number): number | undefined {
  const stats = statSync(path);
  return stats.isFile() && stats.size < maxBytes ? stats.size : undefined;
}
