import { afterAll, describe, expect, it } from 'vitest';
import type { RepoPath } from '../../src/base/index.ts';
import { type JudgedFile, type Judgement, Resident } from '../../src/jobs/index.ts';
import { type Files, Project, value } from '../workspace/repository.ts';

const APP: Files = {
  'package.json': JSON.stringify({ name: 'app', type: 'module' }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: { strict: true, module: 'nodenext', allowImportingTsExtensions: true, noEmit: true, types: [] },
  }),
  '.gitignore': '.assay\nnode_modules\n',
  'a.ts': "import { foo } from './b.ts';\nexport const a: number = foo;\n",
  'b.ts': 'export const foo = 1;\nexport const bar = 1;\n',
  'c.ts': 'export const c = 1;\n',
};
const A = APP['a.ts'] as string;
const WITHOUT_FOO: Files = { 'b.ts': 'export const bar = 1;\n' };
const COMMENT: Files = { 'a.ts': `${A}// comment\n` };
const NO_FOO = /^a\.ts:1:10 .*'foo'/;

const open: Resident[] = [];
afterAll(() => {
  for (const resident of open) resident.close();
});

async function residentOf(project: Project): Promise<Resident> {
  const resident = value(await Resident.open(project.root));
  open.push(resident);
  return resident;
}

const told = ({ errors }: Judgement): string[] =>
  errors.map(({ path, at, message }) => `${path}:${at?.line}:${at?.column} ${message}`);

const edited = async (resident: Resident, path: string, editor = 'one'): Promise<string[]> =>
  told(value(await resident.judge([path as RepoPath], editor)));

type Act = (project: Project, resident: Resident) => unknown;
const judged =
  (path: string): Act =>
  (_project, resident) =>
    edited(resident, path);
const write =
  (files: Files): Act =>
  (project) =>
    project.write(files);
const git =
  (...args: string[]): Act =>
  (project) =>
    project.git(...args);

describe('what HEAD has is asked of HEAD as it is now', { timeout: 60_000 }, () => {
  // Each begins on a branch on which b.ts has foo; HEAD of `broken` does not have it.
  const CASES: readonly (readonly [what: string, acts: readonly Act[], expected: readonly RegExp[]])[] = [
    ['a file that was right, and whose import is taken away', [judged('b.ts'), write(WITHOUT_FOO)], [NO_FOO]],
    [
      'the same after a branch was looked at on which it is wrong',
      [git('switch', 'broken'), write(COMMENT), judged('a.ts'), git('checkout', '-f', 'main'), write(WITHOUT_FOO)],
      [NO_FOO],
    ],
    ['a branch on which it is wrong', [git('switch', 'broken')], []],
    [
      'the same after a branch was looked at on which it is right',
      [write({ 'a.ts': A.replace('number', 'string') }), judged('a.ts'), git('checkout', '-f', 'broken')],
      [],
    ],
    [
      'what was wrong, repaired and committed, and is wrong again',
      [
        git('switch', 'broken'),
        write(COMMENT),
        judged('a.ts'),
        write({ 'b.ts': APP['b.ts']! }),
        git('commit', '-qam', 'repaired'),
        write(WITHOUT_FOO),
      ],
      [NO_FOO],
    ],
    ['an import that a shell takes away', [write(WITHOUT_FOO), judged('c.ts')], [NO_FOO]],
    [
      'a file that was looked at while its import was away, which was put back and is taken away by the agent',
      [write(WITHOUT_FOO), judged('a.ts'), git('checkout', 'b.ts'), judged('a.ts'), write(WITHOUT_FOO), judged('b.ts')],
      [NO_FOO],
    ],
    [
      'settings under which everything that stood there is wrong',
      [
        write(COMMENT),
        judged('a.ts'),
        write({ 'tsconfig.json': (APP['tsconfig.json'] as string).replace('"allowImportingTsExtensions":true,', '') }),
      ],
      [],
    ],
  ];
  it.each(CASES)('%s', async (_what, acts, expected) => {
    const project = new Project({ ...APP, ...WITHOUT_FOO }).init();
    project.git('branch', 'broken');
    project.write({ 'b.ts': APP['b.ts']! }).commit('with foo');
    const resident = await residentOf(project);
    for (const act of acts) await act(project, resident);
    project.write({ 'a.ts': `${A}// another\n` });
    expect(await edited(resident, 'a.ts')).toEqual(expected.map((one) => expect.stringMatching(one)));
  });
});

it('what the disk has is asked of the disk as it is now', { timeout: 60_000 }, async () => {
  const project = new Project(APP).init();
  const resident = await residentOf(project);
  const proposed = async (text: string): Promise<string[]> =>
    told(value(await resident.propose([{ path: 'a.ts', text } as JudgedFile])));
  expect(await proposed(A.replace('number', 'string'))).toEqual([expect.stringMatching(/^a\.ts:2:14 /)]);
  project.write(WITHOUT_FOO);
  expect(await proposed(`${A}// comment\n`)).toEqual([]);
  project.write({ 'b.ts': APP['b.ts']! });
  expect(await proposed(A.replace('foo }', 'foe as foo }'))).toEqual([expect.stringMatching(/^a\.ts:1:10 .*'foe'/)]);
});

describe('what an edit broke elsewhere', { timeout: 60_000 }, () => {
  const USER: Files = { 'user.ts': "import { a } from './a.ts';\nexport const user: number = a;\n" };
  const NO_FILE = /^a\.ts:1:21 .*'\.\/b\.ts'/;
  // Edits and who makes them, looks around between; then what is told with each.
  type Step = { readonly by: string; readonly edits: string; readonly write?: Files } | 'looks around';
  const CASES: readonly (readonly [what: string, steps: readonly Step[], told: readonly (readonly RegExp[])[]])[] = [
    [
      'is told once',
      [
        { by: 'one', edits: 'b.ts', write: WITHOUT_FOO },
        'looks around',
        { by: 'one', edits: 'c.ts' },
        { by: 'one', edits: 'c.ts' },
      ],
      [[], [NO_FOO], []],
    ],
    [
      'is told of a file that is gone',
      [{ by: 'one', edits: 'b.ts' }, 'looks around', { by: 'one', edits: 'c.ts' }],
      [[], [NO_FILE]],
    ],
    [
      'is told to nobody else',
      [
        { by: 'one', edits: 'b.ts', write: WITHOUT_FOO },
        'looks around',
        { by: 'two', edits: 'c.ts' },
        { by: 'one', edits: 'c.ts' },
      ],
      [[], [], [NO_FOO]],
    ],
    [
      'is told to whoever edited it last of all, and to that one each time that it edits the file itself',
      [
        { by: 'one', edits: 'c.ts' },
        { by: 'two', edits: 'b.ts', write: WITHOUT_FOO },
        'looks around',
        { by: 'two', edits: 'a.ts' },
        { by: 'two', edits: 'a.ts' },
        { by: 'one', edits: 'c.ts' },
      ],
      [[], [], [NO_FOO], [NO_FOO], []],
    ],
    [
      'is told of a file that was edited before',
      [
        { by: 'one', edits: 'a.ts' },
        { by: 'one', edits: 'b.ts', write: WITHOUT_FOO },
        'looks around',
        { by: 'one', edits: 'c.ts' },
      ],
      [[], [], [NO_FOO]],
    ],
    [
      'is not what was told of a file that uses nothing of it',
      [
        { by: 'one', edits: 'a.ts', write: { 'a.ts': A.replace('number', 'string') } },
        { by: 'one', edits: 'c.ts' },
        'looks around',
        { by: 'one', edits: 'c.ts' },
      ],
      [[/^a\.ts:2:14 /], [], [/^user\.ts:2:14 /]],
    ],
    [
      'is not told where it was repaired meanwhile',
      [
        { by: 'one', edits: 'b.ts', write: WITHOUT_FOO },
        'looks around',
        { by: 'two', edits: 'b.ts', write: { 'b.ts': APP['b.ts']! } },
        { by: 'one', edits: 'c.ts' },
      ],
      [[], [], []],
    ],
  ];
  it.each(CASES)('%s', async (_what, steps, expected) => {
    const project = new Project({ ...APP, ...USER }).init();
    const resident = await residentOf(project);
    const found: (readonly string[])[] = [];
    for (const step of steps) {
      if (step === 'looks around') await resident.lookAround();
      else {
        if (step.write) project.write(step.write);
        else if (step.edits === 'b.ts') project.remove('b.ts');
        else project.write({ [step.edits]: `${project.read(step.edits)}// edited\n` });
        found.push(await edited(resident, step.edits, step.by));
      }
    }
    expect(found).toEqual(expected.map((told) => told.map((one) => expect.stringMatching(one))));
  });
});
