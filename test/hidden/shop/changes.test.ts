import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const SHOP = 'examples/shop';

/** A copy of the shop on the installed packages of this tree, laid out as the repository is. */
let copy: string;
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'shop-changes-'));
  cpSync(join(ROOT, SHOP), join(copy, SHOP), {
    recursive: true,
    filter: (source) => basename(source) !== 'node_modules',
  });
  for (const folder of ['node_modules', `${SHOP}/node_modules`]) {
    if (existsSync(join(ROOT, folder))) symlinkSync(join(ROOT, folder), join(copy, folder));
  }
});
afterEach(() => rmSync(copy, { recursive: true, force: true }));

function run(command: string, args: readonly string[], cwd: string): { status: number | null; output: string } {
  // The runner around this test leaves its own settings in the environment.
  const kept = Object.entries(process.env).filter(([name]) => !/^(VITEST|GIT_|FORCE_COLOR)/.test(name));
  const env = { ...Object.fromEntries(kept), NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

function node(script: string, ...args: string[]): { status: number | null; output: string } {
  return run(process.execPath, [join(ROOT, 'node_modules', script), ...args], join(copy, SHOP));
}

interface Change {
  readonly name: string;
  /** What the compiler says, or that it says nothing. */
  readonly types: RegExp | 'pass';
  /** What the test runner says. */
  readonly tests: RegExp | 'pass';
}

const changes: Change[] = [
  { name: 'good', types: 'pass', tests: 'pass' },
  { name: 'breaks-test', types: 'pass', tests: /FAIL {2}test\/shipping\.test\.ts/ },
  {
    name: 'wrong-option',
    types: /src\/checkout\.ts.*'maxAttempts' does not exist in type 'RetryOptions'/,
    tests: 'pass',
  },
  {
    name: 'invented-member',
    types: /src\/config\.ts.*Property 'nonEmpty' does not exist/,
    tests: /nonEmpty is not a function/,
  },
];

it.each(changes)('$name.diff', ({ name, types, tests }) => {
  const applied = run('git', ['apply', join(ROOT, SHOP, 'changes', `${name}.diff`)], copy);
  expect(applied).toEqual({ status: 0, output: '' });
  expectOutcome(node('typescript/bin/tsc', '-p', '.'), types);
  expectOutcome(node('vitest/vitest.mjs', 'run'), tests);
});

function expectOutcome({ status, output }: { status: number | null; output: string }, expected: RegExp | 'pass'): void {
  if (expected === 'pass') {
    expect(status, output).toBe(0);
  } else {
    expect(output).toMatch(expected);
    expect(status).toBeGreaterThan(0);
  }
}
