import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { check } from '../../../src/jobs/index.ts';
import { type Files, Project, value } from '../../workspace/repository.ts';

const root = join(import.meta.dirname, '../../..');

/** Four functions, by what each gives. */
const four = (of: (name: string) => string): string =>
  ['a', 'b', 'c', 'd'].map((name) => `export const ${name} = (n: number): number => ${of(name)};\n`).join('');

const BASE: Files = {
  'package.json': JSON.stringify({ name: 'shapes', version: '1.0.0', type: 'module' }),
  'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, module: 'nodenext', noEmit: true, types: [] } }),
  'src/area.ts':
    "import sizes from './sizes.json' with { type: 'json' };\nexport const area = (a: number): number => a * sizes.width;\n",
  'src/sizes.json': '{ "width": 2 }\n',
  'src/text.ts': 'export const first = (text: string): string => text.slice(0, 1);\n',
  'src/pile.ts': `export class Pile<T> {
  protected items: T[];
  constructor(first: T) {
    this.items = [first];
  }
  push(item: T): void {
    this.items.push(item);
  }
  *[Symbol.iterator](): Iterator<T> {
    for (let i = 0; i < this.items.length; i++) yield this.items[i] as T;
  }
}
`,
  'src/four.ts': four(() => 'n'),
  'src/place.ts': `export const place = (name: string): string => process.cwd() + '/' + name;
export class Place {
  readonly cwd = process.cwd();
  at(name: string): string {
    return this.cwd + '/' + name;
  }
}
`,
  'src/far.ts': 'export const far = (options: { word?: string }): number => (options.word === undefined ? 0 : 1);\n',
  'test/far.test.ts': `import { far } from '../src/far.ts';\n${Array.from({ length: 100 }, (_, n) => `far({ word: 'w${n}' });\n`).join('')}far({ word: 'Zürich' });\n`,
  'src/held.ts': 'export const held = (n: number): WeakRef<object> => new WeakRef({});\n',
  'src/hidden.ts': 'export const open = (box: WeakRef<object>): boolean => box.deref() !== undefined;\n',
};

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly sameBehaviour?: readonly string[];
  readonly status: 'pass' | 'fail' | 'unknown';
  readonly decides: boolean;
  readonly found: readonly (string | RegExp)[];
  readonly summary?: RegExp;
}

const CASES: readonly Case[] = [
  {
    name: 'a difference is information',
    files: {
      'src/text.ts': 'export const first = (text: string): string => text[0] ?? text;\n'.replace('?? text', "?? '-'"),
    },
    status: 'pass',
    decides: false,
    found: ['info probes/differs src/text.ts: first("") was "", is "-"'],
  },
  {
    name: 'a difference where the behaviour is to stay is an error',
    files: { 'src/text.ts': "export const first = (text: string): string => text[0] ?? '-';\n" },
    sameBehaviour: ['src/*.ts'],
    status: 'fail',
    decides: true,
    found: ['error probes/differs src/text.ts: first("") was "", is "-"'],
  },
  {
    name: 'a difference elsewhere is none',
    files: { 'src/text.ts': "export const first = (text: string): string => text[0] ?? '-';\n" },
    sameBehaviour: ['lib/**'],
    status: 'pass',
    decides: false,
    found: ['info probes/differs src/text.ts: first("") was "", is "-"'],
  },
  {
    name: 'a refactor where the behaviour is to stay',
    files: { 'src/text.ts': 'export const first = (text: string): string => text.substring(0, 1);\n' },
    sameBehaviour: ['**'],
    status: 'pass',
    decides: true,
    found: [],
  },
  {
    name: 'a constructor where the behaviour is to stay',
    files: { 'src/pile.ts': (BASE['src/pile.ts'] as string).replaceAll('first', 'one') },
    sameBehaviour: ['**'],
    status: 'pass',
    decides: true,
    found: [],
  },
  {
    name: 'what is looped over where the behaviour is to stay',
    files: {
      'src/pile.ts': (BASE['src/pile.ts'] as string).replace(
        /for \(let.*/,
        'for (const item of this.items) yield item;',
      ),
    },
    sameBehaviour: ['**'],
    status: 'pass',
    decides: true,
    found: [],
  },
  {
    name: 'where it was run is no difference, where each side has a copy of its own',
    files: {
      'src/sizes.json': '{ "width": 2, "height": 3 }\n',
      'src/place.ts': (BASE['src/place.ts'] as string).replaceAll("+ '/' + name", "+ ('/' + name)"),
    },
    sameBehaviour: ['**'],
    status: 'pass',
    decides: true,
    found: [],
  },
  {
    name: 'what is looped over the other way',
    files: {
      'src/pile.ts': (BASE['src/pile.ts'] as string).replace(
        /for \(let.*/,
        'for (const item of this.items.slice(1).reverse()) yield item;\n    yield this.items[0]!;',
      ),
    },
    sameBehaviour: ['**'],
    status: 'fail',
    decides: true,
    found: [/^error probes\/differs src\/pile\.ts: /],
  },
  {
    name: 'what cannot be compared is not known to be the same',
    files: { 'src/hidden.ts': 'export const open = (box: WeakRef<object>): boolean => Boolean(box.deref());\n' },
    sameBehaviour: ['**'],
    status: 'unknown',
    decides: true,
    found: [/^warning probes\/not-compared src\/hidden\.ts: open was not compared: /],
  },
  {
    name: 'a file that code reads is at the base as it was',
    files: {
      'src/sizes.json': '{ "width": 3 }\n',
      'src/area.ts':
        "import sizes from './sizes.json' with { type: 'json' };\nexport const area = (side: number): number => side * sizes.width;\n",
    },
    status: 'pass',
    decides: false,
    found: [/^info probes\/differs src\/area\.ts: area\(1\) was 2, is 3/],
  },
  {
    name: 'of several that are named, the one that differs comes first',
    files: { 'src/four.ts': four((name) => (name === 'd' ? '2 * n' : '1 * n')) },
    status: 'pass',
    decides: false,
    found: ['info probes/differs src/four.ts: d(1) was 1, is 2'],
    summary: /^d, a, b and 1 more on \d+ inputs: 1 differs$/,
  },
  {
    name: 'a result that cannot be looked at, and an error in its place',
    files: {
      'src/held.ts':
        "export const held = (n: number): WeakRef<object> => { if (n > 0) throw new RangeError('n'); return new WeakRef({}); };\n",
    },
    status: 'pass',
    decides: false,
    found: [/^info probes\/throws src\/held\.ts: held\(1\) was .*, is throws RangeError: n/],
    summary: /^held on \d+ inputs: 1 differs$/,
  },
  {
    name: 'what is new has nothing to differ from',
    files: { 'src/text.ts': `${BASE['src/text.ts']}export const last = (text: string): string => text.slice(-1);\n` },
    status: 'pass',
    decides: false,
    found: [],
    summary: /^new: last on \d+ inputs$/,
  },
  {
    name: 'the call that tells stands last in a long test',
    files: {
      'src/far.ts':
        'export const far = (options: { word?: string }): number => (options.word === undefined ? 0 : hash(options.word) === 8546 ? 2 : 1);\nconst hash = (word: string): number => [...word].reduce((sum, one) => sum * 2 + one.charCodeAt(0), 0);\n',
    },
    status: 'pass',
    decides: false,
    found: [/^info probes\/differs src\/far\.ts: far\(/],
  },
  {
    name: 'nothing to call',
    files: { 'src/kinds.ts': 'export interface Kind { readonly a: number }\n' },
    sameBehaviour: ['src/text.ts'],
    status: 'unknown',
    decides: false,
    found: [],
  },
];

describe('probes of a change', () => {
  let project: Project;
  beforeEach(() => {
    project = new Project(BASE).init();
  });

  it.each(CASES)('$name', { timeout: 60_000 }, async ({ files, sameBehaviour, status, decides, found, summary }) => {
    project.write(files);
    const report = value(
      await check({
        cwd: project.root,
        change: { kind: 'working-tree' },
        only: ['probes'],
        ...(sameBehaviour ? { sameBehaviour } : {}),
      }),
    );
    const done = report.verdict.checks.find(({ name }) => name === 'probes')!;
    const told = done.issues.map(({ severity, code, path, message }) => `${severity} ${code} ${path}: ${message}`);
    expect(told.map((one) => one.replace(/ \(one of .*$/, ''))).toHaveLength(found.length);
    found.forEach((one, at) => {
      if (typeof one === 'string') expect(told[at]!.replace(/ \(one of .*$/, '')).toBe(one);
      else expect(told[at]).toMatch(one);
    });
    expect([done.status, done.decides]).toEqual([status, decides]);
    if (summary) expect(done.summary).toMatch(summary);
  });

  it('ends with status 1 where the behaviour was to stay', { timeout: 60_000 }, () => {
    project.write({ 'src/text.ts': "export const first = (text: string): string => text[0] ?? '-';\n" });
    const run = (...rest: string[]) =>
      spawnSync(process.execPath, [join(root, 'bin/assay.js'), 'check', '--only', 'probes', ...rest], {
        cwd: project.root,
        encoding: 'utf8',
      });
    const broken = run('--same-behaviour');
    expect(broken.stdout).toContain('first("") was "", is "-"');
    expect(broken.status).toBe(1);
    const told = run('--same-behaviour', 'lib/**');
    expect(told.stdout).toContain('first("") was "", is "-"');
    expect(told.status).not.toBe(1);
  });
});
