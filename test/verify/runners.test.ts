import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RepoPath } from '../../src/base/index.ts';
import { check } from '../../src/jobs/index.ts';
import type { CheckContext } from '../../src/verify/context.ts';
import { alteredTests } from '../../src/verify/tests/altered.ts';
import { ava } from '../../src/verify/tests/ava.ts';
import { detectRunner } from '../../src/verify/tests/detect.ts';
import { tap } from '../../src/verify/tests/tap.ts';
import { tape } from '../../src/verify/tests/tape.ts';
import type { Runner, TestReport } from '../../src/verify/tests/types.ts';
import { uvu } from '../../src/verify/tests/uvu.ts';
import { type Files, Project, temporaryFolder, value } from '../workspace/repository.ts';

const installed = (name: string): string =>
  realpathSync(new URL(`../../node_modules/${name}`, import.meta.url).pathname);
const none = (): never[] => [];

describe('which runner tests a package', () => {
  const bins: Files = Object.fromEntries(
    ['ava', 'tape', 'tap', 'uvu', 'mocha', 'react-scripts'].map((name): [string, string] => [
      `node_modules/${name}/package.json`,
      JSON.stringify({ version: '16.3.10', bin: { [name]: 'cli.js' } }),
    ]),
  );
  const cases: readonly (readonly [script: string, declared: readonly string[], found: string, files?: Files])[] = [
    ['xo && ava && tsd', ['ava'], 'ava'],
    ['c8 ava --serial', [], 'ava'],
    ["nyc tape 'test/**/*.js'", [], 'tape'],
    ['node -r x ./node_modules/.bin/tape test/*.js | tap-spec', [], 'tape'],
    ['tap', ['tap'], 'tap'],
    ['standard && tap --no-coverage test/*.js', [], 'tap'],
    ['node test/index.js', [], 'tape', { 'test/index.js': "require('tape')('a', (t) => t.end());\n" }],
    ['node test', [], 'tap', { 'test/index.js': "import t from 'tap';\n" }],
    ['node test.js', ['tape'], 'tape', { 'test.js': "require('./test/a.js');\n" }],
    [
      'node test.js',
      [],
      'no known test runner in the test script "node test.js"',
      { 'test.js': "require('assert');\n" },
    ],
    ['c8 uvu -r ts-node/register test "\\.test\\.(ts|js)$"', [], 'uvu'],
    ['node --loader x ./node_modules/uvu/bin.js tests', [], 'uvu'],
    ['node test', [], 'uvu', { 'test/index.js': "import { test } from 'uvu';\n" }],
    ['node --test --test-reporter tap', ['tap'], 'node:test'],
    ['mocha --reporter tap', ['tap'], 'mocha'],
    ['react-scripts build && cross-env CI=1 react-scripts test --env=jsdom', [], 'jest'],
    ['kcd-scripts test', [], 'kcd-scripts is the runner of this package, but it is not installed'],
    ['react-scripts build', [], 'no known test runner in the test script "react-scripts build"'],
    ['lint', ['tape'], 'tape'],
    ['jasmine', [], 'the runner of this package, jasmine, is not supported yet'],
  ];
  it.for(cases)('%s', ([script, declared, found, files = {}]) => {
    const { root } = new Project({ ...bins, ...files });
    const dependencies = { devDependencies: Object.fromEntries(declared.map((name) => [name, '*'])) };
    const packages = { manifestOf: () => ({ path: 'package.json', scripts: { test: script }, dependencies }) };
    // Nothing else of a context is looked at.
    const detected = detectRunner({ change: { root }, packages } as unknown as CheckContext, '');
    expect('runner' in detected ? detected.runner.name : detected.reason).toBe(found);
  });
});

describe('commands', () => {
  const related = (paths: readonly string[]) => () => paths as RepoPath[];
  const told = (runner: Runner, changed?: readonly string[], testMs?: number): unknown => {
    const argv = runner.command('/b', '/r', changed as RepoPath[] | undefined, testMs);
    const { start, files, patterns, helper } = JSON.parse(argv?.at(-1) ?? '{}') as Record<string, unknown>;
    return [...((start as string[] | undefined) ?? []).slice(1), '|', ...((files ?? patterns ?? []) as []), helper];
  };
  const cases: readonly (readonly [name: string, told: unknown, expected: readonly unknown[]])[] = [
    [
      'ava, all, by what it takes for tests itself',
      told(ava('', 'a.mjs', 'c8 ava --timeout=2m', 7, none), undefined, 5_000),
      [
        '/b/a.mjs',
        '--tap',
        '--no-worker-threads',
        '--timeout=2m',
        '--timeout=5000ms',
        '|',
        '**/*.{js,cjs,mjs,jsx,ts,cts,mts,tsx}',
        'ava/eslint-plugin-helper',
      ],
    ],
    [
      'ava, related, with settings elsewhere',
      told(ava('p', 'a.mjs', 'ava --config x.js', 3, related(['p/test.js'])), ['p/index.js']),
      ['/b/a.mjs', '--tap', '--config', 'x.js', '|', '/b/p/test.js', undefined],
    ],
    ['ava, none related', told(ava('', 'a.mjs', 'ava', 7, none), ['index.js']), ['|', undefined]],
    [
      'tape, all, by the script’s patterns',
      told(tape('', 'bin/tape', "nyc tape -r ./setup 'test/**/*.js' -i .ignored", none)),
      ['/b/bin/tape', '-r', './setup', '|', 'test/**/*.js', undefined],
    ],
    [
      'tape by Node alone: the file that loads the others',
      told(tape('', 'bin/tape', 'node -r x test', related(['test/a.js', 'test/index.js'])), ['a.js']),
      ['-r', 'x', '|', '/b/test/index.js', undefined],
    ],
    [
      'tape by Node alone: related ones that no such file loads',
      told(tape('', 'bin/tape', 'node test', related(['test/a.js'])), ['a.js']),
      ['|', '/b/test/a.js', undefined],
    ],
    [
      'tap, related',
      told(tap('p', 'tap.js', 'tap --node-arg=-x --ts -R dot', 16, related(['p/test/a.js'])), ['p/a.js'], 1_500),
      [
        '/b/tap.js',
        '--node-arg=-x',
        '--ts',
        '--no-coverage',
        '--reporter=tap',
        '--timeout=2',
        'test/a.js',
        '|',
        null,
        undefined,
      ],
    ],
    [
      'tap, all, by the script’s words',
      told(tap('', 'tap.js', 'tap -j 4 test/*.js', 21, none)),
      [
        '/b/tap.js',
        '-j',
        '4',
        '--disable-coverage',
        '--allow-incomplete-coverage',
        '--reporter=tap',
        'test/*.js',
        '|',
        null,
        undefined,
      ],
    ],
    [
      'uvu, related',
      told(
        uvu(
          'p',
          'node_modules/uvu/bin.js',
          'tsc && node --loader x uvu -b -r ts-node/register --ignore=fixtures -i x test "\\.test\\.(ts|js)$" | cat',
          related(['p/test/a.js']),
        ),
        ['p/a.js'],
      ),
      [
        '--import',
        expect.stringContaining('data:text/javascript,'),
        '--loader',
        'x',
        '/b/node_modules/uvu/bin.js',
        '-r',
        'ts-node/register',
        '|',
        '/b/p/test/a.js',
        {
          parse: '/b/node_modules/uvu/parse',
          dir: 'test',
          pattern: '\\.test\\.(ts|js)$',
          options: { ignore: ['fixtures', 'x'], cwd: '.' },
        },
      ],
    ],
    [
      'uvu by Node alone: the file that loads the others',
      told(uvu('', 'bin.js', 'node -r x test', related(['test/a.js', 'test/index.js'])), ['a.js']),
      ['--import', expect.any(String), '-r', 'x', '|', '/b/test/index.js', undefined],
    ],
    [
      'uvu, all, by a script that does not name it',
      told(uvu('', 'bin.js', 'lint', none)),
      ['--import', expect.any(String), '/b/bin.js', '|', { parse: '/b/parse', options: { ignore: [], cwd: '.' } }],
    ],
    ['uvu, none related', told(uvu('', 'bin.js', 'uvu', none), ['index.js']), ['|', undefined]],
  ];
  it.each(cases)('%s', (_, argv, expected) => expect(argv).toEqual(expected));
});

/** Runs all tests of a folder as a check would. */
function reported(runner: Runner, root: string): { readonly status: number | null; readonly report: TestReport } {
  const report = join(temporaryFolder(), 'report.json');
  const [node, ...args] = runner.command(root, report, undefined)!;
  const env = { ...process.env, CI: 'true', NO_COLOR: '1', NODE_OPTIONS: '' };
  const { status } = spawnSync(node!, args, { cwd: root, env, encoding: 'utf8' });
  return { status, report: runner.read(readFileSync(report, 'utf8'), root)! };
}

const TAPE_FORMS = `const test = require('tape');
const f = (n) => n * 2;
test('block', function (t) { t.equal(f(2), 4); t.end(); });
test('planned', (t) => { t.plan(2); t.deepEqual([f(1)], [2]); t.ok(true, 'said'); });
test('called back', (t) => { setTimeout(() => { t.equal(f(2), 4); t.end(); }, 5); });
test('async', async (t) => { t.equal(await Promise.resolve(f(2)), 4); });
test('expression', (t) => t.end());
test('long', (t) => { t.equal('a'.repeat(1e7), 'a'.repeat(1e7)); t.end(); });
test('comments', (t) => { t.ok(true); t.comment('more'); t.equal(f(1), 2, 'told'); t.end(); });
test('throws', (t) => { t.throws(() => { throw new Error('x'); }); t.end(); });
test('with options', { timeout: 5000 }, (t) => { t.pass(); t.end(); });
test('group', (t) => {
  t.test('sub', (s) => { s.equal(f(2), 4); s.end(); });
  t.test('same name', (t) => { t.plan(1); t.equal(f(2), 4); });
  t.end();
});
test.skip('left out', (t) => { t.end(); });
test('made ' + f(1), (t) => { t.pass(); t.end(); });
`;
const AVA_FORMS = `import test from 'ava';
const f = (n) => n * 2;
test('block', (t) => { t.is(f(2), 4); });
test('expression', (t) => t.is(f(2), 4));
test('async', async (t) => { t.deepEqual(await Promise.resolve([f(2)]), [4]); });
test('planned', (t) => { t.plan(1); t.true(f(2) === 4); });
test('promise', (t) => Promise.resolve().then(() => t.pass()));
test('throws', (t) => { t.throws(() => { throw new Error('x'); }); });
test('parts', ({ is }) => { is(f(2), 4); });
test.serial('serial', (t) => { t.is(f(2), 4, 'told'); });
test.failing('failing', (t) => { t.is(f(2), 5); });
test.skip('left out', (t) => { t.pass(); });
test.todo('to be');
`;

const UVU_FORMS = `const uvu = require('uvu');
const assert = require('uvu/assert');
const { is, equal } = assert;
const { test, suite } = uvu;
const f = (n) => n * 2;
test('block', () => { assert.is(f(2), 4); });
test('alone', () => { is(f(2), 4); equal([f(2)], [4], 'told'); });
test('expression', () => assert.equal(f(2), 4));
test('async', async () => { assert.is(await Promise.resolve(f(2)), 4); });
test('context', ({ n }) => { assert.is(n, undefined); });
test('throws', () => { assert.throws(() => { throw new Error('x'); }); });
test('nothing', () => {});
uvu.test('by what is loaded', () => { is(f(1), 2); });
test.skip('left out', () => {});
test('made ' + f(1), () => {});
test.run();
const adds = suite('adds');
adds('in a suite', () => { is(f(2), 4); });
adds.run();
{
  const test = suite('more');
  test.before.each((context) => { context.n = 2; });
  test.only('only', ({ n }) => { is(f(n), 4); });
  test.skip('beside', () => {});
  test.run();
}
`;

describe('tests altered such that they cannot pass', () => {
  const cases: readonly (readonly [
    name: 'tape' | 'ava' | 'uvu',
    text: string,
    runner: Runner,
    titles: readonly string[],
    left: readonly string[],
  ])[] = [
    [
      'tape',
      TAPE_FORMS,
      tape('', installed('tape/bin/tape'), 'tape test/*.js', none),
      [
        'block',
        'planned',
        'called back',
        'async',
        'expression',
        'long',
        'comments',
        'throws',
        'with options',
        'group',
        'sub',
        'same name',
      ],
      [],
    ],
    [
      'ava',
      AVA_FORMS,
      ava('', installed('ava/entrypoints/cli.mjs'), 'ava', 7, none),
      ['block', 'expression', 'async', 'planned', 'promise', 'throws', 'parts', 'serial'],
      ['failing'],
    ],
    [
      'uvu',
      UVU_FORMS,
      uvu('', 'node_modules/uvu/bin.js', 'uvu', none),
      [
        'block',
        'alone',
        'expression',
        'async',
        'context',
        'throws',
        'nothing',
        'by what is loaded',
        'in a suite',
        'only',
      ],
      [],
    ],
  ];
  it.each(cases)('%s', { timeout: 120_000 }, (name, text, runner, titles, left) => {
    const files = (test: string): Files => ({
      'package.json': JSON.stringify({ type: name === 'ava' ? 'module' : 'commonjs' }),
      'test/a.js': test,
      [`node_modules/${name}`]: { link: installed(name) },
    });
    const before = reported(runner, new Project(files(text)).root);
    expect(before.status, JSON.stringify(before.report)).toBe(0);
    expect(before.report.cases.filter(({ status }) => status === 'failed')).toEqual([]);
    const altered = alteredTests(text, 'test/a.js', name, 'a1b2');
    expect(altered.titles).toEqual(titles);
    const { status, report } = reported(runner, new Project(files(altered.text)).root);
    const of = (wanted: string): readonly string[] =>
      report.cases.flatMap((one) => (one.status === wanted ? one.name.replace(/^(?:adds|more) /, '') : []));
    expect(of('failed')).toEqual(expect.arrayContaining([...titles]));
    expect(of('passed').filter((one) => titles.includes(one))).toEqual([]);
    expect(of('passed')).toEqual(expect.arrayContaining([...left]));
    expect(status).not.toBe(0);
  });
});

describe('what uvu tells', () => {
  const UNKNOWN = 'node_modules/uvu/package.json';
  const said = (files: Files, script = 'uvu'): unknown => {
    const own: Files = Object.hasOwn(files, UNKNOWN) ? {} : { 'node_modules/uvu': { link: installed('uvu') } };
    const { root } = new Project({ 'package.json': '{"type":"module"}', ...own, ...files });
    return reported(uvu('', 'node_modules/uvu/bin.js', script, none), root).report?.cases.map(
      ({ path, name, status, message }) =>
        [path, name, status, ...(message === undefined ? [] : [message])].join(' | '),
    );
  };
  const cjs = (text: string): Files => ({ 'test/a.cjs': `const { test, suite } = require('uvu');\n${text}` });
  const cases: readonly (readonly [
    name: string,
    files: Files,
    expected: readonly string[] | undefined,
    script?: string,
  ])[] = [
    [
      'tests of one name in two suites, of a module',
      {
        'test/a.js': `import { suite } from 'uvu';
for (const name of ['one', 'two']) {
  const test = suite(name);
  test('same { # SKIP', () => { if (name === 'two') throw new Error('no\\n...\\nmore'); });
  test.run();
}
`,
      },
      ['test/a.js | one same { # SKIP | passed', 'test/a.js | two same { # SKIP | failed | no\n...\nmore'],
    ],
    [
      'only, and what is left out',
      cjs("test('a', () => {});\ntest.only('b', () => {});\ntest.skip('c', () => {});\ntest.run();\n"),
      ['a | skipped', '(skipped) | skipped', 'b | passed'].map((one) => `test/a.cjs | ${one}`),
    ],
    [
      'tests that are declared and not run',
      cjs("test('a', () => {});\n"),
      ['test/a.cjs | (test file) | failed | it has tests and ended with status 0 without one'],
    ],
    [
      'a hook before each test',
      cjs("test.before.each(() => { throw new Error('no'); });\ntest('a', () => {});\ntest.run();\n"),
      ['test/a.cjs | a | failed | no'],
    ],
    ...['before', 'after.each'].map((hook): readonly [string, Files, readonly string[]] => [
      `${hook}, of which uvu itself says nothing`,
      cjs(`test.${hook}(() => { throw new Error('no'); });\ntest('a', () => {});\ntest('b', () => {});\ntest.run();\n`),
      ['test/a.cjs | (test file) | failed | bailed out: no'],
    ]),
    [
      'a hook at the end',
      cjs("test.after(() => { throw new Error('no'); });\ntest('a', () => {});\ntest.run();\n"),
      ['test/a.cjs | a | passed', 'test/a.cjs | (test file) | failed | its process ended with status 1: Error: no'],
    ],
    [
      'something thrown that is no error',
      cjs("test('a', () => { throw null; });\ntest('b', () => {});\ntest.run();\n"),
      ['test/a.cjs | a | failed | null', 'test/a.cjs | (test file) | failed | 2 results were planned, 1 came'],
    ],
    [
      'a test that waits for nothing goes by its name',
      cjs("test('a', () => {});\ntest('b', () => new Promise(() => {}));\ntest.run();\n"),
      ['test/a.cjs | a | passed', 'test/a.cjs | b | failed | 2 results were planned, 1 came'],
    ],
    [
      'a file that does not load',
      cjs("test('a', () => {});\ntest.run();\nthrow new TypeError('no');\n"),
      ['test/a.cjs | (test file) | failed | 1 results were planned, 0 came: TypeError: no'],
    ],
    [
      'a file without tests',
      { 'test/a.js': "import { test } from 'uvu';\nexport const more = (name) => test(name, () => {});\n" },
      [],
    ],
    [
      'files by the folder and the expression of the script',
      {
        'test/a.test.cjs': "const { test } = require('uvu');\ntest('a', () => {});\ntest.run();\n",
        'test/b.cjs': 'process.exit(1);\n',
        'test/left/c.test.cjs': 'process.exit(1);\n',
      },
      ['test/a.test.cjs | a | passed'],
      `uvu test "\\.test\\.(cjs|js)$" -i left`,
    ],
    [
      'a version that is not known',
      {
        ...cjs("test('a', () => {});\ntest.run();\n"),
        [UNKNOWN]: '{"main":"dist/index.js"}',
        'node_modules/uvu/bin.js': 'require(process.argv[2] + "/a.cjs");\n',
        'node_modules/uvu/parse/index.js': readFileSync(installed('uvu/parse/index.js'), 'utf8'),
        'node_modules/uvu/dist/index.js': 'exports.test = () => {};\nexports.test.run = () => {};\n',
      },
      undefined,
    ],
  ];
  it.for(cases)('%s', ([, files, expected, script]) => expect(said(files, script)).toEqual(expected));
});

const tree = (type: string, script: string, runner: string, test: string): Files => ({
  'package.json': JSON.stringify({
    name: 'app',
    version: '1.0.0',
    type,
    scripts: { test: script },
    devDependencies: { [runner]: '*' },
  }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: { strict: true, module: 'nodenext', allowJs: true, noEmit: true, types: [] },
  }),
  'package-lock.json': JSON.stringify({ name: 'app', lockfileVersion: 3, packages: {} }),
  '.gitignore': 'node_modules\n',
  [`node_modules/${runner}`]: { link: installed(runner) },
  'src/a.js': type === 'module' ? 'export const f = (n) => n * 2;\n' : 'exports.f = (n) => n * 2;\n',
  'test/a.js': test,
  'test/helpers/b.js': type === 'module' ? "import '../../src/a.js';\n" : "require('../../src/a.js');\n",
});
const TAPE = tree(
  'commonjs',
  "nyc tape 'test/*.js'",
  'tape',
  "const test = require('tape');\nconst { f } = require('../src/a.js');\ntest('doubles', (t) => { t.equal(f(2), 4); t.end(); });\ntest('zero', (t) => { t.equal(f(0), 0); t.end(); });\n",
);
const NODE: Files = {
  ...TAPE,
  'package.json': (TAPE['package.json'] as string).replace("nyc tape 'test/*.js'", 'node test'),
  'test/index.js': "require('./a.js');\n",
};
const AVA = tree(
  'module',
  'c8 ava',
  'ava',
  "import test from 'ava';\nimport { f } from '../src/a.js';\ntest('doubles', (t) => { t.is(f(2), 4); });\ntest('zero', (t) => { t.is(f(0), 0); });\n",
);
const UVU = tree(
  'module',
  'uvu test "^a\\.js$"',
  'uvu',
  "import { test } from 'uvu';\nimport * as assert from 'uvu/assert';\nimport { f } from '../src/a.js';\ntest('doubles', () => { assert.is(f(2), 4); });\ntest('zero', () => { assert.equal(f(0), 0); });\ntest.run();\n",
);
const UVU_CJS = tree(
  'commonjs',
  'node node_modules/uvu/bin.js test',
  'uvu',
  "const { suite } = require('uvu');\nconst assert = require('uvu/assert');\nconst { f } = require('../src/a.js');\nconst numbers = suite('numbers');\nnumbers('doubles', () => { assert.is(f(2), 4); });\nnumbers('zero', () => { assert.is(f(0), 0); });\nnumbers.run();\n",
);
const UVU_NODE: Files = {
  ...UVU_CJS,
  'package.json': (UVU_CJS['package.json'] as string).replace('node node_modules/uvu/bin.js test', 'node test'),
  'test/index.js': "require('./a.js');\n",
};
const wrong = (files: Files): string => (files['src/a.js'] as string).replace('n * 2', 'n * 3');

/** A change that is checked: what is told, and how often which kind of result came. */
interface Checked {
  readonly name: string;
  readonly base: Files;
  readonly files: Readonly<Record<string, string>>;
  readonly allTests?: true;
  readonly status: 'pass' | 'fail' | 'unknown';
  readonly found: readonly RegExp[];
  readonly summary: RegExp;
}

const each = ([name, base]: readonly [string, Files]): readonly Checked[] => [
  {
    name: `${name}: what is right passes, and altered tests are told`,
    base,
    files: { 'src/a.js': `${base['src/a.js']};\n` },
    status: 'pass',
    found: [],
    summary: /^2 passed, 0 failed, 0 skipped/,
  },
  {
    name: `${name}: all tests`,
    base,
    files: { 'src/a.js': `${base['src/a.js']};\n` },
    allTests: true,
    status: 'pass',
    found: [],
    summary: /^2 passed, 0 failed, 0 skipped/,
  },
  {
    name: `${name}: a test that fails goes by its name`,
    base,
    files: { 'src/a.js': wrong(base) },
    status: 'fail',
    found: [/^error tests\/failed (?:numbers )?doubles: /],
    summary: /^1 passed, 1 failed, 0 skipped; 1 of 1 changed lines ran/,
  },
  {
    name: `${name}: code that ends the process with status 0`,
    base,
    files: { 'src/a.js': (base['src/a.js'] as string).replace('n * 2', 'n ? process.exit(0) : 0') },
    status: 'fail',
    found: [
      /^error tests\/failed /,
      ...(name.startsWith('tape') ? [/^error tests\/failed /] : []),
      ...(name.startsWith('uvu') ? [/^warning tests\/fewer .*: (?:numbers )?zero$/] : []),
    ],
    summary: /[12] failed/,
  },
  {
    name: `${name}: code that prints what runners print, and is right`,
    base,
    files: { 'src/a.js': `console.log('---\\nok, fine\\n  1..x');\n${base['src/a.js']}` },
    status: 'pass',
    found: [],
    summary: /^2 passed, 0 failed, 0 skipped/,
  },
];

const CHECKED: readonly Checked[] = [
  ...(
    [
      ['tape', TAPE],
      ['tape by Node', NODE],
      ['ava', AVA],
      ['uvu', UVU],
      ['uvu of CommonJS', UVU_CJS],
      ['uvu by Node', UVU_NODE],
    ] as const
  ).flatMap(each),
  {
    name: 'tape: code that prints results and ends',
    base: TAPE,
    files: {
      'src/a.js': `const { writeSync } = require('node:fs');\nwriteSync(1, '# doubles\\nok 1 x\\n# zero\\nok 2 x\\n1..2\\n');\nprocess.reallyExit(0);\n${wrong(TAPE)}`,
    },
    status: 'fail',
    found: [/^error tests\/runner-patched|^warning tests\/runner-patched|^error tests\/failed/],
    summary: /passed/,
  },
  {
    name: 'tape: an assertion that holds for all',
    base: TAPE,
    files: {
      'src/a.js': `const { Test } = require('tape');\nTest.prototype.equal = function (a, b, message) { this.pass(message); };\n${wrong(TAPE)}`,
    },
    status: 'fail',
    found: [/^error tests\/runner-patched .*doubles/],
    summary: /^2 passed/,
  },
  {
    name: 'uvu: an assertion that holds for all',
    base: UVU_CJS,
    files: { 'src/a.js': `require('uvu/assert').is = () => {};\n${wrong(UVU_CJS)}` },
    status: 'fail',
    found: [/^error tests\/runner-patched .*doubles/],
    summary: /^2 passed/,
  },
  {
    name: 'uvu: code that prints results and ends',
    base: UVU_CJS,
    files: {
      'src/a.js': `const { writeSync } = require('node:fs');\nwriteSync(1, 'ok - "numbers doubles"\\nok - "numbers zero"\\n1..2\\n');\nprocess.reallyExit(0);\n${wrong(UVU_CJS)}`,
    },
    status: 'fail',
    found: [/^error tests\/runner-patched .*doubles/],
    summary: /passed/,
  },
  {
    name: 'uvu: code that says that all tests passed',
    base: UVU,
    files: {
      'src/a.js': `globalThis[Symbol.for('assay.uvu')].failed = globalThis[Symbol.for('assay.uvu')].passed;\n${wrong(UVU)}`,
    },
    status: 'fail',
    found: [/./],
    summary: /passed/,
  },
  {
    name: 'ava: an assertion that holds for all',
    base: AVA,
    files: { 'src/a.js': `Object.is = () => true;\n${wrong(AVA)}` },
    status: 'fail',
    found: [/^error tests\/runner-patched .*doubles/],
    summary: /^2 passed/,
  },
];

describe('checked', () => {
  it.each(CHECKED)('$name', { timeout: 180_000 }, async ({ base, files, allTests = false, status, found, summary }) => {
    const project = new Project(base).init();
    project.write(files);
    const change = { kind: 'working-tree' } as const;
    const { verdict } = value(
      await check({ cwd: project.root, change, only: ['tests'], allTests, allowRestricted: true }),
    );
    const [tests] = verdict.checks;
    const told = tests!.issues
      .filter(({ severity }) => severity !== 'info')
      .map(({ severity, code, message }) => `${severity} ${code} ${message}`);
    const all = JSON.stringify(verdict, null, 1);
    expect(told.length, all).toBe(found.length);
    for (const [at, one] of found.entries()) expect(told[at]).toMatch(one);
    expect(verdict.status, all).toBe(status);
    expect(tests!.summary).toMatch(summary);
  });
});
