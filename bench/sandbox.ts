/**
 * What each level of isolation costs: the first opening in a process (what it loads and tries), a later one, and one
 * command over what the same command costs as a trusted tool. Medians; levels take turns, so that load falls on all alike.
 *
 *     node bench/sandbox.ts [--runs 30]
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type IsolationLevel, openSandbox, runTool } from '../src/sandbox/index.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '30' } } });
const runs = Number(values.runs);
if (!Number.isSafeInteger(runs) || runs < 1) {
  console.error(`expected --runs to be an integer of 1 or more, got ${values.runs}`);
  process.exit(2);
}
const tree = realpathSync(mkdtempSync(join(tmpdir(), 'assay-bench-')));
const COMMANDS = { true: ['true'], 'node -e 0': ['node', '-e', '0'] } as const;
const LEVELS: readonly IsolationLevel[] = ['strong', 'namespaces', 'restricted'];

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1]!;
const ms = (value: number): string => `${value.toFixed(1)} ms`;

async function open(level: IsolationLevel) {
  const from = performance.now();
  const sandbox = await openSandbox({ access: { read: [], write: [tree], network: false }, levels: [level] });
  return { sandbox, ms: performance.now() - from };
}

const times = new Map<string, number[]>();
const note = (what: string, value: number): void => void times.set(what, [...(times.get(what) ?? []), value]);

const given: IsolationLevel[] = [];
for (const level of LEVELS) {
  const first = await open(level);
  if (!first.sandbox.ok) {
    console.log(`${level}: not given: ${first.sandbox.issues.map(({ message }) => message).join('; ')}`);
    continue;
  }
  given.push(level);
  note(`${level} | first opening`, first.ms);
  await first.sandbox.value.close();
}
for (let run = 0; run < runs; run++) {
  for (const [name, argv] of Object.entries(COMMANDS)) {
    note(`none | ${name}`, (await runTool({ argv, cwd: tree })).ms);
    for (const level of given) {
      const later = await open(level);
      if (!later.sandbox.ok) throw new Error(later.sandbox.issues[0]!.message);
      note(`${level} | later opening`, later.ms);
      const from = performance.now();
      const seen = await later.sandbox.value.run({ argv, cwd: tree });
      if (seen.exitCode !== 0) throw new Error(`${level}: ${name} ended with ${seen.exitCode ?? seen.signal}`);
      note(`${level} | ${name}`, performance.now() - from);
      await later.sandbox.value.close();
    }
  }
}
for (const [what, all] of times) console.log(`${what} | ${ms(median(all))} | n ${all.length}`);
rmSync(tree, { recursive: true });
