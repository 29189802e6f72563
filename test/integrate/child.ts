import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { integrate, recover, undo } from '../../src/integrate/index.ts';
import { takeLock } from '../../src/integrate/lock.ts';
import { draftOf, scenario } from './support.ts';

/** Processes of their own for the tests: `loop` to be killed, `once` and `count` to compete. */

const [, , task, root, store, ...rest] = process.argv as [string, string, string, string, string, ...string[]];

if (task === 'loop') {
  const { draft } = scenario(Number(rest[0]), Number(rest[1]));
  writeSync(1, 'ready\n');
  for (;;) {
    for (const done of [integrate(root, store, draft), undo(root, store)]) {
      if (!done.ok) throw new Error(JSON.stringify(done.issues));
    }
  }
} else if (task === 'once') {
  const [path, before, after] = rest as [string, string, string];
  const done = integrate(root, store, draftOf({ [path]: [before === '' ? null : before, after] }), { waitMs: 30_000 });
  writeSync(1, JSON.stringify({ ok: done.ok, codes: done.issues.map(({ code }) => code) }));
} else if (task === 'recover' || task === 'undo') {
  const done = task === 'undo' ? undo(root, store) : recover(root, store, { waitMs: 100 });
  writeSync(1, JSON.stringify([done.ok, ...done.issues.map(({ code }) => code)]));
} else if (task === 'count') {
  const file = join(root, 'counter');
  for (let i = 0; i < Number(rest[0]); i++) {
    const lock = takeLock(store, 60_000);
    if (!lock.ok) throw new Error(JSON.stringify(lock.issues));
    writeFileSync(file, String(Number(readFileSync(file, 'utf8')) + 1));
    lock.value();
  }
} else throw new Error(`no task ${task}`);
