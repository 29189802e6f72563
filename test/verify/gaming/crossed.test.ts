import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Issue } from '../../../src/base/index.ts';
import { check } from '../../../src/jobs/index.ts';
import { Project, value } from '../../workspace/repository.ts';

const CODE = `export function fee(grams: number): number {
  return grams >= 1000 ? 0 : 499;
}
export const names = new Set(['a', 'b']);
`;
const OFF_BY_ONE = CODE.replace('>=', '>');
const TEST = `import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LIMIT, wanted } from './support.ts';
import { fee } from '../src/fee.ts';
describe('fee', () => {
  it('is none from a kilogram on', () => {
    assert.equal(fee(LIMIT), wanted(0));
  });
  it('is there below', () => {
    assert.equal(fee(10), 499);
  });
});
`;
const SUPPORT = `export const LIMIT = 1000;
export const wanted = (value: number): number => value;
`;
const BASE = { 'src/fee.ts': CODE, 'test/fee.test.ts': TEST, 'test/support.ts': SUPPORT };

/** With a test of something that may be gone. */
const TAXED = `${TEST.replace('{ fee }', '* as code').replaceAll('fee(', 'code.fee(')}describe('tax', () => {
  it('knows the tax', () => {
    assert.equal(code.tax(), 19);
  });
});
`;

const ABOVE = TEST.replace('is none from a kilogram on', 'is none above').replace('fee(LIMIT)', 'fee(5000)');
/** In modules that take each other while they run. */
const REQUIRED = {
  'package.json': '{ "name": "a", "version": "1.0.0", "scripts": { "test": "node --test" } }',
  'src/fee.js': 'exports.fee = (grams) => (grams >= 1000 ? 0 : 499);\n',
  'test/fee.test.js': `const assert = require('node:assert/strict');
const { it } = require('node:test');
const { fee } = require('../src/fee.js');
it('is none from a kilogram on', () => assert.equal(fee(1000), 0));
it('is there below', () => assert.equal(fee(10), 499));
`,
};

interface Case {
  readonly name: string;
  readonly head: Readonly<Record<string, string | null>>;
  readonly base?: Readonly<Record<string, string>>;
  /** What is told of it; undefined where nothing is. */
  readonly found?: RegExp;
  /** How many runs it takes; 0 where nothing in the change could have weakened a test. */
  readonly runs?: number;
}

/** Tests that are made of cases in files. */
const MADE = {
  'test/cases/limit.json': '{ "grams": 1000, "fee": 0 }\n',
  'test/cases/below.json': '{ "grams": 10, "fee": 499 }\n',
  'test/made.test.ts': `import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { it } from 'node:test';
import { fee } from '../src/fee.ts';
for (const file of readdirSync(new URL('cases/', import.meta.url))) {
  const { grams, fee: wanted, skip = false } = JSON.parse(readFileSync(new URL(\`cases/\${file}\`, import.meta.url), 'utf8'));
  it(\`case \${file.replace('.json', '')}\`, { skip }, () => assert.equal(fee(grams), wanted));
}
`,
};

/** Tests before which a file is loaded. */
const SET_UP = {
  'package.json':
    '{ "name": "a", "version": "1.0.0", "type": "module", "scripts": { "test": "node --import ./setup.js --test" } }',
  'setup.js': "process.env.TZ = 'UTC';\n",
};
/** What puts the old text back in the place of the new one while it is loaded. */
const PUTS_BACK = `import { registerHooks } from 'node:module';
registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    return { ...loaded, source: String(loaded.source).replace('grams > 1000', 'grams >= 1000') };
  },
});
`;

const KILOGRAM = /^expected "is none from a kilogram on"( \(and 1 more of this file\))? to fail on the new code, as/;

const CASES: readonly Case[] = [
  {
    name: 'the test asks beside what broke',
    head: { 'src/fee.ts': OFF_BY_ONE, 'test/fee.test.ts': TEST.replace('fee(LIMIT)', 'fee(LIMIT + 1)') },
    found: KILOGRAM,
    runs: 5,
  },
  {
    name: 'a case that tests are made of is gone',
    base: MADE,
    head: { 'src/fee.ts': OFF_BY_ONE, 'test/cases/limit.json': null },
    found:
      /^expected "case limit" to fail on the new code, as it does the way it was: .*, found it neither passed nor failed any more$/,
  },
  {
    name: 'a case that tests are made of is skipped',
    base: MADE,
    head: { 'src/fee.ts': OFF_BY_ONE, 'test/cases/limit.json': '{ "grams": 1000, "fee": 0, "skip": true }\n' },
    found: /^expected "case limit" to fail on the new code/,
  },
  {
    name: 'a case that is called otherwise now, and asks for what is new',
    base: MADE,
    head: {
      'src/fee.ts': OFF_BY_ONE,
      'test/cases/limit.json': null,
      'test/cases/above.json': '{ "grams": 1001, "fee": 0 }\n',
    },
  },
  {
    name: 'what the test loads moves',
    head: { 'src/fee.ts': OFF_BY_ONE, 'test/support.ts': SUPPORT.replace('1000', '1001') },
    found: KILOGRAM,
  },
  {
    name: 'what is loaded before the tests puts the old code back, in a file of its own',
    base: SET_UP,
    head: {
      'src/fee.ts': OFF_BY_ONE,
      'setup.js': `${SET_UP['setup.js']}import './more.js';\n`,
      'more.js': PUTS_BACK,
    },
    found: KILOGRAM,
  },
  {
    name: 'what is loaded before the tests loads code',
    base: { ...SET_UP, 'setup.js': "import './src/fee.ts';\n" },
    head: {
      'src/fee.ts': CODE.replace('499', '599'),
      'test/fee.test.ts': TEST.replace('499', '599'),
      'setup.js': "import './src/fee.ts';\nprocess.env.TZ = 'UTC';\n",
    },
    runs: 2,
  },
  {
    name: 'the test catches what it asserts',
    head: {
      'src/fee.ts': OFF_BY_ONE,
      'test/fee.test.ts': TEST.replace(
        /(assert\.equal\(fee\(LIMIT\).*)/,
        'try { $1 } catch (error) { console.log(error); }',
      ),
    },
    found: KILOGRAM,
  },
  {
    name: 'two tests of one file',
    head: {
      'src/fee.ts': OFF_BY_ONE.replace('499', '500'),
      'test/fee.test.ts': TEST.replaceAll('assert.equal(', 'assert.notEqual(-1, '),
    },
    found: KILOGRAM,
  },
  {
    name: 'a test file that moves and asks less',
    head: {
      'src/fee.ts': OFF_BY_ONE,
      'test/fee.test.ts': null,
      'test/price.test.ts': TEST.replace('fee(LIMIT)', 'fee(LIMIT + 1)'),
    },
    found: KILOGRAM,
  },
  {
    name: 'the test is called otherwise, and asks beside what broke',
    head: {
      'src/fee.ts': OFF_BY_ONE,
      'test/fee.test.ts': ABOVE,
    },
    found: KILOGRAM,
    runs: 4,
  },
  {
    name: 'the test is called otherwise, and asks for what is new',
    head: {
      'src/fee.ts': OFF_BY_ONE,
      'test/fee.test.ts': TEST.replace('is none from a kilogram on', 'is there up to a kilogram').replace(
        'wanted(0)',
        'wanted(499)',
      ),
    },
    runs: 2,
  },
  {
    name: 'the test is called otherwise, and asks beside what broke, next to a test of what is new',
    head: {
      'src/fee.ts': `${OFF_BY_ONE}export const tax = (): number => 19;\n`,
      'test/fee.test.ts': `${ABOVE.replace('{ fee }', '{ fee, tax }')}it('knows the tax', () => assert.equal(tax(), 19));\n`,
    },
    found: KILOGRAM,
  },
  {
    name: 'the same, of a module that is new',
    base: REQUIRED,
    head: {
      'src/fee.js': REQUIRED['src/fee.js'].replace('>=', '>'),
      'src/tax.js': 'exports.tax = () => 19;\n',
      'test/fee.test.js': `const { tax } = require('../src/tax.js');\n${REQUIRED['test/fee.test.js']
        .replace('from a kilogram on', 'above')
        .replace('fee(1000)', 'fee(5000)')}it('knows the tax', () => assert.equal(tax(), 19));\n`,
    },
    found: KILOGRAM,
  },
  {
    name: 'the test is called otherwise, and asks for what is new, next to another one of what is not',
    head: {
      'src/fee.ts': OFF_BY_ONE,
      'test/fee.test.ts': `${TEST.replace('is none from a kilogram on', 'is there up to a kilogram').replace(
        'wanted(0)',
        'wanted(499)',
      )}it('knows nothing of names', () => assert.equal(typeof fee, 'function'));\n`,
    },
  },
  {
    name: 'the test of what is no longer there goes, and another comes',
    base: { 'src/fee.ts': `${CODE}export const tax = (): number => 19;\n`, 'test/fee.test.ts': TAXED },
    head: {
      'src/fee.ts': CODE,
      'test/fee.test.ts': TAXED.replace('knows the tax', 'knows names').replace(
        'code.tax(), 19',
        "code.names.has('a'), true",
      ),
    },
    runs: 2,
  },
  {
    name: 'other behaviour, asked for',
    head: { 'src/fee.ts': CODE.replace('499', '599'), 'test/fee.test.ts': TEST.replace('499', '599') },
    runs: 2,
  },
  {
    name: 'a test in other words that still tells',
    head: {
      'src/fee.ts': CODE.replace("'b'", "'b', 'c'"),
      'test/fee.test.ts': TEST.replace('assert.equal(fee(LIMIT), wanted(0))', 'assert.ok(fee(LIMIT) === wanted(0))'),
    },
    runs: 1,
  },
  {
    name: 'more tests beside those that stand',
    head: {
      'src/fee.ts': CODE.replace("'b'", "'b', 'c'"),
      'test/fee.test.ts': TEST.replace(
        "  it('is there",
        "  it('is new', () => {\n    assert.ok(fee(1));\n  });\n  it('is there",
      ),
    },
    runs: 0,
  },
  {
    name: 'another name',
    head: {
      'src/fee.ts': CODE.replace('fee', 'charge'),
      'test/fee.test.ts': TEST.replaceAll('fee(', 'charge(').replace('{ fee }', '{ charge }'),
    },
    runs: 1,
  },
  {
    name: 'a parameter more',
    head: {
      'src/fee.ts': CODE.replace('grams: number', 'grams: number, free: { from: number }').replace('1000', 'free.from'),
      'test/fee.test.ts': TEST.replace('fee(LIMIT)', 'fee(LIMIT, { from: 1000 })').replace(
        'fee(10)',
        'fee(10, { from: 1000 })',
      ),
    },
    runs: 5,
  },
  {
    name: 'an answer that is waited for',
    head: {
      'src/fee.ts': CODE.replace(
        'function fee(grams: number): number',
        'async function fee(grams: number): Promise<number>',
      ),
      'test/fee.test.ts': TEST.replaceAll('() => {\n    assert.equal(', 'async () => {\n    assert.equal(await '),
    },
    runs: 5,
  },
  {
    name: 'a test that failed before and is mended',
    base: { 'test/fee.test.ts': TEST.replace('fee(10), 499', 'fee(10), 498') },
    head: { 'src/fee.ts': CODE.replace("'b'", "'b', 'c'"), 'test/fee.test.ts': TEST },
    runs: 3,
  },
  {
    name: 'tests alone',
    head: { 'test/fee.test.ts': TEST.replace('fee(LIMIT)', 'fee(LIMIT + 1)') },
    runs: 0,
  },
];

/** What is told of a change of `BASE`, and what was run for it. */
async function judged(
  head: Case['head'],
  base: Case['base'] = {},
): Promise<{ readonly issues: readonly Issue[]; readonly runs: number }> {
  const project = new Project({
    'package.json': '{ "name": "a", "version": "1.0.0", "type": "module", "scripts": { "test": "node --test" } }',
    'tsconfig.json':
      '{ "compilerOptions": { "strict": true, "module": "nodenext", "noEmit": true, "allowImportingTsExtensions": true } }',
    ...BASE,
    ...base,
    '.gitignore': 'node_modules\n',
  }).init();
  for (const [path, text] of Object.entries(head)) {
    if (text === null) rmSync(join(project.root, path));
    else project.write({ [path]: text });
  }
  const { verdict } = value(
    await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['gaming'], allowRestricted: true }),
  );
  const { issues, ran } = verdict.checks[0]!;
  return { issues, runs: ran.filter(({ command }) => command).length };
}

describe('tests held against both the old code and the new', () => {
  it.each(CASES)('$name', { timeout: 120_000 }, async ({ base = {}, head, found, runs }) => {
    const { issues, runs: many } = await judged(head, base);
    const told = issues.map(({ message }) => message).filter((one) => one.includes('to fail on the new code'));
    if (found) expect(told).toEqual([expect.stringMatching(found)]);
    else expect(told).toEqual([]);
    if (runs !== undefined) expect(many).toBe(runs);
  });
});

/** Another number expected of the same call, and a test that came with it. */
const dearer = (asked: string): Case['head'] => ({
  'src/fee.ts': CODE.replace('499', '599'),
  'test/fee.test.ts': TEST.replace('499', '599').replace(
    "  it('is there",
    `  it('is new', () => {\n    assert.equal(${asked});\n  });\n  it('is there`,
  ),
});

describe('another answer expected, with a test that came', () => {
  it.each([
    ['asks for what is new too', 'fee(20), 599', 'info'],
    ['passes on the old code', 'fee(2000), 0', 'warning'],
  ])('that %s', { timeout: 120_000 }, async (_name, asked, severity) => {
    const { issues } = await judged(dearer(asked));
    expect(issues.map((one) => [one.code, one.severity])).toEqual([['gaming/expectation-changed', severity]]);
  });
});
