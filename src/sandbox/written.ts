import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The text of a file that a command wrote, read from outside of its sandbox. Undefined where it is not there, or is
 * anything but a regular file of fewer than `maxBytes` bytes reached without a link: a command may have put a pipe there
 * that nobody writes to, or a link to what it may not read itself.
 */
export function readWritten(path: string, maxBytes: number): string | undefined {
  let file: number | undefined;
  try {
    if (!isOwnFolder(dirname(path))) return undefined;
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size >= maxBytes) return undefined;
    const bytes = Buffer.alloc(stat.size);
    let read = 0;
    for (let more = -1; read < bytes.length && more !== 0; read += more)
      more = readSync(file, bytes, read, bytes.length - read, read);
    return bytes.toString('utf8', 0, read);
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Whether a folder that commands may write is still reached by its own name, without a link that leads elsewhere. */
export function isOwnFolder(path: string): boolean {
  try {
    return realpathSync(path) === path;
  } catch {
    return false;
  }
}

/** Makes a folder below one that commands may write. Undefined where something else, or a link, is on the way. */
export function makeOwnFolder(root: string, ...names: readonly string[]): string | undefined {
  let path = root;
  try {
    for (const name of names) {
      path = join(path, name);
      if (!lstatSync(path, { throwIfNoEntry: false })) mkdirSync(path);
      else if (!lstatSync(path).isDirectory()) return undefined;
    }
    return path;
  } catch {
    return undefined;
  }
}

/** Removes a tree that commands wrote, folders deeper than the longest path included. Never throws. */
export function removeWritten(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // `rm` goes down folder by folder and needs no whole path. What it cannot remove stays.
    spawnSync('/bin/rm', ['-rf', '--', path], { stdio: 'ignore' });
  }
}
