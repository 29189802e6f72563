import { join } from 'node:path';
import { fail, ok, type RepoPath, type Result } from '../base/index.ts';
import type { SourceText } from '../text/index.ts';
import { sideOf } from './fileChanges.ts';
import type { Git } from './git.ts';
import type { Committed } from './types.ts';

/**
 * HEAD and texts of files there, as git keeps them (a checkout may write other line endings), by one call of git. A file that
 * HEAD does not have, and every file before the first commit, has none; neither has one that is a secret or no text. Names with
 * a line break are refused, because git is asked line by line.
 */
export async function committedTexts(git: Git, paths: readonly RepoPath[]): Promise<Result<Committed>> {
  const strange = paths.find((path) => path.includes('\n'));
  if (strange !== undefined) {
    return fail('workspace/name', 'expected a name without a line break', { path: strange });
  }
  const stdin = ['HEAD', ...paths.map((path) => `HEAD:${path}`)].map((name) => `${name}\n`).join('');
  // Not with `--filters`: the sizes that it tells are those before the filters.
  const asked = await git.run(['cat-file', '--batch'], { stdin });
  if (!asked.ok) return asked;
  const { stdout } = asked.value;
  let at = 0;
  const next = (): { readonly id: string; readonly kind: string; readonly bytes: Buffer } | undefined => {
    const end = stdout.indexOf(10, at);
    const [, id, kind, size] = /^([0-9a-f]+) (\w+) (\d+)$/.exec(stdout.toString('latin1', at, end)) ?? [];
    at = end + 1;
    if (id === undefined || kind === undefined) return undefined;
    const bytes = stdout.subarray(at, at + Number(size));
    at += bytes.length + 1;
    return { id, kind, bytes };
  };
  const head = next()?.id;
  const texts = new Map<RepoPath, SourceText>();
  for (const path of paths) {
    if (at >= stdout.length) return fail('workspace/git', `git cat-file ended before ${path}`, { path });
    const found = next();
    const { text } = found?.kind === 'blob' ? sideOf(path, found.bytes) : {};
    if (text) texts.set(path, text);
  }
  return ok({ ...(head === undefined ? {} : { head }), texts });
}

/** The index as a tree of git's, as a commit made now would have it. `index` is another file than git's own. */
export async function stagedTree(git: Git, gitFolder: string, index?: string): Promise<Result<string>> {
  const env = { GIT_INDEX_FILE: index ?? join(gitFolder, 'index') };
  const written = await git.run(['write-tree'], { env });
  return written.ok ? ok(written.value.stdout.toString('utf8').trim()) : written;
}
