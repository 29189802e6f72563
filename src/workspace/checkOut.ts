import { constants, copyFileSync, lstatSync, mkdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { fail, LIMITS, ok, type Result } from '../base/index.ts';
import type { Git } from './git.ts';
import { ANOTHER_REPOSITORY, type Listing, neverPart } from './list.ts';
import { diskPath, nulFields, showName } from './names.ts';

/** Most bytes of a working tree that are copied. */
const COPY_BYTES = 4 * 1024 * 1024 * 1024;

/** Files between two chances for other work to run. */
const FILES_AT_ONCE = 256;

/**
 * Writes files of a commit or tree below `into`, as a checkout would (line endings and filters applied), all of them or
 * those named (byte strings). Nothing in the repository is written, and no hook runs. `index` is a file to use meanwhile.
 */
export async function checkOut(
  git: Git,
  gitFolder: string,
  tree: string,
  place: { readonly into: string; readonly index: string },
  names?: readonly string[],
): Promise<Result<void>> {
  mkdirSync(place.into, { recursive: true });
  const env = { GIT_DIR: gitFolder, GIT_WORK_TREE: place.into, GIT_INDEX_FILE: place.index };
  const whole = ['-c', 'core.sparseCheckout=false', '-c', 'index.sparse=false'];
  const read = await git.run([...whole, 'read-tree', tree], { env });
  if (!read.ok) return read;
  const what = names === undefined ? ['--all'] : ['-z', '--stdin'];
  const written = await git.run([...whole, 'checkout-index', '--quiet', '--force', ...what], {
    env,
    ...(names === undefined ? {} : { stdin: Buffer.from(names.map((name) => `${name}\0`).join(''), 'latin1') }),
  });
  return written.ok ? ok(undefined) : written;
}

/** The files of a commit or tree. */
export async function listTree(git: Git, tree: string, limit: number = LIMITS.snapshotFiles): Promise<Result<Listing>> {
  const listed = await git.run(['ls-tree', '-r', '-z', '--full-tree', tree]);
  if (!listed.ok) return listed;
  const names: string[] = [];
  const links = new Set<string>();
  const excluded: { path: string; reason: string }[] = [];
  for (const field of nulFields(listed.value.stdout)) {
    const tab = field.indexOf('\t');
    const name = field.slice(tab + 1);
    if (neverPart(name)) continue;
    if (field.startsWith('160000')) excluded.push({ path: showName(name), reason: ANOTHER_REPOSITORY });
    else names.push(name);
    if (field.startsWith('120000')) links.add(name);
    if (names.length >= limit) {
      return fail('workspace/too-many-files', `expected fewer than ${limit} files in ${tree}, found ${limit} or more`);
    }
  }
  return ok({ names: names.sort(), links, untracked: new Set(), index: new Map(), sparse: 0, excluded });
}

/** Copies the files of a listing from one folder to another, links as links. */
export async function copyFiles(
  from: string,
  listing: Listing,
  to: string,
  limit: number = COPY_BYTES,
): Promise<Result<void>> {
  const made = new Set<string>();
  let bytes = 0;
  for (const [index, name] of listing.names.entries()) {
    if (index % FILES_AT_ONCE === FILES_AT_ONCE - 1) await breathe();
    const source = diskPath(from, name);
    const target = diskPath(to, name);
    const folder = dirname(name);
    if (!made.has(folder)) mkdirSync(diskPath(to, folder), { recursive: true });
    made.add(folder);
    try {
      const stats = lstatSync(source, { throwIfNoEntry: false });
      if (stats?.isSymbolicLink()) symlinkSync(readlinkSync(source, 'buffer'), target);
      if (!stats?.isFile()) continue;
      bytes += stats.size;
      if (bytes >= limit) {
        return fail('workspace/too-large', `expected a working tree under ${limit} bytes to copy, found more`, {
          suggestion: 'add large files that do not belong to the project to .gitignore',
        });
      }
      copyFileSync(source, target, constants.COPYFILE_FICLONE);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      if (code !== 'ENOENT') return fail('workspace/copy', `${showName(name)} cannot be copied: ${code}`);
    }
  }
  return ok(undefined);
}
