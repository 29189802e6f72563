/**
 * The glob language of ignore files (gitignore(5), wildmatch) over byte strings: every character of pattern and text
 * stands for one byte (see names.ts), since `?` and classes take one byte in git.
 */

type Token =
  | { readonly kind: 'byte'; readonly code: number }
  /** Any one byte but `/`. */
  | { readonly kind: 'one' }
  /** One byte of a set; never `/`. */
  | { readonly kind: 'set'; readonly bytes: Uint8Array }
  /** Any run of bytes without `/`. */
  | { readonly kind: 'star' }
  /** Any run of bytes. */
  | { readonly kind: 'all' }
  /** Nothing, or any run of bytes that ends with `/`. */
  | { readonly kind: 'folders' };

const SLASH = 0x2f;

/** Named classes as ranges: first and last character of each. ASCII, as in the C locale. */
const CLASSES: Readonly<Record<string, string>> = {
  alnum: '09AZaz',
  alpha: 'AZaz',
  blank: '\t\t  ',
  cntrl: '\0\x1f\x7f\x7f',
  digit: '09',
  graph: '!~',
  lower: 'az',
  print: ' ~',
  punct: '!/:@[`{~',
  space: '\t\r  ',
  upper: 'AZ',
  xdigit: '09AFaf',
};

/** Length of the part of a pattern that stands for itself. */
const literalLength = (pattern: string): number => {
  const at = pattern.search(/[*?[\\]/);
  return at < 0 ? pattern.length : at;
};

/**
 * Compiles a pattern to a test of whole texts. A pattern that is malformed (an open bracket, a backslash at the end, an
 * unknown class) matches nothing, as in git. Matching takes at most pattern × text steps, whatever the pattern.
 */
export function glob(pattern: string): (text: string) => boolean {
  const literal = literalLength(pattern);
  if (literal === pattern.length) return (text) => text === pattern;
  const suffix = pattern.slice(1);
  if (pattern.startsWith('*') && literalLength(suffix) === suffix.length && !suffix.includes('/')) {
    return (text) => text.endsWith(suffix) && !text.slice(0, text.length - suffix.length).includes('/');
  }
  const tokens = parse(pattern, literal);
  if (tokens === undefined) return () => false;
  const prefix = pattern.slice(0, literal);
  return (text) => text.startsWith(prefix) && accepts(tokens, text, literal);
}

/** Tokens of `pattern` after its literal prefix; undefined where it is malformed. */
function parse(pattern: string, from: number): Token[] | undefined {
  const tokens: Token[] = [];
  let at = from;
  while (at < pattern.length) {
    const character = pattern[at]!;
    if (character === '*') {
      const start = at;
      while (pattern[at] === '*') at++;
      // Git matches the literal prefix apart, so that what follows it counts as the start of a pattern.
      const before = start === from || pattern[start - 1] === '/';
      const slash = pattern[at] === '/';
      const whole = slash || at === pattern.length || pattern.startsWith('\\/', at);
      if (at - start < 2 || !before || !whole) tokens.push({ kind: 'star' });
      else if (slash) {
        tokens.push({ kind: 'folders' });
        at++;
      } else tokens.push({ kind: 'all' });
    } else if (character === '?') {
      tokens.push({ kind: 'one' });
      at++;
    } else if (character === '[') {
      const set = parseSet(pattern, at + 1);
      if (set === undefined) return undefined;
      tokens.push({ kind: 'set', bytes: set.bytes });
      at = set.end;
    } else {
      if (character === '\\') at++;
      if (at >= pattern.length) return undefined;
      tokens.push({ kind: 'byte', code: pattern.charCodeAt(at) });
      at++;
    }
  }
  return tokens;
}

/** A bracket expression; `start` is just after `[`, `end` just after `]`. */
function parseSet(pattern: string, start: number): { readonly bytes: Uint8Array; readonly end: number } | undefined {
  const bytes = new Uint8Array(256);
  let at = start;
  const negated = pattern[at] === '!' || pattern[at] === '^';
  if (negated) at++;
  /** The byte a range may start from. */
  let low: number | undefined;
  for (let first = true; first || pattern[at] !== ']'; first = false) {
    if (at >= pattern.length) return undefined;
    if (pattern.startsWith('[:', at)) {
      const close = pattern.indexOf(']', at + 2);
      if (close < 0) return undefined;
      if (pattern[close - 1] === ':' && close - 1 >= at + 2) {
        const name = pattern.slice(at + 2, close - 1);
        const ranges = Object.hasOwn(CLASSES, name) ? CLASSES[name]! : undefined;
        if (ranges === undefined) return undefined;
        for (let i = 0; i < ranges.length; i += 2) bytes.fill(1, ranges.charCodeAt(i), ranges.charCodeAt(i + 1) + 1);
        low = undefined;
        at = close + 1;
        continue;
      }
    }
    if (pattern[at] === '-' && low !== undefined && at + 1 < pattern.length && pattern[at + 1] !== ']') {
      at++;
      if (pattern[at] === '\\') at++;
      if (at >= pattern.length) return undefined;
      bytes.fill(1, low, pattern.charCodeAt(at) + 1);
      low = undefined;
    } else {
      if (pattern[at] === '\\') at++;
      if (at >= pattern.length) return undefined;
      low = pattern.charCodeAt(at);
      bytes[low] = 1;
    }
    at++;
  }
  if (negated) for (let code = 0; code < 256; code++) bytes[code] = bytes[code] === 1 ? 0 : 1;
  bytes[SLASH] = 0;
  return { bytes, end: at + 1 };
}

/** Runs all ways through the tokens at once; a state is the index of the token that comes next. */
function accepts(tokens: readonly Token[], text: string, from: number): boolean {
  let states = new Set<number>();
  const enter = (into: Set<number>, state: number): void => {
    for (let at = state; !into.has(at); at++) {
      into.add(at);
      const kind = tokens[at]?.kind;
      if (kind !== 'star' && kind !== 'all' && kind !== 'folders') return;
    }
  };
  enter(states, 0);
  for (let i = from; i < text.length && states.size > 0; i++) {
    const code = text.charCodeAt(i);
    const next = new Set<number>();
    for (const state of states) {
      const token = tokens[state];
      switch (token?.kind) {
        case 'byte':
          if (token.code === code) enter(next, state + 1);
          break;
        case 'one':
          if (code !== SLASH) enter(next, state + 1);
          break;
        case 'set':
          if (token.bytes[code] === 1) enter(next, state + 1);
          break;
        case 'star':
          if (code !== SLASH) enter(next, state);
          break;
        case 'all':
          enter(next, state);
          break;
        case 'folders':
          // Inside the run of folders: only a `/` may end it.
          next.add(state);
          if (code === SLASH) enter(next, state + 1);
          break;
      }
    }
    states = next;
  }
  return states.has(tokens.length);
}
