import type { TokenId } from '../../base/index.ts';
import type { TokenSequence } from '../../model/index.ts';
import type { TokenTrie } from '../../sample/index.ts';

/** Beginnings of lines that are carried on side by side, and tokens of a line at most. */
const WIDTH = 4;
const NEWLINE = 10;

interface Beginning {
  readonly tokens: readonly TokenId[];
  /** Those of what was typed included. */
  readonly bytes: readonly number[];
  readonly log: number;
}

/**
 * Likely ends of the line at a cursor by beam search, and the natural-log probability of each, summed over the ways to write it that were found. A
 * token may reach past the end of the line; it is taken only where it agrees with what stands there.
 *
 * @param sequence stands before `typed`, and stands there again afterwards
 * @param typed bytes before the cursor that are written again first
 * @param after what follows the line, from its newline on
 */
export function likelyLines(
  sequence: TokenSequence,
  trie: TokenTrie,
  { typed, after, maxTokens }: { readonly typed: Uint8Array; readonly after: Uint8Array; readonly maxTokens: number },
): ReadonlyMap<string, number> {
  const start = sequence.length;
  const ends = new Map<string, number>();
  let live: readonly Beginning[] = [{ tokens: [], bytes: [], log: 0 }];
  /** What is less likely than as many ends as are carried on leads nowhere. */
  let least = -Infinity;
  for (let step = 0; step < maxTokens && live.length > 0 && live[0]!.log > least; step++) {
    const next: Beginning[] = [];
    for (const beginning of live) {
      sequence.truncate(start);
      sequence.extend(beginning.tokens);
      const logs = sequence.logProbabilities();
      for (const token of likeliest(logs, trie, beginning, typed, after, least - beginning.log)) {
        const log = beginning.log + logs[token]!;
        const bytes = [...beginning.bytes, ...trie.bytes(token)!];
        const end = bytes.indexOf(NEWLINE, typed.length);
        if (end < 0) {
          next.push({ tokens: [...beginning.tokens, token as TokenId], bytes, log });
          continue;
        }
        const text = wholeText(bytes.slice(typed.length, end));
        if (text !== undefined) ends.set(text, sumOfLogs(ends.get(text) ?? -Infinity, log));
      }
    }
    live = next.sort((a, b) => b.log - a.log).slice(0, WIDTH);
    least = [...ends.values()].sort((a, b) => b - a)[WIDTH - 1] ?? -Infinity;
  }
  sequence.truncate(start);
  return ends;
}

/** Ids of the likeliest tokens that may come next, the best first. */
function likeliest(
  logs: Float32Array,
  trie: TokenTrie,
  { bytes: { length: written } }: Beginning,
  typed: Uint8Array,
  after: Uint8Array,
  least: number,
): readonly number[] {
  const most = 2 * WIDTH;
  const best: number[] = [];
  let floor = least;
  for (let token = 0; token < logs.length; token++) {
    if (logs[token]! <= floor) continue;
    const bytes = trie.bytes(token);
    if (bytes === undefined || !agrees(bytes, 0, typed, written)) continue;
    const end = bytes.indexOf(NEWLINE, Math.max(0, typed.length - written));
    if (end >= 0 && !agrees(bytes, end, after, 0)) continue;
    let at = best.length;
    while (at > 0 && logs[best[at - 1]!]! < logs[token]!) at--;
    best.splice(at, 0, token);
    if (best.length > most) best.pop();
    if (best.length === most) floor = Math.max(least, logs[best[most - 1]!]!);
  }
  return best;
}

/** Whether `bytes` from `start` on say the same as `text` from `at` on, as far as both go. */
function agrees(bytes: Uint8Array, start: number, text: Uint8Array, at: number): boolean {
  const length = Math.min(bytes.length - start, text.length - at);
  for (let i = 0; i < length; i++) if (bytes[start + i] !== text[at + i]) return false;
  return true;
}

function wholeText(bytes: readonly number[]): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes)).trimEnd();
  } catch {
    return undefined;
  }
}

const sumOfLogs = (a: number, b: number): number => {
  const most = Math.max(a, b);
  return most + Math.log(Math.exp(a - most) + Math.exp(b - most));
};
