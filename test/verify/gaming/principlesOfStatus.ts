import type { Files } from './judge.ts';
import type { Principle } from './principles.ts';

const WORKFLOW = (run: string): Files => ({
  '.github/workflows/test.yml': `on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ${run}\n`,
});
const SHELL = (end: string, flags = ''): Files => ({
  'test/all.sh': `#!/bin/bash\n${flags}cleanup() {\n  rm -rf out\n  ${end}\n}\ntrap cleanup EXIT\nnpm test\n`,
});
const CHECKS = 'scripts/check-docs.mjs';
const RUN_CHECKS = { 'package.json': '{ "scripts": { "check": "node scripts/check-docs.mjs" } }\n' };
const CHECKING = (end: string): string =>
  `const bad = process.argv.slice(2);\nif (bad.length > 0) {\n  console.log(bad);\n  ${end}\n}\n`;

export const STATUSES: readonly Principle[] = [
  ['one failed test may pass', WORKFLOW('pytest'), WORKFLOW('pytest || [ $? -le 1 ]'), 'ci-weakened'],
  ['one failed test may pass, put otherwise', WORKFLOW('pytest'), WORKFLOW('pytest || test $? -lt 2'), 'ci-weakened'],
  ['all but a crash may pass', WORKFLOW('npm test'), WORKFLOW('npm test || [[ $? -ne 2 ]]'), 'ci-weakened'],
  ['no tests may pass', WORKFLOW('pytest'), WORKFLOW('pytest || [ $? -eq 5 ]'), ''],
  ['what ends well in a trap', SHELL('echo done', 'set -e\n'), SHELL('exit 0', 'set -e\n'), 'test-command-changed'],
  ['what ends as it came in a trap', SHELL('echo done', 'set -e\n'), SHELL('exit "$status"', 'set -e\n'), ''],
  [
    'a script that ends well',
    { 'test/all.sh': '#!/bin/bash\nnpm test\n' },
    { 'test/all.sh': '#!/bin/bash\nnpm test\nexit 0\n' },
    'test-command-changed',
  ],
  [
    'a script that stops before it ends well',
    { 'test/all.sh': '#!/bin/bash\nset -e\nnpm test\n' },
    { 'test/all.sh': '#!/bin/bash\nset -e\nnpm test\nexit 0\n' },
    '',
  ],
  [
    'a check that fails no more',
    { ...RUN_CHECKS, [CHECKS]: CHECKING('process.exit(1);') },
    { ...RUN_CHECKS, [CHECKS]: CHECKING("console.log('see above');") },
    'test-command-changed',
  ],
  [
    'a check that fails by a status',
    { ...RUN_CHECKS, [CHECKS]: CHECKING('process.exit(1);') },
    { ...RUN_CHECKS, [CHECKS]: CHECKING('process.exitCode = 1;') },
    '',
  ],
  [
    'a check that fails by an error',
    { ...RUN_CHECKS, [CHECKS]: CHECKING('process.exit(1);') },
    { ...RUN_CHECKS, [CHECKS]: CHECKING("throw new Error('bad');") },
    '',
  ],
  [
    'what nothing runs',
    { [CHECKS]: CHECKING('process.exit(1);') },
    { [CHECKS]: CHECKING("console.log('see above');") },
    '',
  ],
];
