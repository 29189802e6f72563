import { LIMITS } from '../base/index.ts';
import type { CommandLimits } from './types.ts';

/** What a command gets where it asks for nothing else. */
export const DEFAULT_LIMITS: CommandLimits = {
  ms: LIMITS.commandMs,
  memoryBytes: LIMITS.memoryBytes,
  processes: LIMITS.processes,
  outputBytes: LIMITS.outputBytes,
  fileBytes: 1024 * 1024 * 1024,
};

/** Between SIGTERM and SIGKILL, milliseconds. */
export const GRACE_MS = 500;

/** Between two looks at what a command uses, milliseconds. The first comes sooner: most runaways are fast. */
export const SAMPLE_MS = 100;
export const FIRST_SAMPLE_MS = 20;

/** A look blocks this thread, the longer the more processes there are; looks take this share of the time at most … */
export const SAMPLE_SHARE = 0.05;
/** … unless they would come later than this, milliseconds. */
export const LATEST_SAMPLE_MS = 500;

/** How long the pipes of a command whose processes are all gone may stay open, milliseconds. */
export const DRAIN_MS = 2_000;
export const DRAIN_STEP_MS = 5;

/** Rounds of looking for and killing what is left of a tree. */
export const KILL_ROUNDS = 200;

/** Descriptors that a command would inherit are looked for below this. */
export const MAX_DESCRIPTOR = 1024;

/** A command is ended when the disk of a folder it may write has less than this left, bytes. */
export const DISK_RESERVE_BYTES = 512 * 1024 * 1024;

/** A command is ended when the disk of a folder it may write has room for fewer files than this. */
export const DISK_RESERVE_FILES = 10_000;

/** Processes that a command may start beyond its limit before the kernel refuses: the looks see it hit the limit first. */
export const PROCESS_SLACK = 64;

/** The kernel takes no argument and no variable of this size (MAX_ARG_STRLEN of execve(2)), bytes, without its NUL. */
export const ARGUMENT_BYTES = 128 * 1024;

/** All arguments and variables together (a quarter of the usual stack limit, execve(2)), bytes. */
export const ARGUMENTS_BYTES = 2 * 1024 * 1024;
