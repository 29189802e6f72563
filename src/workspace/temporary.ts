import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeWritten } from '../sandbox/index.ts';

/** A folder of the system's temporary folder, `assay-tree-<host>-<pid>-<random>`: a dead owner is known by its name. */
const PREFIX = `assay-tree-${createHash('sha256').update(hostname()).digest('hex').slice(0, 8)}-`;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** A new private folder (0700), links resolved. Removes what crashed processes of this user on this machine left first. */
export function makeTemporary(): string {
  const folder = realpathSync(tmpdir());
  for (const name of readdirSync(folder)) {
    const pid = name.startsWith(PREFIX) ? Number(/^(\d+)-/.exec(name.slice(PREFIX.length))?.[1]) : Number.NaN;
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    const path = join(folder, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory() && stats.uid === process.getuid?.()) removeTemporary(path);
  }
  return mkdtempSync(join(folder, `${PREFIX}${process.pid}-`));
}

/** Removes a folder and what is in it; links are removed, not followed. What was removed before is no error. */
export function removeTemporary(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // Something in it was made read-only; the owner may change that.
    makeWritable(path);
    removeWritten(path);
  }
}

function makeWritable(folder: string): void {
  try {
    chmodSync(folder, 0o700);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) makeWritable(join(folder, entry.name));
    }
  } catch {
    // Deeper than a path may be, or not ours: what removes it tries without.
  }
}
