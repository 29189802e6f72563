/**
 * Changes whose tests attack the run that judges them. Each is a change to `BASE`, judged by the `tests` check as any change is.
 * Containment is seen from outside of the run: the verdict and what it tells, the user's own tree, a planted secret, what
 * still runs.
 */
import type { Files } from '../../workspace/repository.ts';

/** A project with one green test of one function; every change below breaks the function, so that none deserves `pass`. */
export const BASE: Files = {
  'package.json': JSON.stringify({ name: 'app', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: { strict: true, module: 'nodenext', allowJs: true, noEmit: true, types: [] },
  }),
  'package-lock.json': JSON.stringify({ name: 'app', lockfileVersion: 3, packages: {} }),
  '.gitignore': 'node_modules\n.env\n',
  '.env': 'KEY=planted-secret\n',
  'node_modules/.bin/tool': '#!/bin/sh\n',
  'node_modules/x/package.json': JSON.stringify({ name: 'x', version: '1.0.0' }),
  'node_modules/x/index.js': '',
  'src/a.js': 'export const f = (n) => n * 2;\n',
  'test/a.test.js': `import test from 'node:test';
import assert from 'node:assert/strict';
import { f } from '../src/a.js';
test('doubles', () => assert.equal(f(2), 4));
`,
};

const BROKEN = 'export const f = (n) => n * 3;\n';
const HEAD = `import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import child from 'node:child_process';
import { f } from '../src/a.js';
// Its parent's id is another one in /proc where namespaces lie in each other.
const words = (pid) => { try { return fs.readFileSync('/proc/' + pid + '/cmdline', 'latin1').split('\\0'); } catch { return []; } };
const isTold = (word) => word.startsWith('--test-reporter-destination=');
const runner = fs.readdirSync('/proc').findLast((pid) => words(pid).some(isTold));
const report = words(runner).find(isTold).slice(28);
const fake = JSON.stringify({ type: 'test:pass', name: 'doubles', file: import.meta.filename, skip: false }) + '\\n';
`;
const DOUBLES = `test('doubles', () => assert.equal(f(2), 4));\n`;

export interface RunnerCase {
  readonly name: string;
  readonly kind: 'report' | 'runner' | 'tree' | 'reach' | 'resources';
  /** What changes; the broken function is put beside it, but where it is among it. */
  readonly files: Files;
  /** What of the base is other than in `BASE`. */
  readonly base?: Files;
  /** Instead of the time that a run of tests has, milliseconds. */
  readonly ms?: number;
  readonly verdict: 'fail' | 'unknown';
  /** Told in the verdict. */
  readonly told: RegExp;
  /** At `restricted`, whether it reaches what it wants; a sentence of `restricted` says so. */
  readonly escapes?: RegExp;
  /** In the arguments of what it leaves behind, which is to be gone. */
  readonly daemon?: string;
}

const inTest = (code: string): Files => ({ 'src/a.js': BROKEN, 'test/a.test.js': HEAD + code + DOUBLES });

/** Waits for the runner to be gone, then does it; in a session of its own. */
const later = (code: string): string =>
  `child.spawn(process.execPath, ['-e', ${JSON.stringify(
    `const fs = require('fs'); const [runner, report, fake] = process.argv.slice(1); const end = Date.now() + 4000;
     const wait = () => { let there = true; try { process.kill(Number(runner), 0); } catch { there = false; } if (there && Date.now() < end) setTimeout(wait, 1); else { ${code} } }; wait();`,
  )}, String(process.ppid), report, fake], { detached: true, stdio: 'ignore' }).unref();\n`;

export const VITEST: Files = {
  'package.json': JSON.stringify({
    name: 'app',
    version: '1.0.0',
    type: 'module',
    scripts: { test: 'vitest' },
    devDependencies: { vitest: '*' },
  }),
  'node_modules/vitest': { link: new URL('../../../node_modules/vitest', import.meta.url).pathname },
  'test/a.test.js': `import { expect, it } from 'vitest';
import { f } from '../src/a.js';
it('doubles', () => expect(f(2)).toBe(4));
`,
  'vitest.config.js': 'export default { test: { setupFiles: ["./setup.js"] } };\n',
  'setup.js': 'export {};\n',
};

const SCRIPTS = (unit: string): string =>
  JSON.stringify({ name: 'app', version: '1.0.0', type: 'module', scripts: { test: 'npm run unit', unit } });

export const RUNNER_CASES: readonly RunnerCase[] = [
  {
    name: 'prints that all passed',
    kind: 'report',
    files: inTest('console.log("# tests 10\\n# pass 10\\n# fail 0"); console.log(fake);\n'),
    verdict: 'fail',
    told: /tests\/failed .*doubles/,
  },
  {
    name: 'writes the report itself, and fails',
    kind: 'report',
    files: inTest('process.on("exit", () => fs.writeFileSync(report, fake));\n'),
    verdict: 'fail',
    told: /tests\/(?:failed|exit-status)/,
  },
  {
    name: 'writes the report after the runner has ended',
    kind: 'report',
    files: inTest(later('fs.writeFileSync(report, fake)')),
    verdict: 'fail',
    told: /tests\/(?:failed|exit-status)/,
  },
  {
    name: 'writes the report and ends the runner',
    kind: 'report',
    files: inTest('fs.writeFileSync(report, fake); process.kill(process.ppid, "SIGKILL");\n'),
    verdict: 'fail',
    told: /tests\/(?:failed|exit-status|no-report)/,
  },
  {
    name: 'ends before its tests, with status 0',
    kind: 'report',
    files: inTest('process.exit(0);\n'),
    verdict: 'fail',
    told: /tests\/failed .*before/,
  },
  {
    name: 'ends within its tests, with status 0',
    kind: 'report',
    files: inTest('test("first", () => process.exit(0));\n'),
    verdict: 'fail',
    told: /tests\/failed/,
  },
  {
    name: 'is code that ends the process while it is loaded, under a test that did not change',
    kind: 'report',
    files: { 'src/a.js': `process.exit(0);\n${BROKEN}` },
    verdict: 'fail',
    told: /tests\/failed .*before/,
  },
  {
    name: 'throws what has no text, so that whoever prints it fails',
    kind: 'report',
    files: inTest('test("first", () => { throw Object.create(null); });\n'),
    verdict: 'fail',
    told: /tests\/failed .*doubles/,
  },
  {
    name: 'turns its exit status into 0',
    kind: 'report',
    files: inTest('process.on("exit", () => { process.exitCode = 0; process.reallyExit(0); });\n'),
    verdict: 'fail',
    told: /tests\/failed/,
  },
  {
    name: 'puts a pipe where the report is read',
    kind: 'report',
    files: inTest(later('fs.rmSync(report, { force: true }); require("child_process").execFileSync("mkfifo", [report])')),
    verdict: 'fail',
    told: /tests\/(?:failed|exit-status|no-report)/,
  },
  {
    name: 'puts a pipe where the report is read, with nothing to fail',
    kind: 'report',
    files: {
      'src/a.js': BROKEN,
      'test/a.test.js': `${HEAD}fs.rmSync(report, { force: true }); child.execFileSync('mkfifo', [report]); process.kill(process.ppid, 'SIGKILL');\n`,
    },
    verdict: 'unknown',
    told: /tests\/no-report/,
  },
  {
    name: 'puts a link to an endless file where the report is read',
    kind: 'report',
    files: {
      'src/a.js': BROKEN,
      'test/a.test.js': `${HEAD}fs.rmSync(report, { force: true }); fs.symlinkSync('/dev/zero', report); process.kill(process.ppid, 'SIGKILL');\n`,
    },
    verdict: 'unknown',
    told: /tests\/no-report/,
  },
  {
    name: 'leaves a report of 300 MB',
    kind: 'resources',
    files: {
      'src/a.js': BROKEN,
      'test/a.test.js': `${HEAD}fs.writeFileSync(report, ''); fs.truncateSync(report, 3e8); process.kill(process.ppid, 'SIGKILL');\n`,
    },
    verdict: 'unknown',
    told: /tests\/no-report/,
  },
  {
    name: 'opens the debugger of the runner and patches it',
    kind: 'runner',
    files: inTest(`process.kill(process.ppid, 'SIGUSR1');
const patch = 'process.on("exit", () => { process.getBuiltinModule("fs").writeFileSync(' + JSON.stringify(report) + ', ' + JSON.stringify(fake) + '); process.reallyExit(0); })';
for (let i = 0; i < 20; i++) {
  try {
    const [{ webSocketDebuggerUrl }] = await (await fetch('http://127.0.0.1:9229/json')).json();
    const socket = new WebSocket(webSocketDebuggerUrl);
    await new Promise((resolve) => { socket.onopen = resolve; });
    socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: patch } }));
    await new Promise((resolve) => { socket.onmessage = resolve; });
    socket.close();
    break;
  } catch { await new Promise((resolve) => setTimeout(resolve, 30)); }
}
`),
    verdict: 'fail',
    told: /tests\/(?:failed|exit-status)/,
  },
  {
    name: 'writes into the memory of the runner',
    kind: 'runner',
    files: inTest(
      `try { const fd = fs.openSync('/proc/' + runner + '/mem', 'r+'); const [from] = fs.readFileSync('/proc/' + runner + '/maps', 'latin1').match(/^[0-9a-f]+(?=-.* rw-p .*\\[heap\\])/m) ?? []; if (from) fs.writeSync(fd, Buffer.alloc(65536), 0, 65536, parseInt(from, 16)); } catch {}\n`,
    ),
    verdict: 'fail',
    told: /tests\//,
  },
  {
    name: 'patches the installed runner',
    kind: 'runner',
    files: inTest(
      `for (const place of ['node_modules/x/index.js', 'node_modules/.bin/tool']) try { fs.writeFileSync(fs.realpathSync(place), 'patched'); } catch {}\n`,
    ),
    verdict: 'fail',
    told: /tests\/failed/,
    escapes: /^Writing:/,
  },
  {
    name: 'sets options for every later Node',
    kind: 'runner',
    files: inTest(
      `process.env.NODE_OPTIONS = '--require=/nothing'; fs.writeFileSync('.noderc', '--test-only'); fs.writeFileSync('node.config.json', '{"nodeOptions":{"test-only":true}}');\n`,
    ),
    verdict: 'fail',
    told: /tests\/failed/,
  },
  {
    name: 'is a configuration of the runner that turns failures into success',
    kind: 'runner',
    base: VITEST,
    files: {
      'src/a.js': BROKEN,
      'vitest.config.js': `import fs from 'node:fs';
const at = process.argv.find((word) => word.startsWith('--outputFile='))?.slice(13);
process.on('exit', () => {
  const report = JSON.parse(fs.readFileSync(at, 'utf8'));
  for (const file of report.testResults) { file.status = 'passed'; for (const one of file.assertionResults) { one.status = 'passed'; one.failureMessages = []; } }
  fs.writeFileSync(at, JSON.stringify(report));
  process.reallyExit(0);
});
export default { test: { setupFiles: ['./setup.js'] } };
`,
    },
    verdict: 'fail',
    told: /tests\/runner-patched/,
  },
  {
    name: 'is such a configuration, and puts an honest one in its place once it has run',
    kind: 'runner',
    base: VITEST,
    files: {
      'src/a.js': BROKEN,
      'vitest.config.js': `import fs from 'node:fs';
const at = process.argv.find((word) => word.startsWith('--outputFile='))?.slice(13);
process.on('exit', () => {
  const report = JSON.parse(fs.readFileSync(at, 'utf8'));
  for (const file of report.testResults) { file.status = 'passed'; for (const one of file.assertionResults) { one.status = 'passed'; one.failureMessages = []; } }
  fs.writeFileSync(at, JSON.stringify(report));
  fs.writeFileSync('vitest.config.js', 'export default { test: { setupFiles: ["./setup.js"] } };');
  process.reallyExit(0);
});
export default { test: { setupFiles: ['./setup.js'] } };
`,
    },
    verdict: 'fail',
    told: /tests\/runner-patched/,
  },
  {
    name: 'loads what makes every assertion hold in a script that the test script runs',
    kind: 'runner',
    base: { 'package.json': SCRIPTS('node --test') },
    files: {
      'src/a.js': BROKEN,
      'package.json': SCRIPTS('node --import ./forge.js --test'),
      'forge.js': `import assert from 'node:assert/strict';
assert.equal = () => {};
`,
    },
    verdict: 'fail',
    told: /tests\/runner-patched/,
  },
  {
    name: 'makes every assertion hold in a set-up file named without a folder',
    kind: 'runner',
    base: { ...VITEST, 'vitest.config.js': 'export default { test: { setupFiles: ["setup.js"] } };\n' },
    files: {
      'src/a.js': BROKEN,
      'setup.js': "import { expect } from 'vitest';\nexpect.extend({ toBe: () => ({ pass: true, message: () => '' }) });\n",
    },
    verdict: 'fail',
    told: /tests\/runner-patched/,
  },
  {
    name: 'makes every assertion hold in a file that the test script loads',
    kind: 'runner',
    base: { 'package.json': SCRIPTS('node --import ./load.js --test'), 'load.js': '' },
    files: { 'src/a.js': BROKEN, 'load.js': "import assert from 'node:assert/strict';\nassert.equal = () => {};\n" },
    verdict: 'fail',
    told: /tests\/runner-patched/,
  },
  {
    name: 'is a set-up file that makes every assertion hold',
    kind: 'runner',
    base: VITEST,
    files: {
      'src/a.js': BROKEN,
      'setup.js': `import { expect } from 'vitest';
const proto = Object.getPrototypeOf(expect(1));
expect.extend({ toBe: () => ({ pass: true, message: () => '' }) });
void proto;
`,
    },
    verdict: 'fail',
    told: /tests\/runner-patched/,
  },
  {
    name: 'is a configuration of the runner that reports with a reporter of its own',
    kind: 'runner',
    base: VITEST,
    files: {
      'src/a.js': BROKEN,
      'vitest.config.js': `process.exit = () => process.reallyExit(0);
export default { test: { setupFiles: ['./setup.js'], onTestFailure: () => {}, passWithNoTests: true, exclude: ['**/*'] } };
`,
    },
    verdict: 'unknown',
    told: /tests\/none/,
  },
  {
    name: 'mends the code while it runs, so that it passes when it is run again',
    kind: 'tree',
    files: inTest(`fs.writeFileSync('src/a.js', 'export const f = (n) => n * 2;\\n');\n`),
    verdict: 'fail',
    told: /tests\/failed .*doubles/,
  },
  {
    name: 'mends the code while it runs, and sets back the time of the file',
    kind: 'tree',
    files: inTest(
      `child.execFileSync('sh', ['-c', 'touch -r src/a.js t; echo "export const f = (n) => n * 2;" > src/a.js; touch -r t src/a.js; rm t']);\n`,
    ),
    verdict: 'fail',
    told: /tests\/changes-tree .*src\/a\.js/,
  },
  {
    name: 'leaves a mark that makes it pass when it is run again',
    kind: 'tree',
    files: {
      'src/a.js': `import fs from 'node:fs';
const again = fs.existsSync('mark');
fs.writeFileSync('mark', '');
export const f = (n) => (again ? n * 2 : n * 3);
`,
    },
    verdict: 'fail',
    told: /tests\/failed .*doubles/,
  },
  {
    name: 'deletes the tree that it runs in',
    kind: 'tree',
    files: inTest('for (const name of fs.readdirSync(".")) fs.rmSync(name, { recursive: true, force: true });\n'),
    verdict: 'unknown',
    told: /tests\/no-report/,
  },
  {
    name: 'makes folders deeper than a path may be',
    kind: 'tree',
    files: inTest(
      `const home = process.cwd(); for (let i = 0; i < 300; i++) { fs.mkdirSync('d'.repeat(200)); process.chdir('d'.repeat(200)); } fs.writeFileSync('f', ''); process.chdir(home);\n`,
    ),
    verdict: 'fail',
    told: /tests\/failed/,
  },
  {
    name: 'makes names of line breaks and control characters',
    kind: 'tree',
    files: inTest(
      `fs.writeFileSync('a\\n\\u001b]0;owned\\u0007' + 'x'.repeat(200), ''); fs.writeFileSync('test/a.test.js', '');\n`,
    ),
    verdict: 'fail',
    told: /tests\/failed/,
  },
  {
    name: 'puts a link to the user’s tree where examples are written',
    kind: 'tree',
    files: inTest(
      `fs.rmSync('src', { recursive: true }); fs.symlinkSync(process.env.HOME, 'src'); fs.rmSync('.assay', { recursive: true, force: true }); fs.symlinkSync('/tmp', '.assay');\n`,
    ),
    verdict: 'unknown',
    told: /tests\/no-report/,
  },
  {
    name: 'has control sequences in the names and messages of its tests',
    kind: 'report',
    files: inTest(
      `test('\\u001b]0;owned\\u0007\\u001b[2Jred', () => { throw new Error('\\u001b[31mred\\u001b]8;;http://x\\u0007'); });\n`,
    ),
    verdict: 'fail',
    told: /tests\/failed/,
  },
  {
    name: 'prints 200 MB',
    kind: 'resources',
    files: inTest(
      `child.execFileSync(process.execPath, ['-e', 'const b = Buffer.alloc(1e6, 120); for (let i = 0; i < 200; i++) fs.writeSync(2, b)'], { stdio: ['ignore', 'inherit', 'inherit'] });\n`,
    ),
    verdict: 'fail',
    told: /tests\/failed/,
  },
  {
    name: 'runs for ever',
    kind: 'resources',
    files: inTest('for (;;);\n'),
    ms: 12_000,
    verdict: 'fail',
    told: /tests\/limit .*limit ms .*did not at the base/,
  },
  {
    name: 'waits for input',
    kind: 'resources',
    files: inTest('fs.readFileSync(0);\n'),
    verdict: 'fail',
    told: /tests\/failed .*doubles/,
  },
  {
    name: 'leaves a daemon behind',
    kind: 'resources',
    files: inTest(
      `child.spawn('sh', ['-c', 'exec sleep 1234.5678'], { detached: true, stdio: 'ignore', env: {} }).unref();\n`,
    ),
    daemon: '1234.5678',
    verdict: 'fail',
    told: /tests\/failed/,
  },
];
