import type { Hash, RepoPath, Result, Span } from '../base/index.ts';
import type { SourceText } from '../text/index.ts';

export interface FileEntry {
  readonly path: RepoPath;
  /** SHA-256 of the bytes. */
  readonly hash: Hash;
  readonly bytes: number;
}

/** The repository at one instant: every file that is not ignored, secrets left out. */
export interface Snapshot {
  /** SHA-256 over the sorted paths and hashes: equal trees have equal hashes on every machine. */
  readonly treeHash: Hash;
  readonly files: ReadonlyMap<RepoPath, FileEntry>;
  /** Why files a user might expect are not in `files` (too large, secret, unreadable, limit). */
  readonly excluded: readonly { readonly path: string; readonly reason: string }[];
}

/** A file as it is on either side of a change. */
export interface FileChange {
  readonly kind: 'added' | 'modified' | 'deleted' | 'renamed';
  /** The path at the head; for a deleted file the path at the base. */
  readonly path: RepoPath;
  /** The path at the base where it differs. */
  readonly from?: RepoPath;
  /** Undefined where the file does not exist on that side or is not text (`binary`). */
  readonly before?: SourceText;
  readonly after?: SourceText;
  readonly binary: boolean;
  /** What the change touched in `after`, by line diff, whole lines. Empty for a pure deletion of lines. */
  readonly spans: readonly Span[];
}

/** A change to judge: base and head as people name them, and every file that differs. */
export interface ChangeView {
  readonly base: string;
  readonly head: string;
  readonly files: readonly FileChange[];
  /** Absolute root of a tree on disk that holds the head: the working tree, or one laid out aside. */
  readonly root: string;
  /** True where `root` is the user's own working tree. */
  readonly inPlace: boolean;
  /** Tree hash of the head. */
  readonly treeHash: Hash;
  /** Why installed packages at `root` cannot be relied on (another lock file), or undefined. */
  readonly packagesUnknown?: string;
  /** Removes what was laid out. Safe to call twice. */
  close(): Promise<void>;
}

/** A name for what to compare; `diff` is unified diff text. */
export type ChangeRequest =
  | { readonly kind: 'working-tree' }
  | { readonly kind: 'range'; readonly base: string; readonly head?: string }
  | { readonly kind: 'diff'; readonly diff: string };

export interface Workspace {
  /** Absolute, symbolic links resolved: the git top level, or the nearest folder with a package.json or tsconfig. */
  readonly root: string;
  /** Undefined where the folder is not under git. `head` is undefined before the first commit. */
  readonly git?: {
    readonly head?: string;
    readonly branch?: string;
    readonly inProgress?: 'merge' | 'rebase' | 'cherry-pick' | 'revert' | 'bisect';
  };
  /** assay's own store, made on first use with an ignore file of its own. Absolute. */
  store(): Result<string>;
  snapshot(): Promise<Result<Snapshot>>;
  /** Text of a file of the working tree. Refuses what is outside, missing, too large, binary or not UTF-8. */
  read(path: RepoPath): Result<SourceText>;
  /** Bytes of a file, within `LIMITS.fileBytes`. */
  readBytes(path: RepoPath): Result<Uint8Array>;
  /**
   * Text files of the working tree that are not ignored, most recently changed first (`changedAt` in milliseconds since
   * the epoch, from git where the file is committed and unchanged, from the file system otherwise).
   */
  recent(limit: number): Promise<readonly { readonly path: RepoPath; readonly changedAt: number }[]>;
  /** All paths that are not ignored, sorted. Cheap: nothing is read. */
  paths(): Promise<Result<readonly RepoPath[]>>;
  change(request: ChangeRequest): Promise<Result<ChangeView>>;
  /** Path as the user gave it, relative to `cwd`, to a path in the repository; refuses what leads outside, links included. */
  resolve(cwd: string, path: string): Result<RepoPath>;
}
