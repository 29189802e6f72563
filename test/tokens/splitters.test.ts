import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.ts';
import { codeSplitter } from '../../src/tokens/codeSplitter.ts';
import { SCANNERS } from '../../src/tokens/patterns.ts';
import { regexSplitter } from '../../src/tokens/regexSplitter.ts';
import type { Splitter } from '../../src/tokens/types.ts';
import { HARD_TEXTS, randomBytes, randomText } from './texts.ts';

/** Each hand-written scanner with the regular expression that it stands for. */
const SPLITTERS = [...SCANNERS].map(([pattern, fast]) => ({ pattern, fast, name: pattern.slice(0, 40) }));

const pieces = (splitter: Splitter, bytes: Uint8Array): string[] => {
  let start = 0;
  return Array.from(splitter(bytes), (end) => {
    const piece = Buffer.from(bytes.subarray(start, end)).toString('latin1');
    start = end;
    return piece;
  });
};

describe.each(SPLITTERS)('splitter $name', ({ fast, pattern }) => {
  const slow = regexSplitter(pattern);
  const check = (bytes: Uint8Array, label: string): void => {
    const found = pieces(fast, bytes);
    expect(found, label).toEqual(pieces(slow, bytes));
    expect(found.join(''), `${label}: every byte is covered`).toBe(Buffer.from(bytes).toString('latin1'));
  };

  it.each(HARD_TEXTS.map((text) => [text]))('cuts %j as its expression does', (text) => {
    check(new TextEncoder().encode(text), text);
  });

  it('cuts random text and random bytes as its expression does', () => {
    for (let seed = 1; seed <= 1500; seed++) {
      const source = random(seed);
      check(new TextEncoder().encode(randomText(source, 1 + source.below(12))), `text of seed ${seed}`);
      check(randomBytes(source, 1 + source.below(12)), `bytes of seed ${seed}`);
    }
  });

  it('cuts each character of the first plane in each neighbourhood as its expression does', () => {
    for (const [before, after] of [
      ['', ''],
      ['a', 'b'],
      [' ', 'A'],
      [' ', '\n'],
      ['1', '('],
      ["'", 's'],
    ]) {
      let text = '';
      for (let code = 0; code < 0x3400; code++) text += `${before}${String.fromCharCode(code)}${after}`;
      check(new TextEncoder().encode(text), `between ${JSON.stringify(before)} and ${JSON.stringify(after)}`);
    }
  });
});

describe('code splitter', () => {
  const cases: readonly [string, readonly string[]][] = [
    ['getUserById', ['get', 'User', 'By', 'Id']],
    ['XMLHttpRequest', ['XML', 'Http', 'Request']],
    ['user.name_of(id)', ['user', '.name', '_of', '(id', ')']],
    ['if (a) {\n    b();\n  }\n', ['if', ' (', 'a', ')', ' {\n    ', 'b', '();\n  ', '}\n']],
    ['/**\n   * Adds.\n   */', ['/**\n   *', ' Adds', '.\n   ', '*/']],
    ['x = 12345', ['x', ' =', ' 123', '45']],
    ['a    b', ['a', '   ', ' b']],
    ['naïveCafé', ['naïve', 'Café']],
  ];
  it.each(cases)('%j', (text, expected) => {
    const found = pieces(codeSplitter, new TextEncoder().encode(text));
    expect(found.map((piece) => Buffer.from(piece, 'latin1').toString('utf8'))).toEqual(expected);
  });
});
