import type { EventSink, Issue, LimitHit } from '../base/index.ts';

/**
 * `strong`: sandbox-runtime (bubblewrap, Seatbelt). `namespaces`: Linux, by `unshare`. `restricted`: a copy of the tree,
 * scrubbed environment, limits. `none` is for assay's own trusted tools (git, ripgrep) only.
 */
export type IsolationLevel = 'strong' | 'namespaces' | 'restricted' | 'none';

export interface CommandLimits {
  /** Wall clock, milliseconds. */
  readonly ms: number;
  /** Resident memory of the whole process tree that is no file's, and its own file systems in memory, bytes; sampled. */
  readonly memoryBytes: number;
  /** Processes and threads, the few of the isolation itself included; sampled. */
  readonly processes: number;
  /** Kept of each of standard output and standard error, bytes. What comes after is counted and dropped. */
  readonly outputBytes: number;
  /** Largest file that may be written, bytes. Reported where SIGXFSZ ended the command; who ignores it sees EFBIG. */
  readonly fileBytes: number;
}

export interface Command {
  /** Program and arguments; never a shell string. */
  readonly argv: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment of the command, added to a minimal PATH, HOME (an empty folder) and locale. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  readonly limits?: Partial<CommandLimits>;
}

/**
 * What a command may touch. Everything not named is unreachable at `strong` and `namespaces`, but for the system's programs
 * and libraries, the Node that runs assay, and a HOME and TMPDIR of the sandbox's own. Absolute paths of what exists; of two
 * paths one in the other, the inner decides.
 */
export interface Access {
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly network: boolean;
}

/** What was observed from outside. Nothing here is taken from what the process printed about itself. */
export interface Observation {
  readonly argv: readonly string[];
  readonly isolation: IsolationLevel;
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** All that was written, kept or not, bytes. */
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  readonly ms: number;
  /**
   * Limits that were reached, by their names in `CommandLimits`, and `diskFreeBytes` or `diskFreeFiles` where a disk that the
   * command may write ran low; a command that hit one is not a success whatever its exit status.
   */
  readonly limits: readonly LimitHit[];
  /** Why it could not be started, or could not be watched to its end; `exitCode` and `signal` are then null. */
  readonly issue?: Issue;
}

/** One prepared place to run commands in; start one, run many, close it. */
export interface Sandbox {
  readonly level: IsolationLevel;
  run(command: Command): Promise<Observation>;
  close(): Promise<void>;
}

export interface SandboxOptions {
  readonly access: Access;
  /** Only these levels are acceptable, best first. */
  readonly levels: readonly IsolationLevel[];
  readonly events?: EventSink;
}

/** Which levels this machine can give, each with the reason where it cannot. For `assay doctor` and for choosing. */
export interface IsolationSupport {
  readonly level: IsolationLevel;
  readonly available: boolean;
  readonly reason: string;
  /** What this level does not contain, one sentence each. */
  readonly doesNotContain: readonly string[];
}
