import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.ts';
import {
  dequantise,
  type GgufField,
  halfBits,
  halfTable,
  quantise,
  readGguf,
  readSafetensors,
  readWeights,
  TENSOR_TYPES,
  type Tensor,
  type TensorType,
  type WritableType,
  writeGguf,
} from '../../src/model/gguf/index.ts';

/** Made by llama.cpp's own Python package from random blocks; the file says which. */
const goldens = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/ggufBlocks.json'), 'utf8')) as {
  readonly dequantise: Record<TensorType, { readonly blocks: string; readonly values: string }>;
  readonly quantise: Record<'F16' | 'Q8_0', { readonly values: string; readonly blocks: string }>;
};
const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));
const floatsOf = (base64: string): Float32Array => new Float32Array(bytesOf(base64).buffer);

describe('element formats', () => {
  it.each(TENSOR_TYPES)('%s is read as llama.cpp reads it, to the bit', (type) => {
    const { blocks, values } = goldens.dequantise[type];
    const expected = floatsOf(values);
    const found = dequantise({ name: 'x', type, shape: [expected.length], bytes: bytesOf(blocks) });
    expect(Buffer.from(found.buffer).equals(Buffer.from(expected.buffer))).toBe(true);
  });

  it.each(['F16', 'Q8_0'] as const)('%s is written as llama.cpp writes it, to the bit', (type) => {
    const { blocks, values } = goldens.quantise[type];
    const floats = floatsOf(values);
    expect(Buffer.from(quantise('x', [floats.length], floats, type).bytes).toString('base64')).toBe(blocks);
  });

  it('reads a tensor that is not aligned in its file', () => {
    const { blocks, values } = goldens.dequantise.F32;
    const shifted = new Uint8Array(bytesOf(blocks).length + 1);
    shifted.set(bytesOf(blocks), 1);
    expect(dequantise({ name: 'x', type: 'F32', shape: [32], bytes: shifted.subarray(1) })).toEqual(floatsOf(values));
  });

  it('halves: every pattern comes back, and between two neighbours the nearer is taken, the even one of a tie', () => {
    const table = halfTable();
    for (let bits = 0; bits < 0x7c00; bits++) {
      const value = table[bits]!;
      expect(halfBits(value)).toBe(bits);
      expect(halfBits(-value)).toBe(bits | 0x8000);
      if (bits === 0x7bff) continue;
      const middle = (value + table[bits + 1]!) / 2;
      if (halfBits(middle) !== bits + (bits & 1)) expect.fail(`the middle above pattern ${bits}`);
      const step = middle * 1e-6;
      if (halfBits(middle - step) !== bits || halfBits(middle + step) !== bits + 1) expect.fail(`beside ${bits}`);
    }
    expect([1e9, -Infinity, 65519.99, 65520].map(halfBits)).toEqual([0x7c00, 0xfc00, 0x7bff, 0x7c00]);
    expect(Number.isNaN(table[halfBits(Number.NaN)]!)).toBe(true);
  });

  it('refuses values that do not fill their shape or their blocks', () => {
    expect(() => quantise('x', [2, 3], new Float32Array(5), 'F32')).toThrow(/x: expected 2 × 3 values.*got 5/);
    expect(() => quantise('x', [4, 16], new Float32Array(64), 'Q8_0')).toThrow(/blocks of 32/);
  });
});

const FIELDS: ReadonlyMap<string, GgufField> = new Map<string, GgufField>([
  ['general.architecture', ['string', 'llama']],
  ['a.uint8', ['uint8', 200]],
  ['a.int8', ['int8', -100]],
  ['a.uint16', ['uint16', 60_000]],
  ['a.int16', ['int16', -30_000]],
  ['a.uint32', ['uint32', 4_000_000_000]],
  ['a.int32', ['int32', -2_000_000_000]],
  ['a.float32', ['float32', 0.5]],
  ['a.float64', ['float64', 0.1]],
  ['a.bool', ['bool', true]],
  ['a.texts', ['string', ['', 'é\u{1f600}', '\ufeffx']]],
  ['a.numbers', ['int32', [1, -2, 3]]],
  ['a.flags', ['bool', [true, false]]],
]);

const sameTensor = (a: Tensor | undefined, b: Tensor): void => {
  expect({ ...a, bytes: undefined }).toEqual({ ...b, bytes: undefined });
  expect(Buffer.from(a!.bytes).equals(Buffer.from(b.bytes))).toBe(true);
};

describe('GGUF', () => {
  it('reads what it writes: every kind of value, tensors of random shapes', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const rng = random(seed);
      const tensors = Array.from({ length: rng.below(6) }, (_, i) => {
        const type = rng.pick(['F32', 'F16', 'Q8_0'] satisfies WritableType[]);
        const shape = [...Array.from({ length: rng.below(3) }, () => 1 + rng.below(4)), 32 * (1 + rng.below(3))];
        const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => rng.float() - 0.5);
        return quantise(`tensor ${i}`, shape, values, type);
      });
      const file = writeGguf(FIELDS, tensors);
      const read = readGguf(file);
      expect(read.issues, `seed ${seed}`).toEqual([]);
      const { version, metadata, tensors: found } = read.value!;
      expect(version).toBe(3);
      expect(Object.fromEntries(metadata)).toEqual(
        Object.fromEntries([...FIELDS].map(([key, [, value]]) => [key, value])),
      );
      expect([...found.keys()]).toEqual(tensors.map(({ name }) => name));
      for (const tensor of tensors) sameTensor(found.get(tensor.name), tensor);
    }
  });

  // A file by hand, after the specification: not what our writer thinks.
  const u32 = (...values: number[]): number[] => [...Buffer.from(Uint32Array.from(values).buffer)];
  const u64 = (value: number | bigint): number[] => [...Buffer.from(BigUint64Array.of(BigInt(value)).buffer)];
  const text = (value: string): number[] => [...u64(Buffer.byteLength(value)), ...Buffer.from(value)];
  const header = (tensors: number | bigint, entries: number | bigint): number[] => [
    ...Buffer.from('GGUF'),
    ...u32(3),
    ...u64(tensors),
    ...u64(entries),
  ];
  interface Entry {
    readonly dims?: readonly (number | bigint)[];
    readonly type?: number;
    readonly offset?: number | bigint;
  }
  const tensor = (name: string, { dims = [2, 3], type = 0, offset = 0 }: Entry = {}): number[] => [
    ...text(name),
    ...u32(dims.length),
    ...dims.flatMap(u64),
    ...u32(type),
    ...u64(offset),
  ];
  const file = (parts: readonly number[], data = 0): Uint8Array => {
    const start = Math.ceil(parts.length / 32) * 32;
    const bytes = new Uint8Array(start + data);
    bytes.set(parts);
    for (let i = 0; i < data; i++) bytes[start + i] = i;
    return data === 0 ? bytes.subarray(0, parts.length) : bytes;
  };

  it('reads a file made by hand: dimensions from the fastest, offsets from the aligned data', () => {
    const parts = [
      ...header(2, 2),
      ...text('k'),
      ...u32(10),
      ...u64(2n ** 53n + 1n),
      ...text('l'),
      ...u32(11),
      ...u64(2n ** 64n - 5n),
      ...tensor('w'),
      ...tensor('v', { dims: [4], type: 1, offset: 32 }),
    ];
    const { metadata, tensors } = readGguf(file(parts, 40)).value!;
    expect([...metadata]).toEqual([
      ['k', 2n ** 53n + 1n],
      ['l', -5],
    ]);
    expect(tensors.get('w')).toMatchObject({ type: 'F32', shape: [3, 2] });
    expect([...tensors.get('w')!.bytes]).toEqual(Array.from({ length: 24 }, (_, i) => i));
    expect([...tensors.get('v')!.bytes]).toEqual(Array.from({ length: 8 }, (_, i) => 32 + i));
  });

  const array = (type: number, count: number | bigint, ...values: number[]): number[] => [
    ...text('k'),
    ...u32(9, type),
    ...u64(count),
    ...values,
  ];
  const BAD: readonly { readonly name: string; readonly bytes: Uint8Array; readonly says: RegExp }[] = [
    { name: 'nothing', bytes: new Uint8Array(0), says: /begins with "GGUF", found ""/ },
    { name: 'another file', bytes: Buffer.from('PK\u0003\u0004 and more'), says: /found "PK/ },
    { name: 'the magic alone', bytes: Buffer.from('GGUF'), says: /4 bytes of version at byte 4, but the file ends/ },
    { name: 'version 1', bytes: file([...Buffer.from('GGUF'), ...u32(1, 0, 0)]), says: /version 2 or 3, found 1/ },
    { name: 'big endian', bytes: Buffer.from('GGUF\0\0\0\u0003'), says: /big-endian/ },
    { name: '2^60 tensors', bytes: file(header(2n ** 60n, 0)), says: /fewer than 65536 tensors/ },
    { name: 'more tensors than bytes', bytes: file(header(60_000, 0)), says: /room for 60000 tensors/ },
    { name: '2^63 entries', bytes: file(header(0, 2n ** 63n)), says: /fewer than 65536 metadata entries/ },
    {
      name: 'a key of 2^40 bytes',
      bytes: file([...header(0, 1), ...u64(2n ** 40n), ...u64(0)]),
      says: /bytes of the key/,
    },
    {
      name: 'a key past the end',
      bytes: file([...header(0, 1), ...u64(1000), ...u64(0)]),
      says: /room for 1000 bytes of the key of metadata entry 0, but only 8/,
    },
    {
      name: 'a key that is not UTF-8',
      bytes: file([...header(0, 1), ...u64(2), 0xc3, 0x28, ...u32(4, 4)]),
      says: /UTF-8 in the key/,
    },
    { name: 'a value type', bytes: file([...header(0, 1), ...text('k'), ...u32(13, 0)]), says: /value type.*found 13/ },
    { name: 'an element type', bytes: file([...header(0, 1), ...array(99, 1, 0)]), says: /element type.*found 99/ },
    { name: 'arrays of arrays', bytes: file([...header(0, 1), ...array(9, 1, ...u32(9))]), says: /array of arrays/ },
    {
      name: 'a huge array',
      bytes: file([...header(0, 1), ...array(0, 2n ** 40n)]),
      says: /fewer than 4000000 elements/,
    },
    {
      name: 'a cut array',
      bytes: file([...header(0, 1), ...array(4, 100, 1, 2)]),
      says: /room for 100 elements of "k"/,
    },
    {
      name: 'a key twice',
      bytes: file([...header(0, 2), ...text('k'), ...u32(0), 1, ...text('k'), ...u32(0), 1]),
      says: /"k" twice/,
    },
    {
      name: 'an alignment of 3',
      bytes: file([...header(0, 1), ...text('general.alignment'), ...u32(4, 3)]),
      says: /power of two.*found 3/,
    },
    {
      name: 'no dimension',
      bytes: file([...header(1, 0), ...tensor('w', { dims: [] })]),
      says: /1 to 4 dimensions.*0/,
    },
    {
      name: 'five dimensions',
      bytes: file([...header(1, 0), ...tensor('w', { dims: [1, 1, 1, 1, 1] })]),
      says: /found 5/,
    },
    {
      name: 'a dimension of 2^62',
      bytes: file([...header(1, 0), ...tensor('w', { dims: [2n ** 62n, 2] })]),
      says: /a dimension of "w" below 4294967296/,
    },
    {
      name: 'a product past all bounds',
      bytes: file([...header(1, 0), ...tensor('w', { dims: [2 ** 31, 2 ** 31, 2 ** 31] })], 64),
      says: /bytes of "w".*the file has 64/,
    },
    { name: 'an empty tensor', bytes: file([...header(1, 0), ...tensor('w', { dims: [0, 3] })]), says: /"w" is empty/ },
    {
      name: 'a type that is not supported',
      bytes: file([...header(1, 0), ...tensor('w', { type: 20 })], 24),
      says: /"w" is of type IQ4_NL; supported are F32, F16, BF16, Q4_0, Q5_0, Q8_0, Q4_K, Q5_K, Q6_K/,
    },
    {
      name: 'a type nobody knows',
      bytes: file([...header(1, 0), ...tensor('w', { type: 4000 })]),
      says: /number 4000/,
    },
    {
      name: 'rows of half a block',
      bytes: file([...header(1, 0), ...tensor('w', { dims: [48], type: 8 })], 64),
      says: /whole blocks of 32 in "w", found 48/,
    },
    {
      name: 'an offset out of step',
      bytes: file([...header(1, 0), ...tensor('w', { offset: 8 })], 64),
      says: /multiple of 32, found 8/,
    },
    {
      name: 'an offset past the end',
      bytes: file([...header(1, 0), ...tensor('w', { offset: 2 ** 31 })], 64),
      says: /24 bytes of "w".*the file has 0/,
    },
    { name: 'data cut short', bytes: file([...header(1, 0), ...tensor('w')], 23), says: /24 bytes.*has 23/ },
    {
      name: 'a tensor twice',
      bytes: file([...header(2, 0), ...tensor('w'), ...tensor('w')], 24),
      says: /"w" stands twice/,
    },
  ];
  it.each(BAD)('refuses $name', ({ bytes, says }) => {
    const read = readGguf(bytes);
    expect(read.ok).toBe(false);
    expect(read.issues).toHaveLength(1);
    expect(read.issues[0]!.message).toMatch(says);
    expect(read.issues[0]!.code).toMatch(/^model\/(bad-gguf|unsupported|limit)$/);
  });
});

describe('safetensors', () => {
  const file = (header: unknown, data = 0): Uint8Array => {
    const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
    const bytes = Buffer.alloc(8 + json.length + data, 7);
    bytes.writeBigUInt64LE(BigInt(json.length));
    json.copy(bytes, 8);
    return Uint8Array.from(bytes);
  };
  const entry = (dtype: string, shape: unknown, start: unknown, end: unknown): object => ({
    dtype,
    shape,
    data_offsets: [start, end],
  });

  it('gives tensors as views, in any order, and what the writer noted', () => {
    const bytes = file(
      { b: entry('F16', [2], 24, 28), __metadata__: { step: '7' }, a: entry('F32', [2, 3], 0, 24) },
      28,
    );
    const { metadata, tensors } = readSafetensors(bytes).value!;
    expect(metadata).toEqual({ step: '7' });
    expect([...tensors.values()].map(({ name, type, shape }) => [name, type, shape])).toEqual([
      ['b', 'F16', [2]],
      ['a', 'F32', [2, 3]],
    ]);
    expect(tensors.get('a')!.bytes.length + tensors.get('b')!.bytes.length).toBe(28);
    expect(tensors.get('a')!.bytes.buffer).toBe(bytes.buffer);
  });

  const huge = Buffer.alloc(16);
  huge.writeBigUInt64LE(2n ** 63n);
  const BAD: readonly { readonly name: string; readonly bytes: Uint8Array; readonly says: RegExp }[] = [
    { name: 'three bytes', bytes: new Uint8Array(3), says: /at least 8 bytes, found 3/ },
    { name: 'a header of 2^63 bytes', bytes: huge, says: /header under \d+ bytes/ },
    { name: 'a header past the end', bytes: file({}).fill(9, 0, 1), says: /header of 9 bytes, found 2/ },
    { name: 'no JSON', bytes: file('{"a":'), says: /not JSON/ },
    { name: 'a list', bytes: file([]), says: /to be an object/ },
    { name: 'notes that are no texts', bytes: file({ __metadata__: { a: 1 } }), says: /__metadata__/ },
    {
      name: 'another type',
      bytes: file({ a: entry('F64', [1], 0, 8) }, 8),
      says: /"a" is of type "F64"; supported are F32, F16 and BF16/,
    },
    { name: 'a shape of fractions', bytes: file({ a: entry('F32', [0.5], 0, 2) }, 2), says: /whole numbers/ },
    { name: 'a negative offset', bytes: file({ a: entry('F32', [1], -4, 0) }), says: /whole numbers/ },
    {
      name: 'a wrong length',
      bytes: file({ a: entry('F32', [2], 0, 4) }, 4),
      says: /8 bytes of "a" \(2 F32\), found 4/,
    },
    { name: 'a gap', bytes: file({ a: entry('F32', [1], 4, 8) }, 8), says: /"a" to begin at 0 of the data, found 4/ },
    {
      name: 'an overlap',
      bytes: file({ a: entry('F32', [2], 0, 8), b: entry('F32', [1], 4, 8) }, 8),
      says: /"b" to begin at 8 of the data, found 4/,
    },
    { name: 'data cut short', bytes: file({ a: entry('F32', [2], 0, 8) }, 5), says: /8 bytes of data, found 5/ },
    { name: 'data left over', bytes: file({ a: entry('F32', [1], 0, 4) }, 5), says: /4 bytes of data, found 5/ },
  ];
  it.each(BAD)('refuses $name', ({ bytes, says }) => {
    const read = readSafetensors(bytes);
    expect(read.ok).toBe(false);
    expect(read.issues[0]!.message).toMatch(says);
  });
});

describe('files of weights', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-weights-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are read whole; what is no readable file is an issue', () => {
    const path = join(folder, 'a.gguf');
    writeFileSync(path, Buffer.from('GGUF'));
    expect([...readWeights(path).value!]).toEqual([...Buffer.from('GGUF')]);
    for (const wrong of [folder, join(folder, 'none'), '/dev/zero']) {
      const read = readWeights(wrong);
      expect(read.ok).toBe(false);
      expect(read.issues[0]).toMatchObject({ code: 'model/file', path: wrong });
    }
  });
});
