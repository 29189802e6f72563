import type { TokenId } from '../base/index.ts';
import { defaultGates, type Gates, type Source, sourceOf } from './gates.ts';
import type { NgramModel } from './ngram.ts';
import type { Evidence } from './ngramSequence.ts';

/**
 * Learns gates from evidence, one prediction at a time, by gradient ascent on the log probability of what came
 * (AdaGrad, Duchi et al. 2011, on the logits of the gates).
 */
export interface GateLearner {
  /** Takes one prediction in; returns its probability before the step. */
  learn(evidence: Evidence): number;
  gates(): Gates;
}

const RATE = 0.3;
/** First sum of squared slopes: keeps the first steps from being arbitrarily long. */
const START = 1e-4;
/** Gates stay this far from 0 and 1, so that nothing becomes impossible. */
const MARGIN = 1e-4;

export function gateLearner(from: Gates = defaultGates()): GateLearner {
  const logits = Float64Array.from(from, (gate) => Math.log(gate / (1 - gate)));
  const squares = new Float64Array(from.length).fill(START);
  const open = (gate: number): number => 1 / (1 + Math.exp(-logits[gate]!));
  return {
    learn({ base, gates, shares }) {
      const before = new Float64Array(gates.length);
      let probability = base;
      for (let i = 0; i < gates.length; i++) {
        before[i] = probability;
        probability += open(gates[i]!) * (shares[i]! - probability);
      }
      // d log P / d λ of a link = (its share − what stood below it) × what the links above it leave, over P.
      let left = 1 / probability;
      for (let i = gates.length - 1; i >= 0; i--) {
        const gate = gates[i]!;
        const value = open(gate);
        const slope = (shares[i]! - before[i]!) * left * value * (1 - value);
        left *= 1 - value;
        squares[gate]! += slope * slope;
        logits[gate]! += (RATE * slope) / Math.sqrt(squares[gate]!);
      }
      return probability;
    },
    gates: () =>
      Float32Array.from(logits, (logit) => Math.min(1 - MARGIN, Math.max(MARGIN, 1 / (1 + Math.exp(-logit))))),
  };
}

/** A file as tokens, under a name that is its own within its project. */
export interface TokenFile {
  readonly name: string;
  readonly tokens: readonly TokenId[];
}

/**
 * What the sources say of each token of up to `tokens` tokens of a project: each file is forgotten, read from its start
 * and learned again, so that the project is its other files and the sequence what stands above. Files are taken evenly
 * over the project, at most `fileTokens` from each. The model must know nothing else.
 */
export function* projectEvidence(
  model: NgramModel,
  files: readonly TokenFile[],
  limits: { readonly tokens: number; readonly fileTokens: number },
): Generator<Evidence> {
  for (const { name, tokens } of files) model.train(name, tokens);
  const all = files.reduce((sum, { tokens }) => sum + Math.min(tokens.length, limits.fileTokens), 0);
  let seen = 0;
  let read = 0;
  for (const { name, tokens } of files) {
    const length = Math.min(tokens.length, limits.fileTokens);
    seen += length;
    // Read so much that the share read keeps up with the share passed.
    if (read * all >= limits.tokens * seen) continue;
    read += length;
    model.forget(name);
    const sequence = model.open();
    for (const token of tokens.slice(0, length)) {
      yield sequence.evidence(token);
      sequence.extend([token]);
    }
    sequence.close();
    model.train(name, tokens);
  }
}

/** What some of the sources say, without the others. */
export function onlyFrom({ base, gates, shares }: Evidence, sources: readonly Source[]): Evidence {
  const kept = (gate: number): boolean => sources.includes(sourceOf(gate));
  return { base, gates: gates.filter(kept), shares: shares.filter((_, i) => kept(gates[i]!)) };
}
