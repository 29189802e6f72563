/**
 * Fits the weights of `src/predict/lines/linePredictor.ts`, by which it chooses among candidates for a line.
 *
 *     node bench/lineWeights.ts [--cursors 1000] [--seed 1] [--split validation]
 *
 * Pools are made at the cursors of `bench/completeLines.ts`, with the package's other files known and without. The weights make the right
 * candidate, or none where it is not among them, as likely as possible (softmax over the pool, L2), fitted on half of the packages and judged on the other, both
 * ways round; printed are how often the first is right, how likely it was said to be, and the weights of all together.
 */
import { parseArgs } from 'node:util';
import { repoPath } from '../src/base/index.ts';
import { cursorWindow } from '../src/context/index.ts';
import { loadShippedPrior, ngram } from '../src/model/index.ts';
import { continuationLayout, LineIndex } from '../src/predict/index.ts';
import { type LineCandidate, type LineFeatures, linePool } from '../src/predict/lines/pool.ts';
import { tokenTrie } from '../src/sample/index.ts';
import { loadShipped } from '../src/tokens/index.ts';
import type { CorpusSplit } from '../src/train/index.ts';
import { heldOutPackages, lineCursors, neighbourSnippet } from './heldOut.ts';

const { values: options } = parseArgs({
  options: {
    cursors: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    split: { type: 'string', default: 'validation' },
    corpus: { type: 'string', default: '.cache/corpus/packed' },
  },
});
const PENALTY = 1;
const PASSES = 400;
const RATE = 0.2;

const tokenizer = loadShipped();
const { vocabulary } = tokenizer;
const prior = loadShippedPrior(tokenizer);
const trie = tokenTrie(tokenizer);
const layout = continuationLayout(tokenizer);
const packages = heldOutPackages(options.corpus, options.split as CorpusSplit, tokenizer);
const seed = Number(options.seed);
const { cursors } = lineCursors(packages, seed, Number(options.cursors));

/** Rows are candidates, the last one none of them. */
interface Pool {
  readonly package: string;
  readonly known: boolean;
  readonly rows: readonly (readonly number[])[];
  readonly right: number;
}
let names: readonly (keyof LineFeatures)[] = [];
function poolOf(name: string, known: boolean, candidates: readonly LineCandidate[], line: string): Pool {
  if (candidates[0]) names = Object.keys(candidates[0].features) as (keyof LineFeatures)[];
  const rows = candidates.map(({ features }) => [...names.map((feature) => features[feature]), 0]);
  const joint = Math.max(...candidates.map(({ features }) => features.joint));
  rows.push([...names.map((feature) => (feature === 'joint' ? joint : 0)), 1]);
  const right = candidates.findIndex(({ text }) => text === line);
  return { package: name, known, rows, right: right < 0 ? candidates.length : right };
}

const pools: Pool[] = [];
const alone = { model: ngram({ vocabulary, prior }), index: new LineIndex() };
let project = alone;
let current: string | undefined;
let ms = 0;
for (const { package: name, file, prefix, line, suffix } of cursors) {
  const files = packages.get(name)!;
  if (name !== current) {
    current = name;
    project = { model: ngram({ vocabulary, prior }), index: new LineIndex() };
    for (const other of files) {
      project.model.train(other.name, other.tokens);
      project.index.set(other.name, other.text);
    }
  }
  const beside = neighbourSnippet(file, files, seed);
  for (const { model, index } of [project, alone]) {
    const known = model !== alone.model;
    const snippets = known && beside ? [beside] : [];
    model.train(file.name, tokenizer.encode(prefix).slice(0, -2_048), tokenizer.encode(suffix));
    const window = cursorWindow({ tokenizer, budget: 2_048, path: repoPath(file.path)!, prefix, suffix, snippets });
    const { tokens, typed } = layout(window, Infinity);
    const sequence = model.open();
    sequence.extend(tokens);
    const place = { path: file.name, prefix, suffix };
    const began = performance.now();
    const found = linePool({ tokenizer, trie, sequence, typed, place, index, maxTokens: 48 });
    ms += performance.now() - began;
    if (found.length > 0) pools.push(poolOf(name, known, found, line));
  }
  alone.model.forget(file.name);
  project.model.train(file.name, file.tokens);
}

function chances(rows: Pool['rows'], weights: Float64Array): number[] {
  const scores = rows.map((row) => row.reduce((sum, value, i) => sum + value * weights[i]!, 0));
  const most = Math.max(...scores);
  const odds = scores.map((score) => Math.exp(score - most));
  const total = odds.reduce((sum, one) => sum + one, 0);
  return odds.map((one) => one / total);
}

/** Gradient ascent over all pools at once, each weight at a rate of its own (Adam, Kingma and Ba 2015). */
function learned(all: readonly Pool[]): Float64Array {
  const size = names.length + 1;
  const weights = new Float64Array(size);
  const [mean, square] = [new Float64Array(size), new Float64Array(size)];
  for (let pass = 1; pass <= PASSES; pass++) {
    const slope = weights.map((weight) => -2 * PENALTY * weight);
    for (const { rows, right } of all) {
      for (const [at, chance] of chances(rows, weights).entries()) {
        const pull = Number(at === right) - chance;
        for (let i = 0; i < size; i++) slope[i]! += pull * rows[at]![i]!;
      }
    }
    for (let i = 0; i < size; i++) {
      mean[i] = 0.9 * mean[i]! + 0.1 * slope[i]!;
      square[i] = 0.999 * square[i]! + 0.001 * slope[i]! ** 2;
      const [first, second] = [mean[i]! / (1 - 0.9 ** pass), square[i]! / (1 - 0.999 ** pass)];
      weights[i]! += ((RATE / Math.sqrt(pass)) * first) / Math.sqrt(second + 1e-9);
    }
  }
  return weights;
}

const halves: [Set<string>, Set<string>] = [new Set(), new Set()];
const sizes = [0, 0];
const counted = [...packages.keys()].map(
  (name) => [name, pools.filter((pool) => pool.package === name).length] as const,
);
for (const [name, count] of counted.sort((a, b) => b[1] - a[1])) {
  const half = sizes[0]! <= sizes[1]! ? 0 : 1;
  halves[half].add(name);
  sizes[half]! += count;
}
const judged: { readonly known: boolean; readonly right: boolean; readonly among: boolean; readonly said: number }[] =
  [];
for (const [learn, judge] of [halves, [halves[1], halves[0]] as const]) {
  const weights = learned(pools.filter((pool) => learn.has(pool.package)));
  for (const { rows, right, known } of pools.filter((pool) => judge.has(pool.package))) {
    const odds = chances(rows, weights).slice(0, -1);
    const said = Math.max(...odds);
    judged.push({ known, right: odds.indexOf(said) === right, among: right < odds.length, said });
  }
}
console.log(
  `${cursors.length} lines of ${packages.size} packages (${options.split}, seed ${seed}), ${(ms / pools.length).toFixed(1)} ms a pool`,
);
const percent = (part: number, all: number): string => ((100 * part) / Math.max(1, all)).toFixed(1);
for (const known of [true, false]) {
  const of = judged.filter((one) => one.known === known);
  const count = (pick: (one: (typeof of)[number]) => boolean): number => of.filter(pick).length;
  console.log(
    `${known ? 'with the package' : 'alone'}: right ${percent(
      count((one) => one.right),
      cursors.length,
    )} %, among the candidates ${percent(
      count((one) => one.among),
      cursors.length,
    )} %`,
  );
  for (const [low, high] of [
    [0, 0.1],
    [0.1, 0.25],
    [0.25, 0.5],
    [0.5, 0.75],
    [0.75, 0.9],
    [0.9, 1.01],
  ] as const) {
    const within = of.filter(({ said }) => said >= low && said < high);
    const mean = within.reduce((sum, { said }) => sum + said, 0) / Math.max(1, within.length);
    console.log(
      `  said ${(100 * mean).toFixed(0)} %: right ${percent(within.filter((one) => one.right).length, within.length)} % of ${within.length}`,
    );
  }
}
const all = learned(pools);
console.log([...names, 'none'].map((name, i) => `${name}: ${all[i]!.toFixed(2)}`).join(', '));
