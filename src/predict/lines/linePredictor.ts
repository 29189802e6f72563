import { ok } from '../../base/index.ts';
import type { TokenModel, TokenSequence } from '../../model/index.ts';
import { type TokenTrie, tokenTrie } from '../../sample/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { keptPrompt } from '../local.ts';
import { continuationLayout } from '../prompt.ts';
import { aborted, checkRequest } from '../request.ts';
import type { PredictedToken, Prediction, PredictionRequest, Predictor } from '../types.ts';
import { agreeing } from '../write.ts';
import type { LineIndex } from './lineIndex.ts';
import { type LineCandidate, type LineFeatures, linePool } from './pool.ts';

/** Log odds by feature; fitted by `bench/lineWeights.ts` on validation packages, docs/decisions/lines.md. */
const WEIGHTS: Readonly<Record<keyof LineFeatures, number>> = {
  log: 0.33,
  unwritten: -2.3,
  joint: 0.08,
  brackets: -2.16,
  equal: 1.76,
  places: 0.94,
  share: 2.15,
  agreed: 1.77,
  copied: -1.13,
  repeats: -0.76,
  unknown: -0.87,
  near: 0.58,
};
/** Of the right line being none of the candidates, beside the best of their `joint`. */
const NONE = 1.83;

export interface LinePredictorOptions {
  /** Answers what is no question for the rest of a line. */
  readonly otherwise: Predictor;
  /** One that scores text in microseconds: it is asked for every candidate. */
  readonly model: TokenModel;
  readonly tokenizer: Tokenizer;
  readonly index: LineIndex;
}

/**
 * Writes the rest of a line by choosing among candidates: what the model finds likely, and what stands between such lines elsewhere. A candidate is held
 * against what stands around it, after the cursor too. Where a request asks for anything but the greedy rest of a line, or what else
 * is in the file is not known, `otherwise` answers.
 *
 * The probability of a draft is that of its being the rest of the line. That of its tokens counts all candidates that begin like
 * it and, for the case that none is right, the model's own.
 */
export function linePredictor({ otherwise, model, tokenizer, index }: LinePredictorOptions): Predictor {
  const trie = tokenTrie(tokenizer);
  const trunk = keptPrompt({ model, layout: continuationLayout(tokenizer) });
  return {
    name: `lines of ${model.name}`,
    async predict(request) {
      if (!isRestOfLine(request)) return otherwise.predict(request);
      const checked = checkRequest(request);
      if (!checked.ok) return checked;
      if (request.signal?.aborted) return aborted();
      const { around: place, maxTokens, count } = request;
      const { sequence, typed } = trunk(request.window, maxTokens);
      try {
        const pool = linePool({ tokenizer, trie, sequence, typed, place, index, maxTokens });
        if (pool.length === 0) return otherwise.predict(request);
        const ranked = chances(pool);
        const writing = { tokenizer, trie, sequence, typed };
        return ok(ranked.lines.slice(0, count).map(({ text }) => draftOf(text, ranked, writing)));
      } finally {
        sequence.close();
      }
    },
  };
}

type LineRequest = PredictionRequest & Required<Pick<PredictionRequest, 'around'>>;

const isRestOfLine = (request: PredictionRequest): request is LineRequest =>
  request.around !== undefined &&
  request.sampling.temperature === 0 &&
  request.stop.length === 1 &&
  request.stop[0] === '\n' &&
  request.constraint === undefined &&
  request.gate === undefined &&
  /^[ \t]*(?:\r?\n|$)/.test(request.around.suffix);

interface Ranked {
  /** Best first. */
  readonly lines: readonly { readonly text: string; readonly probability: number }[];
  /** Probability that the right line is none of them. */
  readonly none: number;
}

/** How likely each candidate is to be the line, all of them and none adding up to 1. */
function chances(pool: readonly LineCandidate[]): Ranked {
  const features = Object.keys(WEIGHTS) as (keyof LineFeatures)[];
  const scores = pool.map((one) => features.reduce((sum, name) => sum + WEIGHTS[name] * one.features[name], 0));
  const none = NONE + WEIGHTS.joint * Math.max(...pool.map((one) => one.features.joint));
  const most = Math.max(none, ...scores);
  const odds = scores.map((score) => Math.exp(score - most));
  const total = odds.reduce((sum, one) => sum + one, Math.exp(none - most));
  const lines = pool.map(({ text }, i) => ({ text, probability: odds[i]! / total }));
  return { lines: lines.sort((a, b) => b.probability - a.probability), none: Math.exp(none - most) / total };
}

interface Writing {
  readonly tokenizer: Tokenizer;
  readonly trie: TokenTrie;
  /** Stands before `typed`. */
  readonly sequence: TokenSequence;
  readonly typed: Uint8Array;
}

function draftOf(line: string, { lines, none }: Ranked, { tokenizer, trie, sequence, typed }: Writing): Prediction {
  const start = sequence.length;
  const own = lines.find(({ text }) => text === line)!.probability;
  const tokens: PredictedToken[] = [];
  const decoder = new TextDecoder();
  let written = 0;
  let text = '';
  let before = 1;
  /** Of what is written so far, by the model. */
  let likely = 1;
  for (const token of tokenizer.encode(new TextDecoder().decode(typed) + line)) {
    const logs = sequence.logProbabilities();
    likely *= Math.min(1, Math.exp(logs[token]!) / agreeing(logs, trie, typed.subarray(written)));
    sequence.extend([token]);
    const bytes = trie.bytes(token)!;
    const piece = decoder.decode(bytes.subarray(Math.min(bytes.length, Math.max(0, typed.length - written))), {
      stream: true,
    });
    written += bytes.length;
    if (piece === '') continue;
    text += piece;
    const beginning = lines.reduce(
      (sum, one) => sum + (one.text.startsWith(text) ? one.probability : 0),
      none * likely,
    );
    const now = text.length < line.length ? Math.min(before, beginning) : own;
    tokens.push({ text: piece, probability: now / before });
    before = now;
  }
  sequence.truncate(start);
  return { text: line, tokens, probability: own, stop: 'stop' };
}
