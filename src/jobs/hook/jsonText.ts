import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { fail, ok, type Result } from '../../base/index.ts';

// Edits of a JSON text with comments and trailing commas that touch nothing but what comes or goes: `without` takes out
// exactly what `withMember` put in beside something else. `modify` of jsonc-parser sets out neighbours anew, drops comments
// and breaks lists on one line. Offsets are UTF-16 code units.

/** The syntax tree of a text, without its byte order mark. */
export function jsonTree(text: string): Result<Node> {
  const errors: ParseError[] = [];
  let root: Node | undefined;
  try {
    root = parseTree(text, errors, { allowTrailingComma: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refused('expected JSON, found lists or objects nested too deeply to be read');
  }
  const [first] = errors;
  if (root && !first) return ok(root);
  const { error, offset } = first!;
  return refused(`expected JSON, found ${printParseErrorCode(error)} at ${place(text, offset)}`);
}

const refused = (message: string) =>
  fail('hook/settings', message, { suggestion: 'repair the file, then run this again' });

/** For people. */
export function place(text: string, offset: number): string {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  return `line ${lines.length}, column ${lines.at(-1)!.length + 1}`;
}

export const keyOf = (property: Node): unknown => property.children?.[0]?.value;

/** The properties of an object that have the key. Readers take the last. */
export const propertiesOf = (object: Node | undefined, key: string): Node[] =>
  object?.type === 'object' ? object.children!.filter((property) => keyOf(property) === key) : [];

export const memberOf = (object: Node | undefined, key: string): Node | undefined =>
  propertiesOf(object, key).at(-1)?.children?.[1];

export const endOf = (node: Node): number => node.offset + node.length;

export const replaced = (text: string, node: Node, by: string): string =>
  text.slice(0, node.offset) + by + text.slice(endOf(node));

export const hasComment = (text: string): boolean => /\/[/*]/.test(text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g, ''));

/** How a file is laid out. */
interface Layout {
  readonly eol: string;
  readonly unit: string;
  /** Everything on one line: what comes stands on it, too. */
  readonly oneLine: boolean;
}

function layoutOf(text: string, root: Node): Layout {
  const first = root.children?.[0];
  const written = text.slice(root.offset, endOf(root));
  return {
    eol: /\r\n|\n|\r/.exec(text)?.[0] ?? '\n',
    unit: (first && startsLine(text, first.offset) ? blanksBefore(text, first.offset) : '') || '  ',
    oneLine: first !== undefined && !/[\r\n]/.test(written),
  };
}

/** `value` in place of a node that holds nothing. */
export function filled(text: string, root: Node, node: Node, value: unknown): string {
  const layout = layoutOf(text, root);
  const line = Math.max(...['\n', '\r'].map((end) => text.lastIndexOf(end, node.offset))) + 1;
  const indent = blanksAfter(text, line);
  return replaced(text, node, printed(value, layout.oneLine ? undefined : { ...layout, indent }));
}

/** The text with one more element at the end of a list, or one more property at the end of an object, below its comments. */
export function withMember(text: string, root: Node, container: Node, value: unknown, key?: string): string {
  const last = container.children!.at(-1);
  const from = last ? endOf(last) : container.offset + 1;
  const after = pastTrivia(text, from);
  if (!last && !hasComment(text.slice(from, endOf(container))))
    return filled(text, root, container, key === undefined ? [value] : { [key]: value });
  const isTrailing = text[after.next] === ',';
  const at = isTrailing ? pastTrivia(text, after.next + 1).comment : after.comment;
  const layout = layoutOf(text, root);
  const close = endOf(container) - 1;
  const indent =
    last && startsLine(text, last.offset) ? blanksBefore(text, last.offset) : blanksBefore(text, close) + layout.unit;
  const ownLine = endsLine(text, at);
  const member = `${key === undefined ? '' : `${JSON.stringify(key)}: `}${printed(value, ownLine ? { ...layout, indent } : undefined)}`;
  return [
    text.slice(0, from),
    last && !isTrailing ? ',' : '',
    text.slice(from, at),
    ownLine ? layout.eol + indent : ' ',
    member,
    isTrailing ? ',' : '',
    text.slice(at),
  ].join('');
}

/** The text without an element of a list or a property of an object, its comma and the blanks that led to it. */
export function without(text: string, node: Node): string {
  const siblings = node.parent!.children!;
  const previous = siblings[siblings.indexOf(node) - 1];
  const comma = pastTrivia(text, endOf(node)).next;
  const own = text[comma] === ',';
  // The comma goes with the node where nothing but blanks of the line stands between.
  const isNear = own && /^[ \t]*$/.test(text.slice(endOf(node), comma));
  const cuts: [start: number, end: number][] = [blanksAround(text, node.offset, isNear ? comma + 1 : endOf(node))];
  if (own && !isNear) cuts.push([comma, comma + 1]);
  if (!own && previous) {
    const before = pastTrivia(text, endOf(previous)).next;
    cuts.unshift([before, before + 1]);
  }
  let kept = '';
  let at = 0;
  for (const [start, end] of cuts) {
    kept += text.slice(at, start);
    at = end;
  }
  return kept + text.slice(at);
}

/** A part that stands on lines of its own goes with the line end before it; another one with the blanks on one side. */
function blanksAround(text: string, start: number, end: number): [start: number, end: number] {
  const lead = start - blanksBefore(text, start).length;
  const tail = end + blanksAfter(text, end).length;
  if (startsLine(text, start)) {
    if (!endsLine(text, end)) return [start, tail];
    return [lead - (text.startsWith('\r\n', lead - 2) ? 2 : 1), end];
  }
  return '[{'.includes(text[lead - 1]!) && lead === start ? [start, tail] : [lead, end];
}

/** What comes after blanks and comments, and where the last of the comments ends. */
function pastTrivia(text: string, from: number): { readonly next: number; readonly comment: number } {
  const trivia = /[ \t\r\n]+|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//y;
  let [next, comment] = [from, from];
  for (;;) {
    trivia.lastIndex = next;
    const found = trivia.exec(text)?.[0];
    if (found === undefined) return { next, comment };
    next += found.length;
    if (found[0] === '/') comment = next;
  }
}

const blanksBefore = (text: string, at: number): string => {
  let start = at;
  while (text[start - 1] === ' ' || text[start - 1] === '\t') start--;
  return text.slice(start, at);
};

const blanksAfter = (text: string, at: number): string => {
  let end = at;
  while (text[end] === ' ' || text[end] === '\t') end++;
  return text.slice(at, end);
};

const startsLine = (text: string, at: number): boolean =>
  /[\r\n]/.test(text[at - blanksBefore(text, at).length - 1] ?? '');

const endsLine = (text: string, at: number): boolean => /[\r\n]/.test(text[at + blanksAfter(text, at).length] ?? '');

/** On one line without `lines`. */
const printed = (value: unknown, lines?: Layout & { readonly indent: string }): string =>
  lines ? JSON.stringify(value, null, lines.unit).replaceAll('\n', lines.eol + lines.indent) : JSON.stringify(value);
