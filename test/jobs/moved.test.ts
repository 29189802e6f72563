import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { check } from '../../src/jobs/index.ts';
import { BASE } from '../cases/isolation/runner.ts';
import { type Files, Project, value } from '../workspace/repository.ts';

const RIGHT = 'export const f = (n) => n + n;\n';
const WRONG = 'export const f = (n) => n * 3;\n';
const EMPTY = "import test from 'node:test';\nimport '../src/a.js';\ntest('doubles', () => {});\n";
const TEST = BASE['test/a.test.js'] as string;

/** What someone does to the tree when the tests begin, and when they have come to their end. */
const CASES: readonly {
  readonly what: string;
  /** Of the base, beside `BASE`, and gone at the head. */
  readonly gone?: string;
  readonly head: Files;
  readonly begin?: (project: Project) => void;
  readonly end?: (project: Project) => void;
  readonly verdict: readonly string[];
}[] = [
  { what: 'nothing', head: { 'src/a.js': RIGHT }, verdict: ['pass'] },
  {
    what: 'nothing but what the change did: a file became a folder',
    gone: 'notes',
    head: { 'src/a.js': RIGHT, 'notes/a.txt': '' },
    verdict: ['pass'],
  },
  {
    what: 'a changed file is written once it was tested',
    head: { 'src/a.js': RIGHT },
    end: (project) => project.write({ 'src/a.js': WRONG }),
    verdict: ['unknown', 'tree/changed-meanwhile src/a.js'],
  },
  {
    what: 'a changed file is right while it is tested, and wrong again',
    head: { 'src/a.js': WRONG },
    begin: (project) => project.write({ 'src/a.js': RIGHT }),
    end: (project) => project.write({ 'src/a.js': WRONG }),
    verdict: ['unknown', 'check/stale', 'tree/changed-meanwhile src/a.js'],
  },
  {
    what: 'a test asks nothing while it is run, and the same again',
    head: { 'src/a.js': WRONG },
    begin: (project) => project.write({ 'test/a.test.js': EMPTY }),
    end: (project) => project.write({ 'test/a.test.js': TEST }),
    verdict: ['unknown', 'tree/changed-meanwhile test/a.test.js'],
  },
  {
    what: 'a folder is another while it is tested, and the same again',
    head: { 'src/a.js': WRONG, 'other/a.js': RIGHT },
    begin: ({ root }) => {
      renameSync(join(root, 'src'), join(root, 'kept'));
      renameSync(join(root, 'other'), join(root, 'src'));
    },
    end: ({ root }) => {
      renameSync(join(root, 'src'), join(root, 'other'));
      renameSync(join(root, 'kept'), join(root, 'src'));
    },
    verdict: ['unknown', 'check/stale'],
  },
  {
    what: 'a file is removed',
    head: { 'src/a.js': RIGHT },
    end: (project) => project.remove('test/a.test.js'),
    verdict: ['unknown', 'tree/changed-meanwhile test/a.test.js'],
  },
  {
    what: 'what git ignores is written, and a new file',
    head: { 'src/a.js': RIGHT },
    begin: (project) => project.write({ '.env': 'KEY=2\n', 'notes.txt': '' }),
    verdict: ['pass'],
  },
];

it.concurrent.for(CASES)('a tree in which $what', { timeout: 180_000 }, async ({ gone, head, begin, end, verdict }) => {
  const project = new Project({ ...BASE, ...(gone ? { [gone]: '' } : {}) }).init();
  project.remove(...(gone ? [gone] : []));
  project.write(head);
  const checked = await check({
    cwd: project.root,
    change: { kind: 'working-tree' },
    only: ['tests'],
    events: ({ type }) => {
      if (type === 'check-start') begin?.(project);
      if (type === 'check-end') end?.(project);
    },
  });
  const { status, checks } = value(checked).verdict;
  const told = checks.flatMap(({ issues }) => issues).filter(({ severity }) => severity !== 'info');
  expect([status, ...told.map(({ code, path }) => `${code} ${path ?? ''}`.trim())]).toEqual(verdict);
});
