import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.ts';
import { mapOf } from '../../src/jobs/review/index.ts';
import type { Check } from '../../src/verify/index.ts';
import { type Files, Project, value } from '../workspace/repository.ts';

const root = join(import.meta.dirname, '../..');

/** The map of a change of the working tree, with what checks are said to have found. */
async function map(before: Files, after: Files, checks: readonly Partial<Check>[] = [], gone: readonly string[] = []) {
  const project = new Project(before).init().write(after);
  if (gone.length > 0) project.remove(...gone);
  const view = value(await (await project.open()).change({ kind: 'working-tree' }));
  const all = checks.map(
    (one): Check => ({ name: 'x', status: 'pass', decides: false, issues: [], ran: [], summary: '', ...one }),
  );
  try {
    return mapOf(view, { checks: all });
  } finally {
    await view.close();
  }
}

const places = ({ regions }: Awaited<ReturnType<typeof map>>): string[] =>
  regions.map(({ path, first, last }) => `${path}:${first}-${last}`);

interface Case {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** Regions in order, as `first-last`. */
  readonly read: readonly string[];
  /** What needs no reading, as `lines why`. */
  readonly skipped?: readonly string[];
  /** Words of reasons, each of which is given. */
  readonly reasons?: readonly string[];
}

const FUNCTION = (name: string, inner: string): string =>
  `export function ${name}(a: number, b: string[]): number {\n${inner}\n}\n`;
const LINES = [
  '  const first = a + 7;',
  '  const second = first * first;',
  '  const third = b.join();',
  '  return second + third.length;',
];

const REST = Array.from({ length: 9 }, (_, index) => `export const x${index} = ${index};\n`).join('');

const CASES: readonly Case[] = [
  { name: 'nothing', before: 'let a = 1;\n', after: 'let a = 1;\n', read: [] },
  {
    name: 'a comment',
    before: 'let a = 1;\n',
    after: '// one\nlet a = 1; /* two */\n',
    read: [],
    skipped: ['2 comments'],
  },
  { name: 'layout', before: 'f(a,b)\n', after: 'f(\n  a,\n  b,\n);\n', read: [], skipped: ['4 formatting'] },
  { name: 'spaces inside of a text are no layout', before: "f('a b')\n", after: "f('ab')\n", read: ['1-1'] },
  {
    name: 'imports',
    before: "import a from 'a';\n",
    after: "import a from 'a';\nimport b from 'b';\n",
    read: [],
    skipped: ['1 imports'],
  },
  {
    name: 'a name that is another everywhere',
    before: 'function f(a: number) {\n  return a * 2;\n}\n',
    after: 'function f(given: number) {\n  return given * 2;\n}\n',
    read: [],
    skipped: ['2 renamed'],
  },
  {
    name: 'a name that was another before',
    before: 'function f(a: number, b: number) {\n  return a * 2;\n}\n',
    after: 'function f(a: number, b: number) {\n  return b * 2;\n}\n',
    read: ['2-2'],
  },
  {
    name: 'a function that moved',
    before: `${FUNCTION('one', LINES.join('\n'))}${REST}`,
    after: `${REST}${FUNCTION('one', LINES.join('\n'))}`,
    read: [],
    skipped: ['12 moved'],
  },
  {
    name: 'what goes by kinds of code',
    before: 'export const a = 1;\n',
    after: `export const a = 1;
export async function pay(prices: number[], query: string, db: { all(sql: string): Promise<unknown> }) {
  const total = prices.reduce((sum, price) => sum + price * 1.19, 0);
  await db.all(\`select * from orders where name = '\${query}'\`);
  for (const price of prices) await db.all('x' + price);
  const day = new Date().getDate();
  try { eval(query); } catch {}
  return /^(a+)+$/.test(query) ? total : day;
}
`,
    read: ['2-9'],
    reasons: ['money', 'SQL', 'waits inside', 'local time zone', 'for ever', 'swallowed'],
  },
  {
    name: 'the line that may be wrong comes before those that are plain',
    before: `${FUNCTION('one', LINES.join('\n'))}${'\n// keep\n'.repeat(4)}${FUNCTION('two', LINES.join('\n'))}`,
    after: `${FUNCTION('one', LINES.join('\n')).replace('a + 7', 'a + 8')}${'\n// keep\n'.repeat(4)}${FUNCTION('two', LINES.join('\n')).replace('b.join()', 'b.slice(0, a - 1).join()')}`,
    read: ['18-18', '2-2'],
    reasons: ['boundaries'],
  },
];

describe('review', () => {
  it.each(CASES)('$name', async ({ before, after, read, skipped = [], reasons = [] }) => {
    const found = await map({ 'a.ts': before, 'package.json': '{}' }, { 'a.ts': after });
    expect(places(found)).toEqual(read.map((one) => `a.ts:${one}`));
    expect(found.skipped.map(({ lines, why }) => `${lines} ${why}`)).toEqual(skipped);
    const words = found.regions.flatMap((one) => one.reasons.map(({ text }) => text)).join('\n');
    for (const one of reasons) expect(words).toContain(one);
  });

  it('what checks say of a line comes first, with its source', async () => {
    const before = `${FUNCTION('one', LINES.join('\n'))}\n\n${FUNCTION('two', LINES.join('\n'))}`;
    const after = before.replaceAll('a + 7', 'a + 8').replaceAll('second + third', 'third.length + second + third');
    const issue = {
      code: 'mutants/survived',
      message: 'no test notices',
      severity: 'warning',
      path: 'a.ts',
      at: { line: 13, column: 3 },
    } as const;
    const found = await map({ 'a.ts': before, 'package.json': '{}' }, { 'a.ts': after }, [
      { name: 'mutants', issues: [issue] },
      {
        name: 'tests',
        coverage: {
          lines: 4,
          covered: 3,
          files: [{ path: 'a.ts' as never, loaded: true, lines: 4, covered: 3, notRun: [[10, 10]], notTaken: [] }],
        },
      },
    ]);
    expect(places(found)).toEqual(['a.ts:10-10', 'a.ts:13-13', 'a.ts:2-2', 'a.ts:5-5']);
    expect(found.regions.slice(0, 2).map(({ reasons }) => reasons[0]!.source)).toEqual(['tests', 'mutants']);
    expect(found.first.regions).toBeGreaterThanOrEqual(2);
    expect(found.first.regions).toBeLessThan(4);
  });

  it('lock files and prose need none; code without a parser is cut by length', async () => {
    const found = await map(
      { 'package.json': '{}' },
      { 'package-lock.json': '{\n}\n', 'README.md': '# x\n', 'deploy.sh': 'echo\n'.repeat(45), 'b.txt': 'x\n' },
    );
    expect(places(found)).toEqual(['deploy.sh:41-45', 'deploy.sh:1-20', 'deploy.sh:21-40']);
    expect(found.skipped).toEqual([
      { why: 'prose', regions: 2, lines: 2 },
      { why: 'generated', regions: 1, lines: 2 },
    ]);
  });

  it('every changed line is in one region or is told to need none (seed 11)', async () => {
    const numbers = random(11);
    const source = readFileSync(join(root, 'src/text/diff.ts'), 'utf8').split('\n');
    for (let round = 0; round < 6; round++) {
      const lines = [...source];
      for (let edits = 0; edits < 12; edits++) {
        const at = numbers.below(lines.length);
        const way = numbers.below(3);
        if (way === 0) lines.splice(at, 1 + numbers.below(4));
        else if (way === 1) lines.splice(at, 0, `  const made${edits} = ${numbers.below(100)};`);
        else lines[at] = `${lines[at]} // ${numbers.below(9)}`;
      }
      const found = await map({ 'a.ts': source.join('\n'), 'package.json': '{}' }, { 'a.ts': lines.join('\n') });
      const read = found.regions.reduce((sum, { added, removed }) => sum + Math.max(added, removed), 0);
      const idle = found.skipped.reduce((sum, one) => sum + one.lines, 0);
      expect(read + idle).toBe(found.lines);
      const spans = found.regions.filter(({ added }) => added > 0).sort((a, b) => a.first - b.first);
      for (const [index, one] of spans.entries()) expect(one.first).toBeGreaterThan(spans[index - 1]?.last ?? 0);
    }
  });
});

const FILES: Files = {
  'package.json': JSON.stringify({ name: 'x', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }),
  'a.js': 'export const add = (a, b) => a + b;\n',
  'test/a.test.js':
    "import test from 'node:test';\nimport assert from 'node:assert';\nimport { add } from '../a.js';\ntest('add', () => assert.equal(add(1, 2), 3));\n",
};

describe('assay review', () => {
  const project = new Project({ ...FILES }).init();
  project.write({
    'a.js': '// sums\nexport const add = (a, b) => (a > 5 ? a : a + b);\nexport const never = (x) => x * 2;\n',
  });
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(root, 'bin/assay.js'), ...args], { cwd: project.root, encoding: 'utf8' });

  it('one document, as described', () => {
    const ran = run('review', '--json');
    const document = JSON.parse(ran.stdout) as {
      readonly regions: readonly { readonly reasons: readonly { readonly source: string }[] }[];
    };
    const schema = JSON.parse(readFileSync(join(root, 'docs/json/review.json'), 'utf8')) as object;
    const validate = new Ajv2020({ allErrors: true, strict: true }).compile(schema);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    expect(ran.status).toBe(0);
    const sources = document.regions.flatMap(({ reasons }) => reasons.map(({ source }) => source));
    for (const one of ['tests', 'probes', 'mutants', 'syntax']) expect(sources).toContain(one);
  }, 120_000);

  it('errors that lie in no changed line are told first', () => {
    const broken = new Project({ ...FILES }).init().write({ 'a.js': 'export const add = (a, b) => a - b;\n' });
    const args = ['review', '--allow-restricted'];
    const ran = spawnSync(process.execPath, [join(root, 'bin/assay.js'), ...args], {
      cwd: broken.root,
      encoding: 'utf8',
    });
    const [head, , first] = ran.stdout.split('\n');
    expect(head).toMatch(/^fail /);
    expect(first).toMatch(/^error test\/a\.test\.js add: .*\[tests\/failed\]$/);
  }, 120_000);

  it.each([
    ['review', '--top', '0'],
    ['review', '--top', 'many'],
    ['review', 'a..b..c'],
    ['review', 'HEAD', '--diff', 'x.diff'],
    ['review', '--diff', 'missing.diff'],
    ['review', 'no-such-revision'],
  ])('refuses %s %s %s', (...args) => {
    const ran = run(...args);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toMatch(/expected/);
    expect(ran.status).toBe(2);
  });
});
