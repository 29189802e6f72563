import { describe, expect, it } from 'vitest';
import { check } from '../../src/jobs/index.ts';
import { nearWellKnown } from '../../src/lang/index.ts';
import { programsIn } from '../../src/verify/commands.ts';
import { satisfies } from '../../src/verify/versions.ts';
import { type Files, Project, value } from '../workspace/repository.ts';

describe('programs that a script starts', () => {
  const cases: readonly (readonly [script: string, programs: readonly string[]])[] = [
    ['tsc -p . && vitest run', ['tsc', 'vitest']],
    ['NODE_ENV=test cross-env A=b jest --ci; rm -rf dist', ['jest']],
    ['npx -p typescript tsc', ['tsc fetched']],
    ['npm exec -- rimraf dist', ['rimraf fetched']],
    ['pnpm exec eslint .', ['eslint']],
    ['npm run build | tee log', []],
    ['node scripts/x.js "a && b"', []],
    ['./bin/run.sh && ../x', []],
    ['$TOOL x', []],
    ['(cd a && turbo run b)', ['turbo']],
    ['c8 mocha', ['mocha']],
    ['npx create-thing@latest .', ['create-thing fetched']],
    ['if [ -f x ]; then eslint x; fi', []],
  ];
  it.each(cases)('%s', (script, programs) => {
    expect(programsIn(script).map(({ name, fetched }) => (fetched ? `${name} fetched` : name))).toEqual(programs);
  });
});

describe('versions in ranges', () => {
  const cases: readonly (readonly [version: string, range: string, expected: boolean | undefined])[] = [
    ['1.2.3', '^1.2.0', true],
    ['2.0.0', '^1.2.0', false],
    ['0.2.9', '^0.2.3', true],
    ['0.3.0', '^0.2.3', false],
    ['0.0.4', '^0.0.3', false],
    ['0.0.9', '^0.0', true],
    ['1.2.9', '~1.2.3', true],
    ['1.3.0', '~1.2.3', false],
    ['1.9.0', '~1', true],
    ['1.2.3', '1.2.3', true],
    ['1.2.4', '=1.2.3', false],
    ['1.2.4', '1.2.x', true],
    ['3.0.0', '1 || >=3 <4', true],
    ['2.5.0', '1 || >=3 <4', false],
    ['2.3.9', '1.2 - 2.3', true],
    ['2.4.0', '1.2 - 2.3', false],
    ['1.2.3', '> 1.2.3', false],
    ['1.3.0', '>1.2', true],
    ['1.2.9', '>1.2', false],
    ['1.0.0', '*', true],
    ['1.0.0', '', true],
    ['1.0.0', 'next', undefined],
    ['1.0.0-rc.1', '^1.0.0', undefined],
    ['1.0.0', '^1.0.0-rc.1', undefined],
    ['1.0.0', 'github:a/b', undefined],
  ];
  it.each(cases)('%s in %s', (version, range, expected) => expect(satisfies(version, range)).toBe(expected));
});

describe('one slip away from a well-known package', () => {
  const cases: readonly (readonly [name: string, near: string | undefined])[] = [
    ['expresss', 'express'],
    ['exprses', 'express'],
    ['lodash-debounce', 'lodash.debounce'],
    ['@tanstack/react-querry', undefined],
    ['@tanstak/react-query', '@tanstack/react-query'],
    ['react', undefined],
    ['through', undefined],
    ['npm-run-all2', undefined],
    ['kox', undefined],
    ['my-own-package', undefined],
  ];
  it.each(cases)('%s', (name, near) => expect(nearWellKnown(name)).toBe(near));
});

const manifest = (fields: object): Files => ({
  'package.json': JSON.stringify(
    { name: 'app', version: '1.0.0', type: 'module', ...fields, workspaces: ['packages/*'] },
    null,
    2,
  ),
});
const member = (name: string, fields: object): Files => ({
  [`packages/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', exports: './index.ts', ...fields }),
  [`packages/${name}/index.ts`]: `export const ${name} = 1;\n`,
  [`node_modules/${name}`]: { link: `../packages/${name}` },
});
const DEPENDENCIES = { clock: '^2.0.0', maker: '^1.0.0' };
const BASE: Files = {
  ...manifest({ dependencies: DEPENDENCIES, scripts: { build: 'make-it' } }),
  'package-lock.json': JSON.stringify({
    name: 'app',
    lockfileVersion: 3,
    packages: {
      '': { name: 'app', dependencies: DEPENDENCIES },
      'node_modules/clock': { version: '2.1.0', dependencies: { hidden: '^1.0.0' } },
      'node_modules/maker': { version: '1.0.0' },
      'node_modules/hidden': { version: '1.0.0' },
    },
  }),
  'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, module: 'nodenext', noEmit: true, types: [] } }),
  '.gitignore': 'node_modules\n',
  'src/a.ts': 'export const a = 1;\n',
  'node_modules/clock/package.json': JSON.stringify({
    name: 'clock',
    version: '2.1.0',
    exports: { '.': './index.js', './zones': './zones.js' },
  }),
  'node_modules/clock/index.js': 'export const now = () => 0;\n',
  'node_modules/clock/index.d.ts': 'export declare const now: () => number;\n',
  'node_modules/clock/zones.js': 'export const utc = 0;\n',
  'node_modules/clock/zones.d.ts': 'export declare const utc: number;\n',
  'node_modules/maker/package.json': JSON.stringify({ name: 'maker', version: '1.0.0', bin: { 'make-it': 'x.js' } }),
  'node_modules/maker/x.js': '',
  'node_modules/hidden/package.json': JSON.stringify({ name: 'hidden', version: '1.0.0', bin: { hide: 'x.js' } }),
  'node_modules/hidden/x.js': '',
  ...member('one', {}),
  ...member('two', { dependencies: { one: '*' } }),
  'node_modules/.bin/make-it': { link: '../maker/x.js' },
  'node_modules/.bin/hide': { link: '../hidden/x.js' },
};

interface Case {
  readonly name: string;
  readonly files: Files;
  readonly status: 'pass' | 'fail' | 'unknown';
  readonly found: readonly string[];
}

const depends = (more: object, scripts: object = { build: 'make-it' }): Files =>
  manifest({ dependencies: { ...DEPENDENCIES, ...more }, scripts });
const runs = (script: string): Files => depends({}, { build: 'make-it', extra: script });

const CASES: readonly Case[] = [
  { name: 'another range that the lock satisfies', files: depends({ clock: '~2.1.0' }), status: 'pass', found: [] },
  {
    name: 'a version that is not there',
    files: depends({ clock: '^9.0.0' }),
    status: 'fail',
    found: ['error packages/not-locked:6 2.1.0, or install and commit the lock file'],
  },
  {
    name: 'a dependency that nobody installed',
    files: depends({ 'quite-new': '^1.0.0' }),
    status: 'fail',
    found: ['error packages/not-locked:8 install it and check again'],
  },
  {
    name: 'a slip of a well-known name',
    files: depends({ expresss: '^4.0.0' }),
    status: 'fail',
    found: ['error packages/near-miss:8 express'],
  },
  {
    name: 'a slip behind an alias',
    files: depends({ web: 'npm:fastifi@^4.0.0' }),
    status: 'fail',
    found: ['error packages/near-miss:8 fastify'],
  },
  {
    name: 'other marks between the words',
    files: depends({ 'date.fns': '^4.0.0' }),
    status: 'fail',
    found: ['error packages/near-miss:8 date-fns'],
  },
  {
    name: 'from elsewhere',
    files: depends({ own: 'github:me/own', linked: 'file:../linked' }),
    status: 'pass',
    found: [],
  },
  {
    name: 'a script that runs what is declared',
    files: runs('make-it --all && npm run build && node x.js'),
    status: 'pass',
    found: [],
  },
  {
    name: 'a script that runs what another package brings',
    files: runs('hide'),
    status: 'fail',
    found: ['error packages/undeclared-command:11 declare hidden'],
  },
  {
    name: 'a script that runs what nobody brings',
    files: runs('some-tool --x'),
    status: 'pass',
    found: ['warning packages/undeclared-command:11 declare the package that brings some-tool'],
  },
  {
    name: 'a script with a slip',
    files: runs('vitst run'),
    status: 'fail',
    found: ['error packages/near-miss:11 vitest'],
  },
  {
    name: 'a script with a slip of what is installed',
    files: runs('make-its'),
    status: 'fail',
    found: ['error packages/near-miss:11 make-it'],
  },
  {
    name: 'a part that is exported',
    files: { 'src/a.ts': "import { utc } from 'clock/zones';\nexport const a = utc;\n" },
    status: 'pass',
    found: [],
  },
  {
    name: 'a part that is not exported',
    files: { 'src/a.ts': "import { utc } from 'clock/zone';\nexport const a = utc;\n" },
    status: 'fail',
    found: ['error packages/not-exported:1 clock/zones'],
  },
  {
    name: 'a manifest that cannot be read any more',
    files: { 'package.json': '{ "name": "app", }' },
    status: 'fail',
    found: ['error packages/bad-manifest:undefined undefined'],
  },
  {
    name: 'a package of the workspace that is declared',
    files: { 'packages/two/index.ts': "import { one } from 'one';\nexport const two = one;\n" },
    status: 'pass',
    found: [],
  },
  {
    name: 'a package of the workspace that is not declared',
    files: { 'packages/one/index.ts': "import { two } from 'two';\nexport const one = two;\n" },
    status: 'pass',
    found: ['warning packages/undeclared:1 declare it'],
  },
];

describe('packages: manifests and parts', () => {
  it.each(CASES)('$name', async ({ files, status, found }) => {
    const project = new Project(BASE).init();
    project.write(files);
    const { verdict } = value(await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['packages'] }));
    const [packages] = verdict.checks;
    const told = packages!.issues.map(
      ({ severity, code, at, suggestion }) => `${severity} ${code}:${at?.line} ${suggestion}`,
    );
    expect(told, JSON.stringify(packages, null, 1)).toEqual(found);
    expect(verdict.status).toBe(status);
  });
});
