import type { Result, TokenId } from '../base/index.ts';

/** A control token. Its own type: text that spells it stays text. */
export interface SpecialToken {
  readonly name: string;
  readonly id: TokenId;
}

/**
 * Byte-level BPE. `decode(encode(x)) = x` for every byte string; `encode` never yields a special token.
 */
export interface Tokenizer {
  readonly name: string;
  /** Number of ids, specials included; ids are 0 to vocabulary-1 (some encodings leave holes). */
  readonly vocabulary: number;
  readonly specials: ReadonlyMap<string, SpecialToken>;
  /** A string is encoded as its UTF-8 bytes; a lone surrogate is an issue of the caller and encodes as U+FFFD. */
  encode(text: string | Uint8Array): TokenId[];
  /** Special tokens and holes decode to nothing. An id outside the vocabulary is a defect of the caller: RangeError. */
  decode(tokens: readonly TokenId[]): Uint8Array;
  /** Bytes of one token; undefined for a hole or a special token. */
  bytes(token: TokenId): Uint8Array | undefined;
}

/**
 * Given where a piece starts, where it ends: `start < result <= end`. Of any bytes, valid UTF-8 or not.
 */
export type PieceScanner = (bytes: Uint8Array, start: number, end: number) => number;

/**
 * The pre-tokeniser: where each piece ends, ascending, the last at the end of the bytes. Pieces cover every byte of every
 * byte string; tokens never cross the end of a piece.
 */
export type Splitter = (bytes: Uint8Array) => Int32Array;

/** A format of tokenizer files. */
export interface TokenizerFile {
  load(bytes: Uint8Array): Result<Tokenizer>;
}
