import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { fail, type Issue, LIMITS, ok, type RepoPath, type Result, readRegular, sha256 } from '../base/index.ts';
import { type Check, decide, type Verdict } from '../verify/index.ts';
import type { ChangeView, Workspace } from '../workspace/index.ts';

/** Paths named in the verdict. */
const NAMED = 5;

/** What a file is and when it was last touched: the time of its entry is the system's, no program can set it back. */
function stateOf(path: string): string {
  const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stat ? `${stat.dev} ${stat.ino} ${stat.size} ${stat.ctimeNs}` : '';
}

/**
 * Remembers every file of a working tree that git does not ignore. The function that it gives says which of them were touched
 * since: another text, a text that was put back, no file any more. To be called before anything of the tree is looked at.
 */
export async function watch({ root, paths }: Workspace): Promise<() => readonly RepoPath[]> {
  const before = ((await paths()).value ?? []).map((path) => [path, stateOf(join(root, path))] as const);
  return () => before.flatMap(([path, state]) => (stateOf(join(root, path)) === state ? [] : [path]));
}

/** Whether a copy of a tree holds its changed files as they are judged. */
export function sameIn(copy: string, files: ChangeView['files']): Result<void> {
  const other = files.find(({ path, kind, after }) =>
    // A folder may have come in its place.
    kind === 'deleted'
      ? lstatSync(join(copy, path), { throwIfNoEntry: false })?.isDirectory() === false
      : after && hashAt(join(copy, path)) !== after.hash,
  );
  return other
    ? fail('check/stale', `expected ${other.path} as it is judged, found it changed when the tree was copied`)
    : ok(undefined);
}

function hashAt(path: string): string | undefined {
  try {
    const bytes = readRegular(path, LIMITS.fileBytes);
    return bytes && sha256(bytes);
  } catch {
    return undefined;
  }
}

/** The verdict of a tree of which these files were touched while it was judged: at most `unknown`, which says so. */
export function overMoved(verdict: Verdict, paths: readonly RepoPath[]): Verdict {
  if (paths.length === 0) return verdict;
  const issues = paths.slice(0, NAMED).map(
    (path): Issue => ({
      code: 'tree/changed-meanwhile',
      message: 'expected the file to stay as it is while the tree is judged, found that it was written meanwhile',
      severity: 'warning',
      path,
      suggestion: 'check again once nothing writes to the tree',
    }),
  );
  const summary = `${paths.length} ${paths.length === 1 ? 'file was' : 'files were'} written while the tree was judged: what was found holds for none`;
  const tree: Check = { name: 'tree', decides: true, status: 'unknown', issues, ran: [], summary };
  const checks = [...verdict.checks, tree];
  return { ...verdict, status: decide(checks), checks };
}
