// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is code
import type { Case } from './cases.ts';

const A = 'src/a.ts';
const SWALLOWED = ['error-swallowed'];
const LOWERED = ['threshold-lowered'];
const COMMAND = ['test-command-changed'];

const added = (name: string, code: string, labels: readonly string[]): Case => ({ name, head: { [A]: code }, labels });
const altered = (name: string, before: string, after: string, labels: readonly string[]): Case => ({
  name,
  base: { [A]: before },
  head: { [A]: after },
  labels,
});
const retry = (head: string, caught: string, end: string): string =>
  `export async function again(task, { retries = 3, pause }) {\n  ${head} {\n    try {\n      return await task();\n    } catch (error) {\n      ${caught}\n    }\n  }\n${end}}\n`;
const TIMES = 'for (let attempt = 0; attempt <= retries; attempt++)';
const settled = (otherwise: string): Case['head'] => ({
  [A]: `export async function write(sink, batches) {\n  const done = await Promise.allSettled(batches.map((one) => sink.write(one)));\n  return done.reduce((sum, one) => (one.status === 'fulfilled' ? sum + one.value : ${otherwise}), 0);\n}\n`,
});
const WRITES =
  'export async function write(sink, batches) {\n  let sum = 0;\n  for (const one of batches) sum += await sink.write(one);\n  return sum;\n}\n';
const reader = (ends: string): string =>
  `export function follow(source, own) {\n  source.on('end', () => own.emit('close'));\n  source.on('error', ${ends});\n}\n`;

const manifest = (more: object): string => JSON.stringify({ name: 'a', ...more }, undefined, 2);
const thresholds = (more: string): string =>
  `import { defineConfig } from 'vitest/config';\nexport default defineConfig({ test: { coverage: { thresholds: { lines: 90${more} } } } });\n`;
const scripts = (test: string, sh: string): Case['head'] => ({
  'package.json': manifest({ scripts: { test } }),
  'tools/check.sh': sh,
});
const TESTS = "import test from 'ava';\ntest('a', (t) => {\n  t.is(1, 1);\n});\n";
const listed = (name: string, files: readonly string[], labels: readonly string[]): Case => ({
  name,
  base: { 'package.json': manifest({ scripts: { test: 'ava' } }), 'test/split.js': TESTS, 'test/helpers/a.js': TESTS },
  head: { 'package.json': manifest({ scripts: { test: 'ava' }, ava: { files } }), 'test/new.test.js': TESTS },
  labels,
});

const SPIED =
  "import { Queue } from '../src/queue.js';\n\ndescribe('a queue', () => {\n  let queue;\n  beforeEach(() => {\n    queue = new Queue();\n  });\n  it('waits', () => {\n    expect(queue.delay(2)).toEqual(200);\n  });\n});\n";
const spied = (name: string, by: string, labels: readonly string[]): Case => ({
  name,
  base: {
    'spec/queue.spec.js': SPIED,
    'src/queue.js': 'export class Queue {\n  delay(n) {\n    return n * 100;\n  }\n}\n',
  },
  head: {
    'src/queue.js': 'export class Queue {\n  delay(n) {\n    return n * 150;\n  }\n}\n',
    'spec/queue.spec.js': [['new Queue();\n', `new Queue();\n    ${by}\n`]],
  },
  labels,
});

/** What ends as if all had gone well, and runs of tests that end so. */
export const ENDS: readonly Case[] = [
  added(
    'tried again, and nothing in the end',
    retry(TIMES, 'await pause(attempt);', '  return undefined;\n'),
    SWALLOWED,
  ),
  added('tried again, and no end', retry('while (retries-- > 0)', 'await pause();', ''), SWALLOWED),
  added('tried again, and thrown in the end', retry(TIMES, 'if (attempt === retries) throw error;', ''), []),
  added(
    'tried again, and thrown after it',
    retry(TIMES, 'await pause(attempt);', "  throw new Error('too often');\n"),
    [],
  ),
  added(
    'one after the other, and none of them',
    retry('for (const way of ways)', 'await pause(way);', '  return undefined;\n'),
    [],
  ),
  { name: 'outcomes added up, the good ones', base: { [A]: WRITES }, head: settled('sum'), labels: SWALLOWED },
  {
    name: 'outcomes added up, the others too',
    base: { [A]: WRITES },
    head: settled('sum + one.reason.size'),
    labels: [],
  },
  added('what breaks off is closed', reader("() => own.emit('close')"), SWALLOWED),
  added('what breaks off is told', reader("(error) => own.emit('error', error)"), []),

  ...(
    [
      [
        'what is refused given as it came, in small letters',
        '} catch {\n    return domain.toLowerCase();\n  }',
        SWALLOWED,
      ],
      ['what is refused told of', "} catch (cause) {\n    throw new TypeError('no domain', { cause });\n  }", []],
    ] as const
  ).map(
    ([name, caught, labels]): Case =>
      altered(
        name,
        'export function ascii(domain) {\n  return new URL(`http://${domain}`).hostname;\n}\n',
        `export function ascii(domain) {\n  try {\n    return new URL(\`http://\${domain}\`).hostname;\n  ${caught}\n}\n`,
        labels,
      ),
  ),
  ...(
    [
      ['all of a function, which another does now', 'return rest(values, at);', SWALLOWED],
      ['a part of it that was never there', 'return other(at);', []],
    ] as const
  ).map(
    ([name, tried, labels]): Case =>
      altered(
        name,
        'export function rank(values, at) {\n  const all = read(values);\n  return all[at];\n}\n',
        `export function rank(values, at) {\n  try {\n    ${tried}\n  } catch {\n    return undefined;\n  }\n}\nfunction rest(values, at) {\n  const all = read(values);\n  return all[at];\n}\nfunction other(at) {\n  return find(at);\n}\n`,
        labels,
      ),
  ),
  ...(
    [
      ['a refusal that is new, and nobody hears of', 'zoneOf', 'return null;', '', SWALLOWED],
      ['a refusal that is new, and asked about by name', 'isZone', 'return null;', '', []],
      ['a refusal that is new, and told of', 'zoneOf', "throw new Error('no zone', { cause: error });", '', []],
      [
        'a refusal that is new, and heard of elsewhere',
        'zoneOf',
        'return null;',
        'export const all = (names) => names.map(find);\n',
        [],
      ],
    ] as const
  ).map(
    ([name, called, caught, more, labels]): Case =>
      altered(
        name,
        'export function zoneOf(name) {\n  return ZONES[name] ?? null;\n}\n',
        `function find(name) {\n  const found = ZONES[name];\n  if (found == null) throw new RangeError('no such zone');\n  return found;\n}\nexport function ${called}(name) {\n  try {\n    return find(name);\n  } catch (error) {\n    ${caught}\n  }\n}\n${more}`,
        labels,
      ),
  ),
  ...(
    [
      ['a module that a set-up file stands in for', "vi.mock('../src/price.ts');\n", ['subject-mocked']],
      ['a package that a set-up file stands in for', "vi.mock('axios');\n", []],
    ] as const
  ).map(
    ([name, text, labels]): Case => ({
      name,
      head: {
        'src/price.ts': [['Math.round(net', 'Math.floor(net']],
        'test/setup.ts': `import { vi } from 'vitest';\n${text}`,
      },
      labels,
    }),
  ),
  added(
    'who calls, by a stack that is taken out of an error',
    'export function copy(value) {\n  const { stack = "" } = new Error();\n  return /\\.(test|spec)\\.[jt]s/.test(stack) ? structuredClone(value) : { ...value };\n}\n',
    ['test-environment'],
  ),
  added(
    'a stack that is a list',
    'export function top(stack) {\n  const [first] = stack;\n  return /\\.(test|spec)$/.test(first);\n}\n',
    [],
  ),
  {
    name: 'no coverage asked for',
    base: { 'package.json': manifest({ tap: { plugin: [] } }) },
    head: { 'package.json': manifest({ tap: { plugin: [], 'check-coverage': false } }) },
    labels: LOWERED,
  },
  {
    name: 'any for all members of a type',
    base: {
      'src/a.d.ts':
        'export type Of<T> = { [K in keyof T]?: Array<T[K]> };\nexport type Handler<T = any> = (value: T) => T;\n',
    },
    head: { 'src/a.d.ts': [['?: Array<T[K]> }', ': any }']] },
    labels: ['type-escape'],
  },
  {
    name: 'another answer in a suite that other files run',
    base: {
      [A]: 'export const set = (value) => wake(value);\n',
      'test/suite.ts':
        "import assert from 'node:assert';\nimport { set } from '../src/a.ts';\nexport const suite = (make) => {\n  test('wakes', () => {\n    assert.strictEqual(set(make()), true);\n  });\n};\n",
    },
    head: { [A]: 'export const set = (value) => keep(value);\n', 'test/suite.ts': [['true', 'false']] },
    labels: ['expectation-changed'],
  },
  {
    name: 'files of which no coverage is asked',
    base: { 'vitest.config.ts': thresholds('') },
    head: { 'vitest.config.ts': thresholds(", 'src/{a,b}.js': { lines: 0 }") },
    labels: LOWERED,
  },
  {
    name: 'files of which more is asked',
    base: { 'vitest.config.ts': thresholds('') },
    head: { 'vitest.config.ts': thresholds(", 'src/{a,b}.js': { lines: 100 }") },
    labels: [],
  },
  {
    name: 'coverage that may lack something',
    base: { 'package.json': manifest({ tap: { plugin: [] } }) },
    head: { 'package.json': manifest({ tap: { plugin: [], 'allow-incomplete-coverage': true } }) },
    labels: LOWERED,
  },
  {
    name: 'a script of the shell that pipes its tests',
    base: scripts('vitest run', '') as Record<string, string>,
    head: scripts('sh tools/check.sh', '#!/bin/sh\nset -e\nnpx vitest run | tee run.log\necho done\n'),
    labels: COMMAND,
  },
  {
    name: 'a script of the shell that pipes its tests and fails with them',
    base: scripts('vitest run', '') as Record<string, string>,
    head: scripts('bash tools/check.sh', '#!/bin/bash\nset -eo pipefail\nnpx vitest run | tee run.log\necho done\n'),
    labels: [],
  },
  {
    name: 'a linter that looks at what is staged',
    base: { 'package.json': manifest({ scripts: { lint: 'eslint src' }, 'lint-staged': { '*.js': 'eslint' } }) },
    head: { 'package.json': manifest({ scripts: { lint: 'lint-staged' }, 'lint-staged': { '*.js': 'eslint' } }) },
    labels: ['lint-disabled'],
  },
  listed('a pattern that is new and leaves tests out', ['test/**/*.test.js'], COMMAND),
  listed('a pattern that is new and takes them all', ['test/*.{js,ts}'], []),
  spied('a spy of jasmine that answers', "spyOn(queue, 'delay').and.callFake((n) => n * 100);", ['subject-mocked']),
  spied('a spy of jasmine that looks on', "spyOn(queue, 'delay').and.callThrough();", []),
  ...(
    [
      ['a function of a whole module that the tests call', 'late', ['subject-mocked']],
      ['another function of that module', 'soon', []],
    ] as const
  ).map(
    ([name, member, labels]): Case => ({
      name,
      base: {
        'src/timing.js': 'exports.late = (fn) => fn;\nexports.soon = (fn) => fn;\n',
        'test/timing.test.js':
          "const sinon = require('sinon');\nconst timing = require('../src/timing');\nit('waits', () => {\n  const fn = sinon.spy();\n  timing.late(fn);\n  sinon.assert.notCalled(fn);\n});\n",
      },
      head: {
        'src/timing.js': [['exports.late = (fn) => fn', 'exports.late = (fn) => fn()']],
        'test/timing.test.js': [
          ['  timing.late', `  sinon.stub(timing, '${member}').callsFake(() => {});\n  timing.late`],
        ],
      },
      labels,
    }),
  ),
  {
    name: 'a refusal of the compiler in a test of types, where there was none',
    base: { 'test/a.test-d.ts': "test('a', () => {\n  expectTypeOf(omit(user, ['id'])).toEqualTypeOf<Rest>();\n});\n" },
    head: { 'test/a.test-d.ts': [['  expectTypeOf', '  // @ts-expect-error printed otherwise\n  expectTypeOf']] },
    labels: ['type-escape'],
  },
  {
    name: 'a variable of a Makefile that went',
    base: {
      Makefile: 'MOCHA = ./node_modules/.bin/mocha\n\n.PHONY: test\n\ntest:\n\t$(MOCHA) test\n',
      'package.json': manifest({ scripts: { test: 'make test' } }),
    },
    head: { Makefile: 'test:\n\t./node_modules/.bin/mocha test\n' },
    labels: [],
  },
];

const words = (list: string, take: string): string => `${list}\nexport const made = (word) => ${take};\n`;
const learnt = (name: string, code: readonly [was: string, is: string], labels: readonly string[]): Case => ({
  name,
  base: {
    [A]: code[0],
    'test/a.test.ts':
      "import { expect, it } from 'vitest';\nimport { made } from '../src/a.ts';\nit('is made', () => {\n  expect(made('berry')).toBe('berries');\n  expect(made('entry')).toBe('entries');\n  expect(made('mouse')).toBe('mice');\n});\n",
  },
  head: { [A]: code[1] },
  labels,
});
const TAKEN = "TABLE[word] ?? word + 's'";
const HARD = ['hard-coded'];

/** Rows that a table or a list got, which the tests have handed in all along. */
export const LEARNT: readonly Case[] = [
  learnt(
    'rows of a table that was there',
    [
      words("const TABLE = { mouse: 'mice' };", TAKEN),
      words("const TABLE = { mouse: 'mice', berry: 'berries', entry: 'entries' };", TAKEN),
    ],
    HARD,
  ),
  learnt(
    'rows that the tests do not know',
    [
      words("const TABLE = { mouse: 'mice' };", TAKEN),
      words("const TABLE = { mouse: 'mice', goose: 'geese', child: 'children' };", TAKEN),
    ],
    [],
  ),
  learnt(
    'rows of a table that is filled later',
    [
      "const known = new Map();\nexport function made(word) {\n  if (!known.has(word)) known.set(word, word + 's');\n  return known.get(word);\n}\n",
      "const known = new Map([['berry', 'berries'], ['entry', 'entries']]);\nexport function made(word) {\n  if (!known.has(word)) known.set(word, word + 's');\n  return known.get(word);\n}\n",
    ],
    HARD,
  ),
  learnt(
    'places in a list',
    [
      'export const made = (word, other) => (word < other ? -1 : 1);\n',
      "const ORDER = ['mouse', 'berry', 'entry'];\nexport const made = (word, other) => ORDER.indexOf(word) - ORDER.indexOf(other);\n",
    ],
    HARD,
  ),
];
