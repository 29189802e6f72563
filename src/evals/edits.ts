import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BrokenCheckout, git } from './repositories.ts';

/** One edit of a case. */
export interface CaseEdit {
  readonly path: string;
  /** A piece of the file and what stands there instead; `occurrence` (0-based) where the piece is not unique. */
  readonly find?: string;
  readonly replace?: string;
  readonly occurrence?: number;
  /** The whole content of a new file. */
  readonly create?: string;
  readonly delete?: true;
}

/**
 * Puts edits into a checkout at a commit, runs `body`, takes them out again. Undefined, and nothing run, where one of them
 * does not apply. Throws a `BrokenCheckout` where something is altered already.
 */
export async function withEdits<T>(
  folder: string,
  commit: string | null,
  edits: readonly CaseEdit[],
  body: () => Promise<T>,
): Promise<T | undefined> {
  if (commit) {
    const left = await git(folder, 'status', '--porcelain', '--untracked-files=no');
    // As a run leaves it that was ended within a case: it would be measured with every case after it.
    if (left !== '')
      throw new BrokenCheckout(
        `expected nothing altered in ${folder}, found ${left}: take it back with git checkout .`,
      );
    if ((await git(folder, 'rev-parse', 'HEAD')) !== commit) await git(folder, 'checkout', '--quiet', commit);
  }
  // Not as text: a stored one of some runners is none.
  const before = new Map<string, Buffer | undefined>();
  try {
    for (const edit of edits) {
      const path = join(folder, edit.path);
      const bytes = existsSync(path) ? readFileSync(path) : undefined;
      const text = bytes?.toString();
      if (!before.has(path)) before.set(path, bytes);
      if (edit.delete) {
        rmSync(path);
        continue;
      }
      const after = edit.create ?? (text === undefined ? undefined : substitute(text, edit));
      if (after === undefined) return undefined;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, after);
    }
    return await body();
  } finally {
    for (const [path, bytes] of before) {
      if (bytes === undefined) rmSync(path, { force: true });
      else writeFileSync(path, bytes);
    }
  }
}

/** A text with one edit in it; undefined where it does not apply. */
export function substitute(text: string, { find, replace, occurrence = 0 }: CaseEdit): string | undefined {
  if (find === undefined || replace === undefined) return undefined;
  let at = text.indexOf(find);
  for (let skip = 0; skip < occurrence && at >= 0; skip++) at = text.indexOf(find, at + 1);
  return at < 0 ? undefined : text.slice(0, at) + replace + text.slice(at + find.length);
}
