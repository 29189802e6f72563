import { ok, type RepoPath, type Result } from '../../src/base/index.ts';
import type { ReadSource } from '../../src/draft/index.ts';
import { type SourceText, sourceFromText } from '../../src/text/index.ts';

/** Files by path, as a draft reads them. */
export const reader =
  (files: Readonly<Record<string, string>>): ReadSource =>
  (path): Result<SourceText | null> => {
    const text = files[path];
    return ok(text === undefined ? null : sourceFromText(path, text));
  };

export const path = (name: string): RepoPath => name as RepoPath;
