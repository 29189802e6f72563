/** Pieces of lines, and names put in the place of others. */

/** Words, numbers, white space, and everything else a character at a time. */
const PIECES = /[A-Za-z_$][\w$]*|\d+|\s+|[\s\S]/g;
const WORDS = /[A-Za-z_$][\w$]*/g;
const WORD = /^[A-Za-z_$]/;
/** Parts of a name: `HTTPRequest2` is `HTTP`, `Request`, `2`. */
const PARTS = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[\s\S]/g;

const KEYWORDS: ReadonlySet<string> = new Set(
  `abstract any as async await boolean break case catch class const continue declare default delete do else enum export
  extends false finally for from function get if implements import in infer instanceof interface is keyof let namespace
  never new null number object of private protected public readonly return set static string super switch symbol this
  throw true try type typeof undefined unknown var void while yield`.split(/\s+/),
);

const piecesOf = (line: string): readonly string[] => line.match(PIECES) ?? [];
const isName = (piece: string): boolean => WORD.test(piece) && !KEYWORDS.has(piece);

/** Every word of a text that is no keyword, as often as it stands there. */
export const namesOf = (text: string): readonly string[] =>
  (text.match(WORDS) ?? []).filter((word) => !KEYWORDS.has(word));

/** FNV-1a of a line with every name as `w` and every number as `0`. Two shapes that share it count as one. */
export function shapeOf(line: string): number {
  let hash = 0x811c9dc5;
  for (const piece of piecesOf(line)) {
    const known = isName(piece) ? 'w' : /^\d/.test(piece) ? '0' : piece;
    for (let i = 0; i < known.length; i++) hash = Math.imul(hash ^ known.charCodeAt(i), 0x01000193);
  }
  return hash | 0;
}

/** What has to be put in the place of what, learned from lines of the same shape. */
export class Renaming {
  readonly #pieces = new Map<string, string>();
  /** In lower case: what was replaced. */
  readonly #parts = new Map<string, string>();

  /** The first line that says what becomes of a name decides. */
  learn(there: string, here: string): void {
    if (there === here) return;
    const own = piecesOf(here);
    for (const [i, piece] of piecesOf(there).entries()) {
      const other = own[i];
      if (other === undefined || other === piece || this.#pieces.has(piece)) continue;
      this.#pieces.set(piece, other);
      const [from, to] = difference(partsOf(piece), partsOf(other));
      if (from !== '' && to !== '' && !this.#parts.has(from.toLowerCase())) this.#parts.set(from.toLowerCase(), to);
    }
  }

  apply(line: string): string {
    if (this.#pieces.size === 0) return line;
    return piecesOf(line)
      .map((piece) => this.#pieces.get(piece) ?? (isName(piece) ? this.#replaceParts(piece) : piece))
      .join('');
  }

  /** Runs of a name's parts, the longest first, in the case of what stood there: with size → name, `setSize` is `setName`. */
  #replaceParts(name: string): string {
    const parts = partsOf(name);
    let out = '';
    for (let start = 0; start < parts.length; ) {
      let end = parts.length;
      while (end > start && !this.#parts.has(parts.slice(start, end).join('').toLowerCase())) end--;
      const run = parts.slice(start, Math.max(end, start + 1)).join('');
      out += end === start ? run : inCaseOf(run, this.#parts.get(run.toLowerCase())!);
      start = Math.max(end, start + 1);
    }
    return out;
  }
}

const partsOf = (name: string): readonly string[] => name.match(PARTS) ?? [];

/** What is left of two lists without what they begin and end with in common. */
function difference(a: readonly string[], b: readonly string[]): readonly [string, string] {
  let start = 0;
  let end = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return [a.slice(start, a.length - end).join(''), b.slice(start, b.length - end).join('')];
}

function inCaseOf(model: string, word: string): string {
  if (model.length > 1 && model === model.toUpperCase() && model !== model.toLowerCase()) return word.toUpperCase();
  const first = word.charAt(0);
  return (/^[A-Z]/.test(model) ? first.toUpperCase() : first.toLowerCase()) + word.slice(1);
}
