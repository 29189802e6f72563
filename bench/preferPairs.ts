/**
 * Rests of lines in functions of the packed corpus, written by a model, judged by running: a fill is right where the function does on
 * generated inputs, and on those of its doc comment, what it did before. The types decide nothing.
 *
 *     node bench/preferPairs.ts fill <out.jsonl> --split train --evaluation <folder> … [--model x.gguf] [--holes 400] [--samples 24]
 *     node bench/preferPairs.ts fill <out.jsonl> --again <before.jsonl> --evaluation <folder> … [--model y.gguf] [--temperature 0.8]
 *     node bench/preferPairs.ts table <before.jsonl> <after.jsonl> …
 *
 * A line of the file is a hole with the ids of its prompt and of its fills, for `runs/prefer.py`. Functions are exported, need
 * nothing imported, and stand in no evaluation task; a hole is one that the inputs come by. `--again` takes the holes of another file.
 */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { random, repoPath, sha256, type TokenId } from '../src/base/index.ts';
import { cursorWindow } from '../src/context/index.ts';
import { openTransformer } from '../src/jobs/transformerModel.ts';
import { functionsOf, openLanguage, transpilerPath } from '../src/lang/index.ts';
import { shippedTransformer } from '../src/model/index.ts';
import type { Prompt } from '../src/predict/index.ts';
import { prefixed, sampleToken, samplingOptions, tokenTrie } from '../src/sample/index.ts';
import { openSandbox } from '../src/sandbox/index.ts';
import { contaminationCheck } from '../src/train/contamination.ts';
import { type CorpusDocument, readManifest, readShard } from '../src/train/index.ts';
import { specialIds } from '../src/train/pretrain/rows.ts';
import { examplesOf, inputsOf, runVariants, subjectOf } from '../src/verify/index.ts';
import { shuffled } from './heldOut.ts';
import {
  type Alone,
  filled,
  type Hole,
  holesOf,
  standingAlone,
  type Verdict,
  verdictsOf,
  wrongBodies,
} from './holes.ts';

interface Fill {
  readonly text: string;
  /** Those that were drawn: of what was typed before the hole and is written again, of the fill, and of its end. */
  readonly ids: readonly number[];
  /** How often it was drawn; 0 of what was written greedily alone. */
  readonly count: number;
  readonly greedy: boolean;
  /** `endless`: no line's end within the limit. `broken`: it does not compile, whatever it does. */
  readonly verdict: Verdict | 'endless' | 'broken';
  /** Whether it is the very text that was taken away. */
  readonly identical: boolean;
}
interface Draft extends Pick<Fill, 'text' | 'ids'> {
  readonly ended: boolean;
}
interface Line {
  readonly package: string;
  readonly path: string;
  readonly name: string;
  readonly kind: Hole['kind'];
  /** In the file. */
  readonly start: number;
  readonly original: string;
  readonly inputs: number;
  readonly prompt: readonly number[];
  readonly fills: readonly Fill[];
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    corpus: { type: 'string', default: '.cache/corpus/packed' },
    split: { type: 'string', multiple: true, default: ['validation', 'test'] },
    evaluation: { type: 'string', multiple: true, default: [] },
    again: { type: 'string' },
    model: { type: 'string' },
    holes: { type: 'string', default: '400' },
    package: { type: 'string', default: '16' },
    samples: { type: 'string', default: '24' },
    temperature: { type: 'string', default: '0.8' },
    seed: { type: 'string', default: '1' },
  },
});
const TOP_P = 0.95;
const NEWLINE = 10;
const TOKENS = 40;
const INPUTS = 120;
/** Holes of one function. */
const HOLES = 2;
/** As the local predictor keeps room for what is written again. */
const TYPED = 64;
const WINDOW = 2_048;

const linesOf = (file: string): readonly Line[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
const keyOf = ({ package: name, path, start }: Pick<Line, 'package' | 'path' | 'start'>, end: string): string =>
  `${name}/${path}@${start}:${end}`;

const [mode, ...files] = positionals;
if (mode === 'fill' && files[0] !== undefined) await fill(files[0]);
else if (mode === 'table' && files.length > 0) table(files);
else throw new Error('usage: node bench/preferPairs.ts fill <out.jsonl> … | table <file.jsonl> …');

/** Files of code by package, in an order of chance. */
function documents(splits: readonly string[]): readonly CorpusDocument[] {
  const manifest = readManifest(options.corpus);
  if (!manifest.ok) throw new Error(manifest.issues[0]!.message);
  const shards = manifest.value.shards.filter(({ kind, split }) => kind === 'code' && splits.includes(split));
  const all = shards.flatMap((shard) => [...readShard(options.corpus, shard)]);
  return shuffled(
    all.filter(({ path }) => /\.[cm]?ts$/.test(path)),
    Number(options.seed),
  );
}

async function fill(out: string): Promise<void> {
  const check = contaminationCheck(...options.evaluation);
  if (!check.ok) throw new Error(check.issues[0]!.message);
  const writer = lineWriter();
  const judge = compiler();
  const home = dirname(transpilerPath());
  const access = { read: [home], write: [], network: false };
  const sandbox = await openSandbox({ access, levels: ['strong', 'namespaces'] });
  if (!sandbox.ok) throw new Error(sandbox.issues[0]!.message);
  const known = options.again === undefined ? undefined : linesOf(options.again);
  const again = known && new Set(known.map((one) => keyOf(one, one.original)));
  const inKnown = known && new Set(known.map((one) => `${one.package}/${one.path}`));
  const wanted = again?.size ?? Number(options.holes);
  const most = again ? Infinity : Number(options.package);
  const draws = random(Number(options.seed));
  const taken = new Map<string, number>();
  const seen = new Set<string>();
  let found = 0;
  writeFileSync(out, '');
  for (const { package: name, path, text } of documents(again ? ['train', 'validation', 'test'] : options.split)) {
    if (found >= wanted) break;
    if ((taken.get(name) ?? 0) >= most || inKnown?.has(`${name}/${path}`) === false) continue;
    for (const one of functionsOf(text, path)) {
      if ((taken.get(name) ?? 0) >= most || found >= wanted) break;
      if (!one.exported || one.isStub || one.parameters.length === 0) continue;
      const alone = standingAlone(text, path, one);
      if (!alone) continue;
      const { text: file, written, shift } = alone;
      const cut = ({ start, end }: Hole): string => file.slice(start, end);
      const holes = holesOf(file, path, written).filter(
        (hole) => again?.has(keyOf({ package: name, path, start: hole.start + shift }, cut(hole))) ?? true,
      );
      // Packages bundle each other's functions.
      const own = sha256(file.slice(written.span.start, written.span.end));
      if (holes.length === 0 || seen.has(own)) continue;
      seen.add(own);
      const made = check.value(file) ? undefined : inputsFor(alone, one.name);
      if (!made) continue;
      const run = (bodies: readonly string[]) =>
        runVariants(sandbox.value, home, made.file, written, bodies, made.inputs, new AbortController().signal);
      const original = file.slice(written.body.start, written.body.end);
      const chosen = again ? holes : shuffled(holes, draws.below(2 ** 31)).slice(0, 2 * HOLES);
      const wrong = again
        ? []
        : chosen.flatMap((hole) => wrongBodies(file, written, hole).map((body) => ({ hole, body })));
      const shown = await verdictsOf(
        run,
        original,
        wrong.map(({ body }) => body),
      );
      // A hole counts where whatever is surely wrong in it shows.
      const telling = chosen.filter(
        (hole) => shown && wrong.every((other, at) => other.hole !== hole || shown[at] === 'differs'),
      );
      for (const hole of again ? telling : telling.slice(0, HOLES)) {
        if (found >= wanted) break;
        const { prompt, drafts } = writer.fills(hole, alone, path, text);
        const texts = drafts.filter(({ ended }) => ended).map((draft) => draft.text);
        const wholes = texts.map((draft) => file.slice(0, hole.start) + draft + file.slice(hole.end));
        const compiles = judge.compiles(file, wholes);
        const sound = texts.filter((_, at) => compiles[at]);
        const bodies = sound.map((draft) => filled(file, written, hole, draft));
        const verdicts = await verdictsOf(run, original, bodies);
        if (!verdicts) continue;
        const line: Line = {
          package: name,
          path,
          name: one.name,
          kind: hole.kind,
          start: hole.start + shift,
          original: cut(hole),
          inputs: made.inputs.length,
          prompt,
          fills: drafts.map(({ ended, ...draft }): Fill => {
            const verdict = ended ? (verdicts[sound.indexOf(draft.text)] ?? 'broken') : 'endless';
            return { ...draft, verdict, identical: draft.text.trim() === cut(hole).trim() };
          }),
        };
        appendFileSync(out, `${JSON.stringify(line)}\n`);
        found++;
        taken.set(name, (taken.get(name) ?? 0) + 1);
        if (found % 20 === 0) console.log(`${found} holes, ${new Date().toISOString()}`);
      }
    }
  }
  await sandbox.value.close();
  judge.close();
  writer.close();
  table([out]);
}

/** What a function is run on; undefined where inputs for it cannot be made. */
function inputsFor({ text }: Alone, symbol: string) {
  const file = { path: 'f.ts', url: 'file:///tmp/f.ts', text };
  const subject = subjectOf(file, symbol);
  if (!subject.ok) return undefined;
  const examples = examplesOf([subject.value], symbol, undefined).map(({ args }) => args);
  // Numbers of any size are made where there are texts to look for.
  const samples = ['a', ...subject.value.literals.filter((one) => typeof one === 'string')];
  const made = inputsOf({ ...subject.value, examples, samples, seed: 1, count: INPUTS });
  return 'unknown' in made ? undefined : { file, inputs: made.inputs.map(({ source }) => source) };
}

/** The transformer alone, as it is asked for the rest of a line. */
function lineWriter() {
  const path = options.model ?? shippedTransformer();
  if (path === undefined) throw new Error('there is no model in weights/: --model');
  const opened = openTransformer(path);
  if (!opened.ok) throw new Error(opened.issues[0]!.message);
  const { model, tokenizer, layout, compute, capacity = Infinity, close } = opened.value;
  const trie = tokenTrie(tokenizer);
  const { endOfText } = specialIds(tokenizer);
  return {
    close,
    /** What it puts into a hole, each text once, and the ids that it was shown. */
    fills(hole: Hole, { shift }: Alone, path: string, text: string) {
      const prefix = text.slice(0, hole.start + shift);
      const suffix = text.slice(hole.end + shift);
      const window = cursorWindow({ tokenizer, budget: WINDOW, path: repoPath(path)!, prefix, suffix, snippets: [] });
      const prompt = layout(window, capacity - TOKENS - TYPED);
      const drafts = new Map<string, Draft & { readonly count: number; readonly greedy: boolean }>();
      for (const temperature of [0, Number(options.temperature)]) {
        const greedy = temperature === 0;
        for (const draft of drawn(prompt, temperature, greedy ? 1 : Number(options.samples))) {
          const key = `${draft.ended} ${draft.text}`;
          const known = drafts.get(key) ?? { ...draft, count: 0, greedy };
          drafts.set(key, { ...known, count: known.count + Number(!greedy) });
        }
      }
      return { prompt: [endOfText, ...prompt.tokens], drafts: [...drafts.values()] };
    },
  };

  /** Drawn side by side; `ids` are the very ones that were drawn, those of what was typed and of the end among them. */
  function drawn({ tokens, typed }: Prompt, temperature: number, count: number): readonly Draft[] {
    const sampling = samplingOptions({ temperature, topP: TOP_P });
    if (!sampling.ok) throw new Error(sampling.issues[0]!.message);
    const trunk = model.open();
    trunk.extend(tokens);
    trunk.logProbabilities();
    const seeds = random(Number(options.seed));
    const all = Array.from({ length: count }, () => ({
      sequence: trunk.fork(),
      draws: seeds.fork(),
      constraint: prefixed(typed, trie),
      ids: [] as TokenId[],
      bytes: [] as number[],
      ended: false,
    }));
    for (let step = 0; step < TOKENS; step++) {
      const going = all.filter(({ ended }) => !ended);
      if (going.length === 0) break;
      if (step > 0) compute?.(going.map(({ sequence }) => sequence));
      for (const one of going) {
        const mask = one.constraint.free() ? undefined : new Uint8Array(trie.vocabulary);
        if (mask) one.constraint.mask(mask);
        if (mask && one.constraint.complete()) for (const id of trie.special) mask[id] = 1;
        const { token } = sampleToken(one.sequence.logProbabilities(), sampling.value, one.draws, [], mask)!;
        const bytes = trie.bytes(token);
        one.ids.push(token);
        one.ended = bytes === undefined;
        if (!bytes) continue;
        one.sequence.extend([token]);
        if (mask) one.constraint.commit(token);
        one.bytes.push(...bytes);
        one.ended = one.bytes.indexOf(NEWLINE, typed.length) >= 0;
      }
    }
    for (const { sequence } of [...all, { sequence: trunk }]) sequence.close();
    return all.map(({ ids, bytes, ended }) => {
      const text = Buffer.from(bytes.slice(typed.length)).toString('utf8');
      return { ids, text: text.split('\n', 1)[0]!, ended };
    });
  }
}

/** Whether texts have no error that the original does not have. */
function compiler() {
  const root = mkdtempSync(join(tmpdir(), 'assay-prefer-'));
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'x', version: '1.0.0', type: 'module' }));
  const compilerOptions = { strict: true, module: 'nodenext', target: 'es2024', noEmit: true, types: [] };
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  writeFileSync(join(root, 'f.ts'), '');
  const language = openLanguage({ root });
  if (!language.ok) throw new Error(language.issues[0]!.message);
  const path = repoPath('f.ts')!;
  const errorsOf = (text: string): readonly string[] => {
    language.value.setOverlay(new Map([[path, text]]));
    const found = language.value.diagnostics(path);
    if (found.status === 'unknown') throw new Error(found.reason);
    return found.value.filter(({ severity }) => severity === 'error').map(({ code, message }) => `${code} ${message}`);
  };
  return {
    compiles(original: string, texts: readonly string[]): readonly boolean[] {
      const known = new Map([...Map.groupBy(errorsOf(original), (one) => one)].map(([key, all]) => [key, all.length]));
      return texts.map((text) => {
        const counts = Map.groupBy(errorsOf(text), (one) => one);
        return [...counts].every(([key, all]) => all.length <= (known.get(key) ?? 0));
      });
    },
    close(): void {
      language.value.close();
      rmSync(root, { recursive: true });
    },
  };
}

/** Shares of each file with 95 % intervals, packages drawn anew, and the differences to the first file on the holes of both. */
function table(names: readonly string[]): void {
  const read = names.map((name) => new Map(linesOf(name).map((line) => [keyOf(line, line.original), line])));
  const shared = [...read[0]!.keys()].filter((key) => read.every((one) => one.has(key)));
  const sum = (line: Line, of: (fill: Fill) => boolean): number =>
    line.fills.reduce((total, one) => total + (of(one) ? one.count : 0), 0);
  const share = (of: (fill: Fill) => boolean) => (line: Line) => sum(line, of) / sum(line, () => true);
  const measures: Readonly<Record<string, (line: Line) => number>> = {
    'behaves like the original': share(({ verdict }) => verdict === 'same'),
    'the same, another text': share(({ verdict, identical }) => verdict === 'same' && !identical),
    'greedy behaves like it': ({ fills }) => Number(fills.some(({ greedy, verdict }) => greedy && verdict === 'same')),
    'any sample does': ({ fills }) => Number(fills.some(({ count, verdict }) => count > 0 && verdict === 'same')),
    compiles: share(({ verdict }) => verdict !== 'broken' && verdict !== 'endless'),
    'has an end': share(({ verdict }) => verdict !== 'endless'),
    'not known': share(({ verdict }) => verdict === 'open'),
  };
  for (const [at, name] of names.entries()) {
    const lines = shared.map((key) => read[at]!.get(key)!);
    const pairs = lines.filter(({ fills }) =>
      ['same', 'differs'].every((want) => fills.some(({ verdict }) => verdict === want)),
    );
    const other = pairs.filter(({ fills }) => fills.some(({ verdict, identical }) => verdict === 'same' && !identical));
    const all = lines.flatMap(({ fills }) => fills);
    const of = (want: string): number => all.filter(({ verdict, count }) => count > 0 && verdict === want).length;
    console.log(
      `\n${name}: ${lines.length} holes of ${new Set(lines.map((line) => line.package)).size} packages, ${all.reduce((total, { count }) => total + count, 0)} samples (${of('same')} different texts that behave, ${of('differs')} that differ), ${pairs.length} holes with both, ${other.length} with a winner of another text`,
    );
    for (const [what, measure] of Object.entries(measures)) {
      const own = lines.map(measure);
      const [low, high] = interval(lines, own);
      const mean = (values: readonly number[]) => values.reduce((total, one) => total + one, 0) / values.length;
      const change = own.map((value, index) => value - measure(read[0]!.get(shared[index]!)!));
      const [less, more] = interval(lines, change);
      const per = (value: number) => (100 * value).toFixed(1);
      console.log(
        `  ${what}: ${per(mean(own))} % (${per(low)} to ${per(high)})${at === 0 ? '' : `, change ${per(mean(change))} (${per(less)} to ${per(more)})`}`,
      );
    }
  }
}

/** 2.5 and 97.5 % of the mean, whole packages drawn with replacement. */
function interval(lines: readonly Line[], values: readonly number[]): readonly [number, number] {
  const groups = [
    ...Map.groupBy(
      lines.map((line, at) => ({ key: line.package, value: values[at]! })),
      ({ key }) => key,
    ).values(),
  ];
  const draws = random(1);
  const means = Array.from({ length: 2_000 }, () => {
    const drawn = groups.flatMap(() => draws.pick(groups));
    return drawn.reduce((total, { value }) => total + value, 0) / drawn.length;
  }).sort((a, b) => a - b);
  return [means[50]!, means[1_949]!];
}
