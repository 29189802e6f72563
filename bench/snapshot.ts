/**
 * How long a snapshot takes, cold (no cache) and warm (nothing changed since), beside what it cannot do without: cold, one
 * pass that reads and hashes the same files; warm, one that asks the file system about each. `git status`, which answers
 * a related question with a cache of its own, for comparison.
 *
 *     node bench/snapshot.ts [files, 20000 where not given]
 */
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { random } from '../src/base/index.ts';
import { openWorkspace } from '../src/workspace/index.ts';

const COUNT = Number(process.argv[2] ?? 20_000);
const ROUNDS = 5;

const root = mkdtempSync(join(tmpdir(), 'assay-bench-'));
try {
  const next = random(1);
  const paths = Array.from(
    { length: COUNT },
    (_, index) => `packages/p${index % 50}/src/d${index % 400}/file${index}.ts`,
  );
  let bytes = 0;
  for (const path of paths) {
    const text = `export const value = ${next.uint32()};\n`.repeat(20 + next.below(200));
    bytes += text.length;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, stdio: 'pipe' });
  git('init', '--quiet');
  git('add', '--all');
  git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '--quiet', '--message', 'all');
  // What was touched just now is read again each time (racy); a real tree is older.
  await sleep(3_000);
  const opened = await openWorkspace(root);
  if (!opened.ok) throw new Error(opened.issues[0]?.message);
  const workspace = opened.value;
  const snapshot = async () => {
    const taken = await workspace.snapshot();
    if (!taken.ok || taken.value.files.size !== COUNT) throw new Error('the snapshot is not whole');
  };
  const forget = () => rmSync(join(root, '.assay'), { recursive: true, force: true });

  const each = (work: (path: string) => unknown) => () => {
    for (const path of paths) work(`${root}/${path}`);
  };
  const measures: readonly (readonly [name: string, run: () => unknown, before?: () => void])[] = [
    ['read and hash each file', each((path) => hash('sha256', readFileSync(path)))],
    ['snapshot, cold', snapshot, forget],
    ['look at each file', each((path) => lstatSync(path))],
    ['git status', () => git('status', '--porcelain')],
    ['list of paths', () => workspace.paths()],
    ['snapshot, warm', snapshot],
    ['change of nothing', () => workspace.change({ kind: 'working-tree' })],
  ];
  // Interleaved, so that a busy moment of the machine falls on all of them; the best of the rounds counts.
  const best = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, run, before] of measures) {
      before?.();
      const start = performance.now();
      await run();
      best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, performance.now() - start));
    }
  }
  console.log(`${COUNT} files, ${(bytes / 1e6).toFixed(0)} MB, best of ${ROUNDS}`);
  for (const [name, ms] of best) console.log(`${name.padEnd(26)}${ms.toFixed(0).padStart(7)} ms`);
  const ratio = (over: string, under: string) =>
    `${over} / ${under}: ${(best.get(over)! / best.get(under)!).toFixed(2)}`;
  console.log(ratio('snapshot, cold', 'read and hash each file'));
  console.log(ratio('snapshot, warm', 'look at each file'));
  console.log(ratio('snapshot, warm', 'git status'));
} finally {
  rmSync(root, { recursive: true, force: true });
}
