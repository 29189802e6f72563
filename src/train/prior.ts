import { type EventSink, fail, noEvents, ok, type Result } from '../base/index.ts';
import {
  buildPrior,
  defaultGates,
  type Evidence,
  type Gates,
  gateLearner,
  ngram,
  onlyFrom,
  PROJECT,
  type Prior,
  projectEvidence,
  type TokenFile,
  tokenizerIdentity,
  writePrior,
} from '../model/index.ts';
import type { Tokenizer } from '../tokens/index.ts';
import { readShard, writeWhole } from './shards.ts';
import { readManifest } from './tokenizer.ts';

export interface PriorOptions {
  readonly tokenizer: Tokenizer;
  /** Longest n-gram; 4 if not given. */
  readonly order?: number;
  /** Most n-grams kept; about two bytes each in the file. */
  readonly size?: number;
  readonly events?: EventSink;
}

export interface PriorReport {
  /** Tokens counted. */
  readonly tokens: number;
  /** N-grams kept of two, three, … tokens. */
  readonly ngrams: readonly number[];
  /** Of the file. */
  readonly bytes: number;
  /** Families of packages that were held out while the gates were learned. */
  readonly heldOut: readonly string[];
  /** Bits for a token of the held-out packages under the learned gates, each package's other files known. */
  readonly bitsPerToken: number;
}

const ORDER = 4;
const SIZE = 3_950_000;
/** Every so many families of the training split are held out while gates are learned. */
const HELD_OUT = 11;
/** Tokens of one package that gates are learned from, and of one of its files. */
const PACKAGE_TOKENS = 60_000;
const FILE_TOKENS = 6_000;
const ROUNDS = 3;

/**
 * Trains the n-gram prior on the code of the training split of a packed corpus and writes it to `out`. Some families of
 * packages are held out: the gates are learned by predicting their files, with a prior that has not seen them; the prior
 * that is written has counted them too. The same corpus and tokenizer give the same bytes.
 *
 * Errors: `corpus/no-manifest`; `train/too-little-text` where there are too few families to hold some out.
 */
export function trainPrior(corpusFolder: string, out: string, options: PriorOptions): Result<PriorReport> {
  const { tokenizer, order = ORDER, size = SIZE, events = noEvents } = options;
  const { vocabulary } = tokenizer;
  const packages = readPackages(corpusFolder, tokenizer);
  if (!packages.ok) return packages;
  const families = [...new Set(packages.value.map(({ family }) => family))];
  const heldOut = families.filter((_, index) => index % HELD_OUT === HELD_OUT >> 1);
  const held = packages.value.filter(({ family }) => heldOut.includes(family));
  const rest = packages.value.filter(({ family }) => !heldOut.includes(family));
  if (held.length === 0) {
    return fail('train/too-little-text', `expected at least ${HELD_OUT} families of packages, got ${families.length}`);
  }

  const began = performance.now();
  let done = 0;
  const step = <T>(note: string, work: () => T): T => {
    events({ type: 'progress-delta', task: 'prior', done, total: 4, note });
    const result = work();
    done++;
    return result;
  };
  events({ type: 'progress-start', task: 'prior', total: 4, unit: 'steps' });
  const build = (from: readonly Package[], countGates: Gates, gates: Gates): Prior => {
    const groups = from.map(({ files }) => files.map(({ tokens }) => tokens));
    return buildPrior(groups, { vocabulary, tokenizer: tokenizerIdentity(tokenizer), order, size, countGates, gates });
  };
  const counts = step('gates of the counts', () => countGates(rest, held, vocabulary, order));
  const partial = step('prior of the packages not held out', () => build(rest, counts, defaultGates()));
  const learned = step('gates of the model', () => {
    const evidence: Evidence[] = [];
    for (const { files } of held) {
      const limits = { tokens: PACKAGE_TOKENS, fileTokens: FILE_TOKENS };
      for (const one of projectEvidence(ngram({ vocabulary, prior: partial }), files, limits)) evidence.push(one);
    }
    return learn(evidence);
  });
  const prior = step('prior of all packages', () => build(packages.value, counts, learned.gates));
  const bytes = writePrior(prior);
  writeWhole(out, bytes);
  events({ type: 'progress-end', task: 'prior', ms: performance.now() - began });
  return ok({
    tokens: packages.value.reduce(
      (sum, { files }) => sum + files.reduce((all, { tokens }) => all + tokens.length, 0),
      0,
    ),
    ngrams: prior.ranks.slice(1).map(({ length }) => length),
    bytes: bytes.length,
    heldOut,
    bitsPerToken: learned.bitsPerToken,
  });
}

interface Package {
  readonly family: string;
  readonly files: TokenFile[];
}

function readPackages(folder: string, tokenizer: Tokenizer): Result<readonly Package[]> {
  const manifest = readManifest(folder);
  if (!manifest.ok) return manifest;
  const families = new Map(manifest.value.packages.map((entry) => [entry.package, entry.family]));
  const packages = new Map<string, Package>();
  for (const shard of manifest.value.shards) {
    if (shard.split !== 'train' || shard.kind !== 'code') continue;
    for (const { package: name, path, text } of readShard(folder, shard)) {
      const one = packages.get(name) ?? { family: families.get(name) ?? name, files: [] };
      packages.set(name, one);
      one.files.push({ name: path, tokens: tokenizer.encode(text) });
    }
  }
  return ok([...packages.values()]);
}

/** Gates for counts that nothing else stands beside: those of a model that has counted all of `rest`. */
function countGates(rest: readonly Package[], held: readonly Package[], vocabulary: number, order: number): Gates {
  const model = ngram({ vocabulary, order });
  rest.forEach(({ files }, index) => {
    for (const { name, tokens } of files) model.train(`${index}/${name}`, tokens);
  });
  const evidence: Evidence[] = [];
  for (const { files } of held) {
    let left = PACKAGE_TOKENS;
    for (const { tokens } of files) {
      const sequence = model.open();
      for (const token of tokens.slice(0, Math.max(0, Math.min(left, FILE_TOKENS)))) {
        evidence.push(onlyFrom(sequence.evidence(token), [PROJECT]));
        sequence.extend([token]);
        left--;
      }
      sequence.close();
    }
  }
  return learn(evidence).gates;
}

function learn(evidence: readonly Evidence[]): { gates: Gates; bitsPerToken: number } {
  const learner = gateLearner();
  let bits = 0;
  for (let round = 0; round < ROUNDS; round++) {
    bits = 0;
    for (const one of evidence) bits -= Math.log2(learner.learn(one));
  }
  return { gates: learner.gates(), bitsPerToken: bits / evidence.length };
}
