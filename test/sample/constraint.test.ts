import { describe, expect, it } from 'vitest';
import { tokenId } from '../../src/base/index.ts';
import { endsIdentifier, literalSet, maskByTrie, prefixed, tokenTrie } from '../../src/sample/index.ts';
import { constraintContract } from './contract.ts';
import { smallTokenizer } from './tokenizer.ts';

const tokenizer = smallTokenizer();
const trie = tokenTrie(tokenizer);
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const names = ['get', 'getUser', 'getUserById', 'name', 'toString', 'naïve', '日本'];

constraintContract({
  name: 'a set of words',
  tokenizer,
  make: () => literalSet(names, trie),
  accepts: names,
  refuses: ['', 'g ', 'getUsers', 'x', 'get(', 'nameé', 'naive'].filter((text) => text !== ''),
});

constraintContract({
  name: 'a set of identifiers that must end',
  tokenizer,
  make: () => literalSet(names, trie, { terminator: endsIdentifier }),
  accepts: [...names, 'getUser(', 'name;\n  const x = 日本', 'get.users.find()'],
  refuses: ['getUserX', 'getU(', 'names', 'name9', 'name$', 'nameé', ' name'],
});

constraintContract({
  name: 'the empty word with a terminator',
  tokenizer,
  make: () => literalSet([''], trie, { terminator: (byte) => byte === 0x28 }),
  accepts: ['', '(', '(anything'],
  refuses: ['a', ')'],
});

constraintContract({
  name: 'words that anything may follow',
  tokenizer,
  make: () => literalSet(['get', 'user'], trie, { terminator: () => true }),
  accepts: ['get', 'getX', 'user日'],
  refuses: ['x', 'gX'],
});

constraintContract({
  name: 'no words',
  tokenizer,
  make: () => literalSet([], trie),
  accepts: [],
  refuses: ['a', '\n'],
});

constraintContract({
  name: 'a prefix and then anything',
  tokenizer,
  make: () => prefixed(encode('getUs'), trie),
  accepts: ['getUs', 'getUser', 'getUs(日本'],
  refuses: ['getU(', 'user'],
});

constraintContract({
  name: 'a prefix and then a set of identifiers',
  tokenizer,
  make: () => prefixed(encode('user.ge'), trie, literalSet(['t', 'tUser'], trie, { terminator: endsIdentifier })),
  accepts: ['user.get', 'user.getUser', 'user.getUser()\n'],
  refuses: ['user.get_', 'user.name', 'users.get', 'user.getUsers'],
});

constraintContract({
  name: 'no prefix and then a set of words',
  tokenizer,
  make: () => prefixed(encode(''), trie, literalSet(names, trie)),
  accepts: names,
  refuses: ['x'],
});

describe('masks', () => {
  it('hold the tokens that end a word and go on after it', () => {
    const constraint = literalSet(['get', 'user'], trie, { terminator: endsIdentifier });
    const allowed = new Uint8Array(tokenizer.vocabulary);
    const texts = (): string[] => {
      constraint.mask(allowed);
      return [...allowed.keys()]
        .filter((id) => allowed[id] === 1)
        .map((id) => Buffer.from(trie.bytes(id)!).toString('latin1'));
    };
    expect(texts().sort()).toEqual(['g', 'get', 'u', 'user']);
    constraint.commit(tokenizer.encode('get')[0]!);
    expect(texts()).toContain('("');
    expect(texts()).not.toContain('User');
  });

  it('never allow a special token or a hole', () => {
    const end = tokenizer.specials.get('<|end|>')!.id;
    const constraint = prefixed(encode(''), trie);
    const allowed = new Uint8Array(tokenizer.vocabulary);
    expect(constraint.mask(allowed)).toBe(tokenizer.vocabulary - 2);
    expect([allowed[end], allowed[end - 1]]).toEqual([0, 0]);
    expect(() => constraint.commit(end)).toThrow(/special token or hole/);
    expect(() => constraint.commit(tokenId(end - 1))).toThrow(RangeError);
  });

  it('refuse an array of another length', () => {
    expect(() => maskByTrie(literalSet(names, trie), trie, new Uint8Array(3))).toThrow(/expected a mask of/);
  });

  it('do not share state between a constraint and the one that prefixes it', () => {
    const inner = literalSet(['a', 'b'], trie);
    const outer = prefixed(encode('x'), trie, inner);
    outer.commit(tokenId(0x78));
    outer.commit(tokenId(0x61));
    expect(inner.complete()).toBe(false);
    expect(outer.complete()).toBe(true);
  });
});

describe('endsIdentifier', () => {
  it('agrees with ECMAScript on ASCII', () => {
    for (let byte = 0; byte < 128; byte++) {
      expect(endsIdentifier(byte), String(byte)).toBe(!/[\p{ID_Continue}$]/u.test(String.fromCharCode(byte)));
    }
    for (let byte = 128; byte < 256; byte++) expect(endsIdentifier(byte)).toBe(false);
  });
});

describe('tokenTrie', () => {
  it('is built once for a tokenizer and holds each token under its bytes', () => {
    expect(tokenTrie(tokenizer)).toBe(trie);
    const found = new Map<number, string>();
    const path: number[] = [];
    for (let node = 0; node < trie.nodes; node++) {
      path.length = trie.depth[node]! - 1;
      path.push(trie.byte[node]!);
      for (let i = trie.tokenStart[node]!; i < trie.tokenStart[node + 1]!; i++) {
        found.set(trie.order[i]!, Buffer.from(path).toString('hex'));
      }
    }
    const all = Array.from({ length: tokenizer.vocabulary }, (_, id) => id).filter((id) => trie.bytes(id));
    expect(found.size).toBe(all.length);
    for (const id of all) expect(found.get(id)).toBe(Buffer.from(trie.bytes(id)!).toString('hex'));
  });
});
