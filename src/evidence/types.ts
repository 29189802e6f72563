import type { Hash } from '../base/index.ts';
import type { Verdict } from '../verify/index.ts';

/** What was checked, complete enough to run again. Append-only; `hash` covers every other field. */
export interface EvidenceRecord {
  readonly schema: 'assay/record/1';
  readonly id: string;
  readonly createdAt: string;
  readonly assay: string;
  readonly node: string;
  readonly platform: string;
  readonly base: string;
  readonly head: string;
  /** SHA-256 over what differs, contents included: the same change on the same base has the same. */
  readonly changeHash: Hash;
  readonly request: unknown;
  readonly compilers: readonly string[];
  readonly verdict: Verdict;
  readonly seed?: number;
  readonly hash: Hash;
}
