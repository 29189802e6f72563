import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { contents, type Files, Project, temporaryFolder } from '../workspace/repository.ts';

const bin = join(import.meta.dirname, '../../bin/assay.js');

const FILES: Files = {
  'package.json': JSON.stringify({ name: 'x', version: '1.0.0', type: 'module' }),
  'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, module: 'nodenext', noEmit: true } }),
  'src/a.ts': 'export const total = 1;\nexport const list = [total];\n',
  'src/binary.ts': new Uint8Array([0, 1, 2, 0, 255]),
  'src/latin1.ts': new Uint8Array([0x2f, 0x2f, 0x20, 0xe9, 0x0a]),
  'src/large.ts': new Uint8Array(50 * 1024 * 1024).fill(0x61),
  'ok.diff':
    '--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1,2 +1,2 @@\n-export const total = 1;\n+export const total = 2;\n export const list = [total];\n',
  'stale.diff':
    '--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1,2 +1,2 @@\n-export const sum = 1;\n+export const sum = 2;\n export const list = [sum];\n',
  'broken.diff': '--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1,9 +1,2 @@\n-export const total = 1;\n',
  'outside.diff': '--- a/../x.ts\n+++ b/../x.ts\n@@ -1 +1 @@\n-a\n+b\n',
};

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  /** In one message on standard error: what was expected, what came. */
  readonly says: RegExp;
  readonly stdin?: string;
}

const CASES: readonly Case[] = [
  { name: 'an unknown command', args: ['frobnicate'], says: /unknown command 'frobnicate'/ },
  { name: 'no subcommand', args: ['train'], says: /corpus/ },
  { name: 'an unknown option', args: ['check', '--fast'], says: /unknown option '--fast'/ },
  { name: 'too many arguments', args: ['check', 'a', 'b'], says: /too many arguments/ },
  {
    name: 'a cursor without a column',
    args: ['complete', 'src/a.ts:1'],
    says: /expected <path>:<line>:<column>.* found src\/a.ts:1/,
  },
  { name: 'a cursor at line 0', args: ['context', 'src/a.ts:0:1'], says: /1 or more.* found src\/a.ts:0:1/ },
  {
    name: 'a line past the end',
    args: ['complete', 'src/a.ts:99:1'],
    says: /expected a line from 1 to 3 in src\/a.ts, found 99/,
  },
  {
    name: 'a column past the end',
    args: ['complete', 'src/a.ts:1:99'],
    says: /expected a column from 1 to 24 in line 1 of src\/a.ts, found 99/,
  },
  { name: 'a path outside the repository', args: ['complete', '../../etc/passwd:1:1'], says: /etc\/passwd/ },
  { name: 'an absolute path outside', args: ['context', '/etc/passwd:1:1'], says: /etc\/passwd/ },
  { name: 'a file that does not exist', args: ['complete', 'src/none.ts:1:1'], says: /src\/none\.ts/ },
  { name: 'a binary file', args: ['complete', 'src/binary.ts:1:1'], says: /src\/binary\.ts/ },
  { name: 'text that is not UTF-8', args: ['context', 'src/latin1.ts:1:1'], says: /UTF-8/ },
  { name: 'a file of 50 MB', args: ['complete', 'src/large.ts:1:1'], says: /large/ },
  {
    name: 'too many completions',
    args: ['complete', 'src/a.ts:1:1', '--n', '1000'],
    says: /expected --n to be a whole number from 1 to 32, found 1000/,
  },
  {
    name: 'a temperature that is no number',
    args: ['complete', 'src/a.ts:1:1', '--temperature', 'hot'],
    says: /expected --temperature to be a number from 0 to 2, found NaN/,
  },
  { name: 'a seed below 0', args: ['complete', 'src/a.ts:1:1', '--seed=-1'], says: /expected --seed/ },
  {
    name: 'a range of three revisions',
    args: ['check', 'main..a..b'],
    says: /expected <base> or <base>\.\.<head>, found main\.\.a\.\.b/,
  },
  { name: 'a base that does not exist', args: ['check', 'nowhere'], says: /nowhere/ },
  {
    name: 'a check that does not exist',
    args: ['check', '--only', 'spelling'],
    says: /expected names of checks.* found spelling/,
  },
  {
    name: 'a range and a diff',
    args: ['check', 'HEAD', '--diff', 'ok.diff'],
    says: /expected a range or --diff, found both/,
  },
  { name: 'a diff file that does not exist', args: ['check', '--diff', 'none.diff'], says: /none\.diff/ },
  { name: 'a diff that does not apply', args: ['check', '--diff', 'stale.diff'], says: /src\/a\.ts/ },
  { name: 'a diff with wrong counts', args: ['check', '--diff', 'broken.diff'], says: /line \d/ },
  { name: 'a diff that leads outside', args: ['check', '--diff', 'outside.diff'], says: /\.\.\/x\.ts/ },
  { name: 'a diff that is none', args: ['check', '--diff', '-'], stdin: 'hello\n', says: /diff/ },
  {
    name: 'a format that does not exist',
    args: ['check', '--format', 'xml'],
    says: /Allowed choices are text, json, sarif, in-toto/,
  },
  {
    name: 'a record that does not exist',
    args: ['replay', 'none'],
    says: /expected a record's file .* found none: none is one/,
  },
  { name: 'a record that is none', args: ['replay', 'package.json'], says: /expected an evidence record/ },
  { name: 'a list of packages that does not exist', args: ['train', 'corpus'], says: /train\/corpus\.json/ },
  { name: 'a corpus that does not exist', args: ['train', 'tokenizer'], says: /corpus/ },
  {
    name: 'a file to tokenize that does not exist',
    args: ['tokens', 'none'],
    says: /expected a readable file, but none is not/,
  },
  {
    name: 'a model that is none',
    args: ['model', 'info', 'package.json'],
    says: /expected a file that begins with "GGUF"/,
  },
  { name: 'a check inside a check', args: ['check'], says: /do not check again/ },
];

function assay(
  cwd: string,
  { args, stdin = '' }: Pick<Case, 'args' | 'stdin'>,
  env: NodeJS.ProcessEnv = {},
): ReturnType<typeof spawnSync> {
  return spawnSync(process.execPath, [bin, ...args], {
    cwd,
    input: stdin,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
}

/** The tree without assay's own store and git's. */
const tree = (root: string): unknown =>
  [...contents(root)].filter(([path]) => !/^\/\.(?:git|assay)(?:\/|$)/.test(path.slice(root.length)));

/** What is wrong with a tsconfig.json that is committed. */
const SETUPS: readonly { readonly name: string; readonly files: Files; readonly says: RegExp }[] = [
  {
    name: 'a tsconfig.json cut short',
    files: { 'tsconfig.json': '{\n  "compilerOptions": { "strict": tr' },
    says: /tsconfig\.json: expected a configuration that the compiler can read, found at line 2: .*\n.*mend the file/,
  },
  {
    name: 'a tsconfig.json that extends nothing',
    files: { 'tsconfig.json': '{ "extends": "./base.json" }' },
    says: /tsconfig\.json: .* what it extends is not there: \.\/base\.json/,
  },
  {
    name: 'a tsconfig.json that extends a package that is not there',
    files: { 'tsconfig.json': '{ "extends": ["@tsconfig/node24/tsconfig.json"] }' },
    says: /what it extends is not there: @tsconfig\/node24\/tsconfig\.json/,
  },
  {
    name: 'what a tsconfig.json extends is broken',
    files: { 'tsconfig.json': '{ "extends": "./base" }', 'base.json': '{ "compilerOptions": [ }' },
    says: /base\.json: expected a configuration that the compiler can read, found at line 1/,
  },
  {
    name: 'a tsconfig.json that is a folder',
    files: { 'tsconfig.json': { link: 'src' } },
    says: /tsconfig\.json: .* found a folder/,
  },
];

describe('bad input: one clear message, status 2, nothing changed', () => {
  const project = new Project(FILES).init();

  it.each(CASES)('$name', (one) => {
    const before = tree(project.root);
    const { status, stdout, stderr } = assay(
      project.root,
      one,
      one.name === 'a check inside a check' ? { ASSAY_INSIDE_CHECK: '1' } : {},
    );
    expect(`${stderr}`).toMatch(one.says);
    expect(`${stderr}`).not.toMatch(/\n\s+at /);
    expect(status).toBe(2);
    expect(`${stdout}`).toBe('');
    expect(tree(project.root)).toEqual(before);
  });

  describe.each(SETUPS)('$name', ({ files, says }) => {
    const broken = new Project({ ...FILES, ...files }).init().commit('first');
    broken.write({ 'src/a.ts': 'export const total = 2;\n' });

    it.each(['check', 'complete src/a.ts:1:5', 'context src/a.ts:1:5'])('%s', (command) => {
      const before = tree(broken.root);
      const { status, stdout, stderr } = assay(broken.root, { args: command.split(' ') });
      expect(`${stderr}`).toMatch(says);
      expect([status, `${stdout}`]).toEqual([2, '']);
      expect(tree(broken.root)).toEqual(before);
    });
  });

  it('nothing installed: a check has nothing to judge by, a completion says so and goes on', () => {
    const bare = new Project({
      ...FILES,
      'package.json': JSON.stringify({
        name: 'x',
        dependencies: { zod: '4.0.0' },
        devDependencies: { vitest: '5.0.0' },
      }),
    })
      .init()
      .commit('first');
    const says =
      /package\.json: expected its 2 dependencies to be installed, found no node_modules[\s\S]*install them \(npm ci/;
    expect(assay(bare.root, { args: ['check'] }).status).toBe(0);
    bare.write({ 'src/a.ts': 'export const total = 2;\n' });
    const checked = assay(bare.root, { args: ['check'] });
    expect([checked.status, `${checked.stdout}`, `${checked.stderr}`]).toEqual([2, '', expect.stringMatching(says)]);
    const completed = assay(bare.root, { args: ['complete', 'src/a.ts:1:5'] });
    expect([completed.status, `${completed.stderr}`]).toEqual([0, expect.stringMatching(says)]);
  });

  it('no repository at all', () => {
    const { status, stderr } = assay(temporaryFolder(), { args: ['check'] });
    expect([status, `${stderr}`]).toEqual([2, expect.stringMatching(/package\.json|git/)]);
  });

  it('a repository without git', () => {
    const { status, stderr } = assay(new Project(FILES).root, { args: ['check'] });
    expect([status, `${stderr}`]).toEqual([2, expect.stringMatching(/git/)]);
  });
});

const mounts: string[] = [];
afterEach(() => {
  for (const at of mounts.splice(0)) execFileSync('umount', [at]);
});

/** A repository with one change, alone on a disk of 16 MB. */
function onDisk(): Project {
  const at = temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', at]);
  mounts.push(at);
  const { 'src/large.ts': _large, ...small } = FILES;
  return new Project(small, at).init().commit('first').write({ 'src/a.ts': 'export const total = 2;\n' });
}

const canMount = (() => {
  const at = temporaryFolder();
  const done = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', at]);
  if (done.status === 0) execFileSync('umount', [at]);
  return done.status === 0;
})();

describe.skipIf(!canMount)('a disk that takes no more (needs the right to mount)', () => {
  const evidence = /expected to keep assay's own files in .*\.assay, but it cannot be written: (EROFS|ENOSPC)/;
  const full = (root: string): void => {
    // The last pages too: what is left of the disk after one large file.
    for (const size of ['1M', '4k', '1']) {
      for (
        let n = 0;
        spawnSync('dd', ['if=/dev/zero', `of=${root}/node_modules_${size}_${n}`, `bs=${size}`, 'count=64'], {
          stdio: 'ignore',
        }).status === 0;
        n++
      );
    }
  };

  it.each([
    ['read-only', (root: string) => execFileSync('mount', ['-o', 'remount,ro', root])],
    ['full', full],
  ] as const)('%s: a check needs room for its evidence, looking needs none', (_, spoil) => {
    const project = onDisk();
    spoil(project.root);
    const checked = assay(project.root, { args: ['check'] });
    expect([checked.status, `${checked.stdout}`, `${checked.stderr}`]).toEqual([
      2,
      '',
      expect.stringMatching(evidence),
    ]);
    expect(existsSync(join(project.root, '.assay', 'records'))).toBe(false);
    for (const command of ['complete', 'context']) {
      const { status, stdout } = assay(project.root, { args: [command, 'src/a.ts:1:5', '--json'] });
      expect([status, JSON.parse(`${stdout}`).schema]).toEqual([0, `assay/${command}/1`]);
    }
  });
});
