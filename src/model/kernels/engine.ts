import { availableParallelism } from 'node:os';
import { fail, ok, type Result } from '../../base/index.ts';
import type { LlamaConfig, LlamaEngine, LlamaModel, LlamaSequence } from '../llama/index.ts';
import { assertExtension } from '../llama/reference.ts';
import { assertTruncation } from '../sequence.ts';
import { arena } from './arena.ts';
import { loadKernels } from './loader.ts';
import { PAGE, pages } from './pages.ts';
import { startWorkers } from './pool.ts';
import { CONTROL_END, layOut, MAX_HEAD_ROWS, MAX_ROWS, OutOfMemory, type Program } from './program.ts';

export interface KernelOptions {
  /** Threads that compute, the caller's own among them, at most 8; as many as the machine runs if not given. */
  readonly threads?: number;
  /** Most tokens of one sequence; the model's context length, at most 32,768, if not given. */
  readonly capacity?: number;
  /** Memory for keys and values of all sequences, bytes; 1 GiB if not given. */
  readonly cacheBytes?: number;
  /** Whether relaxed SIMD may be used where it is exact; it may if not given. */
  readonly relaxed?: boolean;
}

const MAX_THREADS = 8;
const CAPACITY = 32_768;
const CACHE_BYTES = 2 ** 30;
/** Words of the control block; see `assembly/layout.as`. */
const CONTROL = { rows: 1096 / 4, picked: 1100 / 4, headed: 1104 / 4, headFirst: 1108 / 4 } as const;

/** A sequence as the engine sees it. */
interface State {
  tokens: number[];
  pages: number[];
  /** The last token's row after the last layer, if it has been computed and not been taken back. */
  hidden: Float32Array | undefined;
  logits: Float32Array | undefined;
  closed: boolean;
}

/**
 * The fast engine: WebAssembly kernels on threads over one shared memory. Results do not depend on the number of threads,
 * nor on how tokens were grouped into calls, nor on whether the machine has relaxed SIMD. Weights of Q8_0 and Q4_0 keep
 * their values and take 9 bits each, other quantised ones are rounded to that; F16 takes 16 bits, F32 and BF16 32.
 *
 * Errors: `model/unsupported` (no SIMD, or sizes that are no multiple of 4), `model/limit` (it does not fit into 4 GiB).
 */
export function kernelEngine(model: LlamaModel, options: KernelOptions = {}): Result<LlamaEngine> {
  const { config } = model;
  const odd = (['width', 'headSize', 'hidden'] as const).find((name) => config[name] % 4 !== 0);
  if (odd) return fail('model/unsupported', `The kernels need ${odd} to be a multiple of 4, found ${config[odd]}.`);
  const kernels = loadKernels(options.relaxed);
  if (!kernels)
    return fail('model/unsupported', 'The kernels need WebAssembly SIMD and threads; this runtime has none.');
  const threads = Math.max(1, Math.min(MAX_THREADS, Math.floor(options.threads ?? availableParallelism())));
  const capacity = Math.max(1, Math.min(Math.floor(options.capacity ?? CAPACITY), config.contextLength));
  const memory = arena(kernels.memory, CONTROL_END);
  try {
    const program = layOut(kernels, memory, model, capacity, threads);
    return ok(makeEngine(config, capacity, kernels, memory, program, threads, options.cacheBytes ?? CACHE_BYTES));
  } catch (error) {
    if (!(error instanceof OutOfMemory)) throw error;
    return fail('model/limit', 'The model and its working memory do not fit into the 4 GiB that WebAssembly offers.');
  }
}

function makeEngine(
  config: LlamaConfig,
  capacity: number,
  kernels: NonNullable<ReturnType<typeof loadKernels>>,
  memory: ReturnType<typeof arena>,
  program: Program,
  threads: number,
  cacheBytes: number,
): LlamaEngine {
  const { vocabulary, width, headSize } = config;
  const cache = pages(memory, program.pageBytes, cacheBytes);
  const stop = startWorkers(kernels, threads);
  const states = new Map<LlamaSequence, State>();
  let closed = false;

  const run = (first: number, last: number): void => {
    if (kernels.exports.run(first, last) !== 0) throw new Error('a thread of the kernels has died');
  };

  /** Positions whose angles are in the table. */
  let turned = 0;
  const turnUpTo = (position: number): void => {
    for (; turned < position; turned++) writeTurns(config, turned, memory.f32, program.turns / 4 + turned * headSize);
  };

  /** Drops the pages past the last token. */
  const trim = (state: State): void => {
    for (const page of state.pages.splice(Math.ceil(state.tokens.length / PAGE))) cache.drop(page);
  };
  /** Pages for `more` tokens, none of those that will be written to shared. On failure nothing has changed. */
  const reserve = (state: State, more: number): void => {
    const { length } = state.tokens;
    const partial = length % PAGE === 0 ? undefined : state.pages.length - 1;
    const own = partial === undefined ? undefined : cache.own(state.pages[partial]!);
    if (partial !== undefined && own !== undefined) state.pages[partial] = own;
    let full = partial !== undefined && own === undefined;
    while (!full && state.pages.length < Math.ceil((length + more) / PAGE)) {
      const page = cache.take();
      if (page === undefined) full = true;
      else state.pages.push(page);
    }
    if (!full) return;
    trim(state);
    throw new Error(`the key-value cache of ${cacheBytes} bytes is full: close sequences, or give it more`);
  };

  /** Writes a row of the batch: a token of the sequence whose pages are listed in table `table`. */
  const place = (row: number, token: number, position: number, table: number): void => {
    memory.u32.set([token, position, program.tables + table * program.tableLength * 4], program.batch / 4 + row * 3);
  };
  const list = (state: State, table: number): void =>
    memory.u32.set(state.pages, program.tables / 4 + table * program.tableLength);
  const control = (rows: number, picked: number, headed: number, headFirst: number): void => {
    memory.u32[CONTROL.rows] = rows;
    memory.u32[CONTROL.picked] = picked;
    memory.u32[CONTROL.headed] = headed;
    memory.u32[CONTROL.headFirst] = headFirst;
  };
  const hiddenRow = (row: number): Float32Array => {
    const at = (program.hidden + row * program.hiddenStride) / 4;
    return memory.f32.subarray(at, at + width);
  };
  const logitsRow = (row: number): Float32Array => {
    const at = (program.logits + row * program.logitsStride) / 4;
    return memory.f32.subarray(at, at + vocabulary);
  };

  /** Logits of the first `rows` hidden rows, each given to `take`. */
  const head = (rows: number, take: (row: number, logits: Float32Array) => void): void => {
    for (let first = 0; first < rows; first += MAX_HEAD_ROWS) {
      const count = Math.min(MAX_HEAD_ROWS, rows - first);
      control(0, 0, count, first);
      run(program.body, program.end);
      for (let row = 0; row < count; row++) take(first + row, logitsRow(row));
    }
  };

  /**
   * Computes tokens of one sequence, in passes of at most MAX_ROWS. `take` is called after each pass with its first token
   * and their number, the hidden rows of all of them being in front; without it only the last token's is.
   */
  const prefill = (state: State, tokens: ArrayLike<number>, take?: (first: number, count: number) => void): void => {
    reserve(state, tokens.length);
    state.hidden = undefined;
    state.logits = undefined;
    turnUpTo(state.tokens.length + tokens.length);
    list(state, 0);
    for (let first = 0; first < tokens.length; first += MAX_ROWS) {
      const count = Math.min(MAX_ROWS, tokens.length - first);
      for (let row = 0; row < count; row++) place(row, tokens[first + row]!, state.tokens.length + row, 0);
      const final = first + count === tokens.length;
      if (take) for (let row = 0; row < count; row++) memory.u32[program.picks / 4 + row] = row;
      else memory.u32[program.picks / 4] = count - 1;
      control(count, take ? count : final ? 1 : 0, 0, 0);
      run(0, program.body);
      for (let row = 0; row < count; row++) state.tokens.push(tokens[first + row]!);
      take?.(first, count);
    }
  };

  const extend = (state: State, tokens: ArrayLike<number>): void => {
    if (tokens.length === 0) return;
    prefill(state, tokens);
    state.hidden = hiddenRow(0).slice();
  };

  const truncate = (state: State, length: number): void => {
    if (length === state.tokens.length) return;
    state.tokens.length = length;
    trim(state);
    state.hidden = undefined;
    state.logits = undefined;
  };

  const logitsOf = (state: State): Float32Array => {
    if (state.tokens.length === 0) throw new RangeError('an empty sequence has no logits');
    if (state.logits) return state.logits;
    if (!state.hidden) {
      const last = state.tokens.at(-1)!;
      truncate(state, state.tokens.length - 1);
      extend(state, [last]);
    }
    hiddenRow(0).set(state.hidden!);
    head(1, (_, logits) => {
      state.logits = finite(logits).slice();
    });
    return state.logits!;
  };

  const open = (state: State): LlamaSequence => {
    const assertOpen = (): void => {
      if (closed || state.closed) throw new Error('the sequence is closed');
    };
    const sequence: LlamaSequence = {
      get length() {
        return state.tokens.length;
      },
      extend(tokens) {
        assertOpen();
        assertExtension(config, capacity, state.tokens.length, tokens);
        extend(state, tokens);
      },
      extendWithLogits(tokens) {
        assertOpen();
        assertExtension(config, capacity, state.tokens.length, tokens);
        const rows = new Float32Array(tokens.length * vocabulary);
        if (tokens.length === 0) return rows;
        prefill(state, tokens, (first, count) => {
          state.hidden = hiddenRow(count - 1).slice();
          head(count, (row, logits) => rows.set(finite(logits), (first + row) * vocabulary));
        });
        return rows;
      },
      logits() {
        assertOpen();
        return logitsOf(state);
      },
      truncate(length) {
        assertOpen();
        assertTruncation(length, state.tokens.length);
        truncate(state, length);
      },
      fork() {
        assertOpen();
        for (const page of state.pages) cache.share(page);
        return open({
          tokens: [...state.tokens],
          pages: [...state.pages],
          hidden: state.hidden,
          logits: state.logits?.slice(),
          closed: false,
        });
      },
      close() {
        if (state.closed) return;
        state.closed = true;
        states.delete(sequence);
        for (const page of state.pages) cache.drop(page);
        state.pages = [];
        state.tokens = [];
      },
    };
    states.set(sequence, state);
    return sequence;
  };

  const decodeSome = (some: readonly State[], tokens: readonly number[]): void => {
    try {
      for (const state of some) reserve(state, 1);
    } catch (error) {
      some.forEach(trim);
      throw error;
    }
    for (const [row, state] of some.entries()) {
      turnUpTo(state.tokens.length + 1);
      list(state, row);
      place(row, tokens[row]!, state.tokens.length, row);
      memory.u32[program.picks / 4 + row] = row;
    }
    control(some.length, some.length, 0, 0);
    run(0, program.body);
    for (const [row, state] of some.entries()) {
      state.tokens.push(tokens[row]!);
      state.hidden = hiddenRow(row).slice();
      state.logits = undefined;
    }
    head(some.length, (row, logits) => {
      some[row]!.logits = finite(logits).slice();
    });
  };

  return {
    config,
    capacity,
    open: () => {
      if (closed) throw new Error('the engine is closed');
      return open({ tokens: [], pages: [], hidden: undefined, logits: undefined, closed: false });
    },
    decode(sequences, tokens) {
      if (sequences.length !== tokens.length || new Set(sequences).size !== sequences.length) {
        throw new RangeError('decode() takes one token for each sequence, and each sequence once');
      }
      const found = sequences.map((sequence) => {
        const state = closed ? undefined : states.get(sequence);
        if (!state) throw new Error('decode() takes open sequences of its own');
        return state;
      });
      for (const [i, state] of found.entries()) assertExtension(config, capacity, state.tokens.length, [tokens[i]!]);
      for (let first = 0; first < found.length; first += MAX_ROWS) {
        decodeSome(
          found.slice(first, first + MAX_ROWS),
          Array.from({ length: Math.min(MAX_ROWS, found.length - first) }, (_, i) => tokens[first + i]!),
        );
      }
    },
    close() {
      if (closed) return;
      closed = true;
      states.clear();
      stop();
    },
  };
}

/** The angles of one position: cosine and sine for each pair. */
function writeTurns(config: LlamaConfig, position: number, to: Float32Array, at: number): void {
  const { headSize, ropeBase, ropeScale, ropeFactors } = config;
  for (let i = 0; i < headSize / 2; i++) {
    const angle = (position * ropeScale) / (ropeBase ** ((2 * i) / headSize) * ropeFactors[i]!);
    to[at + 2 * i] = Math.cos(angle);
    to[at + 2 * i + 1] = Math.sin(angle);
  }
}

/** The row itself, or an error: a weight so large that sums overflow, or one that is no number. */
function finite(logits: Float32Array): Float32Array {
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += logits[i]! * 0;
  if (sum !== 0) throw new Error('the logits are not finite: the weights of this model cannot be computed with');
  return logits;
}
