import { type BigIntStats, lstatSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fail, ok, type RepoPath, type Result } from '../base/index.ts';
import { inGitFolder } from '../draft/index.ts';
import { isSystemError, systemIssue } from './system.ts';

/** The user's tree and assay's store, absolute, links resolved. */
export interface Tree {
  readonly root: string;
  readonly store: string;
}

/** Where a path of the repository is on disk. */
export interface Location {
  readonly path: RepoPath;
  /** Absolute, links on the way resolved. */
  readonly absolute: string;
  /** Undefined where there is no file yet. */
  readonly stat?: BigIntStats;
  /** Whether the last step of the path is a link to the file. */
  readonly link: boolean;
  /** Absolute folders on the way that do not exist, parents first. */
  readonly missing: readonly string[];
}

const isInside = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/**
 * Walks a path from the root, link by link. Refuses what leads outside the root, into `.git` or into the store, and
 * whatever is not a regular file.
 */
export function locate({ root, store }: Tree, path: RepoPath): Result<Location> {
  const refuse = (code: string, message: string) => fail(code, message, { path });
  const outside = () =>
    refuse('integrate/outside', 'expected a path that stays inside the root, found a link that leaves it');
  try {
    const segments = path.split('/');
    const missing: string[] = [];
    let at = root;
    let link = false;
    let stat: BigIntStats | undefined;
    for (const [index, segment] of segments.entries()) {
      at = join(at, segment);
      const last = index === segments.length - 1;
      stat = missing.length > 0 ? undefined : lstatSync(at, { bigint: true, throwIfNoEntry: false });
      if (stat?.isSymbolicLink()) {
        try {
          at = realpathSync(at);
        } catch (error) {
          if (!isSystemError(error, 'ENOENT', 'ELOOP')) throw error;
          return refuse('integrate/broken-link', 'expected a file or folder, found a link that leads nowhere');
        }
        if (!isInside(root, at)) return outside();
        link = last;
        stat = statSync(at, { bigint: true });
      }
      if (stat === undefined) {
        if (!last) missing.push(at);
      } else if (last ? !stat.isFile() : !stat.isDirectory()) {
        const expected = last ? 'a regular file' : `a folder at ${segments.slice(0, index + 1).join('/')}`;
        return refuse('integrate/not-a-file', `expected ${expected}, found something else`);
      }
    }
    if (isInside(store, at))
      return refuse('integrate/store', "expected a path outside assay's own store, found one inside");
    if (inGitFolder(relative(root, at).split(sep).join('/') as RepoPath)) {
      return refuse('integrate/git', 'expected a path outside .git, found a link that leads inside');
    }
    return ok({ path, absolute: at, link, missing, ...(stat === undefined ? {} : { stat }) });
  } catch (error) {
    return { ok: false, issues: [systemIssue(error, 'nothing was changed', `find ${path}`, path)] };
  }
}

/** Whether a location still holds the very file that was looked at. */
export function unchanged({ absolute, stat }: Location): boolean {
  const now = lstatSync(absolute, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined || now === undefined) return stat === now;
  return now.ino === stat.ino && now.size === stat.size && now.mtimeNs === stat.mtimeNs && now.ctimeNs === stat.ctimeNs;
}
