import { existsSync, mkdirSync, readdirSync, renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/base/index.ts';
import { check, installHook, startSession, undo, uninstallHook } from '../../src/jobs/index.ts';
import { contents, type Files, Project, temporaryFolder, value } from '../workspace/repository.ts';

const ID = '000001-deadbeef';
const OWNED = '#!/bin/sh\necho owned\n';
const HASH = sha256(Buffer.from(OWNED));

/** A journal that says of one file what it was before, and that all is to be taken back. */
const journal = (store: string, path: string, state: 'open' | 'done'): Files => {
  const entry = `${store}/integrations/${ID}${state === 'open' ? '.open' : ''}`;
  const plan = {
    schema: 'assay/integration/1',
    id: ID,
    files: [{ path, before: HASH, after: null, mode: 0o755 }],
    made: [],
    removed: [],
    bytes: OWNED.length,
  };
  return {
    [`${entry}/plan.json`]: JSON.stringify(plan),
    [`${entry}/before/0`]: OWNED,
    [`${entry}/commit`]: '',
    ...(state === 'open' ? { [`${entry}/rollback`]: '' } : {}),
  };
};

/** What a repository brings along as assay's own store. `outside` is a folder of the user's. */
const CASES: readonly { readonly name: string; readonly store: (outside: string) => Files }[] = [
  {
    name: 'locks that are a folder of the user’s, and something to end',
    store: (outside) => ({ ...journal('.assay', 'b.ts', 'open'), '.assay/locks': { link: outside } }),
  },
  {
    name: 'a store that leads into the tree, with the same',
    store: (outside) => ({
      ...journal('kept', 'b.ts', 'open'),
      'kept/locks': { link: outside },
      '.assay': { link: 'kept' },
    }),
  },
  { name: 'sessions in a folder of the user’s', store: (outside) => ({ '.assay/hook/sessions': { link: outside } }) },
  {
    name: 'an ignore file that is to be made elsewhere',
    store: (outside) => ({ '.assay/.gitignore': { link: `${outside}/new` } }),
  },
  { name: 'a cache elsewhere', store: (outside) => ({ '.assay/cache': { link: outside } }) },
  { name: 'records elsewhere', store: (outside) => ({ '.assay/records': { link: outside } }) },
  {
    name: 'a journal of git’s folder, to be taken back',
    store: () => journal('.assay/git', 'hooks/post-checkout', 'open'),
  },
  { name: 'a journal of the tree, to be taken back', store: () => journal('.assay', 'b.ts', 'open') },
  {
    name: 'a journal of git’s folder, and that it holds what hooks were',
    store: () => ({
      ...journal('.assay/git', 'hooks/pre-commit', 'done'),
      '.assay/git/hook/installed.json': JSON.stringify({ 'hooks/pre-commit': { id: ID, stood: {} } }),
    }),
  },
];

it('an archive that brings a journal of git’s folder has no hook made of it, once it is a repository', async () => {
  const project = new Project({
    'package.json': '{}',
    ...journal('.assay/git', 'hooks/pre-commit', 'done'),
    '.assay/.gitignore': '*\n',
    '.assay/git/hook/installed.json': JSON.stringify({ 'hooks/pre-commit': { id: ID, stood: {} } }),
  }).init();
  const request = {
    cwd: project.root,
    git: true,
    installation: { hook: '/nowhere/hook.js', node: process.execPath } as never,
    env: { HOME: temporaryFolder() },
  };
  const installed = await installHook(request);
  expect(installed.ok).toBe(true);
  // What an earlier installation would have put in, as that journal knows it, is of no more account.
  expect(project.read('.git/hooks/pre-commit')).not.toContain('echo owned');
  const [first] = value(await uninstallHook(request));
  expect(first?.done).toBe('removed');
  expect(existsSync(join(project.root, '.git/hooks/pre-commit'))).toBe(false);
});

it('hooks of git that were installed with their journal in the tree are taken out by what stands in them', async () => {
  const was = '#!/bin/sh\necho mine\n';
  const project = new Project({ 'package.json': '{}' }).init().write({ '.git/hooks/pre-commit': was });
  const request = {
    cwd: project.root,
    git: true,
    installation: { hook: '/nowhere/hook.js', node: process.execPath } as never,
    env: { HOME: temporaryFolder() },
  };
  value(await installHook(request));
  mkdirSync(join(project.root, '.assay'), { recursive: true });
  renameSync(join(project.root, '.git/assay'), join(project.root, '.assay/git'));
  expect(value(await uninstallHook(request))[0]?.done).toBe('taken out');
  expect(project.read('.git/hooks/pre-commit')).toBe(was);
});

describe('a repository that brings', () => {
  it.each(CASES)('$name has nothing written by it', async ({ store }) => {
    const outside = new Project({
      ...Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`f${at}`, 'mine'])),
      'folder/f': 'mine',
    });
    for (const name of readdirSync(outside.root)) utimesSync(join(outside.root, name), 1, 1);
    const project = new Project({ 'package.json': '{}', 'a.ts': 'export const a = 1;\n' })
      .init()
      .write(store(outside.root));
    project.git('add', '--force', '--all');
    project.commit('brought').write({ 'a.ts': 'export const a = 2;\n' });
    const before = contents(outside.root);
    await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['constraints'] });
    await startSession(await project.open(), 'session', true);
    await installHook({
      cwd: project.root,
      git: true,
      installation: { hook: '/nowhere/hook.js', node: process.execPath } as never,
      env: { HOME: temporaryFolder() },
    });
    await undo({ cwd: project.root });
    expect(contents(outside.root)).toEqual(before);
    expect(existsSync(join(project.root, 'b.ts'))).toBe(false);
    const hooks = [...contents(join(project.root, '.git'))].filter(([, text]) => text.includes('echo owned'));
    expect(hooks).toEqual([]);
  });
});
