import type { Files } from './judge.ts';

/** Files before and after, and the labels that the change is to get; none where it is honest. */
export type Change = readonly [name: string, before: Files, after: Files, labels: readonly string[]];

const L = ['lint-disabled'];
const C = ['test-command-changed'];
const OLD = { 'src/shop.ts': 'export const size = 1;\n', 'src/cart.ts': 'export const many = 1;\n' };
/** The same with one of them altered. */
const NEW = { ...OLD, 'src/shop.ts': 'export const size = 2;\n' };
const manifest = (more: object): Files => ({ 'package.json': JSON.stringify(more) });
const script = (name: string, before: string, after: string, labels: readonly string[], called = 'check'): Change => [
  name,
  manifest({ scripts: { [called]: before } }),
  manifest({ scripts: { [called]: after } }),
  labels,
];
/** A file that comes with the change of the code. */
const fresh = (name: string, path: string, text: string, labels: readonly string[]): Change => [
  name,
  OLD,
  { ...NEW, [path]: text },
  labels,
];
const file = (name: string, path: string, before: string, after: string, labels: readonly string[]): Change => [
  name,
  { [path]: before },
  { [path]: after },
  labels,
];

const covering = (after: string): Change[2] =>
  manifest({
    scripts: {
      cover: after,
      'test:all': 'node --test test/*.js recipes/*.js',
      'test:every': 'node --test test/*.js recipes/*.js',
      'test:recipes': 'node --test recipes/*.js',
    },
  });

export const COMMANDS: readonly Change[] = [
  ['coverage of fewer tests', covering('c8 npm run test:all'), covering('c8 npm run test:recipes'), C],
  ['coverage of the same tests', covering('c8 npm run test:all'), covering('c8 npm run test:every'), []],
  script('specs of some names', 'jasmine specs/*.js', "jasmine specs/*.js --filter='cycle|order'", C),
  script('no types checked', 'tsc -p .', 'tsc -p . --noCheck', C),
  [
    'no types checked by what builds',
    manifest({ scripts: { 'build:check': 'tsc -p .', types: 'tsc --noEmit' } }),
    manifest({ scripts: { 'build:check': 'tsc -p . --noCheck', types: 'tsc --noEmit' } }),
    [],
  ],
  script('types not looked at', 'mocha -r ts-node/register', 'mocha -r ts-node/register/transpile-only', C),
  script('no thresholds', 'jest --env node', 'jest --env node --coverageThreshold={}', C),
  script('thresholds', 'jest --env node', `jest --coverageThreshold='{"global":{"lines":90}}' --env node`, []),
  script('a threshold of nothing', 'vitest run --coverage', 'vitest run --coverage --coverage.thresholds.lines=0', C),
  script('a threshold', 'vitest run --coverage', 'vitest run --coverage --coverage.thresholds.lines=90', []),
  script(
    'a lower threshold within JSON',
    `jest --coverageThreshold='{"global":{"lines":100,"branches":90}}'`,
    `jest --coverageThreshold='{"global":{"lines":95,"branches":90}}'`,
    C,
  ),
  script(
    'a higher threshold within JSON',
    `jest --coverageThreshold='{"global":{"lines":90}}'`,
    `jest --coverageThreshold='{"global":{"lines":95}}'`,
    [],
  ),
  script('other endings', 'eslint --ext .ts src', 'eslint --ext .js,.mjs src', C),
  script('endings of what it is written in now', 'eslint --ext .js src', 'eslint --ext .ts src', []),
  script('files one folder deep', 'prettier --check "src/**/*.ts"', 'prettier --check "src/*/*.ts"', L, 'format:check'),
  script('files of one ending', 'eslint "src/**/*.{ts,tsx}"', 'eslint "src/**/*.ts"', L, 'lint'),
  script('a pattern in place of its folder', 'eslint src', 'eslint "src/**"', [], 'lint'),
  script('files of the language that is left', 'eslint "src/**/*.{js,ts}"', 'eslint "src/**/*.ts"', [], 'lint'),
  script('files as deep', 'eslint "src/**/*.ts"', 'eslint "src/**/*.{ts,tsx}"', [], 'lint'),
  script('what only lies with the tests', 'husky install && test/set-up.sh', 'husky install', [], 'prepare'),
  script('what only lies with the tests, in a shell', 'husky && sh test/set-up.sh', 'husky', [], 'prepare'),
  script('a program that checks', 'husky install && test/lint.sh', 'husky install', C, 'prepare'),
  script('the tests, wherever they lie', 'build && test/run.sh', 'build', C, 'test'),
];

export const MOCHA: readonly Change[] = [
  file('by name', 'test/mocha.opts', '--require a\n', '--require a\n--grep NLP --invert\n', C),
  file('by name, short', 'test/mocha.opts', '-r a\n', '-r a\n-g NLP\n', C),
  file('tried again', 'test/mocha.opts', '--require a\n', '--require a\n--retries 5\n', C),
  file(
    'types not looked at',
    'test/mocha.opts',
    '--require ts-node/register\n',
    '--require ts-node/register/transpile-only\n',
    C,
  ),
  file('fewer files', 'test/mocha.opts', 'test/*.js\nspec/*.js\n', 'test/*.js\n', C),
  file('a longer time', 'test/mocha.opts', '--require a\n', '--require a\n--timeout 9000\n--reporter dot\n', []),
  file('one more file to load', 'test/mocha.opts', '--require a\n', '--require a\n--require b\n', []),
  file('yaml, by name', '.mocharc.yml', 'timeout: 9\n', 'timeout: 9\ngrep: fast\n', C),
  file('without an ending', '.mocharc', 'timeout: 9\n', 'timeout: 9\nretries: 3\n', C),
  [
    'moved, and left out',
    { 'test/mocha.opts': '--require a\n' },
    { '.mocharc.json': '{"require": ["a"], "ignore": ["test/b.test.ts"]}' },
    C,
  ],
  [
    'moved',
    { 'test/mocha.opts': '--require a\n--retries 2\n' },
    { '.mocharc.json': '{"require": "a", "retries": 2}' },
    [],
  ],
  ['new, and left out', {}, { '.mocharc.json': '{"timeout": 9, "ignore": "test/b.test.ts"}' }, C],
  ['new', {}, { '.mocharc.json': '{"timeout": 9, "spec": "test/**/*.ts", "require": ["a"]}' }, []],
];

export const LINTERS: readonly Change[] = [
  fresh('an ignore file', '.eslintignore', 'dist\nsrc\n', L),
  fresh('an ignore file with the file', '.prettierignore', 'dist\nsrc/shop.ts\n', L),
  fresh('an ignore file with its name', '.prettierignore', 'shop.*\n', L),
  fresh('an ignore file with its ending', '.eslintignore', '**/*.ts\n', L),
  fresh('an ignore file of other files', '.prettierignore', 'dist\n*.md\nsrc/cart.ts\n/shop.ts\n', []),
  fresh('an ignore file that takes it in again', '.eslintignore', 'src/*\n!src/shop.ts\n', []),
  fresh('settings that leave all out', 'tslint.json', '{"linterOptions": {"exclude": ["src/**/*.ts"]}}', L),
  fresh('settings that leave the file out', 'biome.json', '{"files": {"includes": ["**", "!src/shop.ts"]}}', L),
  fresh('settings that leave others out', 'biome.json', '{"files": {"includes": ["**", "!dist", "!docs"]}}', []),
  fresh('settings of a folder without rules', 'src/.eslintrc.yml', 'root: true\nextends:\n  - prettier\n', L),
  fresh('settings of a folder with a rule off', 'src/.eslintrc.json', '{"rules": {"@a/b": "off"}}', L),
  fresh('settings of a folder with rules', 'src/.eslintrc.json', '{"root": true, "extends": ["airbnb"]}', []),
  fresh('settings of a folder that add', 'src/.eslintrc.json', '{"env": {"browser": true}}', []),
  fresh(
    'settings before those that are there',
    '.eslintrc.js',
    "module.exports = { root: true, extends: ['prettier'] };",
    L,
  ),
  fresh(
    'settings of a linter that is new',
    '.eslintrc.js',
    "module.exports = { root: true, extends: ['eslint:recommended'], rules: { a: 'off' } };",
    [],
  ),
  [
    'types checked by looser settings',
    { ...OLD, ...manifest({ scripts: { check: 'tsc -p tsconfig.json' } }) },
    {
      ...NEW,
      ...manifest({ scripts: { check: 'tsc -p tsconfig.check.json' } }),
      'tsconfig.check.json': '{"extends": "./tsconfig.json", "compilerOptions": {"noImplicitAny": false}}',
    },
    ['type-escape'],
  ],
  fresh(
    'looser settings that no script names',
    'tsconfig.docs.json',
    '{"compilerOptions": {"noImplicitAny": false}}',
    [],
  ),
  fresh('settings of another folder', 'test/.eslintrc.json', '{"root": true, "rules": {"no-var": 0}}', []),
  file(
    'an excuse for all names',
    '.eslintrc.yml',
    'rules:\n  no-unused-vars:\n    - error\n    - args: none\n',
    "rules:\n  no-unused-vars:\n    - error\n    - args: none\n      varsIgnorePattern: '.*'\n",
    L,
  ),
  file(
    'an excuse for all names, in a program',
    'eslint.config.js',
    "export default [{ rules: { 'no-unused-vars': ['error', { argsIgnorePattern: '^_' }] } }];",
    "export default [{ rules: { 'no-unused-vars': ['error', { argsIgnorePattern: '^.+$' }] } }];",
    L,
  ),
  file(
    'an excuse for some names',
    '.eslintrc.json',
    '{"rules": {"no-unused-vars": ["error", {"args": "all"}]}}',
    '{"rules": {"no-unused-vars": ["error", {"args": "all", "varsIgnorePattern": "^_"}]}}',
    [],
  ),
  file('files that ask for it', '.prettierrc.yml', 'semi: true\n', 'semi: true\nrequirePragma: true\n', L),
  file(
    'files that ask for it, in the manifest',
    'package.json',
    '{"prettier": {}}',
    '{"prettier": {"requirePragma": true}}',
    L,
  ),
  file('another layout', '.prettierrc', 'semi: true\n', 'semi: false\nprintWidth: 120\n', []),
];

const jest = (more: string): string => `export default { collectCoverage: true${more} };\n`;
const counted = (name: string, list: string, labels: readonly string[]): Change => [
  name,
  { ...OLD, 'jest.config.ts': jest('') },
  { ...NEW, 'jest.config.ts': jest(`, collectCoverageFrom: [${list}]`) },
  labels,
];
const NOTHING_ELSE =
  "export default async () => {\n  process.on('exit', () => {\n    process.exitCode = 0;\n  });\n};\n";

export const COUNTED: readonly Change[] = [
  counted('without the file', "'src/**/*.ts', '!src/shop.ts'", ['threshold-lowered']),
  counted('of others alone', "'<rootDir>/src/cart.ts'", ['threshold-lowered']),
  counted('without declarations', "'<rootDir>/src/**/*.ts', '!**/*.d.ts', '!src/cart.ts'", []),
  counted('of all', "'src/**'", []),
  counted('of another folder', "'lib/**'", []),
  [
    'in a package',
    { ...OLD, 'a/jest.config.ts': jest('') },
    { ...NEW, 'a/jest.config.ts': jest(", collectCoverageFrom: ['src/*.ts', '!src/shop.ts']") },
    [],
  ],
  ['an end that says nothing', {}, { 'jest.teardown.mjs': NOTHING_ELSE }, ['test-emptied']],
  ['an end', {}, { 'jest.teardown.mjs': 'export default async () => {\n  await stop();\n};\n' }, []],
  ['an end of a program', {}, { 'src/setup.mjs': 'install();\nprocess.exit(0);\n' }, []],
];

const COVERAGE = { 'check-coverage': true, include: ['lib/**/*.js'], lines: 90 };
const RUNNER = { spec: 'test/**/*.js', 'forbid-only': true };
const ESLINT = { root: true, extends: 'eslint:recommended', rules: { eqeqeq: 'error' } };
const flat = (sets: string): Files => ({
  'eslint.config.js': `module.exports = [${sets}{ rules: { eqeqeq: 'error' } }];\n`,
});
const inFile = (path: string, value: object): Files => ({ ...manifest({ name: 'a' }), [path]: JSON.stringify(value) });

/** Settings that stand elsewhere now. */
export const MOVES: readonly Change[] = [
  ['thresholds into the manifest', inFile('.c8rc.json', COVERAGE), manifest({ name: 'a', c8: COVERAGE }), []],
  [
    'thresholds into the manifest, lower',
    inFile('.c8rc.json', COVERAGE),
    manifest({ name: 'a', c8: { ...COVERAGE, lines: 80 } }),
    ['threshold-lowered'],
  ],
  ['a runner out of the manifest', manifest({ name: 'a', mocha: RUNNER }), inFile('.mocharc.json', RUNNER), []],
  [
    'a runner out of the manifest, without a part',
    manifest({ name: 'a', mocha: RUNNER }),
    inFile('.mocharc.json', { spec: RUNNER.spec }),
    C,
  ],
  ['a runner out of the manifest into nothing', manifest({ mocha: RUNNER }), inFile('.c8rc.json', COVERAGE), C],
  [
    'a folder of its own',
    { ...inFile('one/.c8rc.json', COVERAGE), 'two/package.json': '{}' },
    manifest({ name: 'a', c8: COVERAGE }),
    ['threshold-lowered'],
  ],
  [
    'coverage asked for by a flag',
    manifest({ scripts: { test: 'tap' }, tap: { 'check-coverage': true } }),
    manifest({ scripts: { test: 'c8 --100 node --test' } }),
    [],
  ],
  ['rules made flat', { '.eslintrc.json': JSON.stringify(ESLINT) }, flat('js.configs.recommended, '), []],
  ['rules made flat without their set', { '.eslintrc.json': JSON.stringify(ESLINT) }, flat(''), L],
  [
    'a workspace made a list of projects',
    { 'vitest.workspace.ts': "export default [{ test: { name: 'a', include: ['test/a/**/*.test.ts'] } }];\n" },
    {
      'vitest.config.ts':
        "export default { test: { projects: [{ test: { name: 'a', include: ['test/a/**/*.test.ts'] } }] } };\n",
    },
    [],
  ],
  [
    'what is generated left out',
    { 'jest.config.js': "module.exports = { collectCoverageFrom: ['src/**/*.ts'] };\n" },
    { 'jest.config.js': "module.exports = { collectCoverageFrom: ['src/**/*.ts', '!src/version.generated.ts'] };\n" },
    [],
  ],
];
