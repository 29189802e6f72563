import { describe, expect, it } from 'vitest';
import { random, tokenId } from '../../src/base/index.ts';
import type { Tokenizer } from '../../src/tokens/index.ts';
import { HARD_TEXTS, randomBytes, randomText } from './texts.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** What every `Tokenizer` keeps. `make` gives a fresh one each time: nothing may depend on what was encoded before. */
export function tokenizerContract(label: string, make: () => Promise<Tokenizer>): void {
  describe(`tokenizer ${label}`, () => {
    const check = (tokenizer: Tokenizer, bytes: Uint8Array, note: string): void => {
      const ids = tokenizer.encode(bytes);
      if (!same(tokenizer.decode(ids), bytes)) expect(tokenizer.decode(ids), note).toEqual(bytes);
      const parts = ids.map((id) => tokenizer.bytes(id));
      expect(parts.includes(undefined), `${note}: holes or special tokens`).toBe(false);
      expect(same(Buffer.concat(parts as Uint8Array[]), bytes), `${note}: bytes of the tokens`).toBe(true);
    };

    it('decodes what it encoded, whatever the bytes', async () => {
      const tokenizer = await make();
      for (const text of HARD_TEXTS) check(tokenizer, utf8(text), JSON.stringify(text));
      for (let byte = 0; byte < 256; byte++) check(tokenizer, Uint8Array.of(byte), `byte ${byte}`);
      for (let seed = 1; seed <= 500; seed++) {
        const source = random(seed);
        check(tokenizer, randomBytes(source, 1 + source.below(30)), `bytes of seed ${seed}`);
        check(tokenizer, utf8(randomText(source, 1 + source.below(30))), `text of seed ${seed}`);
      }
    });

    it('takes a string as its UTF-8 bytes, a lone surrogate as U+FFFD', async () => {
      const tokenizer = await make();
      for (const text of HARD_TEXTS) expect(tokenizer.encode(text)).toEqual(tokenizer.encode(utf8(text)));
      expect(tokenizer.encode('a\ud800b')).toEqual(tokenizer.encode('a\ufffdb'));
    });

    it('never makes a special token of text', async () => {
      const tokenizer = await make();
      const special = new Set([...tokenizer.specials.values()].map(({ id }) => id));
      expect(special.size).toBeGreaterThan(0);
      const names = [...tokenizer.specials.keys()];
      for (const text of [...names, names.join(''), names.map((name) => `x ${name}\n`).join(' '), '<|im_start|>']) {
        const ids = tokenizer.encode(text);
        expect(ids.filter((id) => special.has(id))).toEqual([]);
        expect(Buffer.from(tokenizer.decode(ids)).toString()).toBe(text);
      }
      for (const [name, token] of tokenizer.specials) {
        expect(token.name).toBe(name);
        expect(tokenizer.bytes(token.id), `bytes of ${name}`).toBeUndefined();
        expect(tokenizer.decode([token.id]).length, `${name} decodes to nothing`).toBe(0);
      }
    });

    it('has ids from 0 to vocabulary - 1 and no two tokens of the same bytes', async () => {
      const tokenizer = await make();
      const seen = new Map<string, number>();
      for (let id = 0; id < tokenizer.vocabulary; id++) {
        const bytes = tokenizer.bytes(tokenId(id));
        if (bytes === undefined) continue;
        const key = Buffer.from(bytes).toString('latin1');
        expect(bytes.length, `token ${id} is empty`).toBeGreaterThan(0);
        if (seen.has(key)) expect(id, 'same bytes').toBe(seen.get(key));
        seen.set(key, id);
      }
      expect(tokenizer.bytes(tokenId(tokenizer.vocabulary))).toBeUndefined();
      expect(() => tokenizer.decode([tokenId(tokenizer.vocabulary)])).toThrow(RangeError);
      for (const { id } of tokenizer.specials.values()) expect(id).toBeLessThan(tokenizer.vocabulary);
    });

    it('gives the same ids whatever it encoded before', async () => {
      const used = await make();
      for (let seed = 1; seed <= 300; seed++) used.encode(randomText(random(seed), 40));
      const fresh = await make();
      for (const text of HARD_TEXTS) {
        const once = used.encode(text);
        expect(used.encode(text)).toEqual(once);
        expect(fresh.encode(text)).toEqual(once);
      }
    });

    it('takes pieces of any length', async () => {
      const tokenizer = await make();
      const noise = random(3);
      for (const text of [
        'a'.repeat(30_000),
        ' '.repeat(30_000),
        '=-'.repeat(15_000),
        '\n'.repeat(30_000),
        '語'.repeat(15_000),
        Array.from({ length: 30_000 }, () => noise.pick([...'abcdefghijklmnopqrstuvwxyz'])).join(''),
      ]) {
        check(tokenizer, utf8(text), `${text.slice(0, 4)}… × ${text.length}`);
      }
      for (const length of [94, 95, 96, 97])
        check(tokenizer, utf8('aab'.repeat(40).slice(0, length)), `${length} letters`);
    });
  });
}
