import { describe, expect, it } from 'vitest';
import { backoffMs, type RetryOptions, retry } from '../src/retry.ts';

/** A task that fails the given number of times, and what was waited between its attempts. */
function flaky(failures: number) {
  const waits: number[] = [];
  const attempts: number[] = [];
  const task = async (attempt: number): Promise<string> => {
    attempts.push(attempt);
    if (attempt <= failures) throw new Error(`failure ${attempt}`);
    return 'done';
  };
  const options: RetryOptions = {
    jitter: 0,
    sleep: async (ms) => {
      waits.push(ms);
    },
  };
  return { task, options, waits, attempts };
}

describe('retry', () => {
  it('tries once where that is enough', async () => {
    const { task, options, waits } = flaky(0);
    await expect(retry(task, options)).resolves.toBe('done');
    expect(waits).toEqual([]);
  });

  it('waits longer each time, up to the longest wait', async () => {
    const { task, options, waits } = flaky(4);
    await retry(task, { ...options, attempts: 5, baseMs: 10, factor: 3, maxMs: 100 });
    expect(waits).toEqual([10, 30, 90, 100]);
  });

  it('rejects with the last error', async () => {
    const { task, options, attempts } = flaky(9);
    await expect(retry(task, options)).rejects.toThrow('failure 3');
    expect(attempts).toEqual([1, 2, 3]);
  });

  it('stops where trying again makes no sense', async () => {
    const { task, options, attempts } = flaky(9);
    await expect(retry(task, { ...options, isRetryable: () => false })).rejects.toThrow('failure 1');
    expect(attempts).toEqual([1]);
  });

  it('ends a wait when aborted', async () => {
    const { task } = flaky(9);
    const controller = new AbortController();
    const running = retry(task, { baseMs: 60_000, maxMs: 60_000, signal: controller.signal });
    controller.abort(new Error('closing'));
    await expect(running).rejects.toThrow('closing');
  });

  it('does not start when aborted', async () => {
    const { task, options, attempts } = flaky(0);
    const signal = AbortSignal.abort(new Error('closed'));
    await expect(retry(task, { ...options, signal })).rejects.toThrow('closed');
    expect(attempts).toEqual([]);
  });
});

describe('backoffMs', () => {
  const options = { baseMs: 100, factor: 2, maxMs: 1000, jitter: 0.5 };

  it('leaves a part of the wait to chance', () => {
    expect(backoffMs(2, { ...options, random: () => 0 })).toBe(200);
    expect(backoffMs(2, { ...options, random: () => 0.5 })).toBe(150);
  });
});
