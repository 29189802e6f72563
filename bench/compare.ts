/**
 * Agreement on real drafts of which is known whether they are right: how often the chosen one is, without and with simulated
 * questions, how well the confidence holds, how long it takes.
 *
 *     node bench/compare.ts observe <folder> [--every n]    runs all drafts, writes <folder>/observed.jsonl
 *     node bench/compare.ts judge <folder>                  the figures, by cross-validation over problems; new coefficients
 *     node bench/compare.ts time <folder> [--every n]       whole comparisons, one after the other
 *
 * The folder holds the files experiments/main/results_paper/humaneval_*_synth_nc.jsonl of
 * eth-sri/type-constrained-code-generation: six models × 4 drafts of 159 functions, with the result of the hidden tests. They have
 * no licence, so none of them is kept here. A question is answered with what a right draft gives, where there is one.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { random } from '../src/base/index.ts';
import { openComparison } from '../src/jobs/compare/index.ts';
import { transpilerPath } from '../src/lang/index.ts';
import { openSandbox } from '../src/sandbox/index.ts';
import {
  type Behaviour,
  type CalledExample,
  type Claim,
  examplesOf,
  featuresOf,
  inputSource,
  inputsOf,
  judge,
  logistic,
  type Origin,
  type Outcome,
  parametersOf,
  partingInputs,
  resultOf,
  runDrafts,
  subjectOf,
} from '../src/verify/index.ts';

interface Draft {
  readonly model: string;
  readonly code: string;
  readonly right: boolean;
}
interface Problem {
  readonly id: string;
  readonly symbol: string;
  readonly prompt: string;
  readonly drafts: readonly Draft[];
}
interface Observed {
  readonly id: string;
  readonly examples: readonly CalledExample[];
  readonly inputs: readonly { readonly source: string; readonly origin: Origin }[];
  readonly models: readonly string[];
  readonly right: readonly boolean[];
  readonly hashes: readonly (string | null)[];
  readonly outcomes: readonly (readonly Outcome[] | null)[];
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { every: { type: 'string', default: '1' } },
});
const FOLDS = 10;
const WAYS = 20;
/** Powers of kinship that are tried. */
const POWERS = [0, 0.2, 0.4, 0.6, 0.8, 1];
const [mode, folder] = positionals;
if (folder === undefined) throw new Error('usage: node bench/compare.ts observe|judge|time <folder> [--every n]');
const cache = join(folder, 'observed.jsonl');
if (mode === 'observe') await observe();
else if (mode === 'judge') figures();
else if (mode === 'time') await time();
else throw new Error(`expected observe, judge or time, found ${mode}`);

function problems(): readonly Problem[] {
  const found = new Map<string, { symbol: string; prompt: string; drafts: Draft[] }>();
  for (const file of readdirSync(folder!)
    .filter((name) => /^humaneval.*_synth_nc\.jsonl$/.test(name))
    .sort()) {
    for (const line of readFileSync(join(folder!, file), 'utf8').trim().split('\n')) {
      const row = JSON.parse(line) as {
        instance_id: string;
        prompt: string;
        compilable: string;
        tests_passed: boolean | null;
      };
      const symbol = /function\s+(\w+)\s*\(/.exec(row.prompt)![1]!;
      const problem = found.get(row.instance_id) ?? { symbol, prompt: row.prompt, drafts: [] };
      found.set(row.instance_id, problem);
      // What follows are the hidden tests.
      const code = row.compilable.split(/\n\s*declare var require: any;/)[0]!;
      problem.drafts.push({ model: file.split('_s=')[0]!, code, right: row.tests_passed === true });
    }
  }
  return [...found].map(([id, rest]) => ({ id, ...rest })).filter((_, index) => index % Number(flags.every) === 0);
}

async function observe(): Promise<void> {
  const home = dirname(transpilerPath());
  const opened = await openSandbox({
    access: { read: [home], write: [], network: false },
    levels: ['strong', 'namespaces'],
  });
  if (!opened.ok) throw new Error(opened.issues[0]!.message);
  writeFileSync(cache, '');
  for (const { id, symbol, prompt, drafts } of problems()) {
    const read = drafts.map(({ code }, index) =>
      subjectOf({ path: `d${index}.ts`, url: `file:///tmp/d${index}.ts`, text: code }, symbol),
    );
    const subjects = read.flatMap((one) => (one.ok ? [one.value] : []));
    const lead = parametersOf(subjects);
    const examples = examplesOf(subjects, symbol, prompt);
    const literals = [...new Set(subjects.flatMap((one) => one.literals))];
    const made = inputsOf({ ...lead, examples: examples.map(({ args }) => args), literals, seed: 1, count: 100 });
    if ('unknown' in made) {
      console.log(`${id}: no inputs: ${made.unknown}`);
      continue;
    }
    const unique = [...new Map(subjects.map((one) => [one.hash, one])).values()];
    const ran = await runDrafts(
      opened.value,
      home,
      unique.map(({ runnable }) => runnable),
      made.inputs.map(({ source }) => source),
    );
    const by = new Map(unique.map(({ hash }, index) => [hash, ran[index]!.outcomes]));
    const observed: Observed = {
      id,
      examples,
      inputs: made.inputs.map(({ source, origin }) => ({ source, origin })),
      models: drafts.map(({ model }) => model),
      right: drafts.map(({ right }) => right),
      hashes: read.map((one) => (one.ok ? one.value.hash : null)),
      outcomes: read.map((one) => (one.ok ? by.get(one.value.hash)! : null)),
    };
    writeFileSync(cache, `${JSON.stringify(observed)}\n`, { flag: 'a' });
    console.log(`${id}: ${unique.length} texts, ${made.inputs.length} inputs, ${examples.length} examples`);
  }
  await opened.value.close();
}

/** One judgement: what the confidence is made of, and whether the choice was right. */
interface Row {
  readonly features: readonly number[];
  readonly right: boolean;
  readonly problem: number;
  /** All drafts and the examples: what the figures are about. */
  readonly whole: boolean;
}

function figures(): void {
  const all = readFileSync(cache, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Observed);
  const rows: Row[] = [];
  const right = [0, 0, 0];
  let asked = 0;
  let fractions = 0;
  all.forEach((one, problem) => {
    const { behaviours, origins, claims } = judgedBy(one);
    fractions += one.right.filter(Boolean).length / one.right.length;
    const models = [...new Set(one.models)];
    const indexes = one.models.map((_, index) => index);
    const ofModel = (model: string): number[] => indexes.filter((index) => one.models[index] === model);
    const sets = [
      indexes,
      ...models.map(ofModel),
      ...[0, 1, 2, 3].map((at) => models.map((model) => ofModel(model)[at]!)),
    ];
    for (const set of sets) {
      for (const examples of [claims, []]) {
        const judgement = judge(
          set.map((index) => behaviours[index]!),
          origins,
          examples,
          [],
        );
        const isRight = judgement.chosen !== undefined && one.right[set[judgement.chosen]!]!;
        rows.push({
          features: featuresOf(judgement, examples.length),
          right: isRight,
          problem,
          whole: set === indexes && examples === claims,
        });
      }
    }
    const oracle = one.right.indexOf(true);
    const answers: Claim[] = [];
    for (let questions = 0; questions < right.length; questions++) {
      const judgement = judge(behaviours, origins, claims, answers);
      if (judgement.chosen !== undefined && one.right[judgement.chosen]) right[questions]!++;
      if (oracle < 0) continue;
      const left = judgement.clusters.filter(({ pruned }) => !pruned);
      const passing = left.filter(({ passed }) => passed === claims.length);
      const among = passing.length > 0 ? passing : left;
      const inputs = one.inputs.map((input, index) => ({
        ...input,
        args: [],
        ...(answers.some((answer) => answer.input === index) ? { origin: 'answer' as const } : {}),
      }));
      const truth = behaviours[oracle]!.outcomes;
      const input = partingInputs(
        inputs,
        among,
        among.map(({ members }) => behaviours[members[0]!]!.outcomes),
        12,
      ).find((index) => resultOf(truth[index]!) !== undefined);
      if (input === undefined) continue;
      if (questions === 0) asked++;
      answers.push({ input, wanted: { kind: 'as', outcome: truth[input]! } });
    }
  });
  const percent = (count: number): string => ((100 * count) / all.length).toFixed(1);
  console.log(
    `${all.length} problems; mean draft ${percent(fractions)} %, any draft right ${percent(all.filter((one) => one.right.includes(true)).length)} %`,
  );
  console.log(
    `right without a question ${percent(right[0]!)} %, with one ${percent(right[1]!)} %, with two ${percent(right[2]!)} %; asked on ${asked}`,
  );
  calibration(rows, all.length);
  kinship(all);
}

/** What a power of kinship chosen on nine tenths of the problems gives on the rest, over several ways to part them. */
function kinship(all: readonly Observed[]): void {
  const right = POWERS.map((power) =>
    all.map((one) => {
      const { behaviours, origins, claims } = judgedBy(one);
      const { chosen } = judge(behaviours, origins, claims, [], new Set(), power);
      return chosen !== undefined && one.right[chosen]! ? 1 : 0;
    }),
  );
  const share = (list: readonly number[]): string => ((100 * list.reduce((a, b) => a + b, 0)) / list.length).toFixed(1);
  console.log(`kinship: ${POWERS.map((power, at) => `${power}: ${share(right[at]!)} %`).join(', ')}`);
  const held: number[] = [];
  const picks = new Map<number, number>();
  for (let way = 0; way < WAYS; way++) {
    const numbers = random(way + 1);
    const order = all.map((_, index) => ({ index, key: numbers.float() })).sort((a, b) => a.key - b.key);
    for (let fold = 0; fold < FOLDS; fold++) {
      const counts = POWERS.map((_, at) =>
        order.reduce((sum, { index }, place) => sum + (place % FOLDS === fold ? 0 : right[at]![index]!), 0),
      );
      // Of those that do as well, the middle one.
      const best = counts.flatMap((count, at) => (count === Math.max(...counts) ? [at] : []));
      const pick = best[best.length >> 1]!;
      picks.set(POWERS[pick]!, (picks.get(POWERS[pick]!) ?? 0) + 1);
      held.push(...order.filter((_, place) => place % FOLDS === fold).map(({ index }) => right[pick]![index]!));
    }
  }
  const taken = [...picks].sort((a, b) => a[0] - b[0]).map(([power, count]) => `${power} in ${count}`);
  console.log(
    `  chosen on nine tenths: ${share(held)} % right on the rest (${WAYS} ways to part them, ${WAYS * FOLDS} choices: ${taken.join(', ')})`,
  );
}

/** What a cached problem says to `judge`. */
function judgedBy(one: Observed) {
  const nothing = one.inputs.map((): Outcome => ({ kind: 'unknown', reason: 'not read' }));
  return {
    behaviours: one.outcomes.map(
      (outcomes, index): Behaviour => ({
        outcomes: outcomes ?? nothing,
        kin: one.hashes[index] ? [one.hashes[index]!] : [],
      }),
    ),
    origins: one.inputs.map(({ origin }) => origin),
    claims: one.examples.flatMap(({ args, expected }): Claim[] => {
      const input = one.inputs.findIndex(({ source }) => source === inputSource(args));
      return input < 0 ? [] : [{ input, wanted: expected }];
    }),
  };
}

function calibration(rows: readonly Row[], count: number): void {
  const held: { readonly sure: number; readonly row: Row }[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const coefficients = fitted(rows.filter(({ problem }) => problem % FOLDS !== fold));
    for (const row of rows)
      if (row.problem % FOLDS === fold) held.push({ sure: logistic(row.features, coefficients), row });
  }
  const whole = held.filter(({ row }) => row.whole);
  console.log(
    `calibration error on problems not fitted on: ${error(whole, 5, 'count')} (5 bins of equal count), ${error(whole, 10, 'width')} (10 of equal width), ${count} problems`,
  );
  console.log(
    `  with fewer drafts or without examples too: ${error(held, 10, 'count')}, ${error(held, 10, 'width')}, ${held.length} choices`,
  );
  console.log(
    `coefficients: ${fitted(rows)
      .map((one) => one.toFixed(2))
      .join(', ')}`,
  );
}

/** Logistic regression by gradient descent; whole comparisons count five times. */
function fitted(rows: readonly Row[]): readonly number[] {
  const coefficients = rows[0]!.features.map(() => 0);
  for (let step = 0; step < 3_000; step++) {
    const gradient = coefficients.map(() => 0);
    let mass = 0;
    for (const { features, right, whole } of rows) {
      const weight = whole ? 5 : 1;
      const miss = weight * (logistic(features, coefficients) - (right ? 1 : 0));
      mass += weight;
      features.forEach((one, index) => {
        gradient[index]! += miss * one;
      });
    }
    gradient.forEach((one, index) => {
      coefficients[index]! -= 1.5 * (one / mass + (index > 0 ? 1e-3 * coefficients[index]! : 0));
    });
  }
  return coefficients;
}

/** Expected calibration error: |how sure − how often right| over bins, by their share. */
function error(
  held: readonly { readonly sure: number; readonly row: Row }[],
  bins: number,
  by: 'count' | 'width',
): string {
  const sorted = [...held].sort((a, b) => a.sure - b.sure);
  const binOf = (one: (typeof held)[number], index: number): number =>
    Math.min(bins - 1, Math.floor(by === 'count' ? (index * bins) / sorted.length : one.sure * bins));
  const gaps = new Array<number>(bins).fill(0);
  sorted.forEach((one, index) => {
    gaps[binOf(one, index)]! += one.sure - (one.row.right ? 1 : 0);
  });
  return (gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / held.length).toFixed(3);
}

async function time(): Promise<void> {
  const times: number[] = [];
  const cpu = process.cpuUsage();
  for (const { id, symbol, prompt, drafts } of problems()) {
    const cwd = mkdtempSync(join(tmpdir(), 'assay-bench-compare-'));
    drafts.forEach(({ code }, index) => {
      writeFileSync(join(cwd, `d${index}.ts`), code);
    });
    writeFileSync(join(cwd, 'doc.txt'), prompt);
    const compared = await openComparison({
      cwd,
      files: drafts.map((_, index) => `d${index}.ts`),
      symbol,
      doc: 'doc.txt',
    });
    rmSync(cwd, { recursive: true });
    if (!compared.ok) throw new Error(`${id}: ${compared.issues[0]!.message}`);
    const { ms, clusters, chosen, isolation } = compared.value.report();
    times.push(ms);
    const isRight = chosen !== null && drafts[Number(/\d+/.exec(chosen)![0])]!.right;
    console.log(
      `${id}: ${(ms / 1000).toFixed(2)} s, ${clusters.length} clusters, ${isRight ? 'right' : 'wrong'}, ${isolation}`,
    );
  }
  times.sort((a, b) => a - b);
  const at = (share: number): string =>
    (times[Math.min(times.length - 1, Math.floor(times.length * share))]! / 1000).toFixed(2);
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    `${times.length} comparisons of 24 drafts: p50 ${at(0.5)} s, p90 ${at(0.9)} s; this process alone ${((user + system) / 1e6 / times.length).toFixed(2)} s of processor time each`,
  );
}
