import type { Result } from '../base/index.ts';
import type { ContextWindow } from '../context/index.ts';
import type { Constraint, SamplingOptions } from '../sample/index.ts';

export interface PredictedToken {
  readonly text: string;
  readonly probability: number;
}

export type StopReason = 'stop' | 'length' | 'gate' | 'constraint' | 'end';

export interface Prediction {
  readonly text: string;
  readonly tokens: readonly PredictedToken[];
  /** Product of the tokens' probabilities. */
  readonly probability: number;
  readonly stop: StopReason;
}

/** Decides on text while it grows: go on, or reject at an offset of the text so far. */
export type Gate = (textSoFar: string) => { readonly ok: true } | { readonly ok: false; readonly at: number };

export interface PredictionRequest {
  readonly window: ContextWindow;
  /** How many drafts. The first is greedy where the temperature is 0; then all are equal and one is returned. */
  readonly count: number;
  readonly maxTokens: number;
  readonly sampling: SamplingOptions;
  /** Ends a draft before the first of these. */
  readonly stop: readonly string[];
  readonly gate?: Gate;
  /** Only models that show their distribution obey it; a chat model's draft is gated afterwards. */
  readonly constraint?: Constraint;
}

/** One face for every writer: local, hosted, recorded, scripted. */
export interface Predictor {
  readonly name: string;
  predict(request: PredictionRequest): Promise<Result<readonly Prediction[]>>;
}
