import type { Random } from '../../base/index.ts';
import type { Shape } from '../../lang/index.ts';
import { Code, Made } from './print.ts';
import { functionsFor, instancesOf, KEYS, SYMBOLS } from './special.ts';
import { templatePattern, templateText } from './template.ts';

/** What values are made of. */
export interface Material {
  readonly numbers: readonly number[];
  readonly texts: readonly string[];
  readonly letters: readonly string[];
  /** Whole arguments of examples, for parameters without a type. */
  readonly whole: readonly unknown[];
  /** Whether no number in sight has a fraction. */
  readonly isWhole: boolean;
  /** Texts near to what the code looks for. Where there are some, values are looked for at the edges too. */
  readonly samples: readonly string[];
  /** What the code asks for: values of a type that says nothing are such too. */
  readonly asked: readonly Shape[];
  /** Whether numbers are small, whole and not negative. */
  readonly isTame?: boolean;
  /** What every number is. */
  readonly exactly?: number;
  /** How long texts are, and lists and the like: the outermost. */
  readonly length?: number | undefined;
}

const DEPTH = 4;
/** Texts that are tried for a template. */
const PICKS = 4;
const NUMBERS = [0, 1, -1, 2, 3, 10, 0.5, -0, Number.NaN, 100, -2.5, 1000, Number.POSITIVE_INFINITY];
const TEXTS = ['', 'a', ' ', 'ab', 'A', 'aA bB', '0', '-1', '\u00c9', '\u{1f600}', 'a\nb', 'aa', 'hello world'];
const BIGINTS: readonly bigint[] = [0n, 1n, -1n, 255n, 0xffffffffn, 0x1ffffffffn, 1n << 64n, (1n << 128n) - 1n];
const REGEXPS: readonly Code[] = ['/a/', '/./g', '/^$/', '/[A-Z]+/gi', '/(b)(c)?/u'].map((source) => new Code(source));
const ANYTHING: readonly unknown[] = [
  0,
  '',
  1,
  'a',
  [],
  null,
  undefined,
  [1, 2],
  {},
  true,
  Number.NaN,
  ['b', 'a'],
  { a: 1 },
];
/** What is caught is handed on as what nothing is known of. */
const ANYTHING_AT_ALL: readonly unknown[] = [...ANYTHING, new Made('new Error', ['a'])];

/** Edge values of a shape, the simplest first; never none. `asked`: as `Material.asked`. */
export function edgesOf(shape: Shape, asked: readonly Shape[] = [], depth = 0): readonly unknown[] {
  const inner = (of: Shape): readonly unknown[] => (depth >= DEPTH ? [] : edgesOf(of, asked, depth + 1));
  switch (shape.kind) {
    case 'number':
      return NUMBERS;
    case 'string':
      return TEXTS;
    case 'boolean':
      return [false, true];
    case 'undefined':
      return [undefined];
    case 'null':
      return [null];
    case 'literal':
      return [shape.value];
    case 'bigint':
      return BIGINTS;
    case 'symbol':
      return SYMBOLS;
    case 'template': {
      const lists = shape.pieces.flatMap((one) => (typeof one === 'string' ? [] : [inner(one)]));
      const most = Math.max(...lists.map(({ length }) => length));
      const texts = Array.from({ length: most }, (_, at) =>
        templateText(shape.pieces, (one) => turned(inner(one), at)),
      );
      return [...new Set(texts)];
    }
    case 'key':
      return KEYS;
    case 'regexp':
      return REGEXPS;
    case 'promise':
      return [
        ...inner(shape.element)
          .slice(0, 4)
          .map((edge) => new Made('Promise.resolve', [edge])),
        new Code("Promise.reject(new Error('no'))"),
      ];
    case 'function':
      return functionsFor(shape.parameters, shape.returns);
    case 'instance':
      return shape.parameters
        ? [0, 1, 2, 3].map((at) => {
            const lists = shape.parameters!.map((one) => inner(one.shape));
            return new Made(
              `new $m.${shape.name}`,
              lists.map((list) => list[at % Math.max(1, list.length)]),
            );
          })
        : instancesOf(shape.name);
    case 'date':
      return [new Date(0), new Date('2024-02-29T12:00:00.000Z'), new Date(Number.NaN)];
    case 'array': {
      const [first, second, third] = inner(shape.element);
      const one =
        inner(shape.element).length === 0
          ? []
          : [
              [first],
              [first, second ?? first],
              [second ?? first, first],
              [first, first],
              [third ?? first, second ?? first, first],
            ];
      return [
        [],
        ...one,
        ...inner(shape.element)
          .slice(2, 10)
          .map((edge) => [edge]),
      ].filter(({ length }) => length >= (shape.least ?? 0));
    }
    case 'set':
      return [
        new Set(),
        ...inner(shape.element)
          .slice(0, 3)
          .map((edge) => new Set([edge])),
        new Set(inner(shape.element).slice(0, 3)),
      ];
    case 'tuple': {
      const parts = shape.elements.map(inner);
      return [0, 1, 2, 3].map((at) => parts.map((part) => part[at % Math.max(1, part.length)]));
    }
    case 'record': {
      const base = shape.fields.map(({ name, shape: of }): [string, unknown] => [name, inner(of)[0]]);
      const required = base.filter(([name]) => !shape.fields.find((field) => field.name === name)!.optional);
      return [
        Object.fromEntries(base),
        ...(required.length < base.length ? [Object.fromEntries(required)] : []),
        ...shape.fields.flatMap(({ name, shape: of }) =>
          inner(of)
            .slice(1, 4)
            .map((edge) => Object.fromEntries([...base.filter(([key]) => key !== name), [name, edge]])),
        ),
      ];
    }
    case 'dictionary': {
      const keys = shape.key ? inner(shape.key).map(asKey) : [...'abc'];
      const values = inner(shape.value);
      return [
        {},
        ...values.slice(0, 4).map((edge) => Object.fromEntries([[keys[0]!, edge]])),
        Object.fromEntries(values.slice(0, 3).map((edge, at) => [turned(keys, at), edge])),
      ];
    }
    case 'map':
      return [
        new Map(),
        ...inner(shape.value)
          .slice(0, 3)
          .map((edge, at) => new Map([[inner(shape.key)[at % inner(shape.key).length], edge]])),
      ];
    case 'union': {
      const all = mixed(shape.members.map(inner));
      return all.length === 0 ? [undefined] : all;
    }
    default:
      // What is inside of them is not asked for again.
      return mixed([ANYTHING_AT_ALL, ...(depth >= DEPTH ? [] : asked.map((one) => edgesOf(one, [], depth + 1)))]);
  }
}

/** One of each list before the second of any. */
function mixed(lists: readonly (readonly unknown[])[]): readonly unknown[] {
  const most = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: most }, (_, at) =>
    lists.filter((list) => at < list.length).map((list) => list[at]),
  ).flat();
}

/** One of a list that begins again at its end. */
const turned = <T>(list: readonly T[], at: number): T => list[at % Math.max(1, list.length)]!;

const asKey = (value: unknown): PropertyKey => (typeof value === 'symbol' ? value : String(value));

/** A value of a shape, mostly small, often of what stands in the examples and the code. */
export function made(shape: Shape, material: Material, numbers: Random, depth = 0): unknown {
  const { length, exactly } = material;
  const isAimed = exactly !== undefined || length !== undefined;
  const within = length !== undefined && HOLDERS.has(shape.kind) ? { ...material, length: undefined } : material;
  const inner = (of: Shape): unknown => made(of, within, numbers, depth + 1);
  const many = <T>(one: () => T): T[] =>
    Array.from({ length: depth >= DEPTH ? 0 : (length ?? size(numbers, depth)) }, one);
  switch (shape.kind) {
    case 'number':
      return madeNumber(material, numbers);
    case 'string':
      return madeText(material, numbers);
    case 'boolean':
      return numbers.below(2) === 0;
    case 'bigint':
      return madeBigint(material, numbers);
    case 'key':
      return madeKey(material, numbers);
    case 'template':
      return foundText(shape.pieces, material, numbers) ?? templateText(shape.pieces, inner);
    case 'symbol':
    case 'regexp':
    case 'function':
      return numbers.pick(edgesOf(shape, [], depth));
    case 'promise':
      return numbers.below(8) === 0
        ? new Code("Promise.reject(new Error('no'))")
        : new Made('Promise.resolve', [inner(shape.element)]);
    case 'instance':
      return shape.parameters
        ? new Made(
            `new $m.${shape.name}`,
            shape.parameters
              .filter(({ optional }) => !optional || numbers.below(2) === 0)
              .map((one) => inner(one.shape)),
          )
        : instanceOf(shape.name, material, numbers);
    case 'undefined':
      return undefined;
    case 'null':
      return null;
    case 'literal':
      return shape.value;
    case 'date':
      return new Date(Date.UTC(1970 + numbers.below(80), numbers.below(12), 1 + numbers.below(31), numbers.below(24)));
    case 'array': {
      // Few different items, so that some repeat.
      const pool = many(() => inner(shape.element));
      while (pool.length < (shape.least ?? 0)) pool.push(inner(shape.element));
      return numbers.below(3) === 0 && pool.length > 0 && !shape.least ? many(() => numbers.pick(pool)) : pool;
    }
    case 'set':
      return new Set(many(() => inner(shape.element)));
    case 'tuple':
      return shape.elements.map(inner);
    case 'record':
      return Object.fromEntries(
        shape.fields
          .filter(({ optional }) => !optional || isAimed || numbers.below(2) === 0)
          .map(({ name, shape: of }) => [name, inner(of)]),
      );
    case 'dictionary':
      return Object.fromEntries(
        many(() => [
          shape.key
            ? asKey(inner(shape.key))
            : material.samples.length > 0
              ? madeKey(material, numbers)
              : madeText(material, numbers),
          inner(shape.value),
        ]),
      );
    case 'map':
      return new Map(many(() => [inner(shape.key), inner(shape.value)]));
    case 'union': {
      const some = isAimed ? shape.members.filter(({ kind }) => kind !== 'undefined' && kind !== 'null') : [];
      const members = some.length > 0 ? some : shape.members;
      return members.length === 0 ? undefined : inner(numbers.pick(members));
    }
    default:
      if (exactly !== undefined) return exactly;
      if (length !== undefined && depth < DEPTH) return inner(numbers.pick(LONG));
      if (material.asked.length > 0 && depth < DEPTH && numbers.below(2) === 0)
        return inner(numbers.pick(material.asked));
      return numbers.below(4) > 0 && material.whole.length > 0
        ? numbers.pick(material.whole)
        : numbers.below(2) === 0
          ? numbers.pick(ANYTHING)
          : numbers.below(2) === 0
            ? madeNumber(material, numbers)
            : madeText(material, numbers);
  }
}

/** What is as long as one says. */
const HOLDERS: ReadonlySet<Shape['kind']> = new Set(['array', 'set', 'dictionary', 'map']);
const LONG: readonly Shape[] = [{ kind: 'string' }, { kind: 'array', element: { kind: 'number' } }];

const size = (numbers: Random, depth: number): number => numbers.below(depth === 0 ? 8 : 5);

function madeBigint({ numbers: mined }: Material, numbers: Random): bigint {
  if (numbers.below(3) === 0) return numbers.pick(BIGINTS);
  const whole = mined.filter((one) => Number.isInteger(one));
  const one = BigInt(whole.length > 0 ? numbers.pick(whole) : numbers.below(1000)) + BigInt(numbers.below(3) - 1);
  return numbers.below(2) === 0 ? one : (one << BigInt(numbers.below(120))) + BigInt(numbers.below(300));
}

const madeKey = ({ texts, samples }: Material, numbers: Random): string =>
  numbers.below(4) > 0 || texts.length + samples.length === 0
    ? numbers.pick(KEYS.slice(0, 5))
    : numbers.below(3) === 0
      ? numbers.pick(KEYS)
      : numbers.pick(texts.length > 0 ? texts : samples);

/** A text of the code or of examples that a template takes. */
function foundText(
  pieces: Parameters<typeof templatePattern>[0],
  { texts, samples }: Material,
  numbers: Random,
): string | undefined {
  if (texts.length + samples.length === 0 || numbers.below(2) === 0) return undefined;
  const pattern = templatePattern(pieces);
  return Array.from({ length: PICKS }, () =>
    numbers.pick(samples.length > 0 && numbers.below(2) === 0 ? samples : texts.length > 0 ? texts : samples),
  ).find((one) => pattern.test(one));
}

function instanceOf(name: string, material: Material, numbers: Random): unknown {
  switch (name) {
    case 'Request':
    case 'URL':
      return new Made(`new ${name}`, [
        `http://${numbers.pick(['h', 'localhost:80', 'example.com'])}/${madeText(material, numbers)}`,
      ]);
    case 'URLSearchParams':
    case 'Error':
    case 'TypeError':
    case 'RangeError':
      return new Made(`new ${name}`, [madeText(material, numbers)]);
    case 'Buffer':
      return new Made('Buffer.from', [madeText(material, numbers)]);
    case 'ArrayBuffer':
      return new Code(`new Uint8Array([${bytes().join(', ')}]).buffer`);
    default:
      return /Array$/.test(name)
        ? new Code(
            `new ${name}([${bytes()
              .map((one) => (name.startsWith('Big') ? `${one}n` : one))
              .join(', ')}])`,
          )
        : numbers.pick(instancesOf(name));
  }
  function bytes(): number[] {
    return Array.from({ length: numbers.below(9) }, () => numbers.below(256));
  }
}

export function madeNumber({ numbers: mined, isWhole, samples, isTame, exactly }: Material, numbers: Random): number {
  if (exactly !== undefined) return exactly;
  if (isTame) return numbers.below(4) === 0 ? numbers.below(200) : 1 + numbers.below(5);
  if (samples.length > 0 && numbers.below(10) === 0) return numbers.pick(NUMBERS);
  switch (numbers.below(6)) {
    case 0:
    case 1:
      return mined.length > 0 ? numbers.pick(mined) + numbers.below(3) - 1 : numbers.below(10);
    case 2:
      return numbers.below(4) - 1;
    case 3:
      return numbers.below(200) - 50;
    case 4:
      return isWhole ? numbers.below(20) : Math.round(numbers.float() * 200 - 50) / 10;
    default:
      return numbers.below(30) - 5;
  }
}

export function madeText({ texts, letters, samples, length }: Material, numbers: Random): string {
  if (length !== undefined) {
    const plain = letters.filter((one) => /\w/.test(one));
    return Array.from({ length }, () => numbers.pick(plain.length > 0 ? plain : ['a'])).join('');
  }
  if (samples.length > 0 && numbers.below(2) === 0)
    return numbers.below(4) === 0 ? numbers.pick(samples) + numbers.pick(samples) : numbers.pick(samples);
  if (samples.length > 0 && numbers.below(10) === 0) return numbers.pick(TEXTS);
  const word = (most: number): string =>
    Array.from({ length: numbers.below(most) }, () => numbers.pick(letters)).join('');
  switch (numbers.below(5)) {
    case 0:
      return texts.length > 0 ? numbers.pick(texts) : word(6);
    case 1:
      return texts.length > 0 ? numbers.pick(texts) + numbers.pick(letters) : word(4);
    case 2:
      return [word(5), word(5), word(5)].join(' ');
    case 3: {
      const half = word(5);
      return half + [...half].reverse().join('');
    }
    default:
      return word(12);
  }
}
