/**
 * Wrong drafts of HumanEval-TS mended from the doc examples alone, judged by the hidden tests.
 *
 *     node bench/repair.ts <humaneval-ts.jsonl> <folder of drafts> [--every n] [--show]
 *
 * The drafts are the files that `bench/compare.ts` reads. Counted are those that fail the hidden tests and at least one doc example: the
 * others give nothing to go by. Fitting: an edited body that meets all doc examples. Right: the first passes the hidden tests.
 * Both are for evaluation only.
 */
import assert from 'node:assert';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import { noEvents, type RepoPath } from '../src/base/index.ts';
import { bodyText } from '../src/jobs/fill/draft.ts';
import { repairProposer } from '../src/jobs/fill/repairProposer.ts';
import type { FillTask } from '../src/jobs/fill/types.ts';
import { docExamplesOf, functionsOf, shapeOf } from '../src/lang/index.ts';

interface Row {
  readonly name: string;
  readonly prompt: string;
  readonly test: string;
}

interface Draft {
  readonly instance_id: string;
  readonly compilable: string | null;
  readonly tests_passed: boolean | null;
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { every: { type: 'string', default: '1' }, show: { type: 'boolean', default: false } },
});
const [tasks, folder] = positionals;
if (!tasks || !folder)
  throw new Error('usage: node bench/repair.ts <humaneval-ts.jsonl> <folder of drafts> [--every n]');
const lines = (file: string): string[] => readFileSync(file, 'utf8').trim().split('\n');
const rows = new Map(
  lines(tasks)
    .map((line) => JSON.parse(line) as Row)
    .map((row) => [row.name, row]),
);
const drafts = readdirSync(folder)
  .filter((name) => /^humaneval.*_synth_nc\.jsonl$/.test(name))
  .flatMap((name) => lines(join(folder, name)).map((line) => JSON.parse(line) as Draft))
  .filter(({ tests_passed, compilable }) => tests_passed === false && compilable !== null);
const seen = new Set<string>();
const root = mkdtempSync(join(tmpdir(), 'assay-repair-'));
const count = { wrong: 0, failing: 0, fitting: 0, right: 0, amongFive: 0 };
const judged: { readonly confidence: number; readonly right: boolean }[] = [];
const times: number[] = [];

for (const [index, draft] of drafts.entries()) {
  if (index % Number(flags.every) !== 0) continue;
  const row = rows.get(draft.instance_id);
  const text = draft.compilable!.split(/\n\s*declare var require: any;/)[0]!;
  if (!row || seen.has(text)) continue;
  seen.add(text);
  count.wrong++;
  const task = taskOf(row, text);
  if (!task) continue;
  const began = performance.now();
  const found = await repairProposer({ root, allowRestricted: true }).propose(task, { ms: 60_000, events: noEvents });
  // It meets all doc examples: nothing says that it is wrong.
  if (!found.ok) continue;
  times.push(performance.now() - began);
  count.failing++;
  const { proposals, confidence, expressions } = found.value;
  const passes = proposals.slice(0, 5).map(({ bodies: [body] }) => passesTest(row, task, bodyText(task, body!)));
  if (passes.length > 0) {
    count.fitting++;
    judged.push({ confidence, right: passes[0]! });
  }
  if (passes[0]) count.right++;
  if (passes.includes(true)) count.amongFive++;
  const at = passes.indexOf(true);
  const told = passes.length === 0 ? 'nothing' : at === 0 ? 'RIGHT' : at > 0 ? `right at ${at + 1}` : 'wrong';
  console.log(
    `${row.name}: ${told}, ${Math.round(confidence * 100)} % sure, ${proposals.length} behaviours, cost ${proposals[0]?.cost ?? '–'}, ${task.problem.examples.length} examples, ${expressions} edits`,
  );
  if (flags.show && proposals[0])
    console.log(`${text.slice(task.written.body.start)}\n→ ${bodyText(task, proposals[0].bodies[0]!)}`);
}
rmSync(root, { recursive: true });
times.sort((a, b) => a - b);
const at = (part: number): string => ((times[Math.floor((times.length - 1) * part)] ?? 0) / 1000).toFixed(1);
console.log(
  `${count.wrong} wrong drafts, ${count.failing} fail a doc example: ${count.fitting} mended to fit, ${count.right} right, ${count.amongFive} right among five; median ${at(0.5)} s, p90 ${at(0.9)} s`,
);
for (const [from, to] of [
  [0, 0.3],
  [0.3, 0.6],
  [0.6, 1.01],
] as const) {
  const these = judged.filter(({ confidence }) => confidence >= from && confidence < to);
  console.log(`sure from ${from} to ${to}: ${these.filter((one) => one.right).length} of ${these.length} right`);
}

function taskOf({ prompt, name: instance }: Row, text: string): FillTask | undefined {
  const asked = functionsOf(`${prompt}\n}`, 'problem.ts').at(-1);
  const written = asked && functionsOf(text, 'draft.ts').find(({ name }) => name === asked.name);
  if (!asked?.returns || !written) return undefined;
  const { name, parameters, returns, span } = asked;
  const { examples, prose } = docExamplesOf(prompt.slice(0, span.start), name);
  if (examples.length === 0) return undefined;
  const problem = {
    name,
    parameters: parameters.map((one, index) => ({
      name: written.parameters[index]?.name ?? one.name,
      shape: shapeOf(one.type ?? 'unknown'),
    })),
    returns: shapeOf(returns),
    examples,
    prose,
  };
  return {
    path: `${instance}.ts` as RepoPath,
    text,
    written: { ...written, isStub: false },
    problem,
    sources: [],
    callees: new Map(),
  };
}

/** The mended program runs with the problem's test, in a context of its own. */
function passesTest({ test }: Row, { text, written }: FillTask, body: string): boolean {
  const program = text.slice(0, written.body.start) + body + text.slice(written.body.end);
  try {
    const source = stripTypeScriptTypes(`${program}\n${test.replace(/^\s*\}/, '')}`);
    runInContext(source, createContext({ require: () => assert, console }), { timeout: 3_000 });
    return true;
  } catch {
    return false;
  }
}
