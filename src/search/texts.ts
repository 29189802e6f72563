import type { Kind } from './kinds.ts';
import { BINDS } from './operators/index.ts';
import type { Term } from './term.ts';

/** A text and how tightly it binds. */
export interface Piece {
  readonly text: string;
  readonly binds: number;
}

/** Operators whose value may be missing, as the compiler sees it. */
export const MAY_MISS = /^\$0(?:\[\$1\]|\.at\(-1\)|\.find\(\$1\)|\.get\(\$1\))$/;

/** Whether a list was made by the expression itself. */
export const isFresh = ({ kind, operator, slot }: Term): boolean =>
  slot === undefined && kind.tag === 'array' && operator !== undefined && FRESH.test(operator.template);
const FRESH = /^(?:\[|Object\.|Array\.)|\.(?:filter|map|slice|split|flat|flatMap|sort|reverse)\(/;

export const OTHER_NAMES: Readonly<Record<string, string>> = {
  value: 'other',
  item: 'other',
  index: 'position',
  word: 'part',
  character: 'other',
};

export const isAccess = (term: Term, slot: number): boolean =>
  term.parts[0]?.slot === slot && term.operator !== undefined && /^\$0\[\d\]$/.test(term.operator.template);

export const accessKey = (term: Term): string => {
  const slot = term.parts[0]?.slot;
  return slot !== undefined && term.operator && isAccess(term, slot) ? `${slot}${term.operator.template.slice(2)}` : '';
};

const NAMES_OF_OPERATORS: Readonly<Record<string, string>> = {
  characters: 'character',
  'split pattern': 'word',
  '$0.split($1)': 'part',
  counting: 'value',
  between: 'value',
  indexes: 'index',
  'Object.keys($0)': 'key',
};

/** What an item of a list is called: after the list where that has a plural name, else after what it is. */
export function itemName(list: Term, names: readonly (string | undefined)[]): string {
  let from = list;
  while (from.slot === undefined && from.parts[0] && from.parts[0].kind.key === list.kind.key) from = from.parts[0];
  const name = from.slot === undefined ? undefined : names[from.slot];
  if (name) {
    const singular = /ies$/.test(name)
      ? name.replace(/ies$/, 'y')
      : /(?:ss|us|is)$/.test(name)
        ? name
        : name.replace(/(?:(?<=x|ch|sh|ss)es|s)$/, '');
    if (singular !== name && singular.length > 1 && !TAKEN.has(singular)) return singular;
  }
  const operator = from.operator?.name ?? '';
  const known = Object.entries(NAMES_OF_OPERATORS).find(([key]) => operator === key || operator.startsWith(`${key} `));
  if (known) return known[1];
  const element = list.kind.element;
  if (element?.tag === 'string') return 'text';
  if (element?.tag === 'array') return 'row';
  return element?.tag === 'number' ? 'value' : 'item';
}

/** Names of types and words of the language: legal or not, not what people call an item. */
const TAKEN = new Set(['number', 'string', 'boolean', 'object', 'new', 'clas', 'thi', 'in', 'do', 'if']);

export function madeName(kind: Kind, step: Term): string {
  if (kind.tag === 'number') return step.operator?.template === '$0 + $1' ? 'total' : 'result';
  return 'result';
}

/** A kind as a type. */
export function typeText(kind: Kind): string {
  switch (kind.tag) {
    case 'array': {
      const element = typeText(kind.element!);
      return /^[\w.]+(?:\[\])*$/.test(element)
        ? `${element}[]`
        : element.startsWith('{') || element.startsWith('[')
          ? `${element}[]`
          : `(${element})[]`;
    }
    case 'tuple':
      return `[${kind.elements!.map(typeText).join(', ')}]`;
    case 'record':
      return `{ ${kind.fields!.map((field) => `${field.name}: ${typeText(field.kind)}`).join('; ')} }`;
    case 'dictionary':
      return `Record<string, ${typeText(kind.element!)}>`;
    case 'map':
      return `Map<${typeText(kind.mapKey!)}, ${typeText(kind.element!)}>`;
    case 'set':
      return `Set<${typeText(kind.element!)}>`;
    case 'date':
      return 'Date';
    case 'regexp':
      return 'RegExp';
    default:
      return kind.tag;
  }
}

export function literalText(value: unknown): Piece {
  if (typeof value === 'number') {
    const text = Object.is(value, -0) ? '-0' : String(value);
    return { text, binds: value < 0 || text === '-0' ? BINDS.unary : BINDS.primary };
  }
  if (typeof value === 'string') return { text: quoted(value), binds: BINDS.primary };
  if (value instanceof RegExp) return { text: String(value), binds: BINDS.primary };
  if (Array.isArray(value)) return { text: '[]', binds: BINDS.primary };
  if (typeof value === 'object' && value !== null) return { text: '{}', binds: BINDS.arrow };
  return { text: String(value), binds: BINDS.primary };
}

/** A text in single quotes. */
export const quoted = (text: string): string => {
  const inner = JSON.stringify(text).slice(1, -1);
  return inner.includes("'") && !inner.includes('\\"')
    ? `"${inner}"`
    : `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
};
