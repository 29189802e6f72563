/**
 * Every bound of the machine in one place. A limit is compared with `>=` and reported when it is hit.
 */
export const LIMITS = {
  /** Largest file that is read as text, in bytes. */
  fileBytes: 8 * 1024 * 1024,
  /** Files of a repository that a snapshot takes in. */
  snapshotFiles: 200_000,
  /** Largest diff read from a file or standard input, in bytes. */
  diffBytes: 64 * 1024 * 1024,
  /** What is kept of one command's standard output or error, in bytes; the rest is counted. */
  outputBytes: 4 * 1024 * 1024,
  /** One command, in milliseconds. */
  commandMs: 120_000,
  /** Memory of one command and its children, in bytes. */
  memoryBytes: 4 * 1024 * 1024 * 1024,
  /** Processes and threads of one command. */
  processes: 512,
  /** Completions asked for at once. */
  completions: 32,
  /** Tokens of one completion. */
  completionTokens: 64,
  /** Tokens of the window of a completion. */
  windowTokens: 4_096,
  /** Files that see a change and are diagnosed with it. */
  dependents: 500,
} as const;

/** A limit that was reached: which, its value, and what came. */
export interface LimitHit {
  readonly limit: string;
  readonly value: number;
  readonly found: number;
}
