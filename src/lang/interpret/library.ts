import {
  type Callable,
  callable,
  called,
  changeable,
  isOpaque,
  itemsOf,
  LARGEST,
  made,
  memberOf,
  plainOnly,
  sized,
} from './machine.ts';

/** The methods that are read. What they give is new; those of `CHANGING` change what they are called on. */
const METHODS: Readonly<Record<string, ReadonlySet<string>>> = {
  string: words(
    'at charAt charCodeAt codePointAt concat endsWith includes indexOf lastIndexOf localeCompare match normalize padEnd padStart repeat replace replaceAll search slice split startsWith substr substring toLocaleLowerCase toLocaleUpperCase toLowerCase toString toUpperCase trim trimEnd trimStart',
  ),
  number: words('toFixed toString'),
  bigint: words('toString'),
  boolean: words('toString'),
  array: words(
    'at concat entries every filter find findIndex findLast findLastIndex flat flatMap forEach includes indexOf join keys lastIndexOf map reduce reduceRight slice some toReversed toSorted toSpliced values with',
  ),
  map: words('entries forEach get has keys values'),
  set: words('difference entries forEach has intersection isSubsetOf keys union values'),
  date: words(
    'getTime getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth getSeconds toISOString valueOf',
  ),
  regexp: words('test'),
  object: words('hasOwnProperty'),
};
const CHANGING: Readonly<Record<string, ReadonlySet<string>>> = {
  array: words('copyWithin fill pop push reverse shift sort splice unshift'),
  map: words('clear delete set'),
  set: words('add clear delete'),
};
/** Of these, the items may be those of what they were called on. */
const GIVES_ITEMS = words('at find findLast get pop reduce reduceRight shift');
/** Texts that are read by patterns. */
const MATCHED = 600;
/** A part that repeats inside of one that does: it may take time without end. */
const WILD = /\((?:[^()\\]|\\.|\([^()]*\))*[*+{](?:[^()\\]|\\.|\([^()]*\))*\)[*+{]/;

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value instanceof Map) return 'map';
  if (value instanceof Set) return 'set';
  if (value instanceof Date) return 'date';
  if (value instanceof RegExp) return 'regexp';
  return value === null ? 'null' : typeof value;
}

export function isTame(source: string): boolean {
  return !WILD.test(source);
}

/** Calls a method of a value. */
export function callMethod(value: unknown, name: string, args: readonly unknown[]): unknown {
  const kind = kindOf(value);
  if (kind === 'function' && (name === 'call' || name === 'apply'))
    return called(value, name === 'call' ? args.slice(1) : itemsOf(args[1] ?? []), name);
  const changes = CHANGING[kind]?.has(name) === true;
  if (!changes && METHODS[kind]?.has(name) !== true) {
    // What an object holds under the name.
    if (kind === 'object') {
      const held = memberOf(value, name);
      if (typeof held === 'function') return called(held, args, name);
    }
    throw new TypeError(`${name} of a ${kind} is not read`);
  }
  if (changes) changeable(value);
  if (kind === 'string' || kind === 'regexp') matched(kind === 'regexp' ? args[0] : value, [value, ...args]);
  const size = Number(plainOnly(/^(?:repeat|pad)/.test(name) ? args[0] : 0));
  if (size * (name === 'repeat' ? String(value).length : 1) >= LARGEST) throw new RangeError('a text is too long');
  // What joins or compares items as texts would ask them for one.
  if (name === 'join' || (/^(?:sort|toSorted)$/.test(name) && args[0] === undefined))
    for (const item of value as unknown[]) plainOnly(item);
  const result = (value as Readonly<Record<string, Callable>>)[name]!(...args);
  if (name === 'entries' || name === 'keys' || name === 'values') return made([...(result as Iterable<unknown>)]);
  return GIVES_ITEMS.has(name) || changes ? sized(result) : made(result);
}

function matched(text: unknown, given: readonly unknown[]): void {
  for (const one of given) {
    if (!(one instanceof RegExp)) continue;
    if (String(plainOnly(text)).length >= MATCHED) throw new RangeError('a text is too long for a pattern');
    one.lastIndex = 0;
  }
}

const plainNumber = (value: unknown): number => Number(plainOnly(value));

export const GLOBALS: Readonly<Record<string, unknown>> = {
  undefined,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  String: callable((...all) => (all.length === 0 ? '' : String(plainOnly(all[0])))),
  Number: callable((...all) => (all.length === 0 ? 0 : Number(plainOnly(all[0])))),
  Boolean: callable((value) => Boolean(value)),
  Symbol: callable((text) => Symbol(text === undefined ? undefined : String(plainOnly(text)))),
  Object: callable((value) =>
    value === undefined ? made({}) : typeof value === 'object' ? value : Object(plainOnly(value)),
  ),
  BigInt: callable((value) => BigInt(plainOnly(value) as number)),
  isNaN: callable((value) => Number.isNaN(plainNumber(value))),
  isFinite: callable((value) => Number.isFinite(plainNumber(value))),
  parseInt: callable((value, radix) => Number.parseInt(String(plainOnly(value)), radix as number | undefined)),
  parseFloat: callable((value) => Number.parseFloat(String(plainOnly(value)))),
};

const MATH =
  /^Math\.(?:abs|acos|asin|atan|atan2|cbrt|ceil|cos|exp|floor|hypot|log|log10|log2|max|min|pow|round|sign|sin|sqrt|tan|trunc)$/;
const NUMBER = /^Number\.(?:isFinite|isInteger|isNaN|isSafeInteger|parseFloat|parseInt)$/;
const CONSTANT =
  /^(?:Math\.(?:PI|E|SQRT2|LN2|LN10)|Number\.(?:EPSILON|MAX_SAFE_INTEGER|MAX_VALUE|MIN_SAFE_INTEGER|MIN_VALUE|NEGATIVE_INFINITY|NaN|POSITIVE_INFINITY))$/;
const OWNERS: Readonly<Record<string, object>> = { Math, Number };

const plainKey = (key: unknown): string => String(plainOnly(key));
const objectOf = (value: unknown): object => {
  if (value === undefined || value === null) throw new TypeError('nothing has no keys');
  return Object(value) as object;
};

const STATICS: Readonly<Record<string, Callable>> = {
  'Array.isArray': (value) => Array.isArray(value),
  'Array.of': (...items) => made(items),
  'Array.from': (value, each) => made(arrayFrom(value, each as Callable | undefined)),
  'Object.keys': (value) => made(Object.keys(objectOf(value))),
  'Object.values': (value) => made(Object.values(objectOf(value))),
  'Object.entries': (value) => made(Object.entries(objectOf(value)).map((entry) => made(entry))),
  'Object.fromEntries': (value) =>
    made(
      Object.fromEntries(
        itemsOf(value)
          .map(entryOf)
          .map(([key, one]) => [plainKey(key), one]),
      ),
    ),
  'Object.hasOwn': (value, key) => Object.hasOwn(objectOf(value), plainKey(key)),
  'Object.prototype.hasOwnProperty.call': (value, key) => Object.hasOwn(objectOf(value), plainKey(key)),
  'Object.prototype.toString.call': (value) => Object.prototype.toString.call(value),
  'Object.is': (a, b) => Object.is(a, b),
  'Object.getPrototypeOf': (value) => Object.getPrototypeOf(objectOf(value)) as unknown,
  'Object.freeze': (value) => value,
  'Object.assign': (into, ...from) => {
    changeable(into);
    return Object.assign(into as object, ...(from as object[])) as unknown;
  },
  'Object.create': (prototype) => Object.create(prototype as object | null) as unknown,
  'Promise.resolve': () => Promise.resolve(),
  'Symbol.for': (text) => Symbol.for(plainKey(text)),
  'Buffer.from': (text) => Buffer.from(plainKey(text)),
  'Buffer.alloc': (size) => Buffer.alloc(Math.min(plainNumber(size), LARGEST)),
  'String.fromCharCode': (...codes) => String.fromCharCode(...codes.map(plainNumber)),
  'String.fromCodePoint': (...codes) => String.fromCodePoint(...codes.map(plainNumber)),
};

function entryOf(entry: unknown): [unknown, unknown] {
  if (typeof entry !== 'object') throw new TypeError('an entry is a list of two');
  return [memberOf(entry, 0), memberOf(entry, 1)];
}

const statics = new Map<string, Callable>(Object.entries(STATICS).map(([name, call]) => [name, callable(call)]));

/** A function or constant of the language by its whole name; undefined where it is not read. */
export function staticOf(text: string): { readonly value: unknown } | undefined {
  const known = statics.get(text);
  if (known) return { value: known };
  if (text === 'Object.prototype') return { value: Object.prototype };
  if (/^Symbol\.(?:iterator|asyncIterator|toStringTag|hasInstance)$/.test(text))
    return { value: Reflect.get(Symbol, text.slice('Symbol.'.length)) as unknown };
  const [owner, name] = text.split('.') as [string, string];
  if (CONSTANT.test(text)) return { value: Reflect.get(OWNERS[owner]!, name) as unknown };
  if (!MATH.test(text) && !NUMBER.test(text)) return undefined;
  const own = Reflect.get(OWNERS[owner]!, name) as Callable;
  const isMath = owner === 'Math';
  const call = callable((...args) => own(...(isMath ? args.map(plainNumber) : args)));
  statics.set(text, call);
  return { value: call };
}

function arrayFrom(value: unknown, each: Callable | undefined): unknown[] {
  const isLike = typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, 'length');
  const length = isLike ? plainNumber((value as { readonly length: unknown }).length) : 0;
  const items = isLike
    ? Array.from(sized(new Array(Math.min(length, LARGEST)) as unknown[]), (_, at) => memberOf(value, at))
    : [...itemsOf(value)];
  return each ? items.map((item, index) => each(item, index)) : items;
}

/** Things that are made with `new`. */
export function construct(name: string, args: readonly unknown[]): unknown {
  const [first] = args;
  switch (name) {
    case 'Map':
      return made(new Map(itemsOf(first ?? []).map(entryOf)));
    case 'Set':
      return made(new Set(itemsOf(first ?? [])));
    case 'Array':
      if (args.length === 1 && typeof first === 'number')
        return made(sized(new Array(Math.min(first, LARGEST)) as unknown[]));
      return made([...args]);
    case 'Date':
      // Whatever is asked of the present time is not told by an example.
      if (args.length <= 1) return made(new Date(numberOrText(first ?? 0)));
      break;
    case 'RegExp':
      if (isTame(String(plainOnly(first instanceof RegExp ? first.source : first))))
        return made(new RegExp(first as string, args[1] as string | undefined));
      break;
    case 'Promise':
      return Promise.resolve();
    default:
      if (Object.hasOwn(INSTANCES, name)) return Reflect.construct(INSTANCES[name]!, args.map(handed)) as unknown;
  }
  throw new TypeError(`new ${name} is not read`);
}

const numberOrText = (value: unknown): number | string =>
  value instanceof Date ? value.getTime() : (plainOnly(value) as number | string);

/** What a constructor that comes with the language takes as it is: plain values, lists of them, what has been made. */
function handed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(handed);
  if (typeof value === 'number' && value >= LARGEST) throw new RangeError('an instance is too large');
  return isOpaque(value) ? value : plainOnly(value);
}

type Class = new (...args: never[]) => unknown;
const INSTANCES: Readonly<Record<string, Class>> = {
  ArrayBuffer,
  BigInt64Array,
  BigUint64Array,
  Blob,
  Boolean,
  DataView,
  Error,
  EvalError,
  File,
  Float32Array,
  Float64Array,
  Int16Array,
  Int32Array,
  Int8Array,
  Number,
  RangeError,
  ReferenceError,
  SharedArrayBuffer,
  String,
  SyntaxError,
  TypeError,
  URIError,
  URL,
  Uint16Array,
  Uint32Array,
  Uint8Array,
  Uint8ClampedArray,
  WeakMap,
  WeakSet,
};
const CLASSES: Readonly<Record<string, Class>> = { ...INSTANCES, Array, Date, Map, Object, Promise, RegExp, Set };

/** The class that a name stands for to the right of `instanceof`. */
export const classOf = (name: string): Class | undefined => (Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined);
