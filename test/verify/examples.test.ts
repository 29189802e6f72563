import { describe, expect, it } from 'vitest';
import type { RepoPath } from '../../src/base/index.ts';
import { check } from '../../src/jobs/index.ts';
import { equal } from '../../src/verify/examples/equal.ts';
import { examplesInCode, examplesInDocument } from '../../src/verify/examples/find.ts';
import { type Files, Project, value } from '../workspace/repository.ts';

describe('equality of what an example says and what came', () => {
  const cycle = (): object => {
    const own: Record<string, unknown> = { a: 1 };
    own.self = own;
    return own;
  };
  class Named {
    readonly a = 1;
  }
  const cases: readonly (readonly [name: string, a: unknown, b: unknown, same: boolean])[] = [
    ['-0 and 0', 0, -0, false],
    ['NaN', [Number.NaN], [Number.NaN], true],
    [
      'maps in another order',
      new Map([
        [1, [2]],
        [3, [4]],
      ]),
      new Map([
        [3, [4]],
        [1, [2]],
      ]),
      true,
    ],
    ['maps with other values', new Map([[1, 2]]), new Map([[1, 3]]), false],
    ['sets of objects', new Set([{ a: 1 }, { b: 2 }]), new Set([{ b: 2 }, { a: 1 }]), true],
    ['a set with one twice', new Set([{ a: 1 }, { b: 2 }]), new Set([{ a: 1 }, { a: 1 }]), false],
    ['dates', new Date(5), new Date(5), true],
    ['other dates', new Date(5), new Date(6), false],
    ['dates that are none', new Date(Number.NaN), new Date(Number.NaN), true],
    ['patterns', /a/g, /a/i, false],
    ['errors by kind', new RangeError('x'), new TypeError('x'), false],
    ['errors by message', new RangeError('x'), new RangeError('x'), true],
    ['bytes', new Uint8Array([1, 2]), new Uint8Array([1, 2]), true],
    ['bytes of another kind', new Uint8Array([1]), new Int8Array([1]), false],
    ['cycles', cycle(), cycle(), true],
    ['a list and an object', [], {}, false],
    ['a hole and undefined', Object.assign(new Array<unknown>(2), { 1: 1 }), [undefined, 1], false],
    ['a member that is undefined', { a: 1 }, { a: 1, b: undefined }, true],
    ['a literal and an instance', { a: 1 }, new Named(), true],
    ['a literal without prototype', Object.create(null), {}, true],
    ['an empty literal and a map', {}, new Map([[1, 2]]), false],
    ['an empty literal and a set', {}, new Set([1]), false],
    ['an empty literal and a date', {}, new Date(0), false],
    ['an empty literal and a pattern', {}, /a/, false],
    ['an empty literal and an error', {}, new Error('x'), false],
    ['an empty literal and a promise', {}, Promise.resolve(1), false],
    ['an empty literal and bytes', {}, new Uint8Array(0), false],
    ['an empty literal and an iterator', {}, [1].values(), false],
    ['null and an object', null, {}, false],
    ['text and number', '1', 1, false],
    ['symbols as keys', { [Symbol.iterator]: 1 }, { [Symbol.iterator]: 2 }, false],
  ];
  it.each(cases)('%s', (_, a, b, same) => {
    expect([equal(a, b), equal(b, a)]).toEqual([same, same]);
  });
});

const claims = (text: string, path = 'a.ts'): readonly (readonly [about: string, claims: string])[] =>
  (path.endsWith('.md') ? examplesInDocument : examplesInCode)(path as RepoPath, text).map(({ about, steps, code }) => [
    about,
    steps
      .map((step) => `${code.slice(step.expression.start, step.expression.end)} = ${step.expectation.text}`)
      .join('; '),
  ]);

describe('finding examples', () => {
  const cases: readonly (readonly [name: string, text: string, found: readonly (readonly [string, string])[]])[] = [
    ['none', '/** Adds. */\nexport const add = 1; // => 2', []],
    [
      '@example',
      '/**\n * Adds.\n * @example\n * add(1, 2) // => 3\n * @returns a sum\n */\nexport function add() {}',
      [['add', 'add(1, 2) = 3']],
    ],
    [
      '@example with a fence, and a title',
      '/**\n * @example Two numbers\n * ```ts\n * const sum = add(1, 2);\n * sum; // returns 3\n * ```\n */\nexport function add() {}',
      [['add', 'sum = 3']],
    ],
    [
      'a fence alone, and a declaration',
      '/**\n * ```js\n * const x = add(1) // → 2\n * ```\n */\nexport function add() {}',
      [['add', 'const x = add(1) = 2']],
    ],
    [
      'prompts',
      '/**\n * >>> add(1, 2)\n * 3\n * >>> list()\n * [\n *   1 ]\n */\nexport function add() {}',
      [['add', 'add(1, 2) = 3; list() = [\n1 ]']],
    ],
    ['a method', 'export class C {\n  /** @example new C().m() // => 1 */\n  m() {}\n}', [['C.m', 'new C().m() = 1']]],
    ['line comments', '// add(1, 2) // => 3\nexport function add() {}', [['add', 'add(1, 2) = 3']]],
    [
      'a claim below',
      '/**\n * @example\n * add(1,\n *   2);\n * // => 3\n */\nexport function add() {}',
      [['add', 'add(1,\n  2) = 3']],
    ],
    [
      'a claim over several lines',
      '/**\n * @example\n * f(); // => {\n * //   a: 1,\n * // }\n */\nexport function f() {}',
      [['f', 'f() = {\n  a: 1,\n}']],
    ],
    [
      'printed',
      '/**\n * @example\n * console.log(f()); // 3\n * console.log(g()); // the sum\n */\nexport function f() {}',
      [['f', 'f() = 3']],
    ],
    [
      'throws',
      '/**\n * @example\n * f(1); // throws RangeError\n * f(2); // => TypeError: no\n */\nexport function f() {}',
      [['f', 'f(1) = throws RangeError; f(2) = TypeError: no']],
    ],
    [
      'a remark after the value',
      '/**\n * @example\n * f(1); // => 3 (rounded up)\n */\nexport function f() {}',
      [['f', 'f(1) = 3']],
    ],
    ['what is left out', '/**\n * @example\n * f(1); // => [1, 2, ...]\n */\nexport function f() {}', []],
    ['no claim', '/**\n * @example\n * app.listen(3000);\n */\nexport function f() {}', []],
    ['no code', '/**\n * @example\n * first do this // => then that\n */\nexport function f() {}', []],
  ];
  it.each(cases)('%s', (_, text, found) => expect(claims(text)).toEqual(found));

  it('in documents, with the imports of fences before', () => {
    const text = "# x\n```ts\nimport { f } from 'x';\n```\n```sh\nf() // => 1\n```\n```js\nf() // => 2\n```\n";
    expect(claims(text, 'README.md')).toEqual([['README.md', 'f() = 2']]);
  });
});

const BASE: Files = {
  'package.json': JSON.stringify({ name: 'texts', version: '1.0.0', type: 'module' }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: { strict: true, module: 'nodenext', allowImportingTsExtensions: true, noEmit: true, types: [] },
  }),
  'src/index.ts': "export { slug, Tag } from './slug.ts';\n",
  'src/slug.ts': `import { lower } from './lower.js';

export enum Tag { A = 'a' }

/**
 * @example
 * slug('A b') // => 'a-b'
 * slug('')    // => ''
 */
export function slug(text: string): string {
  return lower(text).replaceAll(' ', '-');
}

/**
 * \`\`\`ts
 * await later(2) // => 4
 * later(-1) // throws RangeError
 * \`\`\`
 */
export async function later(n: number): Promise<number> {
  if (n < 0) throw new RangeError('negative');
  return n * 2;
}

/** @example counts('aab') // => new Map([['b', 1], ['a', 2]]) */
export const counts = (text: string): Map<string, number> => {
  const found = new Map<string, number>();
  for (const one of text) found.set(one, (found.get(one) ?? 0) + 1);
  return found;
};

/** @example wrong(1) // => 3 */
export const wrong = (n: number): number => n + 1;
`,
  'src/half.ts': `/** @example half(3) // throws RangeError */
export function half(n: number): number {
  throw new Error('not implemented');
}

/** @example third(3) // => 1 */
export function third(n: number): number {
  throw new Error('not implemented');
}
`,
  'src/lower.ts': 'export const lower = (text: string): string => text.toLowerCase();\n',
  'README.md': "# texts\n\n```ts\nimport { slug } from 'texts';\n\nslug('Hello World'); // => 'hello-world'\n```\n",
  'docs/use.md': "```ts\nimport { slug } from '../src/slug.ts';\nslug('A B'); // => 'a-b'\n```\n",
};

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** Files that the head has no more. */
  readonly gone?: readonly string[];
  readonly status: 'pass' | 'fail' | 'unknown';
  readonly found: readonly string[];
}

const slug = (from: string, to: string): Readonly<Record<string, string>> => {
  const text = BASE['src/slug.ts'] as string;
  if (!text.includes(from)) throw new Error(`no ${from}`);
  return { 'src/slug.ts': text.replace(from, to) };
};
const added = (text: string): Readonly<Record<string, string>> => ({ 'src/added.ts': text });
/** Stale at the base and left so. */
const OLD = 'warning examples/stale-before src/slug.ts:32';

const CASES: readonly Case[] = [
  {
    name: 'a body that keeps them',
    files: slug("replaceAll(' ', '-')", "replaceAll(' ', '-').trim()"),
    status: 'pass',
    found: [OLD],
  },
  {
    name: 'a body that breaks two',
    files: slug("replaceAll(' ', '-')", "replaceAll(' ', '_')"),
    status: 'fail',
    found: ['error examples/stale src/slug.ts:7', OLD, 'error examples/stale README.md:6'],
  },
  {
    name: 'a module below',
    files: { 'src/lower.ts': 'export const lower = (text: string): string => text;\n' },
    status: 'fail',
    found: ['error examples/stale src/slug.ts:7', OLD, 'error examples/stale README.md:6'],
  },
  {
    name: 'an error of another kind',
    files: slug("new RangeError('negative')", "new TypeError('negative')"),
    status: 'fail',
    found: ['error examples/stale src/slug.ts:17', OLD],
  },
  {
    name: 'no error',
    files: slug("if (n < 0) throw new RangeError('negative');", ''),
    status: 'fail',
    found: ['error examples/stale src/slug.ts:17', OLD],
  },
  {
    name: 'an example that is rewritten and still wrong',
    files: slug('wrong(1) // => 3', 'wrong(2) // => 9'),
    status: 'fail',
    found: ['error examples/stale src/slug.ts:32'],
  },
  {
    name: 'a stub that is written, beside one that is not',
    files: {
      'src/half.ts': (BASE['src/half.ts'] as string).replace(
        "throw new Error('not implemented');",
        "if (n % 2 !== 0) throw new TypeError('odd');\n  return n / 2;",
      ),
    },
    status: 'fail',
    found: ['error examples/stale src/half.ts:1', 'warning examples/stale-before src/half.ts:7'],
  },
  { name: 'an example put right', files: slug('wrong(1) // => 3', 'wrong(1) // => 2'), status: 'pass', found: [] },
  {
    name: 'a README that is wrong now',
    files: { 'README.md': (BASE['README.md'] as string).replace("'hello-world'", "'helloworld'") },
    status: 'fail',
    found: ['error examples/stale README.md:6'],
  },
  {
    name: 'a function that goes by another name, in its examples by the old one',
    files: slug('function slug', 'function slugify'),
    status: 'fail',
    found: ['error examples/stale src/slug.ts:7', 'error examples/stale README.md:4', OLD],
  },
  {
    name: 'a function that is exported no more, whose own example still says what it does',
    files: {
      ...slug('export function slug', 'function slug'),
      'README.md': '# texts\n',
    },
    status: 'pass',
    found: ['info examples/not-run src/slug.ts:7', OLD],
  },
  {
    name: 'a module that goes by another name, and what a document imports with it',
    files: { 'src/slugs.ts': BASE['src/slug.ts'] as string, 'src/index.ts': "export * from './slugs.ts';\n" },
    gone: ['src/slug.ts'],
    status: 'pass',
    found: ['warning examples/stale-before src/slugs.ts:32'],
  },
  {
    name: 'an import in a document that leads nowhere',
    files: { 'docs/use.md': (BASE['docs/use.md'] as string).replace('slug.ts', 'slugs.ts') },
    status: 'fail',
    found: ['error examples/stale docs/use.md:2'],
  },
  ...[
    ['../dist/slug.js', 'of what is yet to be built'],
    ['elsewhere', 'of a package that is not installed'],
  ].map(
    ([to, what]): Case => ({
      name: `an import in a document ${what}`,
      files: { 'docs/use.md': (BASE['docs/use.md'] as string).replace('../src/slug.ts', to!) },
      status: 'pass',
      found: ['info examples/not-run docs/use.md:2'],
    }),
  ),
  {
    name: 'an import in a document that is left to the reader',
    files: { 'docs/use.md': (BASE['docs/use.md'] as string).replace(/^import.*$/m, '// As above.') },
    status: 'pass',
    found: [],
  },
  { name: 'no example', files: added('export const x = 1;\n'), status: 'unknown', found: [] },
  {
    name: 'what cannot run here: no module, no browser, no network, no value, an end of its own, the time, chance',
    files: {
      'src/a.ts': "/**\n * @example\n * import { y } from 'elsewhere';\n * y(a) // => 1\n */\nexport const a = 1;\n",
      'src/b.ts': '/** @example document.title + b // => "b" */\nexport const b = 1;\n',
      'src/c.ts': "/** @example (await fetch('http://example.com/' + c)).status // => 200 */\nexport const c = 1;\n",
      'src/d.ts': '/** @example d(1) // => whatever */\nexport const d = (n: number) => n;\n',
      'src/e.ts': '/** @example e() // => 1 */\nexport const e = () => process.exit(0);\n',
      'src/f.ts': '/** @example f() // => 1 */\nexport const f = () => new Date().getFullYear();\n',
      'src/g.ts': '/** @example g() // => 1 */\nlet n = 5;\nexport const g = () => [n++, performance.now()][1];\n',
    },
    status: 'unknown',
    found: ['a.ts:3', 'b.ts:1', 'c.ts:1', 'd.ts:1', 'e.ts:1', 'f.ts:1', 'g.ts:1'].map(
      (place) => `info examples/not-run src/${place}`,
    ),
  },
  {
    name: 'what is printed on the way, by whom it is handed to',
    files: {
      'src/a.ts':
        "/**\n * @example\n * a((x) => console.log(x));\n * // logs 'green'\n */\nexport const a = (f: (x: string) => void) => { f('green'); return {}; };\n",
      'src/b.ts':
        "/**\n * @example\n * b((x) => console.log(x));\n * // logs 'red'\n */\nexport const b = (f: (x: string) => void) => { f('green'); return {}; };\n",
      'src/c.ts':
        "/**\n * @example\n * c((x) => console.log(x));\n * // logs 'green'\n */\nexport const c = (f: (x: string) => void) => { setTimeout(f, 5, 'green'); return {}; };\n",
      'src/d.ts': '/** @example d(1, 2) // prints 3 */\nexport const d = (x: number, y: number) => x + y;\n',
      'src/e.ts':
        "/** @example e((x) => console.log(x)) // => 'one', 'two' */\nexport const e = (f: (x: string) => void) => { f('one'); f('two'); };\n",
    },
    status: 'fail',
    found: ['info examples/not-run src/c.ts:3', 'error examples/stale src/b.ts:4'],
  },
  {
    name: 'what never ends',
    files: added('/** @example f() // => 1 */\nexport const f = () => { for (;;); };\n'),
    status: 'fail',
    found: ['error examples/stale src/added.ts:1'],
  },
  {
    name: 'values: -0, what Node prints, a text without quotes, a default export, a process that others end',
    files: {
      'src/a.ts': '/** @example a(0) // => 0 */\nexport const a = (n: number) => -n;\n',
      'src/b.ts': "/** @example b() // => Map(1) { 'a' => 1 } */\nexport const b = () => new Map([['a', 1]]);\n",
      'src/c.ts': '/** @example console.log(c()) // => a-b */\nexport const c = () => "a-b";\n',
      'src/d.ts': '/** @example d(1) // => 2 */\nexport default function d(n: number) { return n; }\n',
      'src/e.ts': '/** @example e() // => 1 */\nexport const e = () => process.exit(0);\n',
      'src/f.ts': '/** @example f() // => 2 */\nexport const f = () => 1;\n',
      'src/g.cjs': '/** @example g() // => 2 */\nfunction g() { return 1; }\nmodule.exports = { g };\n',
      'src/h.cjs': '/** @example h() // => 2 */\nmodule.exports = function h() { return 2; };\n',
      'src/i.cjs': '/** @example i() // => 2 */\nfunction i() { return 1; }\n',
    },
    status: 'fail',
    found: [
      'info examples/not-run src/e.ts:1',
      'info examples/not-run src/h.cjs:1',
      'info examples/not-run src/i.cjs:1',
      'error examples/stale src/a.ts:1',
      'error examples/stale src/d.ts:1',
      'error examples/stale src/f.ts:1',
      'error examples/stale src/g.cjs:1',
    ],
  },
  {
    name: 'what CommonJS code requires: the package itself, a file beside it, one that is built into something unknown, what is nowhere',
    files: {
      'old/package.json': JSON.stringify({ name: 'old', version: '1.0.0' }),
      'old/index.js': "module.exports = require('./lib/old');\n",
      'old/lib/old.js': `const path = require('node:path');
/**
 * \`\`\`js
 * const old = require('old');
 * old.base('a/b'); // => 'b'
 * const { base } = require('./old.js');
 * base('a/c'); // => 'b'
 * \`\`\`
 */
const old = (text) => text;
/** @example require('nowhere').f() // => 1 */
old.base = (text) => path.basename(text);
module.exports = old;
`,
      'old/README.md':
        "```js\nconst { base } = require('old');\n```\n\n```js\nbase('x/y'); // => 'y'\nbase('x/z'); // => 'y'\n```\n",
      'src/made.ts': "/** @example require('texts/made')(1) // => 2 */\nexport default (n: number): number => n + 1;\n",
      'src/named.ts':
        "/** @example require('texts/named').more(1) // => 3 */\nexport const more = (n: number): number => n + 1;\n",
    },
    status: 'fail',
    found: [
      'info examples/not-run old/lib/old.js:11',
      'info examples/not-run src/made.ts:1',
      'error examples/stale old/lib/old.js:7',
      'error examples/stale old/README.md:7',
      'error examples/stale src/named.ts:1',
    ],
  },
];

describe('examples', () => {
  it.each(CASES)('$name', async ({ files, gone = [], status, found }) => {
    const project = new Project(BASE).init();
    project.write(files).remove(...gone);
    const { verdict } = value(
      await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['examples'], allowRestricted: true }),
    );
    const issues = verdict.checks.filter(({ name }) => name === 'examples').flatMap((one) => one.issues);
    expect(
      issues.map(({ code, severity, path, at }) => `${severity} ${code} ${path}:${at?.line}`),
      JSON.stringify(issues, null, 1),
    ).toEqual(found);
    expect(verdict.status).toBe(status);
    expect(
      project
        .git('status', '--porcelain', '-uall')
        .split('\n')
        .filter((line) => line.includes('.assay-example')),
    ).toEqual([]);
  });
});
