import { describe, expect, it } from 'vitest';
import { ava } from '../../src/verify/tests/ava.ts';
import { tap } from '../../src/verify/tests/tap.ts';
import { tape } from '../../src/verify/tests/tape.ts';
import type { Runner } from '../../src/verify/tests/types.ts';
import { type Files, Project } from '../workspace/repository.ts';

const none = (): never[] => [];
const RUNNERS: Readonly<Record<string, Runner>> = {
  ava: ava('', '/ava.mjs', 'ava', 7, none),
  tape: tape('', '/tape', 'tape test/*.js', none),
  tap: tap('', '/tap.js', 'tap', 16, none),
};

/** A program that prints this, or ends so, and what is reported of it: status, path, name, message. */
interface Case {
  readonly name: string;
  readonly runner: keyof typeof RUNNERS;
  readonly tap: string;
  readonly code?: number | null;
  readonly signal?: string;
  readonly said?: string;
  readonly files?: Files;
  readonly found: readonly string[];
}

const TAPE = `# doubles
ok 1 should be equal
# halves
not ok 2 of four
  ---
    operator: equal
    expected: 2
    actual:   1
    at: Test.<anonymous> (/b/test/a.js:2:53)
    stack: |-
      Error: of four
  ...
# SKIP later
# TODO someday
not ok 3 x # TODO
  ---
    operator: fail
  ...

1..3
# tests 3
# pass  2
# fail  1
`;
const AVA = `ok 1 - doubles
not ok 2 - halves
  ---
    name: AssertionError
    message: Difference
    at: |-
      test.js:3:1
  ...
ok 3 - later # SKIP
not ok 4 - someday # TODO

1..4
# tests 4
`;
const TAP = `# Subtest: test/a.js
    # Subtest: fails
        not ok 1 - one
          ---
          compare: ===
          stack: |
            Test.<anonymous> (test/a.js:2:47)
          diff: |
            --- expected
            +++ actual
          ...
        1..1
        # failed 1 test
    not ok 1 - fails # time=74.619ms
    # Subtest: group
        # Subtest: sub
            ok 1 - expect truthy value
            1..1
        ok 1 - sub # time=26.69ms
        ok 2 - skipped # SKIP
        1..2
    ok 2 - group # time=35.605ms
    ok 3 - plain
    1..3
    # failed 1 of 3 tests
not ok 1 - test/a.js # time=158.106ms
  ---
  file: test/a.js
  exitCode: 1
  ...
ok 2 - test/b.js # time=3ms {
    ok 1 - braced # time=1ms {
        ok 1 - said
        1..1
    }
    1..1
}
ok 3 - test/fixtures/c.js # SKIP no tests found
1..3
# time=3474.403ms
`;

const CASES: readonly Case[] = [
  {
    name: 'tape: points belong to the title above them',
    runner: 'tape',
    tap: TAPE,
    code: 1,
    found: [
      'passed test/a.js doubles',
      'failed test/a.js halves: of four\noperator: equal\nexpected: 2\nactual:   1',
      'skipped test/a.js someday',
      'skipped test/a.js later',
    ],
  },
  {
    name: 'ava: each point is a test',
    runner: 'ava',
    tap: AVA,
    code: 1,
    found: [
      'passed test/a.js doubles',
      'failed test/a.js halves: name: AssertionError\nmessage: Difference',
      'skipped test/a.js later',
      'skipped test/a.js someday',
    ],
  },
  {
    name: 'tap: files as subtests, tests by the names of those around them',
    runner: 'tap',
    tap: TAP,
    code: 1,
    found: [
      'passed test/a.js (test file)',
      'failed test/a.js fails: one\ncompare: ===',
      'skipped test/a.js group skipped',
      'passed test/a.js group sub',
      'passed test/b.js braced',
    ],
  },
  {
    name: 'tap: a file whose process failed though its tests did not',
    runner: 'tap',
    tap: '# Subtest: test/a.js\n    # Subtest: x\n        ok 1 - y\n        1..1\n    ok 1 - x\n    1..1\nnot ok 1 - test/a.js\n  ---\n  exitCode: 3\n  ...\n1..1\n',
    code: 1,
    found: ['passed test/a.js x', 'failed test/a.js (test file): exitCode: 3'],
  },
  {
    name: 'a status that says otherwise than what is printed',
    runner: 'tape',
    tap: '# a\nok 1 x\n# b\nok 2 x\n1..2\n',
    code: 3,
    found: ['passed test/a.js a', 'failed test/a.js b: its process ended with status 3'],
  },
  {
    name: 'status 0 beside a result that says otherwise',
    runner: 'tape',
    tap: '# a\nnot ok 1 x\n1..1\n',
    found: ['failed test/a.js a: x'],
  },
  {
    name: 'a program that ends before its tests do',
    runner: 'tape',
    tap: '# a\nok 1 x\n# b\nok 2 x\n',
    found: ['passed test/a.js a', 'failed test/a.js b: it ended before its tests did, with status 0'],
  },
  {
    name: 'the same, in a test without a result so far',
    runner: 'tape',
    tap: '# a\nok 1 x\n# b\n',
    code: null,
    signal: 'SIGKILL',
    found: ['passed test/a.js a', 'failed test/a.js b: it ended before its tests did, with the signal SIGKILL'],
  },
  {
    name: 'a test that was open when its program ended',
    runner: 'tape',
    tap: '# a\nok 1 x\n# b\nnot ok 2 test exited without ending: a\n1..2\n',
    code: 1,
    found: ['failed test/a.js a: test exited without ending: a'],
  },
  {
    name: 'a plan that is not met',
    runner: 'ava',
    tap: 'ok 1 - a\n1..2\n',
    found: ['passed test/a.js a', 'failed test/a.js (test file): 2 results were planned, 1 came'],
  },
  {
    name: 'results that the code printed beside those of the tests',
    runner: 'tape',
    tap: '# a\nok 1 mine\nok 1 x\n1..1\n',
    found: ['failed test/a.js a: 1 results were planned, 2 came'],
  },
  {
    name: 'all given up',
    runner: 'tape',
    tap: '# a\nok 1 x\nBail out! no database\n',
    code: 1,
    found: ['failed test/a.js a: bailed out: no database'],
  },
  {
    name: 'nothing that is TAP, of a file without tests',
    runner: 'tape',
    tap: '',
    files: { 'test/a.js': "const test = require('tape');\nmodule.exports = (name) => test(name, () => {});\n" },
    found: [],
  },
  {
    name: 'nothing that is TAP, of a file with tests',
    runner: 'tape',
    tap: '',
    files: { 'test/a.js': "const test = require('tape');\ntest('a', (t) => t.end());\n" },
    found: ['failed test/a.js (test file): it has tests and ended with status 0 without one'],
  },
  {
    name: 'nothing that is TAP, and a status',
    runner: 'ava',
    tap: '',
    code: 1,
    said: "/b/test/a.js:1\nrequire('x')\n^\n\nError: Cannot find module 'x'\n    at x:1:1\n",
    found: ["failed test/a.js (test file): its process ended with status 1: Error: Cannot find module 'x'"],
  },
  {
    name: 'a command of all files that ends with an error of its own',
    runner: 'tap',
    tap: '# Subtest: test/a.js\n    ok 1 - x\n    1..1\nok 1 - test/a.js\n1..1\n',
    code: 1,
    found: ['passed test/a.js (test file)'],
  },
];

describe('what programs print', () => {
  it.each(CASES)('$name', ({ runner, tap: text, code = 0, signal = null, said = '', files = {}, found }) => {
    const { root } = new Project(files);
    const file = runner === 'tap' ? null : `${root}/test/a.js`;
    const report = RUNNERS[runner]!.read(
      `${JSON.stringify({ file, code, signal, cut: false, tap: text, said })}\n`,
      root,
    );
    expect(
      report?.cases.map(
        ({ status, path, name, message }) => `${status} ${path} ${name}${message ? `: ${message}` : ''}`,
      ),
    ).toEqual(found);
  });

  it('a report of another shape says nothing', () => {
    expect(['{', '{"file":1}', '[]'].map((text) => RUNNERS.ava!.read(text, '/b'))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
