import type { Issue, RepoPath } from '../../base/index.ts';
import type { Observation } from '../../sandbox/index.ts';
import type { Coverage, Ran, Status } from '../types.ts';

/** A test runner found for one package. */
export interface Runner {
  readonly name: 'vitest' | 'jest' | 'mocha' | 'ava' | 'tape' | 'tap' | 'uvu' | 'node:test';
  /** Repository path of the package's folder; empty for the repository root. */
  readonly folder: string;
  /** What the test script sets before it starts the runner. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * The command for these changed files, or for all tests where `changed` is undefined; undefined where no test is related.
   * `testMs`: how long one test may take, where it is not to be what the project says.
   */
  command(
    bench: string,
    report: string,
    changed: readonly RepoPath[] | undefined,
    testMs?: number,
  ): readonly string[] | undefined;
  /** The runner's machine-readable report. Undefined where it cannot be read: a run that says nothing proves nothing. */
  read(report: string, bench: string): TestReport | undefined;
}

/**
 * The test files for these changed files, those that are in this copy of the tree. Undefined where it is not known which tests
 * are related: then all run.
 */
export type Related = (changed: readonly RepoPath[], bench: string) => readonly RepoPath[] | undefined;

export interface TestCase {
  readonly name: string;
  /** Repository path of the test file. */
  readonly path: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** First lines of the failure. */
  readonly message?: string;
}

export interface TestReport {
  readonly cases: readonly TestCase[];
}

export interface TestRun {
  /** Root of the copy it ran in, absolute. */
  readonly bench: string;
  readonly observation: Observation;
  readonly report: TestReport | undefined;
  /** Folder that its processes wrote into what V8 counted, where they were asked to. */
  readonly coverage: string;
  /** Files of the copy that it changed or removed. */
  readonly touched: readonly string[];
}

export type Counts = Record<TestCase['status'], number>;

/** What is known of the tests of one package. */
export interface Outcome {
  readonly status: Status;
  readonly issues: readonly Issue[];
  readonly ran: readonly Ran[];
  /** What its run reported. */
  readonly cases?: readonly TestCase[];
  readonly coverage?: Coverage;
  /** What was reported at the base, where it was run. */
  readonly before?: readonly TestCase[];
}
