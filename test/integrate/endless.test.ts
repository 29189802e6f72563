import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { integrate } from '../../src/integrate/index.ts';
import { draftOf, makePlace, type Place } from './support.ts';

const roots: string[] = [];
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

/** A tree in which `a` was written once, and the name of the journal's entry. */
function written(): Place & { readonly entry: string; readonly id: string } {
  const made = makePlace({ a: '1' });
  roots.push(made.root);
  expect(integrate(made.root, made.store, draftOf({ a: ['1', '2'] })).ok).toBe(true);
  const id = readdirSync(join(made.store, 'integrations'))[0]!;
  return { ...made, id, entry: join(made.store, 'integrations', id) };
}

/** As a crash after the commit mark leaves it. */
function open(made: ReturnType<typeof written>, text: string): string {
  writeFileSync(join(made.root, 'a'), text);
  writeFileSync(join(made.entry, 'commit'), '');
  renameSync(made.entry, `${made.entry}.open`);
  return `${made.entry}.open`;
}

/** A pipe that nobody writes to: opening it waits for ever. */
function pipe(path: string): void {
  rmSync(path, { force: true });
  execFileSync('mkfifo', [path]);
}

/** Larger than what Node reads at once, and takes no room. */
function huge(path: string): void {
  writeFileSync(path, '');
  truncateSync(path, 2 ** 42);
}

const CASES: readonly {
  readonly what: string;
  readonly task: 'recover' | 'undo';
  readonly make: (made: ReturnType<typeof written>) => void;
  readonly told: readonly unknown[];
}[] = [
  {
    what: 'a file that has grown since',
    task: 'undo',
    make: ({ root }) => huge(join(root, 'a')),
    told: [false, 'integrate/too-large'],
  },
  {
    what: 'a file of an open integration that has grown',
    task: 'recover',
    make: (made) => {
      open(made, '1');
      huge(join(made.root, 'a'));
    },
    told: [true, 'integrate/left-alone'],
  },
  {
    what: 'a pipe for new contents',
    task: 'recover',
    make: (made) => {
      open(made, '1');
      pipe(join(made.root, `.assay-${made.id}-0.tmp`));
    },
    told: [true],
  },
  {
    what: 'a pipe for an open plan',
    task: 'recover',
    make: (made) => pipe(join(open(made, '1'), 'plan.json')),
    told: [false, 'integrate/damaged'],
  },
  {
    what: 'a huge plan',
    task: 'undo',
    make: ({ entry }) => huge(join(entry, 'plan.json')),
    told: [false, 'integrate/nothing'],
  },
  {
    what: 'a pipe for what was there',
    task: 'undo',
    make: ({ entry }) => pipe(join(entry, 'before/0')),
    told: [false, 'integrate/damaged'],
  },
  {
    what: 'a huge copy of what was there',
    task: 'undo',
    make: ({ entry }) => huge(join(entry, 'before/0')),
    told: [false, 'integrate/damaged'],
  },
];

it.each(CASES)('$task: $what is not waited for, nor read', { timeout: 300_000 }, ({ task, make, told }) => {
  const made = written();
  make(made);
  // In a process of its own: one that waits in a system call can only be ended from outside.
  const child = join(import.meta.dirname, 'child.ts');
  const { stdout, signal } = spawnSync(process.execPath, [child, task, made.root, made.store], {
    encoding: 'utf8',
    timeout: 240_000,
    killSignal: 'SIGKILL',
  });
  expect([signal, stdout]).toEqual([null, JSON.stringify(told)]);
});

it('a pipe for the owner of the lock is nobody’s lock', { timeout: 300_000 }, () => {
  const made = written();
  open(made, '1');
  execFileSync('mkdir', ['-p', join(made.store, 'locks/held')]);
  pipe(join(made.store, 'locks/held/owner.json'));
  const child = join(import.meta.dirname, 'child.ts');
  const { stdout, signal } = spawnSync(process.execPath, [child, 'recover', made.root, made.store], {
    encoding: 'utf8',
    timeout: 240_000,
    killSignal: 'SIGKILL',
  });
  expect([signal, stdout]).toEqual([null, JSON.stringify([false, 'integrate/locked'])]);
});
