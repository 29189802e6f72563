import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Random, random } from '../../../src/base/index.ts';
import { matchKey } from '../../../src/lang/packages/exports.ts';
import { openPackages } from '../../../src/lang/packages/packages.ts';
import { path, plant, type Tree } from './tree.ts';

const FILES = [
  'index.js',
  'lib/a.js',
  'lib/b.js',
  'lib/deep/c.js',
  'lib/deep/c.d.ts',
  'lib/internal/x.js',
  'types/a.d.ts',
];

const pkg = (exports: unknown, files = FILES): Tree => ({
  'package.json': { name: 'app', dependencies: { pkg: '1' } },
  'node_modules/pkg/package.json': { name: 'pkg', version: '1.0.0', ...(exports === undefined ? {} : { exports }) },
  ...Object.fromEntries(files.map((file) => [`node_modules/pkg/${file}`, ''])),
});

interface Case {
  readonly name: string;
  readonly exports: unknown;
  readonly expected: readonly string[] | undefined;
}

const cases: readonly Case[] = [
  { name: 'no map', exports: undefined, expected: undefined },
  { name: 'null', exports: null, expected: undefined },
  { name: 'a string', exports: './index.js', expected: ['.'] },
  { name: 'a string that leads nowhere', exports: './gone.js', expected: [] },
  { name: 'conditions alone', exports: { types: './types/a.d.ts', import: './gone.js' }, expected: ['.'] },
  { name: 'an array', exports: ['./gone.js', './index.js'], expected: ['.'] },
  {
    name: 'subpaths',
    exports: { '.': './index.js', './a': './lib/a.js', './gone': './gone.js' },
    expected: ['.', './a'],
  },
  {
    name: 'conditions inside conditions, one of them for types alone',
    exports: {
      './a': { node: { import: null, require: './lib/a.js' } },
      './t': { types: './types/a.d.ts' },
      './n': { node: null },
    },
    expected: ['./a', './t'],
  },
  {
    name: 'patterns',
    exports: { './*': './lib/*.js' },
    expected: ['./a', './b', './deep/c', './internal/x'],
  },
  {
    name: 'patterns with a trailer, and folders taken out',
    exports: { './lib/*.js': './lib/*.js', './lib/internal/*': null },
    expected: ['./lib/a.js', './lib/b.js', './lib/deep/c.js'],
  },
  {
    name: 'the more specific pattern decides',
    exports: { './*': './lib/*.js', './deep/*': './types/*.d.ts' },
    expected: ['./a', './b', './deep/a', './internal/x'],
  },
  {
    name: 'one subpath by two conditions',
    exports: { './*': { types: './lib/*.d.ts', default: './lib/*.js' } },
    expected: ['./a', './b', './deep/c', './internal/x'],
  },
  { name: 'several stars in a target', exports: { './*': './*/*.js' }, expected: [] },
  {
    name: 'a target without a star serves the whole pattern',
    exports: { './any/*': './index.js' },
    expected: ['./any/*'],
  },
  {
    name: 'what Node refuses',
    exports: {
      './old/': './lib/',
      './up': './../pkg/index.js',
      './bare': 'lib/a.js',
      './dep': './node_modules/x/index.js',
      './two/*/*': './lib/*.js',
      '.': './index.js',
    },
    expected: ['.'],
  },
  { name: 'no object', exports: 7, expected: [] },
];

describe('exportsOf', () => {
  for (const { name, exports, expected } of cases) {
    it(name, () => expect(openPackages(plant(pkg(exports))).exportsOf('pkg', path('x.ts'))).toEqual(expected));
  }

  it('takes the package that the importing file gets: nested, the importer itself, a member that is not linked', () => {
    const root = plant({
      ...pkg({ './outer': './index.js' }),
      'package.json': { name: 'app', workspaces: ['packages/*'] },
      'packages/a/package.json': { name: 'a', exports: { './own': './own.js' } },
      'packages/a/own.js': '',
      'packages/a/node_modules/pkg/package.json': { name: 'pkg', exports: { './inner': './i.js' } },
      'packages/a/node_modules/pkg/i.js': '',
    });
    const packages = openPackages(root);
    const found = [
      packages.exportsOf('pkg', path('x.ts')),
      packages.exportsOf('pkg', path('packages/a/x.ts')),
      packages.exportsOf('a', path('packages/a/x.ts')),
      packages.exportsOf('a', path('x.ts')),
      packages.exportsOf('gone', path('x.ts')),
    ];
    expect(found).toEqual([['./outer'], ['./inner'], ['./own'], ['./own'], undefined]);
  });

  it('keeps a pattern that stands for too many files, and tells', () => {
    const files = Array.from({ length: 200 }, (_, index) => `icons/${index}.js`);
    const keys = Array.from({ length: 26 }, (_, index) => `./${String.fromCharCode(97 + index)}/*`);
    const packages = openPackages(plant(pkg(Object.fromEntries(keys.map((key) => [key, './icons/*.js'])), files)));
    const told = packages.exportsOf('pkg', path('x.ts'))!;
    // The limit of 5000 is reached by the 25th key, with 4800 before it.
    expect(told.filter((subpath) => subpath.includes('*'))).toEqual(['./y/*', './z/*']);
    expect(told.length).toBe(4802);
    expect(packages.issues().map((issue) => `${issue.code} ${issue.path}`)).toEqual([
      'packages/limit node_modules/pkg',
    ]);
  });

  it('a link in a circle ends', () => {
    const root = plant({ ...pkg({ './*': './lib/*.js' }), 'node_modules/pkg/lib/loop': { link: '.' } });
    expect(openPackages(root).exportsOf('pkg', path('x.ts'))).toEqual(['./a', './b', './deep/c', './internal/x']);
  });
});

const KEYS = [
  '.',
  './a',
  './lib/a.js',
  './lib/*',
  './lib/*.js',
  './lib/*b.js',
  './*',
  './*.js',
  './lib/deep/*',
  './lib/internal/*',
  './x/*/y',
  './lib/d*p/c',
  './old/',
];
const TARGETS = [
  './index.js',
  './lib/a.js',
  './lib/*.js',
  './lib/*',
  './*',
  './lib/deep/*.js',
  './*/a.js',
  './*/*',
  './gone.js',
  './gone/*',
  'lib/a.js',
  './lib/../index.js',
  null,
  './l*b/a.js',
];

function randomExports(rng: Random): unknown {
  const target = (): unknown => {
    const one = rng.pick(TARGETS);
    return rng.below(4) === 0 ? { default: one } : one;
  };
  if (rng.below(8) === 0) return target();
  return Object.fromEntries(Array.from({ length: 1 + rng.below(4) }, () => [rng.pick(KEYS), target()]));
}

describe('exports against Node', () => {
  it('a subpath resolves exactly where it is told', () => {
    const seed = 41;
    const rng = random(seed);
    let resolved = 0;
    for (let round = 0; round < 120; round++) {
      const exports = randomExports(rng);
      const root = plant(pkg(exports));
      const told = openPackages(root).exportsOf('pkg', path('x.ts'));
      // Without a map Node takes any file; that is for the caller to know.
      if (told === undefined) continue;
      const keys = typeof exports === 'object' && exports !== null ? Object.keys(exports) : [];
      const require = createRequire(join(root, 'x.js'));
      const stems = [...FILES, 'package.json', 'gone.js'].map((file) => `./${file}`);
      const candidates = new Set([
        ...told,
        ...KEYS,
        ...stems,
        ...stems.map((stem) => stem.replace(/\.js$/, '')),
        './x/a/y',
        './deep/c.js',
        './a.js',
        './a/a.js',
        './lib/lib',
        './lib',
      ]);
      for (const subpath of candidates) {
        if (/[*]|\/$/.test(subpath)) continue;
        let isThere = false;
        try {
          isThere = existsSync(require.resolve(`pkg${subpath.slice(1)}`));
        } catch {}
        const isTold = told.includes(subpath) || told.includes(matchKey(subpath, keys)?.key ?? subpath);
        if (isThere) resolved++;
        if (isThere !== isTold) {
          const found = `Node ${isThere ? 'finds' : 'refuses'} it, told were ${told.join(' ')}`;
          throw new Error(`seed ${seed}, round ${round}: ${subpath} of ${JSON.stringify(exports)}: ${found}`);
        }
      }
    }
    expect(resolved).toBeGreaterThan(150);
  });

  it('a key of imports is missing exactly where Node does not know it', () => {
    const seed = 43;
    const rng = random(seed);
    const keys = ['#a', '#lib/a.js', '#lib/*', '#lib/*.js', '#lib/deep/*', '#*/x', '#dep', '#dep/*'];
    const targets = [
      './lib/a.js',
      './lib/*.js',
      './lib/*',
      'pkg',
      'pkg/*',
      'fs',
      'node:fs',
      null,
      { default: null },
      { default: './index.js' },
    ];
    const asked = [
      '#a',
      '#b',
      '#lib/a.js',
      '#lib/b',
      '#lib/deep/c.js',
      '#lib/deep/c',
      '#q/x',
      '#dep',
      '#dep/lib/a.js',
      '#lib/',
      '#lib',
    ];
    const seen = new Map<string, number>();
    for (let round = 0; round < 80; round++) {
      const imports = Object.fromEntries(
        Array.from({ length: 1 + rng.below(4) }, () => [rng.pick(keys), rng.pick(targets)]),
      );
      const root = plant({
        ...pkg(undefined),
        'package.json': { name: 'app', dependencies: { pkg: '1' }, imports },
        ...Object.fromEntries(FILES.map((file) => [file, ''])),
      });
      const packages = openPackages(root);
      const require = createRequire(join(root, 'x.js'));
      for (const key of asked) {
        const wanted = nodeImports(() => require.resolve(key), root);
        const { status } = packages.status(key, path('x.ts'));
        if (wanted === undefined) continue;
        seen.set(wanted, (seen.get(wanted) ?? 0) + 1);
        if (status !== wanted)
          throw new Error(
            `seed ${seed}, round ${round}: ${key} of ${JSON.stringify(imports)}: expected ${wanted}, found ${status}`,
          );
      }
    }
    for (const status of ['missing', 'self', 'declared', 'builtin', 'unknown'])
      expect(seen.get(status)).toBeGreaterThan(10);
  });
});

/** What Node's answer means; undefined for an error about the file, which is not asked here. */
function nodeImports(resolveKey: () => string, root: string): string | undefined {
  try {
    const found = resolveKey();
    return found.startsWith(join(root, 'node_modules')) ? 'declared' : 'self';
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ERR_INVALID_PACKAGE_TARGET') return 'unknown';
    // `require.resolve` wants a file, and was led to `node:fs`.
    if (code === 'ERR_INVALID_URL_SCHEME') return 'builtin';
    return code === 'ERR_PACKAGE_IMPORT_NOT_DEFINED' ? 'missing' : undefined;
  }
}
