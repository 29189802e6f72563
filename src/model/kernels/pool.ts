import { Worker } from 'node:worker_threads';
import type { Kernels } from './loader.ts';

/** Words of the control block; see `assembly/layout.as`. */
const PASS = 1024 / 4;
const STOP = 1032 / 4;

// A worker is nothing but the kernels' own loop, so it needs no file: the same from sources and from the bundle.
const BODY = `
const { module, memory, id } = require('node:worker_threads').workerData;
new WebAssembly.Instance(module, { env: { memory } }).exports.work(id);`;

/**
 * Starts threads 1 to `threads` - 1 of the kernels. They do not keep the process alive, and whoever calls `run` does not
 * wait until they have started. Returns what ends them.
 */
export function startWorkers({ module, memory }: Kernels, threads: number): () => void {
  for (let id = 1; id < threads; id++) {
    const worker = new Worker(BODY, { eval: true, execArgv: [], workerData: { module, memory, id } });
    // Steps are done without it: chunks go to whoever claims them.
    worker.on('error', () => {});
    worker.unref();
  }
  return () => {
    const control = new Int32Array(memory.buffer);
    Atomics.store(control, STOP, 1);
    // As if there were a pass: so that a worker about to sleep does not.
    Atomics.add(control, PASS, 1);
    Atomics.notify(control, PASS);
  };
}
