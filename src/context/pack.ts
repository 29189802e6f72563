import type { RepoPath } from '../base/index.ts';
import type { Snippet } from '../retrieve/index.ts';
import type { Tokenizer } from '../tokens/index.ts';
import type { ContextWindow, Exclusion, Piece } from './types.ts';

export interface CursorWindowRequest {
  readonly tokenizer: Pick<Tokenizer, 'encode'>;
  /** Tokens of the whole window. */
  readonly budget: number;
  readonly path: RepoPath;
  readonly prefix: string;
  readonly suffix: string;
  /** Best first. */
  readonly snippets: readonly Snippet[];
}

/** Shares of the budget. What one part leaves over, the next ones may use; the prefix comes last in order but first in right. */
const PREFIX_SHARE = 0.5;
const SUFFIX_SHARE = 0.15;

/**
 * Packs a window for a cursor: snippets (the best nearest to the cursor), then the text after it, then the text before
 * it, so that the last token of the window is the one before the cursor. Never more than `budget` tokens.
 */
export function cursorWindow(request: CursorWindowRequest): ContextWindow {
  const { budget, path, snippets } = request;
  const count = (text: string): number => request.tokenizer.encode(text).length;
  const excluded: Exclusion[] = [];

  const prefixNeed = count(request.prefix);
  const suffixNeed = count(request.suffix);
  const suffixRoom = Math.max(Math.floor(budget * SUFFIX_SHARE), 0);
  const snippetNeed = snippets.reduce((sum, snippet) => sum + count(headed(snippet)), 0);
  const spare = Math.max(0, budget - Math.min(suffixNeed, suffixRoom) - snippetNeed);
  const prefixRoom = Math.min(prefixNeed, Math.max(Math.floor(budget * PREFIX_SHARE), spare));

  const prefix = keepEnd(request.prefix, prefixRoom, count);
  const suffix = keepStart(
    request.suffix,
    Math.min(budget - prefix.tokens, Math.max(suffixRoom, budget - prefix.tokens - snippetNeed)),
    count,
  );
  if (prefix.tokens < prefixNeed) {
    excluded.push({
      kind: 'file-prefix',
      path,
      tokens: prefixNeed - prefix.tokens,
      reason: 'the start of the file is over its share of the budget',
    });
  }
  if (suffix.tokens < suffixNeed) {
    excluded.push({
      kind: 'file-suffix',
      path,
      tokens: suffixNeed - suffix.tokens,
      reason: 'the end of the file is over its share of the budget',
    });
  }

  let room = budget - prefix.tokens - suffix.tokens;
  const chosen: Piece[] = [];
  for (const snippet of snippets) {
    const text = headed(snippet);
    const tokens = count(text);
    const { kind } = snippet;
    if (tokens > room)
      excluded.push({ kind, path: snippet.path, tokens, reason: `${snippet.reason}; no room left (${room} tokens)` });
    else {
      room -= tokens;
      chosen.push({ kind, path: snippet.path, text, tokens, reason: snippet.reason });
    }
  }
  const pieces: Piece[] = chosen.reverse();
  if (suffix.tokens > 0)
    pieces.push({ kind: 'file-suffix', path, text: suffix.text, tokens: suffix.tokens, reason: 'after the cursor' });
  if (prefix.tokens > 0)
    pieces.push({ kind: 'file-prefix', path, text: prefix.text, tokens: prefix.tokens, reason: 'before the cursor' });
  const total = pieces.reduce((sum, piece) => sum + piece.tokens, 0);
  if (total > budget) throw new Error(`the window holds ${total} tokens, its budget is ${budget}`);
  return { budget, total, fixed: 0, pieces, excluded };
}

const headed = (snippet: Snippet): string =>
  `// ${snippet.path}:${snippet.lines.first}\n${snippet.text.replace(/\n?$/, '\n')}`;

interface Kept {
  readonly text: string;
  readonly tokens: number;
}

/** The longest run of whole lines at the end within `room` tokens; part of the last line where even that is too long. */
function keepEnd(text: string, room: number, count: (text: string) => number): Kept {
  const lines = longest(text, room, count, lineStarts(text), (start) => text.slice(start));
  if (lines.tokens > 0 || text === '' || room <= 0) return lines;
  // One endless line: a UTF-16 code unit is at most three tokens of one byte each.
  const tail = text.slice(-Math.max(1, Math.floor(room / 3))).replace(/^[\udc00-\udfff]/, '');
  const tokens = count(tail);
  return tokens <= room ? { text: tail, tokens } : { text: '', tokens: 0 };
}

/** The longest run of whole lines at the start within `room` tokens. */
function keepStart(text: string, room: number, count: (text: string) => number): Kept {
  return longest(text, room, count, lineStarts(text).toReversed(), (end) => text.slice(0, end));
}

const lineStarts = (text: string): number[] => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  starts.push(text.length);
  return [...new Set(starts)];
};

/** `cuts` run from keeping all to keeping nothing; token counts fall with them, so a binary search finds the first fit. */
function longest(
  text: string,
  room: number,
  count: (text: string) => number,
  cuts: readonly number[],
  keep: (cut: number) => string,
): Kept {
  if (room <= 0) return { text: '', tokens: 0 };
  const whole = count(text);
  if (whole <= room) return { text, tokens: whole };
  let low = 0;
  let high = cuts.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (count(keep(cuts[middle]!)) <= room) high = middle;
    else low = middle + 1;
  }
  const kept = keep(cuts[low]!);
  const tokens = count(kept);
  return tokens <= room ? { text: kept, tokens } : { text: '', tokens: 0 };
}
