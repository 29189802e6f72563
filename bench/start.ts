/**
 * `assay --version` against `node -e 0`, in turn, whole processes: the ratio of the medians. Bar: at most 1.3.
 *
 *     node bench/start.ts [--runs 41]
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '41' } } });
const bin = fileURLToPath(new URL('../bin/assay.js', import.meta.url));

function run(args: readonly string[]): number {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  return performance.now() - started;
}

const floor: number[] = [];
const ours: number[] = [];
for (let i = 0; i < Number(values.runs); i++) {
  floor.push(run(['-e', '0']));
  ours.push(run([bin, '--version']));
}
const median = (times: number[]): number => times.sort((a, b) => a - b)[times.length >> 1]!;
const [base, own] = [median(floor), median(ours)];
console.log(
  `node -e 0 ${base.toFixed(1)} ms, assay --version ${own.toFixed(1)} ms, ratio ${(own / base).toFixed(2)} (${values.runs} runs each)`,
);
process.exitCode = own / base <= 1.3 ? 0 : 1;
