import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.ts';
import { ByteMap } from '../../src/tokens/byteMap.ts';
import { mergeByScan, mergeWithQueue } from '../../src/tokens/merge.ts';
import { MergeRanks, type Ranks, TokenRanks } from '../../src/tokens/ranks.ts';
import { trainBpe } from '../../src/tokens/train.ts';
import { Vocabulary } from '../../src/tokens/vocabulary.ts';

/** The definition: while neighbours merge, the pair of the smallest rank does, the leftmost of equals. */
function mergeNaively(bytes: Uint8Array, byteTokens: Int32Array, ranks: Ranks): number[] {
  const parts = Array.from(bytes, (byte, at) => ({ token: byteTokens[byte]!, start: at, end: at + 1 }));
  for (;;) {
    let best = Number.POSITIVE_INFINITY;
    let at = -1;
    for (let i = 0; i + 1 < parts.length; i++) {
      const [left, right] = [parts[i]!, parts[i + 1]!];
      const rank = ranks.rank(left.token, right.token, bytes, left.start, right.end);
      if (rank >= 0 && rank < best) {
        best = rank;
        at = i;
      }
    }
    if (at < 0) return parts.map(({ token }) => token);
    parts.splice(at, 2, { token: ranks.made(best), start: parts[at]!.start, end: parts[at + 1]!.end });
  }
}

const byteTokens = Int32Array.from({ length: 256 }, (_, byte) => byte);
const onePiece = (bytes: Uint8Array): Int32Array => Int32Array.of(...(bytes.length > 0 ? [bytes.length] : []));

/** Merges trained on random text over a few letters, so that merges overlap and compete; both kinds of ranks of them. */
function sources(seed: number): readonly { kind: string; ranks: Ranks }[] {
  const source = random(seed);
  const documents = Array.from({ length: 30 }, () => Uint8Array.from({ length: 40 }, () => 97 + source.below(4)));
  const trained = trainBpe(documents, { vocabulary: 330, specials: [], longest: 12, splitter: onePiece });
  if (!trained.ok) throw new Error(trained.issues[0]!.message);
  const tokens = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const merges = trained.value.merges.map(([left, right], rank): [number, number, number] => {
    tokens.push(Uint8Array.of(...tokens[left]!, ...tokens[right]!));
    return [left, right, 256 + rank];
  });
  const vocabulary = Vocabulary.of(tokens);
  const whole = ByteMap.over(vocabulary.pool, vocabulary.starts);
  return [
    { kind: 'merges', ranks: new MergeRanks(merges) },
    { kind: 'tokens', ranks: new TokenRanks(vocabulary, whole) },
  ];
}

describe('merging a piece', () => {
  it('by scan and by queue gives what the definition gives', () => {
    for (let seed = 1; seed <= 30; seed++) {
      for (const { kind, ranks } of sources(seed)) {
        const source = random(seed + 1000);
        for (let round = 0; round < 20; round++) {
          const bytes = Uint8Array.from({ length: 1 + source.below(90) }, () => 97 + source.below(5));
          const expected = mergeNaively(bytes, byteTokens, ranks);
          for (const merge of [mergeByScan, mergeWithQueue]) {
            const out: number[] = [];
            merge(bytes, 0, bytes.length, byteTokens, ranks, out);
            expect(out, `${merge.name}, ${kind}, seed ${seed}, round ${round}`).toEqual(expected);
          }
        }
      }
    }
  });

  it('merges a slice as it would alone, and appends', () => {
    const { ranks } = sources(7)[0]!;
    const bytes = Buffer.from('abcdabcdabcdaabbccdd');
    for (const merge of [mergeByScan, mergeWithQueue]) {
      const out = [-1];
      merge(bytes, 3, 17, byteTokens, ranks, out);
      expect(out).toEqual([-1, ...mergeNaively(bytes.subarray(3, 17), byteTokens, ranks)]);
    }
  });
});
