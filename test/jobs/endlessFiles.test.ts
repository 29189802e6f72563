import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Files, Project, temporaryFolder } from '../workspace/repository.ts';

const SOURCE = `import { x } from 'x';
export const a = (n: number): number => n + x;
const b = a(1);
`;

const BASE: Files = {
  '.gitignore': 'node_modules\n',
  'package.json': JSON.stringify({ name: 'app', type: 'module', dependencies: { x: '1.0.0' } }),
  'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, noEmit: true, types: [] }, include: ['src'] }),
  'README.md': '# app\n',
  'src/a.ts': SOURCE,
  'node_modules/x/package.json': JSON.stringify({ name: 'x', version: '1.0.0', types: 'index.d.ts' }),
  'node_modules/x/index.d.ts': 'export declare const x: number;\n',
};

/** What a file that never ends, or never begins, stands in for: each tree is one that a clone or an archive may bring. */
const PLACES: readonly (readonly string[])[] = [
  ['package.json', 'package-lock.json', '.gitignore', 'README.md'],
  ['tsconfig.json', 'src/package.json'],
  ['tsconfig.test.json', 'jsconfig.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', 'yarn.lock'],
  ['assay.config.ts', 'src/b.ts', 'src/b.test.ts', 'src/types.d.ts', 'src/data.json'],
  ['node_modules/x/package.json', 'node_modules/x/README.md'],
  ['node_modules/x/index.d.ts', 'node_modules/typescript/package.json'],
  [
    'vitest.config.ts',
    'jest.config.js',
    '.mocharc.json',
    'test/a.test.js',
    'test/package.json',
    '.claude/settings.json',
  ],
];

/** Runs every command that reads a tree, one after the other, and says which were done. */
const COMMANDS = `(async () => {
const { check, complete, context, gitHook, installHook, Resident, review } = await import(process.argv[1]);
const cwd = process.argv[2];
const change = { kind: 'working-tree' };
const place = { cwd, path: 'src/a.ts', position: { line: 3, column: 12 } };
const run = async (name, job) => { await job(); process.stdout.write(name + ' '); };
await run('context', () => context(place));
await run('check', () => check({ cwd, change, only: ['constraints', 'names', 'packages', 'types', 'gaming', 'tests', 'reuse'] }));
await run('review', () => review({ cwd, change }));
await run('complete', () => complete(place));
await run('hook', () => gitHook({ cwd, hook: 'pre-commit', input: '' }));
await run('install', () => installHook({ cwd, agent: 'claude-code', installation: { hook: '/nowhere/hook.js', node: '' }, env: {} }));
await run('judge', async () => {
  const { ok, value } = await Resident.open(cwd);
  if (ok) await value.judge(['src/a.ts', 'src/b.ts']);
  if (ok) value.close();
});
process.exit(0);
})()`;

/** In a process of its own: one that waits for such a file in a system call can only be ended from outside. */
function commands(cwd: string): Promise<string> {
  const jobs = join(import.meta.dirname, '../../src/jobs/index.ts');
  return new Promise((done) => {
    let out = '';
    const child = spawn(process.execPath, ['-e', COMMANDS, jobs, cwd], {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 240_000,
      killSignal: 'SIGKILL',
    });
    child.stdout.on('data', (text) => (out += text));
    child.on('exit', (status, signal) => done(`${out}${signal ?? status}`));
  });
}

/** A pipe that nobody writes to. */
function pipe(): string {
  const path = join(temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

/** An option that the native compiler does not know, so that the one in this process is asked. */
const OLDER: Files = { 'tsconfig.json': JSON.stringify({ compilerOptions: { target: 'es5', types: [] } }) };

const CASES: readonly {
  readonly what: string;
  readonly endless: () => string;
  readonly base: Files;
  readonly trees: typeof PLACES;
}[] = [
  { what: 'a pipe', endless: pipe, base: BASE, trees: PLACES },
  {
    what: 'a device without end, with a compiler in this process',
    endless: () => '/dev/zero',
    base: { ...BASE, ...OLDER },
    trees: PLACES.slice(3, 5),
  },
];

describe.each(CASES)('no command waits for $what', ({ endless, base, trees }) => {
  it.each(trees.map((places) => [places]))('%s', { timeout: 300_000 }, async (places) => {
    const project = new Project(base).init();
    const link = endless();
    const there = places.filter((path) => path in BASE);
    project.remove(...there);
    project.write(Object.fromEntries(places.map((path) => [path, { link }])));
    project.write({ 'src/a.ts': SOURCE.replace('n + x', 'x + n') });
    expect(await commands(project.root)).toBe('context check review complete hook install judge 0');
  });
});
