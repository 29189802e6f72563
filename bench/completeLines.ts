/**
 * Lines of held-out packages, completed from their first token: how often exactly right, how similar, by kind of line, for the
 * n-gram, the transformer and their mixture, with the package's other files known and without.
 *
 *     node bench/completeLines.ts [model.gguf] [--cursors 1000] [--seed 1] [--split test] [--scores <file.json>]
 *
 * Cursors are uniform over the lines that are not blank, no import and not only brackets. The line is taken out, what stands
 * before and after it stays. Text only: no compiler rules anything out. One greedy draft of at most 48 tokens, up to the end of the line. Similarity is 1 −
 * edit distance / length of the longer, over characters, white space around the line aside.
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

function writers(model: ReturnType<typeof ngram>): Record<string, Predictor> {
  const counted = { model, layout: continuationLayout(tokenizer) };
  return {
    'n-gram': localPredictor({ model: counted, tokenizer }),
    transformer: localPredictor({ model: reader, tokenizer }),
    mixture: localPredictor({ model: counted, beside: { ...reader, weights }, tokenizer }),
  };
}

const began = performance.now();
const alone = writers(ngram({ vocabulary, prior }));
let project = ngram({ vocabulary, prior });
let known = writers(project);
let current: string | undefined;
for (const { package: name, file, prefix, line, suffix } of cursors) {
  const files = packages.get(name)!;
  if (name !== current) {
    current = name;
    project = ngram({ vocabulary, prior });
    for (const other of files) project.train(other.name, other.tokens);
    known = writers(project);
  }
  project.forget(file.name);
  const beside = neighbourSnippet(file, files, seed);
  for (const [way, predictors, snippets] of [
    ['with the package', known, beside ? [beside] : []],
    ['alone', alone, []],
  ] as const) {
    const request = { tokenizer, budget: WINDOW, path: repoPath(file.path)!, prefix, suffix, snippets };
    const window = cursorWindow(request);
    for (const [who, predictor] of Object.entries(predictors)) {
      const found = await predictor.predict({
        window,
        count: 1,
        sampling: GREEDY,
        maxTokens: MAX_TOKENS,
        stop: ['\n'],
      });
      if (!found.ok) throw new Error(found.issues[0]!.message);
      take(`${who}, ${way}`, line, found.value[0]);
    }
  }
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
    `${who.padEnd(30)}at ${((100 * shown) / count).toFixed(1)} % of lines, right at ${((100 * right) / Math.max(1, shown)).toFixed(1)} % of those, ${(characters / count).toFixed(1)} characters a line`,
  );
}
if (options.scores) {
  const found = Object.fromEntries(
    [...tallies].map(([who, kinds]): [string, number] => {
      const { exact, count } = kinds.get('all')!;
      const name = who.replace('n-gram, ', 'ngram.').replace('transformer, ', '').replace('mixture, ', 'mixture.');
      return [`lines-exact.${name.replaceAll(' ', '-')}`, exact / count];
    }),
  );
  addScores(options.scores, found);
}
