import { TIKTOKEN_ENCODINGS, type TiktokenEncoding, type Tokenizer, tiktoken } from '../../src/tokens/index.ts';

/** The ranks that `gpt-tokenizer` carries, as a `.tiktoken` file. */
export function ranksFile(encoding: TiktokenEncoding): Promise<Uint8Array> {
  const known = files.get(encoding) ?? makeRanksFile(encoding);
  files.set(encoding, known);
  return known;
}

const files = new Map<TiktokenEncoding, Promise<Uint8Array>>();

async function makeRanksFile(encoding: TiktokenEncoding): Promise<Uint8Array> {
  const { default: ranks } = (await import(`gpt-tokenizer/bpeRanks/${encoding}`)) as {
    default: readonly (string | readonly number[] | undefined)[];
  };
  const lines: string[] = [];
  for (const [rank, token] of ranks.entries()) {
    if (token === undefined) continue;
    const bytes = typeof token === 'string' ? Buffer.from(token, 'utf8') : Buffer.from(token);
    lines.push(`${bytes.toString('base64')} ${rank}\n`);
  }
  return Buffer.from(lines.join(''));
}

export async function publicTokenizer(encoding: TiktokenEncoding): Promise<Tokenizer> {
  const loaded = tiktoken(encoding).load(await ranksFile(encoding));
  if (!loaded.ok) throw new Error(loaded.issues[0]!.message);
  return loaded.value;
}

/** The same encoding by `gpt-tokenizer`; text that spells a special token is text. */
export async function oracle(encoding: TiktokenEncoding): Promise<(text: string) => number[]> {
  const { encode } = (await import(`gpt-tokenizer/encoding/${encoding}`)) as {
    encode(text: string, options: { disallowedSpecial: Set<string> }): number[];
  };
  return (text) => encode(text, { disallowedSpecial: new Set() });
}

/**
 * gpt-tokenizer 4.0.0 parts from tiktoken at two characters, for which tiktoken itself is asked (`goldens.json`): U+FEFF,
 * which is a blank for JavaScript and whose three-byte token it loses, and U+0085, which is no blank for JavaScript.
 */
export const withoutDisputed = (text: string): string => text.replace(/[\ufeff\u0085]/g, '');

export { TIKTOKEN_ENCODINGS };
