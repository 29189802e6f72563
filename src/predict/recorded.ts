import { canonicalJson, fail, type Hash, ok, type Result, sha256 } from '../base/index.ts';
import { aborted, checkRequest } from './request.ts';
import type { Prediction, PredictionRequest, Predictor } from './types.ts';

/** Where answers are kept, by key. The caller decides whether that is memory, a file or a session. */
export interface RecordStore {
  get(key: Hash): readonly Prediction[] | undefined;
  set(key: Hash, predictions: readonly Prediction[]): void;
}

/**
 * The key of the `occurrence`-th time (from 0) that a writer was asked this. Gate, constraint and signal are functions
 * and not part of it: an answer was made under those of its session, and a replay runs the same session.
 */
export function requestKey(name: string, request: PredictionRequest, occurrence: number): Hash {
  const { window, count, maxTokens, sampling, stop } = request;
  return sha256(canonicalJson({ name, window, count, maxTokens, sampling, stop, occurrence }));
}

/**
 * Answers from `store`, and otherwise asks `inner` and keeps what it said; without `inner` an unknown request is an issue
 * (`predict/not-recorded`). A request that is repeated gets the first answer first, the second second, and so on, as
 * in the session that was recorded. Failures are not kept.
 */
export function recordedPredictor(options: {
  readonly name: string;
  readonly store: RecordStore;
  readonly inner?: Predictor;
}): Predictor {
  const { name, store, inner } = options;
  const asked = new Map<Hash, number>();
  return {
    name,
    async predict(request): Promise<Result<readonly Prediction[]>> {
      const checked = checkRequest(request);
      if (!checked.ok) return checked;
      if (request.signal?.aborted) return aborted();
      const same = requestKey(name, request, 0);
      const occurrence = asked.get(same) ?? 0;
      const key = requestKey(name, request, occurrence);
      const known = store.get(key);
      if (known === undefined && inner === undefined) {
        return fail(
          'predict/not-recorded',
          `no answer of ${name} is recorded for this request (time ${occurrence + 1}, key ${key.slice(0, 12)})`,
          { suggestion: 'record the session again: its window or options have changed' },
        );
      }
      // Counted before the answer comes, so that two requests under way at once do not share an entry.
      asked.set(same, occurrence + 1);
      if (known !== undefined) return ok(known);
      const answer = await inner!.predict(request);
      if (answer.ok) store.set(key, answer.value);
      else if (asked.get(same) === occurrence + 1) asked.set(same, occurrence);
      return answer;
    },
  };
}
