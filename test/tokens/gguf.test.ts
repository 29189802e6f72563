import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type GgufTokenizer,
  ggufTokenizer,
  ggufTokenizerFields,
  loadShipped,
  SPECIALS,
  weightsFolder,
} from '../../src/tokens/index.ts';
import { tokenizerContract } from './contract.ts';
import { HARD_TEXTS } from './texts.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');

/** Each file names the program that made its ids. */
interface HuggingFace {
  readonly tokenizer: {
    readonly model: {
      readonly vocab: Record<string, number>;
      readonly merges: readonly (string | readonly string[])[];
    };
    readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
  };
  readonly cases: readonly (readonly [text: string, ids: readonly number[]])[];
}
const json = <T>(name: string): T => JSON.parse(readFileSync(join(FIXTURES, name), 'utf8')) as T;
const huggingFace = (name: string): HuggingFace => json(`huggingface-${name}.json`);

/** The same vocabulary as the metadata of a GGUF file. */
function metadata({ tokenizer: { model, added_tokens } }: HuggingFace, pre: string): Map<string, unknown> {
  const texts: string[] = [];
  const types: number[] = [];
  for (const [text, id] of Object.entries(model.vocab)) [texts[id], types[id]] = [text, 1];
  for (const { content, id } of added_tokens) [texts[id], types[id]] = [content, 3];
  return new Map<string, unknown>([
    ['tokenizer.ggml.model', 'gpt2'],
    ['tokenizer.ggml.pre', pre],
    ['tokenizer.ggml.tokens', Array.from(texts, (text, id) => text ?? `[unused ${id}]`)],
    ['tokenizer.ggml.token_type', Array.from(types, (type) => type ?? 5)],
    ['tokenizer.ggml.merges', model.merges.map((merge) => (typeof merge === 'string' ? merge : merge.join(' ')))],
  ]);
}

const load = (from: ReadonlyMap<string, unknown>): GgufTokenizer => {
  const loaded = ggufTokenizer('x', from);
  if (!loaded.ok) throw new Error(loaded.issues[0]!.message);
  return loaded.value;
};

describe('tokenizers of GGUF files', () => {
  it.each([
    ['gpt-2', 'gpt2'],
    ['qwen2', 'qwen2'],
    ['llama-bpe', 'llama3'],
    ['gpt-4o', 'o200k'],
    ['deepseek-v3', 'deepseek'],
  ])('%s gives the ids of Hugging Face tokenizers', (pre, name) => {
    const file = huggingFace(name);
    const { tokenizer } = load(metadata(file, pre));
    for (const [text, ids] of file.cases) expect(tokenizer.encode(text), JSON.stringify(text)).toEqual(ids);
  });

  const llamaCpp = json<{
    readonly encodings: Record<string, { readonly vocabulary: string; readonly ids: readonly (readonly number[])[] }>;
  }>('llamacpp.json');
  it.each(Object.entries(llamaCpp.encodings))('%s gives the ids of llama.cpp', (pre, { vocabulary, ids }) => {
    const file = json<HuggingFace>(vocabulary);
    const { tokenizer } = load(metadata(file, pre));
    expect(ids.length).toBe(file.cases.length);
    for (const [i, [text]] of file.cases.entries())
      expect(tokenizer.encode(text), JSON.stringify(text)).toEqual(ids[i]);
  });

  const base = metadata(huggingFace('gpt2'), 'gpt-2');
  const changed = (changes: Readonly<Record<string, unknown>>): Map<string, unknown> => {
    const copy = new Map(base);
    for (const [key, value] of Object.entries(changes)) copy.set(`tokenizer.ggml.${key}`, value);
    return copy;
  };
  const texts = base.get('tokenizer.ggml.tokens') as string[];
  const special = texts.length - 1;
  const REFUSED: readonly (readonly [name: string, changes: Readonly<Record<string, unknown>>, says: RegExp])[] = [
    ['no tokenizer', { model: undefined }, /no tokenizer\.ggml\.model/],
    ['SentencePiece', { model: 'llama' }, /tokenizer\.ggml\.model "llama"/],
    ['a pre-tokeniser it does not know', { pre: 'tekken' }, /pre-tokeniser "tekken"; known are assay-code, gpt-2/],
    ['no pre-tokeniser', { pre: undefined }, /pre-tokeniser of no name/],
    ['no tokens', { tokens: undefined }, /lists tokenizer\.ggml\.tokens/],
    ['merges that are no texts', { merges: [1] }, /lists/],
    ['a type too few', { token_type: [1, 1] }, /type of each of the \d+ tokens, found 2/],
    ['a token of bytes', { token_type: texts.map(() => 6) }, /token 0 of type 6/],
    ['a token that spells no bytes', { tokens: texts.with(300, '日本') }, /token 300, "日本", which spells no bytes/],
    ['a merge of one', { merges: ['a'] }, /merge 0 \("a"\)/],
    ['a merge of three', { merges: ['a b c'] }, /merge 0/],
    ['a merge of what is no token', { merges: ['toString constructor'] }, /merge 0/],
    ['missing bytes', { tokens: texts.with(texts.indexOf('a'), 'aaaaaaaaaaaaaa'), merges: [] }, /lacks single bytes/],
    ['a start that is no control token', { add_bos_token: true, bos_token_id: 5 }, /bos_token_id.*found 5/],
  ];
  it.each(REFUSED)('refuses %s', (_name, changes, says) => {
    const loaded = ggufTokenizer('x', changed(changes));
    expect(loaded.ok).toBe(false);
    expect(loaded.issues[0]!.message).toMatch(says);
    expect(loaded.issues[0]!.code).toMatch(/^tokens\/(unsupported|bad-file)$/);
  });

  it('says what a text begins with, where the file does', () => {
    expect(load(base).start).toBeUndefined();
    expect(load(changed({ bos_token_id: special })).start).toBeUndefined();
    expect(load(changed({ bos_token_id: special, add_bos_token: true })).start?.id).toBe(special);
    expect(load(changed({ pre: 'llama-bpe', bos_token_id: special })).start?.id).toBe(special);
    expect(load(changed({ pre: 'llama-bpe', bos_token_id: special, add_bos_token: false })).start).toBeUndefined();
  });

  it('keeps control tokens from text, and leaves holes', () => {
    const { tokenizer } = load(
      changed({ token_type: texts.map((_, id) => (id === special ? 4 : id === 300 ? 5 : 1)), merges: [] }),
    );
    expect([...tokenizer.specials.values()]).toEqual([{ name: texts[special], id: special }]);
    expect(tokenizer.encode(texts[special]!)).not.toContain(special);
    expect(tokenizer.bytes(300 as never)).toBeUndefined();
  });
});

describe('the shipped encoding in a GGUF file', () => {
  const exported = ggufTokenizerFields(readFileSync(join(weightsFolder(), 'tokenizer.json')));
  const fields = new Map([...exported.value!].map(([key, [, value]]) => [key, value]));
  const shipped = loadShipped();

  it('gives the same ids, bytes and control tokens', () => {
    const { tokenizer, start } = load(fields);
    expect(tokenizer.vocabulary).toBe(shipped.vocabulary);
    expect(tokenizer.specials).toEqual(shipped.specials);
    expect(start).toEqual(shipped.specials.get(SPECIALS.endOfText));
    for (let id = 0; id < shipped.vocabulary; id++)
      expect(tokenizer.bytes(id as never)).toEqual(shipped.bytes(id as never));
    const sources = ['bpe', 'gguf', 'gptSplitters'].map((name) =>
      readFileSync(join(import.meta.dirname, `../../src/tokens/${name}.ts`), 'utf8'),
    );
    for (const text of [...HARD_TEXTS, ...sources]) expect(tokenizer.encode(text)).toEqual(shipped.encode(text));
  });

  it('tells llama.cpp a pre-tokeniser that it knows', () => {
    expect(fields.get('tokenizer.ggml.pre')).toBe('llama-bpe');
  });

  it('is not made from another encoding', () => {
    const { tokenizer } = huggingFace('gpt2');
    const other = ggufTokenizerFields(Buffer.from(JSON.stringify(tokenizer)));
    expect(other.issues[0]?.message).toMatch(/assay's own encoding/);
    expect(ggufTokenizerFields(Buffer.from('{')).ok).toBe(false);
  });
});

tokenizerContract('of a GGUF file in the manner of DeepSeek Coder', () =>
  Promise.resolve(load(metadata(huggingFace('llama3'), 'deepseek-coder')).tokenizer),
);
