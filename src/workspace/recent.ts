import { closeSync, lstatSync, openSync, readSync } from 'node:fs';
import { type RepoPath, regularSize } from '../base/index.ts';
import type { Git } from './git.ts';
import { type Listing, textNames } from './list.ts';
import { diskPath, nulFields, toByteString } from './names.ts';
import { secretByName } from './secrets.ts';

/** Commits looked through for when files were changed: first the near past, then further back if that is not enough. */
const COMMITS = [500, 20_000];

/** How much of a file is looked at to tell text from binary, bytes; as git does. */
const HEAD_BYTES = 8_000;

export interface Recent {
  readonly path: RepoPath;
  readonly changedAt: number;
}

/** See `Workspace.recent`. Files that none of the commits looked through names are put at the time of the oldest of them. */
export async function recentFiles(
  root: string,
  git: Git | undefined,
  listing: Listing,
  limit: number,
): Promise<readonly Recent[]> {
  const paths = textNames(listing).filter((path) => !listing.links.has(toByteString(path)) && !secretByName(path));
  const times = git ? await committedTimes(git, listing, paths, limit) : undefined;
  const dated = paths.map((path) => ({ path, changedAt: times?.get(path) ?? modifiedAt(root, path) }));
  dated.sort((a, b) => b.changedAt - a.changedAt || (a.path < b.path ? -1 : 1));
  const found: Recent[] = [];
  for (const file of dated) {
    if (found.length >= limit) break;
    if (looksLikeText(root, file.path)) found.push(file);
  }
  return found;
}

const modifiedAt = (root: string, path: RepoPath): number =>
  lstatSync(diskPath(root, toByteString(path)), { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** When files that are as committed were last changed by a commit; the others are left out. */
async function committedTimes(
  git: Git,
  listing: Listing,
  paths: readonly RepoPath[],
  limit: number,
): Promise<ReadonlyMap<RepoPath, number> | undefined> {
  const head = await git.run(['rev-parse', '--verify', '--quiet', 'HEAD'], { accept: [0, 1] });
  if (!head.ok || head.value.exitCode !== 0) return undefined;
  const dirty = await git.run([
    'status',
    '-z',
    '--porcelain',
    '--no-renames',
    '--untracked-files=no',
    '--ignore-submodules',
  ]);
  if (!dirty.ok) return undefined;
  const changed = new Set([...nulFields(dirty.value.stdout).map((field) => field.slice(3)), ...listing.untracked]);
  const clean = paths.filter((path) => !changed.has(toByteString(path)));
  const times = new Map<string, number>();
  let oldest = Number.POSITIVE_INFINITY;
  for (const commits of COMMITS) {
    times.clear();
    const log = await git.run([
      'log',
      '-z',
      '--name-only',
      '--no-renames',
      '--no-ext-diff',
      '--no-show-signature',
      '--format=%x01%ct',
      `--max-count=${commits}`,
    ]);
    if (!log.ok) return undefined;
    let time = 0;
    let seen = 0;
    let first = false;
    for (const field of nulFields(log.value.stdout)) {
      // `\x01<seconds>` opens a commit; the names of its files follow, a line feed before the first.
      if (field.startsWith('\x01')) {
        time = Number(field.slice(1)) * 1000;
        oldest = Math.min(oldest, time);
        seen++;
        first = true;
        continue;
      }
      const name = first ? field.slice(1) : field;
      times.set(name, Math.max(times.get(name) ?? 0, time));
      first = false;
    }
    if (seen < commits || clean.filter((path) => times.has(toByteString(path))).length >= limit) break;
  }
  return new Map(clean.map((path) => [path, times.get(toByteString(path)) ?? oldest]));
}

function looksLikeText(root: string, path: RepoPath): boolean {
  try {
    const place = diskPath(root, toByteString(path));
    if (regularSize(place, Number.POSITIVE_INFINITY) === undefined) return false;
    const file = openSync(place, 'r');
    try {
      const head = Buffer.alloc(HEAD_BYTES);
      return !head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0)).includes(0);
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}
