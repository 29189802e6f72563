import { fail, ok, type Result } from '../base/index.ts';
import { bpeTokenizer, specialToken } from './bpe.ts';
import { ByteMap } from './byteMap.ts';
import { CL100K_PATTERN, GPT2_PATTERN, O200K_PATTERN, patternSplitter } from './patterns.ts';
import { TokenRanks } from './ranks.ts';
import type { Tokenizer, TokenizerFile } from './types.ts';
import { Vocabulary } from './vocabulary.ts';

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
  const parsed = parse(file);
  if (!parsed.ok) return parsed;
  const { pool, ends, lineOf } = parsed.value;
  const special = Object.entries(specials).map(([name, id]) => specialToken(name, id));
  for (const { name, id } of special) {
    if (lineOf[id] !== undefined && lineOf[id] >= 0) {
      return fail('tokens/bad-file', `rank ${id} belongs to ${name} in ${encoding}`);
    }
  }
  const size = Math.max(lineOf.length, ...special.map(({ id }) => id + 1));
  const starts = new Int32Array(size + 1);
  const ordered = new Uint8Array(pool.length);
  let used = 0;
  for (let id = 0; id < size; id++) {
    const line = lineOf[id] ?? -1;
    if (line >= 0) {
      const start = line === 0 ? 0 : ends[line - 1]!;
      for (let i = start; i < ends[line]!; i++) ordered[used++] = pool[i]!;
    }
    starts[id + 1] = used;
  }
  const vocabulary = new Vocabulary(ordered, starts);
  const whole = ByteMap.over(ordered, starts);
  const splitter = patternSplitter(pattern);
  const ranks = new TokenRanks(vocabulary, whole);
  const tokenizer = bpeTokenizer({ name: encoding, vocabulary, specials: special, splitter, ranks, whole });
  return tokenizer === undefined
    ? fail('tokens/bad-file', `expected a rank for every single byte of ${encoding}`)
    : ok(tokenizer);
}

interface RankLines {
  /** Bytes of the tokens in file order; those of line n end at `ends[n]`. Empty lines are not counted. */
  readonly pool: Uint8Array;
  readonly ends: readonly number[];
  /** Line of each rank, -1 for none. */
  readonly lineOf: readonly number[];
}

const SEXTETS = new Uint8Array(256).fill(0xff);
for (const [value, character] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries()) {
  SEXTETS[character.charCodeAt(0)] = value;
}
const [BREAK, RETURN, BLANK, ZERO, EQUALS] = [0x0a, 0x0d, 0x20, 0x30, 0x3d];

/** Straight over the bytes: a file has up to 200,000 lines, and a command that counts tokens waits for all of them. */
function parse(file: Uint8Array): Result<RankLines> {
  const pool = new Uint8Array(file.length);
  const ends: number[] = [];
  const lineOf: number[] = [];
  let used = 0;
  for (let at = 0, number = 1; at < file.length; number++) {
    const begin = at;
    const first = used;
    let bits = 0;
    let count = 0;
    for (; at < file.length && SEXTETS[file[at]!]! < 64; at++) {
      bits = ((bits << 6) | SEXTETS[file[at]!]!) & 0xfffff;
      count += 6;
      if (count >= 8) {
        count -= 8;
        pool[used++] = bits >> count;
      }
    }
    while (at < file.length && file[at] === EQUALS) at++;
    const afterBase64 = at;
    if (file[at] === BLANK) at++;
    let rank = 0;
    const digits = at;
    for (; at < file.length && file[at]! - ZERO >= 0 && file[at]! - ZERO <= 9 && rank < RANK_LIMIT; at++) {
      rank = rank * 10 + file[at]! - ZERO;
    }
    const afterDigits = at;
    if (file[at] === RETURN) at++;
    const ended = at >= file.length || file[at] === BREAK;
    if (ended && afterDigits === begin) {
      at++;
      continue;
    }
    if (!ended || used === first || digits !== afterBase64 + 1 || afterDigits === digits || rank >= RANK_LIMIT) {
      const line = Buffer.from(file.subarray(begin, begin + 80))
        .toString('latin1')
        .split('\n')[0];
      return fail(
        'tokens/bad-file',
        `line ${number}: expected base64, a blank and a rank below ${RANK_LIMIT}, got ${JSON.stringify(line)}`,
      );
    }
    while (lineOf.length <= rank) lineOf.push(-1);
    if (lineOf[rank]! >= 0) return fail('tokens/bad-file', `line ${number}: rank ${rank} stands twice`);
    lineOf[rank] = ends.push(used) - 1;
    at++;
  }
  return ok({ pool: pool.subarray(0, used), ends, lineOf });
}
