import { type Compute, transposed, whole } from './compute.ts';
import type { Parameter } from './network.ts';

export type OptimizerKind = 'muon' | 'adamw';

export interface OptimizerOptions {
  readonly kind: OptimizerKind;
  /** Learning rate of the matrices of the layers under Muon. */
  readonly matrixRate: number;
  /** Learning rate of everything else. */
  readonly vectorRate: number;
}

/** Compared at width 256; down with the root of the width. */
export function pretrainingRates(width: number): OptimizerOptions {
  const narrower = Math.sqrt(256 / width);
  return { kind: 'muon', matrixRate: 0.02 * narrower, vectorRate: 0.01 * narrower };
}

const MOMENTUM = 0.95;
const BETAS = [0.9, 0.95] as const;
const EPSILON = 1e-8;
const DECAY = 0.01;

/** What an optimizer remembers: parameter → its running means, in the order they are listed. */
export interface OptimizerState {
  steps: number;
  readonly means: ReadonlyMap<string, readonly Float32Array[]>;
}

export interface Optimizer {
  readonly state: OptimizerState;
  /** One step at a part of the rates; gradients are zero afterwards. */
  step(part: number): void;
}

/**
 * Muon (Keller Jordan, kellerjordan.github.io/posts/muon) for the matrices of the layers, AdamW (Loshchilov and Hutter,
 * arXiv 1711.05101) for the rest; or AdamW for all. The same arithmetic as `runs/optimizer.py`.
 */
export function optimizer(parameters: Iterable<Parameter>, options: OptimizerOptions, compute: Compute): Optimizer {
  const all = [...parameters];
  const byMuon = ({ name, rows }: Parameter): boolean =>
    options.kind === 'muon' && rows > 1 && name !== 'token_embd.weight';
  const means = new Map(
    all.map((one) => [
      one.name,
      Array.from({ length: byMuon(one) ? 1 : 2 }, () => new Float32Array(one.values.length)),
    ]),
  );
  const scratch = new Map<string, ReturnType<typeof orthogonaliser>>();
  const state: OptimizerState = { steps: 0, means };
  return {
    state,
    step(part) {
      state.steps++;
      for (const parameter of all) {
        const own = means.get(parameter.name)!;
        if (!byMuon(parameter)) {
          adamw(parameter, own[0]!, own[1]!, state.steps, part * options.vectorRate);
          continue;
        }
        const { rows, columns } = parameter;
        const shape = `${rows}×${columns}`;
        const orthogonal = scratch.get(shape) ?? orthogonaliser(rows, columns, compute);
        scratch.set(shape, orthogonal);
        muon(parameter, own[0]!, orthogonal, part * options.matrixRate);
      }
      for (const { gradient } of all) gradient.fill(0);
    },
  };
}

function adamw(
  { rows, values, gradient }: Parameter,
  first: Float32Array,
  second: Float32Array,
  steps: number,
  rate: number,
): void {
  const [one, two] = BETAS;
  const [unbiasFirst, unbiasSecond] = [1 - one ** steps, 1 - two ** steps];
  const kept = rows > 1 ? 1 - rate * DECAY : 1;
  for (let i = 0; i < values.length; i++) {
    const slope = gradient[i]!;
    first[i]! += (1 - one) * (slope - first[i]!);
    second[i] = two * second[i]! + (1 - two) * slope * slope;
    const spread = Math.sqrt(second[i]! / unbiasSecond) + EPSILON;
    values[i] = values[i]! * kept - ((rate / unbiasFirst) * first[i]!) / spread;
  }
}

function muon(
  { rows, columns, values, gradient }: Parameter,
  mean: Float32Array,
  orthogonal: (update: Float32Array) => Float32Array,
  rate: number,
): void {
  const update = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    mean[i]! += (1 - MOMENTUM) * (gradient[i]! - mean[i]!);
    update[i] = gradient[i]! + MOMENTUM * (mean[i]! - gradient[i]!);
  }
  const change = orthogonal(update);
  const by = rate * Math.sqrt(Math.max(1, rows / columns));
  for (let i = 0; i < values.length; i++) values[i] = values[i]! * (1 - rate * DECAY) - by * change[i]!;
}

const ROUNDS = 5;
const [A, B, C] = [3.4445, -4.775, 2.0315];

/** U Vᵀ of a matrix, nearly: x ← A x + (B s + C s²) x with s = x xᵀ, five times, on the matrix lying. */
function orthogonaliser(rows: number, columns: number, compute: Compute): (update: Float32Array) => Float32Array {
  const [short, long] = rows <= columns ? [rows, columns] : [columns, rows];
  const x = whole(compute.allocate(short * long), short, long);
  const next = whole(compute.allocate(short * long), short, long);
  const square = whole(compute.allocate(short * short), short, short);
  const polynomial = whole(compute.allocate(short * short), short, short);
  const result = new Float32Array(rows * columns);
  /** `to` gets the matrix of `from` lying, or standing again. */
  const turn = (from: Float32Array, to: Float32Array, lines: number, scale: number): void => {
    if (rows <= columns) for (let i = 0; i < from.length; i++) to[i] = from[i]! * scale;
    else {
      const size = from.length / lines;
      for (let i = 0; i < lines; i++) for (let j = 0; j < size; j++) to[j * lines + i] = from[i * size + j]! * scale;
    }
  };
  return (update) => {
    let squares = 0;
    for (const value of update) squares += value * value;
    const scale = 1 / (Math.sqrt(squares) + 1e-7);
    turn(update, x.values, rows, scale);
    for (let round = 0; round < ROUNDS; round++) {
      compute.multiply(x, transposed(x), square, false);
      compute.multiply(square, square, polynomial, false);
      for (let i = 0; i < square.values.length; i++) {
        polynomial.values[i] = B * square.values[i]! + C * polynomial.values[i]!;
      }
      compute.multiply(polynomial, x, next, false);
      for (let i = 0; i < x.values.length; i++) x.values[i] = A * x.values[i]! + next.values[i]!;
    }
    turn(x.values, result, columns, 1);
    return result;
  };
}

/** Up over `warmup` steps, level, and over the last `decay` of `steps` down as 1 − √; from 0 to 1. `runs/pretrain.py` has it too. */
export function schedule(
  step: number,
  { warmup, steps, decay }: { readonly warmup: number; readonly steps: number; readonly decay: number },
): number {
  if (step < warmup) return (step + 1) / warmup;
  if (step < steps - decay) return 1;
  return Math.max(0, 1 - Math.sqrt((step - (steps - decay) + 1) / (decay + 1)));
}
