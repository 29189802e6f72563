// biome-ignore-all lint/suspicious/noTemplateCurlyInString: pipelines write them so
import { describe, expect, it } from 'vitest';
import { type Files, judge } from './judge.ts';

const PATH = '.github/workflows/a.yml';
const lines = (text: string, by: number): string => text.split('\n').join(`\n${' '.repeat(by)}`);
/** A pipeline that runs the scripts that its matrix names. */
const ofMatrix = (...all: readonly string[]): string =>
  `on:\n  push:\njobs:\n  a:\n    strategy:\n      matrix:\n        node: [20, 22]\n        task: [test:node, test:edge]\n    steps:\n${all.map((one) => `      - ${lines(one, 8)}\n`).join('')}`;
const EACH = 'run: npm run ${{ matrix.task }}';
const block = (...all: readonly string[]): string => `run: |\n${all.map((one) => `  ${one}`).join('\n')}`;
const TASK = 'npm run ${{ matrix.task }}';

/** Steps before and after, in a job with a matrix of tests; whether that is told. */
const OF_MATRIX: readonly (readonly [name: string, before: string, after: readonly string[], isTold: boolean])[] = [
  ['through tee', EACH, [`${EACH} | tee log\nshell: sh`], true],
  ['through tee with pipefail', EACH, [`${EACH} | tee log\nshell: bash`], false],
  ['under a condition of events', EACH, [`${EACH}\nif: startsWith(github.ref, 'refs/tags/')`], true],
  ['under an input', EACH, [`${EACH}\nif: inputs.full`], true],
  ['with a name and a limit', EACH, [`name: Tests\ntimeout-minutes: 9\n${EACH}`], false],
  ['any end but one', EACH, [`run: timeout 300 ${TASK} || [ $? -ne 124 ]`], true],
  ['set +e, and a status that is printed', EACH, [block('set +e', TASK, 'code=$?', 'echo $code >> log')], true],
  ['set +e, and a status that is given', EACH, [block('set +e', TASK, 'code=$?', 'ls', 'exit $code')], false],
  ['set +e, and a status that is asked', EACH, [block('set +e', TASK, 'code=$?', 'ls', '[ $code -eq 0 ]')], false],
  ['a status kept and let go', EACH, [block(`${TASK} || code=$?`, 'ls', 'echo $code')], true],
  ['a status kept and given', EACH, [block(`${TASK} || code=$?`, 'ls', 'exit $code')], false],
  ['a status in words', EACH, [block(`out=$(${TASK}) && s=ok || s=bad`, 'echo $s')], true],
  ['tries without an end', EACH, [block('for i in 1 2 3; do', `  ${TASK} && break`, '  echo "try $i"', 'done')], true],
  ['tries without an end, in a line', EACH, [`run: for i in 1 2; do ${TASK} && break; sleep 5; done`], true],
  [
    'tries with an end',
    EACH,
    [block('for i in 1 2 3; do', `  ${TASK} && exit 0`, '  echo "try $i"', 'done', 'exit 1')],
    false,
  ],
  ['then a message, which a failure comes to', EACH, [block(`${TASK} && echo ok`, 'ls')], true],
  ['then a message, at the end', EACH, [block('ls', `${TASK} && echo ok`)], false],
  [
    'an outcome that nobody asks for',
    EACH,
    [
      `id: t\n${block(`if ${TASK}; then`, '  echo "ok=true" >> $GITHUB_OUTPUT', 'else', '  echo "ok=false" >> $GITHUB_OUTPUT', 'fi')}`,
      "run: echo bad\nif: steps.t.outputs.ok == 'false'",
    ],
    true,
  ],
  [
    'an outcome that is asked for',
    EACH,
    [
      `id: t\n${block(`if ${TASK}; then`, '  echo "ok=true" >> $GITHUB_OUTPUT', 'else', '  echo "ok=false" >> $GITHUB_OUTPUT', 'fi')}`,
      block('cat log', 'exit 1').concat("\nif: steps.t.outputs.ok == 'false'"),
    ],
    false,
  ],
  [
    'two of a line, on which no failure counts',
    'run: npm i && npm test && npm run lint',
    ['run: npm i', block('set +e', 'npm test', 'npm run lint')],
    true,
  ],
  [
    'two of a line, each in its own',
    'run: npm i && npm test && npm run lint',
    ['run: npm i', block('npm test', 'npm run lint')],
    false,
  ],
];

describe('a step that runs what a matrix names', () => {
  it.each(OF_MATRIX)('%s', async (_, before, after, isTold) => {
    const { labels } = await judge({ [PATH]: ofMatrix(before) }, { [PATH]: ofMatrix(...after) });
    expect(labels).toEqual(isTold ? ['ci-weakened'] : []);
  });
});

const ACTION = '.github/actions/run/action.yml';
const action = (more: string): string =>
  `inputs:\n  task:\n    required: true\nruns:\n  using: composite\n  steps:\n    - shell: bash\n${more}      run: npm run \${{ inputs.task }}\n`;
const USES = 'uses: ./.github/actions/run\nwith:\n  task: ${{ matrix.task }}';
const script = (...all: readonly string[]): Files => ({ 'scripts/ci.sh': `#!/bin/sh\n${all.join('\n')}\n` });
const travis = (more: string): Files => ({ '.travis.yml': `language: node_js\n${more}` });

/** Checks that move to another file. */
const MOVED: readonly (readonly [name: string, before: Files, after: Files, labels: readonly string[]])[] = [
  [
    'into an action that goes on',
    { [PATH]: ofMatrix(EACH) },
    { [PATH]: ofMatrix(USES), [ACTION]: action('      continue-on-error: true\n') },
    ['ci-weakened'],
  ],
  ['into an action', { [PATH]: ofMatrix(EACH) }, { [PATH]: ofMatrix(USES), [ACTION]: action('') }, []],
  [
    'into a script that ends with a message',
    { [PATH]: ofMatrix(EACH) },
    { [PATH]: ofMatrix('run: sh scripts/ci.sh ${{ matrix.task }}'), ...script('npm run "$1"', 'echo "$1 is over"') },
    ['test-command-changed'],
  ],
  [
    'into a script that ends with them',
    { [PATH]: ofMatrix(EACH) },
    { [PATH]: ofMatrix('run: sh scripts/ci.sh ${{ matrix.task }}'), ...script('date', 'npm run "$1"') },
    [],
  ],
  [
    'into a script that stops',
    { [PATH]: ofMatrix(EACH) },
    { [PATH]: ofMatrix('run: sh scripts/ci.sh ${{ matrix.task }}'), ...script('set -e', 'npm run "$1"', 'echo over') },
    [],
  ],
  [
    'into a script of another name',
    { 'package.json': '{"scripts": {"test:node": "mocha", "test:edge": "mocha e"}}', [PATH]: ofMatrix(EACH) },
    {
      'package.json': '{"scripts": {"test:node": "mocha", "edge:test": "mocha e"}}',
      [PATH]: ofMatrix('run: npm run --if-present ${{ matrix.task }}'),
    },
    ['ci-weakened'],
  ],
  [
    'into a folder that is not looked at',
    { [PATH]: ofMatrix(EACH) },
    { '.github/workflows-off/a.yml': ofMatrix(EACH) },
    ['ci-weakened'],
  ],
  [
    'what goes without saying, let pass',
    travis(''),
    travis('script: npm test || travis_terminate 0\n'),
    ['ci-weakened'],
  ],
  ['what goes without saying, said', travis(''), travis('script: npm test\n'), []],
  ['what goes without saying, no longer said', travis('script: npm test\n'), travis('node_js: 20\n'), []],
];

describe('a check', () => {
  it.each(MOVED)('%s', async (_, before, after, labels) => {
    expect((await judge(before, after)).labels).toEqual(labels);
  });
});
