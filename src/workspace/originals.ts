import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, LIMITS, ok, type RepoPath, type Result } from '../base/index.ts';
import type { Original } from './patched.ts';

export const notRegular = (path: RepoPath): Result<never> =>
  fail('workspace/diff-kind', 'expected a regular file for the diff to change, found something else', { path });

/** A file that a diff is applied to; undefined where there is none. */
export function readOriginal(root: string, path: RepoPath): Result<Original | undefined> {
  const place = join(root, path);
  try {
    const stats = lstatSync(place, { throwIfNoEntry: false });
    if (!stats || stats.isDirectory()) return ok(undefined);
    if (!stats.isFile()) return notRegular(path);
    if (stats.size >= LIMITS.fileBytes) {
      return fail('workspace/too-large', `expected a file under ${LIMITS.fileBytes} bytes, found ${stats.size}`, {
        path,
      });
    }
    return ok({ bytes: readFileSync(place), executable: (stats.mode & 0o100) !== 0 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    // A file stands where a folder of the path would be.
    if (code === 'ENOTDIR') return ok(undefined);
    return fail('workspace/unreadable', `${path} cannot be read: ${code}`, { path });
  }
}
