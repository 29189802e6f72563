// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is code
import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.ts';
import { askedOf } from '../../src/lang/index.ts';
import { encode, VALUE_LIMITS } from '../../src/verify/compare/encode.ts';
import { type InputParameter, inputSource, inputsOf } from '../../src/verify/compare/inputs.ts';
import { Code, Made } from '../../src/verify/compare/print.ts';
import { smallerThan } from '../../src/verify/compare/smaller.ts';

const USES = {
  Line: 'interface { sku: string; quantity?: number }',
  Kind: "type 'a' | 'b'",
  Turn: 'enum { Left, Right = 5 }',
};

function made(types: readonly (string | undefined)[], rest: Partial<Parameters<typeof inputsOf>[0]> = {}) {
  const parameters = types.map(
    (type, index): InputParameter => ({
      name: `p${index}`,
      ...(type === undefined ? {} : { type: type.replace(/^\.\.\./, '').replace(/\?$/, '') }),
      optional: type?.endsWith('?') ?? false,
      rest: type?.startsWith('...') ?? false,
    }),
  );
  return inputsOf({ parameters, uses: USES, examples: [], literals: [], seed: 7, count: 100, ...rest });
}

const isList = (of: (one: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(of);
const isNumber = (value: unknown): boolean => typeof value === 'number';
const isText = (value: unknown): boolean => typeof value === 'string';
const isHex = (value: unknown): boolean => isText(value) && (value as string).startsWith('#');
const isSymbol = (value: unknown): boolean => typeof value === 'symbol' && Symbol.keyFor(value) !== undefined;
const isCode =
  (pattern: RegExp) =>
  (value: unknown): boolean =>
    value instanceof Code && pattern.test(value.source);
const isFunction = (value: unknown): boolean => /=>/.test(inputSource([value]));

describe('inputs', () => {
  it('near examples of any size', () => {
    const found = made(['number'], { examples: [[1.5e27], [1_700_000_000_000]] });
    expect('inputs' in found && found.inputs.every(({ args }) => isNumber(args[0]))).toBe(true);
  });

  it.each<readonly [string, (value: unknown) => boolean]>([
    ['number', isNumber],
    ['string', isText],
    ['boolean', (value) => typeof value === 'boolean'],
    ['number[]', isList(isNumber)],
    ['readonly string[][]', isList(isList(isText))],
    [
      '[number, string]',
      (value) => isList(() => true)(value) && isNumber((value as unknown[])[0]) && isText((value as unknown[])[1]),
    ],
    ['Line', (value) => isText((value as { sku: unknown }).sku)],
    ['Kind', (value) => value === 'a' || value === 'b'],
    ['Turn', (value) => value === 0 || value === 5],
    ['Turn[]', isList((one) => one === 0 || one === 5)],
    ['`#${string}`', isHex],
    ['(`#${string}` | undefined)[]', isList((one) => one === undefined || isHex(one))],
    ['{ color?: `#${string}` }', (value) => Object.values(value as object).every(isHex)],
    ['Record<`#${string}`, number>', (value) => Object.keys(value as object).every(isHex)],
    ['`${number}px`', (value) => isText(value) && /^[-\d.e+]+px$/.test(value as string)],
    ['symbol', isSymbol],
    ['Map<symbol, number>', (value) => [...(value as Map<unknown, number>).keys()].every(isSymbol)],
    ['string | null', (value) => value === null || isText(value)],
    ['number?', (value) => value === undefined || isNumber(value)],
    ['Map<string, number>', (value) => value instanceof Map && [...value.values()].every(isNumber)],
    ['Set<number>', (value) => value instanceof Set],
    ['Date', (value) => value instanceof Date],
    ['Record<string, number>', (value) => Object.values(value as object).every(isNumber)],
    ['(x: number) => boolean', isFunction],
    ['((a: string, b: string) => number)', isFunction],
  ])('of the type %s', (type, isRight) => {
    const found = made([type]);
    if (!('inputs' in found)) throw new Error(found.unknown);
    for (const { args, source } of found.inputs)
      expect([source, args.length, isRight(args[0])]).toEqual([source, 1, true]);
    expect(new Set(found.inputs.map(({ source }) => source)).size).toBe(found.inputs.length);
  });

  it.each<readonly [string, string, readonly string[]]>([
    ['numbers', 'number', ['0', '1', '-1', '-0', 'NaN', '0.5']],
    ['texts', 'string', ['""', '" "', '"a"', '"\u{1f600}"']],
    ['lists', 'number[]', ['[]', '[0]', '[0, 0]']],
    ['switches', 'boolean', ['false', 'true']],
  ])('hold the edges of %s', (_name, type, edges) => {
    const found = made([type]);
    expect('inputs' in found && found.inputs.map(({ source }) => source)).toEqual(expect.arrayContaining([...edges]));
  });

  it.each(['Foo', 'Foo[]', 'unique symbol', '{ a: Foo }', '`${Foo}`'])('are not made up for %s', (type) => {
    expect(made([type])).toHaveProperty('unknown');
  });

  it('keep what people wrote, first, and stay near it', () => {
    const examples = [
      ['cat', 3],
      ['dog', 1],
    ];
    const found = made(['string', 'number'], { examples });
    if (!('inputs' in found)) throw new Error(found.unknown);
    expect(found.inputs.slice(0, 2).map(({ args }) => args)).toEqual(examples);
    expect(found.inputs.filter(({ origin }) => origin === 'near').length).toBeGreaterThan(30);
  });

  it('stay what their types take where they are near to what people wrote', () => {
    const found = made(['`#${string}`', "'a' | number", 'Turn'], { examples: [['#fff', 'a', 5]] });
    if (!('inputs' in found)) throw new Error(found.unknown);
    for (const { args, source } of found.inputs)
      expect([source, isHex(args[0]), args[1] === 'a' || isNumber(args[1]), args[2] === 0 || args[2] === 5]).toEqual([
        source,
        true,
        true,
        true,
      ]);
  });

  it.each<readonly [string, unknown, unknown]>([
    ['`#${string}`', '#', 'a'],
    ['Turn', 5, 1],
    ['symbol[]', [Symbol.for('x')], ['x']],
    ['Record<`#${string}`, number>', { '#': 1 }, { a: 1 }],
    ['Record<number, string>', { 1: 'a' }, { a: 'a' }],
  ])('take of the type %s what is of it', (type, right, wrong) => {
    const found = made([type]);
    expect('takes' in found && [found.takes([right]), found.takes([wrong])]).toEqual([true, false]);
  });

  it('hold literals of the code', () => {
    const found = made(['string', 'number'], { literals: ['needle', 4711] });
    const text = 'inputs' in found ? found.inputs.map(({ source }) => source).join('\n') : '';
    expect(text).toMatch(/needle/);
    expect(text).toMatch(/471[012]/);
  });

  it.each<readonly [string, string, number, readonly string[]]>([
    ['themselves', 'number', 20_000, ['20000', '20001', '19999']],
    ['themselves, whatever their size', 'number', 86_400_000, ['86400000', '86400001', '86399999']],
    ['themselves within what may be left out', '{ n?: number }', 20_000, ['{ n: 20000 }']],
  ])('hold numbers of the code: %s', (_name, type, limit, sources) => {
    const found = made([type], { limits: [limit] });
    expect('inputs' in found && found.inputs.map(({ source }) => source)).toEqual(expect.arrayContaining([...sources]));
  });

  it.each<readonly [string, number, readonly number[]]>([
    ['string', 40, [39, 40, 41]],
    ['number[]', 80, [79, 80, 81]],
    ['{ lines: Line[] }', 30, [29, 30, 31]],
    ['number', 40, []],
    // Nobody reads so long an input.
    ['string', 20_000, []],
  ])('of the type %s are as long as a number of the code, %i', (type, limit, lengths) => {
    const found = made([type], { limits: [limit] });
    if (!('inputs' in found)) throw new Error(found.unknown);
    const long = found.inputs.flatMap(({ args: [value] }) => {
      const whole = type === '{ lines: Line[] }' ? (value as { lines: unknown[] }).lines : value;
      const { length = 0 } = whole as { readonly length?: number };
      return length > 25 ? [length] : [];
    });
    expect([...new Set(long)].sort()).toEqual(lengths);
  });

  it('are the same but for what the limits add', () => {
    const sources = (limits: readonly number[]): readonly string[] => {
      const found = made(['string', 'number[]'], { limits, literals: [40, 20_000] });
      return 'inputs' in found ? found.inputs.map(({ source }) => source) : [];
    };
    const [without, withThem] = [sources([]), sources([20_000, 40])];
    expect(withThem.slice(0, without.length)).toEqual(without);
    expect(withThem.length - without.length).toBeLessThanOrEqual(12);
  });

  it('are made of the literals and of anything where there are no types', () => {
    const found = made([undefined], { literals: ['needle'] });
    if (!('inputs' in found)) throw new Error(found.unknown);
    expect(new Set(found.inputs.map(({ args }) => typeof args[0])).size).toBeGreaterThan(3);
  });

  it('are source where code stands in lists, sets and maps in each other', () => {
    const error = new Made('new Error', ['a']);
    expect(inputSource([[new Set([new Map([[error, 1]])])]])).toBe('[new Set([new Map([[new Error("a"), 1]])])]');
  });

  it.each<readonly [string, (value: unknown) => boolean]>([
    ['v instanceof Map', (value) => value instanceof Map],
    ['v instanceof URIError', isCode(/^new URIError\(/)],
    ["typeof v === 'symbol'", isSymbol],
    ["switch (typeof v) { case 'function': }", isCode(/=>/)],
    ["'weight' in v", (value) => Object.keys(Object(value) as object).includes('weight')],
    ["typeof (v as Odd).weight === 'bigint'", (value) => typeof (Object(value) as { weight?: 1 }).weight === 'bigint'],
    ["typeof v?.then === 'function'", isCode(/^Promise\./)],
    ["Object.hasOwn(v, 'weight')", (value) => Object.keys(Object(value) as object).includes('weight')],
    ["kindOf(v) === '[object RegExp]'", isCode(/^\//)],
    ['v instanceof Absent', () => true],
  ])('of a type that says nothing are what %s asks for', (code, isAsked) => {
    const found = made(['unknown'], { asked: askedOf(`function f(v: unknown) { ${code} }`, 'a.ts') });
    if (!('inputs' in found)) throw new Error(found.unknown);
    expect(found.inputs.filter(({ args }) => isAsked(args[0])).length).toBeGreaterThan(1);
  });

  it('are spread over a rest parameter', () => {
    const found = made(['string', '...number[]']);
    if (!('inputs' in found)) throw new Error(found.unknown);
    expect(found.inputs.every(({ args }) => args.slice(1).every(isNumber))).toBe(true);
    expect(new Set(found.inputs.map(({ args }) => args.length)).size).toBeGreaterThan(2);
  });

  it('are one call where there are no parameters', () => {
    expect(made([])).toMatchObject({ inputs: [{ args: [], source: '', origin: 'typed' }] });
  });

  it('are the same for the same seed and others for another', () => {
    const sources = (seed: number) => {
      const found = made(['string', 'number[]'], { seed });
      return 'inputs' in found ? found.inputs.map(({ source }) => source) : [];
    };
    expect(sources(1)).toEqual(sources(1));
    expect(sources(1)).not.toEqual(sources(2));
  });

  it('are as source what they are as values', () => {
    const seed = Date.now() % 2 ** 31;
    const found = made(['number', 'Line[]', 'Map<string, Date>', 'Set<string | number>', 'Record<string, number[]>'], {
      seed,
    });
    if (!('inputs' in found)) throw new Error(found.unknown);
    for (const { args, source } of found.inputs) {
      const again: unknown = new Function(`return [${source}\n]`)();
      expect(encode(again, VALUE_LIMITS), `seed ${seed}: ${source}`).toEqual(encode(args, VALUE_LIMITS));
    }
  });
});

describe('simpler values', () => {
  it('lead to an end', () => {
    const seed = Date.now() % 2 ** 31;
    const numbers = random(seed);
    const found = made(['number', 'string', 'number[][]', 'Line[]'], { seed });
    if (!('inputs' in found)) throw new Error(found.unknown);
    for (const { args } of found.inputs) {
      let value: unknown = numbers.pick(args);
      for (let step = 0; ; step++) {
        const simpler = smallerThan(value);
        if (simpler.length === 0) break;
        expect(step, `seed ${seed}: ${inputSource([value])}`).toBeLessThan(2_000);
        value = numbers.pick(simpler);
      }
    }
  });

  it.each<readonly [unknown, unknown]>([
    [7, 0],
    [-3, 3],
    [2.5, 2],
    ['héllo', 'h'],
    [[3, 4], []],
    [[3, 4], [3]],
    [
      [3, 4],
      [0, 4],
    ],
    [{ a: 9 }, { a: 0 }],
    [new Set([1, 2]), new Set()],
  ])('of %o hold %o', (value, simpler) => expect(smallerThan(value)).toContainEqual(simpler));
});
