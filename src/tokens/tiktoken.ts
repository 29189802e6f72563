import { fail, ok, type Result } from '../base/index.ts';
import { bpeTokenizer, specialToken } from './bpe.ts';
import { CL100K_PATTERN, GPT2_PATTERN, O200K_PATTERN, patternSplitter } from './patterns.ts';
import { TokenRanks } from './ranks.ts';
import type { Tokenizer, TokenizerFile } from './types.ts';

interface Encoding {
  readonly pattern: string;
  readonly specials: Readonly<Record<string, number>>;
}

const GPT3_SPECIALS = { '<|endoftext|>': 50256 };
const FIM = ['<|fim_prefix|>', '<|fim_middle|>', '<|fim_suffix|>'];

/** OpenAI's public encodings: what a file of ranks does not say (https://github.com/openai/tiktoken). */
const ENCODINGS = {
  r50k_base: { pattern: GPT2_PATTERN, specials: GPT3_SPECIALS },
  p50k_base: { pattern: GPT2_PATTERN, specials: GPT3_SPECIALS },
  cl100k_base: {
    pattern: CL100K_PATTERN,
    specials: {
      '<|endoftext|>': 100257,
      ...Object.fromEntries(FIM.map((name, index) => [name, 100258 + index])),
      '<|endofprompt|>': 100276,
    },
  },
  o200k_base: { pattern: O200K_PATTERN, specials: { '<|endoftext|>': 199999, '<|endofprompt|>': 200018 } },
} as const satisfies Record<string, Encoding>;

export type TiktokenEncoding = keyof typeof ENCODINGS;
export const TIKTOKEN_ENCODINGS = Object.keys(ENCODINGS) as readonly TiktokenEncoding[];

const RANK_LIMIT = 1_000_000;

/**
 * Reads the `.tiktoken` file of an encoding: on each line a token's bytes in base64, a blank, its rank, which is its id.
 * Errors: `tokens/bad-file` with the line.
 */
export function tiktoken(encoding: TiktokenEncoding): TokenizerFile {
  return { load: (file) => load(encoding, file) };
}

function load(encoding: TiktokenEncoding, file: Uint8Array): Result<Tokenizer> {
  const { pattern, specials }: Encoding = ENCODINGS[encoding];
  const tokens: (Uint8Array | undefined)[] = [];
  const lines = Buffer.from(file.buffer, file.byteOffset, file.byteLength).toString('latin1').split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const [, base64, digits] = /^([A-Za-z0-9+/]+=*) (\d+)\r?$/.exec(line) ?? [];
    const rank = Number(digits);
    if (base64 === undefined || !(rank < RANK_LIMIT)) {
      return fail(
        'tokens/bad-file',
        `line ${index + 1}: expected base64, a blank and a rank below ${RANK_LIMIT}, got ${JSON.stringify(line.slice(0, 80))}`,
      );
    }
    while (tokens.length <= rank) tokens.push(undefined);
    if (tokens[rank] !== undefined) return fail('tokens/bad-file', `line ${index + 1}: rank ${rank} stands twice`);
    tokens[rank] = Buffer.from(base64, 'base64');
  }
  const special = Object.entries(specials).map(([name, id]) => specialToken(name, id));
  for (const { name, id } of special) {
    while (tokens.length <= id) tokens.push(undefined);
    if (tokens[id] !== undefined) return fail('tokens/bad-file', `rank ${id} belongs to ${name} in ${encoding}`);
  }
  const ranks = new TokenRanks(tokens);
  const tokenizer = bpeTokenizer({
    name: encoding,
    tokens,
    specials: special,
    splitter: patternSplitter(pattern),
    ranks,
    wholePieces: true,
  });
  return tokenizer === undefined
    ? fail('tokens/bad-file', `expected a rank for every single byte of ${encoding}`)
    : ok(tokenizer);
}
