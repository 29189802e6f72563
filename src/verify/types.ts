import type { Hash, Issue } from '../base/index.ts';
import type { IsolationLevel } from '../sandbox/index.ts';

export type Status = 'pass' | 'fail' | 'unknown';

/** Something a check did, as observed from outside. */
export interface Ran {
  readonly command?: readonly string[];
  readonly exitCode?: number | null;
  readonly isolation?: IsolationLevel;
  readonly ms: number;
  /** Counts from the runner's machine-readable report, checked against the exit status. */
  readonly counts?: { readonly passed: number; readonly failed: number; readonly skipped: number };
  /** SHA-256 of standard output and error. */
  readonly outputHash?: Hash;
  /** What answered where it was no command (`typescript 7.0.2 (native)`). */
  readonly oracle?: string;
}

export interface Check {
  readonly name: string;
  readonly status: Status;
  /** Deciding checks make the verdict; the others inform. */
  readonly decides: boolean;
  readonly issues: readonly Issue[];
  readonly ran: readonly Ran[];
  /** One line for people: what was looked at, or why nothing was. */
  readonly summary: string;
}

/** Holds for one tree and no other. */
export interface Verdict {
  readonly status: Status;
  readonly treeHash: Hash;
  readonly checks: readonly Check[];
}
