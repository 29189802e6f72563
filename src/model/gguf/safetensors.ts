import { fail, isRecord, ok, quoted, type Result } from '../../base/index.ts';
import { elementCount, FORMATS } from './formats.ts';
import { FILE_LIMITS } from './limits.ts';
import type { Tensor } from './types.ts';

export interface Safetensors {
  /** What the writer noted under `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

const bad = (message: string): ReturnType<typeof fail> => fail('model/bad-safetensors', `safetensors: ${message}`);

/**
 * Reads a safetensors file (https://github.com/huggingface/safetensors#format): the length of a JSON header, the header,
 * the data, which the tensors cover without gap or overlap. F32, F16 and BF16 only. Errors: `model/bad-safetensors`,
 * `model/unsupported`, `model/limit`.
 */
export function readSafetensors(bytes: Uint8Array): Result<Safetensors> {
  if (bytes.length < 8) return bad(`expected at least 8 bytes, found ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length >= FILE_LIMITS.headerBytes) {
    return fail(
      'model/limit',
      `safetensors: expected a header under ${FILE_LIMITS.headerBytes} bytes, found ${length}`,
    );
  }
  if (length > bytes.length - 8) return bad(`expected a header of ${length} bytes, found ${bytes.length - 8}`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch (error) {
    return bad(`its header is not JSON: ${(error as Error).message}`);
  }
  if (!isRecord(header)) return bad('expected its header to be an object');
  const { __metadata__: noted = {}, ...entries } = header;
  if (!isRecord(noted) || Object.values(noted).some((value) => typeof value !== 'string')) {
    return bad('expected __metadata__ to map names to texts');
  }
  const found: (Tensor & { readonly start: number; readonly end: number })[] = [];
  for (const [name, entry] of Object.entries(entries)) {
    const called = quoted(name);
    if (!isRecord(entry)) return bad(`expected an object for ${called}`);
    const { dtype, shape, data_offsets: offsets } = entry;
    if (dtype !== 'F32' && dtype !== 'F16' && dtype !== 'BF16') {
      return fail(
        'model/unsupported',
        `safetensors: ${called} is of type ${quoted(dtype)}; supported are F32, F16 and BF16: save it as one of them`,
      );
    }
    if (!isCounts(shape) || shape.length === 0 || !isCounts(offsets) || offsets.length !== 2) {
      return bad(`expected shape and data_offsets of ${called} to be lists of whole numbers`);
    }
    const [start, end] = offsets as [number, number];
    const expected = elementCount(shape) * FORMATS[dtype].bytes;
    if (end - start !== expected) {
      return bad(`expected ${expected} bytes of ${called} (${shape.join(' × ')} ${dtype}), found ${end - start}`);
    }
    found.push({ name, type: dtype, shape, bytes: bytes.subarray(8 + length + start, 8 + length + end), start, end });
  }
  let at = 0;
  for (const { name, start, end } of found.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== at) return bad(`expected ${quoted(name)} to begin at ${at} of the data, found ${start}`);
    at = end;
  }
  if (at !== bytes.length - 8 - length) {
    return bad(`expected ${at} bytes of data, found ${bytes.length - 8 - length}: it is cut short or damaged`);
  }
  return ok({
    metadata: noted as Record<string, string>,
    tensors: new Map(found.map(({ start: _start, end: _end, ...tensor }) => [tensor.name, tensor])),
  });
}

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((element) => Number.isSafeInteger(element) && element >= 0);
