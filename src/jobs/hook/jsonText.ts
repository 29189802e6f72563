import { fail, ok, type Result } from '../../base/index.ts';

/**
 * Settings files of other programs, read with the places of everything in them so that an entry can be put in or taken out
 * as text and everything else stays as it was written: JSON, with the comments and trailing commas that some of them allow.
 */
export interface JsonNode {
  readonly start: number;
  readonly end: number;
  /** The value as JavaScript has it. */
  readonly value: unknown;
  /** Elements of an array, members of an object. */
  readonly items?: readonly JsonItem[];
}

export interface JsonItem {
  /** Of a member: its name. */
  readonly key?: string;
  /** Where the element, or the member's name, starts. */
  readonly start: number;
  readonly node: JsonNode;
}

const DEPTH = 64;

export function readJson(text: string): Result<JsonNode> {
  const reader = new Reader(text);
  try {
    return ok(reader.document());
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return fail('hook/settings', `expected JSON, ${error.message} at character ${reader.at}`, {
      suggestion: 'repair the file and install again',
    });
  }
}

class Reader {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonNode {
    if (this.#text.charCodeAt(0) === 0xfeff) this.at = 1;
    const node = this.#node(0);
    this.#space();
    if (this.at < this.#text.length) throw new SyntaxError('found more after its end');
    return node;
  }

  #space(): void {
    const blank = /(?:[ \t\r\n]+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
    blank.lastIndex = this.at;
    blank.exec(this.#text);
    this.at = blank.lastIndex;
  }

  #node(depth: number): JsonNode {
    if (depth >= DEPTH) throw new SyntaxError(`found more than ${DEPTH} levels`);
    this.#space();
    const start = this.at;
    const open = this.#text[start];
    if (open === '{' || open === '[') return this.#container(open, start, depth);
    const scalar = /"(?:[^"\\\n]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/y;
    scalar.lastIndex = start;
    const token = scalar.exec(this.#text)?.[0];
    if (token === undefined) throw new SyntaxError('found no value');
    this.at += token.length;
    return { start, end: this.at, value: JSON.parse(token) as unknown };
  }

  #container(open: '{' | '[', start: number, depth: number): JsonNode {
    const close = open === '{' ? '}' : ']';
    const items: JsonItem[] = [];
    this.at++;
    for (;;) {
      this.#space();
      if (this.#text[this.at] === close) break;
      const begin = this.at;
      let key: string | undefined;
      if (open === '{') {
        const name = this.#node(depth + 1);
        if (typeof name.value !== 'string') throw new SyntaxError('found no name of a member');
        key = name.value;
        this.#space();
        if (this.#text[this.at] !== ':') throw new SyntaxError('found no colon');
        this.at++;
      }
      const node = this.#node(depth + 1);
      items.push({ start: begin, node, ...(key === undefined ? {} : { key }) });
      this.#space();
      if (this.#text[this.at] === ',') this.at++;
      else if (this.#text[this.at] !== close) throw new SyntaxError(`found neither a comma nor ${close}`);
    }
    this.at++;
    const value =
      open === '['
        ? items.map(({ node }) => node.value)
        : Object.fromEntries(items.map(({ key, node }) => [key!, node.value]));
    return { start, end: this.at, value, items };
  }
}

export const member = (node: JsonNode, key: string): JsonNode | undefined =>
  // Of a name that comes twice the last one counts, as for JSON.parse.
  node.items?.findLast((item) => item.key === key)?.node;

/** The text with one more element, or member, at the end of a container that was read from it. */
export function append(text: string, container: JsonNode, value: unknown, key?: string): string {
  const unit = /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const items = container.items ?? [];
  const lineStart = text.lastIndexOf('\n', container.start) + 1;
  const outer = /^[ \t]*/.exec(text.slice(lineStart, container.start))![0];
  const last = items.at(-1);
  const first = items[0];
  const ownLine = first && /^\s*$/.test(text.slice(text.lastIndexOf('\n', first.start) + 1, first.start));
  const inner =
    ownLine && text.slice(container.start, first.start).includes('\n')
      ? text.slice(text.lastIndexOf('\n', first.start) + 1, first.start)
      : outer + unit;
  const body = JSON.stringify(value, null, unit).replaceAll('\n', eol + inner);
  const entry = `${eol}${inner}${key === undefined ? '' : `${JSON.stringify(key)}: `}${body}`;
  if (!last) {
    const close = container.end - 1;
    const rest = text.slice(container.start + 1, close);
    // A comment in an empty container stays before what is put in.
    return `${text.slice(0, container.start + 1)}${rest.trimEnd()}${entry}${eol}${outer}${text.slice(close)}`;
  }
  const comma = /^\s*,/.exec(text.slice(last.node.end));
  const at = last.node.end + (comma?.[0].length ?? 0);
  const tail = text.slice(at);
  const isClosedOnLine = /^[ \t]*[\]}]/.test(tail);
  return `${text.slice(0, at)}${comma ? '' : ','}${entry}${comma ? ',' : ''}${isClosedOnLine ? `${eol}${outer}` : ''}${tail.replace(isClosedOnLine ? /^[ \t]*/ : /^/, '')}`;
}

/** The text without one item of a container that was read from it. */
export function removeItem(text: string, container: JsonNode, index: number): string {
  const items = container.items ?? [];
  const item = items[index]!;
  const before = items[index - 1];
  const after = items[index + 1];
  if (!before && !after) return text.slice(0, container.start + 1) + text.slice(container.end - 1);
  return before
    ? text.slice(0, before.node.end) + text.slice(item.node.end)
    : text.slice(0, item.start) + text.slice(after!.start);
}
