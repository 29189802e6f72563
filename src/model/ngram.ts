import type { TokenId } from '../base/index.ts';
import { CountTrie } from './countTrie.ts';
import { countBucket, defaultGates, type Gates, gateIndex, MAX_ORDER, PROJECT } from './gates.ts';
import { type NgramSequence, NgramState, type Shared } from './ngramSequence.ts';
import type { Prior } from './prior.ts';
import { assertTokens } from './sequence.ts';
import type { TokenModel } from './types.ts';

export interface NgramOptions {
  readonly vocabulary: number;
  /** Longest n-gram of project and sequence, 2 to 8; 8 if not given. */
  readonly order?: number;
  /** What is likely in code at large; of the same vocabulary. */
  readonly prior?: Prior;
  /** Those of the prior if not given, and the default ones where there is no prior. */
  readonly gates?: Gates;
}

/**
 * An n-gram model with nested caches: what the sequence itself has said, in what the project's files say, in what is
 * likely in code at large (after Hellendoorn and Devanbu 2017). It learns a file in milliseconds and forgets it exactly.
 */
export interface NgramModel extends TokenModel {
  readonly order: number;
  /** Tokens of the project's files. */
  readonly tokens: number;
  /** Memory of the project's counts, bytes. */
  readonly bytes: number;
  /** Learns a file, in place of what it learned of it before. Several texts are parts with a gap between them. */
  train(file: string, ...texts: readonly (readonly TokenId[])[]): void;
  /** Takes a file back; false where it had not learned it. */
  forget(file: string): boolean;
  open(): NgramSequence;
}

/** Where a text stands in the log of the project's counts. */
interface Text {
  readonly start: number;
  readonly length: number;
}

/** Tokens taken back that the log may hold, beside four times those in force, before the counts are made anew. */
const GARBAGE = 1_000_000;

/** See `NgramModel`. */
export function ngram(options: NgramOptions): NgramModel {
  const { vocabulary, order = MAX_ORDER, prior } = options;
  if (!Number.isInteger(order) || order < 2 || order > MAX_ORDER) {
    throw new RangeError(`order is an integer from 2 to ${MAX_ORDER}, got ${order}`);
  }
  if (prior !== undefined && prior.vocabulary !== vocabulary) {
    throw new Error(`the prior has ${prior.vocabulary} tokens, the model ${vocabulary}: they do not belong together`);
  }
  const files = new Map<string, readonly Text[]>();
  const counts = new Int32Array(vocabulary);
  let tokens = 0;
  let types = 0;
  let base: ReturnType<Shared['base']> | undefined;
  const shared: Shared = {
    vocabulary,
    order,
    prior,
    gates: options.gates ?? prior?.gates ?? defaultGates(),
    project: new CountTrie(order),
    version: 0,
    base() {
      base ??= withoutContext();
      return base;
    },
  };

  const withoutContext = (): ReturnType<Shared['base']> => {
    const probabilities = new Float64Array(vocabulary);
    const logs = new Float32Array(vocabulary);
    const bucket = tokens === 0 ? undefined : gateIndex(PROJECT, 0, countBucket(tokens, types));
    const gate = bucket === undefined ? 0 : shared.gates[bucket]!;
    for (let token = 0; token < vocabulary; token++) {
      const below = prior?.unigrams[token] ?? 1 / vocabulary;
      probabilities[token] = gate === 0 ? below : gate * (counts[token]! / tokens) + (1 - gate) * below;
      logs[token] = Math.log(probabilities[token]!);
    }
    return { probabilities, logs, counts, tokens, gate: bucket };
  };
  const changed = (texts: readonly Text[], by: 1 | -1): void => {
    for (const { start, length } of texts) {
      tokens += by * length;
      for (const token of shared.project.text(start, length)) {
        if (counts[token] === 0) types++;
        counts[token]! += by;
        if (counts[token] === 0) types--;
      }
    }
    base = undefined;
    shared.version++;
  };
  const forget = (file: string): boolean => {
    const texts = files.get(file);
    if (texts === undefined) return false;
    for (const { start, length } of texts) shared.project.remove(start, length);
    changed(texts, -1);
    files.delete(file);
    return true;
  };
  const renew = (): void => {
    const old = shared.project;
    shared.project = new CountTrie(order, tokens);
    for (const [file, texts] of files) {
      files.set(
        file,
        texts.map(({ start, length }) => ({ start: shared.project.add(old.text(start, length)), length })),
      );
    }
    shared.version++;
  };
  return {
    name: prior === undefined ? 'ngram' : 'ngram+prior',
    vocabulary,
    order,
    get tokens() {
      return tokens;
    },
    get bytes() {
      return shared.project.bytes;
    },
    train(file, ...parts) {
      for (const part of parts) assertTokens(part, vocabulary);
      forget(file);
      const texts = parts.map((part) => ({ start: shared.project.add(part), length: part.length }));
      files.set(file, texts);
      changed(texts, 1);
      if (shared.project.written >= GARBAGE + 5 * tokens) renew();
    },
    forget,
    open: () => new NgramState(shared, new CountTrie(order)),
  };
}
