import { fail, LIMITS, ok, type Result } from '../base/index.ts';
import { samplingOptions } from '../sample/index.ts';
import type { PredictedToken, Prediction, PredictionRequest, StopReason } from './types.ts';

/** Refuses what no predictor can answer: counts and lengths below 1, an empty stop string, sampling out of range. */
export function checkRequest(request: PredictionRequest): Result<PredictionRequest> {
  const { count, maxTokens, stop } = request;
  if (!Number.isInteger(count) || count < 1 || count > LIMITS.completions) {
    return fail('predict/bad-request', `expected count to be an integer from 1 to ${LIMITS.completions}, got ${count}`);
  }
  if (!Number.isInteger(maxTokens) || maxTokens < 1) {
    return fail('predict/bad-request', `expected maxTokens to be an integer of at least 1, got ${maxTokens}`);
  }
  if (stop.includes('')) {
    return fail(
      'predict/bad-request',
      'expected stop strings that are not empty: an empty one ends every draft at once',
    );
  }
  const sampling = samplingOptions(request.sampling);
  return sampling.ok ? ok(request) : sampling;
}

export const aborted = () => fail('predict/aborted', 'the prediction was stopped by its caller');

/** Offset of the first stop string in `text`, if any. */
export function stopAt(text: string, stop: readonly string[]): number | undefined {
  let first: number | undefined;
  for (const end of stop) {
    const at = text.indexOf(end);
    if (at >= 0 && (first === undefined || at < first)) first = at;
  }
  return first;
}

/** `tokens` shortened to the first `length` UTF-16 code units of their text, as a draft that ended for `stop`. */
export function prediction(tokens: readonly PredictedToken[], length: number, stop: StopReason): Prediction {
  const kept: PredictedToken[] = [];
  let left = length;
  for (const { text, probability } of tokens) {
    if (left <= 0) break;
    kept.push({ text: text.slice(0, left), probability });
    left -= text.length;
  }
  return {
    text: kept.map(({ text }) => text).join(''),
    tokens: kept,
    probability: kept.reduce((product, { probability }) => product * probability, 1),
    stop,
  };
}

/**
 * A finished answer held to its request after the fact: cut at the token limit, at a stop string, and where the gate
 * rejects. For writers that cannot be asked again token by token.
 */
export function finished(
  tokens: readonly PredictedToken[],
  request: Pick<PredictionRequest, 'maxTokens' | 'stop' | 'gate'>,
  end: StopReason = 'end',
): Prediction {
  const within = tokens.slice(0, request.maxTokens);
  let text = within.map((token) => token.text).join('');
  let reason: StopReason = within.length < tokens.length ? 'length' : end;
  const stop = stopAt(text, request.stop);
  if (stop !== undefined) {
    text = text.slice(0, stop);
    reason = 'stop';
  }
  // What a gate leaves is shown to it again: it may look back further than it did before. Each round is shorter.
  for (let verdict = request.gate?.(text); verdict && !verdict.ok && text !== ''; verdict = request.gate?.(text)) {
    text = text.slice(0, Math.max(0, Math.min(verdict.at, text.length - 1)));
    reason = 'gate';
  }
  return prediction(within, text.length, reason);
}
