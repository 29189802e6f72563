import type { RepoPath } from '../base/index.ts';

/** A stretch of the repository that may matter here, with the reason. */
export interface Snippet {
  readonly kind: 'import' | 'recent' | 'nearby';
  readonly path: RepoPath;
  /** 1-based, inclusive. */
  readonly lines: { readonly first: number; readonly last: number };
  readonly text: string;
  readonly reason: string;
  /** Higher matters more; comparable within one answer only. */
  readonly score: number;
}
