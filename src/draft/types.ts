import type { Hash, RepoPath } from '../base/index.ts';
import type { ChangeSet } from '../text/index.ts';

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
