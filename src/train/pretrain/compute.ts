import { binary } from './binary.ts';
import { gated, gatedBack, softmax } from './operations.ts';

/**
 * Where the numbers of a training step lie and who multiplies them. Arrays come from `allocate` and are passed back to the
 * same `Compute`: kernels reach only their own memory.
 */
export interface Compute {
  /** Zeros. They stay until the `Compute` itself is dropped. */
  allocate(length: number): Float32Array;
  /** c ← a · b, or c ← c + a · b. Each view says where a matrix lies; a and b may be read transposed. */
  multiply(a: View, b: View, c: View, add: boolean): void;
  /** See `operations.ts`. */
  softmax(values: Float32Array, scale: number, share: number): number;
  /** Of arrays whose length is a multiple of 4. */
  gated(gate: Float32Array, up: Float32Array, out: Float32Array): void;
  gatedBack(dout: Float32Array, gate: Float32Array, up: Float32Array, dgate: Float32Array, dup: Float32Array): void;
}

/** A matrix inside an array: element (i, j) is at `offset + i · stride + j`, or at `offset + j · stride + i` if `transposed`. */
export interface View {
  readonly values: Float32Array;
  readonly offset: number;
  readonly stride: number;
  /** As read: after transposing. */
  readonly rows: number;
  readonly columns: number;
  readonly transposed: boolean;
}

/** A whole array as a matrix. */
export const whole = (values: Float32Array, rows: number, columns: number): View => ({
  values,
  offset: 0,
  stride: columns,
  rows,
  columns,
  transposed: false,
});

export const transposed = (view: View): View => ({
  ...view,
  rows: view.columns,
  columns: view.rows,
  transposed: !view.transposed,
});

/** The slow way, to hold the kernels to: sums in double precision. */
export const plainCompute = (): Compute => ({
  allocate: (length) => new Float32Array(length),
  multiply(a, b, c, add) {
    assertShapes(a, b, c);
    const [aRow, aColumn] = a.transposed ? [1, a.stride] : [a.stride, 1];
    const [bRow, bColumn] = b.transposed ? [1, b.stride] : [b.stride, 1];
    for (let i = 0; i < c.rows; i++) {
      for (let j = 0; j < c.columns; j++) {
        let sum = 0;
        for (let k = 0; k < a.columns; k++) {
          sum += a.values[a.offset + i * aRow + k * aColumn]! * b.values[b.offset + k * bRow + j * bColumn]!;
        }
        const at = c.offset + i * c.stride + j;
        c.values[at] = add ? c.values[at]! + sum : sum;
      }
    }
  },
  softmax,
  gated,
  gatedBack,
});

/** What the kernels take: pointers in bytes, distances in elements; see `assembly/index.as`. */
interface Exports {
  scratch(): number;
  multiply(
    ...operands: [
      ...[a: number, aRow: number, aColumn: number],
      ...[b: number, bRow: number, bColumn: number],
      ...[c: number, cRow: number],
      ...[m: number, n: number, k: number, add: number, scratch: number],
    ]
  ): void;
  largest(at: number, count: number): number;
  softmax(at: number, count: number, scale: number, share: number, largest: number): number;
  gated(...addressesAndCount: readonly number[]): void;
  gatedBack(...addressesAndCount: readonly number[]): void;
}

const PAGE = 65_536;
const PAGES = 65_536;

/**
 * The kernels, over a memory of their own that grows as arrays are allocated, up to 4 GiB: RangeError beyond. Undefined where
 * this runtime has no WebAssembly SIMD and threads.
 */
export function kernelCompute(): Compute | undefined {
  const bytes = Buffer.from(binary, 'base64');
  if (!WebAssembly.validate(bytes)) return undefined;
  const memory = new WebAssembly.Memory({ initial: 1, maximum: PAGES, shared: true });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  // What a module exports has no types; the binary is this room's own, and a test rebuilds it.
  const kernels = instance.exports as unknown as Exports;
  let used = 1024;
  const take = (length: number): number => {
    const at = used;
    used += Math.ceil(length / 16) * 16;
    const lacking = Math.ceil((used - memory.buffer.byteLength) / PAGE);
    if (lacking > 0) memory.grow(lacking);
    return at;
  };
  const spare = take(kernels.scratch());
  return {
    // What is shared only grows: views of the memory before stay good.
    allocate(length) {
      const at = take(4 * length);
      return new Float32Array(memory.buffer, at, length);
    },
    multiply(a, b, c, add) {
      assertShapes(a, b, c);
      const [at, row, column] = operand(a, memory.buffer);
      const [bAt, bRow, bColumn] = operand(b, memory.buffer);
      const [cAt, cRow] = operand(c, memory.buffer);
      const size = [c.rows, c.columns, a.columns] as const;
      kernels.multiply(at, row, column, bAt, bRow, bColumn, cAt, cRow, ...size, add ? 1 : 0, spare);
    },
    softmax(values, scale, share) {
      const at = address(values, memory.buffer);
      const largest = kernels.largest(at, values.length);
      return scale * largest + Math.log(kernels.softmax(at, values.length, scale, share, largest));
    },
    gated: (...arrays) => kernels.gated(...addresses(arrays, memory.buffer)),
    gatedBack: (...arrays) => kernels.gatedBack(...addresses(arrays, memory.buffer)),
  };
}

function address({ buffer, byteOffset }: Float32Array, memory: SharedArrayBuffer): number {
  // The buffer of an older view is another object over the same memory.
  if (!(buffer instanceof SharedArrayBuffer) || buffer.byteLength > memory.byteLength) {
    throw new RangeError('the kernels reach only arrays that they allocated');
  }
  return byteOffset;
}

/** Of arrays of one length, a multiple of 4, and that length. */
function addresses(arrays: readonly Float32Array[], memory: SharedArrayBuffer): number[] {
  const { length } = arrays[0]!;
  if (length % 4 !== 0 || arrays.some((one) => one.length !== length)) {
    throw new RangeError(`expected arrays of one length, a multiple of 4, got ${arrays.map((one) => one.length)}`);
  }
  return [...arrays.map((one) => address(one, memory)), length];
}

function operand(view: View, memory: SharedArrayBuffer): [at: number, row: number, column: number] {
  const { values, offset, stride, rows, columns } = view;
  const [lines, size] = view.transposed ? [columns, rows] : [rows, columns];
  if (lines > 0 && offset + (lines - 1) * stride + size > values.length) {
    throw new RangeError(`a matrix of ${rows} × ${columns} does not lie inside its ${values.length} elements`);
  }
  const at = address(values, memory) + 4 * offset;
  return view.transposed ? [at, 1, stride] : [at, stride, 1];
}

function assertShapes(a: View, b: View, c: View): void {
  if (a.columns !== b.rows || a.rows !== c.rows || b.columns !== c.columns || c.transposed) {
    throw new RangeError(`cannot multiply ${a.rows} × ${a.columns} by ${b.rows} × ${b.columns}`);
  }
}
