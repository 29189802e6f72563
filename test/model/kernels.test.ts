import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kernelSource } from '../../scripts/kernels.ts';
import { random } from '../../src/base/index.ts';
import { dequantise, FORMATS, halfBits, type Tensor, type TensorType } from '../../src/model/gguf/index.ts';
import { type Arena, arena } from '../../src/model/kernels/arena.ts';
import { type Kernels, KINDS, type Kind, loadKernels } from '../../src/model/kernels/loader.ts';
import { groupBytes, matrixBytes, packMatrix, stageBytes, tileBytes } from '../../src/model/kernels/matrices.ts';

const { fround } = Math;

interface Ground {
  readonly kernels: Kernels;
  readonly memory: Arena;
  readonly room: (bytes: number) => number;
  readonly floats: (at: number, values: ArrayLike<number>) => number;
  readonly read: (at: number, count: number) => Float32Array;
}

function ground(relaxed = true, start = 4096): Ground {
  const kernels = loadKernels(relaxed)!;
  const memory = arena(kernels.memory, start);
  return {
    kernels,
    memory,
    room: (bytes) => memory.allocate(bytes)!,
    floats: (at, values) => {
      memory.f32.set(values, at / 4);
      return at;
    },
    read: (at, count) => memory.f32.slice(at / 4, at / 4 + count),
  };
}

/** To the nearest whole number, of two the even one. */
function toEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  if (rest !== 0.5) return Math.round(x);
  return down % 2 === 0 ? down : down + 1;
}

describe('the checked-in binary', () => {
  it('is what its source compiles to', async () => {
    const file = new URL('../../src/model/kernels/binary.ts', import.meta.url);
    expect(await kernelSource()).toBe(readFileSync(file, 'utf8'));
  });
});

describe('matrix products', () => {
  // What each machine's relaxed dot product agrees on: bytes of weights below 128 as they lie in memory.
  const RANGES: Readonly<Record<keyof typeof KINDS, readonly [number, number]>> = {
    pairs: [-128, 127],
    signed: [0, 127],
    unsigned: [-128, -1],
    floats: [-128, 127],
    halves: [-128, 127],
  };
  const cases = (Object.keys(KINDS) as (keyof typeof KINDS)[]).flatMap((kind) =>
    [1, 2, 3, 4, 5, 7, 12].map((rows) => ({ kind, rows, columns: 96, outs: rows === 5 ? 21 : 16 })),
  );
  it.each(cases)(
    '$kind: $rows rows of $columns by $outs, as the sums are written down',
    ({ kind, rows, columns, outs }) => {
      const seed = 11 * rows;
      const rng = random(seed);
      // Pointers past 2 GiB too.
      const { kernels, memory, room, floats, read } = ground(true, rows === 7 ? 2 ** 31 : 4096);
      const number = KINDS[kind] as Kind;
      const [least, most] = RANGES[kind];
      const blocks = columns / 32;
      const quants = Array.from({ length: outs * columns }, () => least + rng.below(most - least + 1));
      const scales = Array.from({ length: outs * blocks }, () => 2 ** -(1 + rng.below(6)) * (rng.below(2) ? 1 : -1));
      const file = new Uint8Array(outs * blocks * 34);
      for (let block = 0; block < outs * blocks; block++) {
        const half = halfBits(scales[block]!);
        file.set([half & 255, half >> 8], block * 34);
        for (let i = 0; i < 32; i++) file[block * 34 + 2 + i] = quants[block * 32 + i]!;
      }
      const groups = Math.ceil(outs / 8);
      const matrix = room(groups * groupBytes(number, columns));
      const stage = room(file.length + outs * columns * 4);
      // Exact in single and half precision alike.
      const exact = quants.map((quant, i) => quant * scales[Math.floor(i / 32)]!);
      if (kind === 'floats') {
        floats(stage, exact);
        kernels.exports.packF32(number, stage, columns, matrix, 0, outs, 0);
      } else if (kind === 'halves') {
        memory.u8.set(new Uint8Array(Uint16Array.from(exact, halfBits).buffer), stage);
        kernels.exports.packF16(stage, columns, matrix, 0, outs);
      } else {
        memory.u8.set(file, stage);
        kernels.exports.packQ8(number, stage, columns, matrix, 0, outs);
      }
      const x = Float32Array.from({ length: rows * columns }, () => (rng.float() - 0.5) * 8);
      x.fill(0, 0, 32);
      const activations = room(Math.ceil(rows / 4) * tileBytes(number, columns));
      const from = room(columns * 4);
      for (let row = 0; row < rows; row++) {
        floats(from, x.subarray(row * columns, (row + 1) * columns));
        kernels.exports.place(number, from, columns, activations, row);
      }
      const stride = groups * 32;
      const out = room((rows + 3) * stride);
      const start = floats(
        room(stride),
        Float32Array.from({ length: groups * 8 }, () => rng.float()),
      );
      const begin = read(start, groups * 8);
      kernels.exports.multiply(number, matrix, columns, activations, out, stride, start, rows, 0, groups);

      for (let row = 0; row < rows; row++) {
        const expected = Array.from({ length: outs }, (_, o) => {
          if (kind === 'floats' || kind === 'halves') {
            let sum = 0;
            for (let k = 0; k < columns; k++)
              sum = fround(sum + fround(exact[o * columns + k]! * x[row * columns + k]!));
            return fround(begin[o]! + sum);
          }
          let sum = begin[o]!;
          for (let block = 0; block < blocks; block++) {
            const part = x.subarray(row * columns + block * 32, row * columns + block * 32 + 32);
            const largest = part.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
            const inverse = largest === 0 ? 0 : fround(127 / largest);
            let whole = 0;
            for (let k = 0; k < 32; k++) {
              whole += quants[o * columns + block * 32 + k]! * toEven(fround(part[k]! * inverse));
            }
            sum = fround(sum + fround(whole * fround(scales[o * blocks + block]! * fround(largest / 127))));
          }
          return sum;
        });
        expect([...read(out + row * stride, outs)], `row ${row}, seed ${seed}`).toEqual(expected);
      }
      // What is there already is added to, bit for bit as a start.
      memory.u8.copyWithin(start, out, out + stride);
      kernels.exports.multiply(number, matrix, columns, activations, out, stride, 1, rows, 0, groups);
      const again = room((rows + 3) * stride);
      kernels.exports.multiply(number, matrix, columns, activations, again, stride, start, 1, 0, groups);
      expect(read(out, outs)).toEqual(read(again, outs));
    },
  );

  it('leaves alone what is outside its groups', () => {
    const { kernels, room, floats, read } = ground();
    const matrix = room(4 * groupBytes(KINDS.pairs, 32));
    const activations = room(tileBytes(KINDS.pairs, 32));
    const out = floats(room(128), Array(32).fill(5));
    kernels.exports.multiply(KINDS.pairs, matrix, 32, activations, out, 128, 0, 1, 1, 3);
    expect([...read(out, 32)]).toEqual([...Array(8).fill(5), ...Array(16).fill(0), ...Array(8).fill(5)]);
  });
});

describe('weights from a file', () => {
  const tensorOf = (type: TensorType, rows: number, columns: number, seed: number): Tensor => {
    const rng = random(seed);
    const { elements, bytes: size } = FORMATS[type];
    const bytes = Uint8Array.from({ length: ((rows * columns) / elements) * size }, () => rng.below(256));
    // Whatever is a half or a float: a small one.
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < bytes.length; at += size) {
      if (type === 'F32') view.setFloat32(at, rng.float() - 0.5, true);
      else if (type === 'BF16') view.setUint16(at, 0x3c00 + rng.below(0x100), true);
      else for (const half of HALVES[type] ?? []) view.setUint16(at + half, halfBits((rng.float() - 0.4) / 16), true);
    }
    return { name: type, type, shape: [rows, columns], bytes };
  };
  /** Where the halves of a block are. */
  const HALVES: Partial<Record<TensorType, readonly number[]>> = {
    F16: [0],
    Q4_0: [0],
    Q5_0: [0],
    Q8_0: [0],
    Q4_K: [0, 2],
    Q5_K: [0, 2],
    Q6_K: [208],
  };
  const ROUNDED: ReadonlySet<TensorType> = new Set(['Q5_0', 'Q4_K', 'Q5_K', 'Q6_K']);
  const cases = (Object.keys(FORMATS) as TensorType[]).flatMap((type) =>
    [true, false].map((relaxed) => ({ type, relaxed, rounded: ROUNDED.has(type) })),
  );
  it.each(cases)('$type, relaxed SIMD $relaxed', ({ type, relaxed, rounded }) => {
    const { kernels, memory, room, read } = ground(relaxed);
    const columns = 512;
    // Two parts, so that the second starts at a whole group; more rows than are converted at once.
    const parts = [tensorOf(type, 75, columns, 1), tensorOf(type, 9, columns, 2)];
    const at = room(matrixBytes(kernels, parts));
    const matrix = packMatrix(kernels, memory, parts, at, room(stageBytes(columns)));
    expect(matrix.starts).toEqual([0, 80]);
    expect(matrix.groups).toBe(12);
    const to = room(columns * 4);
    for (const [part, tensor] of parts.entries()) {
      const values = dequantise(tensor);
      for (let row = 0; row < tensor.shape[0]!; row++) {
        kernels.exports.unpack(matrix.kind, at, columns, matrix.starts[part]! + row, to);
        const expected = values.subarray(row * columns, (row + 1) * columns);
        const found = read(to, columns);
        if (!rounded) expect(found).toEqual(expected);
        else
          for (let block = 0; block < columns; block += 32) {
            const half = expected.subarray(block, block + 32).reduce((a, b) => Math.max(a, Math.abs(b)), 0) / 254;
            const apart = found.subarray(block, block + 32).map((value, i) => Math.abs(value - expected[block + i]!));
            expect(Math.max(...apart)).toBeLessThanOrEqual(half * 1.0001);
          }
      }
    }
  });

  it('multiplies by every half', () => {
    const { kernels, memory, room, floats, read } = ground();
    // Those that are numbers, each in a row of its own with nothing else.
    const all = new Uint16Array(65_536).map((_, i) => i).filter((bits) => (bits & 0x7c00) !== 0x7c00);
    const bytes = new Uint8Array(all.buffer);
    const stage = room(bytes.length);
    memory.u8.set(bytes, stage);
    const groups = all.length / 8;
    const at = room(groups * groupBytes(KINDS.halves, 1));
    kernels.exports.packF16(stage, 1, at, 0, all.length);
    const [x, to, out] = [room(tileBytes(KINDS.halves, 1)), room(4), room(4 * all.length * 4)];
    const expected = dequantise({ name: '', type: 'F16', shape: [all.length, 1], bytes });
    for (const factor of [1, -3, 1 / 1024]) {
      for (let row = 0; row < 4; row++) kernels.exports.place(KINDS.halves, floats(room(4), [factor]), 1, x, row);
      for (const rows of [1, 4]) {
        kernels.exports.multiply(KINDS.halves, at, 1, x, out, all.length * 4, 0, rows, 0, groups);
        expect(read(out, all.length)).toEqual(expected.map((half) => 0 + half * factor));
      }
    }
    kernels.exports.unpack(KINDS.halves, at, 1, 1, to);
    expect(read(to, 1)[0]).toBe(expected[1]);
  });
});

describe('rows of activations', () => {
  const EPSILON = 1e-5;
  it('are normalised and activated as the formulas say', () => {
    const { kernels, room, floats, read } = ground();
    const rng = random(5);
    const size = 52;
    const values = (spread: number) => Float32Array.from({ length: size }, () => (rng.float() - 0.5) * spread);
    const [a, b, to] = [room(size * 4), room(size * 4), room(size * 4)];
    for (const spread of [1e-3, 1, 50, 300]) {
      const [x, y] = [values(spread), values(2)];
      floats(a, x);
      floats(b, y);
      kernels.exports.norm(a, b, to, size, EPSILON);
      const scale = 1 / Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / size + EPSILON);
      read(to, size).forEach((found, i) => {
        expect(found).toBeCloseTo(x[i]! * scale * y[i]!, 5);
      });
      kernels.exports.activate(a, b, to, size);
      read(to, size).forEach((found, i) => {
        const expected = (x[i]! / (1 + Math.exp(-x[i]!))) * y[i]!;
        expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-6 * Math.abs(expected) + 1e-30);
      });
    }
  });

  it('that are no numbers stay none', () => {
    const { kernels, room, floats, read } = ground();
    const matrix = room(groupBytes(KINDS.pairs, 32));
    const activations = room(tileBytes(KINDS.pairs, 32));
    const out = room(32);
    for (const wrong of [Number.NaN, Infinity, -Infinity]) {
      const x = new Float32Array(32).fill(1);
      x[17] = wrong;
      const from = floats(room(128), x);
      kernels.exports.place(KINDS.pairs, from, 32, activations, 0);
      kernels.exports.multiply(KINDS.pairs, matrix, 32, activations, out, 32, 0, 1, 0, 1);
      expect([...read(out, 8)]).toEqual(Array(8).fill(Number.NaN));
      kernels.exports.activate(from, floats(room(128), Array(32).fill(0)), from, 32);
      expect(read(from, 32)[17]).toBeNaN();
    }
  });
});
