/**
 * `npm test`: every suite the machine allows: assay's own, that of `examples/shop`, and the training recipe's in Python.
 * Lists each skip with its reason; the last line is `N passed, N failed`. With ASSAY_NO_SKIP=1 a skip counts as a failure.
 */
import { spawnSync } from 'node:child_process';
import { startVitest } from 'vitest/node';

interface Tally {
  passed: number;
  failed: number;
  readonly skips: string[];
}

async function suite(root: string, filters: readonly string[], tally: Tally): Promise<void> {
  const vitest = await startVitest('test', [...filters], { root, watch: false, run: true, reporters: ['default'] });
  for (const module of vitest.state.getTestModules()) {
    // A file that fails to load has no tests to fail.
    if (module.errors().length > 0) tally.failed++;
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === 'passed') tally.passed++;
      else if (result.state === 'failed') tally.failed++;
      else {
        const note = result.state === 'skipped' ? result.note : undefined;
        tally.skips.push(`${module.relativeModuleId} > ${test.fullName}: ${note ?? 'no reason given'}`);
      }
    }
  }
  if (vitest.state.getUnhandledErrors().length > 0) tally.failed++;
  await vitest.close();
}

/** Debian's, which is the one that has PyTorch. */
const PYTHON = '/usr/bin/python3';

/** The recipe under `runs/`, which needs PyTorch. Python tells on its last lines what it ran. */
function recipe(root: string, tally: Tally): void {
  const torch = spawnSync(PYTHON, ['-c', 'import torch'], { encoding: 'utf8' });
  if (torch.status !== 0) {
    tally.skips.push(`runs/test_recipe.py: needs PyTorch at ${PYTHON} (Debian: python3-torch, libopenblas0-pthread)`);
    return;
  }
  const ran = spawnSync(PYTHON, ['-m', 'unittest', 'discover', 'runs'], { cwd: root, encoding: 'utf8' });
  console.log(ran.stderr);
  const count = (pattern: RegExp): number => Number(pattern.exec(ran.stderr)?.[1] ?? 0);
  const failed = count(/\bfailures=(\d+)/) + count(/\berrors=(\d+)/);
  const skipped = count(/\bskipped=(\d+)/);
  if (skipped > 0) tally.skips.push(`runs/test_recipe.py: ${skipped} skipped, see above`);
  tally.passed += count(/^Ran (\d+) tests?/m) - failed - skipped;
  tally.failed += failed === 0 && ran.status !== 0 ? 1 : failed;
}

const root = new URL('..', import.meta.url).pathname;
const filters = process.argv.slice(2);
const tally: Tally = { passed: 0, failed: 0, skips: [] };
await suite(root, filters, tally);
if (filters.length === 0) {
  await suite(`${root}examples/shop`, [], tally);
  recipe(root, tally);
}

if (tally.skips.length > 0) {
  console.log(`\nSkipped:\n${tally.skips.map((skip) => `  ${skip}`).join('\n')}`);
  if (process.env.ASSAY_NO_SKIP === '1') tally.failed += tally.skips.length;
}
console.log(`\n${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 && tally.passed > 0 ? 0 : 1);
