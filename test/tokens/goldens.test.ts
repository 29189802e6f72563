import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.ts';
import { oracle, publicTokenizer, TIKTOKEN_ENCODINGS, withoutDisputed } from './encodings.ts';
import { mixedText } from './mixedText.ts';
import { HARD_TEXTS, randomText } from './texts.ts';

describe.each(TIKTOKEN_ENCODINGS)('%s', (encoding) => {
  it('gives the ids of gpt-tokenizer', async () => {
    const tokenizer = await publicTokenizer(encoding);
    const expected = await oracle(encoding);
    for (const text of HARD_TEXTS.map(withoutDisputed))
      expect(tokenizer.encode(text), JSON.stringify(text)).toEqual(expected(text));
    for (let seed = 1; seed <= 400; seed++) {
      const text = withoutDisputed(randomText(random(seed), 30));
      expect(tokenizer.encode(text), `seed ${seed}`).toEqual(expected(text));
    }
  });
});

describe.each(['cl100k_base', 'o200k_base'] as const)('%s', (encoding) => {
  it('gives the ids of gpt-tokenizer on a megabyte of mixed text', async () => {
    const text = withoutDisputed(mixedText());
    expect(Buffer.byteLength(text)).toBeGreaterThan(1_000_000);
    const tokenizer = await publicTokenizer(encoding);
    const found = tokenizer.encode(text);
    const expected = (await oracle(encoding))(text);
    const at = found.findIndex((id, index) => id !== expected[index]);
    expect(at < 0 ? [] : [at, found.slice(at - 3, at + 5), expected.slice(at - 3, at + 5)]).toEqual([]);
    expect(found.length).toBe(expected.length);
    expect(Buffer.compare(tokenizer.decode(found), Buffer.from(text))).toBe(0);
  });
});
