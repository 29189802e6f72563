import { describe, expect, it } from 'vitest';
import { type Random, type Result, random } from '../../src/base/index.ts';
import { type Gguf, type GgufField, readGguf, readSafetensors, type Tensor } from '../../src/model/gguf/index.ts';
import { loadLlama, referenceEngine, transformer, writeLlama } from '../../src/model/llama/index.ts';
import { ggufTokenizer } from '../../src/tokens/index.ts';
import { randomLlama } from './randomLlama.ts';

/** Printable stand-ins of the 256 bytes, as byte-level vocabularies spell them, and two tokens made of them. */
const LETTERS = Array.from({ length: 256 }, (_, byte) => {
  const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  return printable ? byte : undefined;
});
let other = 0x100;
const TOKENS = [...LETTERS.map((byte) => String.fromCharCode(byte ?? other++)), 'ab', 'abc', '<|end|>'];

const valid = writeLlama(
  randomLlama({
    architecture: 'qwen3',
    type: 'Q8_0',
    config: {
      vocabulary: TOKENS.length,
      width: 32,
      hidden: 32,
      layers: 1,
      heads: 2,
      kvHeads: 1,
      headSize: 16,
      contextLength: 64,
    },
  }),
  new Map<string, GgufField>([
    ['general.name', ['string', 'fuzzed']],
    ['tokenizer.ggml.model', ['string', 'gpt2']],
    ['tokenizer.ggml.pre', ['string', 'gpt-2']],
    ['tokenizer.ggml.tokens', ['string', TOKENS]],
    ['tokenizer.ggml.token_type', ['int32', TOKENS.map((_, id) => (id === TOKENS.length - 1 ? 3 : 1))]],
    ['tokenizer.ggml.merges', ['string', ['a b', 'ab c']]],
    ['tokenizer.ggml.bos_token_id', ['uint32', TOKENS.length - 1]],
    ['tokenizer.ggml.add_bos_token', ['bool', true]],
  ]),
);
/** Where the data begins, about: what stands before it is what can mislead a reader. */
const header =
  valid.length - [...readGguf(valid).value!.tensors.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);

/** The file in the middle of a larger buffer, whose other bytes nobody may see. */
function guarded(file: Uint8Array): Uint8Array {
  const buffer = new Uint8Array(file.length + 128).fill(0x5a);
  buffer.set(file, 64);
  return buffer.subarray(64, 64 + file.length);
}

const inside = (tensor: Tensor, file: Uint8Array): boolean =>
  tensor.bytes.buffer === file.buffer &&
  tensor.bytes.byteOffset >= file.byteOffset &&
  tensor.bytes.byteOffset + tensor.bytes.length <= file.byteOffset + file.length;

const told = (result: Result<unknown>, note: string): boolean => {
  if (!result.ok) {
    expect(result.issues.length, note).toBe(1);
    expect(result.issues[0]!.code, note).toMatch(/^(model|tokens)\/[a-z-]+$/);
    expect(result.issues[0]!.message.length, note).toBeLessThan(2000);
  }
  return result.ok;
};

/** Reads a file as far as it goes: an issue or a model that computes. Returns how far it went. */
function check(bytes: Uint8Array, note: string): 'refused' | 'read' | 'computed' {
  const file = guarded(bytes);
  const gguf = readGguf(file);
  if (!told(gguf, note)) return 'refused';
  const { metadata, tensors }: Gguf = gguf.value!;
  for (const tensor of tensors.values())
    expect(inside(tensor, file), `${note}: ${tensor.name} lies in the file`).toBe(true);
  // Nothing is made of nothing: each element of metadata was in the file.
  const elements = [...metadata.values()].reduce(
    (sum: number, value) => sum + (typeof value === 'object' ? value.length : 1),
    0,
  );
  expect(elements, note).toBeLessThanOrEqual(file.length);
  const model = loadLlama(gguf.value!);
  const tokenizer = ggufTokenizer('fuzzed', metadata);
  if (!told(model, note) || !told(tokenizer, note)) return 'read';
  const sequence = transformer(referenceEngine(model.value!, 4), { name: 'fuzzed' }).open();
  try {
    sequence.extend(tokenizer.value!.tokenizer.encode('ab').filter((id) => id < model.value!.config.vocabulary));
    expect(
      sequence.logProbabilities().every((log) => log <= 1e-6),
      note,
    ).toBe(true);
  } catch (error) {
    // Numbers so large that they overflow are a matter of computing, and said so there.
    expect((error as Error).message, note).toMatch(/not finite/);
  }
  return 'computed';
}

const HUGE = [
  0n,
  1n,
  255n,
  2n ** 16n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
];

function mutated(rng: Random): Uint8Array {
  const copy = valid.slice();
  const view = new DataView(copy.buffer);
  for (let times = 1 + rng.below(4); times > 0; times--) {
    const at = rng.below(rng.below(8) === 0 ? copy.length : header);
    switch (rng.below(5)) {
      case 0:
        copy[at] = rng.below(256);
        break;
      case 1:
        copy[at] = copy[at]! ^ (1 << rng.below(8));
        break;
      case 2:
        if (at + 8 <= copy.length) view.setBigUint64(at, rng.pick(HUGE), true);
        break;
      case 3:
        if (at + 4 <= copy.length) view.setUint32(at, rng.uint32() >>> rng.below(32), true);
        break;
      default: {
        const length = 1 + rng.below(32);
        copy.copyWithin(at, rng.below(copy.length - length), rng.below(copy.length));
      }
    }
  }
  return rng.below(6) === 0 ? copy.subarray(0, rng.below(copy.length)) : copy;
}

describe('damaged GGUF files', () => {
  it('are refused wherever they end, and the whole one computes', () => {
    expect(check(valid, 'the valid file')).toBe('computed');
    for (let length = 0; length < header; length += length < 64 ? 1 : 13) {
      expect(check(valid.subarray(0, length), `cut to ${length}`), `cut to ${length}`).toBe('refused');
    }
    for (let length = header; length < valid.length - 32; length += 997) {
      expect(check(valid.subarray(0, length), `cut to ${length}`), `cut to ${length}`).toBe('refused');
    }
  });

  it('are refused or still sound with any of their counts made huge', () => {
    for (let at = 4; at + 8 <= header; at += 3) {
      const copy = valid.slice();
      new DataView(copy.buffer).setBigUint64(at, HUGE[at % HUGE.length]!, true);
      check(copy, `${HUGE[at % HUGE.length]} at byte ${at}`);
    }
  });

  it('are refused or still sound after random changes', () => {
    const seen = { refused: 0, read: 0, computed: 0 };
    for (let seed = 1; seed <= 3000; seed++) seen[check(mutated(random(seed)), `seed ${seed}`)]++;
    // Each way out is taken, so that none goes untested.
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(20);
  });
});

describe('damaged safetensors files', () => {
  const json = JSON.stringify({
    __metadata__: { step: '1' },
    a: { dtype: 'F32', shape: [4, 2], data_offsets: [0, 32] },
    b: { dtype: 'F16', shape: [8], data_offsets: [32, 48] },
  });
  const whole = Buffer.alloc(8 + json.length + 48);
  whole.writeBigUInt64LE(BigInt(json.length));
  whole.write(json, 8);

  it('are refused or still sound after random changes', () => {
    let sound = 0;
    for (let seed = 1; seed <= 3000; seed++) {
      const rng = random(seed);
      const copy = Uint8Array.from(whole);
      for (let times = 1 + rng.below(3); times > 0; times--) {
        const at = rng.below(8 + json.length);
        // Digits for digits make other numbers of the offsets.
        copy[at] = rng.below(2) === 0 ? 0x30 + rng.below(10) : rng.below(256);
      }
      const file = guarded(rng.below(8) === 0 ? copy.subarray(0, rng.below(copy.length)) : copy);
      const read = readSafetensors(file);
      if (!told(read, `seed ${seed}`)) continue;
      sound++;
      for (const tensor of read.value!.tensors.values()) expect(inside(tensor, file), `seed ${seed}`).toBe(true);
    }
    expect(sound).toBeGreaterThan(20);
  });
});
