import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ChangeView } from '../../src/workspace/index.ts';
import { type Files, Project, temporaryFolder, value } from './repository.ts';
import { check, untouched } from './views.ts';

const json = (data: unknown): string => `${JSON.stringify(data, null, 2)}\n`;

/**
 * A monorepo as npm installs it: `web` uses `core` (a package of the workspace) and `left` (installed), `@s/scoped` is
 * scoped, `only-web` is installed below `web` alone, and `left` has a program.
 */
const FILES: Files = {
  '.gitignore': 'node_modules\ndist\n',
  'package.json': json({ name: 'root', workspaces: ['packages/*'], devDependencies: { left: '1' } }),
  'package-lock.json': json({ lockfileVersion: 3 }),
  'packages/core/package.json': json({ name: '@r/core', main: 'index.js' }),
  'packages/core/index.js': 'module.exports = 1;\n',
  'packages/web/package.json': json({ name: 'web', dependencies: { '@r/core': '*', left: '1' } }),
  'packages/web/index.js':
    "module.exports = [require('@r/core'), require('left'), require('@s/scoped'), require('only-web')];\n",
};

const INSTALLED: Files = {
  'node_modules/left/package.json': json({ name: 'left', version: '1.0.0' }),
  'node_modules/left/index.js': "module.exports = 'left';\n",
  'node_modules/left/bin.js': '#!/usr/bin/env node\nconsole.log("ran");\n',
  'node_modules/@s/scoped/index.js': "module.exports = 'scoped';\n",
  'node_modules/@r/core': { link: '../../packages/core' },
  'node_modules/web': { link: '../packages/web' },
  'node_modules/.bin/left': { link: '../left/bin.js' },
  'node_modules/.package-lock.json': '{}',
  'node_modules/.cache/x': '',
  'node_modules/.vitest-cache/x': '',
  'node_modules/.vite/x': '',
  'node_modules/.prisma/client/index.js': '',
  'node_modules/broken': { link: 'nowhere' },
  'packages/web/node_modules/only-web/index.js': "module.exports = 'only';\n",
};

/** Two commits, the second with another `core`; on disk the second, with something beside it. */
const monorepo = (): Project => {
  const made = new Project(FILES).init();
  made.write({ 'packages/core/index.js': 'module.exports = 2;\n' }).commit('two');
  return made.write(INSTALLED).write({ 'packages/core/index.js': 'module.exports = 3;\n' });
};

const run = (view: ChangeView, path: string): unknown => createRequire(join(view.root, 'x.js'))(join(view.root, path));

describe('installed packages in a tree laid out aside', () => {
  it('are those of the working tree, and packages of the workspace are its own', async () => {
    const made = monorepo().chmod('node_modules/left/bin.js', 0o755);
    await check(made, { kind: 'range', base: 'HEAD~1', head: 'HEAD' }, (view) => {
      expect(view.packagesUnknown).toBeUndefined();
      expect(basename(view.root)).toBe(basename(made.root));
      expect(run(view, 'packages/web/index.js')).toEqual([2, 'left', 'scoped', 'only']);
      const installed = join(view.root, 'node_modules');
      for (const folder of [installed, join(installed, '@s'), join(installed, '@r'), join(installed, '.bin')]) {
        expect(lstatSync(folder).isDirectory(), folder).toBe(true);
      }
      expect(realpathSync(join(installed, '@r/core'))).toBe(join(view.root, 'packages/core'));
      expect(realpathSync(join(installed, 'web'))).toBe(join(view.root, 'packages/web'));
      expect(realpathSync(join(installed, 'left'))).toBe(join(made.root, 'node_modules/left'));
      expect(spawnSync(join(installed, '.bin/left'), { encoding: 'utf8' }).stdout).toBe('ran\n');
      expect(readdirSync(installed).sort()).toEqual([
        '.bin',
        '.package-lock.json',
        '.prisma',
        '@r',
        '@s',
        'left',
        'web',
      ]);
      // What is written to a package's folder beside it does not reach the working tree.
      writeFileSync(join(installed, 'new'), '');
      expect(existsSync(join(made.root, 'node_modules/new'))).toBe(false);
    });
  });

  it('laid out as pnpm does: links into its store, and workspace packages of a package', async () => {
    const made = new Project({
      '.gitignore': 'node_modules\n',
      'package.json': json({ name: 'root' }),
      'pnpm-lock.yaml': 'lockfileVersion: 9\n',
      'packages/core/package.json': json({ name: 'core', main: 'index.js' }),
      'packages/core/index.js': 'module.exports = 1;\n',
      'packages/web/package.json': json({ name: 'web' }),
      'packages/web/index.js': "module.exports = [require('core'), require('left')];\n",
    }).init();
    made.write({ 'packages/core/index.js': 'module.exports = 2;\n' }).commit('two');
    made.write({
      'node_modules/.pnpm/left@1/node_modules/left/index.js': "module.exports = require('right');\n",
      'node_modules/.pnpm/left@1/node_modules/right': { link: '../../right@1/node_modules/right' },
      'node_modules/.pnpm/right@1/node_modules/right/index.js': "module.exports = 'right';\n",
      'packages/web/node_modules/core': { link: '../../core' },
      'packages/web/node_modules/left': { link: '../../../node_modules/.pnpm/left@1/node_modules/left' },
      'packages/core/index.js': 'module.exports = 3;\n',
    });
    await check(made, { kind: 'range', base: 'HEAD~1', head: 'HEAD' }, (view) => {
      expect(view.packagesUnknown).toBeUndefined();
      expect(run(view, 'packages/web/index.js')).toEqual([2, 'right']);
    });
  });

  const REASONS: readonly (readonly [why: string, change: (made: Project) => unknown, reason: string | undefined])[] = [
    ['nothing that matters', (made) => made.write({ 'packages/web/x.js': '' }), undefined],
    [
      'another lock file',
      (made) => made.write({ 'package-lock.json': json({ lockfileVersion: 2 }) }),
      'package-lock.json is not',
    ],
    ['no lock file any more', (made) => made.remove('package-lock.json'), 'package-lock.json is not'],
    ['a lock file of another kind', (made) => made.write({ 'yarn.lock': '' }), 'yarn.lock is not'],
    [
      'a lock file with other line ends',
      (made) => made.write({ 'package-lock.json': made.read('package-lock.json').replaceAll('\n', '\r\n') }),
      undefined,
    ],
    [
      'another dependency',
      (made) =>
        made.write({
          'package.json': json({ name: 'root', workspaces: ['packages/*'], devDependencies: { left: '2' } }),
        }),
      'dependencies in package.json',
    ],
    [
      'another dependency of a package of the workspace',
      (made) => made.write({ 'packages/web/package.json': json({ name: 'web', dependencies: { left: '1' } }) }),
      'dependencies in packages/web/package.json',
    ],
    [
      'another script',
      (made) =>
        made.write({
          'package.json': json({
            scripts: { x: 'y' },
            name: 'root',
            workspaces: ['packages/*'],
            devDependencies: { left: '1' },
          }),
        }),
      undefined,
    ],
    ['a manifest that is no JSON', (made) => made.write({ 'package.json': '{' }), 'dependencies in package.json'],
    [
      "dependencies of a test's own project",
      (made) => made.write({ 'test/x/package.json': json({ dependencies: { y: '1' } }) }),
      undefined,
    ],
    [
      'a package of the workspace gone',
      (made) => made.remove('packages/core'),
      'dependencies in packages/core/package.json',
    ],
  ];
  for (const [why, change, reason] of REASONS) {
    it(`are ${reason === undefined ? 'there' : 'not there, and why is said,'} where the head has ${why}`, async () => {
      const made = new Project(FILES).init();
      made.git('checkout', '--quiet', '-b', 'other');
      change(made);
      made.commit('other');
      made.git('checkout', '--quiet', 'main');
      made.write(INSTALLED);
      await check(made, { kind: 'range', base: 'main', head: 'other' }, (view) => {
        expect(existsSync(join(view.root, 'node_modules'))).toBe(reason === undefined);
        if (reason === undefined) expect(view.packagesUnknown).toBeUndefined();
        else expect(view.packagesUnknown).toContain(reason);
      });
    });
  }

  it('are told apart project by project', async () => {
    const made = new Project({
      '.gitignore': 'node_modules\n',
      'package.json': '{}',
      'yarn.lock': '',
      'site/package.json': json({ dependencies: { a: '1' } }),
      'site/package-lock.json': '1',
    }).init();
    made.write({ 'site/package-lock.json': '2' }).commit('two');
    made.write({ 'node_modules/r/i.js': '', 'site/node_modules/a/i.js': '' });
    await check(made, { kind: 'range', base: 'HEAD~1', head: 'HEAD~1' }, (view) => {
      expect(view.packagesUnknown).toBe(
        'site/package-lock.json is not the one of the working tree, whose packages are installed',
      );
      expect(existsSync(join(view.root, 'node_modules/r/i.js'))).toBe(true);
      expect(existsSync(join(view.root, 'site/node_modules'))).toBe(false);
    });
  });

  it('cannot be relied on where a package of the workspace is used through what is built', async () => {
    const made = new Project({
      ...FILES,
      'packages/core/package.json': json({
        name: '@r/core',
        exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './x/*': './dist/*' },
      }),
    }).init();
    made.write(INSTALLED).write({ 'packages/core/dist/index.d.ts': '', 'packages/core/dist/index.js': '', 'u.ts': '' });
    await check(made, { kind: 'range', base: 'HEAD', head: 'HEAD' }, (view) => {
      expect(view.packagesUnknown).toBe(
        'packages/core/dist/index.d.ts, which a package of the workspace is used through, is built and not part of the repository',
      );
    });
    made.remove('packages/core/dist');
    await check(made, { kind: 'range', base: 'HEAD', head: 'HEAD' }, (view) =>
      expect(view.packagesUnknown).toBeUndefined(),
    );
  });

  it("cannot be relied on under Yarn Plug'n'Play", async () => {
    const made = new Project({ '.gitignore': '.pnp.cjs\n', 'package.json': '{}', 'yarn.lock': '', 'a.ts': '' }).init();
    made.write({ '.pnp.cjs': '', 'u.ts': '' });
    await check(made, { kind: 'range', base: 'HEAD', head: 'HEAD' }, (view) =>
      expect(view.packagesUnknown).toContain("Plug'n'Play"),
    );
  });

  it('that the repository brings along are its own', async () => {
    const made = new Project({ 'package.json': '{}', 'node_modules/p/index.js': '1', 'a.ts': '' }).init();
    made.write({ 'node_modules/p/index.js': '2', 'u.ts': '' });
    await check(made, { kind: 'range', base: 'HEAD', head: 'HEAD' }, (view) => {
      expect(new Project({}, view.root).read('node_modules/p/index.js')).toBe('1');
    });
  });

  it('are there for a diff too, unless it changes what is installed', async () => {
    const made = monorepo();
    const diff = (path: string) => made.git('diff', 'HEAD', '--', path);
    await check(
      made,
      { kind: 'diff', diff: `${diff('packages/core/index.js')}--- /dev/null\n+++ b/n.js\n@@ -0,0 +1 @@\n+1\n` },
      (view) => {
        expect(view.packagesUnknown).toBeUndefined();
        expect(run(view, 'packages/web/index.js')).toEqual([3, 'left', 'scoped', 'only']);
      },
    );
    made.write({ 'package-lock.json': 'other\n' });
    const changed = diff('package-lock.json');
    made.git('checkout', '--quiet', 'package-lock.json');
    await check(made, { kind: 'diff', diff: changed }, (view) => {
      expect(view.packagesUnknown).toContain('package-lock.json is not');
      expect(existsSync(join(view.root, 'node_modules'))).toBe(false);
    });
  });

  it('are laid out again in a copy of a folder without git', async () => {
    const made = new Project({ ...FILES, ...INSTALLED });
    const diff =
      '--- a/packages/core/index.js\n+++ b/packages/core/index.js\n@@ -1 +1 @@\n-module.exports = 1;\n+module.exports = 9;\n';
    await check(made, { kind: 'diff', diff }, (view) => {
      expect(run(view, 'packages/web/index.js')).toEqual([9, 'left', 'scoped', 'only']);
    });
  });
});

describe('a tree laid out aside', () => {
  it('is gone after close(), whatever was made in it', async () => {
    const made = monorepo();
    const before = untouched(made);
    await check(made, { kind: 'range', base: 'HEAD~1', head: 'HEAD' }, (view) => {
      const left = new Project({ 'made/by/tests': 'x' }, view.root);
      symlinkSync(made.root, join(view.root, 'back'));
      left.chmod('made/by', 0o555).chmod('made', 0o000);
    });
    expect(untouched(made)).toEqual(before);
  });

  it('is removed though folders in it were made read-only, by a user for whom that counts', () => {
    const made = new Project().chmod('.', 0o777);
    const script = `import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
      const { removeTemporary } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/workspace/temporary.ts'))});
      const folder = ${JSON.stringify(join(made.root, 'tree'))};
      mkdirSync(folder + '/a/b', { recursive: true });
      writeFileSync(folder + '/a/b/c', '');
      chmodSync(folder + '/a/b', 0o555);
      chmodSync(folder + '/a', 0o000);
      removeTemporary(folder);
      console.log(existsSync(folder));`;
    const identity = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const run = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      ...identity,
      encoding: 'utf8',
    });
    expect([run.stderr, run.stdout]).toEqual(['', 'false\n']);
  });

  it('that a killed process left is removed by the next, and no other is', async () => {
    const made = monorepo();
    const folder = temporaryFolder();
    const door = join(import.meta.dirname, '../../src/workspace/index.ts');
    const script = `const { openWorkspace } = await import(${JSON.stringify(door)});
      const opened = await openWorkspace(${JSON.stringify(made.root)});
      const view = await opened.value.change({ kind: 'range', base: 'HEAD~1', head: 'HEAD' });
      console.log(view.value.root);
      process.kill(process.pid, 'SIGKILL');`;
    const killed = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      env: { ...process.env, TMPDIR: folder },
      encoding: 'utf8',
    });
    const left = killed.stdout.trim();
    expect(existsSync(join(left, 'packages/core'))).toBe(true);
    const foreign = join(folder, `assay-tree-00000000-${killed.pid}-abcdef`);
    const own = join(folder, basename(dirname(dirname(left))).replace(`-${killed.pid}-`, `-${process.pid}-`));
    const file = join(folder, basename(dirname(dirname(left))).replace(/-[^-]*$/, '-file'));
    for (const path of [foreign, own]) mkdirSync(path);
    writeFileSync(file, '');
    const before = process.env.TMPDIR;
    process.env.TMPDIR = folder;
    try {
      const view = value(await (await made.open()).change({ kind: 'range', base: 'HEAD~1', head: 'HEAD' }));
      expect(existsSync(left)).toBe(false);
      expect([foreign, own, file].map((path) => existsSync(path))).toEqual([true, true, true]);
      await view.close();
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
    rmSync(own, { recursive: true });
    expect(
      readdirSync(folder)
        .filter((name) => name.startsWith('assay-tree'))
        .sort(),
    ).toEqual([basename(foreign), basename(file)].sort());
  });
});
