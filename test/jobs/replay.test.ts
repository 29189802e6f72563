import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type EvidenceRecord, seal } from '../../src/evidence/index.ts';
import { check, type ReplayReport, replay } from '../../src/jobs/index.ts';
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

describe('replay', () => {
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
    const report = value(await replay({ ...options, record: idOf(record) }));
    expect([report.status, report.differences]).toEqual(['same', []]);
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
