import type { Hash, RepoPath } from '../base/index.ts';

/** What was written. Hashes are null on the side where the file does not exist. */
export interface Integration {
  readonly id: string;
  readonly files: readonly { readonly path: RepoPath; readonly before: Hash | null; readonly after: Hash | null }[];
}

export interface IntegrateOptions {
  /** How long to wait for another process that is writing, milliseconds. 5,000 where not given. */
  readonly waitMs?: number;
  /** New files may be executed by whoever may read them. */
  readonly executable?: boolean;
}

/** What was found open after a crash, by id. Each is whole again on one side or the other. */
export interface RecoverReport {
  /** All files are as the integration (or undo) meant them. */
  readonly finished: readonly string[];
  /** All files are as before it, but for those that a warning names: they were changed by someone else meanwhile. */
  readonly rolledBack: readonly string[];
}
