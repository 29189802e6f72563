import type { RepoPath, Span } from '../../base/index.ts';
import type { PredictedToken } from '../../predict/index.ts';

export interface CompleteOptions {
  /** How many to show at most. */
  readonly count?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly seed?: number;
}

/** What completes. */
export interface CompleterOptions {
  /** A GGUF file that writes drafts together with the n-gram, but for the rest of a line at temperature 0, which is chosen among lines. */
  readonly model?: string;
  /**
   * What a draft of the transformer may take on average, ms; above it the n-gram writes alone. For editors: answers then hang on how
   * fast the machine is, so that the same question need not give the same answer.
   */
  readonly draftMs?: number;
}

/** A text that may replace `span` of the file. */
export interface Completion {
  readonly text: string;
  readonly span: Span;
  /** Of the whole text under the model, among what could stand here. */
  readonly probability: number;
  readonly status: 'pass' | 'unknown';
  /** Why the status is unknown. */
  readonly reason?: string;
  readonly tokens: readonly PredictedToken[];
}

export interface CompleteReport {
  /** Best first. What does not compile is not among them. */
  readonly completions: readonly Completion[];
  readonly ms: number;
  /** Drafts that were not shown because they do not compile. */
  readonly dropped: number;
}

/** A repository kept open: the model counted, the compiler warm. */
export interface Completer {
  /** `text` is the file as it stands in the editor, saved or not; `offset` in UTF-16 code units. */
  complete(path: RepoPath, text: string, offset: number, options?: CompleteOptions): Promise<CompleteReport>;
  close(): void;
}

/** The text around a cursor: what was typed of the word there belongs neither to `prefix` nor to `suffix`. */
export interface Surroundings {
  readonly path: RepoPath;
  readonly prefix: string;
  readonly typed: string;
  readonly suffix: string;
}

/** A draft for a place in a file, before the compiler has seen it. */
export interface Proposal {
  readonly text: string;
  readonly probability: number;
  readonly tokens: readonly PredictedToken[];
  /** The name of a function, which may need to be called to fit. */
  readonly callable?: boolean;
}
