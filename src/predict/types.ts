import type { Result } from '../base/index.ts';
import type { ContextWindow } from '../context/index.ts';
import type { Constraint, SamplingOptions } from '../sample/index.ts';

/** A piece of a draft with its probability given all before it; in general one token, see each predictor. */
export interface PredictedToken {
  readonly text: string;
  readonly probability: number;
}

/**
 * Why a draft ended: a stop string, the token limit, a gate that accepted nothing more, a constraint that allows nothing
 * more, or the model's own end.
 */
export type StopReason = 'stop' | 'length' | 'gate' | 'constraint' | 'end';

export interface Prediction {
  readonly text: string;
  readonly tokens: readonly PredictedToken[];
  /** Product of the tokens' probabilities. */
  readonly probability: number;
  readonly stop: StopReason;
}

/** Decides on text while it grows: go on, or reject at an offset (UTF-16) of the text so far: what stands before it is good. */
export type Gate = (textSoFar: string) => { readonly ok: true } | { readonly ok: false; readonly at: number };

/** A file around a cursor. */
export interface FilePlace {
  readonly path: string;
  readonly prefix: string;
  readonly suffix: string;
}

export interface PredictionRequest {
  readonly window: ContextWindow;
  /** The whole file around the cursor, of which the window may have less, for writers that look at lines. */
  readonly around?: FilePlace;
  /** At most so many drafts, all different. Where the temperature is 0 a model writes one, which is returned; others may know more. */
  readonly count: number;
  readonly maxTokens: number;
  readonly sampling: SamplingOptions;
  /** Ends a draft before the first of these; none is empty. */
  readonly stop: readonly string[];
  readonly gate?: Gate;
  /** Only models that show their distribution obey it; a chat model's draft is gated afterwards. */
  readonly constraint?: Constraint;
  /** Ends the work early, with the issue `predict/aborted`. */
  readonly signal?: AbortSignal;
}

/** One face for every writer: local, hosted, recorded, scripted. */
export interface Predictor {
  readonly name: string;
  predict(request: PredictionRequest): Promise<Result<readonly Prediction[]>>;
}
