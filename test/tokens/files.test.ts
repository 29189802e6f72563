import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type TiktokenEncoding, tiktoken, tokenizerJson } from '../../src/tokens/index.ts';
import { publicTokenizer, ranksFile, TIKTOKEN_ENCODINGS } from './encodings.ts';

/** Each file names the program that made its ids. */
const FIXTURES = join(import.meta.dirname, 'fixtures');
const json = (name: string): unknown => JSON.parse(readFileSync(join(FIXTURES, name), 'utf8'));
const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

interface HuggingFace {
  readonly tokenizer: { model: Record<string, unknown>; [key: string]: unknown };
  readonly cases: readonly (readonly [text: string, ids: readonly number[]])[];
}

describe('tokenizer.json', () => {
  const names = readdirSync(FIXTURES).filter((name) => name.startsWith('huggingface-'));

  it.each(names)('%s gives the ids of Hugging Face tokenizers', (name) => {
    const { tokenizer, cases } = json(name) as HuggingFace;
    const loaded = tokenizerJson(name).load(bytesOf(tokenizer));
    if (!loaded.ok) throw new Error(loaded.issues[0]!.message);
    expect(cases.length).toBeGreaterThan(40);
    for (const [text, ids] of cases) expect(loaded.value.encode(text), JSON.stringify(text)).toEqual(ids);
    expect(loaded.issues.map(({ code }) => code)).toEqual(
      tokenizer.normalizer === null ? [] : ['tokens/normalizer-ignored'],
    );
  });

  const { tokenizer: base } = json('huggingface-llama3.json') as HuggingFace;
  const changed = (change: (file: typeof base) => void): Uint8Array => {
    const file = structuredClone(base);
    change(file);
    return bytesOf(file);
  };
  it.each<[string, Uint8Array, string]>([
    ['not JSON', Buffer.from('{'), 'tokens/bad-file'],
    ['not UTF-8', Uint8Array.of(0xff), 'tokens/bad-file'],
    ['no model', bytesOf({}), 'tokens/bad-file'],
    ['another model', changed((file) => Object.assign(file.model, { type: 'Unigram' })), 'tokens/unsupported'],
    ['SentencePiece', changed((file) => Object.assign(file.model, { byte_fallback: true })), 'tokens/unsupported'],
    ['suffixes', changed((file) => Object.assign(file.model, { end_of_word_suffix: '</w>' })), 'tokens/unsupported'],
    ['no merges', changed((file) => Object.assign(file.model, { merges: undefined })), 'tokens/bad-file'],
    [
      'a merge of no tokens',
      changed((file) => Object.assign(file.model, { merges: [['é', 'zz']] })),
      'tokens/bad-file',
    ],
    ['a merge of one', changed((file) => Object.assign(file.model, { merges: ['a'] })), 'tokens/bad-file'],
    [
      'an id beyond reason',
      changed((file) => Object.assign(file.model.vocab as object, { aa: 2e9 })),
      'tokens/bad-file',
    ],
    ['a negative id', changed((file) => Object.assign(file.model.vocab as object, { aa: -1 })), 'tokens/bad-file'],
    ['missing bytes', changed((file) => delete (file.model.vocab as Record<string, number>).õ), 'tokens/unsupported'],
    ['no pre-tokeniser', changed((file) => Object.assign(file, { pre_tokenizer: null })), 'tokens/unsupported'],
    [
      'an expression that cannot be read',
      changed((file) =>
        Object.assign(file, {
          pre_tokenizer: {
            type: 'Sequence',
            pretokenizers: [{ type: 'Split', pattern: { Regex: '(' }, behavior: 'Isolated' }, { type: 'ByteLevel' }],
          },
        }),
      ),
      'tokens/unsupported',
    ],
    [
      'a split that drops text',
      changed((file) =>
        Object.assign(file, { pre_tokenizer: { type: 'Split', pattern: { Regex: ' ' }, behavior: 'Removed' } }),
      ),
      'tokens/unsupported',
    ],
    [
      'a blank put before the text',
      changed((file) => Object.assign(file, { pre_tokenizer: { type: 'ByteLevel', add_prefix_space: true } })),
      'tokens/unsupported',
    ],
  ])('refuses %s', (_label, file, code) => {
    const loaded = tokenizerJson().load(file);
    expect(loaded.ok).toBe(false);
    expect(loaded.issues.map((issue) => issue.code)).toEqual([code]);
  });
});

describe('tiktoken', () => {
  const goldens = json('tiktoken.json') as { texts: string[]; encodings: Record<TiktokenEncoding, number[][]> };

  it.each(TIKTOKEN_ENCODINGS)('%s gives the ids of tiktoken itself', async (encoding) => {
    const tokenizer = await publicTokenizer(encoding);
    for (const [index, text] of goldens.texts.entries()) {
      expect(tokenizer.encode(text), JSON.stringify(text)).toEqual(goldens.encodings[encoding][index]);
    }
  });

  it('refuses a file that is none', async () => {
    const codes = (file: string): string[] =>
      tiktoken('cl100k_base')
        .load(Buffer.from(file))
        .issues.map(({ code, message }) => `${code}: ${message}`);
    expect(codes('IQ== 0\nIg==\n')).toEqual([
      'tokens/bad-file: line 2: expected base64, a blank and a rank below 1000000, got "Ig=="',
    ]);
    expect(codes('IQ== 0\nIg== 0\n')).toEqual(['tokens/bad-file: line 2: rank 0 stands twice']);
    expect(codes('IQ== 1000000\n')[0]).toContain('line 1');
    expect(codes('IQ== 100257\n')).toEqual(['tokens/bad-file: rank 100257 belongs to <|endoftext|> in cl100k_base']);
    expect(codes('')).toEqual(['tokens/bad-file: expected a rank for every single byte of cl100k_base']);
    const other = await ranksFile('o200k_base');
    expect(tiktoken('cl100k_base').load(other).ok).toBe(false);
  });
});
