import { FORMATS } from './formats.ts';
import { GGUF_ALIGNMENT, GGUF_MAGIC, GGUF_VERSION, VALUE } from './reader.ts';
import type { Tensor } from './types.ts';

type NumberType = Exclude<keyof typeof VALUE, 'string' | 'array' | 'bool' | 'uint64' | 'int64'>;

/** A value with the type that readers expect of its key: `['uint32', 8]`, `['string', ['a', 'b']]`. */
export type GgufField =
  | readonly [type: NumberType, value: number | readonly number[]]
  | readonly [type: 'string', value: string | readonly string[]]
  | readonly [type: 'bool', value: boolean | readonly boolean[]];

/** A GGUF file, version 3, metadata and tensors in the order given. */
export function writeGguf(fields: ReadonlyMap<string, GgufField>, tensors: readonly Tensor[]): Uint8Array<ArrayBuffer> {
  const out = new Output();
  out.bytes(Buffer.from(GGUF_MAGIC, 'latin1'));
  out.number('uint32', GGUF_VERSION);
  out.count(tensors.length);
  out.count(fields.size);
  for (const [key, [type, value]] of fields) {
    out.string(key);
    if (Array.isArray(value)) {
      out.number('uint32', VALUE.array);
      out.number('uint32', VALUE[type]);
      out.count(value.length);
      for (const element of value as readonly (number | string | boolean)[]) out.scalar(type, element);
    } else {
      out.number('uint32', VALUE[type]);
      out.scalar(type, value as number | string | boolean);
    }
  }
  let offset = 0;
  for (const { name, type, shape, bytes } of tensors) {
    out.string(name);
    out.number('uint32', shape.length);
    for (const size of shape.toReversed()) out.count(size);
    out.number('uint32', FORMATS[type].id);
    out.count(offset);
    offset = aligned(offset + bytes.length);
  }
  out.align();
  for (const { bytes } of tensors) {
    out.bytes(bytes);
    out.align();
  }
  return out.finished();
}

interface NumberFormat {
  readonly bytes: number;
  readonly put: (view: DataView, at: number, value: number) => void;
}

const byte: NumberFormat = { bytes: 1, put: (view, at, value) => view.setUint8(at, value) };
const NUMBERS: Readonly<Record<NumberType | 'bool', NumberFormat>> = {
  uint8: byte,
  int8: byte,
  bool: byte,
  uint16: { bytes: 2, put: (view, at, value) => view.setUint16(at, value, true) },
  int16: { bytes: 2, put: (view, at, value) => view.setInt16(at, value, true) },
  uint32: { bytes: 4, put: (view, at, value) => view.setUint32(at, value, true) },
  int32: { bytes: 4, put: (view, at, value) => view.setInt32(at, value, true) },
  float32: { bytes: 4, put: (view, at, value) => view.setFloat32(at, value, true) },
  float64: { bytes: 8, put: (view, at, value) => view.setFloat64(at, value, true) },
};

const aligned = (length: number): number => Math.ceil(length / GGUF_ALIGNMENT) * GGUF_ALIGNMENT;

class Output {
  #bytes = new Uint8Array(1 << 16);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  #room(length: number): number {
    const at = this.#length;
    this.#length += length;
    if (this.#length > this.#bytes.length) {
      const wider = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      wider.set(this.#bytes);
      this.#bytes = wider;
      this.#view = new DataView(wider.buffer);
    }
    return at;
  }

  bytes(bytes: Uint8Array): void {
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
  }

  count(value: number): void {
    const at = this.#room(8);
    this.#view.setBigUint64(at, BigInt(value), true);
  }

  string(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    this.count(bytes.length);
    this.bytes(bytes);
  }

  scalar(type: NumberType | 'string' | 'bool', value: number | string | boolean): void {
    if (typeof value === 'string') this.string(value);
    else this.number(type as NumberType | 'bool', Number(value));
  }

  number(type: NumberType | 'bool', value: number): void {
    const { bytes, put } = NUMBERS[type];
    const at = this.#room(bytes);
    put(this.#view, at, value);
  }

  align(): void {
    this.#room(aligned(this.#length) - this.#length);
  }

  finished(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }
}
