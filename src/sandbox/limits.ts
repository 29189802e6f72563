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

/** Between two looks at the process tree, milliseconds. The first comes sooner: most runaways are fast. */
export const SAMPLE_MS = 100;
export const FIRST_SAMPLE_MS = 20;

/** How long the pipes of a command whose processes are all gone may stay open, milliseconds. */
export const DRAIN_MS = 2_000;

/** Rounds of looking for and killing what is left of a tree. */
export const KILL_ROUNDS = 200;
