import { type TokenId, tokenId } from '../../src/base/index.ts';
import type { SpecialToken, Tokenizer } from '../../src/tokens/index.ts';

const PIECES =
  'get|getUser|User|ById|By|Id|user|users|.get|.|(|()|("|");|;\n|\n  |\n    |  |const|const |return|return | = | =|= | ===|name|names|.name|Name|to|String|toString|é|日本|日|=> |=>|import|from|export|function|function ';

/**
 * A small tokenizer to test with: the 256 bytes, a few pieces of code, a hole, and special tokens at the end. Encodes by
 * taking the longest piece, which is not BPE but keeps the contract of `Tokenizer`.
 */
export function smallTokenizer(specials: readonly string[] = ['<|end|>']): Tokenizer {
  const encoder = new TextEncoder();
  const bytes: (Uint8Array | undefined)[] = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  for (const piece of new Set(PIECES.split('|')))
    if (encoder.encode(piece).length > 1) bytes.push(encoder.encode(piece));
  bytes.push(undefined);
  const special = new Map<string, SpecialToken>();
  for (const name of specials) {
    special.set(name, { name, id: tokenId(bytes.length) });
    bytes.push(undefined);
  }
  const key = (text: Uint8Array): string => Buffer.from(text).toString('latin1');
  const ids = new Map(bytes.flatMap((text, id) => (text ? [[key(text), id] as const] : [])));
  const longest = Math.max(...bytes.map((text) => text?.length ?? 0));
  return {
    name: 'small',
    vocabulary: bytes.length,
    specials: special,
    encode(input) {
      const text = key(typeof input === 'string' ? encoder.encode(input) : input);
      const tokens: TokenId[] = [];
      for (let at = 0; at < text.length; ) {
        let length = longest;
        while (!ids.has(text.slice(at, at + length))) length--;
        tokens.push(tokenId(ids.get(text.slice(at, at + length))!));
        at += Math.min(length, text.length - at);
      }
      return tokens;
    },
    decode: (tokens) => Uint8Array.from(tokens.flatMap((token) => [...(bytes[token] ?? [])])),
    bytes: (token) => bytes[token],
  };
}
