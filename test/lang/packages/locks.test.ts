import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LockContent } from '../../../src/lang/packages/lock.ts';
import { readBunLock } from '../../../src/lang/packages/lockBun.ts';
import { readNpmLock } from '../../../src/lang/packages/lockNpm.ts';
import { readPnpmLock } from '../../../src/lang/packages/lockPnpm.ts';
import { readYarnLock } from '../../../src/lang/packages/lockYarn.ts';
import { openPackages } from '../../../src/lang/packages/packages.ts';
import { readYaml } from '../../../src/lang/packages/yaml.ts';
import { path, plant, type Tree } from './tree.ts';

interface Case {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  /** `name` → version, or undefined where no version can be said, or `absent` where nothing of the name is locked. */
  readonly expected: Readonly<Record<string, string | undefined>>;
}

/** The manifest every case is asked from. */
const DECLARED = {
  lodash: '^4.17.0',
  alias: 'npm:ms@2.0.0',
  '@s/p': '~1.0.0',
  git: 'github:a/b',
  local: 'file:../local',
};

const cases: readonly Case[] = [
  {
    name: 'npm, version 1: nested, aliases, linked folders, addresses',
    file: 'package-lock.json',
    text: JSON.stringify({
      lockfileVersion: 1,
      dependencies: {
        lodash: {
          version: '4.17.21',
          dependencies: { inner: { version: '0.1.0', dependencies: { deep: { version: '9.0.0' } } } },
        },
        inner: { version: '0.2.0' },
        alias: { version: 'npm:ms@2.0.0' },
        '@s/p': { version: '1.0.3' },
        git: { version: 'git+ssh://git@github.com/a/b.git#0123abc' },
        local: { version: 'file:../local' },
      },
    }),
    expected: {
      lodash: '4.17.21',
      inner: '0.2.0',
      deep: '9.0.0',
      alias: '2.0.0',
      '@s/p': '1.0.3',
      git: 'git+ssh://git@github.com/a/b.git#0123abc',
      local: undefined,
      zod: 'absent',
    },
  },
  {
    name: 'npm, version 3: only nested copies, of one version and of two',
    file: 'package-lock.json',
    text: JSON.stringify({
      lockfileVersion: 3,
      packages: {
        '': { name: 'app' },
        'node_modules/a/node_modules/@s/p': { version: '1.0.0' },
        'node_modules/a/node_modules/two': { version: '1.0.0' },
        'node_modules/b/node_modules/two': { version: '2.0.0' },
        'node_modules/local': { resolved: '../local', link: true },
        '../local': { version: '0.0.1' },
      },
    }),
    expected: { '@s/p': '1.0.0', two: undefined, local: undefined, lodash: 'absent', '../local': 'absent' },
  },
  {
    name: 'npm without dependencies',
    file: 'package-lock.json',
    text: '{"lockfileVersion": 3}',
    expected: { lodash: 'absent' },
  },
  {
    name: 'pnpm, format 5, no workspace: importers at the top',
    file: 'pnpm-lock.yaml',
    text: `lockfileVersion: 5.3
specifiers:
  lodash: ^4.17.0
dependencies:
  lodash: 4.17.21
  '@s/p': 1.0.3_peer@2.0.0+react@18.2.0
devDependencies:
  alias: /ms/2.0.0
  git: github.com/a/b/0123abc
  local: link:../local
packages:

  /lodash/4.17.21:
    resolution: {integrity: sha512-x==}
    dev: false

  /@s/p/1.0.3_peer@2.0.0+react@18.2.0:
    resolution: {integrity: sha512-x==}
    dev: true
    deprecated: |-
      not: a key
        nor: this
      - nor an item

  /two/1.0.0:
    resolution: {integrity: sha512-x==}
  /two/2.0.0_0a1b2c:
    resolution: {integrity: sha512-x==}
  github.com/a/b/0123abc:
    resolution: {tarball: https://codeload.github.com/a/b/tar.gz/0123abc}
    name: git
    version: 1.4.0
    dev: true
`,
    expected: {
      lodash: '4.17.21',
      '@s/p': '1.0.3',
      alias: '2.0.0',
      git: 'github.com/a/b/0123abc',
      local: undefined,
      two: undefined,
      zod: 'absent',
      specifiers: 'absent',
    },
  },
  {
    name: 'pnpm, format 6, no workspace; peers in brackets, very long keys',
    file: 'pnpm-lock.yaml',
    text: `lockfileVersion: '6.0'

dependencies:
  lodash:
    specifier: ^4.17.0
    version: 4.17.21
  '@s/p':
    specifier: ~1.0.0
    version: 1.0.3(react@18.2.0)(@t/q@2.0.0)

optionalDependencies:
  alias:
    specifier: npm:ms@2.0.0
    version: /ms@2.0.0

packages:

  ? /long@3.0.0(react@18.2.0)(@t/q@2.0.0)
  : resolution: {integrity: sha512-x==}
    engines: {node: '>=12'}
    dev: false
  /after@1.0.0:
    resolution: {integrity: sha512-x==}
  '@github.com/a/b':
    resolution: {tarball: https://x.y/z}
    name: git
    version: 1.4.0
`,
    expected: {
      lodash: '4.17.21',
      '@s/p': '1.0.3',
      alias: '2.0.0',
      long: '3.0.0',
      after: '1.0.0',
      git: '1.4.0',
      react: 'absent',
    },
  },
  {
    name: 'pnpm, format 9: the last document is the project, addresses, catalogs',
    file: 'pnpm-lock.yaml',
    text: `---
lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      old:
        specifier: 1.0.0
        version: 1.0.0
    packageManagerDependencies:
      pnpm:
        specifier: 11.0.0
        version: 11.0.0
packages:
  pnpm@11.0.0:
    resolution: {integrity: sha512-x==}
---
lockfileVersion: '9.0'
catalogs:
  default:
    lodash:
      specifier: ^4.17.0
      version: 4.17.20
importers:
  .:
    configDependencies: {}
    dependencies:
      lodash:
        specifier: 'catalog:'
        version: 4.17.21
      git:
        specifier: github:a/b
        version: https://codeload.github.com/a/b/tar.gz/0123abc
  empty: {}
packages:
  lodash@4.17.21:
    resolution:
      {
        integrity: sha512-x==,
      }
  git@https://codeload.github.com/a/b/tar.gz/0123abc:
    resolution: {tarball: https://codeload.github.com/a/b/tar.gz/0123abc}
    version: 1.4.0
  local@file:../local:
    resolution: {directory: ../local, type: directory}
snapshots:
  lodash@4.17.21: {}
`,
    expected: {
      lodash: '4.17.21',
      git: 'https://codeload.github.com/a/b/tar.gz/0123abc',
      local: undefined,
      pnpm: 'absent',
      old: 'absent',
    },
  },
  {
    name: 'yarn 1: several descriptors, ranges with spaces, resolutions that replace a range',
    file: 'yarn.lock',
    text: `# yarn lockfile v1


"@s/p@>=1 <2", "@s/p@~1.0.0":
  version "1.0.3"
  dependencies:
    two "^1.0.0"
    version "^9.9.9"

"alias@npm:ms@2.0.0":
  version "2.0.0"

"git@github:a/b":
  version "1.4.0"
  resolved "https://codeload.github.com/a/b/tar.gz/0123abc"

lodash@4.17.15:
  "integrity" "sha512-x=="
  "version" "4.17.15"

two@^1.0.0, two@^1.1.0:
  version "1.1.0"

two@^2.0.0:
  version "2.0.0"
`,
    expected: { '@s/p': '1.0.3', alias: '2.0.0', git: '1.4.0', lodash: '4.17.15', two: undefined, version: 'absent' },
  },
  {
    name: 'yarn 4: patches, several descriptors, very long keys',
    file: 'yarn.lock',
    text: `__metadata:
  version: 8
  cacheKey: 10c0

"@s/p@npm:>=1 <2, @s/p@npm:~1.0.0":
  version: 1.0.3
  resolution: "@s/p@npm:1.0.3"
  dependencies:
    two: "npm:^1.0.0"
  languageName: node
  linkType: hard

? "lodash@npm:^4.17.0, lodash@npm:^4.17.10"
:
  version: 4.17.21
  resolution: "lodash@npm:4.17.21"

"lodash@patch:lodash@npm%3A^4.17.0#~/.yarn/patches/lodash.patch":
  version: 4.17.21
  resolution: "lodash@patch:lodash@npm%3A4.17.21#~/.yarn/patches/lodash.patch::version=4.17.21&hash=0"

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
`,
    expected: { '@s/p': '1.0.3', lodash: '4.17.21', app: undefined, two: 'absent', __metadata: 'absent' },
  },
  {
    name: 'bun: commas at the end, commas in texts, nested versions',
    file: 'bun.lock',
    text: `{
  "lockfileVersion": 1,
  "workspaces": { "": { "name": "app", }, },
  "packages": {
    "lodash": ["lodash@4.17.21", "", { "note": ",]\\",}" }, "sha512-x==",],
    "@s/p": ["@s/p@1.0.3", "", {}],
    "@s/p/inner": ["inner@0.1.0", "", {}],
    "lodash/@t/q": ["@t/q@2.0.0", "", {}],
    "app": ["app@workspace:."],
    "both": ["both@1.0.0", "", {}],
    "app/both": ["both@2.0.0", "", {}],
  },
}
`,
    expected: {
      lodash: '4.17.21',
      '@s/p': '1.0.3',
      inner: '0.1.0',
      both: '2.0.0',
      '@t/q': '2.0.0',
      app: undefined,
      q: 'absent',
    },
  },
];

const READERS: Readonly<Record<string, (text: string) => LockContent>> = {
  'package-lock.json': readNpmLock,
  'pnpm-lock.yaml': readPnpmLock,
  'yarn.lock': readYarnLock,
  'bun.lock': readBunLock,
};

/** Something is declared and nothing installed, so that only a lock file can tell missing from unknown. */
const app = (lock: Tree): string =>
  plant({ 'package.json': { name: 'app', version: '1.0.0', dependencies: DECLARED }, ...lock });

describe('lock files', () => {
  for (const { name, file, text, expected } of cases) {
    it(name, () => {
      const lock = READERS[file]!(text);
      if ('problem' in lock) throw new Error(lock.problem);
      const found = Object.keys(expected).map((key) => {
        const range = (DECLARED as Readonly<Record<string, string>>)[key];
        const version = lock.version(key, { folder: '', name: 'app', ranges: range === undefined ? [] : [range] });
        return [key, lock.has(key) ? version : (version ?? 'absent')];
      });
      expect(Object.fromEntries(found)).toEqual(expected);
    });
  }

  it('takes the one of the package manager that the manifest names, else the first that can be read', () => {
    const locks: Tree = {
      'package-lock.json': { lockfileVersion: 3, packages: { 'node_modules/lodash': { version: '1.0.0' } } },
      'yarn.lock': 'lodash@^4.17.0:\n  version "2.0.0"\n',
    };
    const manifest = (rest: object): Tree => ({ 'package.json': { dependencies: DECLARED, ...rest } });
    const version = (tree: Tree): string | undefined => openPackages(plant(tree)).lockedVersion('lodash', path('x.ts'));
    expect(version({ ...locks, ...manifest({}) })).toBe('1.0.0');
    expect(version({ ...locks, ...manifest({ packageManager: 'yarn@1.22.22' }) })).toBe('2.0.0');
    expect(version({ ...locks, ...manifest({ packageManager: 'pnpm@9.0.0' }) })).toBe('1.0.0');
    expect(version({ ...locks, ...manifest({}), 'package-lock.json': '{' })).toBe('2.0.0');
  });
});

describe('malformed lock files', () => {
  const malformed: readonly (readonly [name: string, file: string, text: string, message: string])[] = [
    ['no JSON', 'package-lock.json', '{"packages": {', 'package-lock.json: expected JSON, found'],
    ['other JSON', 'package-lock.json', '{"name": "x"}', 'package-lock.json: expected a lock file of npm'],
    ['an array', 'npm-shrinkwrap.json', '[]', 'npm-shrinkwrap.json: expected a lock file of npm'],
    ['an empty file', 'pnpm-lock.yaml', '', 'pnpm-lock.yaml: expected "lockfileVersion" 5 or later, found none'],
    ['an old format', 'pnpm-lock.yaml', 'lockfileVersion: 4\n', 'expected "lockfileVersion" 5 or later, found 4'],
    ['no YAML', 'pnpm-lock.yaml', "lockfileVersion: '9.0'\nimporters\n", 'line 2: expected "key: value" or "- item"'],
    [
      'wild indentation',
      'pnpm-lock.yaml',
      "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n   x:\n",
      'line 5: expected an entry indented by 4',
    ],
    ['tabs', 'pnpm-lock.yaml', "lockfileVersion: '9.0'\nimporters:\n\t.:\n", 'line 3: expected spaces'],
    ['an open quote', 'pnpm-lock.yaml', "lockfileVersion: '9.0\n", 'line 1: expected the end of'],
    [
      'a conflict',
      'pnpm-lock.yaml',
      "lockfileVersion: '9.0'\n<<<<<<< HEAD\nimporters:\n=======\n>>>>>>> x\n",
      'line 2: expected a merged file',
    ],
    [
      'a conflict in a skipped block',
      'yarn.lock',
      'a@1:\n  version "1"\n<<<<<<< HEAD\n=======\n>>>>>>> x\n',
      'line 3: expected a merged file',
    ],
    ['prose', 'yarn.lock', 'this is not a lock file\n', 'line 1: expected "name@range:"'],
    ['no version', 'yarn.lock', 'a@1:\n  resolved "x"\nb@1:\n  version "1"\n', 'line 3: expected a version for a@1'],
    ['no version at the end', 'yarn.lock', 'a@1:\n  resolved "x"\n', 'expected a version for a@1'],
    ['a field of nothing', 'yarn.lock', '  version "1"\n', 'line 1: expected "name@range:"'],
    ['broken YAML of yarn 4', 'yarn.lock', '__metadata:\n  version: 8\n"a@npm:1"\n', 'line 3: expected "key: value"'],
    ['no JSON of bun', 'bun.lock', '{"workspaces": {,', 'bun.lock: expected JSON'],
    ['other JSON of bun', 'bun.lock', '{}', 'bun.lock: expected a lock file of bun'],
    ['binary of bun', 'bun.lockb', '#!/usr/bin/env bun\n', 'bun.lockb: expected bun.lock, found the binary format'],
  ];
  for (const [name, file, text, message] of malformed) {
    it(`${name} (${file}) counts as absent and is told`, () => {
      const packages = openPackages(app({ [file]: text }));
      expect(packages.status('lodahs', path('x.ts'))).toEqual({
        status: 'unknown',
        reason: 'nothing is installed for package.json and there is no readable lock file',
      });
      expect(packages.lockedVersion('lodash', path('x.ts'))).toBeUndefined();
      expect(packages.issues().map((issue) => issue.code)).toEqual(['packages/bad-lock']);
      expect(packages.issues()[0]?.message).toContain(message);
      expect(packages.issues()[0]?.path).toBe(file);
    });
  }

  it('one that is too large counts as absent and is told', () => {
    const root = app({});
    const file = join(root, 'package-lock.json');
    writeFileSync(file, '{"lockfileVersion": 3}');
    truncateSync(file, 128 * 1024 * 1024);
    const packages = openPackages(root);
    expect(packages.status('lodahs', path('x.ts')).status).toBe('unknown');
    expect(packages.issues().map((issue) => issue.code)).toEqual(['packages/too-large']);
  });
});

/** Entries as `a > b = value`. */
function entries(text: string): string[] | string {
  const found: string[] = [];
  const problem = readYaml(text, (keys, value) => {
    found.push(`${keys.join(' > ')} = ${value}`);
    return undefined;
  });
  return problem ? `line ${problem.line}` : found;
}

describe('YAML', () => {
  const yaml: readonly (readonly [name: string, text: string, expected: readonly string[] | string])[] = [
    ['nothing', '', []],
    ['comments and blank lines', '# a\n\n  # b\na: 1 # c\n', ['a = 1']],
    ['quotes', `'it''s': "a\\tb"\n"k: v": 'x # y'\n`, ["it's = a\tb", 'k: v = x # y']],
    ['a colon inside a plain key', 'https://x.y/z: 1\na:b: 2\n', ['https://x.y/z = 1', 'a:b = 2']],
    [
      'nesting and back',
      'a:\n  b:\n    c: 1\n  d: 2\ne: 3\n',
      ['a = ', 'a > b = ', 'a > b > c = 1', 'a > d = 2', 'e = 3'],
    ],
    ['sequences', 'a:\n  - x\n  - "y"\nb: 1\n', ['a = ', 'a > - = x', 'a > - = y', 'b = 1']],
    ['sequences at the indentation of their key', 'a:\n- x\n- y\nb: 1\n', ['a = ', 'a > - = x', 'a > - = y', 'b = 1']],
    [
      'mappings in sequences',
      'a:\n  - b: 1\n    c: 2\n  - b: 3\n',
      ['a = ', 'a > - > b = 1', 'a > - > c = 2', 'a > - > b = 3'],
    ],
    ['block scalars', 'a: |\n  x: 1\n\n   y\nb: >-\n  z\nc: 1\n', ['a = ', 'b = ', 'c = 1']],
    ['plain scalars over lines', 'a: one\n  two: three\nb: 1\n', ['a = one', 'b = 1']],
    ['quoted scalars over lines', `a: "one\n  two"\nb: 'x\n  y'\n`, ['a = one two', 'b = x y']],
    ['flow over lines', 'a: {b: [1,\n  2], c: "}"}\nd: []\n', ['a = {b: [1, 2], c: "}"}', 'd = []']],
    [
      'values on the next line',
      'a:\n  "x"\nb:\n  {\n    c: 1,\n  }\nd:\n  y: 1\n',
      ['a = ', 'a = x', 'b = ', 'b = { c: 1, }', 'd = ', 'd > y = 1'],
    ],
    ['a scalar among entries', 'a:\n  b: 1\n  c\n', 'line 3'],
    [
      'explicit keys',
      '? long\n: b: 1\n  c: 2\n? other\n:\n  d: 3\n',
      ['long = ', 'long > b = 1', 'long > c = 2', 'other = ', 'other > d = 3'],
    ],
    ['documents', '%YAML 1.2\n---\na: 1\n---\n  b: 2\n...\n', ['a = 1', 'b = 2']],
    ['Windows line ends', 'a:\r\n  b: 1\r\n', ['a = ', 'a > b = 1']],
    ['no line end at the end', 'a:\n  b: 1', ['a = ', 'a > b = 1']],
    ['wide indentation', 'a:\n  b: \n   c: 1\n  d: 1\n', ['a = ', 'a > b = ', 'a > b > c = 1', 'a > d = 1']],
    ['an entry between two depths', 'a:\n    b: 1\n  c: 2\n', 'line 3'],
    ['no entry', 'a: 1\nb\n', 'line 2'],
    ['a bracket that goes on for too long', `a: [\n${'x,\n'.repeat(10_001)}]\n`, 'line 10000'],
    ['an open bracket', 'a: [1,\nb: 2\n', 'line 2'],
  ];
  for (const [name, text, expected] of yaml) it(name, () => expect(entries(text)).toEqual(expected));
});
