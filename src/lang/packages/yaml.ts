import { PACKAGE_LIMITS } from './limits.ts';

/**
 * What a reader does with an entry: its keys from the outermost, and its value as text. Empty where the value is a block
 * scalar or anything on later lines; a value alone on the next line comes by a second call. Items of a sequence have the key `-`. Answering `false` skips what lies deeper.
 */
export type YamlVisitor = (path: readonly string[], value: string) => boolean | undefined;

export interface YamlProblem {
  /** 1-based. */
  readonly line: number;
  readonly message: string;
}

interface Frame {
  readonly indent: number;
  readonly key: string;
  /** Indentation of the entries below, once the first one was seen. */
  child?: number;
}

/**
 * Reads the block style in which package managers write: mappings, sequences, plain and quoted scalars, block scalars
 * (skipped), `{…}` and `[…]` handed on as text. Not covered: anchors, aliases, tags, complex keys that are not scalars.
 * `document` is called before each document after the first.
 */
export function readYaml(text: string, visit: YamlVisitor, document?: () => void): YamlProblem | undefined {
  const lines = new Lines(text);
  let stack: Frame[] = [];
  let root: number | undefined;
  /** Lines indented deeper than this are skipped. */
  let skip: number | undefined;
  let explicitKey: { readonly indent: number; readonly key: string } | undefined;
  const keys: string[] = [];

  const open = (indent: number, key: string): string | undefined => {
    const isItem = key === '-';
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      // A sequence may stand at the same indentation as the key that holds it.
      if (top.indent < indent || (top.indent === indent && isItem && top.key !== '-')) break;
      stack.pop();
      keys.pop();
    }
    const parent = stack[stack.length - 1];
    const expected = parent ? parent.child : root;
    if (expected !== undefined && expected !== indent)
      return `expected an entry indented by ${expected}, found one indented by ${indent}`;
    if (parent) parent.child = indent;
    else root = indent;
    stack.push({ indent, key });
    keys.push(key);
    return undefined;
  };

  const entry = (indent: number, rest: string): string | undefined => {
    if (rest.startsWith('- ') || rest === '-') {
      const problem = open(indent, '-');
      if (problem !== undefined) return problem;
      const item = rest.slice(1).trimStart();
      if (item === '') {
        visit(keys, '');
        return undefined;
      }
      if (splitKey(item)) return entry(indent + rest.length - item.length, item);
      return value(indent, item);
    }
    const split = splitKey(rest);
    const top = stack[stack.length - 1];
    // A value on the line after its key, as formatters break long ones.
    if (!split && top && top.child === undefined && indent > top.indent) return value(top.indent, rest);
    if (!split) return `expected "key: value" or "- item", found ${JSON.stringify(rest.slice(0, 60))}`;
    return open(indent, split.key) ?? value(indent, split.rest);
  };

  const value = (indent: number, raw: string): string | undefined => {
    if (raw === '' || raw.startsWith('#')) {
      if (visit(keys, '') === false) skip = indent;
      return undefined;
    }
    if (/^[|>][-+0-9]*(?:\s+#.*)?$/.test(raw)) {
      visit(keys, '');
      skip = indent;
      return undefined;
    }
    const whole = complete(raw, lines);
    if (whole === undefined)
      return `expected the end of ${JSON.stringify(raw.slice(0, 60))}, found the end of the file`;
    visit(keys, whole);
    // A plain scalar may go on in deeper lines; nothing that is asked for does.
    skip = indent;
    return undefined;
  };

  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const indent = indentation(line);
    const rest = line.slice(indent).trimEnd();
    if (rest === '' || rest.startsWith('#')) continue;
    if (skip !== undefined) {
      if (indent > skip) continue;
      skip = undefined;
    }
    if (rest.startsWith('\t')) return { line: lines.number, message: 'expected spaces as indentation, found a tab' };
    if (indent === 0 && /^(?:---|\.\.\.)(?:\s|$)/.test(rest)) {
      if (rest.startsWith('---') && root !== undefined) document?.();
      stack = [];
      keys.length = 0;
      root = undefined;
      continue;
    }
    if (indent === 0 && rest.startsWith('%')) continue;
    let problem: string | undefined;
    if (rest.startsWith('? ')) {
      explicitKey = { indent, key: unquote(rest.slice(2).trim()) };
    } else if (explicitKey && explicitKey.indent === indent && (rest === ':' || rest.startsWith(': '))) {
      problem = open(indent, explicitKey.key);
      explicitKey = undefined;
      const inner = rest.slice(1).trimStart();
      if (visit(keys, '') === false) skip = indent;
      else if (problem === undefined && inner !== '') problem = entry(indent + rest.length - inner.length, inner);
    } else problem = entry(indent, rest);
    if (problem !== undefined) return { line: lines.number, message: problem };
  }
  return undefined;
}

class Lines {
  readonly #text: string;
  #at = 0;
  /** Of the line handed out last, 1-based. */
  number = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): string | undefined {
    if (this.#at >= this.#text.length) return undefined;
    const found = this.#text.indexOf('\n', this.#at);
    const end = found < 0 ? this.#text.length : found;
    const line = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    this.number++;
    return line;
  }
}

function indentation(line: string): number {
  let indent = 0;
  while (line.charCodeAt(indent) === 32) indent++;
  return indent;
}

/** `key: rest` taken apart; undefined where the text is no mapping entry. */
function splitKey(text: string): { readonly key: string; readonly rest: string } | undefined {
  const quote = text[0];
  if (quote === '"' || quote === "'") {
    const end = quotedEnd(text);
    if (end === undefined) return undefined;
    const after = /^\s*:(?:\s+|$)/.exec(text.slice(end));
    return after ? { key: unquote(text.slice(0, end)), rest: text.slice(end + after[0].length) } : undefined;
  }
  if (quote === '{' || quote === '[') return undefined;
  const colon = /:(?:\s+|$)/.exec(text);
  const comment = text.search(/\s#/);
  if (!colon || colon.index === 0 || (comment >= 0 && comment < colon.index)) return undefined;
  return { key: text.slice(0, colon.index).trimEnd(), rest: text.slice(colon.index + colon[0].length) };
}

/** A scalar or flow collection, unquoted and without its comment, with as many further lines as it needs. */
function complete(raw: string, lines: Lines): string | undefined {
  if (!/^["'{[]/.test(raw)) return raw.replace(/\s#.*$/, '').trimEnd();
  const endIn = valueScanner();
  const parts: string[] = [];
  for (let line: string | undefined = raw; line !== undefined; line = lines.next()?.trim()) {
    const end = endIn(line);
    parts.push(end === undefined ? line : line.slice(0, end));
    if (end !== undefined) return unquote(parts.join(' '));
    if (parts.length >= PACKAGE_LIMITS.yamlValueLines) return undefined;
  }
  return undefined;
}

/**
 * Looks for the end of one quoted scalar or flow collection, given line by line: answers the offset after it, or
 * undefined where the line ends first.
 */
function valueScanner(): (line: string) => number | undefined {
  let depth = 0;
  let quote = '';
  return (line) => {
    for (let i = 0; i < line.length; i++) {
      const char = line[i]!;
      if (quote !== '') {
        if (char === '\\' && quote === '"') i++;
        else if (char !== quote) continue;
        else if (quote === "'" && line[i + 1] === "'") i++;
        else {
          quote = '';
          if (depth === 0) return i + 1;
        }
      } else if ((char === '"' || char === "'") && /[\s,:{[]/.test(line[i - 1] ?? ' ')) quote = char;
      else if (char === '{' || char === '[') depth++;
      else if (char === '}' || char === ']') {
        depth--;
        if (depth === 0) return i + 1;
      }
    }
    return undefined;
  };
}

/** Offset after the quoted scalar that a line starts with. */
const quotedEnd = (line: string): number | undefined => valueScanner()(line);

/** Text of a plain or quoted scalar. */
export function unquote(text: string): string {
  if (text.startsWith("'") && text.endsWith("'") && text.length >= 2) return text.slice(1, -1).replaceAll("''", "'");
  if (text.startsWith('"') && text.endsWith('"') && text.length >= 2) {
    try {
      return JSON.parse(text) as string;
    } catch {
      return text.slice(1, -1);
    }
  }
  return text;
}

/** Scalars of a flow sequence of scalars (`[a, "b"]`); undefined for anything else. */
export function flowItems(text: string): string[] | undefined {
  if (!text.startsWith('[') || !text.endsWith(']')) return undefined;
  const items = text.slice(1, -1).match(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,\s](?:[^,]*[^,\s])?/g) ?? [];
  return items.map((item) => unquote(item));
}
