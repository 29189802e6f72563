import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { NetworkConfig, Parameter } from '../pretrain/network.ts';

export interface WorkerData {
  readonly config: NetworkConfig;
  readonly batch: number;
}

/** The arrays lie in shared memory: whoever gets them writes where the worker reads. */
export interface Hello {
  readonly parameters: readonly Parameter[];
}

export interface Question {
  /** `batch` rows. */
  readonly rows: Uint16Array;
  readonly pad: number;
  readonly gradients: boolean;
}

export interface Answer {
  /** Mean over the targets that are not padding, nats. */
  readonly loss: number;
}

/**
 * Passes side by side, one a core, each on weights of its own; see `runs/workers.py`. Which thread does which pass is fixed, so
 * the same rows give the same sums on every machine.
 */
export interface Team {
  /** Weights and gradients of the first thread: the ones that are written and stepped. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Mean loss of rows, nats a token; with `gradients`, its slope is left in the parameters. Weights are those that were shared last. */
  loss(rows: readonly Uint16Array[], gradients: boolean): Promise<number>;
  /** Gives every thread the first one's weights. */
  share(): void;
  close(): Promise<void>;
}

/** Rows a pass. */
const BATCH = 2;

export async function openTeam(config: NetworkConfig, pad: number, threads: number): Promise<Team> {
  const source = new URL('./worker.ts', import.meta.url);
  // In the published package it lies beside the chunk that this is part of.
  const file = existsSync(source) ? source : new URL('./trainWorker.js', import.meta.url);
  const workerData: WorkerData = { config, batch: BATCH };
  const workers = Array.from({ length: threads }, () => new Worker(file, { workerData }));
  const close = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  let hellos: readonly Hello[];
  try {
    hellos = await Promise.all(workers.map((worker) => next<Hello>(worker)));
  } catch (error) {
    await close();
    throw error;
  }
  const [first, ...others] = hellos.map(
    ({ parameters }) => new Map(parameters.map((parameter) => [parameter.name, parameter])),
  ) as [Map<string, Parameter>, ...Map<string, Parameter>[]];
  const empty = new Uint16Array(config.contextLength + 1).fill(pad);

  return {
    parameters: first,
    async loss(rows, gradients) {
      const passes: { readonly ids: Uint16Array; readonly counted: number }[] = [];
      for (let at = 0; at < rows.length; at += BATCH) {
        const ids = new Uint16Array(BATCH * empty.length);
        for (let row = 0; row < BATCH; row++) ids.set(rows[at + row] ?? empty, row * empty.length);
        let counted = 0;
        for (const [i, id] of ids.entries()) if (i % empty.length > 0 && id !== pad) counted++;
        passes.push({ ids, counted });
      }
      const all = passes.reduce((sum, { counted }) => sum + counted, 0);
      const losses = await Promise.all(
        workers.map(async (worker, index) => {
          let sum = 0;
          for (let pass = index; pass < passes.length; pass += threads) {
            const { ids, counted } = passes[pass]!;
            const question: Question = { rows: ids, pad, gradients };
            worker.postMessage(question);
            sum += (await next<Answer>(worker)).loss * counted;
          }
          return sum;
        }),
      );
      if (gradients) gather(first, others, 1 / passes.length);
      return losses.reduce((sum, loss) => sum + loss, 0) / Math.max(1, all);
    },
    share() {
      for (const other of others) for (const [name, { values }] of first) other.get(name)!.values.set(values);
    },
    close,
  };
}

/** The next message, or whatever ended the thread. */
function next<T>(worker: Worker): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (work: () => void): void => {
      worker.off('message', got).off('error', failed).off('exit', ended);
      work();
    };
    const got = (message: T): void => settle(() => resolve(message));
    const failed = (error: Error): void => settle(() => reject(error));
    const ended = (code: number): void => settle(() => reject(new Error(`a training thread ended with ${code}`)));
    worker.on('message', got).on('error', failed).on('exit', ended);
  });
}

/** Sums all gradients into the first, times `scale`, and empties the others. */
function gather(
  first: ReadonlyMap<string, Parameter>,
  others: readonly ReadonlyMap<string, Parameter>[],
  scale: number,
): void {
  for (const [name, { gradient }] of first) {
    for (const other of others) {
      const more = other.get(name)!.gradient;
      for (let i = 0; i < gradient.length; i++) gradient[i]! += more[i]!;
      more.fill(0);
    }
    for (let i = 0; i < gradient.length; i++) gradient[i]! *= scale;
  }
}
