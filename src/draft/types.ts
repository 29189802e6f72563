import type { Hash, RepoPath, Result } from '../base/index.ts';
import type { ChangeSet, SourceText } from '../text/index.ts';

/** An edit to one file. `baseHash` is null for a file that must not exist; `delete` removes the file. */
export interface FileEdit {
  readonly path: RepoPath;
  readonly baseHash: Hash | null;
  readonly change: ChangeSet | 'delete';
}

/** A proposal. At most one edit a path; bytes outside the change sets' spans are untouched. */
export interface Draft {
  readonly edits: readonly FileEdit[];
}

/** How a draft sees its base: the text of a file, null where there is none, a failure where it cannot be told. */
export type ReadSource = (path: RepoPath) => Result<SourceText | null>;
