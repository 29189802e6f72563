import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  openSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { type Issue, LIMITS } from '../base/index.ts';

/** Nothing of this size or more is written, so nothing of it is read: a clone or an archive may have brought it. */
export const MOST_BYTES = LIMITS.diffBytes;

/** An error of a system call: the file system's answer, not a defect of ours. */
interface SystemError extends Error {
  readonly code: string;
  readonly syscall: string;
}

export const isSystemError = (error: unknown, ...codes: string[]): error is SystemError =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  'syscall' in error &&
  (codes.length === 0 || codes.includes(error.code));

const REASONS: Readonly<Record<string, readonly [code: string, reason: string, suggestion: string]>> = {
  ENOSPC: ['integrate/no-space', 'the disk is full', 'Free some space and try again.'],
  EDQUOT: ['integrate/no-space', 'the disk quota is used up', 'Free some space and try again.'],
  EROFS: ['integrate/read-only', 'the file system is read-only', 'Make it writable and try again.'],
  EACCES: ['integrate/no-permission', 'permission is denied', 'Give write permission and try again.'],
  EPERM: ['integrate/no-permission', 'permission is denied', 'Give write permission and try again.'],
  ENAMETOOLONG: ['integrate/path', 'the name is too long for the file system', 'Choose a shorter name.'],
};

/** The one issue that tells of a failed system call. Anything else is a defect of ours and thrown on. */
export function systemIssue(error: unknown, outcome: string, doing: string, path?: string): Issue {
  if (!isSystemError(error)) throw error;
  const [code, reason, suggestion] = REASONS[error.code] ?? ['integrate/io', `${error.syscall} failed`, undefined];
  return {
    code,
    message: `${outcome}: expected to ${doing}, found that ${reason} (${error.code})`,
    severity: 'error',
    ...(path === undefined ? {} : { path }),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** Mode and, for a file that is replaced, its owner. */
export interface Ownership {
  readonly mode: number;
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/** Writes a new file and waits until the disk has it. The mode is set outright: the process's umask has no say. */
export function writeDurably(path: string, bytes: Uint8Array, { mode, owner }: Ownership): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, bytes);
    if (owner !== undefined) {
      try {
        fchownSync(file, owner.uid, owner.gid);
      } catch (error) {
        // Only root may give files away; whoever else may replace the file becomes its owner.
        if (!isSystemError(error, 'EPERM')) throw error;
      }
    }
    fchmodSync(file, mode);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Waits until the disk has the names in a folder. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } catch (error) {
    // Some file systems have no such call for folders, and nothing better.
    if (!isSystemError(error, 'EINVAL', 'ENOTSUP')) throw error;
  } finally {
    closeSync(folder);
  }
}

export function syncParents(paths: Iterable<string>): void {
  for (const folder of new Set([...paths].map((path) => dirname(path)))) syncFolder(folder);
}

export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!isSystemError(error, 'ENOENT', 'ENOTDIR')) throw error;
  }
}

/** Removes folders, the last first, leaving those that hold something. */
export function removeEmptyFolders(paths: readonly string[]): void {
  for (const path of paths.toReversed()) {
    try {
      rmdirSync(path);
    } catch (error) {
      if (!isSystemError(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')) throw error;
    }
  }
}

export function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
