import { describe, expect, it } from 'vitest';
import { random } from '../../../src/base/index.ts';
import { type Shape, signaturesOf } from '../../../src/lang/index.ts';
import { conforms } from '../../../src/verify/compare/conforms.ts';
import { matching } from '../../../src/verify/compare/matching.ts';
import { Code } from '../../../src/verify/compare/print.ts';
import { callsIn } from '../../../src/verify/probes/calls.ts';
import { changedIn, moduleText, targetsOf } from '../../../src/verify/probes/module.ts';

const BEFORE = `import { x } from './x.js';
const rate = 3;
const half = (n: number): number => n / 2; // a helper
export function used(n: number): number { return half(n); }
export function far(n: number): number { return used(n) + 1; }
far.plain = (n: number): number => n;
export const apart = (n: number): number => n;
function hidden(n: number): number { return n; }
export class Box {
  n = 1;
  get twice(): number { return this.n * 2; }
  add(m: number): number { return this.n + m; }
  more(m: number): number { return this.add(m) + rate; }
  static of(n: number): Box { return new Box(); }
}
export { hidden as shown };
export default (n: number): number => n;
`;

describe('what a change touches', () => {
  const cases: readonly (readonly [name: string, from: string, to: string, targets: readonly string[]])[] = [
    [
      'nothing but comments and layout',
      'half = (n: number): number => n / 2; // a helper',
      'half = (n: number): number => n / 2;',
      [],
    ],
    ['a helper', 'n / 2;', 'n / 4;', ['affected used', 'affected far']],
    ['a function', 'return half(n)', 'return half(n) + 0', ['changed used', 'affected far']],
    ['a method', 'this.n + m', 'this.n - m', ['changed Box#add', 'affected Box#more']],
    ['a constant', 'rate = 3', 'rate = 4', ['affected Box#more']],
    ['a getter', 'this.n * 2', 'this.n * 3', ['changed Box#twice']],
    [
      'a field',
      'n = 1;',
      'n = 2;',
      ['changed new Box', 'affected Box#add', 'affected Box#more', 'affected Box#twice', 'affected Box.of'],
    ],
    [
      'another name',
      'function hidden(n: number): number { return n; }',
      'function hidden(n: number): number { return -n; }',
      ['changed hidden'],
    ],
    ['the default', 'default (n: number): number => n', 'default (n: number): number => n + 1', ['changed default']],
    ['an import', './x.js', './y.js', []],
    [
      'a member of a function',
      'far.plain = (n: number): number => n',
      'far.plain = (n: number): number => -n',
      ['changed far.plain'],
    ],
    ['a new function', 'export { hidden', 'export const fresh = (): number => 1;\nexport { hidden', ['added fresh']],
  ];
  it.each(cases)('%s', (_name, from, to, targets) => {
    expect(BEFORE).toContain(from);
    const [before, after] = [BEFORE, BEFORE.replace(from, to)].map((text) => moduleText(text, 'a.ts'));
    const found = targetsOf(before, after!, changedIn(before, after!)).map(({ why, name }) => `${why} ${name}`);
    expect(found.sort()).toEqual([...targets].sort());
  });

  it.each([
    ['exports.f = (n) => n;', 'exports.f = (n) => -n;', '(m) => m.own.default["f"]'],
    [
      'function f(n) { return n; }\nmodule.exports = f;',
      'function f(n) { return -n; }\nmodule.exports = f;',
      '(m) => m.own.default',
    ],
    ['module.exports = { g: (n) => n };', 'module.exports = { g: (n) => -n };', '(m) => m.own.default["g"]'],
    [
      'const f = (n) => n;\nf.g = (n) => f(n);\nf.h = (n) => n;\nmodule.exports = f;',
      'const f = (n) => n;\nf.g = (n) => f(n);\nf.h = (n) => -n;\nmodule.exports = f;',
      '(m) => m.own.default["h"].bind(m.own.default)',
    ],
    [
      'function h(n) { return n; }\nconst f = (n) => n;\nf.h = h;\nmodule.exports = f;',
      'function h(n) { return -n; }\nconst f = (n) => n;\nf.h = h;\nmodule.exports = f;',
      '(m) => m.own.default["h"].bind(m.own.default)',
    ],
    [
      'const f = (module.exports = (n) => n);\nf.g = (n) => n;',
      'const f = (module.exports = (n) => -n);\nf.g = (n) => n;',
      '(m) => m.own.default',
    ],
    [
      'exports = module.exports = function f(n) { return n; };',
      'exports = module.exports = function f(n) { return -n; };',
      '(m) => m.own.default',
    ],
  ])('of CommonJS: %s', (before, after, subject) => {
    const [old, now] = [before, after].map((text) => moduleText(text, 'a.cjs'));
    expect(now!.format).toBe('commonjs');
    expect(targetsOf(old, now!, changedIn(old, now!)).map((one) => one.subject.head)).toEqual([subject]);
  });
});

describe('types as the compiler prints them', () => {
  const number: Shape = { kind: 'number' };
  const key: Shape = { kind: 'key' };
  const record: Shape = { kind: 'record', fields: [{ name: 'n', shape: number, optional: false }] };
  const cases: readonly (readonly [
    type: string,
    uses: Readonly<Record<string, string>>,
    free: Shape,
    shapes: unknown,
  ])[] = [
    ['<T>(list: readonly T[], at?: number) => T', {}, number, [[{ kind: 'array', element: number }, number]]],
    [
      '<T extends object, K extends keyof T>(of: T, keys: K[]) => void',
      {},
      number,
      [
        [
          { kind: 'dictionary', value: { kind: 'unknown' } },
          { kind: 'array', element: key },
        ],
      ],
    ],
    [
      '<T, K extends keyof T>(of: T, keys: K[]) => void',
      {},
      record,
      [[record, { kind: 'array', element: { kind: 'literal', value: 'n' } }]],
    ],
    [
      '{ (a: number): void; (a: string, b: bigint): void; }',
      {},
      number,
      [[number], [{ kind: 'string' }, { kind: 'bigint' }]],
    ],
    ['(a: readonly [number, ...number[]]) => void', {}, number, [[{ kind: 'array', element: number, least: 1 }]]],
    [
      '(f: (x: number) => x is 1) => void',
      {},
      number,
      [[{ kind: 'function', parameters: [number], returns: { kind: 'boolean' } }]],
    ],
    [
      '(a: Box) => void',
      { Box: 'class {n: number} & static {new (n: number): Box}' },
      number,
      [[{ kind: 'instance', name: 'Box', parameters: [{ name: 'n', shape: number, optional: false, rest: false }] }]],
    ],
    [
      '(a: Self) => void',
      { Self: 'class {} & static {new (of: Self): Self}' },
      number,
      [
        [
          {
            kind: 'instance',
            name: 'Self',
            parameters: [{ name: 'of', shape: { kind: 'strange', name: 'Self' }, optional: false, rest: false }],
          },
        ],
      ],
    ],
    [
      '(a: Pair<number>) => void',
      { Pair: 'type<T> readonly [T, T]' },
      number,
      [[{ kind: 'tuple', elements: [number, number] }]],
    ],
    ['(a: Omit<All, "b">) => void', { All: 'interface {n: number; b: string}' }, number, [[record]]],
    ['(a: EventTarget) => void', {}, number, [[{ kind: 'strange', name: 'EventTarget' }]]],
    ['number', {}, number, []],
  ];
  it.each(cases)('%s', (type, uses, free, shapes) => {
    expect(signaturesOf(type, uses, free).map(({ parameters }) => parameters.map(({ shape }) => shape))).toEqual(
      shapes,
    );
  });

  it('of a member of a class', () => {
    const type = 'class<T> {add: (item: T) => number} & static {new (): Box; of: (text: string) => Box}';
    const of = (name: string, isStatic: boolean) =>
      signaturesOf(type, {}, number, { name, isStatic }).map(({ parameters }) =>
        parameters.map(({ shape }) => shape.kind),
      );
    expect([of('add', false), of('of', true), of('add', true)]).toEqual([[['number']], [['string']], []]);
  });
});

describe('texts that a pattern matches', () => {
  const patterns = [
    '^v\\d{2}-[a-f]+$',
    '(?:ab|cd)*e?',
    '^[^a-c]{3}$',
    '^\\p{Lu}\\w\\s\\.$',
    '^(\\d+)(?:\\.(\\d+))?$',
    '\\u{1f600}x',
    '^[\\w.-]+@[a-z]+$',
  ];
  it.each(patterns)('%s', (source) => {
    const numbers = random(7);
    for (let at = 0; at < 200; at++) {
      const text = matching(source, numbers);
      expect([source, text, new RegExp(source, 'u').test(text)]).toEqual([source, text, true]);
    }
  });
  it('come to an end whatever the pattern', () => {
    const numbers = random(8);
    for (const source of ['(', ')', '[', ']', '(?<a>', '{', '*', '\\', '[^]', 'a{2,', '(((((a)*)*)*)*)*'])
      expect(matching(source, numbers).length).toBeLessThan(10_000);
  });
});

describe('values of a type', () => {
  const list: Shape = { kind: 'array', element: { kind: 'number' }, least: 1 };
  const cases: readonly (readonly [value: unknown, shape: Shape, is: boolean])[] = [
    [[1], list, true],
    [[], list, false],
    [['a'], list, false],
    ['', list, false],
    [{ n: 1 }, { kind: 'record', fields: [{ name: 'n', shape: { kind: 'number' }, optional: false }] }, true],
    [{}, { kind: 'record', fields: [{ name: 'n', shape: { kind: 'number' }, optional: false }] }, false],
    [undefined, { kind: 'union', members: [{ kind: 'string' }, { kind: 'undefined' }] }, true],
    [new Code('(x) => x'), { kind: 'function', parameters: [], returns: { kind: 'unknown' } }, true],
    [new Code('(x) => x'), { kind: 'number' }, false],
    [new Code('Number.MAX_VALUE'), { kind: 'number' }, true],
  ];
  it.each(cases)('%o', (value, shape, is) => {
    expect(conforms(value, shape)).toBe(is);
  });
});

describe('calls in a text', () => {
  const cases: readonly (readonly [text: string, args: readonly string[]])[] = [
    ["f(1, 'a');", ['1|a']],
    ['const list = [1, 2];\nexpect(f(list, (x) => x + 1));', ['1,2|(x) => x + 1']],
    ['const list = make();\nf(list);', []],
    ['f(unknownName);', []],
    ['const a = 2;\nf({ b: () => a });', ['(() => { const a = 2; return ({ b: () => a }); })()']],
    ['f(new Map([[1, 2]]) as Map<number, number>);', ['']],
    ['x.f(null);', ['']],
    ['f(require("fs"));', []],
  ];
  it.each(cases)('%s', (text, args) => {
    const shown = callsIn(text, 'a.test.ts', 'f').map((call) =>
      call
        .map((one) =>
          one instanceof Code
            ? one.source.replace(/^\((\(x\).*)\)$/, '$1')
            : one instanceof Map
              ? ''
              : String(one ?? ''),
        )
        .join('|'),
    );
    expect(shown).toEqual(args);
  });
});
