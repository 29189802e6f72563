import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dequantise, type Gguf, type GgufValue, readGguf, type Tensor } from '../../src/model/gguf/index.ts';
import {
  convertLlama,
  llamaOf,
  loadLlama,
  type Rounding,
  referenceEngine,
  writeLlama,
} from '../../src/model/llama/index.ts';
import { llamaEngineContract, worst } from './llamaContract.ts';
import { GOLDEN_LENGTHS, GOLDEN_LOGITS, GOLDEN_TOKENS, GOLDENS } from './llamaGoldens.ts';
import { type RandomLlama, randomLlama } from './randomLlama.ts';

const MODELS: readonly RandomLlama[] = [
  { architecture: 'llama' },
  { architecture: 'qwen2', type: 'F16', tied: false },
  { architecture: 'qwen3', type: 'Q8_0', config: { kvHeads: 1 } },
];

llamaEngineContract({ name: 'referenceEngine', engine: referenceEngine, models: MODELS, tolerance: 0 });

describe('the reference against llama.cpp', () => {
  const { logits: goldens } = JSON.parse(
    readFileSync(join(import.meta.dirname, 'fixtures/llamacppLogits.json'), 'utf8'),
  ) as { readonly logits: readonly (readonly string[])[] };
  const expected = (golden: number, at: number): Float32Array =>
    new Float32Array(Uint8Array.from(Buffer.from(goldens[golden]![at]!, 'base64')).buffer);

  it.each([...GOLDENS.entries()])('%i: %o', (golden, { spec, cache }) => {
    const model = randomLlama(spec);
    const differences = (rounding: Rounding): number[] => {
      const sequence = referenceEngine(model, 256, rounding).open();
      return GOLDEN_LENGTHS.map((length, at) => {
        sequence.extend(GOLDEN_TOKENS.slice(sequence.length, length));
        return worst(sequence.logits().subarray(0, GOLDEN_LOGITS), expected(golden, at));
      });
    };
    if (cache === 'F32') {
      for (const difference of differences('none')) expect(difference).toBeLessThan(5e-5);
      return;
    }
    // Rounded alike, the first token is the same. Later a number in the middle between two may fall to either side, which
    // does as much as a good part of all rounding.
    const [first, ...later] = differences('llama.cpp');
    const exact = differences('none');
    expect(first).toBeLessThan(5e-5);
    expect(exact[0]).toBeGreaterThan(100 * first!);
    expect(Math.max(...later)).toBeLessThan(Math.max(...exact));
  });
});

const parsed = (spec: RandomLlama): Gguf => readGguf(writeLlama(randomLlama(spec))).value!;

/** Names of tensors are what the file calls them, and what the random model calls them does not matter. */
const nameless = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, member: unknown) =>
      key === 'name' ? undefined : member instanceof Uint8Array ? Buffer.from(member).toString('base64') : member,
    ),
  );

describe('a model in a GGUF file', () => {
  const scaled: RandomLlama = {
    architecture: 'llama',
    config: { ropeScale: 0.25, ropeFactors: Float32Array.of(1, 1, 1, 1.5, 2, 4, 8, 8), ropeBase: 500_000 },
  };
  it.each([...MODELS, scaled])('comes back as it was written: $architecture $type', (spec) => {
    const model = randomLlama(spec);
    const loaded = loadLlama(parsed(spec));
    expect(loaded.issues).toEqual([]);
    // The file keeps single precision.
    expect({ ...loaded.value!.config, normEpsilon: 0 }).toEqual({ ...model.config, normEpsilon: 0 });
    expect(loaded.value!.config.normEpsilon).toBe(Math.fround(model.config.normEpsilon));
    expect(nameless(loaded.value!.weights)).toEqual(nameless(model.weights));
    expect(loaded.value!.weights.head === loaded.value!.weights.embedding).toBe(spec.tied ?? true);
  });

  interface Change {
    readonly name: string;
    readonly of?: RandomLlama;
    readonly keys?: Readonly<Record<string, GgufValue | undefined>>;
    readonly tensors?: Readonly<Record<string, Tensor | undefined>>;
    readonly says?: RegExp;
    readonly config?: object;
  }
  const changed = ({ of = { architecture: 'llama' }, keys = {}, tensors = {} }: Change): Gguf => {
    const gguf = parsed(of);
    const with_ = <T>(
      map: ReadonlyMap<string, T>,
      changes: Readonly<Record<string, T | undefined>>,
    ): Map<string, T> => {
      const copy = new Map(map);
      for (const [key, value] of Object.entries(changes)) {
        if (value === undefined) copy.delete(key);
        else copy.set(key, value);
      }
      return copy;
    };
    return { ...gguf, metadata: with_(gguf.metadata, keys), tensors: with_(gguf.tensors, tensors) };
  };
  const floats = (name: string, shape: readonly number[], ...values: number[]): Tensor => {
    const array = new Float32Array(shape.reduce((a, b) => a * b)).fill(1);
    array.set(values);
    return { name, type: 'F32', shape, bytes: new Uint8Array(array.buffer) };
  };

  const TAKEN: readonly Change[] = [
    {
      name: 'no head size: width over heads',
      keys: { 'llama.attention.key_length': undefined },
      config: { headSize: 16 },
    },
    { name: 'no rope base', keys: { 'llama.rope.freq_base': undefined }, config: { ropeBase: 10_000 } },
    {
      name: 'heads of keys by layer, all the same',
      keys: { 'llama.attention.head_count_kv': [2, 2] },
      config: { kvHeads: 2 },
    },
    { name: 'scaling of a factor 0', keys: { 'llama.rope.scaling.factor': 0 }, config: { ropeScale: 1 } },
    { name: 'the older key of scaling', keys: { 'llama.rope.scale_linear': 4 }, config: { ropeScale: 0.25 } },
    {
      name: 'scaling switched off',
      keys: { 'llama.rope.scaling.type': 'none', 'llama.rope.scaling.factor': 4 },
      config: { ropeScale: 1 },
    },
    {
      name: 'a window: no longer than it',
      keys: { 'llama.attention.sliding_window': 100 },
      config: { contextLength: 100 },
    },
  ];
  it.each(TAKEN)('takes $name', (change) => {
    const loaded = loadLlama(changed(change));
    expect(loaded.issues).toEqual([]);
    expect(loaded.value!.config).toMatchObject(change.config!);
  });

  it('is made of a checkpoint, and written in a smaller type', () => {
    const spec: RandomLlama = { architecture: 'qwen3', config: { width: 96, hidden: 64 } };
    const model = randomLlama(spec);
    const { tensors } = parsed(spec);
    const made = llamaOf(model.config, tensors);
    expect(nameless(made.value)).toEqual(nameless(model));
    for (const type of ['F16', 'Q8_0'] as const) {
      const smaller = convertLlama(made.value!, type);
      const expected = randomLlama({ ...spec, type });
      expect(nameless(smaller)).toEqual(nameless(expected));
      expect(smaller.weights.head).toBe(smaller.weights.embedding);
    }
    expect(llamaOf({ ...model.config, layers: 3 }, tensors).issues[0]?.message).toMatch(/tensors: expected.*blk\.2\./);
    expect(() => convertLlama(randomLlama({ architecture: 'llama', config: { hidden: 40 } }), 'Q8_0')).toThrow(
      /blocks of 32/,
    );
  });

  it('takes gains of half precision as single ones', () => {
    const half: Tensor = { name: 'x', type: 'F16', shape: [64], bytes: new Uint8Array(128).fill(0x3c) };
    const loaded = loadLlama(changed({ name: '', tensors: { 'output_norm.weight': half } }));
    const { type, bytes } = loaded.value!.weights.outputNorm;
    expect(type).toBe('F32');
    expect(dequantise({ name: '', type, shape: [64], bytes })).toEqual(dequantise(half));
  });

  const infinite = new Uint8Array(68).fill(0);
  infinite.set([0x00, 0x7c], 34);
  const REFUSED: readonly Change[] = [
    {
      name: 'another architecture',
      keys: { 'general.architecture': 'mamba' },
      says: /llama, qwen2, qwen3; found "mamba"/,
    },
    { name: 'no architecture', keys: { 'general.architecture': undefined }, says: /found undefined/ },
    { name: 'experts', keys: { 'llama.expert_count': 8 }, says: /expert_count is 8: a mixture of experts/ },
    { name: 'an encoder', keys: { 'llama.attention.causal': false }, says: /causal is false/ },
    { name: 'no layers', keys: { 'llama.block_count': 0 }, says: /block_count to be a whole number from 1, found 0/ },
    { name: 'layers past the limit', keys: { 'llama.block_count': 2 ** 31 }, says: /block_count below 1024/ },
    {
      name: 'layers that are not there',
      keys: { 'llama.block_count': 3 },
      says: /tensor blk\.2\.attn_norm\.weight, found none/,
    },
    {
      name: 'layers left over',
      keys: { 'llama.block_count': 1 },
      says: /9 tensors that llama has no use for.*"blk\.1\./,
    },
    { name: 'half a head', keys: { 'llama.attention.head_count': 4.5 }, says: /head_count.*found 4.5/ },
    { name: 'a text for a number', keys: { 'llama.embedding_length': '64' }, says: /embedding_length/ },
    {
      name: 'heads of keys that do not divide',
      keys: { 'llama.attention.head_count_kv': 3 },
      says: /divide the 4 heads, found 3/,
    },
    {
      name: 'heads by layer',
      keys: { 'llama.attention.head_count_kv': [2, 1] },
      says: /head_count_kv differs from layer/,
    },
    {
      name: 'heads of odd size',
      keys: { 'llama.attention.key_length': 15, 'llama.attention.value_length': 15 },
      says: /even/,
    },
    { name: 'values of another size', keys: { 'llama.attention.value_length': 8 }, says: /values have 8 elements.*16/ },
    { name: 'half a head turned', keys: { 'llama.rope.dimension_count': 8 }, says: /dimension_count is 8, not all 16/ },
    { name: 'YaRN', keys: { 'llama.rope.scaling.type': 'yarn' }, says: /rope\.scaling\.type is "yarn"/ },
    {
      name: 'a factor that is no number',
      keys: { 'llama.rope.scaling.factor': Number.NaN },
      says: /factor.*found NaN/,
    },
    { name: 'a rope base of infinity', keys: { 'llama.rope.freq_base': Infinity }, says: /freq_base.*found Infinity/ },
    { name: 'no epsilon', keys: { 'llama.attention.layer_norm_rms_epsilon': undefined }, says: /rms_epsilon/ },
    { name: 'no context', keys: { 'llama.context_length': undefined }, says: /context_length/ },
    {
      name: 'another width',
      keys: { 'llama.embedding_length': 32, 'llama.attention.head_count': 2 },
      says: /expected token_embd\.weight to be 80 × 32, found 80 × 64/,
    },
    { name: 'no embedding', tensors: { 'token_embd.weight': undefined }, says: /matrix token_embd/ },
    {
      name: 'an embedding of one dimension',
      tensors: { 'token_embd.weight': floats('', [64]) },
      says: /matrix token_embd/,
    },
    {
      name: 'a bias it cannot add',
      tensors: { 'blk.0.attn_output.bias': floats('', [64]) },
      says: /no use for here, the first "blk\.0\.attn_output\.bias"/,
    },
    {
      name: 'one bias of three',
      of: { architecture: 'qwen2' },
      tensors: { 'blk.1.attn_k.bias': undefined },
      says: /blk\.1\.attn_k\.bias, found none/,
    },
    {
      name: 'no head norm',
      of: { architecture: 'qwen3' },
      tensors: { 'blk.0.attn_q_norm.weight': undefined },
      says: /attn_q_norm/,
    },
    {
      name: 'head norms elsewhere',
      tensors: { 'blk.0.attn_q_norm.weight': floats('', [16]) },
      says: /no use for here/,
    },
    {
      name: 'NaN',
      tensors: { 'output_norm.weight': floats('', [64], 1, Number.NaN) },
      says: /output_norm\.weight holds a number that is not finite.*element 1$/,
    },
    { name: 'infinity', tensors: { 'output_norm.weight': floats('', [64], 1, 1, -Infinity) }, says: /element 2$/ },
    {
      name: 'an infinite scale',
      tensors: { 'blk.0.ffn_norm.weight': { name: '', type: 'Q8_0', shape: [64], bytes: infinite } },
      says: /ffn_norm\.weight holds.*block of element 32$/,
    },
    {
      name: 'rope factors of another length',
      tensors: { 'rope_freqs.weight': floats('', [4]) },
      says: /rope_freqs\.weight of 8 elements, found 4/,
    },
    { name: 'a rope factor of 0', tensors: { 'rope_freqs.weight': floats('', [8], 0) }, says: /numbers above 0/ },
  ];
  it.each(REFUSED)('refuses $name', (change) => {
    const loaded = loadLlama(changed(change));
    expect(loaded.ok).toBe(false);
    expect(loaded.issues[0]!.message).toMatch(change.says!);
  });
});
