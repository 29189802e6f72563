import { execFileSync } from 'node:child_process';
import { matchesGlob } from 'node:path';
import { describe, expect, it } from 'vitest';
import { random } from '../../../src/base/index.ts';
import { openPackages } from '../../../src/lang/packages/packages.ts';
import { workspacePatterns } from '../../../src/lang/packages/patterns.ts';
import { path, plant, statuses, type Tree } from './tree.ts';

const members = (folders: readonly string[]): Tree =>
  Object.fromEntries(
    folders.map((folder) => [`${folder}/package.json`, { name: folder.replaceAll('/', '-'), version: '1.0.0' }]),
  );

const FOLDERS = [
  'packages/a',
  'packages/b',
  'packages/b/nested',
  'packages/deep/er/c',
  'apps/web',
  'apps/web/test/fixture',
  'tools',
  'apps/.hidden',
  'packages/a/node_modules/x',
];

interface Case {
  readonly name: string;
  readonly patterns: readonly string[];
  readonly expected: readonly string[];
}

const cases: readonly Case[] = [
  { name: 'one star', patterns: ['packages/*'], expected: ['packages/a', 'packages/b'] },
  {
    name: 'two stars',
    patterns: ['packages/**'],
    expected: ['packages/a', 'packages/b', 'packages/b/nested', 'packages/deep/er/c'],
  },
  {
    name: 'plain folders, with and without dots and slashes',
    patterns: ['./tools/', 'apps/web'],
    expected: ['apps/web', 'tools'],
  },
  { name: 'taken away', patterns: ['packages/**', '!packages/b/**'], expected: ['packages/a', 'packages/deep/er/c'] },
  {
    name: 'taken away and given back',
    patterns: ['packages/*', '!packages/b', 'packages/b'],
    expected: ['packages/a', 'packages/b'],
  },
  { name: 'braces', patterns: ['{packages,apps}/*'], expected: ['apps/web', 'packages/a', 'packages/b'] },
  {
    name: 'classes and question marks',
    patterns: ['packages/[ab]', 'apps/we?'],
    expected: ['apps/web', 'packages/a', 'packages/b'],
  },
  { name: 'stars in the middle', patterns: ['packages/*/er/c', '*/web'], expected: ['apps/web', 'packages/deep/er/c'] },
  { name: 'outside the folder', patterns: ['../other/*'], expected: [] },
  { name: 'none', patterns: [], expected: [] },
];

const workspaceTree = (patterns: unknown): Tree => ({
  ...members(FOLDERS),
  'package.json': { name: 'root', version: '1.0.0', workspaces: patterns },
});

/** Members by asking for each folder's name from the root. */
function found(root: string, given?: readonly string[]): string[] {
  const packages = openPackages(root, given?.map(path));
  return FOLDERS.filter(
    (folder) => packages.status(folder.replaceAll('/', '-'), path('x.ts')).status === 'workspace',
  ).sort();
}

describe('workspaces', () => {
  for (const { name, patterns, expected } of cases) {
    it(`${name}: by npm's array, by yarn's object, by pnpm's file, on disk and among given paths`, () => {
      const given = [...FOLDERS.map((folder) => `${folder}/package.json`), 'package.json', 'packages/a/x.ts'];
      const quoted = patterns.map((pattern) => `  - '${pattern}'\n`).join('');
      const trees: readonly Tree[] = [
        workspaceTree(patterns),
        workspaceTree({ packages: patterns, nohoist: ['**/x'] }),
        { ...workspaceTree(['nowhere/*']), 'pnpm-workspace.yaml': `catalog:\n  zod: ^4.0.0\npackages:\n${quoted}` },
        { ...workspaceTree(['nowhere/*']), 'pnpm-workspace.yaml': `packages: ${JSON.stringify(patterns)}` },
      ];
      for (const tree of trees) {
        const root = plant(tree);
        expect(found(root)).toEqual(expected);
        expect(found(root, given)).toEqual(expected);
      }
    });
  }

  it('the same members as npm finds', () => {
    const patterns = ['packages/**', '!packages/b', '{apps,tools}', 'apps/*', '!**/fixture'];
    const root = plant({
      ...workspaceTree(patterns),
      ...members(['outside', 'far', 'far/below']),
      'apps/linked': { link: '../outside' },
      'packages/linked': { link: '../far' },
    });
    const output = execFileSync('npm', ['pkg', 'get', 'name', '--workspaces', '--json', '--offline'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const names = Object.values(JSON.parse(output) as Record<string, string>).sort();
    expect(names).not.toEqual([]);
    expect([...found(root).map((folder) => folder.replaceAll('/', '-')), 'far', 'outside'].sort()).toEqual(names);
    const linked = {
      'outside x.ts': 'workspace apps/linked/package.json undeclared',
      'far x.ts': 'workspace packages/linked/package.json undeclared',
      'far-below x.ts': 'missing [far]',
    };
    expect(statuses(root, Object.keys(linked))).toEqual(linked);
  });

  it('given paths keep ignored folders out, and refresh takes new ones', () => {
    const root = plant(workspaceTree(['packages/*']));
    const packages = openPackages(root, [path('package.json'), path('packages/a/package.json')]);
    const status = (): string => packages.status('packages-b', path('packages/a/x.ts')).status;
    expect(status()).toBe('missing');
    packages.refresh([path('package.json'), path('packages/a/package.json'), path('packages/b/package.json')]);
    expect(status()).toBe('workspace');
    packages.refresh();
    expect(status()).toBe('workspace');
  });

  it('pnpm settings alone make no workspace; a broken file is told and leaves package.json to say', () => {
    const settings = plant({ ...workspaceTree(['packages/*']), 'pnpm-workspace.yaml': 'nodeLinker: hoisted\n' });
    expect(found(settings)).toEqual(['packages/a', 'packages/b']);
    const broken = plant({ ...workspaceTree(['packages/*']), 'pnpm-workspace.yaml': 'packages:\n  - apps/*\n oops\n' });
    const packages = openPackages(broken);
    expect(packages.status('packages-a', path('x.ts')).status).toBe('workspace');
    expect(packages.issues().map((issue) => `${issue.code} ${issue.path}`)).toEqual([
      'packages/bad-workspace pnpm-workspace.yaml',
    ]);
  });

  it('a nested root owns its members; a folder that no pattern takes in has no root', () => {
    const tree: Tree = {
      'package.json': { name: 'outer', workspaces: ['inner'], dependencies: { one: '1' } },
      'inner/package.json': { name: 'inner', workspaces: ['packages/*'], dependencies: { two: '2' } },
      'inner/packages/a/package.json': { name: 'a' },
      'alone/package.json': { name: 'alone' },
    };
    const expected = {
      'two inner/packages/a/x.ts': 'declared 2 dependencies absent -',
      'one inner/packages/a/x.ts':
        'unknown: nothing is installed for inner/packages/a/package.json and there is no readable lock file',
      'a inner/x.ts': 'workspace inner/packages/a/package.json undeclared',
      'one alone/x.ts': 'missing []',
    };
    expect(statuses(plant(tree), Object.keys(expected))).toEqual(expected);
  });

  it('names that mean another package than the member of that name', () => {
    const tree: Tree = {
      'package.json': { name: 'root', workspaces: ['packages/*'] },
      'packages/ms/package.json': { name: 'ms', version: '9.0.0' },
      'packages/a/package.json': { name: 'a', dependencies: { ms: 'npm:ms@2.0.0' } },
      'packages/b/package.json': { name: 'b', dependencies: { ms: '^2.0.0', renamed: 'workspace:ms@*' } },
      'packages/b/node_modules/ms/package.json': { name: 'ms', version: '2.1.3' },
      'packages/b/node_modules/renamed': { link: '../../ms' },
      'packages/c/package.json': { name: 'c', dependencies: { ms: 'workspace:^' } },
    };
    const expected = {
      'ms packages/a/x.ts': 'declared npm:ms@2.0.0 dependencies absent -',
      'ms packages/b/x.ts': 'declared ^2.0.0 dependencies installed 2.1.3',
      'renamed packages/b/x.ts': 'workspace packages/ms/package.json declared',
      'ms packages/c/x.ts': 'workspace packages/ms/package.json declared',
      'ms x.ts': 'workspace packages/ms/package.json undeclared',
    };
    expect(statuses(plant(tree), Object.keys(expected))).toEqual(expected);
  });

  it('links in circles end', () => {
    const root = plant({ ...workspaceTree(['**']), 'packages/a/loop': { link: '..' }, 'tools/self': { link: '.' } });
    expect(found(root)).toEqual(FOLDERS.filter((folder) => !/hidden|node_modules/.test(folder)).sort());
  });

  it('too many alternatives are told', () => {
    const root = plant(workspaceTree(['{a,b}'.repeat(9), 'packages/*']));
    const packages = openPackages(root);
    expect(packages.status('packages-a', path('x.ts')).status).toBe('workspace');
    expect(packages.issues().map((issue) => issue.code)).toEqual(['packages/pattern']);
  });
});

describe('patterns', () => {
  it('match what Node matches, for a package.json in the folder', () => {
    const seed = 20_261_120;
    const rng = random(seed);
    const parts = [
      'a',
      'b',
      'ab',
      '*',
      '**',
      '?',
      'a*',
      '*b',
      '[ab]',
      '[!a]',
      '{a,b}',
      '{a,b*}b',
      '.a',
      'a.b',
      'a+b',
      '(a)',
    ];
    const names = ['a', 'b', 'ab', 'abb', '.a', 'a.b', 'acb', 'a+b', '(a)', 'bb'];
    const some = (from: readonly string[]): string =>
      Array.from({ length: 1 + rng.below(4) }, () => rng.pick(from)).join('/');
    let matched = 0;
    for (let i = 0; i < 6000; i++) {
      const pattern = some(parts);
      const folder = some(names);
      const wanted = matchesGlob(`${folder}/package.json`, `${pattern}/package.json`);
      if (wanted) matched++;
      const actual = workspacePatterns([pattern]).matches(folder);
      if (actual !== wanted)
        throw new Error(`seed ${seed}: ${pattern} on ${folder}: expected ${wanted}, found ${actual}`);
    }
    expect(matched).toBeGreaterThan(200);
  });
});
