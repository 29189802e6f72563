/** A thread of `team.ts`: a network of its own and nothing else. */
import { parentPort, workerData } from 'node:worker_threads';
import { kernelCompute } from '../pretrain/compute.ts';
import { network } from '../pretrain/network.ts';
import type { Answer, Hello, Question, WorkerData } from './team.ts';

const { config, batch } = workerData as WorkerData;
const compute = kernelCompute();
if (compute === undefined) throw new Error('expected WebAssembly SIMD and threads');
const own = network(config, batch, compute);
const port = parentPort!;
port.postMessage({ parameters: [...own.parameters.values()] } satisfies Hello);
port.on('message', ({ rows, pad, gradients }: Question) => {
  port.postMessage({ loss: own.loss(rows, pad, gradients) } satisfies Answer);
});
