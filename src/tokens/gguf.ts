import { fail, ok, quoted, type Result } from '../base/index.ts';
import { bpeTokenizer, specialToken } from './bpe.ts';
import { fromByteLevel } from './byteLevel.ts';
import { ByteMap } from './byteMap.ts';
import { CODE_PATTERN } from './codeSplitter.ts';
import { GPT2_PATTERN, LLAMA3_PATTERN, O200K_PATTERN, patternSplitter, QWEN2_PATTERN, sequence } from './patterns.ts';
import { MergeRanks } from './ranks.ts';
import { SPECIALS } from './specials.ts';
import { tokenizerJson } from './tokenizerJson.ts';
import type { SpecialToken, Tokenizer } from './types.ts';
import { Vocabulary } from './vocabulary.ts';

interface PreTokenizer {
  /** Each cuts the pieces of the one before. */
  readonly patterns: readonly string[];
  /** A piece that is a token is that token, whatever the merges make of it. */
  readonly whole?: boolean;
}

const GPT2: PreTokenizer = { patterns: [GPT2_PATTERN] };
const LLAMA3: PreTokenizer = { patterns: [LLAMA3_PATTERN], whole: true };
const QWEN2: PreTokenizer = { patterns: [QWEN2_PATTERN] };
const STARCODER: PreTokenizer = { patterns: [String.raw`\p{N}`, GPT2_PATTERN] };
const DEEPSEEK_CODER: PreTokenizer = {
  patterns: [String.raw`[\r\n]`, String.raw`\s?\p{L}+`, String.raw`\s?\p{P}+`, '[一-龥ࠀ-一가-퟿]+', String.raw`\p{N}`],
};
const DEEPSEEK_V3: PreTokenizer = {
  patterns: [
    String.raw`\p{N}{1,3}`,
    '[一-龥぀-ゟ゠-ヿ]+',
    String.raw`[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_\x60{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
  ],
};

/** What GGUF files call assay's own pre-tokeniser, under a key of its own: llama.cpp loads no name it does not know. */
const OWN = 'assay-code';
/** Of those that llama.cpp knows, the one under which most tokens of code are the same: 84 of 100. */
const NEAREST = 'llama-bpe';
const OWN_KEY = 'assay.tokenizer.pre';

/** `tokenizer.ggml.pre`, by the names that llama.cpp's `llama-vocab.cpp` gives them. */
const PRE_TOKENIZERS: ReadonlyMap<unknown, PreTokenizer> = new Map([
  [OWN, { patterns: [CODE_PATTERN] }],
  ['gpt-2', GPT2],
  ['mellum', GPT2],
  ['olmo', GPT2],
  ['llama-bpe', LLAMA3],
  ['llama3', LLAMA3],
  ['llama-v3', LLAMA3],
  ['qwen2', QWEN2],
  ['deepseek-r1-qwen', QWEN2],
  ['starcoder', STARCODER],
  ['refact', STARCODER],
  ['smollm', STARCODER],
  ['deepseek-coder', DEEPSEEK_CODER],
  ['deepseek-v3', DEEPSEEK_V3],
  ['gpt-4o', { patterns: [O200K_PATTERN] }],
]);

/** `tokenizer.ggml.token_type`. */
const TYPE = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5 } as const;

/** Metadata of a GGUF file, as far as tokenizers look at it. */
export type GgufMetadata = ReadonlyMap<string, unknown>;

export interface GgufTokenizer {
  readonly tokenizer: Tokenizer;
  /** What a text begins with, where the file says that it begins with something. */
  readonly start?: SpecialToken;
}

const unsupported = (what: string): ReturnType<typeof fail> =>
  fail('tokens/unsupported', `GGUF tokenizer: expected byte-level BPE, found ${what}`);
const malformed = (what: string): ReturnType<typeof fail> => fail('tokens/bad-file', `GGUF tokenizer: ${what}`);

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string');

/**
 * The byte-level BPE of a GGUF file (`tokenizer.ggml.model` is `gpt2`). Control and user-defined tokens are control tokens
 * here: text that spells one stays text. Errors: `tokens/bad-file`, `tokens/unsupported`, which name what is not known.
 */
export function ggufTokenizer(name: string, metadata: GgufMetadata): Result<GgufTokenizer> {
  const get = (key: string): unknown => metadata.get(`tokenizer.ggml.${key}`);
  const model = get('model');
  if (model !== 'gpt2') {
    return unsupported(model === undefined ? 'no tokenizer.ggml.model' : `tokenizer.ggml.model ${quoted(model)}`);
  }
  const pre = metadata.get(OWN_KEY) ?? get('pre');
  const preTokenizer = PRE_TOKENIZERS.get(pre);
  if (preTokenizer === undefined) {
    const known = [...PRE_TOKENIZERS.keys()].join(', ');
    return unsupported(`the pre-tokeniser ${pre === undefined ? 'of no name' : quoted(pre)}; known are ${known}`);
  }
  const texts = get('tokens');
  const merges = get('merges');
  const types = get('token_type') ?? [];
  if (!isTexts(texts) || !isTexts(merges) || !Array.isArray(types)) {
    return malformed('expected lists tokenizer.ggml.tokens, merges and token_type');
  }
  if (types.length > 0 && types.length !== texts.length) {
    return malformed(`expected a type of each of the ${texts.length} tokens, found ${types.length}`);
  }
  const ids = new Map<string, number>();
  const tokens: (Uint8Array | undefined)[] = [];
  const specials: SpecialToken[] = [];
  for (const [id, text] of texts.entries()) {
    const type: unknown = types[id] ?? TYPE.normal;
    tokens.push(undefined);
    if (type === TYPE.unused) continue;
    if (type === TYPE.control || type === TYPE.userDefined || type === TYPE.unknown) {
      specials.push(specialToken(text, id));
      continue;
    }
    if (type !== TYPE.normal) return unsupported(`token ${id} of type ${quoted(type)}`);
    const bytes = fromByteLevel(text);
    if (bytes === undefined) return unsupported(`token ${id}, ${quoted(text)}, which spells no bytes`);
    tokens[id] = bytes;
    ids.set(text, id);
  }
  const ranks: [number, number, number][] = [];
  for (const [index, merge] of merges.entries()) {
    const blank = merge.indexOf(' ');
    const [left, right] = [merge.slice(0, Math.max(0, blank)), merge.slice(blank + 1)];
    const [first, second, made] = [ids.get(left), ids.get(right), ids.get(left + right)];
    if (first === undefined || second === undefined || made === undefined) {
      return malformed(`merge ${index} (${quoted(merge)}) is not of two tokens that make a token`);
    }
    ranks.push([first, second, made]);
  }
  const vocabulary = Vocabulary.of(tokens);
  const tokenizer = bpeTokenizer({
    name,
    vocabulary,
    specials,
    splitter: sequence(preTokenizer.patterns.map(patternSplitter)),
    ranks: new MergeRanks(ranks),
    ...(preTokenizer.whole === true ? { whole: ByteMap.over(vocabulary.pool, vocabulary.starts) } : {}),
  });
  if (tokenizer === undefined) return unsupported('a vocabulary that lacks single bytes');
  // Llama 3's files need not say that they begin with a token (llama.cpp).
  const begins = get('add_bos_token') ?? preTokenizer === LLAMA3;
  const bos = get('bos_token_id');
  const start = begins === true ? specials.find(({ id }) => id === bos) : undefined;
  if (begins === true && bos !== undefined && start === undefined) {
    return malformed(`expected tokenizer.ggml.bos_token_id to be a control token, found ${quoted(bos)}`);
  }
  return ok({ tokenizer, ...(start === undefined ? {} : { start }) });
}

export type GgufTokenizerField =
  | readonly ['string', string | readonly string[]]
  | readonly ['int32', readonly number[]]
  | readonly ['uint32', number]
  | readonly ['bool', boolean];

/**
 * Metadata for a GGUF file from a `tokenizer.json` of assay's own encoding. llama.cpp, which does not know its
 * pre-tokeniser, is told the one that comes nearest: it evaluates ids rightly, but cuts some texts differently.
 */
export function ggufTokenizerFields(file: Uint8Array): Result<ReadonlyMap<string, GgufTokenizerField>> {
  const loaded = tokenizerJson().load(file);
  if (!loaded.ok) return loaded;
  const { pre_tokenizer, model } = JSON.parse(new TextDecoder().decode(file)) as {
    readonly pre_tokenizer: { readonly pretokenizers?: readonly { readonly pattern?: { readonly Regex?: string } }[] };
    readonly model: { readonly vocab: Readonly<Record<string, number>>; readonly merges: readonly string[] };
  };
  if (pre_tokenizer.pretokenizers?.[0]?.pattern?.Regex !== CODE_PATTERN || !isTexts(model.merges)) {
    return fail('tokens/unsupported', "expected a tokenizer.json of assay's own encoding");
  }
  const { vocabulary, specials } = loaded.value;
  const tokens = Array<string>(vocabulary).fill('');
  const types = Array<number>(vocabulary).fill(TYPE.unused);
  for (const [text, id] of Object.entries(model.vocab)) [tokens[id], types[id]] = [text, TYPE.normal];
  for (const { name, id } of specials.values()) [tokens[id], types[id]] = [name, TYPE.control];
  const fields = new Map<string, GgufTokenizerField>([
    ['tokenizer.ggml.model', ['string', 'gpt2']],
    ['tokenizer.ggml.pre', ['string', NEAREST]],
    [OWN_KEY, ['string', OWN]],
    ['tokenizer.ggml.tokens', ['string', tokens]],
    ['tokenizer.ggml.token_type', ['int32', types]],
    ['tokenizer.ggml.merges', ['string', model.merges]],
    ['tokenizer.ggml.add_bos_token', ['bool', true]],
  ]);
  for (const [key, name] of [
    ['bos_token_id', SPECIALS.endOfText],
    ['eos_token_id', SPECIALS.endOfText],
    ['eot_token_id', SPECIALS.endOfTurn],
    ['padding_token_id', SPECIALS.pad],
    ['fim_pre_token_id', SPECIALS.fimPrefix],
    ['fim_suf_token_id', SPECIALS.fimSuffix],
    ['fim_mid_token_id', SPECIALS.fimMiddle],
  ] as const) {
    const special = specials.get(name);
    if (special !== undefined) fields.set(`tokenizer.ggml.${key}`, ['uint32', special.id]);
  }
  return ok(fields);
}
