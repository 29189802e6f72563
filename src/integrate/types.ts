import type { Hash, RepoPath } from '../base/index.ts';

/** What was written. Hashes are null on the side where the file does not exist. */
export interface Integration {
  readonly id: string;
  readonly files: readonly { readonly path: RepoPath; readonly before: Hash | null; readonly after: Hash | null }[];
}
