import { Worker } from 'node:worker_threads';
import { CompilerFailed, CompilerGone } from './engine.ts';

/** The longest that one question may take, in milliseconds. */
export const QUESTION_MS = 60_000;

/**
 * Ends a compiler's process that does not answer. Questions to it block this thread, so another one watches: `state[0]`
 * is odd while a question is asked, and whoever finds it odd and the same after the limit kills the process and says so
 * in `state[1]`.
 */
export class Watchdog {
  readonly #state = new Int32Array(new SharedArrayBuffer(8));
  readonly #limitMs: number;
  #worker: Worker | undefined;
  #depth = 0;

  constructor(limitMs: number = QUESTION_MS) {
    this.#limitMs = limitMs;
  }

  /** Takes on a process; the one before is let go. */
  watch(pid: number): void {
    this.release();
    const workerData = { state: this.#state, pid, limitMs: this.#limitMs };
    this.#worker = new Worker(WATCH, { eval: true, workerData });
    this.#worker.unref();
  }

  release(): void {
    void this.#worker?.terminate();
    this.#worker = undefined;
    this.#state[1] = 0;
  }

  /** Runs a question. Throws `CompilerFailed` where the process had to be ended for it. */
  during<T>(question: () => T): T {
    if (this.#depth++ === 0) this.#tick();
    try {
      return question();
    } catch (error) {
      if (error instanceof CompilerGone && Atomics.load(this.#state, 1) === 1) {
        throw new CompilerFailed(`it took more than ${this.#limitMs} ms`, { cause: error });
      }
      throw error;
    } finally {
      if (--this.#depth === 0) this.#tick();
    }
  }

  /** Work within a question that the process has no part in: what it takes is not held against it. */
  aside<T>(work: () => T): T {
    if (this.#depth === 0) return work();
    this.#tick();
    try {
      return work();
    } finally {
      this.#tick();
    }
  }

  #tick(): void {
    Atomics.add(this.#state, 0, 1);
    Atomics.notify(this.#state, 0);
  }
}

/** Source of the watching thread; as text, so that it needs no file of its own where everything is bundled into one. */
const WATCH = `
const { state, pid, limitMs } = require('node:worker_threads').workerData;
for (;;) {
  const seen = Atomics.load(state, 0);
  const isAsked = seen % 2 !== 0;
  if (Atomics.wait(state, 0, seen, isAsked ? limitMs : Infinity) === 'timed-out') {
    Atomics.store(state, 1, 1);
    try { process.kill(pid, 'SIGKILL'); } catch {}
    break;
  }
}
`;
