// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is code
import { runInThisContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  calleesOf,
  docExamplesOf,
  exampleCallsOf,
  functionsOf,
  functionText,
  importsOf,
  literalsOf,
  Modules,
  plainCall,
  plainValue,
  shapeOf,
  signatureOf,
  thrownIn,
} from '../../src/lang/index.ts';

const FILE = `/** One. @example one(1) // => 2 */
export function one(value: number, more?: string): number {
  throw new Error('not implemented');
}
export const two = (list: readonly string[]): string[] => {
  // TODO
};
async function three({ a }: { a: number }, ...rest: number[]) { throw new Error('not implemented'); }
function refuses(): never { throw new Error('always'); }
function four() { return 4; }
declare function five(): void;
export const six = (n: number) => n + 1;
`;

describe('functions of a file', () => {
  it('are told with their parts', () => {
    const found = functionsOf(FILE, 'a.ts');
    expect(found.map(({ name, exported, isStub, isAsync }) => [name, exported, isStub, isAsync])).toEqual([
      ['one', true, true, false],
      ['two', true, true, false],
      ['three', false, true, true],
      ['refuses', false, false, false],
      ['four', false, false, false],
      ['six', true, false, false],
    ]);
    const [one, two, three] = found;
    const six = found.at(-1)!;
    expect(FILE.slice(six.body.start, six.body.end)).toBe('n + 1');
    expect(one!.parameters).toEqual([
      { name: 'value', type: 'number', optional: false, rest: false, plain: true },
      { name: 'more', type: 'string', optional: true, rest: false, plain: true },
    ]);
    expect(one!.returns).toBe('number');
    expect(FILE.slice(one!.comment!.start, one!.comment!.end)).toBe('/** One. @example one(1) // => 2 */');
    expect(FILE.slice(two!.body.start, two!.body.end)).toBe('{\n  // TODO\n}');
    expect(three!.parameters.map(({ plain, rest }) => [plain, rest])).toEqual([
      [false, false],
      [true, true],
    ]);
  });
});

describe('literals of a file', () => {
  it('are told once each, without what names modules', () => {
    const text = `import a from 'x';\nconst b = [1, 'two', \`three \${4} five\`, 1, -0.5, 0x10];\nexport * from './y';\n`;
    expect(literalsOf(text, 'a.ts')).toEqual([1, 'two', 'three ', ' five', 4, 0.5, 16]);
  });
});

describe('shapes', () => {
  const uses = {
    Line: 'interface {readonly sku: Sku; quantity?: number}',
    Sku: 'type string & {brand: true}',
    Big: 'class {a: number}',
    Loop: 'interface {next: Loop}',
    Turn: "enum {Left, Right = 5, Back, 'half-way' = -1}",
    Odd: 'class {code: number} & static {new (code: number, options?: ErrorOptions | undefined): Odd}',
    Named: "enum {A = 'a'}",
    Late: "enum {A = 'x'.length, B = 2}",
    Hex: 'type `#${string}`',
  };
  const literals = (...values: readonly (string | number)[]) => ({
    kind: 'union',
    members: values.map((value) => ({ kind: 'literal', value })),
  });
  const hex = { kind: 'template', pieces: ['#', { kind: 'string' }] };
  const number = { kind: 'number' };
  const string = { kind: 'string' };
  it.each([
    ['number', number],
    ['readonly string[]', { kind: 'array', element: string }],
    [
      'ReadonlyArray<number | null>',
      { kind: 'array', element: { kind: 'union', members: [number, { kind: 'null' }] } },
    ],
    ['[number, text: string]', { kind: 'tuple', elements: [number, string] }],
    ['Readonly<Record<string, number>>', { kind: 'dictionary', value: number }],
    ['{ [key: string]: number }', { kind: 'dictionary', value: number }],
    ["Record<'a', number>", { kind: 'record', fields: [{ name: 'a', shape: number, optional: false }] }],
    [
      'Line',
      {
        kind: 'record',
        fields: [
          { name: 'sku', shape: string, optional: false },
          { name: 'quantity', shape: number, optional: true },
        ],
      },
    ],
    ['Map<string, Set<number>>', { kind: 'map', key: string, value: { kind: 'set', element: number } }],
    [
      "'a' | 'b' | undefined",
      {
        kind: 'union',
        members: [{ kind: 'literal', value: 'a' }, { kind: 'literal', value: 'b' }, { kind: 'undefined' }],
      },
    ],
    ['true | false', { kind: 'boolean' }],
    ['Date', { kind: 'date' }],
    ['Big', { kind: 'strange', name: 'Big' }],
    ['Absent', { kind: 'strange', name: 'Absent' }],
    ['Turn', literals(0, 5, 6, -1)],
    ['Turn.Back', { kind: 'literal', value: 6 }],
    ['Turn.Left | Named', literals(0, 'a')],
    ['Readonly<Record<Named, number>>', { kind: 'record', fields: [{ name: 'a', shape: number, optional: false }] }],
    [
      'Odd',
      {
        kind: 'instance',
        name: 'Odd',
        parameters: [{ name: 'code', shape: number, optional: false, rest: false }],
      },
    ],
    [
      '(this: Line, n: number) => Absent',
      { kind: 'function', parameters: [number], returns: { kind: 'strange', name: 'Absent' } },
    ],
    ['Late', { kind: 'strange', name: 'Late' }],
    ['Late.B', { kind: 'literal', value: 2 }],
    ['Hex', hex],
    ['(Hex | null)[]', { kind: 'array', element: { kind: 'union', members: [hex, { kind: 'null' }] } }],
    ['Hex & { brand: true }', hex],
    ['`${Hex}-${number}`', { kind: 'template', pieces: [hex, '-', number] }],
    ['`${number}`', { kind: 'template', pieces: [number] }],
    ['`${string}`', string],
    ["`${'a' | 'b'}-${Turn.Right}`", literals('a-5', 'b-5')],
    ['`${Absent}px`', { kind: 'strange', name: '`${Absent}px`' }],
    ['Record<Hex, number>', { kind: 'dictionary', value: number, key: hex }],
    ['{ [key: Hex]: number }', { kind: 'dictionary', value: number, key: hex }],
    ['symbol', { kind: 'symbol' }],
    ['unique symbol', { kind: 'strange', name: 'unique symbol' }],
    ['typeof Turn', { kind: 'strange', name: 'typeof Turn' }],
    ['never', { kind: 'strange', name: 'never' }],
    ['import("./turn.ts").Turn.Right', { kind: 'literal', value: 5 }],
    ['any', { kind: 'unknown' }],
    [
      '{ close(): string; at?<T>(n: T): number }',
      {
        kind: 'record',
        fields: [
          { name: 'close', shape: { kind: 'function', parameters: [], returns: string }, optional: false },
          {
            name: 'at',
            shape: { kind: 'function', parameters: [{ kind: 'unknown' }], returns: number },
            optional: true,
          },
        ],
      },
    ],
    ['number[', { kind: 'unknown' }],
    [
      'keyof Line',
      {
        kind: 'union',
        members: [
          { kind: 'literal', value: 'sku' },
          { kind: 'literal', value: 'quantity' },
        ],
      },
    ],
  ])('%s', (text, shape) => {
    expect(shapeOf(text, uses)).toEqual(shape);
  });

  it('that hold themselves end', () => {
    expect(JSON.stringify(shapeOf('Loop', uses))).toContain('unknown');
    const bounded = { Got: 'type { of: <T extends Array<Got>>(all: T) => T; next: Got }' };
    expect(JSON.stringify(shapeOf('Got', bounded))).toContain('unknown');
  });

  it('of a signature', () => {
    expect(signatureOf('(a: number, b?: Sku) => string', uses)).toEqual({
      parameters: [number, string],
      returns: string,
    });
    expect(signatureOf('number')).toBeUndefined();
  });
});

describe('plain values', () => {
  it.each<[string, unknown]>([
    ['-1.5', -1.5],
    ['-0', -0],
    ['[\'a\', `b`, "c"]', ['a', 'b', 'c']],
    ['{ a: 1, "b c": [null, undefined] }', { a: 1, 'b c': [null, undefined] }],
    ['NaN', Number.NaN],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['new Date(0)', new Date(0)],
    ["new Map([['a', 1]])", new Map([['a', 1]])],
    ['new Set([1, 2])', new Set([1, 2])],
    [
      '{ __proto__: 1 }',
      Object.defineProperty({}, '__proto__', { value: 1, enumerable: true, writable: true, configurable: true }),
    ],
  ])('%s', (text, value) => {
    expect(plainValue(text)?.value).toStrictEqual(value);
  });

  it.each(['f()', '1 +', 'a', 'new Date(', 'tag`a`', '() => 1', '1; 2', 'process.exit()', '[...1]', ''])(
    'not %s',
    (text) => {
      expect(plainValue(text)).toBeUndefined();
    },
  );

  it('in calls', () => {
    expect(plainCall('f(1, [2])', 'f')).toEqual([1, [2]]);
    expect(plainCall('g(1)', 'f')).toBeUndefined();
  });
});

describe('calls in tests', () => {
  const TEST = `
import { cases } from './cases.ts';
const half = 0.5;
it('a', () => { expect(f(1, half)).toBe(2); expect(f('x')).toEqual({ a: [1] }); expect(g(1)).toBe(3); });
it('b', () => { expect(f(-1)).toBeUndefined(); expect(() => f(NaN)).toThrow('no'); expect(() => { f(9); }).toThrow(); });
it('c', () => { assert.deepEqual(f([1]), [2]); assert.throws(() => f(null)); expect(f(random())).toBe(1); });
it.each(cases)('$name', ({ args, expected }) => { expect(f(...args)).toStrictEqual(expected); });
it.each([[5, 6], [7, 8]])('%s', (from, to) => expect(f(from)).toBe(to));
for (const [from, to] of [[10, 11]]) test('d', () => { expect(f(from)).toBe(to); });
`;
  it('are read with what they must give', () => {
    const found = exampleCallsOf(TEST, 'a.test.ts', ['f'], (specifier, name) =>
      specifier === './cases.ts' && name === 'cases'
        ? { value: [{ name: 'x', args: [3, 4], expected: 'y' }] }
        : undefined,
    );
    const value = (one: unknown): object => ({ kind: 'value', value: one });
    expect(found.map(({ args, expected }) => [args, expected])).toEqual([
      [[1, 0.5], value(2)],
      [['x'], value({ a: [1] })],
      [[-1], value(undefined)],
      [[Number.NaN], { kind: 'throws', message: 'no' }],
      [[9], { kind: 'throws' }],
      [[[1]], value([2])],
      [[null], { kind: 'throws' }],
      [[3, 4], value('y')],
      [[5], value(6)],
      [[7], value(8)],
      [[10], value(11)],
    ]);
  });
});

describe('errors that tests ask for', () => {
  it.each<[string, object]>([
    ['expect(() => f(1)).toThrow(RangeError)', { error: 'RangeError' }],
    ["expect(() => f(1)).toThrow('no')", { message: 'no' }],
    ["const NO = 'no'; expect(() => f(1)).toThrow(NO)", { message: 'no' }],
    ['expect(() => f(1)).toThrow(NO_NUMBER)', {}],
    ["expect(() => f(1)).toThrowError(new ParseError('no'))", { error: 'ParseError', message: 'no' }],
    ['expect(() => f(1)).toThrow(/no/)', {}],
    ['assert.throws(() => f(1), TypeError)', { error: 'TypeError' }],
    ["assert.throws(() => f(1), { name: 'TypeError', message: 'no' })", { error: 'TypeError', message: 'no' }],
    ["assert.throws(() => f(1), { name: 'TypeError', message: /no/ })", { error: 'TypeError' }],
    ['assert.throws(() => f(1), (error) => error.code === 1)', {}],
  ])('%s', (text, thrown) => {
    for (const functions of [false, true])
      expect(exampleCallsOf(text, 'a.test.ts', ['f'], undefined, functions).map(({ expected }) => expected)).toEqual([
        { kind: 'throws', ...thrown },
      ]);
  });
});

describe('examples of tests with names', () => {
  it.each<[string, string, unknown[]]>([
    [
      'arguments, result and value',
      'const outer = 7; it("x", () => { const a = [1]; let b = { a, outer }; const r = f(a, b); const w = 4; expect(r).toEqual(w); })',
      [[[[1], { a: [1], outer: 7 }], 4]],
    ],
    ['inner names hide outer ones', 'const a = 1; it("x", () => { const a = 2; expect(f(a)).toBe(3); })', [[[2], 3]]],
    ['a parameter hides', 'const a = 1; for (const x of y) it("x", (a) => { expect(f(a)).toBe(3); })', []],
    ['what is changed', 'it("x", () => { const a = [1]; a.push(2); expect(f(a)).toBe(3); })', []],
    ['what is assigned', 'it("x", () => { let a = 1; a = 2; expect(f(a)).toBe(3); })', []],
    ['what loses an item', 'it("x", () => { const a = [1]; delete a[0]; expect(f(a)).toBe(3); })', []],
    ['what is counted', 'it("x", () => { let a = 1; ++a; expect(f(a)).toBe(3); })', []],
    ['a name of another block', 'it("x", () => { const a = 1; }); it("y", () => { expect(f(a)).toBe(3); })', []],
    ['a cycle', 'const a = b; const b = a; expect(f(a)).toBe(3)', []],
    ['the same object', 'const a = [1, 2]; const r = f(a); expect(r).toBe(a); expect(a).toEqual([2]);', []],
    ['destructured', 'const a = 1; it("x", () => { const { a } = y; expect(f(a)).toBe(3); })', []],
  ])('%s', (_name, text, examples) => {
    expect(
      exampleCallsOf(text, 'a.test.ts', ['f']).map(({ args, expected }) => [
        args,
        expected.kind === 'value' ? expected.value : expected,
      ]),
    ).toEqual(examples);
  });
});

describe('what a file calls a function by', () => {
  it.each([
    ["import { f } from './f.ts';", ['f']],
    ["import { f as g, h } from './f.ts';", ['g']],
    ["import * as all from './f.ts';", ['all.f']],
    ["import { f as g } from './g.ts';", []],
    ["import * as all from 'f';", []],
    ["import type { f } from './f.ts';", []],
    ["import { h as f } from './f.ts';", []],
  ])('%s', (text, names) => {
    expect(calleesOf(text, 'a.test.ts', 'f', (specifier) => specifier === './f.ts')).toEqual(names);
  });
});

describe('calls in tests whose arguments are computed', () => {
  it.each<[string, unknown[]]>([
    ['expect(f([1, 2].map((n) => n * 2), `${1 + 1}`)).toBe("a".repeat(3))', [[[2, 4], '2'], undefined, 'aaa']],
    ['expect(f(1)(2)).toBe(3)', [[1], [2], 3]],
    ['const g = f(1); const h = g(2); expect(h).toBe(3)', [[1], [2], 3]],
    ['expect(pipe([1], f(2))).toEqual([3])', [[2], [[1]], [3]]],
    ['expect(pipe([1], f(2), g)).toEqual([3])', []],
    ['expect(f(1)(2)(3)).toBe(3)', []],
    ['const a = { n: 1 }; expect(f([a])).toBe(a)', [[[{ n: 1 }]], undefined, { n: 1 }]],
    ['const a = { n: 1 }; expect(f(a)).toBe(a)', []],
    [
      'function all(n) { return Array.from({ length: n }, () => 0); } expect(f(all(2))).toEqual(all(1))',
      [[[0, 0]], undefined, [0]],
    ],
    ['let n = 1; n = 2; expect(f(n + 1)).toBe(1)', []],
    ['expect(f(Date.now())).toBe(1)', []],
    ['expect(f({ ...{ a: 1 }, ["b"]: 2 })).toBe(1)', [[{ a: 1, b: 2 }], undefined, 1]],
    ['expect(all.f(1)).toBe(2)', [[1], undefined, 2]],
    ['expect(other.f(1)).toBe(2)', []],
  ])('%s', (text, wanted) => {
    const test = `import * as all from './f.ts'; it('x', () => { ${text}; });`;
    const names = ['f', ...calleesOf(test, 'a.test.ts', 'f', () => true)];
    const found = exampleCallsOf(test, 'a.test.ts', names, undefined, true);
    expect(
      found.flatMap(({ args, further, expected }) => [args, further, expected.kind === 'value' && expected.value]),
    ).toEqual(wanted);
  });
});

describe('functions in examples', () => {
  const called = (text: string, ...args: readonly unknown[]): unknown => {
    const read = plainCall(`f(${text})`, 'f', '', true)?.[0] as ((...all: readonly unknown[]) => unknown) | undefined;
    return read ? read(...args) : 'not read';
  };
  // Each is also run by the language's own engine, and must give the same.
  it.each<[string, readonly unknown[]]>([
    ['(a) => a + 1', [2]],
    ['({ x, y: [z] }) => `${x}-${z}`', [{ x: 1, y: [2] }]],
    ['function (a, b) { if (a > b) return a; else { return b; } }', [1, 2]],
    ['(a) => { const b = a * 2; if (b > 3) { return "big"; } return b ?? 1; }', [1]],
    ['(a) => { if (a) return 1; }', [false]],
    ['(a) => a?.b?.c ?? typeof a', [{ b: null }]],
    ['(a) => a.map((b, i) => b.length * i).filter((b) => b !== 0)', [['x', 'yy', 'zzz']]],
    ['(a) => [...a, -a[0], !a[1]]', [[1, 2]]],
    ['(a) => ({ a, b: a.toUpperCase().slice(1), "c d": Math.max(1, 2) })', ['xyz']],
    ['(a, b) => a - b', [new Date(5), new Date(3)]],
    ['(a) => (b) => a + b', [1]],
    ['(a) => Object.keys(a).length % 2 === 0 || Number.isInteger(a.b)', [{ b: 1 }]],
    ['(m) => m.get("k") + m.size', [new Map([['k', 1]])]],
    ['(a) => String(a) + Number("3") + (a ? 1 : 2)', [null]],
    ['(a) => a.b', [undefined]],
    ['(a) => a.length.foo', ['x']],
    ['(a) => { a = 1; return a; }', [2]],
    ['(...a) => a', [1, 2]],
    ['(a = 1, { b = 2 } = {}) => a + b', []],
    ['(a, ...[b, ...c]) => [a, b, c]', [1, 2, 3, 4]],
    ['(a) => new Map(a)', [[['x', 1]]]],
    ['(a) => new Map(a)', [[1]]],
    [
      '(a) => { const b = []; for (const c of a) { if (c < 0) continue; if (c > 9) break; b.push(c * 2); } return b; }',
      [[1, -1, 3, 10, 4]],
    ],
    ['(a) => { let n = 0; for (let i = 0; i < a.length; i++) n += a[i]; return n; }', [[1, 2, 3]]],
    ['(a) => { const all = []; for (let i = 0; i < 3; i++) all.push(() => i); return all.map((f) => f() + a); }', [1]],
    ['(a) => { let n = a; do { n--; } while (n > 3); while (true) { if (n++ > 5) return n; } }', [9]],
    [
      '(a) => { const o = {}; for (const k in a) o[a[k]] = k; delete o.y; o.n ??= 3; o.n ||= 4; o.n &&= 5; return o; }',
      [{ p: 'x', q: 'y' }],
    ],
    ['(a) => { switch (a) { case 1: return "one"; case 2: case 3: a = 4; break; default: a = 5; } return a; }', [3]],
    ['(a) => { switch (a) { default: a = 5; case 1: return a; } }', [7]],
    ['(a) => { const f = (n) => n < 2 ? n : f(n - 1) + f(n - 2); return f(a); }', [9]],
    ['(a) => { return g(a) + 1; function g(n) { return n * 2; } }', [4]],
    ['(a) => a?.b.c.d', [null]],
    ['(a) => a?.b.c.d', [{}]],
    ['(a) => a.f?.(1) ?? 2', [{}]],
    ['(a) => [a == null, a != undefined, a == 1, "1" == a]', [1]],
    ['(a) => "b" in a && delete { ...a }.b', [{ b: 1 }]],
    [
      '(a) => { const s = new Set(a); s.add(5).delete(1); return [...s].sort((x, y) => y - x).concat([s.size]); }',
      [[1, 2, 3]],
    ],
    [
      '(a) => { const m = new Map(); m.set(a, 1); m.forEach((v, k) => m.set(k + 1, v)); return [...m.entries()].flat().length > 0; }',
      [1],
    ],
    ['(a) => { [a[0], a[1]].reverse(); let [x, y] = a; [x, y] = [y, x]; return [x, y]; }', [[1, 2]]],
    ['(a) => a.match(/[a-z]+|(?<n>\\d+)/g).map((one) => one.replace(/./, (c) => c.toUpperCase()))', ['ab12cd']],
    [
      '(a) => [typeof a, a instanceof Map, a instanceof Array, Array.from(a, (x) => x * 2), Array.from({ length: 2 })]',
      [[1]],
    ],
    ['(a) => [2n ** 3n + a, typeof a, -a, a > 1, 3 & 6, 5 ^ 1, ~2, 1 << 3]', [2n]],
    ['(a) => { throw new RangeError(a); }', ['x']],
    ['(a) => Object.prototype.toString.call(a) + Object.hasOwn(a, "b")', [{ b: 1 }]],
    ['(f, ...rest) => f.apply(this, rest)', [undefined]],
    ['(a) => [a.padStart(4, "0"), a.repeat(2), a.split("").reverse().join("-"), a.at(-1)]', ['abc']],
    ['(a) => { let n = 1; { let n = 2; a += n; } return a + n++ + ++n; }', [1]],
  ])('%s', (text, args) => {
    const outcome = (run: () => unknown): unknown => {
      try {
        const value = run();
        return typeof value === 'function' ? (value as (b: number) => unknown)(1) : { value };
      } catch (error) {
        return (error as Error).constructor.name;
      }
    };
    expect(outcome(() => called(text, ...args))).toEqual(
      outcome(() => (runInThisContext(`(${text})`) as (...all: readonly unknown[]) => unknown)(...args)),
    );
  });

  it.each([
    '(a) => a.push(1)',
    '(a) => process.exit(a)',
    '(a) => outer + a',
    '(a) => { for (;;) {} }',
    'async (a) => a',
    '(a) => { a[0] = 2; }',
    '(a) => { a.length = 0; }',
    '(a) => { delete a[0]; }',
    '(a) => { for (const b of [a]) b.reverse(); }',
    '(a) => { const b = { a }; b.a.splice(0); }',
    '(a) => { const b = []; b.__proto__ = a; return b; }',
    '(a) => { const b = {}; b["__proto__"] = a; return b; }',
    '(a) => { let s = "x"; while (true) s += s; }',
    '(a) => { let s = [1]; while (true) s = [...s, ...s]; }',
    '(a) => new Array(1e9)',
    '(a) => [a, a].join()',
    '(a) => /(a+)+b/.test("a")',
    '(a) => new Function("return 1")()',
    '(a) => Object.prototype.constructor(a)',
    '(a) => this.a',
    '(a) => { var b = a; return b; }',
    '(a) => { try { return a; } catch { return 1; } }',
    '(a) => a.constructor.constructor("return 1")()',
    '(a) => a["x".concat("y")]()',
    '(a) => "x".repeat(1e9)',
    '(a) => ({ __proto__: a })',
    '(a) => { const loop = () => loop(); return loop(); }',
  ])('do nothing beyond what is read: %s', (text) => {
    let result: unknown;
    try {
      result = called(text, [1]);
    } catch (error) {
      result = (error as Error).constructor.name;
    }
    expect(result).toMatch(/^(?:not read|TypeError|RangeError)$/);
  });

  it('have their text, without types', () => {
    const [read] = plainCall('f((a: number): boolean => a > 1)', 'f', '', true)!;
    expect(functionText(read)).toBe('(a) => a > 1');
    expect(functionText(() => 1)).toBeUndefined();
    expect(plainCall('f((a) => a)', 'f')).toBeUndefined();
  });

  it('are one where one name stands for both', () => {
    const found = exampleCallsOf(
      'const g = (a) => a; test("x", () => { expect(f([1], g)).toBe(1); expect(f([2], g)).toBe(2); })',
      'a.test.ts',
      ['f'],
      undefined,
      true,
    );
    expect(found.length).toBe(2);
    expect(found[0]!.args[1]).toBe(found[1]!.args[1]);
  });
});

describe('functions of modules', () => {
  const FILES: Readonly<Record<string, string>> = {
    'a.ts': `import { twice as double, type Row } from './b.ts';
import { LIMITS } from './b.ts';
import missing from 'package';
export function f(rows: readonly Row[]): number[] {
  const seen = new Map<number, number>();
  for (const { n } of rows) seen.set(n, (seen.get(n) ?? 0) + double(n));
  return [...seen.values()].filter((n) => n < LIMITS.most);
}
export const even = (n: number): boolean => n === 0 || odd(n - 1);
const odd = (n: number): boolean => n !== 0 && even(n - 1);
export const changes = (): number => { LIMITS.most = 1; return 1; };
export const outer = () => missing();
export const endless = (n: number): number => endless(n + 1);
export const counted = (() => { let n = 0; return () => ++n; })();
export let later = () => 1;`,
    'b.ts': `export { two as twice } from './c.ts';
export interface Row { n: number }
export const LIMITS = { most: 3 + 4 };`,
    'c.ts': 'export function two(n: number) { return n * 2; }',
  };
  const modules = new Modules((_from, specifier) => {
    const path = specifier.replace(/^\.\//, '');
    return FILES[path] === undefined ? undefined : { path, text: FILES[path] };
  });
  it.each<[string, readonly unknown[], unknown]>([
    ['f', [[{ n: 1 }, { n: 3 }, { n: 3 }, { n: 2 }]], [2, 4]],
    ['even', [10], true],
    ['even', [7], false],
    ['changes', [], 'TypeError'],
    ['outer', [], 'not read'],
    ['endless', [1], 'RangeError'],
    ['later', [], 'not read'],
    ['nothing', [], 'not read'],
  ])('%s%j', (name, args, wanted) => {
    const call = modules.imported('main.ts', './a.ts', name);
    let result: unknown = 'not read';
    try {
      if (call) result = call(...args);
    } catch (error) {
      result = (error as Error).constructor.name;
    }
    expect(result).toEqual(wanted);
  });

  it('are told by what is imported', () => {
    expect(importsOf(FILES['a.ts']!, 'a.ts')).toEqual([
      { specifier: './b.ts', name: 'twice', local: 'double' },
      { specifier: './b.ts', name: 'LIMITS', local: 'LIMITS' },
    ]);
  });
});

describe('examples of doc comments', () => {
  it.each<[string, string, unknown[]]>([
    ['arrow', '/**\n * Does it.\n *\n * @example\n * f(1) // => 2\n */', [[[1], 2]]],
    ['one line', '/** @example f(1) // 2 */', [[[1], 2]]],
    ['prompt', '// >>> f("a, b")\n// ["a", "b"]', [[['a, b'], ['a', 'b']]]],
    [
      'equals',
      '// f(0) == 0\n// f(1) === -1.',
      [
        [[0], 0],
        [[1], -1],
      ],
    ],
    ['several lines', '/**\n * f({\n *   a: 1,\n * }) // => {\n *   b: 2,\n * }\n */', [[[{ a: 1 }], { b: 2 }]]],
    ['returns', '/** f(3) returns 4. */', [[[3], 4]]],
    [
      'names that are declared',
      '/**\n * @example\n * ```ts\n * const a = [1, 2]; // some\n * let b = {\n *   c: a,\n * };\n * f(a, b); // true\n * ```\n * @example\n * f(a); // false\n */',
      [[[[1, 2], { c: [1, 2] }], true]],
    ],
    [
      'a sentence that goes on after brackets',
      '/**\n * const r = f([3]);\n * // result will be [{ a: 4 }] since 3 is odd.\n * f([4]); // => [5] only\n */',
      [[[[3]], [{ a: 4 }]]],
    ],
    ['a comment below over lines', '/**\n * f(1);\n * // => [\n * //   2,\n * // ]\n */', [[[1], [2]]]],
    ['a bare comment below', "/**\n * f(1);\n * // 'a'\n * f(2);\n *\n * // 'b'\n */", [[[1], 'a']]],
    ['a comment below', '/**\n * f([3]);\n * // => [4]\n */', [[[[3]], [4]]]],
    [
      'a result below',
      '/**\n * const r = f(3);\n * // result will be [4]\n * const s = f(4);\n * // Returns: 5 since 4 is even\n */',
      [[[3], [4]]],
    ],
    [
      'a name that is shown',
      '/**\n * const list = [1];\n * const r = f(list, 3);\n * console.log(list); // [2]\n * console.log(r); // [4]\n */',
      [[[[1], 3], [4]]],
    ],
    [
      'a sentence beside it',
      '/**\n * const r = f(3); // r will be [4].\n * const s = f(4); // If it is 4, it is 5.\n */',
      [[[3], [4]]],
    ],
    ['a comment that says nothing of it', '/**\n * f(3);\n * // 4 is not told\n */', []],
    ['not plain', '/** f(x) // => 2, f(1) // => y */', []],
    ['recursive definition', '// f(n) == f(n - 1)', []],
  ])('%s', (_name, comment, examples) => {
    expect(
      docExamplesOf(comment, 'f').examples.map(({ args, expected }) => [
        args,
        expected.kind === 'value' ? expected.value : expected,
      ]),
    ).toEqual(examples);
  });

  it('that throw', () => {
    expect(docExamplesOf("/** f(-1) // => throws RangeError('too small') */", 'f').examples).toEqual([
      { args: [-1], expected: { kind: 'throws', error: 'RangeError', message: 'too small' } },
    ]);
  });

  it.each<[string, object | undefined]>([
    ['throws', {}],
    ['throws RangeError', { error: 'RangeError' }],
    ['throws a RangeError.', { error: 'RangeError' }],
    ['throws RangeError if it is odd', { error: 'RangeError' }],
    ['throws RangeError: must be even', { error: 'RangeError', message: 'must be even' }],
    ['throws RangeError: when it is odd', { error: 'RangeError' }],
    ['throws RangeError: must be even, found…', { error: 'RangeError', message: 'must be even, found' }],
    ['throws new RangeError("it\'s odd")', { error: 'RangeError', message: "it's odd" }],
    ["throws ParseError('no (a)')", { error: 'ParseError', message: 'no (a)' }],
    ["throws 'no'", { message: 'no' }],
    ['throws Odd', { error: 'Odd' }],
    ['throws Invalid input', {}],
    ['throws on what is odd', {}],
    ['Uncaught TypeError: no', { error: 'TypeError', message: 'no' }],
    ['TypeError: no', { error: 'TypeError', message: 'no' }],
    ['TypeError is given', undefined],
    ['3', undefined],
    ['throwsAway', undefined],
  ])('%s', (claim, thrown) => {
    expect(thrownIn(claim)).toEqual(thrown);
    const told = docExamplesOf(`/**\n * f(1) // => ${claim}\n * f(2); // ${claim}\n * f(3);\n * // ${claim}\n */`, 'f');
    expect(told.examples.filter(({ expected }) => expected.kind === 'throws')).toEqual(
      thrown ? [1, 2, 3].map((one) => ({ args: [one], expected: { kind: 'throws', ...thrown } })) : [],
    );
  });

  it('are no prose', () => {
    expect(docExamplesOf('/**\n * Adds "one".\n * @example f(1) // => 2\n */', 'f').prose).toBe('Adds "one".');
  });
});
