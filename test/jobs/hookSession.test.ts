import { expect, it } from 'vitest';
import { startSession, stop } from '../../src/jobs/index.ts';
import { type Files, Project, value } from '../workspace/repository.ts';

const APP: Files = {
  'package.json': JSON.stringify({ name: 'app', type: 'module' }),
  'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, module: 'nodenext', noEmit: true, types: [] } }),
  '.gitignore': '.assay\n',
  'one.ts': 'export const one = 1;\n',
};
const BROKEN: Files = { 'two.ts': 'export const two: string = 2;\n' };
const WORSE: Files = { 'three.ts': 'export const three: string = 3;\n' };

it('a session begins with the commit that is there then, not with the one that the workspace was opened at', async () => {
  const project = new Project(APP).init();
  const opened = await project.open();
  project.write(BROKEN).commit('by somebody else');
  const { base } = value(await startSession(opened, 'session', true));
  expect(base).toBe(project.git('rev-parse', 'HEAD').trim());
  expect(value(await stop({ cwd: project.root, session: 'session' }))).toEqual({ kind: 'pass' });
  project.write(WORSE);
  expect(value(await stop({ cwd: project.root, session: 'session' }))).toMatchObject({
    kind: 'refuse',
    reason: expect.stringMatching(/1 error against the commit this session began with[\s\S]*three\.ts:1:14/),
  });
});

it.each([
  ['two trees that fail', [BROKEN, WORSE], ['refuse', 'let go']],
  ['a tree as the session found it between them', [BROKEN, {}, WORSE], ['refuse', 'pass', 'refuse']],
] as const)('times that the end was refused are counted in a row: %s', async (_what, trees, expected) => {
  const project = new Project(APP).init();
  const found: string[] = [];
  for (const tree of trees) {
    project.git('clean', '-fdq');
    project.write(tree);
    const ended = value(await stop({ cwd: project.root, session: 'session', refusals: 1 }));
    found.push(ended.kind === 'pass' && ended.notice !== undefined ? 'let go' : ended.kind);
  }
  expect(found).toEqual(expected);
});

it('a session whose first commit is gone ends with a word about it', async () => {
  const project = new Project(APP).init();
  value(await startSession(await project.open(), 'session', true));
  project.git('checkout', '--quiet', '--orphan', 'other');
  project.write(BROKEN).commit('all of it');
  project.git('branch', '--quiet', '-D', 'main');
  project.git('reflog', 'expire', '--expire=now', '--all');
  project.git('gc', '--quiet', '--prune=now');
  const notice = expect.stringContaining('the commit that this session began with is gone');
  expect(value(await stop({ cwd: project.root, session: 'session' }))).toEqual({ kind: 'pass', notice });
});

it('a session that nobody saw begin ends with a word about it, once', async () => {
  const project = new Project(APP).init();
  const ends = [];
  for (let time = 0; time < 2; time++) ends.push(value(await stop({ cwd: project.root, session: 'session' })));
  expect(ends).toEqual([{ kind: 'pass', notice: expect.stringContaining('was not seen to begin') }, { kind: 'pass' }]);
});
