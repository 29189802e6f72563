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
    const end = quotedEnd(text, 0);
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
  const first = raw[0];
  if (first === '"' || first === "'") {
    const whole = takeUntil(raw, lines, (text) => quotedEnd(text, 0));
    return whole === undefined ? undefined : unquote(whole);
  }
  if (first === '{' || first === '[') return takeUntil(raw, lines, flowEnd);
  return raw.replace(/\s+#.*$/, '').trimEnd();
}

function takeUntil(raw: string, lines: Lines, end: (text: string) => number | undefined): string | undefined {
  let text = raw;
  for (let count = 0; ; count++) {
    const at = end(text);
    if (at !== undefined) return text.slice(0, at);
    const more = count >= PACKAGE_LIMITS.yamlValueLines ? undefined : lines.next();
    if (more === undefined) return undefined;
    text += ` ${more.trim()}`;
  }
}

/** Offset after the closing quote of the scalar that starts at `start`. */
function quotedEnd(text: string, start: number): number | undefined {
  const quote = text[start];
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\' && quote === '"') i++;
    else if (text[i] === quote) {
      if (quote === "'" && text[i + 1] === "'") i++;
      else return i + 1;
    }
  }
  return undefined;
}

/** Offset after the bracket that closes the first one. */
function flowEnd(text: string): number | undefined {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if ((char === '"' || char === "'") && /[\s,:{[]/.test(text[i - 1] ?? ' ')) {
      const end = quotedEnd(text, i);
      if (end === undefined) return undefined;
      i = end - 1;
    } else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') {
      depth--;
      if (depth === 0) return i + 1;
    }
  }
  return undefined;
}

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
