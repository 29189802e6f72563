import type { Hash, Position, RepoPath, Span } from '../base/index.ts';

/**
 * A file's text as decoded UTF-8. A byte order mark is kept as U+FEFF at the start, line endings are kept as they are,
 * so that encoding `text` gives the file's bytes again. `hash` is the SHA-256 of those bytes.
 */
export interface SourceText {
  readonly path: RepoPath;
  readonly text: string;
  readonly hash: Hash;
}

/** Replace `span` of the old text by `insert`. */
export interface Change {
  readonly span: Span;
  readonly insert: string;
}

/** A change set as data: each change is `[start, end, insert]`, offsets in UTF-16 code units. */
export interface ChangeSetJson {
  readonly length: number;
  readonly changes: readonly (readonly [start: number, end: number, insert: string])[];
}

/** Zero-based line starts are an inner matter; this is the public way between offsets and positions. */
export interface LineIndex {
  readonly lines: number;
  /** Throws RangeError past the end. */
  positionAt(offset: number): Position;
  /** Undefined where the line does not exist or the column lies past its end (the line break not counted). */
  offsetAt(position: Position): number | undefined;
  /** The text range of a 1-based line, its line break not included. */
  lineSpan(line: number): Span | undefined;
}

/**
 * One file of a unified diff. A path is undefined on the side where the file does not exist; two different paths are a
 * rename or, with `copied`, a copy.
 */
export interface FilePatch {
  readonly before?: RepoPath;
  readonly after?: RepoPath;
  readonly copied?: true;
  /** Git's modes (`100644`, `100755`, `120000` a symbolic link, `160000` a submodule) where the diff states them. */
  readonly oldMode?: string;
  readonly newMode?: string;
  readonly hunks: readonly Hunk[];
  /** Git's ids of the content of a binary file, or their first digits. */
  readonly oldId?: string;
  readonly newId?: string;
  /** True where the diff says the content is binary; such a patch has no hunks, and does not hold the content. */
  readonly binary: boolean;
}

export interface Hunk {
  /** 1-based first line and count in the old text, as in `@@ -a,b`. */
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  /** Each line with its kind; `text` holds the line break as it is in the file, none after the last line where the diff says so. */
  readonly lines: readonly { readonly kind: 'context' | 'delete' | 'insert'; readonly text: string }[];
}
