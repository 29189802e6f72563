import { describe, expect, it } from 'vitest';
import type { RepoPath } from '../../src/base/index.ts';
import { openWorkspace } from '../../src/workspace/index.ts';
import { type Files, Project, value } from './repository.ts';

const AT_HEAD: Files = {
  'a.ts': 'one\n',
  'with space.ts': 'two\n',
  'empty.ts': '',
  'crlf.txt': 'one\r\ntwo\r\n',
  '.env': 'TOKEN=1\n',
  'picture.png': new Uint8Array([0, 1, 2]),
  '.gitattributes': '*.txt text eol=crlf\n',
};

const textsOf = async (project: Project, paths: readonly string[]): Promise<Record<string, string>> => {
  const workspace = value(await openWorkspace(project.root));
  const { texts } = value(await workspace.committed(paths as readonly RepoPath[]));
  return Object.fromEntries([...texts].map(([path, { text }]) => [path, text]));
};

describe('texts at HEAD', () => {
  it('are those that git keeps, whatever is on disk; secrets, pictures and what is not there have none', async () => {
    const project = new Project(AT_HEAD).init();
    project.write({ 'a.ts': 'changed\n', 'new.ts': 'new\n' }).remove('empty.ts');
    expect(await textsOf(project, [...Object.keys(AT_HEAD), 'new.ts', 'nowhere/x.ts'])).toEqual({
      'a.ts': 'one\n',
      'with space.ts': 'two\n',
      'empty.ts': '',
      'crlf.txt': 'one\ntwo\n',
      '.gitattributes': '*.txt text eol=crlf\n',
    });
  });

  it('are none before the first commit, without git, and where none are asked for', async () => {
    expect(await textsOf(new Project(AT_HEAD).repository(), ['a.ts'])).toEqual({});
    expect(await textsOf(new Project({ ...AT_HEAD, 'package.json': '{}' }), ['a.ts'])).toEqual({});
    expect(await textsOf(new Project(AT_HEAD).init(), [])).toEqual({});
  });
});

it('HEAD is what it is now, whatever it was when the workspace was opened', async () => {
  const project = new Project({ 'a.ts': 'one\n' }).repository();
  const workspace = value(await openWorkspace(project.root));
  expect(value(await workspace.committed([])).head).toBeUndefined();
  for (const message of ['first', 'second']) {
    project.commit(message);
    expect(value(await workspace.committed([])).head).toBe(project.git('rev-parse', 'HEAD').trim());
  }
});

describe('what is staged', () => {
  it('is compared with HEAD, in place only where the working tree holds nothing else', async () => {
    const project = new Project({ 'a.ts': 'one\n', 'b.ts': 'one\n' }).init();
    project.write({ 'a.ts': 'two\n' });
    project.git('add', 'a.ts');
    const workspace = value(await openWorkspace(project.root));
    const told = async (): Promise<unknown> => {
      const view = value(await workspace.change({ kind: 'staged' }));
      const { base, head, files, inPlace } = view;
      await view.close();
      return { base, head, inPlace, files: files.map(({ kind, path, after }) => [kind, path, after?.text]) };
    };
    const staged = { base: 'HEAD', head: 'index', files: [['modified', 'a.ts', 'two\n']] };
    expect(await told()).toEqual({ ...staged, inPlace: true });
    project.write({ 'a.ts': 'three\n', 'c.ts': 'untracked\n' });
    expect(await told()).toEqual({ ...staged, inPlace: false });
  });
});
