import { type TokenId, tokenId } from '../base/index.ts';
import { ByteMap } from './byteMap.ts';
import { mergePiece } from './merge.ts';
import type { Ranks } from './ranks.ts';
import type { SpecialToken, Splitter, Tokenizer } from './types.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface BpeSpec {
  readonly name: string;
  readonly vocabulary: Vocabulary;
  readonly specials: readonly SpecialToken[];
  readonly splitter: Splitter;
  readonly ranks: Ranks;
  /** Where a piece that is a token is that token, whatever the merges would make of it: the tokens by their bytes. */
  readonly whole?: ByteMap;
}

/** Pieces whose tokens are kept, and their longest, bytes. A full cache is emptied. */
const CACHE_PIECES = 1 << 17;
const CACHE_PIECE_BYTES = 48;

/** A byte-level BPE tokenizer. `undefined` where some byte is no token: then not every text could be encoded. */
export function bpeTokenizer({ name, vocabulary, specials, splitter, ranks, whole }: BpeSpec): Tokenizer | undefined {
  const byteTokens = vocabulary.byteTokens();
  if (byteTokens === undefined) return undefined;

  const cache = new ByteMap(1 << 13);
  /** Of each cached piece its token, or -1 - n where it has several: `several[n]` says how many, and they follow. */
  const cached: number[] = [];
  const several: number[] = [];

  const tokensOf = (bytes: Uint8Array, start: number, end: number): number => {
    const token = whole === undefined ? -1 : whole.indexOf(bytes, start, end);
    if (token >= 0) return token;
    const at = several.push(0) - 1;
    mergePiece(bytes, start, end, byteTokens, ranks, several);
    const count = several.length - at - 1;
    const first = several[at + 1]!;
    several[at] = count;
    if (count > 1) return -1 - at;
    several.length = at;
    return first;
  };

  const encodePiece = (bytes: Uint8Array, start: number, end: number, out: number[]): void => {
    if (end - start > CACHE_PIECE_BYTES) {
      const token = whole === undefined ? -1 : whole.indexOf(bytes, start, end);
      if (token >= 0) out.push(token);
      else mergePiece(bytes, start, end, byteTokens, ranks, out);
      return;
    }
    if (cache.size >= CACHE_PIECES) {
      cache.clear();
      cached.length = 0;
      several.length = 0;
    }
    const piece = cache.put(bytes, start, end);
    if (piece === cached.length) cached.push(tokensOf(bytes, start, end));
    const token = cached[piece]!;
    if (token >= 0) out.push(token);
    else {
      const from = -token;
      for (let i = from; i < from + several[from - 1]!; i++) out.push(several[i]!);
    }
  };

  return {
    name,
    vocabulary: vocabulary.size,
    specials: new Map(specials.map((special) => [special.name, special])),
    encode(text) {
      const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
      const ends = splitter(bytes);
      const out: number[] = [];
      let start = 0;
      for (let piece = 0; piece < ends.length; piece++) {
        const end = ends[piece]!;
        encodePiece(bytes, start, end, out);
        start = end;
      }
      return out as TokenId[];
    },
    decode(ids) {
      const { pool, starts } = vocabulary;
      let length = 0;
      for (const id of ids) {
        if (!(id >= 0 && id < vocabulary.size))
          throw new RangeError(`token ids are below ${vocabulary.size}, got ${id}`);
        length += starts[id + 1]! - starts[id]!;
      }
      const bytes = new Uint8Array(length);
      let at = 0;
      for (const id of ids) for (let i = starts[id]!; i < starts[id + 1]!; i++) bytes[at++] = pool[i]!;
      return bytes;
    },
    bytes: (id) => vocabulary.bytes(id),
  };
}

export const specialToken = (name: string, id: number): SpecialToken => ({ name, id: tokenId(id) });
