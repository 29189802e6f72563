import { failed, type Hash, type Issue, ok, type RepoPath, type Result, repoPath } from '../base/index.ts';
import { ChangeSet } from '../text/index.ts';
import type { Draft, FileEdit } from './types.ts';

/** Most files of one draft. */
export const DRAFT_FILES = 10_000;

/**
 * The way in for proposed edits: normal paths inside the repository and outside `.git`, at most one edit a path, no path
 * that another edit needs as a folder, hashes of the right form. Every fault is reported, not only the first.
 */
export function draft(edits: readonly FileEdit[]): Result<Draft> {
  const issues: Issue[] = [];
  if (edits.length >= DRAFT_FILES) {
    return failed(
      issue('draft/too-many', undefined, `expected fewer than ${DRAFT_FILES} files, found ${edits.length}`),
    );
  }
  const seen = new Set<string>();
  for (const edit of edits) {
    const { path } = edit;
    if (repoPath(path) !== path || !path.isWellFormed()) {
      const expected = 'expected a path relative to the repository root without "." or ".." segments';
      issues.push(issue('draft/path', path, `${expected}, found ${JSON.stringify(path)}`));
      continue;
    }
    if (inGitFolder(path)) issues.push(issue('draft/git', path, 'expected a path outside .git, found one inside'));
    if (seen.has(path)) issues.push(issue('draft/twice', path, 'expected one edit a path, found a second one'));
    seen.add(path);
    const wrong = wrongBase(edit);
    if (wrong !== undefined) issues.push(issue('draft/base', path, wrong));
  }
  for (const path of seen) {
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      const folder = path.slice(0, at);
      if (!seen.has(folder)) continue;
      issues.push(issue('draft/folder', folder, `expected a file or a folder, found both: ${path} lies in it`));
    }
  }
  return issues.length > 0 ? failed(...issues) : ok({ edits: [...edits] });
}

/** Whether a segment of the path is `.git` in any case: file systems that fold case would take it for git's own. */
export const inGitFolder = (path: RepoPath): boolean =>
  path.split('/').some((segment) => segment.toLowerCase() === '.git');

function wrongBase({ baseHash, change }: FileEdit): string | undefined {
  if (change !== 'delete' && !(change instanceof ChangeSet)) return 'expected a ChangeSet or "delete"';
  if (baseHash !== null && !isHash(baseHash)) {
    return `expected a base hash of 64 hexadecimal digits or null, found ${JSON.stringify(baseHash)}`;
  }
  if (baseHash !== null) return undefined;
  if (change === 'delete') return 'expected the hash of the file to delete, found null';
  return change.length === 0 ? undefined : `expected changes to an empty text, found length ${change.length}`;
}

const isHash = (value: unknown): value is Hash => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

function issue(code: string, path: string | undefined, message: string): Issue {
  return { code, message, severity: 'error', ...(path === undefined ? {} : { path }) };
}
