import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CompareReport, type Comparison, compare, openComparison } from '../../src/jobs/compare/index.ts';
import { runCommand } from '../frontends/command.ts';

const FILES: Readonly<Record<string, string>> = {
  'a.ts':
    '/** The mean. @example mean([1, 2]) // => 1.5 */\nexport function mean(xs: number[]): number {\n  return xs.reduce((a, b) => a + b, 0) / xs.length;\n}\n',
  'b.ts':
    'export const mean = (xs: number[]): number => (xs.length === 0 ? 0 : xs.reduce((a, b) => a + b, 0) / xs.length);\n',
  'c.ts':
    'export function mean(xs: number[]): number {\n  let sum = 0;\n  for (const x of xs) sum += x;\n  return xs.length ? sum / xs.length : 0;\n}\n',
  'sum.ts': 'export function mean(xs: number[]): number {\n  return xs.reduce((a, b) => a + b, 0);\n}\n',
  'again.ts':
    '// Written once more.\nexport function mean(xs: number[]): number {\n  return xs.reduce((a, b) => a + b, 0);\n}\n',
  'broken.ts': 'export function mean(xs: {\n',
  'other.ts': 'export function median(xs: number[]): number {\n  return xs[0]!;\n}\n',
  'doc.md': 'The mean of a list.\n\n>>> mean([2, 4])\n3\n',
  'wrong.md': '>>> mean([2, 4])\n7\n',
  'answers.json': '{"[]": "NaN"}',
  'new.json': '{"[10, 20, 30]": 60}',
  'none.json': '{"[]": "throws RangeError"}',
  'list.json': '[1]',
  'text.json': '{"[]": "nothing"}',
  'key.json': '{"[x]": "1"}',
  'half.json': '{"[]": ',
  'latin1.ts': '',
  'x.js':
    "function pick(list, at) { return at === 'last' ? list[list.length - 1] : list[0]; }\nmodule.exports = { pick };\n",
  'y.js':
    "function pick(list, at) { const { length } = list; if (at === 'last') return list[length - 1]; return list[0]; }\nmodule.exports = { pick };\n",
  'z.js': 'function pick(list, at) { return list[0]; }\nmodule.exports = { pick };\n',
  'm1.ts': 'export class Box {\n  #a = 1;\n}\nexport function open(box: Box): number {\n  return 1;\n}\n',
  'm2.ts': 'export class Box {\n  #a = 2;\n}\nexport function open(box: Box): number {\n  return 1;\n}\n',
  'f1.ts': 'export function make(n: number) {\n  return () => n;\n}\n',
  'f2.ts': 'export function make(n: number) {\n  return () => n;\n}\n// the same\n',
  't1.ts':
    "import type { Line } from './types.ts';\nexport function total(lines: Line[]): number {\n  return lines.reduce((sum, one) => sum + one.price, 0);\n}\n",
  't2.ts':
    "import type { Line } from './types.ts';\nexport function total(lines: Line[]): number {\n  return lines.reduce((sum, one) => sum + one.price * one.count, 0);\n}\n",
  'types.ts': 'export interface Line {\n  price: number;\n  count: number;\n}\n',
  'n1.ts': 'export const fee = (n: number): number => (n > 20_000 ? 5 : 0);\n',
  'n2.ts': 'export const fee = (n: number): number => (n >= 20_000 ? 5 : 0);\n',
  'n3.ts': 'export const fee = (n: number): number => (20_000 < n ? 5 : 0);\n',
  'l1.ts': 'export const cut = (s: string): string => (s.length > 40 ? s.slice(0, 40) : s);\n',
  'l2.ts': 'export const cut = (s: string): string => s;\n',
  'l3.ts': 'export const cut = (s: string): string => s.slice(0, 40);\n',
  'e1.ts': 'export const until = (n: number): number => {\n  while (n > 5) {}\n  return n;\n};\n',
  'e2.ts': 'export const until = (n: number): number => n;\n',
  'e3.ts': 'export const until = (n: number): number => {\n  for (; n > 5; ) {}\n  return n;\n};\n',
  'h1.ts': 'export const apply = (f: (x: number) => number, n: number): number => f(n);\n',
  'h2.ts': 'export const apply = (f: (x: number) => number, n: number): number => f(n) + 0;\n',
};

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-compare-job-'));
  for (const [path, text] of Object.entries(FILES)) writeFileSync(join(cwd, path), text);
  writeFileSync(join(cwd, 'latin1.ts'), new Uint8Array([0x2f, 0x2f, 0x20, 0xe9, 0x0a]));
});
afterAll(() => rmSync(cwd, { recursive: true }));

interface Case {
  readonly name: string;
  readonly files: string;
  readonly rest?: Partial<Parameters<typeof compare>[0]>;
  /** Members of the clusters, the chosen one's first. */
  readonly clusters: readonly (readonly string[])[];
  readonly chosen: string | null;
  readonly unknown?: readonly string[];
  readonly also?: (report: CompareReport) => void;
}

const CASES: readonly Case[] = [
  {
    name: 'what most do, and the smallest input on which they part',
    files: 'a.ts b.ts c.ts',
    clusters: [['b.ts', 'c.ts'], ['a.ts']],
    chosen: 'b.ts',
    also: ({ parting }) =>
      expect(parting[0]).toEqual({
        input: '[]',
        outputs: [
          { cluster: 0, output: '0' },
          { cluster: 1, output: 'NaN' },
        ],
      }),
  },
  {
    name: 'at a large number of the code',
    files: 'n1.ts n2.ts n3.ts',
    clusters: [['n1.ts', 'n3.ts'], ['n2.ts']],
    chosen: 'n1.ts',
    also: ({ parting }) => expect(parting.map(({ input }) => input)).toEqual(['20000']),
  },
  {
    name: 'past a length of the code',
    files: 'l1.ts l2.ts l3.ts',
    clusters: [['l1.ts', 'l3.ts'], ['l2.ts']],
    chosen: 'l1.ts',
    also: ({ parting }) => expect(parting[0]!.input).toHaveLength(43),
  },
  {
    name: 'a draft without an end',
    files: 'e1.ts e2.ts e3.ts',
    clusters: [['e2.ts'], ['e1.ts', 'e3.ts']],
    chosen: 'e2.ts',
    also: ({ parting }) => {
      const [{ input, outputs }] = parting as readonly [(typeof parting)[number]];
      expect(Number(input)).toBeGreaterThan(5);
      expect(outputs.map(({ output }) => output.replace(/ within .*/, ''))).toEqual([input, 'no end']);
    },
  },
  {
    name: 'examples before support',
    files: 'sum.ts again.ts b.ts',
    rest: { doc: 'doc.md' },
    clusters: [['b.ts'], ['sum.ts', 'again.ts']],
    chosen: 'b.ts',
    also: ({ clusters, examples }) => expect([examples, clusters.map((one) => one.examples)]).toEqual([1, [1, 0]]),
  },
  {
    name: 'examples of a doc comment in a file of code',
    files: 'sum.ts again.ts b.ts',
    rest: { doc: 'a.ts' },
    clusters: [['b.ts'], ['sum.ts', 'again.ts']],
    chosen: 'b.ts',
  },
  {
    name: 'support where no draft passes the examples',
    files: 'b.ts c.ts sum.ts',
    rest: { doc: 'wrong.md' },
    clusters: [['b.ts', 'c.ts'], ['sum.ts']],
    chosen: 'b.ts',
  },
  {
    name: 'answers before all',
    files: 'a.ts b.ts c.ts',
    rest: { answers: 'answers.json' },
    clusters: [['a.ts'], ['b.ts', 'c.ts']],
    chosen: 'a.ts',
    also: ({ clusters }) => expect(clusters.map(({ pruned }) => pruned)).toEqual([false, true]),
  },
  {
    name: 'an answer to an input of its own',
    files: 'b.ts c.ts sum.ts',
    rest: { answers: 'new.json' },
    clusters: [['sum.ts'], ['b.ts', 'c.ts']],
    chosen: 'sum.ts',
  },
  {
    name: 'none that does what the answers say',
    files: 'b.ts sum.ts',
    rest: { answers: 'none.json' },
    clusters: [['b.ts'], ['sum.ts']],
    chosen: null,
  },
  {
    name: 'what does not parse, beside what does',
    files: 'b.ts c.ts broken.ts other.ts',
    rest: { symbol: 'mean' },
    clusters: [['b.ts', 'c.ts']],
    chosen: 'b.ts',
    unknown: ['broken.ts', 'other.ts'],
    also: ({ parting }) => expect(parting).toEqual([]),
  },
  {
    name: 'plain JavaScript from its literals',
    files: 'x.js y.js z.js',
    clusters: [['x.js', 'y.js'], ['z.js']],
    chosen: 'x.js',
    also: ({ parting }) => expect(parting[0]!.input).toContain('"last"'),
  },
  {
    name: 'nothing where inputs cannot be made',
    files: 'm1.ts m2.ts',
    rest: { symbol: 'open' },
    clusters: [],
    chosen: null,
    unknown: ['m1.ts', 'm2.ts'],
  },
  {
    name: 'nothing where results cannot be compared',
    files: 'f1.ts f2.ts',
    clusters: [],
    chosen: null,
    unknown: ['f1.ts', 'f2.ts'],
  },
  {
    name: 'types of other files, asked of the compiler',
    files: 't1.ts t2.ts',
    clusters: [['t1.ts'], ['t2.ts']],
    chosen: 't1.ts',
    also: ({ parting }) => expect(parting[0]!.input).toMatch(/price/),
  },
  {
    name: 'callbacks',
    files: 'h1.ts h2.ts',
    clusters: [['h1.ts'], ['h2.ts']],
    chosen: 'h1.ts',
    also: ({ parting }) => expect(parting[0]!.input).toMatch(/=>/),
  },
];

describe('compare', () => {
  it.each(CASES)('tells $name', async ({ files, rest, clusters, chosen, unknown = [], also }) => {
    const found = await compare({ cwd, files: files.split(' '), ...rest });
    if (!found.ok) throw new Error(found.issues[0]!.message);
    const report = found.value;
    expect(report.clusters.map(({ members }) => members)).toEqual(clusters);
    expect([report.chosen, report.unknown.map(({ member }) => member)]).toEqual([chosen, unknown]);
    expect(report.confidence > 0).toBe(chosen !== null);
    also?.(report);
  });

  it('counts drafts of one source less', async () => {
    const support = async (sources: readonly string[]) => {
      const found = await compare({ cwd, files: ['b.ts', 'c.ts', 'a.ts'], sources });
      return found.ok ? found.value.clusters[0]!.support : 0;
    };
    expect(await support(['one', 'one', 'two'])).toBeLessThan(await support(['one', 'two', 'three']));
  });
});

describe('asking', () => {
  const open = async (files: string): Promise<Comparison> => {
    const found = await openComparison({ cwd, files: files.split(' ') });
    if (!found.ok) throw new Error(found.issues[0]!.message);
    return found.value;
  };

  it('asks what parts the drafts, and an option prunes', async () => {
    const comparison = await open('a.ts b.ts c.ts');
    expect(comparison.question()).toEqual({
      input: '[]',
      options: [
        { output: '0', drafts: ['b.ts', 'c.ts'] },
        { output: 'NaN', drafts: ['a.ts'] },
      ],
    });
    expect(comparison.reply({ kind: 'option', index: 1 }).ok).toBe(true);
    expect(comparison.report().chosen).toBe('a.ts');
    expect(comparison.question()).toBeUndefined();
  });

  it('takes a value that no draft gives', async () => {
    const comparison = await open('a.ts b.ts');
    comparison.question();
    expect(comparison.reply({ kind: 'text', text: 'throws RangeError' }).ok).toBe(true);
    expect(comparison.report()).toMatchObject({ chosen: null, confidence: 0 });
  });

  it('forgets what does not matter', async () => {
    const comparison = await open('a.ts b.ts');
    comparison.question();
    comparison.reply({ kind: 'any' });
    expect(comparison.report()).toMatchObject({ clusters: [{ members: ['a.ts', 'b.ts'] }], parting: [] });
  });

  it('asks nothing twice of who does not know', async () => {
    const comparison = await open('a.ts b.ts');
    comparison.question();
    comparison.reply({ kind: 'unsure' });
    expect(comparison.question()).toBeUndefined();
    expect(comparison.report().clusters).toHaveLength(2);
  });

  it('refuses what is no reply', async () => {
    const comparison = await open('a.ts b.ts');
    expect(comparison.reply({ kind: 'any' }).ok).toBe(false);
    comparison.question();
    expect(comparison.reply({ kind: 'text', text: 'about two' }).ok).toBe(false);
    expect(comparison.reply({ kind: 'option', index: 5 }).ok).toBe(false);
    expect(comparison.reply({ kind: 'option', index: 0 }).ok).toBe(true);
  });
});

const run = (args: readonly string[], replies?: readonly string[]) => runCommand(cwd, ['compare', ...args], replies);

describe('the command', () => {
  it.each([
    [['b.ts', 'c.ts'], 0],
    [['b.ts', 'sum.ts', '--answers', 'none.json'], 1],
    [['f1.ts', 'f2.ts'], 3],
  ])('prints the document of %j and ends with %i', async (args, status) => {
    const ran = await run([...args, '--json']);
    const schema = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../docs/json/compare.json'), 'utf8'),
    ) as object;
    const validate = new Ajv2020({ allErrors: true }).compile(schema);
    validate(JSON.parse(ran.out));
    expect(validate.errors ?? []).toEqual([]);
    expect(ran.status).toBe(status);
  });

  it('tells people which one, how sure, and where they part', async () => {
    const { status, out } = await run(['a.ts', 'b.ts', 'c.ts']);
    expect(status).toBe(0);
    expect(out).toMatch(
      /^b\.ts \d+ % sure\n {2}1 {2}b\.ts, c\.ts \d+ %\n {2}2 {2}a\.ts \d+ %\n {2}mean\(\[\]\)\n {6}1 {2}0\n {6}2 {2}NaN\n/,
    );
  });

  it('asks at a terminal and takes the answer', async () => {
    const { err, out } = await run(['a.ts', 'b.ts', 'c.ts'], ['', 'what', '2']);
    expect(err).toContain('for [] two drafts say 0, one says NaN: which?');
    expect(err).toContain('found what');
    expect(out).toMatch(/^a\.ts /);
    expect(out).toContain('ruled out by an answer');
  });

  it.each([
    ['d', /all drafts did the same/],
    ['does not matter', /all drafts did the same/],
    ['n', /2 {2}b\.ts/],
    ['q', /2 {2}b\.ts/],
    ['= throws RangeError', /no draft does what the answers say/],
    ['0', /^b\.ts /],
  ])('takes %s', async (reply, says) => expect((await run(['a.ts', 'b.ts'], [reply])).out).toMatch(says));

  it.each<readonly [string, readonly string[], RegExp]>([
    ['no file', [], /missing required argument/],
    ['one file', ['a.ts'], /expected two files or more to compare, found 1/],
    ['a file twice', ['a.ts', './a.ts'], /expected different files, found \.\/a\.ts twice/],
    ['a file that is not there', ['a.ts', 'no.ts'], /expected a file, found nothing at no\.ts/],
    ['a folder', ['a.ts', '.'], /expected TypeScript or JavaScript/],
    ['a document', ['a.ts', 'doc.md'], /expected TypeScript or JavaScript .* found doc\.md/],
    ['text that is not UTF-8', ['a.ts', 'latin1.ts'], /latin1\.ts is not UTF-8/],
    [
      'nothing in common',
      ['a.ts', 'other.ts'],
      /expected a function or class that all files have and export, found none/,
    ],
    ['a function nobody has', ['a.ts', 'b.ts', '--symbol', 'mode'], /expected a function mode .* found mean/],
    ['no such document', ['a.ts', 'b.ts', '--doc', 'no.md'], /found nothing at no\.md/],
    ['answers that are no JSON', ['a.ts', 'b.ts', '--answers', 'half.json'], /half\.json .* found no JSON/],
    ['answers that are a list', ['a.ts', 'b.ts', '--answers', 'list.json'], /list\.json .* found something else/],
    ['an answer that is no value', ['a.ts', 'b.ts', '--answers', 'text.json'], /"nothing" for \[\]/],
    ['an answer to no arguments', ['a.ts', 'b.ts', '--answers', 'key.json'], /plain values, found \[x\]/],
    ['an unknown option', ['a.ts', 'b.ts', '--fast'], /unknown option '--fast'/],
  ])('refuses %s', async (_name, args, says) => {
    const { status, out, err } = await run(args);
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(says);
    expect(err.match(/ error /g) ?? []).toHaveLength(/ error /.test(err) ? 1 : 0);
  });
});
