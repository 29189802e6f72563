import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.ts';
import { type Bpe, codeSplitter, type Splitter, trainBpe } from '../../src/tokens/index.ts';
import { randomText } from './texts.ts';

/**
 * The trainer by the book: before each merge every pair of every piece is counted anew. Of equally frequent pairs the
 * smaller left id, then the smaller right id.
 */
function trainNaively(
  documents: readonly Uint8Array[],
  splitter: Splitter,
  wanted: number,
  longest: number,
): Bpe['merges'] {
  const pieces: number[][] = [];
  for (const document of documents) {
    let start = 0;
    for (const end of splitter(document)) {
      pieces.push([...document.subarray(start, end)]);
      start = end;
    }
  }
  const lengths = Array.from({ length: 256 }, () => 1);
  const merges: [number, number][] = [];
  while (merges.length < wanted) {
    const counts = new Map<string, number>();
    for (const piece of pieces) {
      for (let i = 0; i + 1 < piece.length; i++) {
        const key = `${piece[i]} ${piece[i + 1]}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    const [best] = [...counts]
      .map(([key, count]) => ({ pair: key.split(' ').map(Number) as [number, number], count }))
      .filter(({ pair: [left, right], count }) => count >= 2 && lengths[left]! + lengths[right]! <= longest)
      .sort((a, b) => b.count - a.count || a.pair[0] - b.pair[0] || a.pair[1] - b.pair[1]);
    if (best === undefined) break;
    const [left, right] = best.pair;
    const made = 256 + merges.length;
    merges.push([left, right]);
    lengths.push(lengths[left]! + lengths[right]!);
    for (const piece of pieces) {
      for (let i = 0; i + 1 < piece.length; i++) {
        if (piece[i] === left && piece[i + 1] === right) piece.splice(i, 2, made);
      }
    }
  }
  return merges;
}

const utf8 = (texts: readonly string[]): Uint8Array[] => texts.map((text) => new TextEncoder().encode(text));

function check(texts: readonly string[], wanted: number, label: string, longest = 32): void {
  const documents = utf8(texts);
  const expected = trainNaively(documents, codeSplitter, wanted, longest);
  const options = { vocabulary: 256 + expected.length, specials: [], longest, splitter: codeSplitter };
  const trained = trainBpe(documents, options);
  expect(trained.ok && trained.value.merges, label).toEqual(expected);
}

describe('trainBpe', () => {
  it.each<[string, readonly string[]]>([
    ['the example of Wikipedia', ['aaabdaaabac']],
    ['runs of one letter', ['aaaaaaaa aaaaaaa aaaaaa', 'aaaa\naaaaa']],
    ['overlapping pairs', ['abababab bababab abab', 'ababa']],
    ['code', ['function f(a) {\n  return a;\n}\nfunction g(b) {\n  return b;\n}\n', 'const f = (a) => a;\n']],
    ['nothing to merge', ['ab']],
    ['no text', []],
  ])('finds the merges of the slow trainer: %s', (label, texts) => check(texts, 40, label));

  it('finds the merges of the slow trainer on random texts', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const source = random(seed);
      const words = Array.from({ length: 6 }, () => randomText(source, 2));
      const texts = Array.from({ length: 1 + source.below(4) }, () =>
        Array.from({ length: 20 }, () => source.pick(words)).join(source.pick(['', ' ', '\n  '])),
      );
      check(texts, 60, `seed ${seed}`, source.pick([3, 8, 32]));
    }
  });

  it('does not depend on the order of the documents', () => {
    const texts = Array.from({ length: 20 }, (_, index) => randomText(random(index), 30));
    const options = { vocabulary: 300, specials: [], longest: 32, splitter: codeSplitter };
    expect(trainBpe(utf8(texts), options)).toEqual(trainBpe(utf8(texts.toReversed()), options));
  });

  it('refuses a vocabulary that it cannot fill or hold', () => {
    const options = { specials: ['<|x|>'], longest: 32, splitter: codeSplitter };
    const codes = (vocabulary: number, texts: string[]): string[] =>
      trainBpe(utf8(texts), { ...options, vocabulary }).issues.map(({ code }) => code);
    expect(codes(300, ['abab'])).toEqual(['tokens/too-little-text']);
    expect(codes(256, ['abab'])).toEqual(['tokens/bad-vocabulary']);
    expect(codes(70_000, ['abab'])).toEqual(['tokens/bad-vocabulary']);
    expect(codes(300.5, ['abab'])).toEqual(['tokens/bad-vocabulary']);
    expect(codes(257, [])).toEqual([]);
  });
});
