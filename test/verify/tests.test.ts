import { describe, expect, it } from 'vitest';
import { type RepoPath, span } from '../../src/base/index.ts';
import { check } from '../../src/jobs/index.ts';
import { changedCoverage } from '../../src/verify/tests/coverage.ts';
import { jest } from '../../src/verify/tests/jest.ts';
import { mocha } from '../../src/verify/tests/mocha.ts';
import { nodeTest } from '../../src/verify/tests/nodeTest.ts';
import { expandScript, namedBy } from '../../src/verify/tests/script.ts';
import { originalPositions } from '../../src/verify/tests/sourceMap.ts';
import { vitest } from '../../src/verify/tests/vitest.ts';
import { type Files, Project, value } from '../workspace/repository.ts';

describe('test scripts', () => {
  const scripts = { 'test:unit': 'mocha test', a: 'npm run b', b: 'npm run a', lint: 'biome' };
  const cases: readonly (readonly [script: string, expanded: string])[] = [
    ['npm run lint && npm run test:unit', 'biome && mocha test'],
    ['yarn test:unit --exit', 'mocha test --exit'],
    ['npm run absent', 'npm run absent'],
    ['npm run a', 'npm run a'],
    ['X=1 pnpm run "/^(a|lint)$/"', 'X=1 pnpm run "/^(a|lint)$/"'],
    ['X=1 pnpm run "/^test:|lint$/" --x', 'X=1 mocha test && X=1 biome --x'],
  ];
  it.each(cases)('%s', (script, expanded) => expect(expandScript(script, scripts)).toBe(expanded));
});

describe('test files that a script names', () => {
  const cases: readonly (readonly [words: readonly string[], files: readonly string[], named: readonly string[]])[] = [
    [
      ['test/**/*.test.ts'],
      ['p/test/a.test.ts', 'p/test/bun.spec.ts', 'p/test/b/c.test.ts'],
      ['p/test/a.test.ts', 'p/test/b/c.test.ts'],
    ],
    [['./test'], ['p/test/a.ts', 'p/src/b.test.ts'], ['p/test/a.ts']],
    [['test/*.{js,mjs}', '!test/slow.js'], ['p/test/a.mjs', 'p/test/slow.js'], ['p/test/a.mjs']],
    [['dist/test/*.js'], ['p/test/a.ts'], ['p/test/a.ts']],
    [[], ['p/test/a.ts'], ['p/test/a.ts']],
  ];
  it.each(cases)('%j', (words, files, named) => expect(namedBy(words, 'p', files as RepoPath[])).toEqual(named));
});

describe('commands of runners', () => {
  const related = (): never[] => ['test/a.test.js' as never];
  const [node] = [process.execPath];
  const cases: readonly (readonly [
    name: string,
    argv: readonly string[] | undefined,
    expected: readonly string[] | undefined,
  ])[] = [
    [
      'jest, by what starts it with settings of its own',
      jest('', 'node_modules/kcd-scripts/dist/index.js', 'kcd-scripts test --env=jsdom', related, 'kcd-scripts')
        .command('/b', '/r', ['src/a.js' as never])
        ?.slice(0, 5),
      [node, '/b/node_modules/kcd-scripts/dist/index.js', 'test', '--env=jsdom', '--ci'],
    ],
    [
      'jest, in its own words',
      jest(
        '',
        'node_modules/jest/bin/jest.js',
        'NODE_OPTIONS=--experimental-vm-modules jest -c ci.js --coverage',
        related,
      ).command('/b', '/r', ['src/a.js' as never]),
      [
        node,
        '--experimental-vm-modules',
        '/b/node_modules/jest/bin/jest.js',
        '-c',
        'ci.js',
        '--ci',
        '--watchAll=false',
        '--passWithNoTests',
        '--coverage=false',
        '--json',
        '--outputFile=/r',
        '--findRelatedTests',
        '/b/src/a.js',
        '/b/test/a.test.js',
      ],
    ],
    [
      'vitest, as the script has it',
      vitest('', '/v.js', 'TZ=UTC vitest run --config unit.config.ts --globals --reporter=dot', 5, related).command(
        '/b',
        '/r',
        undefined,
      ),
      [
        node,
        '/v.js',
        '--config',
        'unit.config.ts',
        '--globals',
        '--run',
        '--passWithNoTests',
        '--coverage=false',
        '--typecheck.enabled=false',
        '--reporter=json',
        '--outputFile=/r',
      ],
    ],
    [
      'vitest, asked for tests by name, with those that import them',
      vitest('', '/v.js', 'vitest', 5, related)
        .command('/b', '/r', ['src/a.test.ts' as never])
        ?.slice(0, 4),
      [node, '/v.js', '/b/test/a.test.js', '--run'],
    ],
    [
      'vitest, asked for what tests may take from elsewhere',
      vitest('', '/v.js', 'vitest', 5, related)
        .command('/b', '/r', ['a.test.ts' as never, 'test/all.ts' as never])
        ?.slice(0, 5),
      [node, '/v.js', 'related', '/b/a.test.ts', '/b/test/all.ts'],
    ],
    [
      'mocha, all tests by the script’s patterns',
      mocha(
        '',
        'node_modules/mocha/bin/mocha.js',
        "c8 mocha -r tsx --recursive --reporter dot 'test/**/*.js'",
        related,
      ).command('/b', '/r', undefined),
      [
        node,
        '/b/node_modules/mocha/bin/mocha.js',
        '-r',
        'tsx',
        '--recursive',
        '--reporter',
        'json',
        '--reporter-option',
        'output=/r',
        'test/**/*.js',
      ],
    ],
    [
      'mocha, related tests',
      mocha('', '/m.js', 'mocha test', related).command('/b', '/r', ['src/a.js' as never]),
      [node, '/m.js', '--reporter', 'json', '--reporter-option', 'output=/r', '/b/test/a.test.js'],
    ],
    [
      'node:test, all tests by the script’s patterns',
      nodeTest('', "node --import tsx --test --test-reporter=spec 'spec/*.ts'", related)
        .command('/b', '/r', undefined)
        ?.filter((word) => !/^--(?:test-reporter|import=data:)/.test(word)),
      [node, '--import', 'tsx', '--test', 'spec/*.ts'],
    ],
    [
      'mocha, with a time of ours for one test, which comes after the script’s',
      mocha('', '/m.js', 'mocha --timeout 50 test', related).command('/b', '/r', ['src/a.js' as never], 9_000),
      [
        node,
        '/m.js',
        '--timeout',
        '50',
        '--reporter',
        'json',
        '--reporter-option',
        'output=/r',
        '--timeout',
        '9000',
        '/b/test/a.test.js',
      ],
    ],
    ['mocha, none related', mocha('', '/m.js', 'mocha', () => []).command('/b', '/r', ['x.js' as never]), undefined],
  ];
  it.each(cases)('%s', (_, argv, expected) => expect(argv).toEqual(expected));
});

describe('what a script sets', () => {
  const cases: readonly (readonly [script: string, env: Readonly<Record<string, string>>])[] = [
    ['jest', {}],
    ['TZ=UTC A_B="c d" jest', { TZ: 'UTC', A_B: 'c d' }],
    ["cross-env TZ='America/New_York' NODE_OPTIONS=--x jest --ci", { TZ: 'America/New_York' }],
    ["NODE_OPTIONS='--inspect --import tsx --no-warnings' jest", { NODE_OPTIONS: '--import tsx --no-warnings' }],
    ['A=1 tsc && env B= jest', { B: '' }],
    ['HERE=$PWD jest --testNamePattern a=b', {}],
  ];
  it.each(cases)('%s', (script, env) => expect(jest('', '/j.js', script, () => []).env).toEqual(env));
});

describe('reports of runners', () => {
  // Parts of what jest 30.5 and mocha 11.8 wrote.
  const jestReport = JSON.stringify({
    testResults: [
      {
        name: '/b/test/a.test.js',
        status: 'failed',
        message: '',
        assertionResults: [
          {
            fullName: 'f doubles',
            status: 'failed',
            failureMessages: ['Error: no\n\nExpected: 4\nReceived: 3\n    at Object.toBe (/b/test/a.test.js:4:38)'],
          },
          { fullName: 'f later', status: 'pending', failureMessages: [] },
        ],
      },
      { name: '/b/test/b.test.js', status: 'failed', message: "Cannot find module './nothing'", assertionResults: [] },
    ],
  });
  const one = {
    fullTitle: 'f doubles',
    file: '/b/test/a.test.js',
    err: { message: '3 == 4', stack: 'AssertionError' },
  };
  const later = { fullTitle: 'f later', file: '/b/test/a.test.js', err: {} };
  const mochaReport = JSON.stringify({ stats: { tests: 3 }, passes: [later], failures: [one], pending: [later] });
  const cases = [
    [
      'jest',
      jest('', 'x', 'jest', () => []).read(jestReport, '/b'),
      [
        'failed test/a.test.js f doubles: Error: no\n\nExpected: 4\nReceived: 3',
        'skipped test/a.test.js f later: ',
        "failed test/b.test.js (test file): Cannot find module './nothing'",
      ],
    ],
    [
      'mocha',
      mocha('', 'x', 'mocha', () => []).read(mochaReport, '/b'),
      [
        'passed test/a.test.js f later: ',
        'failed test/a.test.js f doubles: 3 == 4',
        'skipped test/a.test.js f later: ',
      ],
    ],
    ['mocha that printed something else', mocha('', 'x', 'mocha', () => []).read('{"stats":{}}', '/b'), undefined],
    ['jest that was cut', jest('', 'x', 'jest', () => []).read(jestReport.slice(0, 50), '/b'), undefined],
  ] as const;
  it.each(cases)('%s', (_, report, expected) => {
    expect(
      report?.cases.map(({ status, path, name, message }) => `${status} ${path} ${name}: ${message ?? ''}`),
    ).toEqual(expected);
  });
});

describe('what the code under test may have written itself', () => {
  const change = { kind: 'modified', path: 'a.js', after: { text: 'a()\n' }, spans: [span(0, 4)] } as never;
  const good = [
    { path: '/b/a.js', source: 'a()\n', functions: [{ ranges: [{ startOffset: 0, endOffset: 4, count: 1 }] }] },
  ];
  const cases: readonly (readonly [name: string, text: string, covered: number])[] = [
    ['as it should be', JSON.stringify(good), 1],
    ['no JSON', '{', 0],
    ['no list', '{}', 0],
    ['no functions', '[{"path":"/b/a.js","source":"a()"}]', 0],
    ['no ranges', '[{"path":"/b/a.js","source":"a()","functions":[null]}]', 0],
    ['ranges of another kind', '[{"path":"/b/a.js","source":"a()","functions":[{"ranges":[{"startOffset":"x"}]}]}]', 0],
  ];
  it('more ranges than anybody could look at', () => {
    const source = 'a()\n'.padEnd(2_000_000);
    const ranges = Array.from({ length: 500_000 }, () => ({ startOffset: 0, endOffset: 2_000_000, count: 0 }));
    const text = JSON.stringify([{ path: '/b/a.js', source, functions: [{ ranges }] }]);
    expect(changedCoverage(new Project({ '1-0.json': text }).root, '/b', [change])).toBeUndefined();
  });

  it('a file elsewhere as one that ran, of which nothing is read', () => {
    const { root } = new Project({ 'a.js': 'no tests of the runner’s\n', 'in/b.js': 'none\n' });
    const events = (file: string): string =>
      ['test:dequeue', 'test:pass'].map((type) => JSON.stringify({ type, name: file, file })).join('\n');
    const status = (file: string) =>
      nodeTest('', '', () => []).read(events(`${root}/${file}`), `${root}/in`)?.cases[0]?.status;
    expect([status('in/b.js'), status('a.js')]).toEqual(['passed', 'failed']);
  });

  it.each(cases)('%s', (_, text, covered) => {
    const { root } = new Project({ '1-0.started': '', '1-0.json': text });
    expect(changedCoverage(root, '/b', [change])?.covered).toBe(covered);
    expect(changedCoverage(new Project({ '1-0.started': '' }).root, '/b', [change])).toBeUndefined();
  });
});

describe('where code that ran comes from', () => {
  const words = (source: string, map: string | undefined, text: string): string[] =>
    originalPositions(source, map, text).map(
      ({ offset, line, column }) => `${/^\w+/.exec(source.slice(offset))?.[0]}@${line}:${column}`,
    );
  it('its own text, types blanked out', () => {
    expect(words('let a         = 1;\nb', undefined, 'let a: number = 1;\nb')).toEqual([
      'let@1:1',
      'a@1:5',
      'undefined@1:15',
      '1@1:17',
      'b@2:1',
    ]);
  });
  it('an inline source map', () => {
    // let b\nlet c from b\n\nc: two segments.
    const map = JSON.stringify({ version: 3, sources: ['x'], names: [], mappings: 'AAAA;AAEA' });
    const url = `data:application/json;charset=utf-8;base64,${Buffer.from(map).toString('base64')}`;
    expect(words('one;\ntwo;', url, 'one\n\ntwo')).toEqual(['one@1:1', 'two@3:1']);
  });
  it('the words that both have', () => {
    const text = 'interface A { x: 1 }\nexport function f(a: A) {\n  return a.x;\n}\n';
    expect(words('exp("f");\nfunction f(a) { return a.x }', undefined, text)).toEqual([
      'function@2:8',
      'f@2:17',
      'a@2:19',
      'return@3:3',
      'a@3:10',
      'x@3:12',
    ]);
  });
});

const BASE: Files = {
  'package.json': JSON.stringify({
    name: 'app',
    version: '1.0.0',
    type: 'module',
    scripts: { test: 'npm run unit', unit: 'node --test' },
  }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: { strict: true, module: 'nodenext', allowJs: true, noEmit: true, types: [] },
  }),
  'package-lock.json': JSON.stringify({ name: 'app', lockfileVersion: 3, packages: {} }),
  '.gitignore': 'node_modules\n',
  'node_modules/x/index.js': '',
  'node_modules/x/package.json': JSON.stringify({ name: 'x', version: '1.0.0' }),
  'src/a.js': `export const f = (n) => {
  if (n > 1) {
    return n * 2;
  }
  return 0;
};
`,
  'test/a.test.js': `import test from 'node:test';
import 'x';
import assert from 'node:assert/strict';
import { f } from '../src/a.js';
test('doubles', () => assert.equal(f(2), 4));
test('old failure', () => assert.equal(f(2), 5));
`,
};

interface Case {
  readonly name: string;
  /** What the base has beside `BASE`. */
  readonly base?: Files;
  readonly files: Readonly<Record<string, string>>;
  /** Files that the head has no more. */
  readonly gone?: readonly string[];
  readonly allTests?: true;
  readonly status: 'pass' | 'fail' | 'unknown';
  readonly found: readonly string[];
  readonly summary?: RegExp;
  /** Covered and changed lines of src/a.js. */
  readonly covered?: readonly [number, number];
}

const HEAD =
  "import test from 'node:test';\nimport assert from 'node:assert/strict';\nimport { readFileSync, writeFileSync } from 'node:fs';\nimport { f } from '../src/a.js';\n";
/** Run by vitest, which ends with 1 where an error is nobody's. */
const VITEST: Files = {
  'package.json': JSON.stringify({ name: 'app', version: '1.0.0', type: 'module', scripts: { test: 'vitest run' } }),
  'node_modules/vitest': { link: new URL('../../node_modules/vitest', import.meta.url).pathname },
  'test/a.test.js':
    "import { expect, test } from 'vitest';\nimport { f } from '../src/a.js';\ntest('doubles', () => expect(f(2)).toBe(4));\n",
};
const TYPED: Files = {
  ...VITEST,
  'node_modules/typescript': { link: new URL('../../node_modules/typescript', import.meta.url).pathname },
  'node_modules/.bin/tsc': { link: '../typescript/bin/tsc' },
  'vitest.config.js': 'export default { test: { typecheck: { enabled: true } } };\n',
  'tsconfig.json':
    '{ "compilerOptions": { "noEmit": true, "allowJs": true, "types": [], "skipLibCheck": true }, "include": ["test"] }',
  'test/types.test-d.ts':
    "import { expectTypeOf, test } from 'vitest';\nimport { f } from '../src/a.js';\ntest('a function', () => expectTypeOf(f).toBeFunction());\n",
};
const TABLE = `${HEAD}
for (const n of JSON.parse(readFileSync(new URL('./cases.json', import.meta.url), 'utf8')))
  test('of ' + n, () => assert.equal(f(n), n > 1 ? n * 2 : 0));
`;
const OTHER: Files = {
  'src/other.js': 'export const g = () => 1;\n',
  'test/other.test.js':
    "import test from 'node:test';\nimport assert from 'node:assert/strict';\nimport { g } from '../src/other.js';\ntest('one', () => assert.equal(g(), 1));\n",
};
const TWO: Files = {
  'one/package.json': JSON.stringify({
    name: '@m/one',
    type: 'module',
    exports: './index.js',
    scripts: { test: 'node --test' },
  }),
  'one/index.js': "export const greet = (name) => 'hi ' + name;\n",
  'one/one.test.js':
    "import test from 'node:test';\nimport assert from 'node:assert/strict';\nimport { greet } from './index.js';\ntest('names', () => assert.match(greet('x'), /x/));\n",
  'two/package.json': JSON.stringify({
    name: '@m/two',
    type: 'module',
    scripts: { test: 'node --test' },
    dependencies: { '@m/one': '*' },
  }),
  'two/index.js': "import { greet } from '@m/one';\nexport const shout = (name) => greet(name).toUpperCase();\n",
  'two/two.test.js':
    "import test from 'node:test';\nimport assert from 'node:assert/strict';\nimport { shout } from './index.js';\ntest('shouts', () => assert.equal(shout('x'), 'HI X'));\n",
  'node_modules/@m/one': { link: '../../one' },
};
const DATA: Files = {
  'src/rates.json': '{ "DE": 19 }',
  'src/greeting.txt': 'Hello',
  'src/data.js': `import { readFileSync } from 'node:fs';
import rates from './rates.json' with { type: 'json' };
export const rate = (country) => rates[country];
export const greeting = () => readFileSync(new URL('greeting.txt', import.meta.url), 'utf8');
`,
  'docs/one.md': '# One',
  'test/pages/one.md': '# One',
  'test/data.test.js': `import test from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { greeting, rate } from '../src/data.js';
test('rate', () => assert.equal(rate('DE'), 19));
test('greeting', () => assert.equal(greeting(), 'Hello'));
const pages = new URL('pages/', import.meta.url);
for (const page of readdirSync(pages))
  test('a title in ' + page, () => assert.equal(readFileSync(new URL(page, pages), 'utf8'), '# One'));
`,
};
/** Tests that need what their script sets. */
const needs = (script: string): Files => ({
  'package.json': JSON.stringify({ name: 'app', version: '1.0.0', type: 'module', scripts: { test: script } }),
  'set.env': 'WORD=hello\n',
  'set.js': "process.env.WORD = 'hello';\n",
  'src/word.js': 'export const word = () => process.env.WORD;\n',
  'test/word.test.js':
    "import test from 'node:test';\nimport assert from 'node:assert/strict';\nimport { word } from '../src/word.js';\ntest('word', () => assert.equal(word(), 'hello'));\n",
});
/** Tests of what was built, and is no part of the repository. */
const BUILT: Files = {
  '.gitignore': 'node_modules\ndist\n',
  'dist/a.js': BASE['src/a.js']!,
  'test/a.test.js': (BASE['test/a.test.js'] as string).replace('../src/a.js', '../dist/a.js'),
};
const LOST = "Promise.reject(new Error('nobody waits'));\n";
const OLD = 'warning tests/failing-before test/a.test.js';

/** A test that starts a program, which imports more. */
const PROGRAM: Files = {
  'src/word.js': "export const word = () => 'hello';\n",
  'src/main.js': "import { word } from './word.js';\nconsole.log(word());\n",
  'test/program.test.js': `import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
test('says it', () => assert.equal(execFileSync(process.execPath, ['src/main.js'], { encoding: 'utf8' }), 'hello\\n'));
`,
};

const CASES: readonly Case[] = [
  {
    name: 'a test of types beside what ran, which no runner loads',
    files: {
      'src/a.js': (BASE['src/a.js'] as string).replace('n * 2', '2 * n'),
      'src/a.test-d.ts': "import { expectType } from 'tsd';\nimport { f } from './a.js';\nexpectType<number>(f(1));\n",
    },
    status: 'pass',
    found: [OLD],
    covered: [1, 1],
  },
  {
    name: 'a failure that was there, and lines that no test runs',
    files: {
      'src/a.js': (BASE['src/a.js'] as string).replace(
        '  return 0;',
        '  if (n < 0) {\n    return -1;\n  }\n  return n === 1 ? 1 : 0;',
      ),
    },
    status: 'unknown',
    found: [
      OLD,
      'info tests/not-covered src/a.js:5',
      'info tests/not-covered src/a.js:8',
      'warning tests/none undefined',
    ],
    covered: [0, 3],
  },
  {
    name: 'lines of which one runs in a test',
    files: {
      'src/a.js': (BASE['src/a.js'] as string)
        .replace('n * 2', '2 * n')
        .replace('  return 0;', '  return n === 1 ? 1 : 0;'),
    },
    status: 'pass',
    found: [OLD, 'info tests/not-covered src/a.js:5'],
    covered: [1, 2],
  },
  {
    name: 'a branch that no test takes',
    files: { 'src/a.js': (BASE['src/a.js'] as string).replace('return n * 2', 'return n > 5 ? 5 : n * 2') },
    status: 'pass',
    found: [OLD, 'info tests/branch-not-taken src/a.js:3'],
    covered: [1, 1],
  },
  {
    name: 'a file of types that no test loads, and one of code',
    files: {
      'src/types.ts': 'export interface A {\n  readonly a: number;\n}\n',
      'src/a.js': `${BASE['src/a.js']};\n`,
      'src/more.ts': 'export interface B {\n  b: 1;\n}\nexport const b = (): B => ({\n  b: 1,\n});\n',
    },
    status: 'unknown',
    found: [OLD, 'info tests/not-covered src/more.ts', 'warning tests/none undefined'],
  },
  {
    name: 'comments alone, of code that tests run',
    files: { 'src/a.js': `// Doubles.\n${BASE['src/a.js']}` },
    status: 'unknown',
    found: [],
    summary: /^of code, only comments changed$/,
  },
  {
    name: 'a process that is ended before its lines are counted',
    files: {
      'src/a.js': `;\n${BASE['src/a.js']}`,
      'test/b.test.js': `${HEAD}
import { spawnSync } from 'node:child_process';
test('f', () => assert.equal(spawnSync(process.execPath, ['-e', 'process.kill(process.pid, "SIGKILL")']).signal, 'SIGKILL'));
`,
    },
    status: 'pass',
    found: [OLD],
    summary: /; which changed lines ran is not known$/,
  },
  {
    name: 'a lock file that is another one than at the base, where nothing is installed then',
    files: {
      'package-lock.json': JSON.stringify({ name: 'app', lockfileVersion: 3, packages: { '': { license: 'MIT' } } }),
      'src/a.js': `${BASE['src/a.js']};\n`,
    },
    status: 'pass',
    found: [OLD],
  },
  {
    name: 'files beside a package.json that only says how they are read',
    base: { 'test/inner/package.json': '{"type":"module"}' },
    files: { 'test/inner/b.test.js': "import test from 'node:test';\ntest('passes', () => {});\n" },
    status: 'pass',
    found: [],
  },
  {
    name: 'a failure in a file of tests that is new, beside others',
    files: { 'test/b.test.js': (BASE['test/a.test.js'] as string).replace('f(2), 5', 'f(2), 6') },
    status: 'fail',
    found: ['error tests/failed test/b.test.js'],
  },
  {
    name: 'a failure in a file of tests that is new, and one that is old',
    files: {
      'src/a.js': `${BASE['src/a.js']};\n`,
      'test/b.test.js': (BASE['test/a.test.js'] as string).replace('f(2), 5', 'f(2), 6'),
    },
    status: 'fail',
    found: [OLD, 'error tests/failed test/b.test.js'],
  },
  {
    name: 'a file of tests that goes by another name, with its old failure',
    files: { 'test/b.test.js': BASE['test/a.test.js'] as string },
    gone: ['test/a.test.js'],
    status: 'pass',
    found: ['warning tests/failing-before test/b.test.js'],
  },
  {
    name: 'a failure that is new',
    files: { 'src/a.js': (BASE['src/a.js'] as string).replace('n * 2', 'n * 3') },
    status: 'fail',
    found: ['error tests/failed test/a.test.js', OLD],
    covered: [1, 1],
  },
  {
    name: 'a test that failed before, by the name of its file',
    base: {
      'test/named.test.js': `${HEAD}test('of ' + import.meta.filename, () => assert.equal(f(2), 5, import.meta.filename));\n`,
    },
    files: { 'src/a.js': `${BASE['src/a.js']};\n` },
    status: 'pass',
    found: [OLD, 'warning tests/failing-before test/named.test.js'],
  },
  {
    name: 'tests that start one thread after the other',
    files: {
      'src/worker.js': "import { parentPort } from 'node:worker_threads';\nparentPort.postMessage(4);\n",
      'test/b.test.js': `${HEAD}
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
const answer = async () => {
  const thread = new Worker(new URL('../src/worker.js', import.meta.url));
  const [value] = await once(thread, 'message');
  await once(thread, 'exit');
  return value;
};
for (const title of ['one', 'two', 'three'])
  test(title, async () => { assert.equal(await answer(), f(2)); await wait(50); });
`,
    },
    status: 'pass',
    found: [],
  },
  {
    name: 'a test that fails by turns, and one that changes the tree',
    files: {
      'test/b.test.js': `${HEAD}
// Only the first run is counted.
test('by turns', () => assert.equal(process.env.ASSAY_COVERAGE, undefined));
test('writes', () => writeFileSync('src/a.js', readFileSync('src/a.js', 'utf8') + '// mine'));
test('f', () => assert.equal(f(2), 4));
`,
    },
    status: 'pass',
    found: ['warning tests/flaky test/b.test.js', 'warning tests/changes-tree undefined'],
  },
  {
    name: 'tests that wait for input, which comes to its end at once',
    files: {
      'test/b.test.js': `${HEAD}
test('all of it', () => assert.equal(readFileSync(0, 'utf8'), ''));
test('as a stream', async () => { for await (const part of process.stdin) assert.equal(part, undefined); });
test('f', () => assert.equal(f(2), 4));
`,
    },
    status: 'pass',
    found: [],
  },
  {
    name: 'a table of cases that lost some, read by a test that stands as it was',
    base: { 'test/cases.json': '[1, 2, 3]', 'test/b.test.js': TABLE },
    files: { 'test/cases.json': '[2]', 'src/a.js': `${BASE['src/a.js']};\n` },
    status: 'pass',
    found: [OLD, 'warning tests/fewer test/b.test.js'],
  },
  {
    name: 'a table of cases that has others now',
    base: { 'test/cases.json': '[1, 2, 3]', 'test/b.test.js': TABLE },
    files: { 'test/cases.json': '[2, 4, 5]', 'src/a.js': `${BASE['src/a.js']};\n` },
    status: 'pass',
    found: [OLD],
  },
  {
    name: 'settings by which a file of tests is not run any more',
    base: { ...VITEST, 'vitest.config.js': 'export default {};\n', 'test/b.test.js': VITEST['test/a.test.js']! },
    files: {
      'vitest.config.js': "export default { test: { exclude: ['test/b.*', 'node_modules'] } };\n",
      'src/a.js': `${BASE['src/a.js']};\n`,
    },
    status: 'pass',
    found: ['warning tests/fewer test/b.test.js'],
  },
  {
    name: 'settings that run what they ran, of a test that what changed does not reach any more',
    base: {
      ...VITEST,
      'vitest.config.js': 'export default {};\n',
      'src/b.js': "export { f } from './a.js';\n",
      'test/b.test.js': (VITEST['test/a.test.js'] as string).replace('a.js', 'b.js'),
    },
    files: {
      'vitest.config.js': 'export default { test: {} };\n',
      'src/b.js': 'export const f = (n) => n * 2;\n',
      'src/a.js': `${BASE['src/a.js']};\n`,
    },
    status: 'pass',
    found: [],
  },
  {
    name: 'an exit status of no test’s, as at the base',
    base: { ...VITEST, 'test/a.test.js': `${VITEST['test/a.test.js']}${LOST}` },
    files: { 'src/a.js': `${BASE['src/a.js']};\n` },
    status: 'pass',
    found: ['warning tests/exit-status undefined'],
  },
  {
    name: 'an exit status of no test’s, with the change',
    base: VITEST,
    files: { 'src/a.js': `${BASE['src/a.js']}${LOST}` },
    status: 'fail',
    found: ['error tests/exit-status undefined'],
  },
  {
    name: 'tests of types, whose checker has nowhere to write',
    base: TYPED,
    files: { 'src/a.js': `${BASE['src/a.js']};\n` },
    status: 'pass',
    found: [],
  },
  {
    name: 'tests of types that a project of its own runs, which no altered one can fail',
    base: {
      ...TYPED,
      'vitest.config.js': `export default { test: { projects: [
  { test: { name: 'run', include: ['test/*.test.js'] } },
  { test: { name: 'types', typecheck: { enabled: true, only: true } } },
] } };\n`,
    },
    files: { 'src/a.js': `${BASE['src/a.js']};\n` },
    status: 'pass',
    found: ['warning tests/exit-status undefined'],
  },
  {
    name: 'an exit status of no test’s, behind tests of types',
    base: TYPED,
    files: { 'src/a.js': `${BASE['src/a.js']}${LOST}` },
    status: 'fail',
    found: ['error tests/exit-status undefined'],
  },
  {
    name: 'an exit status of no test’s, by turns',
    base: VITEST,
    // Only the first run is counted.
    files: { 'src/a.js': `${BASE['src/a.js']}if (process.env.ASSAY_COVERAGE !== undefined) ${LOST}` },
    status: 'pass',
    found: ['warning tests/exit-status undefined'],
  },
  {
    name: 'a project whose set-up has every value be the same, before the change as well',
    base: {
      ...VITEST,
      'vitest.config.js': "export default { test: { setupFiles: ['./test/setup.js'] } };\n",
      'test/setup.js': 'Object.is = () => true;\n',
    },
    files: { 'src/a.js': `${BASE['src/a.js']};\n` },
    status: 'unknown',
    found: ['warning tests/runner-patched test/a.test.js'],
  },
  {
    name: 'tests by a name of the project’s own, beside which one more is put',
    base: {
      ...VITEST,
      'test/a.test.js': `${VITEST['test/a.test.js']}`.replace(
        'test(',
        "const check = test;\ncheck('own ' + f(1), () => {});\ncheck(",
      ),
    },
    files: { 'src/a.js': `${BASE['src/a.js']};\n` },
    status: 'pass',
    found: [],
  },
  {
    name: 'a test that needs longer than the project gives it',
    base: { ...VITEST, 'vitest.config.js': 'export default { test: { testTimeout: 1_000 } };\n' },
    files: {
      'test/a.test.js': `${VITEST['test/a.test.js']}
test('waits', async () => {
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(f(2)).toBe(4);
});
`,
    },
    status: 'pass',
    found: ['warning tests/flaky test/a.test.js'],
  },
  {
    name: 'a test, beside one that cannot be read',
    base: {
      ...VITEST,
      'other/tsconfig.json': '{ "extends": "./none.json" }',
      'other/b.test.ts': 'export const b = 1;\n',
    },
    files: { 'test/a.test.js': `${VITEST['test/a.test.js']}test('none', () => expect(f(0)).toBe(0));\n` },
    status: 'pass',
    found: [],
    summary: /^2 passed, 0 failed/,
  },
  {
    name: 'a test that another imports',
    base: {
      ...VITEST,
      'test/a.test.js': `${VITEST['test/a.test.js']}export const wanted = 4;\n`,
      'test/b.test.js':
        "import { expect, test } from 'vitest';\nimport { f } from '../src/a.js';\nimport { wanted } from './a.test.js';\ntest('as wanted', () => expect(f(2)).toBe(wanted));\n",
    },
    files: { 'test/a.test.js': `${VITEST['test/a.test.js']}export const wanted = 5;\n` },
    status: 'fail',
    found: ['error tests/failed test/b.test.js'],
  },
  {
    name: 'a project that counts its lines itself, for all of them',
    base: {
      ...VITEST,
      'vitest.config.js':
        "export default { test: { coverage: { enabled: true, provider: 'custom', customProviderModule: './count.js', thresholds: { lines: 100 } } } };\n",
      'count.js': "throw new Error('not for a part of the tests');\n",
    },
    files: { 'src/a.js': `;\n${BASE['src/a.js']}` },
    status: 'pass',
    found: [],
  },
  {
    name: 'tests that take away what was counted',
    base: {
      ...VITEST,
      'vitest.config.js': "export default { test: { setupFiles: './count.js' } };\n",
      'count.js': `import { Session } from 'node:inspector/promises';
import { afterAll } from 'vitest';
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
afterAll(async () => {
  await session.post('Profiler.takePreciseCoverage');
  await session.post('Profiler.stopPreciseCoverage');
});
`,
    },
    files: { 'src/a.js': (BASE['src/a.js'] as string).replace('n * 2', '2 * n') },
    status: 'pass',
    found: [],
  },
  {
    name: 'a file that is gone, and another needs',
    files: {},
    gone: ['src/a.js'],
    status: 'fail',
    found: ['error tests/failed test/a.test.js'],
  },
  {
    name: 'a file that is gone, and another needs, by a runner that finds related tests itself, beside another change',
    base: { ...VITEST, 'src/other.js': OTHER['src/other.js']! },
    files: { 'src/other.js': 'export const g = () => 2 - 1;\n' },
    gone: ['src/a.js'],
    status: 'fail',
    found: ['error tests/failed test/a.test.js', 'info tests/not-covered src/other.js'],
  },
  {
    name: 'a file under another name, which its test does not know',
    files: { 'src/b.js': BASE['src/a.js'] as string },
    gone: ['src/a.js'],
    status: 'fail',
    found: ['error tests/failed test/a.test.js'],
  },
  {
    name: 'a file that is gone with its test, beside another change',
    base: OTHER,
    files: { 'src/a.js': `;\n${BASE['src/a.js']}` },
    gone: ['src/other.js', 'test/other.test.js'],
    status: 'pass',
    found: [OLD],
  },
  {
    name: 'a file that is gone with its test, and nothing else',
    base: OTHER,
    files: {},
    gone: ['src/other.js', 'test/other.test.js'],
    status: 'unknown',
    found: ['warning tests/none undefined'],
  },
  {
    name: 'code that a program imports which a test starts',
    base: PROGRAM,
    files: { 'src/word.js': "export const word = () => 'hallo';\n" },
    status: 'fail',
    found: ['error tests/failed test/program.test.js'],
  },
  {
    name: 'code that no program imports which a test starts',
    base: { ...PROGRAM, 'src/a.js': BASE['src/a.js']! },
    files: { 'src/a.js': (BASE['src/a.js'] as string).replace('n * 2', '2 * n') },
    status: 'pass',
    found: [OLD],
    summary: /^1 passed, 1 failed, 0 skipped/,
  },
  {
    name: 'code of a package, of whose name the tests of another start a program',
    base: {
      ...PROGRAM,
      'one/package.json': TWO['one/package.json']!,
      'one/src/main.js': "export const one = () => 'a';\n",
      'one/main.test.js':
        "import test from 'node:test';\nimport assert from 'node:assert/strict';\nimport { one } from './src/main.js';\ntest('one', () => assert.equal(one(), 'a'));\n",
    },
    files: { 'one/src/main.js': 'export const one = () => `a`;\n' },
    status: 'pass',
    found: [],
    summary: /^1 passed, 0 failed/,
  },
  {
    name: 'a test whose name has signs of patterns',
    base: {
      'test/[id].test.js': OTHER['test/other.test.js'] as string,
      'src/other.js': OTHER['src/other.js'] as string,
    },
    files: { 'src/other.js': 'export const g = () => 2;\n' },
    status: 'fail',
    found: ['error tests/failed test/[id].test.js'],
  },
  {
    name: 'code of one package that the tests of another come to',
    base: TWO,
    files: { 'one/index.js': "export const greet = (name) => 'hello ' + name;\n" },
    status: 'fail',
    found: ['error tests/failed two/two.test.js'],
  },
  {
    name: 'all tests of all packages',
    base: { ...TWO, 'two/lone.test.js': "import test from 'node:test';\ntest('lone', () => {});\n" },
    files: { 'one/index.js': `// Greets.\n${TWO['one/index.js']}` },
    allTests: true,
    status: 'pass',
    found: [OLD],
    summary: /^4 passed, 1 failed, 0 skipped/,
  },
  {
    name: 'data that code imports',
    base: DATA,
    files: { 'src/rates.json': '{ "DE": 20 }' },
    status: 'fail',
    found: ['error tests/failed test/data.test.js'],
  },
  {
    name: 'text that code reads by its name',
    base: DATA,
    files: { 'src/greeting.txt': 'Hi' },
    status: 'fail',
    found: ['error tests/failed test/data.test.js'],
  },
  {
    name: 'text that code reads by its name, gone',
    base: DATA,
    files: {},
    gone: ['src/greeting.txt'],
    status: 'fail',
    found: ['error tests/failed test/data.test.js'],
  },
  {
    name: 'text that a test finds in its folder',
    base: DATA,
    files: { 'test/pages/one.md': '# Other' },
    status: 'fail',
    found: [OLD, 'error tests/failed test/data.test.js'],
  },
  { name: 'text that nobody reads', base: DATA, files: { 'docs/one.md': '# Other' }, status: 'pass', found: [] },
  ...[
    'WORD=hello node --test',
    'WORD=hello borp --reporter=spec',
    'cross-env WORD="hello" node --test',
    'node --env-file=set.env --test',
    'NODE_OPTIONS="--inspect=0 --import ./set.js" node --test',
  ].map(
    (script): Case => ({
      name: `what the script sets: ${script}`,
      base: needs(script),
      files: { 'src/word.js': 'export const word = () => process.env.WORDS;\n' },
      status: 'fail',
      found: ['error tests/failed test/word.test.js'],
    }),
  ),
  {
    name: 'all tests, which run a build of before',
    base: BUILT,
    files: { 'src/a.js': (BASE['src/a.js'] as string).replace('n * 2', 'n * 3') },
    allTests: true,
    status: 'unknown',
    found: [OLD, 'info tests/not-covered src/a.js', 'warning tests/none undefined'],
  },
  {
    name: 'all tests, where there are none',
    base: { 'package.json': JSON.stringify({ type: 'module', scripts: { test: 'node --test none/*.test.js' } }) },
    files: { 'src/a.js': `${BASE['src/a.js']};\n` },
    allTests: true,
    status: 'unknown',
    found: ['warning tests/none undefined'],
  },
  {
    name: 'all tests, whatever changed',
    base: DATA,
    files: { 'docs/one.md': '# Other' },
    allTests: true,
    status: 'pass',
    found: [OLD],
  },
];

describe('tests', () => {
  it.each(CASES)('$name', async ({ base, files, gone = [], allTests = false, status, found, summary, covered }) => {
    const project = new Project({ ...BASE, ...base }).init();
    project.write(files).remove(...gone);
    const change = { kind: 'working-tree' } as const;
    const { verdict } = value(
      await check({ cwd: project.root, change, only: ['tests'], allTests, allowRestricted: true }),
    );
    const [tests] = verdict.checks;
    const told = tests!.issues.map(
      ({ severity, code, path, at }) => `${severity} ${code} ${path}${at ? `:${at.line}` : ''}`,
    );
    expect(told, JSON.stringify(verdict, null, 1)).toEqual(found);
    expect(verdict.status).toBe(status);
    if (summary) expect(tests!.summary).toMatch(summary);
    // Nobody is advised to do what was done.
    if (allTests) expect(tests!.issues.filter(({ suggestion = '' }) => suggestion.includes('--all-tests'))).toEqual([]);
    const more = tests!.coverage?.files.find(({ path }) => path === 'src/more.ts');
    if (more) expect(more).toMatchObject({ lines: 2, covered: 0, notRun: [[4, 5]] });
    if (covered) {
      expect([tests!.coverage?.covered, tests!.coverage?.lines]).toEqual(covered);
    }
  });
});

describe('a test that comes to another package of the workspace', () => {
  const WORKSPACE: Files = {
    'package.json': JSON.stringify({
      name: 'all',
      private: true,
      type: 'module',
      workspaces: ['packages/*'],
      scripts: { test: 'node --test packages/*/test/*.js' },
    }),
    'package-lock.json': JSON.stringify({ name: 'all', lockfileVersion: 3, packages: {} }),
    '.gitignore': 'node_modules\ndist\n',
    'packages/rules/package.json': JSON.stringify({
      name: 'rules',
      version: '1.0.0',
      type: 'module',
      main: 'dist/index.js',
      dependencies: { x: '*' },
    }),
    'packages/rules/src/index.js': 'export const most = 3;\n',
    'packages/rules/dist/index.js': 'export const most = 3;\n',
    'packages/rules/test/most.js':
      "import test from 'node:test';\nimport assert from 'node:assert/strict';\nimport { most } from '../src/index.js';\ntest('most', () => assert.ok(most > 2));\n",
    'packages/kit/package.json': JSON.stringify({
      name: 'kit',
      version: '1.0.0',
      type: 'module',
      dependencies: { rules: '*' },
    }),
    'packages/kit/src/index.js': "export { most } from 'rules';\n",
    'packages/kit/test/kit.js':
      "import test from 'node:test';\nimport assert from 'node:assert/strict';\nimport { most } from '../src/index.js';\ntest('kit', () => assert.equal(most, 3));\n",
    'node_modules/x/package.json': JSON.stringify({ name: 'x', version: '1.0.0' }),
    'node_modules/rules': { link: '../packages/rules' },
  };
  const kit = (WORKSPACE['packages/kit/test/kit.js'] as string).replace('most, 3', 'most, 4');
  const cases: readonly (readonly [
    name: string,
    base: Files,
    files: Files,
    status: string,
    found: readonly RegExp[],
  ])[] = [
    [
      'by a build of before',
      {},
      { 'packages/rules/src/index.js': 'export const most = 4;\n', 'packages/kit/test/kit.js': kit },
      'unknown',
      [/^warning tests\/failed-by-build kit \(it may come to a build of before: build rules and check again\)/],
    ],
    [
      'by its sources',
      {
        'packages/rules/package.json': (WORKSPACE['packages/rules/package.json'] as string).replace('dist/', 'src/'),
      },
      { 'packages/rules/src/index.js': 'export const most = 5;\n', 'packages/kit/test/kit.js': kit },
      'fail',
      [/^error tests\/failed kit: /],
    ],
    ['that did not change', {}, { 'packages/kit/test/kit.js': kit }, 'fail', [/^error tests\/failed kit: /]],
    [
      'beside a failure of its own',
      {},
      { 'packages/rules/src/index.js': 'export const most = 1;\n' },
      'fail',
      [/^error tests\/failed most: /],
    ],
  ];
  it.each(cases)('%s', { timeout: 120_000 }, async (_, base, files, status, found) => {
    const project = new Project({ ...WORKSPACE, ...base }).init();
    project.write(files);
    const { verdict } = value(await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['tests'] }));
    const told = verdict.checks[0]!.issues.filter(({ severity }) => severity !== 'info').map(
      ({ severity, code, message }) => `${severity} ${code} ${message}`,
    );
    expect(verdict.status, told.join('\n')).toBe(status);
    expect(told.length).toBe(found.length);
    for (const [at, one] of found.entries()) expect(told[at]).toMatch(one);
  });
});
