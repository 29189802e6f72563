/**
 * Bits a byte of held-out packages: the n-gram, the transformer, their mixture, on the same tokens, with the package's other
 * files known and without.
 *
 *     node bench/mixture.ts [model.gguf] [--whole] [--tokens 4000] [--fit] [--scores <file.json>]
 *
 * A sample takes files by seed, `--tokens` of each package and of each file at most, from the file's start; `--whole` takes what
 * bench/ngram.ts takes. The n-gram reads a file from its start. The transformer sees a window of its context: path and text,
 * with the package known also its name and one snippet of a neighbour; where the window is full the older half of the text goes.
 * `--fit` learns the mixture on the validation packages and writes weights/mixture.json; test packages are only ever scored.
 * `--scores` writes what was found for the test packages, for `assay train export --scores`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  expertsOf,
  kernelEngine,
  loadShippedMixture,
  loadShippedPrior,
  look,
  mixtureLearner,
  ngram,
  openLlama,
  type Place,
  shippedTransformer,
} from '../src/model/index.ts';
import { loadShipped, SPECIALS, weightsFolder } from '../src/tokens/index.ts';
import { addScores, type HeldOutFile, headerOf, heldOutPackages, shuffled, slidingLogs } from './heldOut.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    whole: { type: 'boolean', default: false },
    tokens: { type: 'string', default: '4000' },
    fit: { type: 'boolean', default: false },
    scores: { type: 'string' },
    corpus: { type: 'string', default: '.cache/corpus/packed' },
  },
});
const path = positionals[0] ?? shippedTransformer();
if (path === undefined) throw new Error('there is no model in weights/: name a GGUF file');
const WHOLE = { package: 60_000, file: 6_000 };
const limits = options.whole ? WHOLE : { package: Number(options.tokens), file: Number(options.tokens) };
const SEED = 7;
const EPOCHS = 3;

const tokenizer = loadShipped();
const { vocabulary } = tokenizer;
const prior = loadShippedPrior(tokenizer);
const opened = openLlama(path);
if (!opened.ok) throw new Error(opened.issues[0]!.message);
const engine = kernelEngine(opened.value.model);
if (!engine.ok) throw new Error(engine.issues[0]!.message);

/** One token under the models: what the mixture looks at, and what the experts gave it. */
interface Scored {
  readonly place: Place;
  readonly given: readonly number[];
  readonly bytes: number;
}

interface Split {
  readonly known: Scored[];
  readonly alone: Scored[];
}

function chosen(files: readonly HeldOutFile[]): { file: HeldOutFile; length: number }[] {
  const all = files.reduce((sum, { tokens }) => sum + Math.min(tokens.length, limits.file), 0);
  const found: { file: HeldOutFile; length: number }[] = [];
  let [seen, read] = [0, 0];
  for (const file of options.whole ? files : shuffled(files, SEED)) {
    const length = Math.min(file.tokens.length, limits.file, options.whole ? Infinity : limits.package - read);
    seen += Math.min(file.tokens.length, limits.file);
    // Whole: so that the share read keeps up with the share passed, as the n-gram's bench does it.
    if (options.whole ? read * all >= limits.package * seen : read >= limits.package) continue;
    read += length;
    found.push({ file, length });
  }
  return found;
}

function score(split: 'validation' | 'test'): Split {
  const result: Split = { known: [], alone: [] };
  const start = tokenizer.specials.get(SPECIALS.endOfText)!.id;
  for (const [name, files] of heldOutPackages(options.corpus, split, tokenizer)) {
    const project = ngram({ vocabulary, prior });
    for (const file of files) project.train(file.name, file.tokens);
    const empty = ngram({ vocabulary, prior });
    for (const { file, length } of chosen(files)) {
      project.forget(file.name);
      const text = file.tokens.slice(0, length);
      for (const [into, model, others] of [
        [result.known, project, { name, files, seed: SEED }],
        [result.alone, empty, undefined],
      ] as const) {
        const logs = slidingLogs(engine.value!, [start, ...headerOf(file, tokenizer, others)], text);
        const sequence = model.open();
        for (const token of text) {
          const first = sequence.logProbabilities();
          const second = logs.next().value as Float32Array;
          const prior = sequence.priorLogProbabilities();
          const place = look(first, second, prior);
          const given = expertsOf(place, first[token]!, second[token]!, prior[token]!);
          into.push({ place, given, bytes: tokenizer.bytes(token)!.length });
          sequence.extend([token]);
        }
        sequence.close();
      }
      project.train(file.name, file.tokens);
    }
  }
  return result;
}

const bits = (scored: readonly Scored[], of: (one: Scored) => number): number =>
  scored.reduce((sum, one) => sum - Math.log2(of(one)), 0) / scored.reduce((sum, { bytes }) => sum + bytes, 0);

const splits = { validation: score('validation'), test: score('test') };
const learner = mixtureLearner(options.fit ? undefined : loadShippedMixture());
if (options.fit) {
  const { known, alone } = splits.validation;
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    // Side by side, so that neither way of use is what was learned last.
    for (const [at, one] of known.entries()) {
      learner.learn(one.place, one.given);
      learner.learn(alone[at]!.place, alone[at]!.given);
    }
  }
  const weights = [...learner.weights()].map((weight) => Number(weight.toFixed(4)));
  writeFileSync(join(weightsFolder(), 'mixture.json'), `${JSON.stringify({ weights })}\n`);
}
const final = learner.weights();
// A learner that does not go on: each place is asked of a fresh copy of nothing but the weights.
const mixedAt = ({ place, given }: Scored): number => mixtureLearner(final).learn(place, given);

const found: Record<string, number> = {};
for (const [name, split] of Object.entries(splits)) {
  console.log(`${name}: ${split.known.length} tokens, ${options.whole ? 'whole' : `a sample by seed ${SEED}`}`);
  for (const [way, key] of [
    ['known', 'with the package'],
    ['alone', 'alone'],
  ] as const) {
    const scored = split[way];
    const [first, second, both] = [
      bits(scored, ({ given }) => given[0]!),
      bits(scored, ({ given }) => given[1]!),
      bits(scored, mixedAt),
    ];
    const gain = 100 * (1 - both / Math.min(first, second));
    console.log(
      `  ${key.padEnd(18)} n-gram ${first.toFixed(3)}, transformer ${second.toFixed(3)}, mixture ${both.toFixed(3)} bits a byte: ${gain.toFixed(1)} % under the better`,
    );
    if (name !== 'test') continue;
    const suffix = way === 'known' ? 'with-the-package' : 'alone';
    found[`bits-per-byte.ngram.${suffix}`] = first;
    found[`bits-per-byte.${suffix}`] = second;
    found[`bits-per-byte.mixture.${suffix}`] = both;
  }
}
engine.value.close();
if (options.scores) addScores(options.scores, found);
