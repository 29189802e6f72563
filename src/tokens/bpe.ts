import { type TokenId, tokenId } from '../base/index.ts';
import { ByteMap } from './byteMap.ts';
import { mergePiece } from './merge.ts';
import type { Ranks } from './ranks.ts';
import type { SpecialToken, Splitter, Tokenizer } from './types.ts';

export interface BpeSpec {
  readonly name: string;
  /** Bytes of each id; undefined for holes and special tokens. Every single byte is a token. */
  readonly tokens: readonly (Uint8Array | undefined)[];
  readonly specials: readonly SpecialToken[];
  readonly splitter: Splitter;
  readonly ranks: Ranks;
  /** A piece that is a token is that token, whatever the merges would make of it. */
  readonly wholePieces: boolean;
}

/** Pieces whose tokens are kept, and their longest, bytes. A full cache is emptied. */
const CACHE_PIECES = 1 << 17;
const CACHE_PIECE_BYTES = 48;

/** A byte-level BPE tokenizer. `undefined` where some byte is no token: then not every text could be encoded. */
export function bpeTokenizer(spec: BpeSpec): Tokenizer | undefined {
  const { tokens, splitter, ranks } = spec;
  const byteTokens = new Int32Array(256).fill(-1);
  for (const [id, bytes] of tokens.entries()) if (bytes?.length === 1) byteTokens[bytes[0]!] = id;
  if (byteTokens.includes(-1)) return undefined;
  const whole = spec.wholePieces ? new ByteMap(tokens.length) : undefined;
  const wholeIds: number[] = [];
  if (whole !== undefined) {
    for (const [id, bytes] of tokens.entries()) if (bytes) wholeIds[whole.put(bytes, 0, bytes.length)] = id;
  }

  const cache = new ByteMap();
  /** Tokens of cached piece n: `cached[cachedFrom[n]]` to `cached[cachedFrom[n + 1] - 1]`. */
  let cached: number[] = [];
  let cachedFrom: number[] = [0];

  const encodePiece = (bytes: Uint8Array, start: number, end: number, out: number[]): void => {
    if (whole !== undefined) {
      const found = whole.indexOf(bytes, start, end);
      if (found >= 0) {
        out.push(wholeIds[found]!);
        return;
      }
    }
    if (end - start > CACHE_PIECE_BYTES) {
      mergePiece(bytes, start, end, byteTokens, ranks, out);
      return;
    }
    let piece = cache.indexOf(bytes, start, end);
    if (piece < 0) {
      if (cache.size >= CACHE_PIECES) {
        cache.clear();
        cached = [];
        cachedFrom = [0];
      }
      piece = cache.put(bytes, start, end);
      mergePiece(bytes, start, end, byteTokens, ranks, cached);
      cachedFrom.push(cached.length);
    }
    for (let i = cachedFrom[piece]!; i < cachedFrom[piece + 1]!; i++) out.push(cached[i]!);
  };

  return {
    name: spec.name,
    vocabulary: tokens.length,
    specials: new Map(spec.specials.map((special) => [special.name, special])),
    encode(text) {
      const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
      const out: number[] = [];
      let start = 0;
      for (const end of splitter(bytes)) {
        encodePiece(bytes, start, end, out);
        start = end;
      }
      return out as TokenId[];
    },
    decode(ids) {
      let length = 0;
      for (const id of ids) length += tokens[id]?.length ?? 0;
      const bytes = new Uint8Array(length);
      let at = 0;
      for (const id of ids) {
        const token = tokens[id];
        if (token === undefined) continue;
        bytes.set(token, at);
        at += token.length;
      }
      return bytes;
    },
    bytes: (id) => tokens[id],
  };
}

export const specialToken = (name: string, id: number): SpecialToken => ({ name, id: tokenId(id) });
