import { closeSync, fsyncSync, mkdtempSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { random } from '../src/base/index.ts';
import { integrate, undo } from '../src/integrate/index.ts';
import { ChangeSet } from '../src/text/index.ts';
import { killTrials } from '../test/integrate/kill.ts';
import { draftOf, makePlace } from '../test/integrate/support.ts';
import { applySlowly, checkEditLaws, randomChanges, randomText } from '../test/text/laws.ts';

/**
 * The promise about edits, whole: over so many random edits no byte outside a span changes and every law of change sets
 * holds; a writer killed so many times leaves each file whole, and recovery makes all old or all new. Ends with 1 at the
 * first violation, whose seed is printed.
 *
 *   node bench/edits.ts --edits 1000000 --kills 500 [--seed 1]
 */

const { values } = parseArgs({
  options: {
    edits: { type: 'string', default: '1000000' },
    kills: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
  },
});
const [edits, kills, seed] = [values.edits, values.kills, values.seed].map(Number) as [number, number, number];
if (![edits, kills, seed].every((value) => Number.isSafeInteger(value) && value >= 0)) {
  console.error('expected --edits, --kills and --seed to be integers of 0 or more');
  process.exit(2);
}

const seconds = (from: number): string => `${((performance.now() - from) / 1000).toFixed(1)} s`;
const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1]!;

function timed(work: () => void): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}

/** Every edit is a set with at least one change; every thousandth text is long. */
function laws(): void {
  const from = performance.now();
  let done = 0;
  let changes = 0;
  for (let round = 0; done < edits; round++) {
    try {
      const tried = checkEditLaws(random(seed + round), round % 1000 === 0 ? 4_000 : 40);
      changes += tried;
      if (tried > 0) done++;
    } catch (error) {
      console.error(`violation, seed ${seed + round}:`, error);
      process.exit(1);
    }
  }
  console.log(`edits: ${done} random edits (${changes} changes), 0 violations, seed ${seed}, ${seconds(from)}`);
}

/** `apply` against plain slicing of the same texts by the same changes. */
function applyRatio(): void {
  const rng = random(seed);
  const cases = Array.from({ length: 2_000 }, () => {
    const text = randomText(rng, 400);
    return { text, set: ChangeSet.of(text.length, randomChanges(rng, text)) };
  });
  const own: number[] = [];
  const plain: number[] = [];
  for (let round = 0; round < 21; round++) {
    own.push(timed(() => cases.forEach(({ text, set }) => void set.apply(text))));
    plain.push(timed(() => cases.forEach(({ text, set }) => void applySlowly(text, set.changes))));
  }
  const each = (median(own) / cases.length) * 1e6;
  console.log(`apply: ${each.toFixed(0)} ns an edit, ${(median(own) / median(plain)).toFixed(2)} times plain slicing`);
}

/** A draft over `count` files against writing, syncing and renaming each by itself. */
function integrateRatio(count: number): void {
  const names = Array.from({ length: count }, (_, i) => `f${i}.ts`);
  const text = 'const x = 1;\n'.repeat(200);
  const place = makePlace(Object.fromEntries(names.map((name) => [name, text])));
  const bare = mkdtempSync(join(tmpdir(), 'assay-bare-'));
  const draft = draftOf(Object.fromEntries(names.map((name) => [name, [text, `${text}y`]])));
  const own: number[] = [];
  const floor: number[] = [];
  for (let round = 0; round < 7; round++) {
    own.push(timed(() => void integrate(place.root, place.store, draft)));
    floor.push(
      timed(() => {
        for (const name of names) {
          const file = openSync(join(bare, `${name}.tmp`), 'w');
          writeFileSync(file, `${text}y`);
          fsyncSync(file);
          closeSync(file);
          renameSync(join(bare, `${name}.tmp`), join(bare, name));
        }
      }),
    );
    if (!undo(place.root, place.store).ok) throw new Error('undo failed');
  }
  for (const folder of [place.root, bare]) rmSync(folder, { recursive: true, force: true });
  const ratio = (median(own) / median(floor)).toFixed(2);
  console.log(
    `integrate: ${count} files in ${median(own).toFixed(1)} ms, ${ratio} times write, fsync and rename of each`,
  );
}

laws();
applyRatio();
integrateRatio(1);
integrateRatio(50);
const from = performance.now();
try {
  const report = await killTrials(kills, seed, tmpdir());
  console.log(
    `kills: ${report.kills} SIGKILLs, ${report.inside} with the journal open, ${report.mixed} with files old and new side by ` +
      `side; every file whole, ${report.finished} finished and ${report.rolledBack} rolled back, seed ${seed}, ${seconds(from)}`,
  );
} catch (error) {
  console.error('violation:', error);
  process.exit(1);
}
