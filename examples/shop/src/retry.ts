import { setTimeout } from 'node:timers/promises';

export interface RetryOptions {
  /** How often the task is tried in all, the first time included. */
  readonly attempts?: number;
  /** The wait after the first failure, in milliseconds; each later wait is `factor` times as long. */
  readonly baseMs?: number;
  readonly factor?: number;
  /** No wait is longer than this, in milliseconds. */
  readonly maxMs?: number;
  /** The part of each wait, 0 to 1, that is left to chance, so that clients do not retry in step. */
  readonly jitter?: number;
  /** Whether another attempt makes sense. By default it always does. */
  readonly isRetryable?: (error: unknown) => boolean;
  /** Ends the wait between attempts; the attempt under way is not interrupted. */
  readonly signal?: AbortSignal;
  /** Waits; replaced in tests. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** From 0 up to but not including 1. */
  readonly random?: () => number;
}

type Backoff = Required<Pick<RetryOptions, 'baseMs' | 'factor' | 'maxMs' | 'jitter' | 'random'>>;

/** The wait in milliseconds after the given failure, the first being 1. */
export function backoffMs(failures: number, options: Backoff): number {
  const { baseMs, factor, maxMs, jitter, random } = options;
  const full = Math.min(maxMs, baseMs * factor ** (failures - 1));
  return Math.round(full * (1 - jitter * random()));
}

/**
 * Runs a task until it succeeds, it fails in a way that is not retryable, or the attempts are used up; it
 * then rejects with the last error. Where the signal aborts, it rejects with the signal's reason.
 *
 * @param task is given the number of the attempt, from 1
 */
export async function retry<T>(task: (attempt: number) => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const {
    attempts = 3,
    baseMs = 100,
    factor = 2,
    maxMs = 5_000,
    jitter = 0.5,
    isRetryable = () => true,
    signal,
    sleep = wait,
    random = Math.random,
  } = options;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await task(attempt);
    } catch (error) {
      if (attempt >= attempts || !isRetryable(error)) throw error;
    }
    await sleep(backoffMs(attempt, { baseMs, factor, maxMs, jitter, random }), signal);
  }
}

async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch (error) {
    // Node rejects with an AbortError of its own; callers asked for the reason they gave.
    signal?.throwIfAborted();
    throw error;
  }
}
