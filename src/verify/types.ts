import type { Hash, Issue, Position, RepoPath } from '../base/index.ts';
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

/** Which of the changed lines ran in a test, as V8 counted them. */
export interface Coverage {
  /** Changed lines that hold something to run. */
  readonly lines: number;
  readonly covered: number;
  readonly files: readonly FileCoverage[];
}

export interface FileCoverage {
  readonly path: RepoPath;
  /** Whether any test loaded the file at all. */
  readonly loaded: boolean;
  readonly lines: number;
  readonly covered: number;
  /** First and last of each run of changed lines that no test ran, 1-based. */
  readonly notRun: readonly (readonly [number, number])[];
  /** Where branches start, on changed lines, that no test took. */
  readonly notTaken: readonly Position[];
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
  /** Of `tests`, where it could be counted. */
  readonly coverage?: Coverage;
}

/** Holds for one tree and no other. */
export interface Verdict {
  readonly status: Status;
  readonly treeHash: Hash;
  readonly checks: readonly Check[];
}
