/**
 * Where the numbers of a training step lie and who multiplies them. Arrays come from `allocate` and are passed back to the
 * same `Compute`: kernels reach only their own memory.
 */
export interface Compute {
  /** Zeros. They stay until the `Compute` itself is dropped. */
  allocate(length: number): Float32Array;
  /** c ← a · b, or c ← c + a · b. Each view says where a matrix lies; a and b may be read transposed. */
  multiply(a: View, b: View, c: View, add: boolean): void;
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
    if (a.columns !== b.rows || a.rows !== c.rows || b.columns !== c.columns || c.transposed) {
      throw new RangeError(`cannot multiply ${a.rows} × ${a.columns} by ${b.rows} × ${b.columns}`);
    }
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
});
