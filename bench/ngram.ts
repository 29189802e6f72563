/**
 * The n-gram model: how well it predicts code it has not seen, and what that costs.
 *
 *     node bench/ngram.ts [folder of a packed corpus] [prior]
 *
 * Quality: the validation packages of the corpus, of which the prior has seen nothing. Each file is read from its start,
 * which is the sequence; the project is the package's other files. Speed: a project of 1.2 million tokens from the
 * training split, about 100,000 lines, predicting files of another package. Milliseconds are processor time, which a busy
 * machine blurs less; microseconds are wall time. The floor is one pass over a vocabulary of floats.
 */
import { readFileSync } from 'node:fs';
import { type TokenId, tokenId } from '../src/base/index.ts';
import {
  defaultGates,
  type Evidence,
  type Gates,
  ngram,
  onlyFrom,
  PRIOR,
  PROJECT,
  type Prior,
  projectEvidence,
  readPrior,
  SEQUENCE,
  type TokenFile,
} from '../src/model/index.ts';
import { loadShipped, weightsFolder } from '../src/tokens/index.ts';
import { type CorpusSplit, readManifest, readShard } from '../src/train/index.ts';

const PACKAGE_TOKENS = 60_000;
const FILE_TOKENS = 6_000;
const PROJECT_TOKENS = 1_200_000;

const [corpus = '.cache/corpus/packed', priorFile = `${weightsFolder()}/prior.bin`] = process.argv.slice(2);
const tokenizer = loadShipped();
const { vocabulary } = tokenizer;
const prior = load();
quality();
speed();

function load(): Prior {
  const read = readPrior(readFileSync(priorFile));
  if (!read.ok) throw new Error(read.issues[0]!.message);
  return read.value;
}

interface Package {
  readonly files: TokenFile[];
  bytes: number;
  tokens: number;
}

function packages(split: CorpusSplit, limit = Infinity): Package[] {
  const manifest = readManifest(corpus);
  if (!manifest.ok) throw new Error(manifest.issues[0]!.message);
  const found = new Map<string, Package>();
  let all = 0;
  for (const shard of manifest.value.shards) {
    if (shard.split !== split || shard.kind !== 'code') continue;
    for (const { package: name, path, text } of readShard(corpus, shard)) {
      if (all >= limit) break;
      const one = found.get(name) ?? { files: [], bytes: 0, tokens: 0 };
      found.set(name, one);
      const tokens = tokenizer.encode(text);
      one.files.push({ name: `${name}/${path}`, tokens });
      one.bytes += Buffer.byteLength(text);
      one.tokens += tokens.length;
      all += tokens.length;
    }
  }
  return [...found.values()];
}

function probability({ base, gates: used, shares }: Evidence, gates: Gates): number {
  return used.reduce((below, gate, i) => below + gates[gate]! * (shares[i]! - below), base);
}

function quality(): void {
  const views: Record<string, (evidence: Evidence) => number> = {
    'prior alone': (all) => probability(onlyFrom(all, [PRIOR]), prior.gates),
    'prior, project': (all) => probability(onlyFrom(all, [PRIOR, PROJECT]), prior.gates),
    'prior, sequence': (all) => probability(onlyFrom(all, [PRIOR, SEQUENCE]), prior.gates),
    'project, sequence': (all) =>
      probability({ ...onlyFrom(all, [PROJECT, SEQUENCE]), base: 1 / vocabulary }, prior.gates),
    'prior, project, sequence': (all) => probability(all, prior.gates),
    'the same, gates not learned': (all) => probability(all, untrained),
  };
  const untrained = defaultGates();
  const bits = new Map(Object.keys(views).map((name) => [name, 0]));
  let bytes = 0;
  let tokens = 0;
  const validation = packages('validation');
  for (const { files, bytes: size, tokens: all } of validation) {
    let count = 0;
    const limits = { tokens: PACKAGE_TOKENS, fileTokens: FILE_TOKENS };
    for (const evidence of projectEvidence(ngram({ vocabulary, prior }), files, limits)) {
      for (const [name, view] of Object.entries(views)) bits.set(name, bits.get(name)! - Math.log2(view(evidence)));
      count++;
    }
    bytes += (size * count) / all;
    tokens += count;
  }
  console.log(`validation: ${validation.length} packages, ${tokens} tokens, ${Math.round(bytes)} bytes`);
  console.log('bits a byte');
  for (const [name, sum] of bits) console.log(`  ${name.padEnd(30)} ${(sum / bytes).toFixed(3)}`);

  let hits = 0;
  let asked = 0;
  for (const { files } of validation) {
    const model = ngram({ vocabulary, prior });
    for (const { name, tokens: file } of files) model.train(name, file);
    for (const { name, tokens: file } of files.filter((_, i) => i % 6 === 0)) {
      model.forget(name);
      const sequence = model.open();
      for (let at = 0; at < Math.min(file.length, FILE_TOKENS); at += 10) {
        sequence.extend(file.slice(Math.max(0, at - 10), at));
        if (best(sequence.logProbabilities()) === file[at]) hits++;
        asked++;
      }
      model.train(name, file);
    }
  }
  console.log(`the next token is the most probable one: ${((100 * hits) / asked).toFixed(1)} % of ${asked}`);
}

function best(logs: Float32Array): number {
  let token = 0;
  for (let id = 1; id < logs.length; id++) if (logs[id]! > logs[token]!) token = id;
  return token;
}

function speed(): void {
  const took = (work: () => void): number => {
    const began = performance.now();
    work();
    return performance.now() - began;
  };
  const show = (name: string, unit: string, times: number[]): void => {
    times.sort((a, b) => a - b);
    const at = (share: number): string => times[Math.floor(share * (times.length - 1))]!.toFixed(unit === 'ms' ? 1 : 0);
    console.log(`  ${name.padEnd(46)} ${at(0.5)} ${unit}, p95 ${at(0.95)}, best ${at(0)}`);
  };
  const several = (count: number, work: () => void): number[] =>
    Array.from({ length: count }, () => {
      const before = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    });

  const project = packages('train', PROJECT_TOKENS).flatMap(({ files }) => files);
  const total = project.reduce((sum, { tokens }) => sum + tokens.length, 0);
  console.log('speed');
  show('read the prior', 'ms', several(7, load));
  let model = ngram({ vocabulary, prior });
  const train = several(5, () => {
    model = ngram({ vocabulary, prior });
    for (const { name, tokens } of project) model.train(name, tokens);
  });
  show(`train ${total} tokens`, 'ms', train);
  console.log(`  memory of its counts                           ${(model.bytes / 1e6).toFixed(0)} MB`);
  const file = project.find(({ tokens }) => tokens.length > 4_000)!;
  show(
    `learn a file of ${file.tokens.length} tokens again`,
    'ms',
    several(30, () => model.train(file.name, file.tokens)),
  );

  const other = packages('validation')
    .flatMap(({ files }) => files)
    .filter(({ tokens }) => tokens.length > 4_500);
  const times = {
    open: [] as number[],
    fork: [] as number[],
    logs: [] as number[],
    score: [] as number[],
    floor: [] as number[],
  };
  const floats = new Float32Array(vocabulary).fill(-10);
  const out = new Float32Array(vocabulary);
  for (const { tokens } of other.slice(0, 40)) {
    const sequence = model.open();
    times.open.push(...several(1, () => sequence.extend(tokens.slice(0, 4_000))));
    times.fork.push(1000 * took(() => sequence.fork()));
    for (let at = 4_000; at < 4_400; at++) {
      times.logs.push(1000 * took(() => sequence.logProbabilities()));
      const candidates = Array.from({ length: 20 }, (_, i): TokenId[] => [
        tokens[at]!,
        tokens[at + 1]!,
        tokenId((at + i * 797) % vocabulary),
      ]);
      times.score.push(
        (1000 / candidates.length) *
          took(() => {
            for (const candidate of candidates) sequence.scoreNext(candidate);
          }),
      );
      times.floor.push(
        1000 *
          took(() => {
            for (let id = 0; id < vocabulary; id++) out[id] = floats[id]! + 0.5;
          }),
      );
      sequence.extend([tokens[at]!]);
    }
  }
  show('extend a sequence by 4,000 tokens', 'ms', times.open);
  show('fork it', 'µs', times.fork);
  show(`logProbabilities over ${vocabulary}`, 'µs', times.logs);
  show('floor: add to as many floats', 'µs', times.floor);
  show('score a candidate of 3 tokens', 'µs', times.score);
}
