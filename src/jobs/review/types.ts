import type { RepoPath } from '../../base/index.ts';

/** Why a region is worth reading. */
export interface Reason {
  /** In words, for people. */
  readonly text: string;
  /** Which check, or `syntax` where it is the kind of code. */
  readonly source: string;
  readonly points: number;
}

/** What of a change is read at once: a statement, or a few. */
export interface Region {
  readonly path: RepoPath;
  /** Lines at the head, 1-based; of lines that are gone the one that they stood before. */
  readonly first: number;
  readonly last: number;
  /** Lines put in and taken out. */
  readonly added: number;
  readonly removed: number;
  /** The sum of the points, in the light of how long it takes to read. */
  readonly worth: number;
  readonly reasons: readonly Reason[];
  /** The lines at the head as they stand there, at most a few. */
  readonly excerpt: readonly string[];
}

/** Why lines need no reading. */
export type Idle = 'moved' | 'renamed' | 'formatting' | 'comments' | 'imports' | 'generated' | 'prose';

export interface Skipped {
  readonly why: Idle;
  readonly regions: number;
  readonly lines: number;
}
