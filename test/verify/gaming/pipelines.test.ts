// biome-ignore-all lint/suspicious/noTemplateCurlyInString: pipelines write them so
import { describe, expect, it } from 'vitest';
import { asksForLess } from '../../../src/verify/gaming/conditions.ts';
import { fallback, isCarrier, passesAnyway } from '../../../src/verify/gaming/masks.ts';
import { type Files, judge } from './judge.ts';

const PATH = '.github/workflows/a.yml';
const lines = (text: string, by: number): string => text.split('\n').join(`\n${' '.repeat(by)}`);
/** A pipeline with these steps. */
const steps = (...all: readonly string[]): string =>
  `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n${all.map((one) => `      - ${lines(one, 8)}\n`).join('')}`;
/** A pipeline of two jobs and one that sums them up. */
const gate = (job: string, ...all: readonly string[]): string =>
  `on: push\njobs:\n  unit:\n    steps:\n      - run: npm test\n  e2e:\n    steps:\n      - run: npm run e2e\n  done:\n    needs: [unit, e2e]\n${job}    steps:\n${all.map((one) => `      - ${lines(one, 8)}\n`).join('')}`;
const ALWAYS = '    if: always()\n';
const unless = (condition: string): string => `run: exit 1\nif: \${{ ${condition} }}`;
const BOTH = unless("needs.unit.result != 'success' || needs.e2e.result != 'success'");
const SHELL =
  'run: |\n  [[ "${{ needs.unit.result }}" == "success" ]] || exit 1\n  [[ "${{ needs.e2e.result }}" == "success" ]] || exit 1';
const TEST = 'run: npm test';

/** A pipeline before and after; whether that is told. */
const PIPELINES: readonly (readonly [name: string, before: string, after: string, isTold: boolean])[] = [
  ['a gate that asks for fewer jobs', gate(ALWAYS, BOTH), gate(ALWAYS, unless("needs.unit.result != 'success'")), true],
  [
    'a gate that asks for less than success',
    gate(ALWAYS, BOTH),
    gate(ALWAYS, unless("needs.unit.result == 'failure' || needs.e2e.result == 'failure'")),
    true,
  ],
  ['a gate that is skipped where others fail', gate(ALWAYS, BOTH), gate('', BOTH), true],
  ['a gate that is gone', gate(ALWAYS, BOTH, 'run: echo done'), gate(ALWAYS, 'run: echo done'), true],
  [
    'a gate in the shell that asks for fewer',
    gate(ALWAYS, SHELL),
    gate(ALWAYS, SHELL.split('\n').slice(0, 2).join('\n')),
    true,
  ],
  [
    'a gate that asks the other way round',
    gate(ALWAYS, BOTH),
    gate(ALWAYS, unless("!(needs.e2e.result == 'success' && needs.unit.result == 'success')")),
    false,
  ],
  [
    'a gate that asks for more',
    gate(ALWAYS, unless("needs.unit.result == 'failure' || needs.e2e.result == 'failure'")),
    gate(ALWAYS, BOTH),
    false,
  ],
  [
    'a message that names fewer jobs',
    gate(ALWAYS, BOTH, 'run: echo "${{ needs.unit.result }} ${{ needs.e2e.result }}"'),
    gate(ALWAYS, BOTH, 'run: echo "${{ needs.unit.result }}"'),
    false,
  ],
  ['a condition with less in it', steps(`${TEST}\nif: a == 'x' || a == 'y'`), steps(`${TEST}\nif: a == 'x'`), true],
  ['a condition with more in it', steps(`${TEST}\nif: a == 'x'`), steps(`${TEST}\nif: a == 'x' || a == 'y'`), false],
  ['a condition that says what holds anyway', steps(TEST), steps(`${TEST}\nif: \${{ !cancelled() }}`), false],
  ['a condition that never holds', steps(TEST), steps(`${TEST}\nif: always() && false`), true],
  ['a report in place of a failure', steps(TEST), steps(`${TEST} || npx nyc report`), true],
  ['another check in place of a failure', steps(TEST), steps(`${TEST} || npm run lint`), true],
  ['a failure told and let pass', steps(TEST), steps(`${TEST} || (cat log && ls)`), true],
  ['a limit of time let pass', steps(TEST), steps('run: timeout 60 npm test || echo late'), true],
  ['a failure let pass in the next line', steps(TEST), steps('run: |\n  npm test \\\n    || printf x'), true],
  ['a failure told that fails', steps(TEST), steps(`${TEST} || (cat log && exit 1)`), false],
  ['another try', steps(TEST), steps(`${TEST} || npm test`), false],
  ['another try after some work', steps(TEST), steps(`${TEST} || (npm ci && npm run test)`), false],
  [
    'set +e',
    steps('run: |\n  npm test\n  npm run report'),
    steps('run: |\n  set +e\n  npm test\n  npm run report'),
    true,
  ],
  [
    'set +e where the status is looked at',
    steps('run: |\n  npm test\n  ls'),
    steps('run: |\n  set +e\n  npm test\n  status=$?\n  ls\n  exit $status'),
    false,
  ],
  ['tests in the background', steps('run: |\n  npm test\n  ls'), steps('run: |\n  npm test &\n  ls'), true],
  [
    'a failure that a branch takes',
    steps('run: |\n  npm test\n  ls'),
    steps('run: |\n  if ! npm test; then\n    echo bad\n  fi'),
    true,
  ],
  [
    'a failure that a branch tells of',
    steps('run: |\n  npm test\n  ls'),
    steps('run: |\n  if ! npm test; then\n    echo bad\n    exit 1\n  fi'),
    false,
  ],
  [
    'a check that a hit of a cache leaves out',
    steps(TEST),
    steps('uses: actions/cache@v4\nid: seen', `${TEST} && date > .seen\nif: steps.seen.outputs.cache-hit != 'true'`),
    true,
  ],
  [
    'packages that a hit of a cache leaves out',
    steps('run: npm ci', TEST),
    steps('uses: actions/cache@v4\nid: seen', "run: npm ci\nif: steps.seen.outputs.cache-hit != 'true'", TEST),
    false,
  ],
  ['tests that may fail', steps(TEST), steps(`${TEST}\ncontinue-on-error: true`), true],
  ['types that may fail', steps('run: npx tsc'), steps('run: npx tsc\ncontinue-on-error: true'), true],
  ...[
    'uses: actions/cache@v4',
    'uses: codecov/codecov-action@v5',
    'uses: actions/upload-artifact@v4',
    'run: codecov -f ./coverage/a.xml',
    'run: curl -d done https://chat.example',
  ].map(
    (step) => [`may fail: ${step}`, steps(TEST, step), steps(TEST, `${step}\ncontinue-on-error: true`), false] as const,
  ),
  ['paths without code', TEST_ON(''), TEST_ON('\n    paths: [docs/**]'), true],
  ['paths with the code', TEST_ON(''), TEST_ON("\n    paths: [src/**, 'test/**']"), false],
  ['paths of manifests alone', TEST_ON(''), TEST_ON("\n    paths: [package.json, '.github/workflows/test.yml']"), true],
  ['paths of the code and the manifest', TEST_ON(''), TEST_ON("\n    paths: [package.json, '**.ts']"), false],
  ['a matrix emptied', MATRIX('[20, 22]'), MATRIX("${{ fromJSON('[]') }}"), true],
  ['a matrix of fewer', MATRIX('[20, 22]'), MATRIX('[22]'), false],
];

function TEST_ON(more: string): string {
  return `on:\n  push:\n    branches: [main]${more}\njobs:\n  a:\n    steps:\n      - run: npm test\n`;
}
function MATRIX(node: string): string {
  return `on: push\njobs:\n  a:\n    strategy:\n      matrix:\n        node: ${node}\n    steps:\n      - run: npm test\n`;
}

describe('a pipeline', () => {
  it.each(PIPELINES)('%s', async (_, before, after, isTold) => {
    const { labels } = await judge({ [PATH]: before }, { [PATH]: after });
    expect(labels).toEqual(isTold ? ['ci-weakened'] : []);
  });
});

const manifest = (scripts: Readonly<Record<string, string>>): string => JSON.stringify({ scripts });
const SCRIPTS = { check: 'npm run types && npm run lint', lint: 'eslint .', types: 'tsc -p .', test: 'node --test' };
const ALL = { ...SCRIPTS, all: 'node --test && npm run check' };

/** Files before and after, and the label that the change is to get. */
const SCRIPTED: readonly (readonly [name: string, before: Files, after: Files, label: string | undefined])[] = [
  [
    'two steps that became the command that runs both',
    { 'package.json': manifest(ALL), [PATH]: steps(TEST, 'run: npm run check') },
    { 'package.json': manifest(ALL), [PATH]: steps('run: npm run all') },
    undefined,
  ],
  [
    'a step that became its parts',
    { 'package.json': manifest(SCRIPTS), [PATH]: steps('run: npm run check') },
    { 'package.json': manifest(SCRIPTS), [PATH]: steps('run: npm run lint', 'run: npx tsc -p .') },
    undefined,
  ],
  [
    'a step that became one of its parts',
    { 'package.json': manifest(SCRIPTS), [PATH]: steps(TEST, 'run: npm run check') },
    { 'package.json': manifest(SCRIPTS), [PATH]: steps(TEST) },
    'ci-weakened',
  ],
  [
    'a script gone whose name says nothing',
    {
      'package.json': manifest({ ...SCRIPTS, typescript: 'tsc -p test' }),
      [PATH]: steps(TEST, 'run: npm run typescript'),
    },
    { 'package.json': manifest({ ...SCRIPTS, typescript: 'tsc -p test' }), [PATH]: steps(TEST) },
    'ci-weakened',
  ],
  [
    'a script gone that builds',
    { 'package.json': manifest({ ...SCRIPTS, build: 'tsc -p src' }), [PATH]: steps(TEST, 'run: npm run build') },
    { 'package.json': manifest({ ...SCRIPTS, build: 'tsc -p src' }), [PATH]: steps(TEST) },
    undefined,
  ],
  [
    'a script that is not there',
    { 'package.json': manifest(SCRIPTS), [PATH]: steps(TEST) },
    { 'package.json': manifest(SCRIPTS), [PATH]: steps('run: npm run test:ci --if-present') },
    'ci-weakened',
  ],
  [
    'a script that is not there in that folder',
    { 'package.json': manifest(SCRIPTS), 'a/package.json': manifest({}), [PATH]: steps(TEST) },
    {
      'package.json': manifest(SCRIPTS),
      'a/package.json': manifest({}),
      [PATH]: steps('run: npm run types --if-present\nworking-directory: a'),
    },
    'ci-weakened',
  ],
  [
    'a script that is there',
    { 'package.json': manifest(SCRIPTS), [PATH]: steps('run: npm run tests') },
    { 'package.json': manifest(SCRIPTS), [PATH]: steps('run: npm run test --if-present') },
    undefined,
  ],
  [
    'a script renamed that is called if it is there',
    {
      'a/package.json': manifest({ test: 'vitest run' }),
      [PATH]: steps('run: npm test --if-present\nworking-directory: a'),
    },
    {
      'a/package.json': manifest({ 'test:unit': 'vitest run' }),
      [PATH]: steps('run: npm test --if-present\nworking-directory: a'),
    },
    'test-command-changed',
  ],
  [
    'a script renamed that nobody calls',
    { 'package.json': manifest({ test: 'vitest run' }) },
    { 'package.json': manifest({ 'test:unit': 'vitest run' }) },
    'test-command-changed',
  ],
  [
    'a script renamed with who calls it',
    { 'package.json': manifest({ test: 'vitest run' }), [PATH]: steps(TEST) },
    { 'package.json': manifest({ 'test:unit': 'vitest run' }), [PATH]: steps('run: npm run test:unit') },
    undefined,
  ],
  [
    'a script that became part of one of its name',
    { 'package.json': manifest({ test: 'vitest run' }), [PATH]: steps(TEST) },
    { 'package.json': manifest({ 'test:unit': 'vitest run', test: 'npm run test:unit' }), [PATH]: steps(TEST) },
    undefined,
  ],
];

describe('a pipeline and the scripts it calls', () => {
  it.each(SCRIPTED)('%s', async (_, before, after, label) => {
    expect((await judge(before, after)).labels).toEqual(label === undefined ? [] : [label]);
  });
});

const LINT = 'eslint.config.js';
const rules = (text: string): string => `export default [js.configs.recommended, { rules: { ${text} } }];`;

describe('a rule that is off', () => {
  it.each([
    ['for the one that extends it', "'no-shadow': 'off', '@typescript-eslint/no-shadow': 'error'", []],
    ['for the one that extends it, with options', "'no-shadow': 0, 'ts/no-shadow': ['error', { hoist: 'all' }]", []],
    ['beside one of another name', "'no-shadow': 'off', '@typescript-eslint/no-shadowing': 'error'", ['lint-disabled']],
    ['with the one that extends it', "'no-shadow': 'off', '@typescript-eslint/no-shadow': 'off'", ['lint-disabled']],
  ])('%s', async (_, after, labels) => {
    const base = rules("'no-var': 'error', '@typescript-eslint/no-var': 'off', 'ts/no-var': 'off'");
    expect((await judge({ [LINT]: base }, { [LINT]: base.replace('} }', `, ${after} } }`) })).labels).toEqual(labels);
  });
});

describe('a condition', () => {
  it.each([
    ["a != 's' || b != 's'", "a == 'f' || b == 'f'", true],
    ["a != 's'", "!(a == 's')", false],
    ["a == 's' && b", "b && 's' == a", false],
    ["a == 's'", "a == 's' && b == 't'", true],
    ["contains(x.*.r, 'f') || contains(x.*.r, 'c')", "contains(x.*.r, 'f')", true],
    ['a', 'b', undefined],
    ["a == 'x'", "a == 'y'", undefined],
    ['', 'failure()', true],
    ['', 'success()', false],
    ['a', '(a', undefined],
    ['a', `a && (${Array.from({ length: 30 }, (__, i) => `b${i}`).join(' || ')})`, undefined],
  ])('%s, %s', (before, after, expected) => {
    expect(asksForLess(before, after)).toBe(expected);
  });
});

describe('a command', () => {
  it.each([
    ['npm test || npm test', undefined],
    ['npm test || cat log', 'cat log'],
    ['which jq || apt-get install jq', undefined],
    ['test -f a || touch a', undefined],
    ['npm run test:a || npm run test:b', undefined],
    ['npm test || node -e "process.exit(1)"', undefined],
  ])('falls back: %s', (command, expected) => {
    expect(fallback(command)).toBe(expected);
  });

  it.each([
    ['npx nyc report', true],
    ['npx nyc report --check-coverage', false],
    ['echo a && npm test', false],
    ['codecov/codecov-action@v5', true],
    ['github/codeql-action/analyze@v3', false],
    ['./deploy.sh', false],
  ])('carries only: %s', (command, expected) => {
    expect(isCarrier(command)).toBe(expected);
  });

  it.each([
    [['set +e', 'npm test'], undefined],
    [['set +e', 'npm test', 'set -e', 'ls'], 'set +e'],
    [['set +e', 'set -e', 'npm test', 'ls'], undefined],
    [['npm start &', 'npm test'], undefined],
  ])('passes anyway: %j', (all, expected) => {
    expect(passesAnyway(all)).toBe(expected);
  });
});
