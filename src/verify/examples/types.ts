import type { RepoPath, Span } from '../../base/index.ts';
import type { Thrown } from '../../lang/index.ts';

/** One claim of an example: what an expression gives. */
export interface Step {
  /** Of the expression in the example's code. */
  readonly expression: Span;
  /** Where the statement ends in the example's code. */
  readonly end: number;
  /** A declaration stays as it is, and its name is looked at after it. */
  readonly name?: string;
  readonly printed?: true;
  /** The claim is of what the statement prints, not of its value. */
  readonly prints?: true;
  readonly expectation: Expectation;
  /** Of the line in the file that makes the claim. */
  readonly span: Span;
}

/** What is claimed. The text is the example's own. */
export type Expectation =
  /** `code`: an expression that gives the value, where the text can be read as one. */
  | { readonly kind: 'value'; readonly text: string; readonly code?: string }
  | ({ readonly kind: 'throws'; readonly text: string } & Thrown);

/** A piece of code that somebody wrote as an example and that claims something. */
export interface Example {
  readonly path: RepoPath;
  /** What it stands before, or the document that it is in. */
  readonly about: string;
  /** In the file. */
  readonly span: Span;
  readonly code: string;
  readonly steps: readonly Step[];
}
