import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256 } from '../../src/base/index.ts';
import { type EvidenceRecord, seal } from '../../src/evidence/index.ts';
import { check, type ReplayReport, replay } from '../../src/jobs/index.ts';
import { runCommand } from '../frontends/command.ts';
import { type Files, Project, value } from '../workspace/repository.ts';

const FILES: Files = {
  'package.json': JSON.stringify({ name: 'app', type: 'module', dependencies: { clock: '1.0.0' } }),
  'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, module: 'nodenext', noEmit: true, types: [] } }),
  '.gitignore': 'node_modules\n',
  'node_modules/clock/package.json': JSON.stringify({ name: 'clock', version: '1.0.0', types: 'index.d.ts' }),
  'node_modules/clock/index.d.ts': 'export declare function now(): number;\nexport declare function utc(): number;\n',
  'src/a.ts': "import { now } from 'clock';\nexport const at = now();\n",
};
const CHANGED = "import { utc } from 'clock';\nexport const at = utc();\n";

interface Made {
  readonly project: Project;
  readonly record: string;
}

async function checked(): Promise<Made> {
  const project = new Project(FILES).init().commit('first').write({ 'src/a.ts': CHANGED });
  const report = value(
    await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['names', 'packages', 'types'] }),
  );
  expect(report.verdict.status).toBe('pass');
  return { project, record: report.record };
}

const idOf = (path: string): string => (JSON.parse(readFileSync(path, 'utf8')) as EvidenceRecord).id;

interface Case {
  readonly name: string;
  readonly spoil: (made: Made) => void;
  readonly status: ReplayReport['status'];
  readonly differences?: readonly unknown[];
}

const CASES: readonly Case[] = [
  { name: 'nothing has changed', spoil: () => {}, status: 'same', differences: [] },
  {
    name: 'what is installed has changed, which is not part of the tree',
    spoil: ({ project }) =>
      project.write({ 'node_modules/clock/index.d.ts': 'export declare function now(): number;\n' }),
    status: 'differs',
    differences: expect.arrayContaining([
      { check: 'names', what: 'status', before: 'pass', now: 'fail' },
      {
        check: 'names',
        what: 'issue',
        before: 'nothing',
        now: expect.stringMatching(/^src\/a\.ts:1:10 names\/missing-export .*utc/),
      },
    ]),
  },
  {
    name: 'the tree has changed',
    spoil: ({ project }) => project.write({ 'src/a.ts': `${CHANGED}// more\n` }),
    status: 'stale',
    differences: [],
  },
  {
    name: 'the tree is the same and the base is not',
    spoil: ({ project }) => project.commit('second'),
    status: 'stale',
    differences: [],
  },
];

/** What a record says that somebody made up, whose hash is right. */
const FORGED: readonly (readonly [string, (record: EvidenceRecord) => unknown])[] = [
  ['no verdict', ({ verdict: _, ...rest }) => rest],
  ['a verdict of another type', (record) => ({ ...record, verdict: 'pass' })],
  ['a verdict without checks', ({ verdict, ...rest }) => ({ ...rest, verdict: { ...verdict, checks: undefined } })],
  ['a check that is none', (record) => withCheck(record, null)],
  ['a check that ran nothing', (record) => withCheck(record, { issues: [], ran: undefined })],
  ['a command that is no list', (record) => withCheck(record, { ran: [{ ms: 1, command: { join: 1 } }] })],
  [
    'a message that cannot be told',
    (record) => withCheck(record, { issues: [{ code: 'a', message: { toString: 1 } }] }),
  ],
  ['an id of another type', (record) => ({ ...record, id: { toString: 1 } })],
  ['a schema of another type', (record) => ({ ...record, schema: { toString: 1 } })],
  ['nesting without end', (record) => ({ ...record, request: JSON.parse(`${'['.repeat(1e5)}${']'.repeat(1e5)}`) })],
  ['a request that is a list', (record) => ({ ...record, request: [] })],
  ['a revision with a NUL in it', (record) => asking(record, { change: { kind: 'range', base: 'a\0b' } })],
  ['a revision that is an option', (record) => asking(record, { change: { kind: 'range', base: '--output=x' } })],
  ['a long revision', (record) => asking(record, { change: { kind: 'range', base: 'a'.repeat(1e6) } })],
  ['a head of another type', (record) => asking(record, { change: { kind: 'range', base: 'HEAD', head: null } })],
  ['a diff onto something else', (record) => asking(record, { change: { kind: 'diff', diff: '', onto: '/' } })],
  ['a diff that leads outside', (record) => asking(record, { change: { kind: 'diff', diff: OUTSIDE } })],
  ['many checks', (record) => asking(record, { only: Array.from({ length: 1e5 }, (_, at) => `c${at}`) })],
  ['constraints that are a list', (record) => asking(record, { constraints: [] })],
  ['constraints of another type', (record) => asking(record, { constraints: { size: { lines: 'many' } } })],
  ['constraints that nobody knows', (record) => asking(record, { constraints: { run: 'rm' } })],
  ['a flag that is none', (record) => asking(record, { allTests: 'yes' })],
];

const OUTSIDE = '--- /dev/null\n+++ b/../outside.ts\n@@ -0,0 +1 @@\n+export {};\n';

const asking = (record: EvidenceRecord, more: object): unknown => ({
  ...record,
  request: { ...(record.request as object), ...more },
});

const withCheck = (record: EvidenceRecord, check: object | null): unknown => {
  const { verdict } = record;
  const [first, ...rest] = verdict.checks;
  return { ...record, verdict: { ...verdict, checks: [check && { ...first, ...check }, ...rest] } };
};

/** The text of a record with the hash that it has to carry. Nesting is deeper than any hash of it can be made. */
function sealedText(content: unknown): string {
  const { hash: _, ...body } = content as EvidenceRecord;
  try {
    return JSON.stringify({ ...body, hash: sha256(canonicalJson(body)) });
  } catch {
    const { request: _request, ...flat } = body;
    return `{"request":${'['.repeat(1e5)}${']'.repeat(1e5)},${JSON.stringify({ ...flat, hash: 'none' }).slice(1)}`;
  }
}

describe('replay', () => {
  it('of a record that says something else is refused, and nothing is run', async () => {
    const { project, record } = await checked();
    const honest = JSON.parse(readFileSync(record, 'utf8')) as EvidenceRecord;
    const records = join(record, '..');
    const before = readdirSync(records).length;
    for (const [name, forge] of FORGED) {
      const path = join(project.root, '.assay', 'forged.json');
      writeFileSync(path, sealedText(forge(honest)));
      const { status, out, err } = await runCommand(project.root, ['replay', path]);
      expect([status, out], name).toEqual([2, '']);
      expect(err, name).toMatch(/expected/);
      expect(err.length, name).toBeLessThan(2_000);
    }
    expect(readdirSync(records).length).toBe(before);
  });

  it('takes over nothing of a record’s request but what was asked', async () => {
    const { project, record } = await checked();
    const honest = JSON.parse(readFileSync(record, 'utf8')) as EvidenceRecord;
    const path = join(project.root, '.assay', 'forged.json');
    const more = { signal: {}, events: 3, insideCheck: true, cwd: '/', onlyFor: 1, constraints: { keepTests: true } };
    writeFileSync(path, sealedText(asking(honest, more)));
    expect(value(await replay({ cwd: project.root, record: path })).status).toBe('same');
  });

  it.each(CASES)('$status where $name', async ({ spoil, status, differences }) => {
    const made = await checked();
    spoil(made);
    const records = join(made.record, '..');
    const before = readdirSync(records).length;
    const report = value(await replay({ cwd: made.project.root, record: idOf(made.record) }));
    expect(report).toMatchObject({ id: idOf(made.record), status });
    expect(report.differences).toEqual(differences);
    // What is stale was not run, so nothing new is recorded.
    expect(readdirSync(records).length - before).toBe(status === 'stale' ? 0 : 1);
  });

  it('says the same of tests and examples that are run again, which are told in the same words', async () => {
    const project = new Project({
      'package.json': JSON.stringify({ name: 'app', type: 'module', scripts: { test: 'node --test' } }),
      'tsconfig.json': FILES['tsconfig.json']!,
      'src/a.js': 'export const f = (n) => n + 1;\n',
      'src/a.test.js': "import test from 'node:test';\nimport { f } from './a.js';\ntest('f', () => void f(1));\n",
    })
      .init()
      .write({ 'src/a.js': '/** @example f(1) // => 2 */\nexport const f = (n) => 1 + n;\n' });
    const options = { cwd: project.root, allowRestricted: true };
    const { record, verdict } = value(
      await check({ ...options, change: { kind: 'working-tree' }, only: ['tests', 'examples'] }),
    );
    expect(verdict.checks.map(({ name, status }) => [name, status])).toEqual([
      ['tests', 'pass'],
      ['examples', 'pass'],
    ]);
    const { out } = await runCommand(project.root, ['replay', idOf(record), '--json', '--allow-restricted']);
    const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/json/replay.json'), 'utf8')) as object;
    const validate = new Ajv2020({ allErrors: true, strict: true }).compile(schema);
    expect(validate(JSON.parse(out)), JSON.stringify(validate.errors)).toBe(true);
    expect(JSON.parse(out)).toMatchObject({ status: 'same', differences: [] });
  });

  it('says the same whatever ended first, and however many calls there was time for', async () => {
    const project = new Project({ ...FILES, 'src/f.js': 'export const twice = (n = 1) => n * 2;\n' })
      .init()
      .write({ 'src/f.js': 'export const twice = (n = 1) => 2 * n;\n' });
    const options = { cwd: project.root, allowRestricted: true };
    const { record } = value(await check({ ...options, change: { kind: 'working-tree' }, only: ['probes'] }));
    const honest = JSON.parse(readFileSync(record, 'utf8')) as EvidenceRecord;
    const { ran } = honest.verdict.checks[0]!;
    const sides = ran.map(({ oracle }) => /^\d+ calls of src\/f\.js at the (base|head)$/.exec(oracle ?? '')?.[1]);
    expect(new Set(sides)).toEqual(new Set(['base', 'head']));
    const path = join(project.root, '.assay', 'other.json');
    const again = async (more: readonly object[]) => {
      writeFileSync(path, sealedText(withCheck(honest, { ran: more })));
      return value(await replay({ ...options, record: path }));
    };
    expect((await again(ran.toReversed())).differences).toEqual([]);
    expect((await again(ran.map((one) => ({ ...one, oracle: one.oracle?.replace(/^\d+/, '1') })))).status).toBe('same');
    const weaker = await again(ran.map((one) => ({ ...one, isolation: 'none' })));
    expect([weaker.status, weaker.differences.length]).toEqual(['differs', 4]);
  });

  it('of a diff is stale where it applies no more', async () => {
    const { project } = await checked();
    const diff = project.git('diff');
    project.git('checkout', '--quiet', '.');
    const { record } = value(await check({ cwd: project.root, change: { kind: 'diff', diff }, only: ['names'] }));
    project.write({ 'src/a.ts': 'export const at = 1;\n' }).commit('another');
    const report = value(await replay({ cwd: project.root, record: idOf(record) }));
    expect([report.status, report.reason]).toEqual(['stale', expect.stringMatching(/one that applies neither/)]);
  });

  it('refuses a folder', async () => {
    const { project } = await checked();
    const { issues } = await replay({ cwd: project.root, record: 'src' });
    expect(issues.map(({ code, message }) => `${code} ${message}`)).toEqual([
      expect.stringMatching(
        /^evidence\/unreadable expected the file of a record, found a folder or more than \d+ bytes at .*src$/,
      ),
    ]);
  });

  it('refuses a record that was changed, and one whose request is none', async () => {
    const { project, record } = await checked();
    const text = readFileSync(record, 'utf8');
    const codes = async (name: string, content: string): Promise<string[]> => {
      const path = join(project.root, '.assay', name);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, content);
      return (await replay({ cwd: project.root, record: path })).issues.map(({ code }) => code);
    };
    expect(await codes('edited.json', text.replace('"pass"', '"fail"'))).toEqual(['evidence/edited']);
    const { schema: _schema, id: _id, hash: _hash, ...fields } = JSON.parse(text) as EvidenceRecord;
    const requests = [
      undefined,
      null,
      {},
      { change: { kind: 'range' } },
      { change: { kind: 'diff', diff: 3 } },
      { change: { kind: 'working-tree' }, only: 'names' },
    ];
    for (const [i, request] of requests.entries()) {
      const forged = seal({ ...fields, request });
      expect(await codes(`forged-${i}.json`, JSON.stringify(forged)), JSON.stringify(request)).toEqual([
        'replay/request',
      ]);
    }
  });
});
