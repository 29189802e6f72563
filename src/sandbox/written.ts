import { spawnSync } from 'node:child_process';
import { constants, lstatSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readRegular, utf8Of } from '../base/index.ts';

/**
 * The text of a file that a command wrote, read from outside of its sandbox. Undefined where it is not there, or is
 * anything but a regular file of fewer than `maxBytes` bytes reached without a link: a command may have put a pipe there
 * that nobody writes to, or a link to what it may not read itself.
 */
export function readWritten(path: string, maxBytes: number): string | undefined {
  try {
    if (!isOwnFolder(dirname(path))) return undefined;
    const bytes = readRegular(path, maxBytes, constants.O_NOFOLLOW);
    return bytes && utf8Of(bytes);
  } catch {
    return undefined;
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
