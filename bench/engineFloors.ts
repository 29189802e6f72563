/** What the machine affords the engine: its matrix products alone, and reading memory. */
import { Worker } from 'node:worker_threads';
import { main as compile } from 'assemblyscript/asc';
import { arena } from '../src/model/kernels/arena.ts';
import { loadKernels } from '../src/model/kernels/loader.ts';
import { startWorkers } from '../src/model/kernels/pool.ts';
import { CONTROL_END, layOut, MAX_ROWS } from '../src/model/kernels/program.ts';
import type { LlamaModel } from '../src/model/llama/index.ts';

/** See `src/model/kernels/assembly/layout.as`. */
const WORD = { rows: 274, picked: 275, headed: 276, steps: 278 } as const;
const MATRIX = 2;
const STEP_WORDS = 16;

export interface Floor {
  /** Does what that many tokens, or bytes, cost at least. */
  run(count: number): void;
  close(): void;
}

/** The matrix products of the layers by the engine's own kernels and threads, with nothing between them. */
export function productsOnly(model: LlamaModel, threads: number): Floor & { readonly weightBytes: number } {
  const kernels = loadKernels();
  if (!kernels) throw new Error('no WebAssembly SIMD');
  const memory = arena(kernels.memory, CONTROL_END);
  const program = layOut(kernels, memory, model, 1024, threads);
  const steps = memory.u32[WORD.steps]! / 4;
  const word = (step: number, index: number): number => memory.u32[steps + step * STEP_WORDS + index]!;
  const all = Array.from({ length: program.end }, (_, step) => step).filter((step) => word(step, 0) === MATRIX);
  // Kind, columns and groups of 8 rows.
  const bytes = (step: number): number =>
    word(step, 9) * (word(step, 2) === 3 ? word(step, 4) * 32 : (word(step, 4) / 32) * 288);
  const stop = startWorkers(kernels, threads);
  return {
    weightBytes: all.reduce((sum, step) => sum + bytes(step), 0),
    run(tokens) {
      for (let first = 0; first < tokens; first += MAX_ROWS) {
        memory.u32[WORD.rows] = Math.min(MAX_ROWS, tokens - first);
        memory.u32[WORD.picked] = first + MAX_ROWS >= tokens ? 1 : 0;
        memory.u32[WORD.headed] = memory.u32[WORD.picked]!;
        for (const step of all) if (kernels.exports.run(step, step + 1) !== 0) throw new Error('a thread died');
      }
    },
    close: stop,
  };
}

/** Reads on as many threads as given, each its part of a region twice as large as what it is asked for. */
export async function bandwidth(threads: number): Promise<Floor> {
  const source = `
    @inline function add(a: v128, p: usize): v128 { return v128.or(a, v128.load(p)); }
    export function read(at: usize, bytes: usize): i32 {
      let a = i32x4.splat(0), b = a, c = a, d = a;
      for (const end = at + bytes; at < end; at += 64) {
        a = add(a, at); b = add(b, at + 16); c = add(c, at + 32); d = add(d, at + 48);
      }
      return i32x4.extract_lane(v128.or(v128.or(a, b), v128.or(c, d)), 0);
    }
    export function serve(id: u32): void {
      for (let round = 1; ; round++) {
        while (atomic.load<i32>(64) < round) if (atomic.load<i32>(68)) return;
        store<i32>(1024 + id * 64, read(load<usize>(72) + id * load<usize>(76), load<usize>(76)));
        atomic.add<i32>(80, 1);
      }
    }`;
  let binary = new Uint8Array();
  await compile(
    ['read.ts', '-o', 'read.wasm', '-O1', '--noAssert', '--runtime', 'stub', '--importMemory', '--sharedMemory'].concat(
      ['--initialMemory', '1', '--maximumMemory', '65536', '--enable', 'threads,simd'],
    ),
    {
      readFile: (name: string) => (name === 'read.ts' ? source : null),
      writeFile: (_name: string, contents: Uint8Array | string) => {
        if (typeof contents !== 'string') binary = new Uint8Array(contents);
      },
      listFiles: () => [],
    },
  );
  const module = new WebAssembly.Module(binary);
  const memory = new WebAssembly.Memory({ initial: 4096, maximum: 4096, shared: true });
  const words = new Int32Array(memory.buffer);
  words.fill(1, 1 << 18);
  const { read } = new WebAssembly.Instance(module, { env: { memory } }).exports as {
    read(at: number, bytes: number): number;
  };
  const body = `const { module, memory, id } = require('node:worker_threads').workerData;
    new WebAssembly.Instance(module, { env: { memory } }).exports.serve(id);`;
  for (let id = 1; id < threads; id++)
    new Worker(body, { eval: true, execArgv: [], workerData: { module, memory, id } }).unref();
  const START = 1 << 20;
  let half = 0;
  return {
    run(bytes) {
      const part = Math.floor(bytes / threads / 64) * 64;
      // Two regions in turn, as between two tokens everything else is read too.
      words[18] = START + half * bytes;
      words[19] = part;
      half = 1 - half;
      Atomics.store(words, 20, 0);
      Atomics.add(words, 16, 1);
      words[256] = read(words[18]!, part);
      while (Atomics.load(words, 20) < threads - 1);
    },
    close: () => void Atomics.store(words, 17, 1),
  };
}
