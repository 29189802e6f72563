import { isUtf8 } from 'node:buffer';
import { quoted, type Result } from '../../base/index.ts';
import { elementCount, FORMATS, rowBytes, TENSOR_TYPES, typeName, typeOfId } from './formats.ts';
import { FILE_LIMITS } from './limits.ts';
import { bad, Refusal, reading, unsupported } from './refusal.ts';
import type { Tensor } from './types.ts';

export type GgufScalar = number | bigint | boolean | string;
/** Integers of 64 bits are numbers where those are exact. */
export type GgufValue = GgufScalar | readonly GgufScalar[];

export interface Gguf {
  readonly version: number;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** By name, in the order of the file; their bytes are views of it. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

export const GGUF_MAGIC = 'GGUF';
export const GGUF_VERSION = 3;
export const GGUF_ALIGNMENT = 32;

/** Numbers of the value types of metadata. */
export const VALUE = {
  uint8: 0,
  int8: 1,
  uint16: 2,
  int16: 3,
  uint32: 4,
  int32: 5,
  float32: 6,
  bool: 7,
  string: 8,
  array: 9,
  uint64: 10,
  int64: 11,
  float64: 12,
} as const;

/** Fewest bytes of a value of each type. */
const VALUE_BYTES = [1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8] as const;

/**
 * Reads a GGUF file of version 2 or 3 (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), little endian, whose
 * tensors are all of types that can be computed with. Nothing is copied but metadata. No count of the file is believed
 * before the bytes it promises have been seen. Errors: `model/bad-gguf`, `model/unsupported`, `model/limit`.
 */
export function readGguf(bytes: Uint8Array): Result<Gguf> {
  return reading('GGUF', () => read(new Cursor(bytes)));
}

/** Reads forward through the header, never past its end. */
class Cursor {
  readonly bytes: Buffer;
  readonly #view: DataView;
  at = 0;
  /** Elements of arrays read so far. */
  elements = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Moves on by `length` bytes and returns where they begin. */
  take(length: number, what: string): number {
    const left = this.bytes.length - this.at;
    if (length > left) {
      throw bad(`expected ${length} bytes of ${what} at byte ${this.at}, but the file ends after ${left}`);
    }
    this.at += length;
    return this.at - length;
  }

  uint32(what: string): number {
    return this.#view.getUint32(this.take(4, what), true);
  }

  /** A count of things that take at least `least` bytes each. */
  count(what: string, least: number, limit: number): number {
    const count = this.#view.getBigUint64(this.take(8, what), true);
    if (count >= limit) throw new Refusal('model/limit', `expected fewer than ${limit} ${what}, found ${count}`);
    const left = this.bytes.length - this.at;
    if (Number(count) * least > left) {
      throw bad(`expected room for ${count} ${what}, but only ${left} bytes follow: the file is cut short or damaged`);
    }
    return Number(count);
  }

  string(what: string): string {
    const length = this.count(`bytes of ${what}`, 1, FILE_LIMITS.stringBytes);
    const text = this.bytes.subarray(this.at, this.at + length);
    if (!isUtf8(text)) throw bad(`expected UTF-8 in ${what} at byte ${this.at}`);
    this.at += length;
    return text.toString('utf8');
  }

  scalar(type: number, what: string): GgufScalar {
    if (type === VALUE.string) return this.string(what);
    const at = this.take(VALUE_BYTES[type]!, what);
    const view = this.#view;
    switch (type) {
      case VALUE.uint8:
        return view.getUint8(at);
      case VALUE.int8:
        return view.getInt8(at);
      case VALUE.uint16:
        return view.getUint16(at, true);
      case VALUE.int16:
        return view.getInt16(at, true);
      case VALUE.uint32:
        return view.getUint32(at, true);
      case VALUE.int32:
        return view.getInt32(at, true);
      case VALUE.float32:
        return view.getFloat32(at, true);
      case VALUE.bool:
        return view.getUint8(at) !== 0;
      case VALUE.uint64:
        return exact(view.getBigUint64(at, true));
      case VALUE.int64:
        return exact(view.getBigInt64(at, true));
      default:
        return view.getFloat64(at, true);
    }
  }

  value(what: string): GgufValue {
    const type = this.uint32(`the type of ${what}`);
    if (type >= VALUE_BYTES.length) throw bad(`expected a value type from 0 to 12 for ${what}, found ${type}`);
    if (type !== VALUE.array) return this.scalar(type, what);
    const inner = this.uint32(`the type of the elements of ${what}`);
    if (inner >= VALUE_BYTES.length) throw bad(`expected an element type from 0 to 12 for ${what}, found ${inner}`);
    if (inner === VALUE.array) throw unsupported(`${what} is an array of arrays`);
    const limit = FILE_LIMITS.arrayElements - this.elements;
    const count = this.count(`elements of ${what}`, VALUE_BYTES[inner]!, limit);
    this.elements += count;
    const values: GgufScalar[] = [];
    for (let i = 0; i < count; i++) values.push(this.scalar(inner, what));
    return values;
  }
}

const exact = (value: bigint): number | bigint => (BigInt(Number(value)) === value ? Number(value) : value);

interface TensorEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: number;
  /** From the start of the data. */
  readonly offset: number;
}

function read(cursor: Cursor): Gguf {
  const magic = cursor.bytes.toString('latin1', 0, 4);
  if (magic !== GGUF_MAGIC) throw bad(`expected a file that begins with "GGUF", found ${quoted(magic)}`);
  cursor.take(4, 'magic');
  const version = cursor.uint32('version');
  if (version !== 2 && version !== GGUF_VERSION) {
    const turned = version % 0x1000000 === 0 && version !== 0 ? ', which is how a big-endian file looks' : '';
    throw unsupported(`expected version 2 or ${GGUF_VERSION}, found ${version}${turned}`);
  }
  const tensorCount = cursor.count('tensors', 24, FILE_LIMITS.tensors);
  const entryCount = cursor.count('metadata entries', 13, FILE_LIMITS.entries);
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < entryCount; i++) {
    const key = cursor.string(`the key of metadata entry ${i}`);
    if (metadata.has(key)) throw bad(`metadata has ${quoted(key)} twice`);
    metadata.set(key, cursor.value(quoted(key)));
  }
  const entries = Array.from({ length: tensorCount }, (_, i) => tensorEntry(cursor, i));
  const alignment = metadata.get('general.alignment') ?? GGUF_ALIGNMENT;
  if (typeof alignment !== 'number' || !Number.isInteger(Math.log2(alignment)) || alignment < 8 || alignment > 65_536) {
    throw bad(`expected general.alignment to be a power of two from 8 to 65536, found ${quoted(alignment)}`);
  }
  const start = Math.ceil(cursor.at / alignment) * alignment;
  const tensors = new Map<string, Tensor>();
  for (const entry of entries) {
    if (tensors.has(entry.name)) throw bad(`tensor ${quoted(entry.name)} stands twice`);
    tensors.set(entry.name, tensorOf(entry, cursor.bytes, start, alignment));
  }
  return { version, metadata, tensors };
}

function tensorEntry(cursor: Cursor, index: number): TensorEntry {
  const name = cursor.string(`the name of tensor ${index}`);
  const dimensions = cursor.uint32(`the dimensions of ${quoted(name)}`);
  if (dimensions < 1 || dimensions > FILE_LIMITS.dimensions) {
    throw bad(`expected 1 to ${FILE_LIMITS.dimensions} dimensions of ${quoted(name)}, found ${dimensions}`);
  }
  const shape: number[] = [];
  for (let i = 0; i < dimensions; i++) shape.unshift(size(cursor, `a dimension of ${quoted(name)}`));
  const type = cursor.uint32(`the type of ${quoted(name)}`);
  return { name, shape, type, offset: size(cursor, `the offset of ${quoted(name)}`) };
}

/** A number of 64 bits that is no more than a file has bytes. */
function size(cursor: Cursor, what: string): number {
  const value = Number(cursor.scalar(VALUE.uint64, what));
  if (value >= FILE_LIMITS.fileBytes) throw bad(`expected ${what} below ${FILE_LIMITS.fileBytes}, found ${value}`);
  return value;
}

function tensorOf({ name, shape, type: id, offset }: TensorEntry, bytes: Buffer, start: number, step: number): Tensor {
  const called = quoted(name);
  const type = typeOfId(id);
  if (type === undefined) {
    throw unsupported(`tensor ${called} is of type ${typeName(id)}; supported are ${TENSOR_TYPES.join(', ')}`);
  }
  const columns = shape.at(-1)!;
  const elements = elementCount(shape);
  const { elements: block } = FORMATS[type];
  if (elements === 0) throw bad(`tensor ${called} is empty: its shape is ${shape.join(' × ')}`);
  if (columns % block !== 0) throw bad(`expected rows of whole blocks of ${block} in ${called}, found ${columns}`);
  if (offset % step !== 0) throw bad(`expected the offset of ${called} to be a multiple of ${step}, found ${offset}`);
  const length = (elements / columns) * rowBytes(type, columns);
  const left = bytes.length - start - offset;
  if (length > left) {
    throw bad(
      `expected ${length} bytes of ${called} at byte ${start + offset}, but the file has ${Math.max(0, left)} there: it is cut short or damaged`,
    );
  }
  return { name, type, shape, bytes: new Uint8Array(bytes.buffer, bytes.byteOffset + start + offset, length) };
}
