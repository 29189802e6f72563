import { fail, type Issue, isRecord, ok, type Result } from '../base/index.ts';
import { bpeTokenizer, specialToken } from './bpe.ts';
import { fromByteLevel, toByteLevel } from './byteLevel.ts';
import { ByteMap } from './byteMap.ts';
import { CODE_PATTERN } from './codeSplitter.ts';
import { GPT2_PATTERN, patternSplitter, sequence } from './patterns.ts';
import { MergeRanks } from './ranks.ts';
import type { Bpe } from './train.ts';
import type { Splitter, Tokenizer, TokenizerFile } from './types.ts';
import { Vocabulary } from './vocabulary.ts';

/** Largest vocabulary that is read. */
const VOCABULARY_LIMIT = 1_000_000;

/**
 * `tokenizer.json` of the Hugging Face `tokenizers` library, as far as it describes byte-level BPE: model `BPE` over the
 * byte alphabet; pre-tokenisers `ByteLevel`, `Split` by a regular expression, and sequences of them. Post-processors
 * (templates with control tokens) are the business of who builds the prompt. Added tokens, special or not, are control
 * tokens here: text that spells one stays text. A Unicode normaliser would make decode(encode(x)) differ from x and is
 * passed over with a warning. The format has no name of its own. Errors: `tokens/bad-file`, `tokens/unsupported`.
 */
export const tokenizerJson = (name = 'tokenizer.json'): TokenizerFile => ({ load: (file) => load(name, file) });

const unsupported = (what: string): ReturnType<typeof fail> =>
  fail('tokens/unsupported', `tokenizer.json: expected byte-level BPE, got ${what}`);
const malformed = (what: string): ReturnType<typeof fail> => fail('tokens/bad-file', `tokenizer.json: ${what}`);

type Json = Record<string, unknown>;

function load(name: string, file: Uint8Array): Result<Tokenizer> {
  let root: unknown;
  try {
    root = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file));
  } catch (error) {
    return malformed(`not JSON: ${(error as Error).message}`);
  }
  if (!isRecord(root) || !isRecord(root.model)) return malformed('expected an object with a model');
  const { model } = root;
  if (model.type !== undefined && model.type !== 'BPE') return unsupported(`a model of type ${String(model.type)}`);
  if (model.byte_fallback === true) return unsupported('a model with byte fallback (SentencePiece)');
  for (const key of ['continuing_subword_prefix', 'end_of_word_suffix']) {
    if (model[key]) return unsupported(`a model with ${key}`);
  }
  if (!isRecord(model.vocab) || !Array.isArray(model.merges)) return malformed('the model needs vocab and merges');

  const warnings: Issue[] = [];
  if (root.normalizer !== null && root.normalizer !== undefined) {
    warnings.push({
      code: 'tokens/normalizer-ignored',
      message: 'tokenizer.json: its Unicode normaliser is passed over, so that every text decodes to itself',
      severity: 'warning',
    });
  }
  const splitter = preTokenizer(root.pre_tokenizer);
  if (!splitter.ok) return splitter;

  const tokens: (Uint8Array | undefined)[] = [];
  const put = (id: unknown, what: string, bytes: Uint8Array | undefined): Result<never> | undefined => {
    if (!Number.isInteger(id) || (id as number) < 0 || (id as number) >= VOCABULARY_LIMIT) {
      return malformed(`the id of ${what} is an integer below ${VOCABULARY_LIMIT}, got ${String(id)}`);
    }
    while (tokens.length <= (id as number)) tokens.push(undefined);
    tokens[id as number] = bytes;
    return undefined;
  };
  const added = new Map<string, number>();
  for (const token of Array.isArray(root.added_tokens) ? root.added_tokens : []) {
    if (!isRecord(token) || typeof token.content !== 'string') return malformed('an added token needs id and content');
    const wrong = put(token.id, token.content, undefined);
    if (wrong !== undefined) return wrong;
    added.set(token.content, token.id as number);
  }
  for (const [text, id] of Object.entries(model.vocab)) {
    if (added.has(text)) continue;
    const bytes = fromByteLevel(text);
    if (bytes === undefined) return unsupported(`a vocabulary with ${JSON.stringify(text)}, which spells no bytes`);
    const wrong = put(id, JSON.stringify(text), bytes);
    if (wrong !== undefined) return wrong;
  }
  const merges: [number, number, number][] = [];
  for (const [index, merge] of model.merges.entries()) {
    const [left, right] = typeof merge === 'string' ? merge.split(' ') : Array.isArray(merge) ? merge : [];
    const ids = [left, right, `${left}${right}`].map((text) => (model.vocab as Json)[text]);
    if (typeof left !== 'string' || typeof right !== 'string' || ids.some((id) => typeof id !== 'number')) {
      return malformed(`merge ${index} (${JSON.stringify(merge)}) is not of two tokens that make a token`);
    }
    merges.push(ids as [number, number, number]);
  }
  const vocabulary = Vocabulary.of(tokens);
  const tokenizer = bpeTokenizer({
    name,
    vocabulary,
    specials: [...added].map(([content, id]) => specialToken(content, id)),
    splitter: splitter.value,
    ranks: new MergeRanks(merges),
    ...(model.ignore_merges === true ? { whole: ByteMap.over(vocabulary.pool, vocabulary.starts) } : {}),
  });
  return tokenizer === undefined ? unsupported('a vocabulary that lacks single bytes') : ok(tokenizer, warnings);
}

function preTokenizer(value: unknown): Result<Splitter> {
  if (value === null || value === undefined) return unsupported('no pre-tokeniser');
  const parts = isRecord(value) && value.type === 'Sequence' ? value.pretokenizers : [value];
  const splitters: Splitter[] = [];
  let byteLevel = false;
  for (const part of Array.isArray(parts) ? parts : []) {
    if (!isRecord(part)) return malformed('a pre-tokeniser is an object');
    if (part.type === 'ByteLevel') {
      if (part.add_prefix_space === true) return unsupported('a pre-tokeniser that adds a blank to the text');
      byteLevel = true;
      if (part.use_regex !== false) splitters.push(patternSplitter(GPT2_PATTERN));
    } else if (part.type === 'Split') {
      const pattern = isRecord(part.pattern) ? part.pattern.Regex : undefined;
      if (typeof pattern !== 'string') return unsupported('a Split that is not by a regular expression');
      const isolates =
        (part.behavior === 'Isolated' && part.invert !== true) || (part.behavior === 'Removed' && part.invert === true);
      if (!isolates) return unsupported(`a Split with behaviour ${String(part.behavior)}`);
      try {
        splitters.push(patternSplitter(pattern));
      } catch (error) {
        return unsupported(`a Split whose regular expression cannot be read: ${(error as Error).message}`);
      }
    } else if (part.type === 'Digits') {
      splitters.push(patternSplitter(part.individual_digits === true ? String.raw`\p{N}` : String.raw`\p{N}+`));
    } else return unsupported(`a pre-tokeniser of type ${String(part.type)}`);
  }
  if (!byteLevel) return unsupported('a pre-tokeniser without ByteLevel');
  return ok(sequence(splitters));
}

/** Writes an encoding of ours: bytes are ids 0 to 255, merges follow in their order, special tokens come last. */
export function writeTokenizerJson(bpe: Bpe, specials: readonly string[]): string {
  const texts = Array.from({ length: 256 }, (_, byte) => toByteLevel(Uint8Array.of(byte)));
  const merges: string[] = [];
  for (const [left, right] of bpe.merges) {
    merges.push(`${texts[left]} ${texts[right]}`);
    texts.push(`${texts[left]}${texts[right]}`);
  }
  const file = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specials.map((content, index) => ({
      id: texts.length + index,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: CODE_PATTERN }, behavior: 'Isolated', invert: false },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(texts.map((text, id) => [text, id])),
      merges,
    },
  };
  return `${JSON.stringify(file)}\n`;
}
