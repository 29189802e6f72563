/** Words of three letters or more that tell one place from another; keywords tell nothing. */
const COMMON = new Set(
  'and any are await async break case catch class const continue default delete else enum export extends false finally for from function get has if implements import instanceof interface let new not null number object of private protected public readonly return set static string super switch the this throw true try type typeof undefined unknown use void while with yield'.split(
    ' ',
  ),
);

/** The set of telling identifiers in a text. */
export function telling(text: string): Set<string> {
  const found = new Set<string>();
  for (const [word] of text.matchAll(/[A-Za-z_$][\w$]{2,}/g)) if (!COMMON.has(word)) found.add(word);
  return found;
}

/** Jaccard similarity, 0 to 1. */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  let shared = 0;
  for (const word of a.size < b.size ? a : b) if ((a.size < b.size ? b : a).has(word)) shared++;
  return shared / (a.size + b.size - shared);
}

export interface Chunk {
  /** 1-based, inclusive. */
  readonly first: number;
  readonly last: number;
  readonly text: string;
  readonly similarity: number;
}

/** Lines of one chunk, and how far the next one starts. */
const WINDOW = 40;
const STEP = 20;

/** The chunk of a text most like `wanted`; the earlier one on a tie. Undefined where nothing is shared. */
export function mostSimilarChunk(text: string, wanted: ReadonlySet<string>): Chunk | undefined {
  const lines = text.split('\n');
  let best: Chunk | undefined;
  for (let start = 0; start < lines.length; start += STEP) {
    const chunk = lines.slice(start, start + WINDOW).join('\n');
    const similarity = jaccard(telling(chunk), wanted);
    if (similarity > (best?.similarity ?? 0)) {
      best = { first: start + 1, last: Math.min(start + WINDOW, lines.length), text: chunk, similarity };
    }
    if (start + WINDOW >= lines.length) break;
  }
  return best;
}
