/**
 * Lines of held-out packages, completed from their first token: how often exactly right, how similar, by kind of line, for the
 * writer that chooses among lines, which is what `complete` uses, the n-gram, the transformer and their mixture, with the package's other files
 * known and without.
 *
 *     node bench/completeLines.ts [model.gguf] [--cursors 1000] [--seed 1] [--split test] [--only lines,n-gram] [--scores <file.json>]
 *
 * Cursors are uniform over the lines that are not blank, no import and not only brackets. The line is taken out, what stands
 * before and after it stays and is counted, as in `complete`. Text only: no compiler rules anything out. One greedy draft of at most 48 tokens, up to
 * the end of the line. Similarity is 1 − edit distance / length of the longer, over characters, white space around the line aside.
 * Where both are asked, lines and n-gram are compared cursor by cursor.
 */
import { parseArgs } from 'node:util';
import { repoPath } from '../src/base/index.ts';
import { cursorWindow } from '../src/context/index.ts';
import { CONFIDENT_TEXT, confidentPart } from '../src/jobs/complete/proposer.ts';
import {
  kernelEngine,
  loadShippedMixture,
  loadShippedPrior,
  ngram,
  openLlama,
  shippedTransformer,
  transformer,
} from '../src/model/index.ts';
import {
  continuationLayout,
  infillLayout,
  LineIndex,
  linePredictor,
  localPredictor,
  type Prediction,
  type Predictor,
} from '../src/predict/index.ts';
import { GREEDY } from '../src/sample/index.ts';
import { loadShipped } from '../src/tokens/index.ts';
import type { CorpusSplit } from '../src/train/index.ts';
import { addScores, heldOutPackages, lineCursors, neighbourSnippet } from './heldOut.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cursors: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    split: { type: 'string', default: 'test' },
    corpus: { type: 'string', default: '.cache/corpus/packed' },
    only: { type: 'string' },
    scores: { type: 'string' },
  },
});
const path = positionals[0] ?? shippedTransformer();
if (path === undefined) throw new Error('there is no model in weights/: name a GGUF file');
const seed = Number(options.seed);
const MAX_TOKENS = 48;
const WINDOW = 2_048;

const tokenizer = loadShipped();
const { vocabulary } = tokenizer;
const prior = loadShippedPrior(tokenizer);
const opened = openLlama(path);
if (!opened.ok) throw new Error(opened.issues[0]!.message);
const engine = kernelEngine(opened.value.model);
if (!engine.ok) throw new Error(engine.issues[0]!.message);
const { start } = opened.value;
const neural = transformer(engine.value, { name: opened.value.name, ...(start ? { start: start.id } : {}) });

const KINDS: readonly (readonly [string, RegExp])[] = [
  ['comment', /^(\/\/|\/\*|\*)/],
  ['declaration', /^(export|declare|const|let|var|function|async function|class|abstract|interface|type|enum)\b/],
  [
    'control',
    /^(\} ?else|if|else|for|while|switch|case|default|try|catch|\} ?catch|finally|do|break|continue|throw)\b/,
  ],
  ['return', /^return\b/],
  ['call', /^(await )?[\w$.?!]+(<[^>]*>)?\(.*$/],
  ['assignment', /^[\w$.[\]'"]+ [-+*/|&?]*= /],
  ['property', /^['"\w$?[\]-]+\??[:,]/],
];
const kindOf = (line: string): string => KINDS.find(([, pattern]) => pattern.test(line))?.[0] ?? 'other';

const packages = heldOutPackages(options.corpus, options.split as CorpusSplit, tokenizer);
const { cursors, places } = lineCursors(packages, seed, Number(options.cursors));

function similarity(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return 1 - row[b.length]! / Math.max(1, a.length, b.length);
}

interface Tally {
  readonly count: number;
  readonly exact: number;
  readonly similar: number;
  /** Lines of which `complete` would show something, those where it is the start of the line, and its characters there. */
  readonly shown: number;
  readonly right: number;
  readonly characters: number;
}
/** By writer: whether each line was right, in the order of the cursors, and milliseconds in all. */
const exactBy = new Map<string, boolean[]>();
const msBy = new Map<string, number>();
const NONE: Tally = { count: 0, exact: 0, similar: 0, shown: 0, right: 0, characters: 0 };
const tallies = new Map<string, Map<string, Tally>>();
function take(who: string, line: string, draft: Prediction | undefined): void {
  const kinds = tallies.get(who) ?? new Map<string, Tally>();
  tallies.set(who, kinds);
  const text = (draft?.text ?? '').trim();
  const part = draft && confidentPart(draft);
  const shown = part && part.probability >= CONFIDENT_TEXT ? part.text.trim() : '';
  const right = shown !== '' && line.startsWith(shown);
  const similar = similarity(text, line);
  exactBy.set(who, [...(exactBy.get(who) ?? []), text === line]);
  for (const key of ['all', kindOf(line)]) {
    const tally = kinds.get(key) ?? NONE;
    kinds.set(key, {
      count: tally.count + 1,
      exact: tally.exact + Number(text === line),
      similar: tally.similar + similar,
      shown: tally.shown + Number(shown !== ''),
      right: tally.right + Number(right),
      characters: tally.characters + (right ? shown.length : 0),
    });
  }
}

const layout = infillLayout(tokenizer)!;
const reader = { model: neural, layout, capacity: neural.capacity };
const weights = loadShippedMixture();

const asked = options.only?.split(',');
function writers(model: ReturnType<typeof ngram>, index: LineIndex): readonly (readonly [string, Predictor])[] {
  const counted = { model, layout: continuationLayout(tokenizer) };
  const greedy = localPredictor({ model: counted, tokenizer });
  const all: readonly (readonly [string, Predictor])[] = [
    ['lines', linePredictor({ otherwise: greedy, model, tokenizer, index })],
    ['n-gram', greedy],
    ['transformer', localPredictor({ model: reader, tokenizer })],
    ['mixture', localPredictor({ model: counted, beside: { ...reader, weights }, tokenizer })],
  ];
  return all.filter(([who]) => asked?.includes(who) ?? true);
}

const began = performance.now();
const nothing = ngram({ vocabulary, prior });
const alone = writers(nothing, new LineIndex());
let project = ngram({ vocabulary, prior });
let known: typeof alone = [];
let current: string | undefined;
for (const { package: name, file, prefix, line, suffix } of cursors) {
  const files = packages.get(name)!;
  if (name !== current) {
    current = name;
    project = ngram({ vocabulary, prior });
    const index = new LineIndex();
    for (const other of files) {
      project.train(other.name, other.tokens);
      index.set(other.path, other.text);
    }
    known = writers(project, index);
  }
  for (const model of [project, nothing])
    model.train(file.name, tokenizer.encode(prefix).slice(0, -WINDOW), tokenizer.encode(suffix));
  const path = repoPath(file.path)!;
  const beside = neighbourSnippet(file, files, seed);
  for (const [way, predictors, snippets] of [
    ['with the package', known, beside ? [beside] : []],
    ['alone', alone, []],
  ] as const) {
    const window = cursorWindow({ tokenizer, budget: WINDOW, path, prefix, suffix, snippets });
    for (const [writer, predictor] of predictors) {
      const who = `${writer}, ${way}`;
      const asked = performance.now();
      const found = await predictor.predict({
        window,
        around: { path, prefix, suffix },
        count: 1,
        sampling: GREEDY,
        maxTokens: MAX_TOKENS,
        stop: ['\n'],
      });
      msBy.set(who, (msBy.get(who) ?? 0) + performance.now() - asked);
      if (!found.ok) throw new Error(found.issues[0]!.message);
      take(who, line, found.value[0]);
    }
  }
  nothing.forget(file.name);
  project.train(file.name, file.tokens);
}
neural.close();

const kinds = ['all', ...KINDS.map(([kind]) => kind), 'other'];
console.log(
  `${cursors.length} of ${places} lines of ${packages.size} packages (${options.split}, seed ${seed}), ${((performance.now() - began) / 1000).toFixed(0)} s`,
);
console.log(`exact match % / edit similarity %\n${''.padEnd(30)}${kinds.map((kind) => kind.padEnd(13)).join('')}`);
const [first] = tallies.values();
console.log(`${'lines'.padEnd(30)}${kinds.map((kind) => String(first?.get(kind)?.count ?? 0).padEnd(13)).join('')}`);
for (const [who, found] of tallies) {
  const cells = kinds.map((kind) => {
    const tally = found.get(kind);
    if (!tally) return '–';
    return `${((100 * tally.exact) / tally.count).toFixed(1)} / ${((100 * tally.similar) / tally.count).toFixed(1)}`;
  });
  console.log(`${who.padEnd(30)}${cells.map((cell) => cell.padEnd(13)).join('')}`);
}
console.log('what complete would show of the line, cut where it is not confident');
for (const [who, found] of tallies) {
  const { count, shown, right, characters } = found.get('all')!;
  console.log(
    `${who.padEnd(30)}at ${((100 * shown) / count).toFixed(1)} % of lines, right at ${((100 * right) / Math.max(1, shown)).toFixed(1)} % of those, ${(characters / count).toFixed(1)} characters a line, ${(msBy.get(who)! / count).toFixed(1)} ms a line`,
  );
}
for (const way of ['with the package', 'alone']) {
  const [lines, ngrams] = [exactBy.get(`lines, ${way}`), exactBy.get(`n-gram, ${way}`)];
  if (!lines || !ngrams) continue;
  const count = (of: readonly boolean[], not: readonly boolean[]): number =>
    of.filter((one, i) => one && !not[i]).length;
  console.log(`lines against n-gram, ${way}: ${count(lines, ngrams)} become right, ${count(ngrams, lines)} wrong`);
}
if (options.scores) {
  const found = Object.fromEntries(
    [...tallies].map(([who, kinds]): [string, number] => {
      const { exact, count } = kinds.get('all')!;
      const name = who
        .replace('lines, ', 'lines.')
        .replace('n-gram, ', 'ngram.')
        .replace('transformer, ', '')
        .replace('mixture, ', 'mixture.');
      return [`lines-exact.${name.replaceAll(' ', '-')}`, exact / count];
    }),
  );
  addScores(options.scores, found);
}
