import type { Hash, RepoPath, Result, Span } from '../base/index.ts';
import type { SourceText } from '../text/index.ts';

export interface FileEntry {
  readonly path: RepoPath;
  /** SHA-256 of the bytes. */
  readonly hash: Hash;
  readonly bytes: number;
}

/**
 * The repository at one instant: every file that is not ignored. Tracked files count though ignore rules name them;
 * `node_modules`, `.git` and `.assay` never do, nor other repositories inside (submodules, nested ones). A change holds tracked
 * files of a `node_modules` that differ, without their text.
 */
export interface Snapshot {
  /**
   * SHA-256 over the names in the order of their bytes, each with the SHA-256 of its content: equal trees have equal
   * hashes on every machine, under git or not. It covers what tests may read though `files` leaves it out: secrets, large
   * files, links as written, names that are not UTF-8. Not covered: modes, times, empty folders.
   */
  readonly treeHash: Hash;
  /** Regular files, in the order of their paths' UTF-8 bytes. */
  readonly files: ReadonlyMap<RepoPath, FileEntry>;
  /** Why files a user might expect are not in `files`: secret, too large, unreadable, a link, another repository. */
  readonly excluded: readonly { readonly path: string; readonly reason: string }[];
}

/** A file as it is on either side of a change. */
export interface FileChange {
  readonly kind: 'added' | 'modified' | 'deleted' | 'renamed';
  /** The path at the head; for a deleted file the path at the base. */
  readonly path: RepoPath;
  /** The path at the base where it differs. */
  readonly from?: RepoPath;
  /** Undefined where the file does not exist on that side or its text is withheld. */
  readonly before?: SourceText;
  readonly after?: SourceText;
  /** True where a side is not text: it holds NUL bytes or is not UTF-8. */
  readonly binary: boolean;
  /** Why the text of a side that exists is not given: binary, secret, too large, a symbolic link, another repository. */
  readonly withheld?: string;
  /** What the change touched in `after`, by line diff, whole lines. Empty for a pure deletion of lines. */
  readonly spans: readonly Span[];
}

/** A copy of a tree, to be removed by who asked for it. */
export interface TreeCopy {
  /** Absolute, links resolved. */
  readonly root: string;
  close(): Promise<void>;
}

/**
 * A change to judge: base and head as people name them, and every file that differs.
 *
 * `base` is `HEAD`, `working tree` (a diff that applies to nothing else), `nothing` (before the first commit), the
 * revision as given, or the id of the merge base where that is another commit. `head` is `working tree`, `index`, the revision as
 * given, or `diff`. All but `working tree`, `index`, `nothing` and `diff` are names git resolves.
 */
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
  /**
   * Why installed packages at `root` cannot be relied on, or undefined. In a tree laid out aside they are those of the
   * working tree if lock file and dependencies are the same; else nothing is installed there.
   */
  readonly packagesUnknown?: string;
  /** Where the head was laid out aside: the same files in a folder of their own, for what may change them. */
  readonly copy?: () => Promise<Result<TreeCopy>>;
  /** Removes what was laid out. Safe to call twice. */
  close(): Promise<void>;
}

/** What HEAD is now, and texts of files there. */
export interface Committed {
  /** The commit; undefined before the first one and without git. */
  readonly head?: string;
  readonly texts: ReadonlyMap<RepoPath, SourceText>;
}

/** Where git looks for its hooks. */
export interface HooksFolder {
  /** Absolute. It need not exist. */
  readonly path: string;
  /** Git's own folder of the repository, shared by its worktrees. Absolute. */
  readonly gitFolder: string;
  /** Whether `core.hooksPath` names it. */
  readonly configured: boolean;
}

/**
 * What to compare.
 *
 * - `working-tree`: HEAD with the working tree, untracked files included; a submodule whose files are changed counts as changed.
 * - `staged`: HEAD with what is staged, whatever else is in the working tree; `index` (absolute) where git keeps it elsewhere
 *   for the commit that it is making.
 * - `range`: as a pull request shows it, the merge base of `base` and `head` with `head` (`git diff base...head`); without
 *   `head`, the merge base of `base` and HEAD with the working tree, untracked files included.
 * - `diff`: unified diff text, applied to HEAD if all of it applies there, else to the working tree; with `onto`, to the
 *   working tree alone. Nothing is written to the user's tree.
 */
export type ChangeRequest =
  | { readonly kind: 'working-tree' }
  | { readonly kind: 'staged'; readonly index?: string }
  | { readonly kind: 'range'; readonly base: string; readonly head?: string }
  | { readonly kind: 'diff'; readonly diff: string; readonly onto?: 'working-tree' };

export interface Workspace {
  /** Absolute, symbolic links resolved: the git top level, or the nearest folder with a package.json or tsconfig. */
  readonly root: string;
  /** As it was on opening. Undefined where the folder is not under git. `head` is undefined before the first commit. */
  readonly git?: {
    readonly head?: string;
    readonly branch?: string;
    readonly inProgress?: 'merge' | 'rebase' | 'cherry-pick' | 'revert' | 'bisect';
  };
  /** assay's own store, made on first use with an ignore file of its own. Absolute. */
  store(): Result<string>;
  snapshot(): Promise<Result<Snapshot>>;
  /** Text of a file of the working tree. Refuses what is outside, missing, secret, too large, binary or not UTF-8. */
  read(path: RepoPath): Result<SourceText>;
  /** Bytes of a file under `LIMITS.fileBytes`; refuses what is outside, missing or secret. */
  readBytes(path: RepoPath): Result<Uint8Array>;
  /**
   * Text files of the working tree that are not ignored, most recently changed first (`changedAt` in milliseconds since
   * the epoch, from git where the file is committed and unchanged, from the file system otherwise).
   */
  recent(limit: number): Promise<readonly { readonly path: RepoPath; readonly changedAt: number }[]>;
  /**
   * All paths that are not ignored, in the order of their UTF-8 bytes. Cheap: nothing is read. Left out are links, names
   * that are not UTF-8, and secrets known by name; what only its content shows to be a secret is refused by `read`.
   */
  paths(): Promise<Result<readonly RepoPath[]>>;
  change(request: ChangeRequest): Promise<Result<ChangeView>>;
  /**
   * HEAD as it is now, whatever it was on opening, and texts of files there, with line endings as git keeps them; those that
   * HEAD does not have are left out, and so is whatever is not handed out as text. Much cheaper than `change`. Without git
   * there is none.
   */
  committed(paths: readonly RepoPath[]): Promise<Result<Committed>>;
  /** Where git looks for hooks here. Undefined without git. */
  hooksFolder(): Promise<Result<HooksFolder | undefined>>;
  /**
   * Path as the user gave it, relative to `cwd` (absolute) or absolute, to a path in the repository. Refuses what leads
   * outside, through `..` or links, and what is not the project's (`.git`, `.assay`). A link that stays inside gives the
   * path it leads to. The file need not exist.
   */
  resolve(cwd: string, path: string): Result<RepoPath>;
}
