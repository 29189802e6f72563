import { AsyncLocalStorage } from 'node:async_hooks';
import { readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { check } from '../../src/jobs/index.ts';
import { type IsolationLevel, support } from '../../src/sandbox/index.ts';
import { FORGERIES } from '../cases/isolation/forgeries.ts';
import { BASE, RUNNER_CASES, VITEST } from '../cases/isolation/runner.ts';
import { contents, Project, temporaryFolder, value } from '../workspace/repository.ts';
import { Tally } from './tally.ts';
import { processesWith, TOKEN } from './world.ts';

/** The level that sandboxes are opened at, and the time that their commands have. */
interface Forced {
  readonly level: IsolationLevel;
  readonly ms?: number | undefined;
}

const forced = vi.hoisted(() => ({ by: undefined as AsyncLocalStorage<Forced> | undefined }));
vi.mock(import('../../src/sandbox/index.ts'), async (original) => {
  const real = await original();
  return {
    ...real,
    openSandbox: async (options) => {
      const { level, ms } = forced.by?.getStore() ?? {};
      const opened = await real.openSandbox(level === undefined ? options : { ...options, levels: [level] });
      if (!opened.ok || ms === undefined) return opened;
      const run: typeof opened.value.run = (command) => sandbox.run({ ...command, limits: { ...command.limits, ms } });
      const sandbox = opened.value;
      return { ...opened, value: { level: sandbox.level, run, close: () => sandbox.close() } };
    },
  };
});
forced.by = new AsyncLocalStorage();

const tally = new Tally('Changes that attack the run that judges them');
beforeAll(() => {
  process.env.ASSAY_TEST_TOKEN = TOKEN;
});
afterAll(() => {
  delete process.env.ASSAY_TEST_TOKEN;
});

/** What the user has, but for what assay keeps there. */
const treeOf = (project: Project): string[] =>
  [...contents(project.root)].filter(([path]) => !path.includes('/.assay')).map((entry) => entry.join('\0'));

// What a run may reach is the same for all at `namespaces`; the judgement of what it says hangs on no level.
const REACHING = ['tree', 'runner'];

describe.each(['strong', 'namespaces', 'restricted'] as const)('%s', (level) => {
  const cases = RUNNER_CASES.filter(
    ({ kind, escapes }) =>
      level === 'strong' ||
      (level === 'namespaces' && (process.env.ASSAY_TABLE !== undefined || REACHING.includes(kind))) ||
      (level === 'restricted' && escapes !== undefined),
  );
  it.concurrent.for(cases)(
    'a change that $name',
    { timeout: 180_000 },
    async ({ base = {}, files, ms, verdict, told, escapes, daemon }, context) => {
      const one = (await support()).find((other) => other.level === level);
      if (!one?.available) return context.skip(one?.reason);
      const project = new Project({ ...BASE, ...base }).init().write(files);
      const before = treeOf(project);
      const { status, checks } = value(
        await forced.by!.run({ level, ms }, () =>
          check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['tests'] }),
        ),
      ).verdict;
      const issues = checks
        .flatMap((one) => one.issues)
        .map(({ code, message, path }) => `${code} ${path}: ${message}`)
        .join('\n');
      expect(checks[0]!.ran.map(({ isolation }) => isolation)).toContain(level);
      expect(status, issues).toBe(verdict);
      expect(issues).toMatch(told);
      expect(issues).not.toContain('\u001b');
      expect(issues).not.toContain(TOKEN);
      if (daemon !== undefined) expect(processesWith(daemon)).toEqual([]);
      const isOpen = level === 'restricted' && escapes !== undefined;
      if (isOpen) {
        expect(one.doesNotContain.some((sentence) => escapes.test(sentence))).toBe(true);
        expect(treeOf(project)).not.toEqual(before);
      } else expect(treeOf(project)).toEqual(before);
      tally.add(level, isOpen ? 'open, as documented' : 'contained');
    },
  );
});

it.concurrent.for(FORGERIES)(
  'a change that $name is caught as documented: $caught',
  {
    timeout: 180_000,
  },
  async ({ base = {}, files, caught }) => {
    const project = new Project({ ...BASE, ...base }).init().write(files);
    const checked = await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['tests'] });
    const { status, checks } = value(checked).verdict;
    const told = checks[0]!.issues.filter(
      ({ code, severity }) => code === 'tests/runner-patched' && severity === 'error',
    );
    expect([status, told.length], JSON.stringify(checks[0])).toEqual(caught ? ['fail', 1] : ['pass', 0]);
  },
);

it('what is not caught is documented', () => {
  const told = readFileSync(join(import.meta.dirname, '../../docs/decisions/isolation.md'), 'utf8').replaceAll(
    /\s+/g,
    ' ',
  );
  expect(told).toContain('a passed test is the word of code that the tested code can change');
});

it('a report that names a test elsewhere has nothing put beside it there', { timeout: 180_000 }, async () => {
  const outside = temporaryFolder();
  utimesSync(outside, 1, 1);
  const project = new Project({ ...BASE, ...VITEST }).init().write({
    'vitest.config.js': `import fs from 'node:fs';
const at = process.argv.find((word) => word.startsWith('--outputFile='))?.slice(13);
process.on('exit', () => {
  const report = JSON.parse(fs.readFileSync(at, 'utf8'));
  for (const file of report.testResults) file.name = ${JSON.stringify(join(outside, 'a.test.js'))};
  fs.writeFileSync(at, JSON.stringify(report));
});
export default { test: { setupFiles: ['./setup.js'] } };
`,
  });
  const checked = await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['tests'], allTests: true });
  const { status, checks } = value(checked).verdict;
  expect(statSync(outside).mtimeMs).toBe(1_000);
  expect([status, ...checks[0]!.issues.map(({ code }) => code)]).not.toContain('pass');
});

it('tests that mend the code in their copy mend nothing for the examples after them', {
  timeout: 180_000,
}, async () => {
  const example = '/**\n * @example\n * f(2) // => 4\n */\n';
  const project = new Project({ ...BASE, 'src/a.js': `${example}export const f = (n) => n * 2;\n` }).init().write({
    'src/a.js': `${example}export const f = (n) => n * 3;\n`,
    'test/a.test.js': `import test from 'node:test';
import fs from 'node:fs';
test('mends', () => fs.writeFileSync('src/a.js', fs.readFileSync('src/a.js', 'utf8').replace('n * 3', 'n * 2')));
`,
  });
  const checked = await check({
    cwd: project.root,
    change: { kind: 'working-tree' },
    only: ['tests', 'examples'],
    allTests: true,
  });
  const { checks } = value(checked).verdict;
  expect(checks.map(({ name, status }) => [name, status])).toEqual([
    // None of them loads it.
    ['tests', 'unknown'],
    ['examples', 'fail'],
  ]);
});
