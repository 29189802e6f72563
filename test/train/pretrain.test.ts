import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { trainingKernelSource } from '../../scripts/kernels.ts';
import { random } from '../../src/base/index.ts';
import { type LlamaModel, readSafetensors, referenceEngine } from '../../src/model/index.ts';
import {
  type Compute,
  kernelCompute,
  plainCompute,
  transposed,
  type View,
  whole,
} from '../../src/train/pretrain/compute.ts';
import { type Network, network } from '../../src/train/pretrain/network.ts';
import { type OptimizerKind, optimizer, schedule } from '../../src/train/pretrain/optimizer.ts';
import { trainedWeights } from '../../src/train/pretrain/weights.ts';

/** Made by runs/goldens.py: PyTorch's numbers for a tiny model of chance. */
interface Golden {
  readonly pad: number;
  readonly rowsAStep: number;
  readonly schedule: { readonly warmup: number; readonly steps: number; readonly decay: number };
  readonly rates: Readonly<Record<OptimizerKind, { readonly matrix: number; readonly vector: number }>>;
  readonly rows: readonly (readonly number[])[];
  readonly ids: readonly number[];
  readonly logits: readonly (readonly number[])[];
  readonly loss: number;
  readonly gradientNorms: Readonly<Record<string, number>>;
  readonly losses: Readonly<Record<OptimizerKind, readonly number[]>>;
}

const data = join(import.meta.dirname, 'data');
const golden = JSON.parse(readFileSync(join(data, 'tiny.json'), 'utf8')) as Golden;
const model = tinyModel();

function tinyModel(): LlamaModel {
  const file = readSafetensors(readFileSync(join(data, 'tiny.safetensors')));
  if (!file.ok) throw new Error(file.issues[0]!.message);
  const read = trainedWeights(file.value);
  if (!read.ok) throw new Error(read.issues[0]!.message);
  return read.value.model;
}

/** The tiny model's weights, as they stand in its file, in a network to be trained. */
function tinyNetwork(compute: Compute, batch = golden.rowsAStep): Network {
  const own = network(model.config, batch, compute);
  const file = readSafetensors(readFileSync(join(data, 'tiny.safetensors')));
  if (!file.ok) throw new Error(file.issues[0]!.message);
  for (const { name, values } of own.parameters.values()) {
    const { bytes } = file.value.tensors.get(name)!;
    values.set(new Float32Array(Uint8Array.from(bytes).buffer));
  }
  return own;
}

function kernels(): Compute {
  const compute = kernelCompute();
  if (compute === undefined) throw new Error('expected WebAssembly SIMD');
  return compute;
}

const COMPUTES = [
  ['plain', plainCompute],
  ['kernels', kernels],
] as const;

const rowsOf = (step: number): number[] =>
  golden.rows.slice(step * golden.rowsAStep, (step + 1) * golden.rowsAStep).flat();

const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

describe("PyTorch's numbers", () => {
  it("the engine's reference forward pass gives its logits", () => {
    const sequence = referenceEngine(model).open();
    const rows = sequence.extendWithLogits(golden.ids);
    for (const [i, expected] of golden.logits.flat().entries())
      expect(Math.abs(rows[i]! - expected)).toBeLessThan(2e-4);
  });

  it.each(COMPUTES)('loss and gradients of one step, %s', (_name, make) => {
    const own = tinyNetwork(make());
    expect(own.loss(rowsOf(0), golden.pad, true)).toBeCloseTo(golden.loss, 5);
    expect(own.parameters.size).toBe(Object.keys(golden.gradientNorms).length);
    for (const [name, expected] of Object.entries(golden.gradientNorms)) {
      expect(Math.abs(norm(own.parameters.get(name)!.gradient) / expected - 1), name).toBeLessThan(1e-4);
    }
  });

  it.each<readonly [OptimizerKind, string, () => Compute]>([
    ['muon', ...COMPUTES[0]],
    ['muon', ...COMPUTES[1]],
    ['adamw', ...COMPUTES[1]],
  ])('the losses of 20 steps with %s, within 1e-3, %s', (kind, _name, make) => {
    const compute = make();
    const own = tinyNetwork(compute);
    const { matrix, vector } = golden.rates[kind];
    const steps = optimizer(own.parameters.values(), { kind, matrixRate: matrix, vectorRate: vector }, compute);
    for (const [step, expected] of golden.losses[kind].entries()) {
      const loss = own.loss(rowsOf(step), golden.pad, true);
      expect(Math.abs(loss - expected), `step ${step}: ${loss}, not ${expected}`).toBeLessThan(1e-3);
      steps.step(schedule(step, golden.schedule));
    }
  });
});

describe('gradients', () => {
  it('are finite differences, along directions of chance', () => {
    const seed = 5;
    const own = tinyNetwork(plainCompute());
    const rows = rowsOf(1);
    own.loss(rows, golden.pad, true);
    const rng = random(seed);
    for (const { name, values, gradient } of own.parameters.values()) {
      // Large enough that single precision does not drown the difference, small enough that curvature does not.
      const size = 2e-3 * Math.max(0.1, norm(values) / Math.sqrt(values.length));
      const direction = Float32Array.from(values, () => (rng.float() < 0.5 ? -size : size));
      const before = values.slice();
      const sides = [1, -1].map((sign) => {
        for (let i = 0; i < values.length; i++) values[i] = before[i]! + sign * direction[i]!;
        return own.loss(rows, golden.pad, false);
      });
      values.set(before);
      const measured = (sides[0]! - sides[1]!) / 2;
      const slope = gradient.reduce((sum, value, i) => sum + value * direction[i]!, 0);
      const tolerance = 0.02 * norm(gradient) * norm(direction) * 0.2 + 2e-6;
      expect(Math.abs(measured - slope), `${name}, seed ${seed}: ${measured} against ${slope}`).toBeLessThan(tolerance);
    }
  });

  it('add up over steps and are used up by the optimizer', () => {
    const compute = plainCompute();
    const own = tinyNetwork(compute);
    own.loss(rowsOf(0), golden.pad, true);
    const { gradient } = own.parameters.get('blk.0.attn_k.weight')!;
    const once = gradient.slice();
    own.loss(rowsOf(0), golden.pad, true);
    for (const [i, value] of once.entries()) expect(gradient[i]).toBeCloseTo(2 * value, 5);
    optimizer(own.parameters.values(), { kind: 'muon', matrixRate: 0.01, vectorRate: 0.01 }, compute).step(1);
    expect(norm(gradient)).toBe(0);
  });
});

describe('exponentials', () => {
  it('of the kernels are those of Math.exp, at any length and far out', () => {
    const [plain, quick] = [plainCompute(), kernels()];
    const seed = 9;
    const rng = random(seed);
    const close = (found: Float32Array, expected: Float32Array, where: string): void => {
      for (const [i, value] of expected.entries())
        expect(Math.abs(found[i]! - value), `seed ${seed} ${where} at ${i}`).toBeLessThan(
          1e-6 + 1e-5 * Math.abs(value),
        );
    };
    for (const size of [1, 2, 3, 4, 5, 7, 8, 63, 64, 1023, 1025, 16_384]) {
      for (const spread of [0, 1, 200]) {
        const values = Float32Array.from({ length: size }, () => spread * (rng.float() - 0.5));
        // One more behind it, which nothing may touch.
        const arrays = [plain, quick].map((compute) => {
          const array = compute.allocate(size + 1);
          array.set(values);
          array[size] = 7;
          return array;
        }) as [Float32Array, Float32Array];
        const sums = [plain, quick].map((compute, i) => compute.softmax(arrays[i]!.subarray(0, size), 0.5, 3));
        const where = `${size} by ${spread}`;
        expect(Math.abs(sums[1]! - sums[0]!), where).toBeLessThan(1e-5 * (1 + Math.abs(sums[0]!)));
        close(arrays[1], arrays[0], where);
      }
    }
    const names = ['gate', 'up', 'out', 'slopeOfGate', 'slopeOfUp'] as const;
    const results = [plain, quick].map((compute) => {
      const own = random(seed);
      const [gate, up, out, dgate, dup] = names.map(() => compute.allocate(256));
      for (let i = 0; i < 256; i++) {
        gate![i] = 300 * (own.float() - 0.5);
        up![i] = own.float() - 0.5;
      }
      compute.gated(gate!, up!, out!);
      compute.gatedBack(up!, gate!, out!, dgate!, dup!);
      return [out!, dgate!, dup!];
    });
    for (const [i, found] of results[1]!.entries()) close(found, results[0]![i]!, names[i + 2]!);
  });

  it('take arrays of the kernels alone, of one length in fours', () => {
    const compute = kernels();
    const [a, b] = [compute.allocate(8), compute.allocate(12)];
    expect(() => compute.softmax(new Float32Array(8), 1, 1)).toThrow(RangeError);
    expect(() => compute.gated(a, a, b)).toThrow(RangeError);
    expect(() => compute.gated(a.subarray(0, 3), a.subarray(0, 3), b.subarray(0, 3))).toThrow(RangeError);
  });
});

describe('multiply', () => {
  const views = (seed: number, compute: Compute): { a: View; b: View; c: View } => {
    const rng = random(seed);
    // Some larger than a block of the kernels.
    const size = (): number => 1 + rng.below(seed % 10 === 0 ? 700 : 20);
    const [m, k, n] = [size(), size(), size()];
    const matrix = (rows: number, columns: number): View => {
      const [offset, gap] = [rng.below(5), rng.below(4)];
      const values = compute.allocate(offset + rows * (columns + gap));
      for (let i = 0; i < values.length; i++) values[i] = rng.float() - 0.5;
      return { ...whole(values, rows, columns), offset, stride: columns + gap };
    };
    const either = (rows: number, columns: number): View =>
      rng.float() < 0.5 ? matrix(rows, columns) : transposed(matrix(columns, rows));
    return { a: either(m, k), b: either(k, n), c: matrix(m, n) };
  };
  const element = ({ values, offset, stride, transposed: turned }: View, i: number, j: number): number =>
    values[offset + (turned ? j * stride + i : i * stride + j)]!;

  it.each(COMPUTES)('is the sum of products, in any layout, and touches nothing else: %s', (_name, make) => {
    const compute = make();
    for (let seed = 1; seed <= 40; seed++) {
      const { a, b, c } = views(seed, compute);
      const before = { ...c, values: c.values.slice() };
      const add = seed % 3 === 0;
      compute.multiply(a, b, c, add);
      const inside = new Set<number>();
      let worst = 0;
      for (let i = 0; i < c.rows; i++) {
        for (let j = 0; j < c.columns; j++) {
          inside.add(c.offset + i * c.stride + j);
          // Of large ones every 50th.
          if (c.rows * c.columns > 1_000 && (i * c.columns + j) % 50 !== 0) continue;
          let sum = add ? element(before, i, j) : 0;
          for (let k = 0; k < a.columns; k++) sum += element(a, i, k) * element(b, k, j);
          worst = Math.max(worst, Math.abs(element(c, i, j) - sum));
        }
      }
      expect(worst, `seed ${seed}`).toBeLessThan(2e-5);
      let changed = 0;
      for (const [i, value] of c.values.entries()) if (!inside.has(i) && value !== before.values[i]) changed++;
      expect(changed, `seed ${seed}`).toBe(0);
    }
  });

  it('takes no matrix from elsewhere, beyond its array, or of another size', () => {
    const compute = kernels();
    const own = whole(compute.allocate(4), 2, 2);
    const foreign = whole(new Float32Array(4), 2, 2);
    for (const [a, b, c] of [
      [foreign, own, own],
      [own, own, foreign],
      [own, { ...own, offset: 1 }, own],
      [own, own, { ...own, rows: 1 }],
      [own, own, transposed(own)],
    ] as const) {
      expect(() => compute.multiply(a, b, c, false)).toThrow(RangeError);
    }
  });

  it('keeps earlier arrays when its memory grows', () => {
    const compute = kernels();
    const a = whole(compute.allocate(1), 1, 1);
    a.values[0] = 3;
    const c = whole(compute.allocate(10_000_000).subarray(0, 1), 1, 1);
    compute.multiply(a, a, c, false);
    expect(c.values[0]).toBe(9);
  });

  it('is built from its source', async () => {
    const path = join(import.meta.dirname, '../../src/train/pretrain/binary.ts');
    expect(await trainingKernelSource()).toBe(readFileSync(path, 'utf8'));
  }, 60_000);
});
