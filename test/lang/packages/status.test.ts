import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openPackages } from '../../../src/lang/packages/packages.ts';
import { add, installed, line, path, plant, statuses, type Tree } from './tree.ts';

interface Case {
  readonly name: string;
  readonly tree: Tree;
  readonly expected: Readonly<Record<string, string>>;
  /** Codes and paths of what must be told. */
  readonly issues?: readonly string[];
}

const manifest = (rest: object): Tree => ({ 'package.json': { name: 'app', ...rest } });

const cases: readonly Case[] = [
  {
    name: 'built-in modules come before packages of their name',
    tree: {
      ...manifest({ dependencies: { punycode: '^2.0.0', events: '^3.0.0' } }),
      ...installed('node_modules/punycode', '2.3.1'),
      ...installed('node_modules/events', '3.3.0'),
    },
    expected: {
      'fs x.ts': 'builtin',
      'node:fs x.ts': 'builtin',
      'fs/promises x.ts': 'builtin',
      'node:test/reporters x.ts': 'builtin',
      'node:sqlite x.ts': 'builtin',
      'events x.ts': 'builtin',
      'punycode/ x.ts': 'declared ^2.0.0 dependencies installed 2.3.1',
      'punycode/punycode.js x.ts': 'declared ^2.0.0 dependencies installed 2.3.1',
      // Only with `node:`; without it Node looks for a package.
      'sqlite x.ts': 'missing [sqlite3]',
      'node:fss x.ts': 'missing [node:fs]',
      'node:fs/promise x.ts': 'missing [node:fs/promises node:fs node:dns/promises]',
      'fs/promise x.ts': 'missing [fs/promises fs dns/promises]',
      'node:zod x.ts': 'missing []',
      'node: x.ts': 'missing []',
    },
  },
  {
    name: 'built-in modules need no manifest',
    tree: {},
    expected: {
      'fs x.ts': 'builtin',
      'zod x.ts': 'unknown: there is no package.json above the file',
      '#a x.ts': 'unknown: there is no readable package.json above; "#a" may be an alias of the bundler',
    },
  },
  {
    name: 'what is no package',
    tree: manifest({}),
    expected: {
      './a.ts src/x.ts': 'unknown: "./a.ts" is a path, not a package',
      '.. src/x.ts': 'unknown: ".." is a path, not a package',
      '/abs/a.ts x.ts': 'unknown: "/abs/a.ts" is a path, not a package',
      'data:text/javascript,1 x.ts':
        'unknown: "data:" imports are resolved by the runtime or the bundler, not from packages',
      'https://esm.sh/zod x.ts':
        'unknown: "https:" imports are resolved by the runtime or the bundler, not from packages',
      'bun:test x.ts': 'unknown: "bun:" imports are resolved by the runtime or the bundler, not from packages',
      'virtual:pwa-register x.ts':
        'unknown: "virtual:" imports are resolved by the runtime or the bundler, not from packages',
      '@/components x.ts': 'unknown: "@/components" is no name that npm allows; it may be an alias of the bundler',
      '~/lib x.ts': 'unknown: "~" is no name that npm allows; it may be an alias of the bundler',
      '$lib/a x.ts': 'unknown: "$lib" is no name that npm allows; it may be an alias of the bundler',
      '@scope x.ts': 'unknown: "@scope" is no name that npm allows; it may be an alias of the bundler',
      '__proto__ x.ts': 'unknown: "__proto__" is no name that npm allows; it may be an alias of the bundler',
    },
  },
  {
    name: 'names that objects inherit are not declared',
    tree: {
      ...manifest({ dependencies: { hasownproperty: '1.0.0' }, workspaces: ['packages/*'] }),
      'package-lock.json': { lockfileVersion: 3, packages: {} },
    },
    expected: { 'constructor x.ts': 'missing []', 'toString x.ts': 'missing []', 'valueOf/x x.ts': 'missing []' },
  },
  {
    name: 'fields: what consumers need first',
    tree: {
      ...manifest({
        dependencies: { both: '1.0.0', optional: '1.0.0' },
        devDependencies: { both: '2.0.0', peer: '2.0.0', dev: '2.0.0' },
        peerDependencies: { peer: '^1.0.0' },
        optionalDependencies: { optional: '3.0.0' },
      }),
    },
    expected: {
      'both x.ts': 'declared 1.0.0 dependencies absent -',
      'peer x.ts': 'declared ^1.0.0 peerDependencies absent -',
      'dev x.ts': 'declared 2.0.0 devDependencies absent -',
      'optional x.ts': 'declared 3.0.0 optionalDependencies absent -',
    },
  },
  {
    name: 'missing needs evidence: none without an installation or a lock file',
    tree: manifest({ dependencies: { zod: '^4.0.0' } }),
    expected: {
      'zod x.ts': 'declared ^4.0.0 dependencies absent -',
      'zodd x.ts': 'unknown: nothing is installed for package.json and there is no readable lock file',
    },
  },
  {
    name: 'missing needs evidence: a cache of some tool in node_modules is none',
    tree: {
      ...manifest({ dependencies: { zod: '^4.0.0' } }),
      'node_modules/.cache/x': '',
      'node_modules/.bin/zod': '',
    },
    expected: { 'zodd x.ts': 'unknown: nothing is installed for package.json and there is no readable lock file' },
  },
  {
    name: 'missing: a manifest that declares nothing cannot bring anything in',
    tree: manifest({}),
    expected: { 'expres x.ts': 'missing [express]', 'zod x.ts': 'missing []', 'react x.ts': 'missing []' },
  },
  {
    name: 'missing: something else is installed',
    tree: { ...manifest({ dependencies: { zod: '^4.0.0' } }), ...installed('node_modules/zod', '4.1.0') },
    expected: {
      'zodd x.ts': 'missing [zod]',
      'zod-schema-faker x.ts': 'missing []',
      'zod/v4 x.ts': 'declared ^4.0.0 dependencies installed 4.1.0',
      'zod/style.css?inline x.ts': 'declared ^4.0.0 dependencies installed 4.1.0',
      'zod?raw x.ts': 'declared ^4.0.0 dependencies installed 4.1.0',
    },
  },
  {
    name: 'missing: the lock file does not have it',
    tree: {
      ...manifest({ dependencies: { zod: '^4.0.0' } }),
      'package-lock.json': { lockfileVersion: 3, packages: { 'node_modules/zod': { version: '4.1.0' } } },
    },
    expected: { 'zod x.ts': 'declared ^4.0.0 dependencies absent 4.1.0', 'zodd x.ts': 'missing [zod]' },
  },
  {
    name: 'nearest names: slips first, separators aside, words only among what the project knows',
    tree: {
      ...manifest({
        dependencies: { 'date-fns': '1', 'express-jwt': '1', '@acme/ui-button': '1', '@types/estree': '1' },
      }),
      'package-lock.json': { lockfileVersion: 3, packages: {} },
    },
    expected: {
      'datefns x.ts': 'missing [date-fns]',
      'date_fns x.ts': 'missing [date-fns]',
      'lodash-debounce x.ts': 'missing [lodash.debounce]',
      'express-jwt-auth x.ts': 'missing [express-jwt]',
      '@acme/ui-buton x.ts': 'missing [@acme/ui-button]',
      'left-padding-of-things x.ts': 'missing []',
      '@types/date-fnss x.ts': 'missing []',
      'xq x.ts': 'missing []',
      'estree-walker x.ts': 'missing []',
    },
  },
  {
    name: 'a folder without package.json, or with a broken one, is not installed',
    tree: {
      ...manifest({ dependencies: { half: '1', broken: '1', whole: '1' } }),
      ...installed('node_modules/whole', '1.0.0'),
      'node_modules/half/index.js': '',
      'node_modules/broken/package.json': '{"name":',
    },
    expected: {
      'half x.ts': 'declared 1 dependencies absent -',
      'broken x.ts': 'declared 1 dependencies absent -',
      'whole x.ts': 'declared 1 dependencies installed 1.0.0',
    },
    issues: ['packages/bad-manifest node_modules/broken/package.json'],
  },
  {
    name: 'types: @types counts for types alone',
    tree: {
      ...manifest({ devDependencies: { '@types/estree': '^1.0.0', '@types/acme__ui': '*' }, dependencies: { a: '1' } }),
      ...installed('node_modules/@types/estree', '1.0.8'),
      ...installed('node_modules/@types/acme__ui', '2.0.0'),
      ...installed('node_modules/@types/unasked', '3.0.0'),
      ...installed('node_modules/estree', '0.1.0'),
      ...installed('node_modules/a', '1.0.0'),
    },
    expected: {
      'estree x.ts': 'transitive installed 0.1.0',
      'type estree x.ts': 'declared ^1.0.0 devDependencies installed 1.0.8 types',
      '@acme/ui x.ts': 'declared * devDependencies installed 2.0.0 types',
      'type @acme/ui x.ts': 'declared * devDependencies installed 2.0.0 types',
      'unasked x.ts': 'transitive installed 3.0.0 types',
      'type a x.ts': 'declared 1 dependencies installed 1.0.0',
      '@types/estree x.ts': 'declared ^1.0.0 devDependencies installed 1.0.8',
    },
  },
  {
    name: 'the package itself: by exports, or by a link',
    tree: {
      'package.json': { name: 'open', exports: './index.js' },
      'closed/package.json': { name: 'closed', dependencies: { a: '1' } },
      'older/package.json': { name: 'older', devDependencies: { older: '^1.0.0' } },
      ...installed('older/node_modules/older', '1.2.3'),
      'linked/package.json': { name: 'linked' },
      'linked/node_modules/linked': { link: '../../linked' },
      'open/mark/package.json': { type: 'module' },
    },
    expected: {
      'open src/x.ts': 'self',
      'open/sub src/x.ts': 'self',
      'closed closed/x.ts': 'unknown: closed has no "exports", so it cannot import itself by its name',
      'older older/x.ts': 'declared ^1.0.0 devDependencies installed 1.2.3',
      'linked linked/x.ts': 'self',
      // Node asks the nearest package.json for its name, even a mere mark.
      'open open/mark/x.ts': 'missing []',
    },
  },
  {
    name: 'imports of the package',
    tree: {
      ...manifest({
        dependencies: { zod: '4' },
        imports: {
          '#self': './src/self.js',
          '#lib/*': './src/lib/*.js',
          '#lib/secret/*': null,
          '#dep': { browser: 'zod', default: ['./fallback.js'] },
          '#zod': 'zod',
          '#gone': { node: 'lodahs' },
          '#fs': 'fs',
          '#node': 'node:fs',
          '#pkg/*': 'zod/*',
        },
      }),
      ...installed('node_modules/zod', '4.0.0'),
      'plain/package.json': { name: 'plain' },
    },
    expected: {
      '#self x.ts': 'self',
      '#lib/a/b x.ts': 'self',
      '#lib/secret/key x.ts': 'missing []',
      '#dep x.ts': 'self',
      '#zod x.ts': 'declared 4 dependencies installed 4.0.0',
      '#pkg/v4 x.ts': 'declared 4 dependencies installed 4.0.0',
      '#gone x.ts': 'missing [lodash]',
      '#fs x.ts': 'builtin',
      '#node x.ts':
        'unknown: "#node" of package.json leads to node:fs, which Node takes neither as a file nor as a package',
      '#slef x.ts': 'missing [#self]',
      '#self plain/x.ts': 'unknown: plain/package.json has no "imports"; "#self" may be an alias of the bundler',
    },
  },
  {
    name: 'a file that only marks its folder declares nothing',
    tree: {
      ...manifest({ dependencies: { zod: '4' } }),
      'src/cjs/package.json': { type: 'commonjs', private: true },
      'src/own/package.json': { name: 'own' },
      ...installed('node_modules/zod', '4.0.0'),
    },
    expected: {
      'zod src/cjs/deep/x.ts': 'declared 4 dependencies installed 4.0.0',
      // No workspace makes the root's manifest apply here, though Node would find the package.
      'zod src/own/x.ts': 'transitive installed 4.0.0',
    },
  },
  {
    name: 'a nested package outside the workspace has a lock file of its own, and does not use the root one',
    tree: {
      'package.json': { name: 'root', workspaces: ['packages/*'], dependencies: { zod: '4' } },
      'package-lock.json': { lockfileVersion: 3, packages: { 'node_modules/zod': { version: '4.0.0' } } },
      'docs/package.json': { name: 'docs', dependencies: { marked: '1' } },
      'docs/package-lock.json': { lockfileVersion: 3, packages: { 'node_modules/marked': { version: '1.2.0' } } },
      'bare/package.json': { name: 'bare', dependencies: { marked: '1' } },
    },
    expected: {
      'marked docs/x.ts': 'declared 1 dependencies absent 1.2.0',
      'zod docs/x.ts': 'missing []',
      'zod bare/x.ts': 'unknown: nothing is installed for bare/package.json and there is no readable lock file',
      'marked bare/x.ts': 'declared 1 dependencies absent -',
    },
  },
  {
    name: "Plug'n'Play without a lock file says nothing",
    tree: { ...manifest({ dependencies: { zod: '4' } }), '.pnp.cjs': '' },
    expected: {
      'zod x.ts': 'unknown: .pnp.cjs holds the packages, and no lock file says which they are',
      'yup x.ts': 'unknown: nothing is installed for package.json and there is no readable lock file',
    },
  },
  {
    name: "Plug'n'Play: declared but not locked is not installed",
    tree: { ...manifest({ dependencies: { zod: '4' } }), '.pnp.cjs': '', 'yarn.lock': '__metadata:\n  version: 8\n' },
    expected: { 'zod x.ts': 'declared 4 dependencies absent -', 'yup x.ts': 'missing []' },
  },
  {
    name: 'broken manifests are told, and nothing is guessed beyond them',
    tree: {
      ...manifest({ dependencies: { zod: '4' } }),
      ...installed('node_modules/zod', '4.0.0'),
      'a/package.json': '{ "name": "a", }',
      'b/package.json': '[]',
      'c/package.json': { name: 'c', dependencies: ['zod'], scripts: { test: 1, build: 'tsc' } },
      'e/package.json': { link: 'package.json' },
      'd/package.json': new Uint8Array([0x7b, 0xff, 0x7d]),
    },
    expected: {
      'zod a/x.ts': 'unknown: a/package.json cannot be read',
      'zod b/x.ts': 'unknown: b/package.json cannot be read',
      'zod c/x.ts': 'transitive installed 4.0.0',
      'zod d/x.ts': 'unknown: d/package.json cannot be read',
      'zod e/x.ts': 'unknown: e/package.json cannot be read',
      'zod x.ts': 'declared 4 dependencies installed 4.0.0',
    },
    issues: [
      'packages/bad-manifest a/package.json',
      'packages/bad-manifest b/package.json',
      'packages/bad-field c/package.json',
      'packages/unreadable d/package.json',
      'packages/unreadable e/package.json',
    ],
  },
  {
    name: 'a byte order mark is no error',
    tree: { 'package.json': `\uFEFF${JSON.stringify({ name: 'app', dependencies: { zod: '4' } })}` },
    expected: { 'zod x.ts': 'declared 4 dependencies absent -' },
  },
  {
    name: 'a package outside the tree, reached by a link',
    tree: {
      'repo/package.json': { name: 'app', dependencies: { far: 'link:../far' } },
      'repo/node_modules/far': { link: '../../far' },
      'far/package.json': { name: 'far', version: '0.9.0' },
    },
    expected: { 'far repo/x.ts': 'declared link:../far dependencies installed 0.9.0' },
  },
];

describe('status', () => {
  for (const { name, tree, expected, issues } of cases) {
    it(name, () => {
      const root = plant(tree);
      expect(statuses(root, Object.keys(expected))).toEqual(expected);
      const packages = openPackages(root);
      for (const key of Object.keys(expected)) {
        const [specifier = '', from = ''] = key.replace(/^type /, '').split(' ');
        packages.status(specifier, path(from));
      }
      expect(packages.issues().map((issue) => `${issue.code} ${issue.path}`)).toEqual(issues ?? []);
    });
  }

  it('looks above no root: a folder inside another project stands for itself', () => {
    const root = plant({
      ...manifest({ dependencies: { zod: '4' } }),
      ...installed('node_modules/zod', '4.0.0'),
      'inner/package.json': { name: 'inner', dependencies: { zod: '4' } },
    });
    expect(statuses(join(root, 'inner'), ['zod x.ts'])).toEqual({ 'zod x.ts': 'declared 4 dependencies absent -' });
  });
});

describe('manifestOf', () => {
  const tree: Tree = {
    'package.json': { name: 'root', scripts: { test: 'vitest' }, devDependencies: { vitest: '5' } },
    'a/package.json': { type: 'module' },
    'b/package.json': { name: '@x/b', peerDependencies: { react: '>=18' } },
    'c/package.json': '{',
  };
  const expected: Readonly<Record<string, object | undefined>> = {
    'a/x.ts': {
      path: 'package.json',
      name: 'root',
      scripts: { test: 'vitest' },
      dependencies: { devDependencies: { vitest: '5' } },
    },
    'package.json': {
      path: 'package.json',
      name: 'root',
      scripts: { test: 'vitest' },
      dependencies: { devDependencies: { vitest: '5' } },
    },
    'b/deep/not/there.ts': {
      path: 'b/package.json',
      name: '@x/b',
      scripts: {},
      dependencies: { peerDependencies: { react: '>=18' } },
    },
    'c/x.ts': undefined,
  };
  for (const [from, wanted] of Object.entries(expected)) {
    it(from, () => {
      const found = openPackages(plant(tree)).manifestOf(path(from));
      expect(found).toEqual(wanted);
      // toEqual takes a missing member for an undefined one.
      expect(found && 'name' in found).toBe(wanted && 'name' in wanted);
    });
  }
});

describe('refresh', () => {
  it('keeps what was read until told, and then forgets it and its issues', () => {
    const root = plant({ ...manifest({ dependencies: { zod: '4' } }), 'package-lock.json': '{' });
    const packages = openPackages(root);
    const status = (): string => line(packages.status('zod', path('x.ts')));
    expect(status()).toBe('declared 4 dependencies absent -');
    expect(packages.issues().map(({ code }) => code)).toEqual(['packages/bad-lock']);
    add(root, installed('node_modules/zod', '4.0.0'));
    rmSync(join(root, 'package-lock.json'));
    expect(status()).toBe('declared 4 dependencies absent -');
    packages.refresh();
    expect(packages.issues()).toEqual([]);
    expect(status()).toBe('declared 4 dependencies installed 4.0.0');
    expect(packages.issues()).toEqual([]);
    add(root, manifest({}));
    packages.refresh();
    expect(status()).toBe('transitive installed 4.0.0');
  });
});

describe('readme', () => {
  const tree: Tree = {
    ...manifest({ dependencies: { a: '1', b: '1', c: '1', d: '1', e: '1' } }),
    ...installed('node_modules/a', '1.0.0'),
    'node_modules/a/README.txt': 'text',
    'node_modules/a/readme.md': '# a',
    ...installed('node_modules/b', '1.0.0'),
    'node_modules/b/README': 'plain',
    ...installed('node_modules/c', '1.0.0'),
    'node_modules/c/README-fr.md': 'non',
    ...installed('node_modules/d', '1.0.0'),
    'node_modules/d/README.md': new Uint8Array([0x23, 0xff, 0xfe]),
    ...installed('node_modules/e', '1.0.0'),
    'node_modules/e/README.md': `\uFEFF${'e'.repeat(8 * 1024 * 1024)}`,
  };
  it('takes Markdown first, and refuses what is too large or not UTF-8', () => {
    const packages = openPackages(plant(tree));
    const found = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => packages.readme(name, path('x.ts')));
    expect(found).toEqual(['# a', 'plain', undefined, undefined, undefined, undefined]);
    expect(packages.issues().map((issue) => `${issue.code} ${issue.path}`)).toEqual([
      'packages/unreadable node_modules/d/README.md',
      'packages/too-large node_modules/e/README.md',
    ]);
  });

  it('follows no link out of the repository', () => {
    const outside = plant({ id_rsa: 'a key' });
    const packages = openPackages(
      plant({
        ...manifest({ dependencies: { a: '1', b: '1', c: '1' } }),
        'README.md': '# root',
        '.git/config': 'credentials',
        ...installed('node_modules/a', '1.0.0'),
        'node_modules/a/README.md': { link: join(outside, 'id_rsa') },
        ...installed('node_modules/b', '1.0.0'),
        'node_modules/b/README.md': { link: '../../README.md' },
        ...installed('node_modules/c', '1.0.0'),
        'node_modules/c/README.md': { link: '../../.git/config' },
      }),
    );
    expect(['a', 'b', 'c'].map((name) => packages.readme(name, path('x.ts')))).toEqual([
      undefined,
      '# root',
      undefined,
    ]);
  });
});
