/**
 * Search on HumanEval-TS without a model: what it finds from the doc examples alone, judged by the hidden tests.
 *
 *     node bench/search.ts <humaneval-ts.jsonl> [--ms 8000] [--only <parts of names>] [--every n [--from i]] [--show] [--model] [--drafts <folder>]
 *
 * Consistent: a body that fits all doc examples. Right: the first passes the hidden tests; among five: one of the first
 * five behaviours does. `--model` adds costs from the shipped prior. `--drafts` names the folder that `bench/compare.ts` reads: a right
 * draft of it answers two questions, each on the first input that parts the behaviours. The problems are for evaluation only.
 */
import assert from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import { docExamplesOf, functionsOf, shapeOf } from '../src/lang/index.ts';
import { loadShippedPrior, ngram } from '../src/model/index.ts';
import { type Example, modelCosts, type Problem, type SearchReport, search } from '../src/search/index.ts';
import { loadShipped } from '../src/tokens/index.ts';

interface Row {
  readonly name: string;
  readonly prompt: string;
  readonly test: string;
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ms: { type: 'string', default: '8000' },
    only: { type: 'string' },
    show: { type: 'boolean', default: false },
    model: { type: 'boolean', default: false },
    drafts: { type: 'string' },
    every: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    expressions: { type: 'string', default: '5000000' },
  },
});
const [file] = positionals;
if (!file)
  throw new Error(
    'usage: node bench/search.ts <humaneval-ts.jsonl> [--ms n] [--only part] [--every n [--from i]] [--show]',
  );
const rows = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Row)
  .filter(
    ({ name }, index) =>
      (flags.only ?? '').split(',').some((part) => name.includes(part)) &&
      index % Number(flags.every) === Number(flags.from),
  );

/** Drafts that pass the hidden tests, by problem. */
const drafts = flags.drafts === undefined ? new Map<string, string>() : rightDrafts(flags.drafts);
const QUESTIONS = 2;
/** Answered questions, and problems right after so many. */
let asked = 0;
let rightAsked = 0;
const judged: { readonly confidence: number; readonly right: boolean }[] = [];

const tokenizer = loadShipped();
const model = flags.model ? ngram({ vocabulary: tokenizer.vocabulary, prior: loadShippedPrior(tokenizer) }) : undefined;
let withExamples = 0;
let consistent = 0;
let right = 0;
let amongFive = 0;
let total = 0;
const times: number[] = [];
for (const row of rows) {
  const problem = problemOf(row);
  if (!problem) {
    console.log(`${row.name}: not read`);
    continue;
  }
  if (problem.examples.length > 0) withExamples++;
  const look = (examples: readonly Example[]): Promise<SearchReport> =>
    search(
      { ...problem, examples },
      {
        ms: Number(flags.ms),
        expressions: Number(flags.expressions),
        ...(model ? { costs: modelCosts(model, tokenizer, problem, row.prompt.trimEnd()) } : {}),
      },
    );
  const report = await look(problem.examples);
  times.push(report.ms);
  total += report.expressions;
  const passes = report.behaviours.slice(0, 5).map(({ body }) => passesTest(row, body));
  if (passes.length > 0) consistent++;
  if (passes[0]) right++;
  if (passes.includes(true)) amongFive++;
  if (passes.length > 0) judged.push({ confidence: report.confidence, right: passes[0]! });
  let after = passes[0] ?? false;
  const draft = drafts.get(row.name);
  if (draft !== undefined) {
    const examples = [...problem.examples];
    let now = report;
    for (let round = 0; round < QUESTIONS; round++) {
      const answer = answered(now, draft, problem.name);
      if (!answer) break;
      asked++;
      examples.push(answer);
      now = await look(examples);
    }
    after = now.behaviours[0] !== undefined && passesTest(row, now.behaviours[0].body);
  }
  if (after) rightAsked++;
  const at = passes.indexOf(true);
  const told = passes.length === 0 ? 'nothing' : at === 0 ? 'RIGHT' : at > 0 ? `right at ${at + 1}` : 'wrong';
  console.log(
    `${row.name} (${problem.examples.length} examples): ${told}${after === (passes[0] ?? false) ? '' : after ? ', RIGHT when asked' : ', wrong when asked'}, ${Math.round(report.confidence * 100)} % sure, ${report.behaviours.length} behaviours, ${report.expressions} expressions, ${(report.ms / 1000).toFixed(1)} s, ${report.end}`,
  );
  if (!flags.show) continue;
  for (const { body, cost } of report.behaviours.slice(0, 5))
    console.log(`    [${cost}] ${body.replaceAll('\n', '\n        ')}`);
  if (report.nearest) console.log(`    nearest: ${report.nearest.body.replaceAll('\n', '\n        ')}`);
}
times.sort((a, b) => a - b);
const at = (part: number): string => ((times[Math.floor((times.length - 1) * part)] ?? 0) / 1000).toFixed(1);
console.log(
  `${rows.length} problems, ${withExamples} with examples: ${consistent} consistent, ${right} right, ${amongFive} right among five`,
);
console.log(
  `median ${at(0.5)} s, p90 ${at(0.9)} s, most ${at(1)} s; ${Math.round(total / times.reduce((sum, ms) => sum + ms, 0))} expressions a millisecond`,
);

const sure = judged.filter(({ confidence }) => confidence >= 0.3);
console.log(
  `confidence at least 30 %: ${sure.length} of ${judged.length}, ${sure.filter((one) => one.right).length} right; calibration error ${calibration().toFixed(3)} (five bins)`,
);
if (drafts.size > 0) console.log(`${rightAsked} right with at most ${QUESTIONS} questions each, ${asked} answered`);

/** How far confidence and share of right ones lie apart, over five bins of equal size. */
function calibration(): number {
  const sorted = [...judged].sort((a, b) => a.confidence - b.confidence);
  let error = 0;
  for (let bin = 0; bin < 5; bin++) {
    const these = sorted.slice((bin * sorted.length) / 5, ((bin + 1) * sorted.length) / 5);
    error += Math.abs(these.reduce((sum, one) => sum + one.confidence - Number(one.right), 0)) / sorted.length;
  }
  return error;
}

function rightDrafts(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of readdirSync(folder).filter((name) => /^humaneval.*_synth_nc\.jsonl$/.test(name)))
    for (const line of readFileSync(join(folder, file), 'utf8').trim().split('\n')) {
      const draft = JSON.parse(line) as {
        readonly instance_id: string;
        readonly compilable: string;
        readonly tests_passed: boolean | null;
      };
      // What follows are the hidden tests.
      if (draft.tests_passed)
        found.set(draft.instance_id, draft.compilable.split(/\n\s*declare var require: any;/)[0]!);
    }
  return found;
}

/** What a right draft gives for the first input on which the behaviours part. */
function answered({ behaviours, inputs }: SearchReport, draft: string, name: string): Example | undefined {
  const parts = inputs.filter(
    (_, index) => new Set(behaviours.map(({ outputs }) => JSON.stringify(outputs[index]) ?? '')).size > 1,
  );
  for (const args of parts) {
    try {
      const context = createContext({ require: () => assert, args: structuredClone(args) });
      const text = runInContext(`${stripTypeScriptTypes(draft)}\nJSON.stringify([${name}(...args)])`, context, {
        timeout: 3_000,
      }) as string;
      const value: unknown = (JSON.parse(text) as unknown[])[0];
      // What JSON does not carry is no answer.
      if (value !== null) return { args, expected: { kind: 'value', value } };
    } catch {
      // A call that the right draft does not take: nobody would ask for it.
    }
  }
  return undefined;
}

function problemOf({ prompt }: Row): Problem | undefined {
  const written = functionsOf(`${prompt}\n}`, 'problem.ts').at(-1);
  if (!written?.returns) return undefined;
  const { name, parameters, returns, span } = written;
  const { examples, prose } = docExamplesOf(prompt.slice(0, span.start), name);
  return {
    name,
    parameters: parameters.map((one) => ({ name: one.name, shape: shapeOf(one.type ?? 'unknown') })),
    returns: shapeOf(returns),
    examples,
    prose,
  };
}

/** The program runs assay's own text and the problem's test, in a context of its own. */
function passesTest({ prompt, test }: Row, body: string): boolean {
  const program = stripTypeScriptTypes(`${prompt}\n${body}\n}\n${test}`);
  try {
    runInContext(program, createContext({ require: () => assert, console }), { timeout: 3_000 });
    return true;
  } catch {
    return false;
  }
}
