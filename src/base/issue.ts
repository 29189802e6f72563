import type { Position, Span } from './units.ts';

export type Severity = 'error' | 'warning' | 'info';

/**
 * The one shape in which anything wrong, doubtful or notable is told, from a bad option to an invented member.
 * `message` says what was expected and what came. `code` is stable and machine-readable (`names/missing-member`).
 */
export interface Issue {
  readonly code: string;
  readonly message: string;
  readonly severity: Severity;
  /** Repository path, or the path as the user gave it where it is not inside the repository. */
  readonly path?: string;
  /** Range in the text of `path` that the issue was found in. */
  readonly span?: Span;
  /** Where `span` starts, for people; filled in by whoever held the text. */
  readonly at?: Position;
  /** The nearest fix: a replacement text or one sentence on what to do. */
  readonly suggestion?: string;
  readonly cause?: Issue;
}

/**
 * Bad input is a value. `ok: false` always carries at least one issue of severity `error`; `ok: true` may carry
 * warnings. Exceptions are left for defects of assay itself.
 */
export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly issues: readonly Issue[] }
  | { readonly ok: false; readonly value?: undefined; readonly issues: readonly Issue[] };

export const ok = <T>(value: T, issues: readonly Issue[] = []): Result<T> => ({ ok: true, value, issues });

export const failed = (...issues: readonly Issue[]): { readonly ok: false; readonly issues: readonly Issue[] } => {
  if (issues.length === 0) throw new Error('failed() needs at least one issue');
  return { ok: false, issues };
};

/** One error as a failed result: the usual way out of a function that was given something it cannot take. */
export const fail = (
  code: string,
  message: string,
  rest: Partial<Omit<Issue, 'code' | 'message'>> = {},
): { readonly ok: false; readonly issues: readonly Issue[] } => failed({ code, message, severity: 'error', ...rest });
