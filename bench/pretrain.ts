/**
 * A training step in TypeScript: what it makes of the kernel it stands on.
 *
 *     node bench/pretrain.ts [depth]
 *
 * The floor is the kernel alone on the largest product of a layer, measured before and after. Processor time, which a busy
 * machine blurs less than wall time; the arithmetic of a step is 6 times weights times tokens, attention left out.
 */
import { random } from '../src/base/index.ts';
import { kernelCompute, transposed, whole } from '../src/train/pretrain/compute.ts';
import { network } from '../src/train/pretrain/network.ts';
import { optimizer } from '../src/train/pretrain/optimizer.ts';
import { configOf } from '../src/train/pretrain/trainer.ts';

const depth = Number(process.argv[2] ?? 6);
const ROWS = 2;
const CONTEXT = 512;
const STEPS = 3;

const compute = kernelCompute();
if (compute === undefined) throw new Error('expected WebAssembly SIMD and threads');
const config = configOf(depth, 16_384, CONTEXT);
const own = network(config, ROWS, compute);
const steps = optimizer(own.parameters.values(), { kind: 'muon', matrixRate: 0, vectorRate: 0 }, compute);
const rng = random(1);
let weights = 0;
for (const { values } of own.parameters.values()) {
  weights += values.length;
  for (let i = 0; i < values.length; i++) values[i] = 0.1 * (rng.float() - 0.5);
}
const rows = Uint16Array.from({ length: ROWS * (CONTEXT + 1) }, () => rng.below(16_000));
const tokens = ROWS * CONTEXT;
const x = whole(compute.allocate(tokens * config.width), tokens, config.width);
const w = whole(compute.allocate(config.hidden * config.width), config.hidden, config.width);
const y = whole(compute.allocate(tokens * config.hidden), tokens, config.hidden);

/** Processor seconds. */
function seconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const floor = (): number => {
  const times = Array.from({ length: 5 }, () =>
    seconds(() => {
      for (let i = 0; i < 10; i++) compute.multiply(x, transposed(w), y, false);
    }),
  );
  return (10 * 2 * tokens * config.hidden * config.width) / Math.min(...times) / 1e9;
};

const before = floor();
const passes = Array.from({ length: STEPS }, () => seconds(() => own.loss(rows, 16_372, true)));
const updates = Array.from({ length: STEPS }, () => seconds(() => steps.step(1)));
const kernel = (before + floor()) / 2;
const step = (6 * weights * tokens) / Math.min(...passes) / 1e9;
console.log(`depth ${depth}, ${(weights / 1e6).toFixed(2)}M weights, ${ROWS} rows of ${CONTEXT} tokens`);
console.log(`kernel alone        ${kernel.toFixed(1)} GFLOPS a processor second`);
console.log(`forward, backward   ${step.toFixed(1)}, ${((100 * step) / kernel).toFixed(0)} % of it`);
console.log(`                    ${(tokens / Math.min(...passes)).toFixed(0)} tokens a processor second`);
console.log(`Muon and AdamW      ${Math.min(...updates).toFixed(2)} s a step`);
