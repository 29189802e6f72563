/**
 * Search on HumanEval-TS without a model: what it finds from the doc examples alone, judged by the hidden tests.
 *
 *     node bench/search.ts <humaneval-ts.jsonl> [--ms 8000] [--only <part of a name>] [--show] [--model]
 *
 * Consistent: a body that fits all doc examples. Right: the first passes the hidden tests; among five: one of the first
 * five behaviours does. `--model` adds costs from the shipped prior. The problems are for evaluation only.
 */
import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { parseArgs } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import { docExamplesOf, functionsOf, shapeOf } from '../src/lang/index.ts';
import { loadShippedPrior, ngram } from '../src/model/index.ts';
import { modelCosts, type Problem, search } from '../src/search/index.ts';
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
    every: { type: 'string', default: '1' },
    expressions: { type: 'string', default: '5000000' },
  },
});
const [file] = positionals;
if (!file)
  throw new Error('usage: node bench/search.ts <humaneval-ts.jsonl> [--ms n] [--only part] [--every n] [--show]');
const rows = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Row)
  .filter(({ name }, index) => name.includes(flags.only ?? '') && index % Number(flags.every) === 0);

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
  const report = await search(problem, {
    ms: Number(flags.ms),
    expressions: Number(flags.expressions),
    ...(model ? { costs: modelCosts(model, tokenizer, problem, row.prompt.trimEnd()) } : {}),
  });
  times.push(report.ms);
  total += report.expressions;
  const passes = report.behaviours.slice(0, 5).map(({ body }) => passesTest(row, body));
  if (passes.length > 0) consistent++;
  if (passes[0]) right++;
  if (passes.includes(true)) amongFive++;
  const at = passes.indexOf(true);
  const told = passes.length === 0 ? 'nothing' : at === 0 ? 'RIGHT' : at > 0 ? `right at ${at + 1}` : 'wrong';
  console.log(
    `${row.name} (${problem.examples.length} examples): ${told}, ${report.behaviours.length} behaviours, ${report.expressions} expressions, ${(report.ms / 1000).toFixed(1)} s, ${report.end}`,
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
