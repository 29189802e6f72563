import { join } from 'node:path';
import { fail, ok, type RepoPath, type Result } from '../base/index.ts';
import type { SourceText } from '../text/index.ts';
import { sideOf } from './fileChanges.ts';
import type { Git } from './git.ts';

/**
 * Texts of files at HEAD, as git keeps them (a checkout may write other line endings), by one call of git. A file that HEAD
 * does not have, and every file before the first commit, has none; neither has one that is a secret or no text. Names with a
 * line break are refused, because git is asked line by line.
 */
export async function committedTexts(
  git: Git,
  paths: readonly RepoPath[],
): Promise<Result<ReadonlyMap<RepoPath, SourceText>>> {
  const strange = paths.find((path) => path.includes('\n'));
  if (strange !== undefined) {
    return fail('workspace/name', 'expected a name without a line break', { path: strange });
  }
  const texts = new Map<RepoPath, SourceText>();
  if (paths.length === 0) return ok(texts);
  // Not with `--filters`: the sizes that it tells are those before the filters.
  const asked = await git.run(['cat-file', '--batch'], { stdin: paths.map((path) => `HEAD:${path}\n`).join('') });
  if (!asked.ok) return asked;
  const { stdout } = asked.value;
  let at = 0;
  for (const path of paths) {
    const end = stdout.indexOf(10, at);
    if (end < 0) return fail('workspace/git', `git cat-file ended before ${path}`, { path });
    const [, kind, size] = /^[0-9a-f]+ (\w+) (\d+)$/.exec(stdout.toString('latin1', at, end)) ?? [];
    at = end + 1;
    if (size === undefined) continue;
    const bytes = stdout.subarray(at, at + Number(size));
    at += bytes.length + 1;
    const { text } = kind === 'blob' ? sideOf(path, bytes) : {};
    if (text) texts.set(path, text);
  }
  return ok(texts);
}

/** The index as a tree of git's, as a commit made now would have it. `index` is another file than git's own. */
export async function stagedTree(git: Git, gitFolder: string, index?: string): Promise<Result<string>> {
  const env = { GIT_INDEX_FILE: index ?? join(gitFolder, 'index') };
  const written = await git.run(['write-tree'], { env });
  return written.ok ? ok(written.value.stdout.toString('utf8').trim()) : written;
}
