import { dequantise, rowBytes, type Tensor, type TensorType } from '../gguf/index.ts';
import type { Arena } from './arena.ts';
import { type Kernels, KINDS, type Kind } from './loader.ts';

/** A matrix, or several with the same columns one under the other, each starting at a whole group of rows. */
export interface Matrix {
  readonly kind: Kind;
  readonly at: number;
  readonly columns: number;
  /** Groups of 8 rows. */
  readonly groups: number;
  /** First row of each part. */
  readonly starts: readonly number[];
}

const GROUP = 8;
const BLOCK = 32;
/** Rows that are converted at once: enough to make a call cheap, few enough to stay in the cache. */
const STAGE_ROWS = 64;

const FLOATS: ReadonlySet<TensorType> = new Set(['F32', 'F16', 'BF16']);

/** Rounded up to whole groups of rows. */
export const padded = (rows: number): number => Math.ceil(rows / GROUP) * GROUP;

/** Bytes of a group of 8 rows of a matrix. */
export const groupBytes = (kind: Kind, columns: number): number =>
  kind === KINDS.floats ? columns * 32 : kind === KINDS.halves ? columns * 16 : (columns / BLOCK) * 288;

/** Bytes of a tile of 4 rows of activations. */
export const tileBytes = (kind: Kind, columns: number): number =>
  kind === KINDS.floats || kind === KINDS.halves
    ? columns * 16
    : (columns / BLOCK) * (kind === KINDS.pairs ? 272 : 160);

/** What tensors that are multiplied together become: halves if all of them are, integers if all are quantised. */
export const kindOf = (kernels: Kernels, tensors: readonly Tensor[]): Kind => {
  if (tensors.every(({ type }) => type === 'F16')) return KINDS.halves;
  return tensors.some(({ type }) => FLOATS.has(type)) ? KINDS.floats : kernels.kind;
};

/** Bytes that `packMatrix` will take. */
export const matrixBytes = (kernels: Kernels, tensors: readonly Tensor[]): number =>
  tensors.reduce(
    (sum, { shape }) => sum + (padded(shape[0]!) / GROUP) * groupBytes(kindOf(kernels, tensors), shape[1]!),
    0,
  );

/**
 * Lays tensors out as one matrix at `at`. Q8_0 and Q4_0 keep their values, other quantised ones are rounded to 8 bits
 * with a scale for each 32. `stage` is a spare region of `stageBytes`.
 */
export function packMatrix(
  kernels: Kernels,
  memory: Arena,
  tensors: readonly Tensor[],
  at: number,
  stage: number,
): Matrix {
  const kind = kindOf(kernels, tensors);
  const columns = tensors[0]!.shape[1]!;
  const size = groupBytes(kind, columns);
  const starts: number[] = [];
  let first = 0;
  for (const tensor of tensors) {
    starts.push(first);
    packTensor(kernels, memory, tensor, kind, at + (first / GROUP) * size, stage);
    first += padded(tensor.shape[0]!);
  }
  return { kind, at, columns, groups: first / GROUP, starts };
}

/** Room that `packMatrix` needs to convert rows of so many columns. */
export const stageBytes = (columns: number): number => BLOCK + STAGE_ROWS * columns * 4;

function packTensor(
  { exports }: Kernels,
  memory: Arena,
  { name, type, shape, bytes }: Tensor,
  kind: Kind,
  at: number,
  stage: number,
): void {
  const [rows, columns] = shape as [number, number];
  const rowLength = rowBytes(type, columns);
  const from = stage + BLOCK;
  // Straight from the file where a kernel knows the format, else by way of single precision.
  const direct = kind === KINDS.floats ? type === 'F32' : type === 'F16' || type === 'Q8_0' || type === 'Q4_0';
  for (let row = 0; row < rows; row += STAGE_ROWS) {
    const count = Math.min(STAGE_ROWS, rows - row);
    const part = bytes.subarray(row * rowLength, (row + count) * rowLength);
    if (direct) memory.u8.set(part, from);
    else memory.f32.set(dequantise({ name, type, shape: [count, columns], bytes: part }), from / 4);
    if (!direct || type === 'F32') exports.packF32(kind, from, columns, at, row, count, stage);
    else if (type === 'F16') exports.packF16(from, columns, at, row, count);
    else if (type === 'Q8_0') exports.packQ8(kind, from, columns, at, row, count);
    else exports.packQ4(kind, from, columns, at, row, count, stage);
  }
}
