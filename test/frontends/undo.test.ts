import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { integrate } from '../../src/integrate/index.ts';
import { draftOf, readTree } from '../integrate/support.ts';
import { Project } from '../workspace/repository.ts';

const root = join(import.meta.dirname, '../..');
const FILES = { 'package.json': '{ "name": "x" }\n', 'a.ts': 'one\n' };

/** A repository in which assay has just written. */
function written(): Project {
  const project = new Project(FILES).init();
  const store = join(project.root, '.assay');
  const done = integrate(project.root, store, draftOf({ 'a.ts': ['one\n', 'two\n'], 'new/b.ts': [null, 'new\n'] }));
  expect(done.issues).toEqual([]);
  return project;
}

const undo = (cwd: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(root, 'bin/assay.js'), 'undo', ...args], { cwd, encoding: 'utf8' });

const tree = (project: Project): Record<string, string | null> =>
  Object.fromEntries(Object.entries(readTree(project.root)).filter(([path]) => !path.startsWith('.git')));

describe('assay undo', () => {
  it('takes back what was written last, and then has nothing to take back', () => {
    const project = written();
    const { status, stdout } = undo(project.root);
    expect([status, stdout.split('\n').sort()]).toEqual([0, ['', 'removed new/b.ts', 'restored a.ts']]);
    expect(tree(project)).toEqual(FILES);
    const again = undo(project.root);
    expect([again.status, again.stdout, again.stderr]).toEqual([
      2,
      '',
      expect.stringMatching(/expected an integration to take back, found none/),
    ]);
  });

  it('refuses where a file was changed since, and changes nothing', () => {
    const project = written().write({ 'a.ts': 'mine\n' });
    const before = tree(project);
    const { status, stdout, stderr } = undo(project.root);
    expect([status, stdout, stderr]).toEqual([2, '', expect.stringMatching(/expected a\.ts as .* left it/)]);
    expect(tree(project)).toEqual(before);
  });

  it('prints a document as described', () => {
    const { stdout } = undo(written().root, '--json');
    const schema = JSON.parse(readFileSync(join(root, 'docs/json/undo.json'), 'utf8')) as object;
    const validate = new Ajv2020().compile(schema);
    validate(JSON.parse(stdout));
    expect(validate.errors ?? []).toEqual([]);
  });
});
