import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
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

/**
 * Runs commands that read a tree in each of these, one after the other, and says which were done. A review is a check by every
 * check, and runs code, which is ended where it reads without end; `check` is what reads in this process.
 */
const COMMANDS = `(async () => {
const { check, complete, context, gitHook, installHook, Resident, review } = await import(process.argv[1]);
const change = { kind: 'working-tree' };
const wanted = process.argv[2].split(' ');
for (const cwd of process.argv.slice(3)) {
  const place = { cwd, path: 'src/a.ts', position: { line: 3, column: 12 } };
  const jobs = {
    context: () => context(place),
    check: () => check({ cwd, change, only: ['constraints', 'names', 'packages', 'types', 'gaming', 'tests', 'reuse'] }),
    review: () => review({ cwd, change }),
    complete: () => complete(place),
    hook: () => gitHook({ cwd, hook: 'pre-commit', input: '' }),
    install: () => installHook({ cwd, agent: 'claude-code', installation: { hook: '/nowhere/hook.js', node: '' }, env: {} }),
    judge: async () => {
      const { ok, value } = await Resident.open(cwd);
      if (ok) await value.judge(['src/a.ts', 'src/b.ts']);
      if (ok) value.close();
    },
  };
  for (const name of wanted) {
    await jobs[name]();
    process.stdout.write(name + ' ');
  }
  process.stdout.write('\\n');
}
process.exit(0);
})()`;

/** In a process of its own: one that waits for such a file in a system call can only be ended from outside. */
function commands(roots: readonly string[], names: string): Promise<string> {
  const jobs = join(import.meta.dirname, '../../src/jobs/index.ts');
  return new Promise((done) => {
    let out = '';
    const child = spawn(process.execPath, ['-e', COMMANDS, jobs, names, ...roots], {
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
  readonly names: string;
}[] = [
  {
    what: 'a pipe',
    endless: pipe,
    base: BASE,
    trees: PLACES,
    names: 'context review complete hook install judge',
  },
  {
    what: 'a device without end, with a compiler in this process',
    endless: () => '/dev/zero',
    base: { ...BASE, ...OLDER },
    trees: PLACES.slice(3, 5),
    names: 'context check complete hook judge',
  },
];

it.concurrent.for(CASES)(
  'no command waits for $what',
  { timeout: 300_000 },
  async ({ endless, base, trees, names }) => {
    const roots = trees.map((places) => {
      const project = new Project(base).init();
      const link = endless();
      const there = places.filter((path) => path in BASE);
      project.remove(...there);
      project.write(Object.fromEntries(places.map((path) => [path, { link }])));
      project.write({ 'src/a.ts': SOURCE.replace('n + x', 'x + n') });
      return project.root;
    });
    // By its line, which places held it up.
    const told = (await commands(roots, names)).split('\n').map((line, tree) => `${line}${trees[tree] ?? ''}`);
    expect(told).toEqual([...trees.map((places) => `${names} ${places}`), '0']);
  },
);
