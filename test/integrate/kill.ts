import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Random, random } from '../../src/base/index.ts';
import { recover } from '../../src/integrate/index.ts';
import { isCommitted, isOpen, makePlace, readTree, sameTree, scenario, scenarioTrees } from './support.ts';

/** What killing a writer at random instants left behind, over all trials. */
export interface KillReport {
  readonly kills: number;
  /** Killed with a journal entry open: in the middle of writing. */
  readonly inside: number;
  /** With some files old and some new. */
  readonly mixed: number;
  readonly finished: number;
  readonly rolledBack: number;
}

/**
 * A process applies and takes back a draft over and over. Every other trial kills it at any instant; since waiting for
 * the disk takes most of the time, the others wait for a commit mark and kill it among the renames.
 */
const ANY_MS = 300;
const RENAMES_MS = 4;
const FILES = [3, 12, 40, 150] as const;

async function killOne(
  seed: number,
  files: number,
  rng: Random,
  amongRenames: boolean,
  under: string,
): Promise<Omit<KillReport, 'kills'>> {
  const made = scenario(seed, files);
  const trees = scenarioTrees(made);
  const place = makePlace(made.before, under);
  try {
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        join(import.meta.dirname, 'child.ts'),
        'loop',
        place.root,
        place.store,
        `${seed}`,
        `${files}`,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let errors = '';
    child.stderr.on('data', (data: Buffer) => {
      errors += data.toString();
    });
    const exited = new Promise<NodeJS.Signals | null>((resolve) =>
      child.on('exit', (_code, signal) => resolve(signal)),
    );
    const ready = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
    await Promise.race([ready, exited]);
    await new Promise((resolve) => setTimeout(resolve, rng.float() * ANY_MS));
    if (amongRenames) {
      const until = performance.now() + 10_000;
      while (!isCommitted(place) && performance.now() < until && child.exitCode === null) await setImmediate();
      const kill = performance.now() + rng.float() * RENAMES_MS;
      while (performance.now() < kill);
    }
    child.kill('SIGKILL');
    if ((await exited) !== 'SIGKILL') throw new Error(`seed ${seed}: the writer ended by itself: ${errors}`);

    // Before anything is recovered each file is whole, old or new.
    const left = readTree(place.root);
    let old = 0;
    let fresh = 0;
    for (const path of new Set([...Object.keys(trees.before), ...Object.keys(trees.after), ...Object.keys(left)])) {
      if (path.endsWith('/') || /^\.assay-.*\.tmp$/.test(basename(path))) continue;
      const isOld = left[path] === trees.before[path];
      const isNew = left[path] === trees.after[path];
      if (!isOld && !isNew)
        throw new Error(`seed ${seed}: ${path} is neither old nor new: ${JSON.stringify(left[path])}`);
      if (isOld !== isNew) isOld ? old++ : fresh++;
    }
    const inside = isOpen(place);
    const report = recover(place.root, place.store);
    if (!report.ok || report.issues.length > 0) throw new Error(`seed ${seed}: ${JSON.stringify(report.issues)}`);
    const now = readTree(place.root);
    if (!sameTree(now, trees.before) && !sameTree(now, trees.after)) {
      throw new Error(`seed ${seed}: after recovery the tree is neither old nor new: ${JSON.stringify(now)}`);
    }
    if (isOpen(place)) throw new Error(`seed ${seed}: the journal is still open`);
    if (!inside && report.value.finished.length + report.value.rolledBack.length > 0)
      throw new Error(`seed ${seed}: recovered nothing`);
    const again = recover(place.root, place.store);
    if (!again.ok || again.value.finished.length > 0) throw new Error(`seed ${seed}: recovery is not at rest`);
    return {
      inside: inside ? 1 : 0,
      mixed: old > 0 && fresh > 0 ? 1 : 0,
      finished: report.value.finished.length,
      rolledBack: report.value.rolledBack.length,
    };
  } finally {
    rmSync(place.root, { recursive: true, force: true });
  }
}

/** Throws on the first violation, with its seed. The trees are made in the folder `under`. */
export async function killTrials(kills: number, seed: number, under: string): Promise<KillReport> {
  const rng = random(seed);
  const sum = { inside: 0, mixed: 0, finished: 0, rolledBack: 0 };
  for (let i = 0; i < kills; i++) {
    const one = await killOne(seed + i, rng.pick(FILES), rng, i % 2 === 1, under);
    for (const key of ['inside', 'mixed', 'finished', 'rolledBack'] as const) sum[key] += one[key];
  }
  return { kills, ...sum };
}
