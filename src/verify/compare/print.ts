import { functionText } from '../../lang/index.ts';
import { type Encoded, encode, VALUE_LIMITS } from './encode.ts';

/** A piece of code that stands for a value that cannot be written as data: a function that is given as an argument. */
export class Code {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

/** An instance of a class or another value that is made by a call, so that what it is made of can be changed. */
export class Made extends Code {
  readonly callee: string;
  readonly args: readonly unknown[];
  constructor(callee: string, args: readonly unknown[]) {
    super(`${callee}(${args.map((one) => sourceOf(one)).join(', ')})`);
    this.callee = callee;
    this.args = args;
  }
}

const NAME = /^[A-Za-z_$][\w$]*$/;

/** Characters of one printed value; what is left out is counted. */
const PRINTED = 400;

/** An encoded value as source that a person can read; what has no literal form as near to one as can be. */
export function printed(tree: Encoded): string {
  if (tree === null || typeof tree !== 'object') return typeof tree === 'string' ? text(tree) : String(tree);
  const [tag, first, second, third] = tree;
  const list = (part: Encoded | undefined): readonly Encoded[] => (Array.isArray(part) ? (part as Encoded[]) : []);
  const items = (part: Encoded | undefined): string => {
    const printedItems = list(part).map((one) => (isHole(one) ? '' : printed(one)));
    return `[${printedItems.join(', ')}${printedItems.at(-1) === '' ? ',' : ''}]`;
  };
  const pairs = (part: Encoded | undefined): string =>
    list(part)
      .map((pair) => {
        const [key, value] = list(pair);
        return `${typeof key === 'string' ? keyOf(key) : `[${printed(key!)}]`}: ${printed(value!)}`;
      })
      .join(', ');
  const braces = (part: Encoded | undefined): string => (list(part).length === 0 ? '{}' : `{ ${pairs(part)} }`);
  switch (tag) {
    case 'undefined':
      return 'undefined';
    case 'n':
      return String(first);
    case 'bigint':
      return `${String(first)}n`;
    case 'symbol':
      return String(first).startsWith('Symbol(Symbol.')
        ? String(first).slice(7, -1)
        : `Symbol.for(${text(String(first).slice(7, -1))})`;
    case 'array':
      return second === undefined ? items(first) : `Object.assign(${items(first)}, ${braces(second)})`;
    case 'date':
      return isNumber(first) ? `new Date(${text(new Date(first).toISOString())})` : 'new Date(NaN)';
    case 'regexp':
      return `/${String(first)}/${String(second)}`;
    case 'map':
      return list(first).length === 0
        ? 'new Map()'
        : `new Map([${list(first)
            .map((pair) => items(pair))
            .join(', ')}])`;
    case 'set':
      return list(first).length === 0 ? 'new Set()' : `new Set(${items(first)})`;
    case 'error':
      return list(third).length === 0
        ? `new ${String(first)}(${second === '' ? '' : printed(second!)})`
        : `Object.assign(new ${String(first)}(${printed(second!)}), ${braces(third)})`;
    case 'typed': {
      if (first === 'ArrayBuffer') return `new Uint8Array(${items(second)}).buffer`;
      if (first === 'DataView') return `new DataView(new Uint8Array(${items(second)}).buffer)`;
      return `${first === 'Buffer' ? 'Buffer.from' : `new ${String(first)}`}(${items(second)})`;
    }
    case 'boxed':
      return `Object(${printed(first!)})`;
    case 'object':
      if (second === undefined) return braces(first);
      return first === null
        ? `Object.assign(Object.create(null), ${braces(second)})`
        : `${String(first)} ${braces(second)}`;
    case 'iterator':
      return `an iterator over ${items(first)}${second === 'more' ? ' and more' : second === 'returns' ? ` that returns ${printed(third!)}` : ''}`;
    case 'became':
      return `${printed(first!)}, whose items become ${items(second)}`;
    case 'this':
      return 'it';
    case 'next':
      return 'an instance';
    case 'threw':
      return `throws ${String(first)}`;
    case 'changed':
      return `with its arguments ${printed(first!).slice(1, -1)}`;
    case 'up':
      return `<${String(first)} up>`;
    default:
      return `<${String(first)}>`;
  }
}

/** Tags of values that have a literal form, with what it is made of. */
const LITERAL = new Set(['undefined', 'n', 'bigint', 'array', 'date', 'map', 'set', 'object', 'hole', 'typed']);

/** An encoded value as source that gives it again; undefined where there is none, as for instances of a class. */
export const literalOf = (tree: Encoded): string | undefined => (isLiteral(tree) ? printed(tree) : undefined);

function isLiteral(tree: Encoded): boolean {
  if (tree === null || typeof tree !== 'object') return true;
  const [tag, ...parts] = tree;
  if (typeof tag !== 'string' || !LITERAL.has(tag)) return false;
  // An object with the name of its class has two parts.
  if ((tag === 'object' || tag === 'array') && parts.length > 1) return false;
  if (tag === 'object') return (parts[0] as readonly (readonly Encoded[])[]).every(([, value]) => isLiteral(value!));
  if (tag === 'map') return (parts[0] as readonly (readonly Encoded[])[]).every((pair) => pair.every(isLiteral));
  if (tag === 'array' || tag === 'set') return (parts[0] as readonly Encoded[]).every(isLiteral);
  return true;
}

const isHole = (tree: Encoded): boolean => Array.isArray(tree) && tree[0] === 'hole';
const isNumber = (tree: Encoded | undefined): tree is number => typeof tree === 'number';

const text = (value: string): string =>
  JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** A key in a literal; `__proto__: x` would set the prototype. */
const keyOf = (key: string): string => (key === '__proto__' ? '["__proto__"]' : NAME.test(key) ? key : text(key));

/** A value of our own making as source. */
export function sourceOf(value: unknown): string {
  if (value instanceof Code) return value.source;
  const read = functionText(value);
  if (read !== undefined) return `(${read})`;
  // Functions may stand inside of lists and objects that are handed in.
  if (Array.isArray(value) && value.some(holdsCode))
    return `[${value.map(sourceOf).join(', ')}${value.length - 1 in value ? '' : ','}]`;
  if (value instanceof Set && holdsCode(value)) return `new Set(${sourceOf([...value])})`;
  if (value instanceof Map && holdsCode(value)) return `new Map(${sourceOf([...value])})`;
  if (holdsCode(value))
    return `{ ${Object.entries(value as object)
      .map(([key, one]) => `${keyOf(key)}: ${sourceOf(one)}`)
      .join(', ')} }`;
  return printed(encode(value, VALUE_LIMITS).tree);
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const holdsCode = (value: unknown): boolean =>
  value instanceof Code ||
  typeof value === 'function' ||
  (Array.isArray(value) && value.some(holdsCode)) ||
  ((value instanceof Set || value instanceof Map) && [...(value as Iterable<unknown>)].some(holdsCode)) ||
  (isPlain(value) && Object.values(value).some(holdsCode));

/** A printed value for a line of text: what is too long is cut, with how much there is. */
export const shortened = (source: string): string =>
  source.length < PRINTED ? source : `${source.slice(0, PRINTED)}… (${source.length} characters)`;
