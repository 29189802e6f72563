import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyTree, runTool } from '../../src/sandbox/index.ts';

let base: string;
let from: string;
let to: string;
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'assay-copy-')));
  from = join(base, 'from');
  to = join(base, 'to');
  mkdirSync(from);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

/** Files of a tree by path: text, or `-> target` for a link; a name that ends with a slash is an empty folder. */
function make(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const at = join(from, path);
    mkdirSync(path.endsWith('/') ? at : dirname(at), { recursive: true });
    if (text.startsWith('-> ')) symlinkSync(text.slice(3), at);
    else if (!path.endsWith('/')) writeFileSync(at, text);
  }
}

/** The tree again, links not followed. */
function read(folder: string, prefix = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const [at, path] = [join(folder, entry.name), prefix + entry.name];
    if (entry.isSymbolicLink()) found[path] = `-> ${readlinkSync(at)}`;
    else if (!entry.isDirectory()) found[path] = readFileSync(at, 'utf8');
    else if (readdirSync(at).length === 0) found[`${path}/`] = '';
    else Object.assign(found, read(at, `${path}/`));
  }
  return found;
}

describe('copyTree', () => {
  it('copies files, empty folders, modes and links', async () => {
    const tree = { 'a.txt': 'a', 'deep/er/b': 'b', 'empty/': '', link: '-> deep/er', dangling: '-> nowhere' };
    make(tree);
    chmodSync(join(from, 'a.txt'), 0o750);
    expect(await copyTree(from, to)).toEqual({ ok: true, value: { entries: 7, bytes: 2, packages: [] }, issues: [] });
    expect(read(to)).toEqual(tree);
    expect(statSync(join(to, 'a.txt')).mode & 0o777).toBe(0o750);
  });

  it('leaves the store of git and of assay out, and what it is told to', async () => {
    make({ '.git/HEAD': '', '.assay/x': '', 'dist/x': '', 'src/dist/y': '', 'src/z': 'z' });
    await copyTree(from, to);
    expect(Object.keys(read(to))).toEqual(['dist/x', 'src/dist/y', 'src/z']);
    await copyTree(from, `${to}2`, { exclude: ['dist'] });
    expect(Object.keys(read(`${to}2`)).sort()).toEqual(['.assay/x', '.git/HEAD', 'src/z']);
  });

  it('keeps links into the tree in the copy and links out of it where they lead', async () => {
    writeFileSync(join(base, 'out'), 'out');
    make({ file: 'in', absolute: `-> ${join(from, 'file')}`, 'd/up': '-> ../file', 'd/out': '-> ../../out' });
    await copyTree(from, to);
    writeFileSync(join(to, 'file'), 'changed');
    expect(['absolute', 'd/up', 'd/out'].map((path) => readFileSync(join(to, path), 'utf8'))).toEqual([
      'changed',
      'changed',
      'out',
    ]);
    expect(readFileSync(join(from, 'file'), 'utf8')).toBe('in');
  });

  it('links installed packages, keeps the workspace’s own in the copy, and leaves caches out', async () => {
    make({
      'package.json': '{}',
      'packages/own/index.js': 'exports.name = "own"',
      'node_modules/dep/index.js': 'exports.name = "dep"',
      'node_modules/dep/cli.js': '',
      'node_modules/@scope/dep/index.js': 'exports.name = "scoped"',
      'node_modules/@scope/own': '-> ../../packages/own',
      'node_modules/own': '-> ../packages/own',
      'node_modules/.bin/dep': '-> ../dep/cli.js',
      'node_modules/.cache/x': 'x',
      'node_modules/.package-lock.json': '{}',
      'packages/own/node_modules/inner/index.js': 'exports.name = "inner"',
    });
    const copied = await copyTree(from, to);
    expect(copied).toMatchObject({ ok: true, issues: [] });
    expect([...(copied.value?.packages ?? [])].sort()).toEqual(
      ['node_modules', 'packages/own/node_modules'].map((path) => join(from, path)),
    );
    expect(read(to)).toEqual({
      'package.json': '{}',
      'packages/own/index.js': 'exports.name = "own"',
      'node_modules/dep': `-> ${join(from, 'node_modules/dep')}`,
      'node_modules/@scope/dep': `-> ${join(from, 'node_modules/@scope/dep')}`,
      'node_modules/@scope/own': '-> ../../packages/own',
      'node_modules/own': '-> ../packages/own',
      'node_modules/.bin/dep': '-> ../dep/cli.js',
      'node_modules/.package-lock.json': '{}',
      'packages/own/node_modules/inner': `-> ${join(from, 'packages/own/node_modules/inner')}`,
    });
    const script =
      'console.log(["dep", "@scope/dep", "own"].map((n) => require(n).name).join(), require.resolve("own"), require.resolve("./packages/own"))';
    const seen = await runTool({ argv: [process.execPath, '-e', script], cwd: to });
    const own = join(to, 'packages/own/index.js');
    expect(new TextDecoder().decode(seen.stdout)).toBe(`dep,scoped,own ${own} ${own}\n`);
  });

  it('links packages that are installed above', async () => {
    make({
      'packages/own/index.js': 'exports.name = require("dep").name + require("near").name',
      'packages/own/node_modules/near/index.js': 'exports.name = "near"',
      'packages/other/index.js': 'exports.name = "other"',
      'packages/other/package.json': '{}',
      'node_modules/dep/index.js': 'exports.name = "dep"',
      'node_modules/near/index.js': 'exports.name = "far"',
      'node_modules/@scope/dep/index.js': 'exports.name = "scoped"',
      'node_modules/own': '-> ../packages/own',
      'node_modules/other': '-> ../packages/other',
      'node_modules/.cache/x': 'x',
    });
    const copied = await copyTree(join(from, 'packages/own'), to);
    expect([...(copied.value?.packages ?? [])].sort()).toEqual(
      ['node_modules', 'packages/other', 'packages/own/node_modules'].map((path) => join(from, path)),
    );
    const script =
      'console.log(["./index.js", "@scope/dep", "other"].map((n) => require(n).name).join(), require.resolve("own"))';
    const seen = await runTool({ argv: [process.execPath, '-e', script], cwd: to });
    expect(new TextDecoder().decode(seen.stdout)).toBe(`depnear,scoped,other ${join(to, 'index.js')}\n`);
    expect(existsSync(join(to, 'node_modules/.cache'))).toBe(false);
  });

  it('tells of the store that links of pnpm lead into', async () => {
    make({
      'node_modules/.pnpm/dep@1/node_modules/dep/index.js': 'exports.name = "dep"',
      'packages/own/node_modules/dep': '-> ../../../node_modules/.pnpm/dep@1/node_modules/dep',
      'packages/own/index.js': 'exports.name = require("dep").name',
    });
    const copied = await copyTree(join(from, 'packages/own'), to);
    expect(copied.value?.packages).toEqual([join(from, 'node_modules')]);
    const seen = await runTool({ argv: [process.execPath, '-p', 'require("./index.js").name'], cwd: to });
    expect(new TextDecoder().decode(seen.stdout)).toBe('dep\n');
  });

  it('links packages of another checkout that node_modules is a link to', async () => {
    make({
      'there/node_modules/dep/index.js': 'exports.name = "dep" + require("near").name',
      'there/node_modules/near/index.js': 'exports.name = "near"',
      'there/node_modules/near/cli.js': '',
      'there/node_modules/.bin/near': '-> ../near/cli.js',
      'there/node_modules/.cache/x': 'x',
      'here/index.js': 'exports.name = require("dep").name',
      'here/node_modules': '-> ../there/node_modules',
      'here/inner/node_modules': '-> ../shared',
      'here/shared/own/index.js': '',
    });
    const copied = await copyTree(join(from, 'here'), to);
    const there = join(from, 'there/node_modules');
    expect(copied.value?.packages).toEqual([there]);
    expect(read(to)).toEqual({
      'index.js': 'exports.name = require("dep").name',
      'node_modules/dep': `-> ${join(there, 'dep')}`,
      'node_modules/near': `-> ${join(there, 'near')}`,
      'node_modules/.bin/near': `-> ${join(there, 'near/cli.js')}`,
      'inner/node_modules': '-> ../shared',
      'shared/own/index.js': '',
    });
    const seen = await runTool({ argv: [process.execPath, '-p', 'require("./index.js").name'], cwd: to });
    expect(new TextDecoder().decode(seen.stdout)).toBe('depnear\n');
  });

  it('copies packages where it is told to', async () => {
    make({ 'node_modules/dep/index.js': 'x', 'node_modules/.cache/x': 'x' });
    await copyTree(from, to, { linkNodeModules: false });
    expect(read(to)).toEqual({ 'node_modules/dep/index.js': 'x', 'node_modules/.cache/x': 'x' });
  });

  it.each([
    ['entries', { maxEntries: 3 }, /fewer than 3 files and folders/],
    ['bytes', { maxBytes: 3 }, /less than 3 bytes/],
  ])('stops at the limit of %s', async (_name, options, message) => {
    make({ a: '1', b: '2', c: '3' });
    const copied = await copyTree(from, to, options);
    expect(copied).toMatchObject({ ok: false, issues: [{ code: 'sandbox/copy-limit' }] });
    expect(copied.issues[0]!.message).toMatch(message);
  });

  it('goes up to one below the limit', async () => {
    make({ a: '1', b: '2' });
    expect(await copyTree(from, to, { maxEntries: 3, maxBytes: 3 })).toMatchObject({ ok: true });
  });

  it.runIf(process.platform !== 'win32')('leaves out what is no file, and says so', async () => {
    make({ a: '1' });
    execFileSync('mkfifo', [join(from, 'pipe')]);
    const copied = await copyTree(from, to);
    expect(copied).toMatchObject({ ok: true, issues: [{ severity: 'warning', path: join(from, 'pipe') }] });
    expect(existsSync(join(to, 'pipe'))).toBe(false);
  });

  it.each([
    ['a folder that is not there', () => [join(base, 'none'), to], /nothing is at/],
    ['a target inside', () => [from, join(from, 'copy')], /outside of/],
    ['a target that holds files', () => [from, base], /holds files/],
  ] as const)('refuses %s', async (_name, paths, message) => {
    make({ a: '1' });
    const [source = '', target = ''] = paths();
    const copied = await copyTree(source, target);
    expect(copied).toMatchObject({ ok: false, issues: [{ code: 'sandbox/copy' }] });
    expect(copied.issues[0]!.message).toMatch(message);
    expect(lstatSync(join(from, 'a')).isFile()).toBe(true);
  });
});
