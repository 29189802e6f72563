import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openPackages } from '../../../src/lang/packages/packages.ts';
import { add, installed, path, plant, statuses, type Tree } from './tree.ts';

/** One project, laid out on disk the way each package manager does. */
const project = (workspaceRange: string): Tree => ({
  'package.json': {
    name: 'rootpkg',
    version: '1.0.0',
    workspaces: ['packages/*'],
    dependencies: { 'is-odd': '^3.0.1', ms2: 'npm:ms@2.0.0', react: '18.2.0', 'use-sync-external-store': '1.2.0' },
    devDependencies: { '@types/ms': '*' },
  },
  'packages/a/package.json': {
    name: '@w/a',
    version: '1.0.0',
    dependencies: { '@w/b': workspaceRange, debug: '^2.6.9', ms: '2.1.3' },
  },
  'packages/b/package.json': { name: '@w/b', version: '1.0.0', dependencies: { 'is-number': '^7.0.0' } },
});

/** Lock files of that project as the tools themselves wrote them; npm 11, pnpm 7, 8 and 12, yarn 1.22 and 4, bun 1.4. */
const golden = (name: string): string => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');

const hoisted: Tree = {
  ...installed('node_modules/is-odd', '3.0.1'),
  ...installed('node_modules/is-number', '6.0.0'),
  ...installed('node_modules/ms', '2.1.3'),
  ...installed('node_modules/ms2', '2.0.0', { name: 'ms' }),
  ...installed('node_modules/debug', '2.6.9'),
  ...installed('node_modules/debug/node_modules/ms', '2.0.0'),
  ...installed('node_modules/react', '18.2.0'),
  ...installed('node_modules/loose-envify', '1.4.0'),
  ...installed('node_modules/use-sync-external-store', '1.2.0'),
  ...installed('node_modules/@types/ms', '2.1.0'),
  ...installed('packages/b/node_modules/is-number', '7.0.0'),
  'node_modules/@w/a': { link: '../../packages/a' },
  'node_modules/@w/b': { link: '../../packages/b' },
};

const stored = (name: string, version: string): string =>
  `node_modules/.pnpm/${name.replace('/', '+')}@${version}/node_modules/${name}`;
const linked: Tree = {
  ...installed(stored('is-odd', '3.0.1'), '3.0.1'),
  ...installed(stored('is-number', '6.0.0'), '6.0.0'),
  ...installed(stored('is-number', '7.0.0'), '7.0.0'),
  ...installed(stored('ms', '2.0.0'), '2.0.0'),
  ...installed(stored('ms', '2.1.3'), '2.1.3'),
  ...installed(stored('debug', '2.6.9'), '2.6.9'),
  ...installed(stored('react', '18.2.0'), '18.2.0'),
  ...installed(stored('use-sync-external-store', '1.2.0'), '1.2.0'),
  ...installed(stored('@types/ms', '2.1.0'), '2.1.0'),
  'node_modules/is-odd': { link: '.pnpm/is-odd@3.0.1/node_modules/is-odd' },
  'node_modules/ms2': { link: '.pnpm/ms@2.0.0/node_modules/ms' },
  'node_modules/react': { link: '.pnpm/react@18.2.0/node_modules/react' },
  'node_modules/use-sync-external-store': {
    link: '.pnpm/use-sync-external-store@1.2.0/node_modules/use-sync-external-store',
  },
  'node_modules/@types/ms': { link: '../.pnpm/@types+ms@2.1.0/node_modules/@types/ms' },
  'packages/a/node_modules/@w/b': { link: '../../../b' },
  'packages/a/node_modules/debug': { link: '../../../node_modules/.pnpm/debug@2.6.9/node_modules/debug' },
  'packages/a/node_modules/ms': { link: '../../../node_modules/.pnpm/ms@2.1.3/node_modules/ms' },
  'packages/b/node_modules/is-number': { link: '../../../node_modules/.pnpm/is-number@7.0.0/node_modules/is-number' },
  'pnpm-workspace.yaml': 'packages:\n  - "packages/*"\n',
};

/** What holds in every layout, with or without an installation. */
const ALWAYS: Readonly<Record<string, string>> = {
  '@w/b packages/a/x.ts': 'workspace packages/b/package.json declared',
  '@w/a packages/b/src/x.ts': 'workspace packages/a/package.json undeclared',
  'lodahs x.ts': 'missing [lodash]',
  'is-od x.ts': 'missing [is-odd]',
  '@w/c packages/b/x.ts': 'missing [@w/a @w/b]',
};
/** Declared packages where everything is installed. */
const INSTALLED: Readonly<Record<string, string>> = {
  'is-odd x.ts': 'declared ^3.0.1 dependencies installed 3.0.1',
  'ms2 x.ts': 'declared npm:ms@2.0.0 dependencies installed 2.0.0',
  '@types/ms x.ts': 'declared * devDependencies installed 2.1.0',
  'use-sync-external-store/shim x.ts': 'declared 1.2.0 dependencies installed 1.2.0',
  'ms packages/a/x.ts': 'declared 2.1.3 dependencies installed 2.1.3',
  'is-number packages/b/src/deep/x.ts': 'declared ^7.0.0 dependencies installed 7.0.0',
  // The root's dependencies apply to its members.
  'react packages/b/x.ts': 'declared 18.2.0 dependencies installed 18.2.0',
};
const ABSENT = Object.fromEntries(
  Object.entries(INSTALLED).map(([key, value]) => [key, value.replace(' installed ', ' absent ')]),
);
const HOISTED = {
  'debug x.ts': 'transitive installed 2.6.9',
  'is-number packages/a/x.ts': 'transitive installed 6.0.0',
  'loose-envify x.ts': 'transitive installed 1.4.0',
  '@w/a packages/a/x.ts': 'self',
};
/** Exactly one version is locked, or several are and nothing says which one an importer would get. */
const LOCKED = {
  'debug x.ts': 'transitive absent 2.6.9',
  'ms packages/b/x.ts': 'transitive absent -',
  'type ms packages/b/x.ts': 'declared * devDependencies absent 2.1.0 types',
};

interface Layout {
  readonly name: string;
  readonly tree: Tree;
  readonly expected: Readonly<Record<string, string>>;
}

const layouts: readonly Layout[] = [
  {
    name: 'npm',
    tree: { ...project('*'), ...hoisted, 'package-lock.json': golden('npm-3.json') },
    expected: { ...INSTALLED, ...HOISTED },
  },
  {
    name: 'npm, not installed, lock file of version 2',
    tree: { ...project('*'), 'package-lock.json': golden('npm-2.json') },
    expected: { ...ABSENT, 'debug x.ts': 'transitive absent 2.6.9', 'is-number x.ts': 'transitive absent 6.0.0' },
  },
  {
    name: 'npm-shrinkwrap.json',
    tree: { ...project('*'), 'npm-shrinkwrap.json': golden('npm-3.json'), 'package-lock.json': '{}' },
    expected: ABSENT,
  },
  {
    name: 'npm without a lock file',
    tree: { ...project('*'), ...hoisted },
    expected: { ...INSTALLED, ...HOISTED },
  },
  {
    name: 'pnpm',
    tree: { ...project('workspace:*'), ...linked, 'pnpm-lock.yaml': golden('pnpm-9.yaml') },
    expected: {
      ...INSTALLED,
      'debug x.ts': 'transitive absent 2.6.9',
      // Several versions are locked, and pnpm gives an importer none that it does not declare.
      'is-number x.ts': 'transitive absent -',
      '@w/b packages/b/x.ts': 'unknown: @w/b has no "exports", so it cannot import itself by its name',
    },
  },
  {
    name: 'pnpm without a lock file of the project: what it noted itself',
    tree: { ...project('workspace:*'), ...linked, 'node_modules/.pnpm/lock.yaml': golden('pnpm-9.yaml') },
    expected: { ...INSTALLED, 'debug x.ts': 'transitive absent -' },
  },
  {
    name: 'yarn 1',
    tree: { ...project('1.0.0'), ...hoisted, 'yarn.lock': golden('yarn-classic.lock') },
    expected: { ...INSTALLED, ...HOISTED },
  },
  {
    name: 'yarn 4 with node_modules',
    tree: { ...project('workspace:*'), ...hoisted, 'yarn.lock': golden('yarn-berry.lock') },
    expected: { ...INSTALLED, ...HOISTED },
  },
  {
    name: "yarn 4 with Plug'n'Play: the lock file stands for the archives",
    tree: { ...project('workspace:*'), '.pnp.cjs': '', 'yarn.lock': golden('yarn-berry.lock') },
    expected: {
      ...INSTALLED,
      'debug x.ts': 'transitive absent 2.6.9',
      '@w/a packages/a/x.ts': 'self',
      'rootpkg x.ts': 'self',
    },
  },
  {
    name: 'bun',
    tree: { ...project('workspace:*'), ...hoisted, 'bun.lock': golden('bun.lock.txt') },
    expected: { ...INSTALLED, ...HOISTED },
  },
  ...['pnpm-5.yaml', 'pnpm-6.yaml', 'pnpm-9.yaml'].map((name) => ({
    name: `${name}, not installed`,
    tree: { ...project('workspace:*'), 'pnpm-lock.yaml': golden(name) },
    expected: { ...ABSENT, ...LOCKED },
  })),
  {
    name: 'yarn 1, not installed',
    tree: { ...project('1.0.0'), 'yarn.lock': golden('yarn-classic.lock') },
    expected: { ...ABSENT, ...LOCKED },
  },
  {
    name: 'yarn 4, not installed',
    tree: { ...project('workspace:*'), 'yarn.lock': golden('yarn-berry.lock') },
    expected: { ...ABSENT, ...LOCKED },
  },
];

describe('layouts', () => {
  for (const { name, tree, expected } of layouts) {
    it(name, () => {
      const all = { ...ALWAYS, ...expected };
      expect(statuses(plant(tree), Object.keys(all))).toEqual(all);
    });
  }
});

/** Facts of the project that every lock file states in its own way. */
const LOCKS: Readonly<Record<string, string | undefined>> = {
  'is-odd x.ts': '3.0.1',
  'ms2 x.ts': '2.0.0',
  '@types/ms x.ts': '2.1.0',
  'use-sync-external-store x.ts': '1.2.0',
  'react packages/a/x.ts': '18.2.0',
  'debug packages/a/x.ts': '2.6.9',
  'ms packages/a/x.ts': '2.1.3',
  'is-number packages/b/x.ts': '7.0.0',
  'js-tokens x.ts': '4.0.0',
  '@w/b packages/a/x.ts': undefined,
  'lodash x.ts': undefined,
};

describe('locked versions', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['package-lock.json', 'npm-2.json', '*'],
    ['package-lock.json', 'npm-3.json', '*'],
    ['pnpm-lock.yaml', 'pnpm-5.yaml', 'workspace:*'],
    ['pnpm-lock.yaml', 'pnpm-6.yaml', 'workspace:*'],
    ['pnpm-lock.yaml', 'pnpm-9.yaml', 'workspace:*'],
    ['yarn.lock', 'yarn-classic.lock', '1.0.0'],
    ['yarn.lock', 'yarn-berry.lock', 'workspace:*'],
    ['bun.lock', 'bun.lock.txt', 'workspace:*'],
  ];
  for (const [file, name, range] of cases) {
    const check = (text: string): void => {
      const packages = openPackages(plant({ ...project(range), [file]: text }));
      const found = Object.keys(LOCKS).map((key) => {
        const [specifier = '', from = ''] = key.split(' ');
        return [key, packages.lockedVersion(specifier, path(from))];
      });
      expect(Object.fromEntries(found)).toEqual(LOCKS);
      expect(packages.issues()).toEqual([]);
    };
    it(name, () => check(golden(name)));
    it(`${name} with Windows line ends`, () => check(golden(name).replaceAll('\n', '\r\n')));
  }

  it('follows the lock file when it changes, and keeps what it knew until told', () => {
    const root = plant({ ...project('1.0.0'), 'yarn.lock': golden('yarn-classic.lock') });
    const packages = openPackages(root);
    expect(packages.lockedVersion('react', path('x.ts'))).toBe('18.2.0');
    add(root, { 'yarn.lock': golden('yarn-classic.lock').replace('version "18.2.0"', 'version "18.2.99"') });
    expect(packages.lockedVersion('react', path('x.ts'))).toBe('18.2.0');
    packages.refresh();
    expect(packages.lockedVersion('react', path('x.ts'))).toBe('18.2.99');
  });
});
