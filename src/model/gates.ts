/**
 * How far each context is trusted. The probability of a token is built from short contexts to long ones,
 *
 *     P ← λ · count / total + (1 − λ) · P,
 *
 * Jelinek and Mercer's interpolation (1980), where λ, the gate, depends on where the counts come from, on the length of the
 * context, and on how often it occurred and with how many followers: a context seen eight times with one follower
 * is trusted more than one seen eight times with eight.
 */

/** Where counts come from, in the order they are mixed at each length. */
export const PRIOR = 0;
export const PROJECT = 1;
export const SEQUENCE = 2;
export type Source = typeof PRIOR | typeof PROJECT | typeof SEQUENCE;
const SOURCES = 3;

/** Longest n-gram the gates know. */
export const MAX_ORDER = 8;

/** Upper bounds of the buckets of a context's total; the last bucket is open. */
const TOTALS = [1, 2, 3, 4, 5, 7, 10, 16, 32, 64, 128, 512, 2048] as const;
/** Upper bounds of the buckets of its number of followers; the last bucket is open. */
const TYPES = [1, 2, 3, 4, 6, 9, 16, 32, 64, 256] as const;

const TOTAL_BUCKETS = TOTALS.length + 1;
const TYPE_BUCKETS = TYPES.length + 1;
export const BUCKETS = TOTAL_BUCKETS * TYPE_BUCKETS;

const LARGEST = TOTALS[TOTALS.length - 1]! + 1;
const bucketTable = (bounds: readonly number[]): Uint8Array =>
  Uint8Array.from({ length: LARGEST + 1 }, (_, value) => {
    const bucket = bounds.findIndex((bound) => value <= bound);
    return bucket < 0 ? bounds.length : bucket;
  });
const TOTAL_BUCKET = bucketTable(TOTALS);
const TYPE_BUCKET = bucketTable(TYPES);

/** Bucket of a context by its total and its number of followers, both at least 1. */
export function countBucket(total: number, types: number): number {
  return TOTAL_BUCKET[Math.min(total, LARGEST)]! * TYPE_BUCKETS + TYPE_BUCKET[Math.min(types, LARGEST)]!;
}

/** Bucket of a context of the prior by the mass it gives its followers and their number. */
export function massBucket(mass: number, types: number): number {
  const share = Math.min(TOTAL_BUCKETS - 1, Math.floor(mass * TOTAL_BUCKETS));
  return share * TYPE_BUCKETS + TYPE_BUCKET[Math.min(types, LARGEST)]!;
}

/** One λ for each source, context length and bucket; see `gateIndex`. */
export type Gates = Float32Array;

export const GATES = SOURCES * MAX_ORDER * BUCKETS;

export function gateIndex(source: Source, length: number, bucket: number): number {
  return (source * MAX_ORDER + length) * BUCKETS + bucket;
}

/** The source that a gate belongs to. */
export const sourceOf = (gate: number): Source => Math.floor(gate / (MAX_ORDER * BUCKETS)) as Source;

/**
 * Gates before anything was learned: total / (total + types) for counts (Witten and Bell 1991), and for the prior the
 * mass it claims.
 */
export function defaultGates(): Gates {
  const gates = new Float32Array(GATES);
  const middle = (bounds: readonly number[], bucket: number): number =>
    bucket < bounds.length ? ((bounds[bucket - 1] ?? 0) + 1 + bounds[bucket]!) / 2 : bounds[bounds.length - 1]! * 2;
  for (let length = 0; length < MAX_ORDER; length++) {
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const first = Math.floor(bucket / TYPE_BUCKETS);
      const total = middle(TOTALS, first);
      const types = Math.min(total, middle(TYPES, bucket % TYPE_BUCKETS));
      gates[gateIndex(PRIOR, length, bucket)] = (first + 0.5) / TOTAL_BUCKETS;
      gates[gateIndex(PROJECT, length, bucket)] = total / (total + types);
      gates[gateIndex(SEQUENCE, length, bucket)] = total / (total + types);
    }
  }
  return gates;
}
