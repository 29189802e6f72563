import { fail, ok, type Random, type Result, type TokenId, tokenId } from '../base/index.ts';
import type { SampledToken, SamplingOptions } from './types.ts';

/** Low by default: the first drafts are what the model finds likely. */
export const DEFAULT_SAMPLING: SamplingOptions = {
  temperature: 0.2,
  topK: 0,
  topP: 0.95,
  minP: 0,
  repetitionPenalty: 1,
  repetitionWindow: 64,
  seed: 0,
};

export const GREEDY: SamplingOptions = { ...DEFAULT_SAMPLING, temperature: 0, topP: 1 };

const BOUNDS: Readonly<Record<keyof SamplingOptions, { min: number; max: number; integer: boolean; says: string }>> = {
  temperature: { min: 0, max: 100, integer: false, says: 'a number from 0 to 100' },
  topK: { min: 0, max: 2 ** 31, integer: true, says: 'an integer of at least 0 (0 keeps all)' },
  topP: { min: Number.MIN_VALUE, max: 1, integer: false, says: 'a number above 0 and at most 1 (1 keeps all)' },
  minP: { min: 0, max: 1, integer: false, says: 'a number from 0 to 1 (0 keeps all)' },
  repetitionPenalty: { min: 1, max: 1e6, integer: false, says: 'a number of at least 1 (1 is off)' },
  repetitionWindow: { min: 0, max: 2 ** 31, integer: true, says: 'an integer of at least 0' },
  seed: { min: 0, max: 2 ** 32 - 1, integer: true, says: 'an integer from 0 to 4294967295' },
};

/** Fills in the defaults and refuses values out of range, each with its name (`sampling/bad-option`). */
export function samplingOptions(options: Partial<SamplingOptions>): Result<SamplingOptions> {
  const all = { ...DEFAULT_SAMPLING, ...options };
  const issues = (Object.keys(BOUNDS) as (keyof SamplingOptions)[]).flatMap((name) => {
    const { min, max, integer, says } = BOUNDS[name];
    const value = all[name];
    const good = typeof value === 'number' && value >= min && value <= max && (!integer || Number.isInteger(value));
    return good ? [] : fail('sampling/bad-option', `expected ${name} to be ${says}, got ${String(value)}`).issues;
  });
  return issues.length > 0 ? { ok: false, issues } : ok(all);
}

/**
 * Draws the next token. `logs` are the model's natural-log probabilities, `recent` the tokens so far (the last
 * `repetitionWindow` count), `mask` has 1 for each token that may be drawn. Undefined where nothing may be drawn.
 *
 * Order: mask, repetition penalty, top-k, top-p, min-p, temperature, draw. The filters judge the model's own
 * distribution over what the mask left (top-p over what top-k left, renormalised), so that a higher temperature spreads
 * the draw among the tokens kept but lets none back in. Ties are ordered by id. Temperature 0 takes the most probable
 * token and draws nothing from `random`; any other takes exactly one number from it.
 *
 * Top-p: Holtzman et al. 2020 (arXiv 1904.09751). Min-p: Nguyen et al. 2024 (arXiv 2407.01082).
 */
export function sampleToken(
  logs: Float32Array,
  options: SamplingOptions,
  random: Random,
  recent: readonly TokenId[],
  mask?: Uint8Array,
): SampledToken | undefined {
  if (mask && mask.length !== logs.length) {
    throw new RangeError(`expected a mask of ${logs.length} entries, got ${mask.length}`);
  }
  const scores = adjusted(logs, options, recent, mask);
  let best = -1;
  for (let id = 0; id < scores.length; id++) {
    const score = scores[id]!;
    if (Number.isNaN(score)) throw new Error(`the model gave NaN for token ${id}`);
    if (score > (best < 0 ? -Infinity : scores[best]!)) best = id;
  }
  if (best < 0) return undefined;
  const token = options.temperature === 0 ? best : draw(scores, best, options, random.float());
  return { token: tokenId(token), probability: Math.exp(logs[token]!), removed: mask ? removedMass(logs, mask) : 0 };
}

/** Log probabilities after mask and penalty, not normalised; -Infinity for what may not be drawn. */
function adjusted(
  logs: Float32Array,
  { repetitionPenalty, repetitionWindow }: SamplingOptions,
  recent: readonly TokenId[],
  mask?: Uint8Array,
): Float32Array {
  const scores = logs.slice();
  if (mask) for (let id = 0; id < scores.length; id++) if (mask[id] === 0) scores[id] = -Infinity;
  if (repetitionPenalty > 1 && repetitionWindow > 0) {
    const penalty = Math.log(repetitionPenalty);
    for (const id of new Set(recent.slice(-repetitionWindow))) scores[id]! -= penalty;
  }
  return scores;
}

/** Probability mass of the tokens that the mask forbids, 0 to 1. Sums the smaller side, where rounding is small too. */
function removedMass(logs: Float32Array, mask: Uint8Array): number {
  let allowed = 0;
  for (const bit of mask) allowed += bit;
  const side = allowed * 2 > mask.length ? 0 : 1;
  let mass = 0;
  for (let id = 0; id < mask.length; id++) if (mask[id] === side) mass += Math.exp(logs[id]!);
  return Math.min(1, Math.max(0, side === 0 ? mass : 1 - mass));
}

/** One token by inverse transform over the kept ones; `uniform` is in [0, 1). */
function draw(scores: Float32Array, best: number, options: SamplingOptions, uniform: number): number {
  const top = scores[best]!;
  const kept = filtered(scores, top, options);
  const weights = new Float64Array(kept.length);
  let total = 0;
  for (let i = 0; i < kept.length; i++) {
    total += Math.exp((scores[kept[i]!]! - top) / options.temperature);
    weights[i] = total;
  }
  const target = uniform * total;
  for (let i = 0; i < kept.length; i++) if (target < weights[i]!) return kept[i]!;
  return best; // uniform * total rounded up to total
}

/** Nats below the best that are sorted first; nearly always enough to place the cut without sorting a vocabulary. */
const BAND = 10;

/** The ids that top-k, top-p and min-p keep: a prefix of the ids by falling score, then rising id. Never empty. */
function filtered(scores: Float32Array, top: number, { topK, topP, minP }: SamplingOptions): Int32Array {
  const floor = minP > 0 ? top + Math.log(minP) : -Infinity;
  if (topK === 0 && topP >= 1) return idsFrom(scores, floor);
  const whole = idsFrom(scores, -Infinity);
  const limit = topK > 0 ? Math.min(topK, whole.length) : whole.length;
  const wanted = topK > 0 ? 0 : topP * massOf(scores, whole, top); // after top-k it is what that left that counts
  let sorted = byFallingScore(scores, idsFrom(scores, top - BAND));
  const reached = topK > 0 ? sorted.length >= limit : massOf(scores, sorted, top) >= wanted;
  if (!reached) sorted = byFallingScore(scores, whole);
  sorted = sorted.subarray(0, limit);
  let count = sorted.length;
  if (topP < 1) {
    const target = topK > 0 ? topP * massOf(scores, sorted, top) : wanted;
    let mass = 0;
    for (count = 0; count < sorted.length && mass < target; count++) mass += Math.exp(scores[sorted[count]!]! - top);
  }
  while (count > 1 && scores[sorted[count - 1]!]! < floor) count--;
  return sorted.subarray(0, Math.max(1, count));
}

function massOf(scores: Float32Array, ids: Int32Array, top: number): number {
  let mass = 0;
  for (const id of ids) mass += Math.exp(scores[id]! - top);
  return mass;
}

/** Ids whose score is at least `floor` and above -Infinity, rising. */
function idsFrom(scores: Float32Array, floor: number): Int32Array {
  let count = 0;
  const ids = new Int32Array(scores.length);
  for (let id = 0; id < scores.length; id++) if (scores[id]! >= floor && scores[id]! > -Infinity) ids[count++] = id;
  return ids.subarray(0, count);
}

/**
 * Sorts ids by falling score, then rising id, without a comparator: the bits of a float order like an integer once the
 * negative ones are flipped, and 32 bits of score with 21 of id fit in the 53 of a double.
 */
function byFallingScore(scores: Float32Array, ids: Int32Array): Int32Array {
  const ID = 2 ** 21;
  if (scores.length > ID) throw new RangeError(`a vocabulary has at most ${ID} tokens, got ${scores.length}`);
  const picked = new Float32Array(ids.length);
  for (let i = 0; i < ids.length; i++) picked[i] = scores[ids[i]!]! + 0; // + 0 makes -0 into 0
  const bits = new Uint32Array(picked.buffer);
  const keys = new Float64Array(ids.length);
  for (let i = 0; i < ids.length; i++) {
    const raw = bits[i]!;
    const rising = (raw >>> 31 === 1 ? ~raw : raw | 0x80000000) >>> 0;
    keys[i] = (0xffffffff - rising) * ID + ids[i]!;
  }
  keys.sort();
  const sorted = new Int32Array(keys.length);
  for (let i = 0; i < keys.length; i++) sorted[i] = keys[i]! % ID;
  return sorted;
}
