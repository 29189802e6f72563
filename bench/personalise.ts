/**
 * What continuing a model on a repository earns there: bits a byte of files that neither it nor the n-gram has seen, before and after.
 *
 *     node bench/personalise.ts <repository> [--model base.gguf] [--personal already.gguf] [--tokens 800] [--files 24] [--cursors 150] [--out personal.gguf]
 *
 * One file in ten, by seed, is set aside before anything is learned and asked for its first `--tokens` tokens. The n-gram has counted all
 * other files, the transformer sees the file's path, its repository's name and a snippet of a neighbour, as in bench/mixture.ts. `mixture`
 * is the shipped gate; `own gate` is that gate learned on by a second tenth of the files, which the table does not count. `lines` are whole
 * lines of the first tenth, greedy, as in bench/completeLines.ts: exactly right of n-gram and mixture.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { repoPath, sha256, type TokenId } from '../src/base/index.ts';
import { cursorWindow } from '../src/context/index.ts';
import {
  expertsOf,
  kernelEngine,
  type LlamaEngine,
  loadShippedMixture,
  loadShippedPrior,
  look,
  mixtureLearner,
  ngram,
  openLlama,
  type Place,
  shippedTransformer,
  transformer,
} from '../src/model/index.ts';
import { continuationLayout, infillLayout, localPredictor } from '../src/predict/index.ts';
import { GREEDY } from '../src/sample/index.ts';
import { loadShipped, SPECIALS } from '../src/tokens/index.ts';
import { personalise } from '../src/train/index.ts';
import { type HeldOutFile, headerOf, lineCursors, neighbourSnippet, shuffled, slidingLogs } from './heldOut.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string' },
    personal: { type: 'string' },
    tokens: { type: 'string', default: '800' },
    files: { type: 'string', default: '24' },
    cursors: { type: 'string', default: '150' },
    out: { type: 'string' },
  },
});
const root = positionals[0];
const base = options.model ?? shippedTransformer();
if (root === undefined || base === undefined) throw new Error('name a repository, and a model where none is shipped');
const SEED = 7;
const FILE_BYTES = 256 * 1024;
const name = basename(root);
const tokenizer = loadShipped();
const { vocabulary } = tokenizer;

const listed = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
const files = listed
  .split('\0')
  .filter((path) => /\.(?:[cm]?[jt]s|[jt]sx)$/.test(path) && statSync(join(root, path)).size < FILE_BYTES)
  .map((path): HeldOutFile => {
    const text = readFileSync(join(root, path), 'utf8');
    return { name: path, path, text, tokens: tokenizer.encode(text) };
  });
const tenth = ({ path }: HeldOutFile): number => Number.parseInt(sha256(`${SEED}/${path}`).slice(0, 8), 16) % 10;
const learned = files.filter((file) => tenth(file) > 1);
const lines = learned.reduce((sum, { text }) => sum + text.split('\n').length, 0);
console.log(`${name}: ${learned.length} of ${files.length} files to learn from, ${lines} lines`);

const project = ngram({ vocabulary, prior: loadShippedPrior(tokenizer) });
for (const file of learned) project.train(file.name, file.tokens);

/** Parts of lines that are exactly right. */
async function exactLines(engine: LlamaEngine, start: TokenId | undefined): Promise<readonly [number, number]> {
  const unseen = files.filter((file) => tenth(file) === 0);
  const { cursors } = lineCursors(new Map([[name, unseen]]), SEED, Number(options.cursors));
  const neural = transformer(engine, { name, ...(start === undefined ? {} : { start }) });
  const reader = { model: neural, layout: infillLayout(tokenizer)!, capacity: neural.capacity };
  const model = { model: project, layout: continuationLayout(tokenizer) };
  const writers = [
    localPredictor({ model, tokenizer }),
    localPredictor({ model, beside: { ...reader, weights: loadShippedMixture() }, tokenizer }),
  ];
  const right = [0, 0];
  for (const { file, prefix, line, suffix } of cursors) {
    const beside = neighbourSnippet(file, [file, ...learned], SEED);
    const snippets = beside ? [beside] : [];
    const request = { tokenizer, budget: 2_048, path: repoPath(file.path)!, prefix, suffix, snippets };
    const window = cursorWindow(request);
    for (const [index, writer] of writers.entries()) {
      const found = await writer.predict({ window, count: 1, sampling: GREEDY, maxTokens: 48, stop: ['\n'] });
      if (!found.ok) throw new Error(found.issues[0]!.message);
      right[index]! += Number((found.value[0]?.text ?? '').trim() === line);
    }
  }
  return [right[0]! / cursors.length, right[1]! / cursors.length];
}

const folder = mkdtempSync(join(tmpdir(), 'assay-personalise-'));
try {
  let personal = options.personal;
  if (personal === undefined) {
    personal = options.out ?? join(folder, 'personal.gguf');
    const began = performance.now();
    const report = await personalise(learned, { model: base, out: personal, folder: join(folder, 'run'), name });
    if (!report.ok) throw new Error(report.issues[0]!.message);
    const { tokens, steps, before, after, ended } = report.value;
    const seconds = (performance.now() - began) / 1000;
    console.log(
      `${steps} steps over ${tokens} tokens in ${seconds.toFixed(0)} s, ended: ${ended}; held out ${before.toFixed(3)} → ${after.toFixed(3)} nats a token`,
    );
  }
  const start = tokenizer.specials.get(SPECIALS.endOfText)!.id;
  const rows: (readonly [string, ...number[]])[] = [];
  for (const [which, path] of [
    ['before', base],
    ['after', personal],
  ] as const) {
    const opened = openLlama(path);
    if (!opened.ok) throw new Error(opened.issues[0]!.message);
    const engine = kernelEngine(opened.value.model);
    if (!engine.ok) throw new Error(engine.issues[0]!.message);
    const scored = ([0, 1] as const).map((part) => {
      const found: { readonly place: Place; readonly given: readonly number[]; readonly bytes: number }[] = [];
      const chosen = shuffled(
        files.filter((file) => tenth(file) === part && file.tokens.length >= 64),
        SEED,
      );
      for (const file of chosen.slice(0, Number(options.files))) {
        const text = file.tokens.slice(0, Number(options.tokens));
        const header = headerOf(file, tokenizer, { name, files: [file, ...learned], seed: SEED });
        const logs = slidingLogs(engine.value!, [start, ...header], text);
        const sequence = project.open();
        for (const token of text) {
          const first = sequence.logProbabilities();
          const second = logs.next().value as Float32Array;
          const prior = sequence.priorLogProbabilities();
          const place = look(first, second, prior);
          found.push({
            place,
            given: expertsOf(place, first[token]!, second[token]!, prior[token]!),
            bytes: tokenizer.bytes(token)!.length,
          });
          sequence.extend([token]);
        }
        sequence.close();
      }
      return found;
    });
    const lines = await exactLines(engine.value, opened.value.start?.id);
    engine.value.close();
    const [counted, other] = scored as [(typeof scored)[0], (typeof scored)[0]];
    const bits = (probability: (one: (typeof counted)[0]) => number): number =>
      counted.reduce((sum, one) => sum - Math.log2(probability(one)), 0) /
      counted.reduce((sum, one) => sum + one.bytes, 0);
    const own = mixtureLearner(loadShippedMixture());
    for (let epoch = 0; epoch < 3; epoch++) for (const { place, given } of other) own.learn(place, given);
    const by = (weights: Float32Array) => bits(({ place, given }) => mixtureLearner(weights).learn(place, given));
    const figures = [
      bits(({ given }) => given[0]!),
      bits(({ given }) => given[1]!),
      by(loadShippedMixture()),
      by(own.weights()),
    ];
    rows.push([which, ...figures, ...lines]);
    if (which === 'before') console.log(`${counted.length} tokens asked; bits a byte`);
  }
  console.log(['       ', 'n-gram', 'transformer', 'mixture', 'own gate', 'lines: n-gram', 'mixture'].join('  '));
  for (const [which, ...figures] of rows)
    console.log(
      [which.padEnd(7), ...figures.map((figure, i) => figure.toFixed(3).padStart([6, 11, 7, 8, 13, 7][i]!))].join('  '),
    );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
