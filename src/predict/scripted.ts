import { fail, ok, type Result } from '../base/index.ts';
import { aborted, checkRequest, finished } from './request.ts';
import type { PredictedToken, Prediction, PredictionRequest, Predictor } from './types.ts';

export interface ScriptedDraft {
  readonly text: string;
  /** Probability of each of its tokens; 0.9 if not given. */
  readonly tokenProbability?: number;
}

/** The drafts of one answer, in the order they are given out. */
export type ScriptedAnswer = readonly (string | ScriptedDraft)[];

/**
 * A writer that knows its lines: the n-th request gets the n-th answer, or each gets what the function makes of it. A
 * script that has run out is an issue (`predict/script-exhausted`). Stop strings, limits and gates are obeyed; tokens
 * are words with the white space before them. The constraint is not: it speaks of tokens that a script does not have.
 */
export function scriptedPredictor(
  script: readonly ScriptedAnswer[] | ((request: PredictionRequest) => ScriptedAnswer),
  name = 'scripted',
): Predictor {
  let turn = 0;
  return {
    name,
    async predict(request): Promise<Result<readonly Prediction[]>> {
      const checked = checkRequest(request);
      if (!checked.ok) return checked;
      if (request.signal?.aborted) return aborted();
      const answer = typeof script === 'function' ? script(request) : script[turn];
      turn++;
      if (answer === undefined) {
        return fail(
          'predict/script-exhausted',
          `the script has ${script.length} answers, and answer ${turn} was asked for`,
        );
      }
      const drafts = new Map<string, Prediction>();
      for (const draft of answer) {
        if (drafts.size >= (request.sampling.temperature === 0 ? 1 : request.count)) break;
        const one = finished(words(typeof draft === 'string' ? { text: draft } : draft), request);
        if (!drafts.has(one.text)) drafts.set(one.text, one);
      }
      return ok([...drafts.values()]);
    },
  };
}

function words({ text, tokenProbability = 0.9 }: ScriptedDraft): PredictedToken[] {
  return (text.match(/\s*(?:[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$]+)|\s+/gu) ?? []).map((word) => ({
    text: word,
    probability: tokenProbability,
  }));
}
