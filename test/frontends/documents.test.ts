import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { Project } from '../workspace/repository.ts';

const root = join(import.meta.dirname, '../..');
const ajv = new Ajv2020({
  allErrors: true,
  strict: true,
  formats: {
    'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
    uri: (text: string) => URL.canParse(text),
    'uri-reference': (text: string) => !/\s/.test(text) && URL.canParse(text, 'file:///'),
  },
});
const schema = (name: string): object =>
  JSON.parse(readFileSync(join(root, 'docs/json', `${name}.json`), 'utf8')) as object;

const project = new Project({
  'package.json': JSON.stringify({ name: 'x', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }),
  'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, module: 'nodenext', noEmit: true, types: [] } }),
  'a.ts': 'export const list = [1, 2, 3];\nexport const total = list.length;\n',
  'a.test.js': "import test from 'node:test';\ntest('nothing', () => {});\n",
}).init();
project.write({
  'b.ts': "import { list } from './a.js';\nexport const wrong = list.size;\nexport const any = JSON.parse('1').x;\n",
});

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly status: number;
  readonly stdin?: string;
}

const CASES: readonly Case[] = [
  { name: 'check', args: ['check', '--json'], status: 1 },
  { name: 'check', args: ['check', '--only', 'packages', '--format', 'json'], status: 0 },
  { name: 'check', args: ['check', '--only', 'tests', '--all-tests', '--json'], status: 3 },
  { name: 'sarif', args: ['check', '--only', 'names,types', '--format', 'sarif'], status: 1 },
  { name: 'complete', args: ['complete', 'a.ts:2:27', '--json'], status: 0 },
  { name: 'complete', args: ['complete', 'b.ts:3:37', '--temperature', '1', '--n', '3', '--json'], status: 0 },
  { name: 'complete', args: ['complete', 'b.ts:3:37', '--model', 'shipped', '--json'], status: 0 },
  { name: 'context', args: ['context', 'b.ts:2:27', '--json'], status: 0 },
  { name: 'tokens', args: ['tokens', '-', '--json'], stdin: 'é\u{1f600} getUserById\n', status: 0 },
  { name: 'model-info', args: ['model', 'info', '--json'], status: 0 },
  { name: 'doctor', args: ['doctor', '--json'], status: 0 },
];

describe('documents: one on standard output, as described', () => {
  it.each(CASES)('$args', ({ name, args, status, stdin = '' }) => {
    const ran = spawnSync(process.execPath, [join(root, 'bin/assay.js'), ...args], {
      cwd: project.root,
      input: stdin,
      encoding: 'utf8',
    });
    const document: unknown = JSON.parse(ran.stdout);
    const validate = ajv.getSchema(`assay/${name}/1`) ?? ajv.compile(schema(name));
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    expect(ran.status).toBe(status);
  });

  it('the replay of a record', () => {
    const validate = ajv.compile(schema('replay'));
    for (const [edit, status] of [
      ['', 0],
      ['// later\n', 3],
    ] as const) {
      project.write({ 'c.ts': edit });
      const { stdout: checked } = spawnSync(
        process.execPath,
        [join(root, 'bin/assay.js'), 'check', '--only', 'types', '--json'],
        { cwd: project.root, encoding: 'utf8' },
      );
      const { record } = JSON.parse(checked) as { readonly record: string };
      if (status === 3) project.write({ 'c.ts': '' });
      const ran = spawnSync(
        process.execPath,
        [join(root, 'bin/assay.js'), 'replay', basename(record, '.json'), '--json'],
        { cwd: project.root, encoding: 'utf8' },
      );
      validate(JSON.parse(ran.stdout));
      expect(validate.errors ?? []).toEqual([]);
      expect(ran.status).toBe(status);
    }
  });

  it('the record of a check', () => {
    const folder = join(project.root, '.assay/records');
    const validate = ajv.compile(schema('record'));
    const records = readdirSync(folder);
    expect(records.length).toBeGreaterThan(0);
    for (const file of records) {
      validate(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      expect(validate.errors ?? []).toEqual([]);
    }
  });
});
