import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { fail, ok, type Result } from '../../base/index.ts';
import { FILE_LIMITS } from './limits.ts';

/** One read call; Node reads at most 2 GiB at once. */
const CHUNK = 1 << 28;

/** A whole file of weights in one buffer. Errors: `model/file`, `model/limit`. */
export function readWeights(path: string): Result<Uint8Array<ArrayBuffer>> {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    return unreadable(path, error);
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) return fail('model/file', `expected a regular file, ${path} is none`, { path });
    if (stat.size >= FILE_LIMITS.fileBytes) {
      return fail('model/limit', `expected under ${FILE_LIMITS.fileBytes} bytes, ${path} has ${stat.size}`, { path });
    }
    // Not filled with zeros first: every byte is read or the buffer is dropped.
    const bytes = new Uint8Array(Buffer.allocUnsafeSlow(stat.size).buffer);
    let at = 0;
    while (at < bytes.length) {
      const read = readSync(file, bytes, at, Math.min(CHUNK, bytes.length - at), null);
      if (read === 0) return fail('model/file', `${path} became shorter while it was read`, { path });
      at += read;
    }
    return ok(bytes);
  } catch (error) {
    return unreadable(path, error);
  } finally {
    closeSync(file);
  }
}

const unreadable = (path: string, error: unknown): ReturnType<typeof fail> =>
  fail('model/file', `expected a readable file, but ${path} is not: ${(error as Error).message}`, { path });
