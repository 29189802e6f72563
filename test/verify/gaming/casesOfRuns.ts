import type { Case } from './cases.ts';
import type { Change } from './casesOfSettings.ts';

const CIRCLE = '.circleci/config.yml';
const JOBS =
  'jobs:\n  test:\n    steps:\n      - run:\n          name: Testing\n          command: npm run test\nworkflows:\n  main:\n    jobs:\n      - install\n      - test:\n          requires:\n            - install\n';
const circle = (name: string, from: string, to: string, labels: readonly string[]): Change => [
  name,
  { [CIRCLE]: JOBS },
  { [CIRCLE]: JOBS.replace(from, to) },
  labels,
];
const WEAK = ['ci-weakened'];
const TEST = '      - test:\n          requires:\n            - install\n';
const FILTERED = (branch: string): string =>
  `${TEST}          filters:\n            branches:\n              only: ${branch}\n`;

const manifest = (name: string, before: object, after: object, labels: readonly string[], more = {}): Change => [
  name,
  { 'package.json': JSON.stringify(before) },
  { 'package.json': JSON.stringify(after), ...more },
  labels,
];
const hook = (name: string, after: object, labels: readonly string[]): Change =>
  manifest(
    name,
    { 'simple-git-hooks': { 'pre-commit': 'npx lint-staged' }, devDependencies: { 'simple-git-hooks': '2.0.0' } },
    after,
    labels,
  );
const WITH_TOOL = { devDependencies: { 'simple-git-hooks': '2.0.0' } };
const size = (name: string, limit: string, labels: readonly string[]): Change =>
  manifest(
    name,
    {
      'size-limit': [
        { path: 'a.js', limit: '300 B' },
        { path: 'b.js', limit: '2 KB' },
      ],
    },
    {
      'size-limit': [
        { path: 'a.js', limit },
        { path: 'b.js', limit: '2 KB' },
      ],
    },
    labels,
  );
const SPAWN = "import { spawnSync } from 'node:child_process';\n";
const RUN = "spawnSync(process.execPath, ['--test'], { stdio: 'inherit' })";
const wrapper = (name: string, text: string, labels: readonly string[]): Change =>
  manifest(name, { scripts: { test: 'node --test' } }, { scripts: { test: 'node scripts/run.mjs' } }, labels, {
    'scripts/run.mjs': SPAWN + text,
  });
const jasmine = (name: string, after: readonly string[], labels: readonly string[]): Change => [
  name,
  { 'jasmine.json': '{ "spec_files": ["**/*-spec.js"] }' },
  { 'jasmine.json': JSON.stringify({ spec_files: after }) },
  labels,
];
const COMMAND = ['test-command-changed'];

const CHAIN = `import { send } from '../src/price.ts';

it('sends', (done) => {
  send({ net: 1, country: 'de' }, async () => {})
    .then((sent) => {
      expect(sent).toBe(true);
      done();
    })
    .catch(done.fail);
});
`;

/** What is run and asked of a change, by who runs it. */
export const RUNS: readonly Change[] = [
  circle('a job that its workflow calls no more', TEST, '', WEAK),
  circle('a job for one branch alone', TEST, FILTERED('release'), WEAK),
  circle(
    'a job after one that a person approves',
    TEST,
    `      - hold:\n          type: approval\n${TEST.replace('- install', '- hold')}`,
    WEAK,
  ),
  circle(
    'a job before one that a person approves',
    TEST,
    `${TEST}      - hold:\n          type: approval\n          requires:\n            - test\n`,
    [],
  ),
  circle('a job for every branch, by a pattern', TEST, FILTERED('/.*/'), []),
  hook(
    'a hook that lets failures pass',
    { 'simple-git-hooks': { 'pre-commit': 'npx lint-staged || true' }, ...WITH_TOOL },
    ['lint-disabled'],
  ),
  hook('a hook that is gone, and what runs it is not', WITH_TOOL, ['lint-disabled']),
  hook('hooks done without', { devDependencies: {} }, []),
  hook(
    'a hook that runs more',
    { 'simple-git-hooks': { 'pre-commit': 'npx lint-staged && npx tsc' }, ...WITH_TOOL },
    [],
  ),
  size('a limit of size that is none', '1 KB', ['threshold-lowered']),
  size('a limit of size with a little more', '320 B', []),
  size('a limit of size with less', '290 B', []),
  wrapper('a program that loses the end of the tests', `${RUN};\n`, COMMAND),
  wrapper(
    'a program that runs the tests until they pass',
    `let status;\nfor (let index = 0; index < 5; index++) {\n  ({ status } = ${RUN});\n  if (status === 0) break;\n}\nprocess.exit(status);\n`,
    COMMAND,
  ),
  wrapper(
    'the runner as a function, whose word nobody takes',
    "import { run } from 'node:test';\nrun({ globPatterns: ['test/*.js'] }).pipe(process.stdout);\n",
    COMMAND,
  ),
  wrapper(
    'the runner as a function, whose word is taken',
    "import { run } from 'node:test';\nrun().on('test:fail', () => {\n  process.exitCode = 1;\n}).pipe(process.stdout);\n",
    [],
  ),
  wrapper('a program that ends as the tests do', `const { status } = ${RUN};\nprocess.exit(status ?? 1);\n`, []),
  jasmine('specs of one folder', ['unit/*-spec.js'], COMMAND),
  jasmine('specs without one', ['**/*-spec.js', '!**/hooks-spec.js'], COMMAND),
  jasmine('specs without what they are given', ['**/*-spec.js', '!unit/fixtures/**'], []),
];

const JEST = 'jest.config.js';
const SET_UP = 'tests/all/setup.js';
const code = (
  name: string,
  before: string,
  after: string,
  labels: readonly string[],
  more: Case['base'] = {},
): Case => ({
  name,
  base: { 'src/find.ts': before, ...more },
  head: { 'src/find.ts': [[before, after]] },
  labels,
});
const FIND =
  'export function find(list: string[], take: (one: string) => boolean) {\n  const found = list.find(take);\n  if (!found) throw new Error("none");\n  return found;\n}\n';
const GIVEN = { [JEST]: "module.exports = { setupFiles: ['<rootDir>/tests/all/setup.js'] };\n" };

/** Code that asks who runs it, and types that say nothing. */
export const ASKED_OF_RUNNERS: readonly Case[] = [
  code(
    'a global of the set-up beside another question',
    FIND,
    FIND.replace('!found', '!found && globalThis.STRICT'),
    ['test-environment'],
    {
      ...GIVEN,
      [SET_UP]: 'globalThis.STRICT = true;\n',
    },
  ),
  code('a global of jasmine', FIND, FIND.replace('!found', "!found && 'jasmine' in globalThis"), ['test-environment']),
  code('a global of the language', FIND, FIND.replace('!found', "!found && 'Intl' in globalThis"), []),
  code('a parameter that is any function', FIND, FIND.replace('(one: string) => boolean', 'Function'), ['type-escape']),
  code(
    'a function of whose answer nothing is known',
    FIND,
    FIND.replace('(one: string) => boolean', '(one: any) => any'),
    ['type-escape'],
  ),
  code(
    'a parameter that is another function',
    FIND,
    FIND.replace('(one: string) => boolean', '(one: string) => unknown'),
    [],
  ),
  {
    name: 'a member of the language where there is none',
    base: { ...GIVEN },
    head: {
      [SET_UP]:
        'if (!Object.fromEntries) {\n  Object.fromEntries = (list) => list.reduce((all, [key, one]) => ({ ...all, [key]: one }), {});\n}\n',
    },
    labels: [],
  },
  ...(
    [
      ['asks nothing', '', ['test-emptied']],
      ['asks the same otherwise', '      expect(sent).toEqual(true);\n', []],
    ] as const
  ).map(
    ([name, asked, labels]): Case => ({
      name: `a chain that says when the test is over, and ${name}`,
      base: { 'test/chain.test.js': CHAIN },
      head: { 'test/chain.test.js': [['      expect(sent).toBe(true);\n', asked]] },
      labels,
    }),
  ),
];
