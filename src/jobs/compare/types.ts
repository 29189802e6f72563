import type { EventSink } from '../../base/index.ts';
import type { IsolationLevel } from '../../sandbox/index.ts';

export interface CompareRequest {
  /** Absolute; `files` and the others are relative to it. */
  readonly cwd: string;
  /** At least two, each with one alternative. */
  readonly files: readonly string[];
  /**
   * The function or class; where not given, all that all files have and export, or the only one that they have.
   */
  readonly symbol?: string;
  /** A file that says what the function does, with its examples: any text with a doc comment, or a document. */
  readonly doc?: string;
  /** A JSON file of inputs and what must come of them, both as source: `{"[1, 2], 0": "3", "[]": "throws RangeError"}`. */
  readonly answers?: string;
  /** For each file where it is from (a model, a person): drafts of one source are weaker witnesses for each other. */
  readonly sources?: readonly string[];
  /** Run the drafts even where only `restricted` isolation is to be had. */
  readonly allowRestricted?: boolean;
  readonly seed?: number;
  readonly events?: EventSink;
}

/** An input and what came of it, both as source. */
export interface Sample {
  readonly input: string;
  readonly output: string;
}

export interface ComparedCluster {
  /** Paths as they were given. */
  readonly members: readonly string[];
  /** Share of all drafts, by how independent they are. */
  readonly support: number;
  /** How far the other drafts do the same, input by input. */
  readonly agreement: number;
  /** Examples that it passes. */
  readonly examples: number;
  /** Whether an answer has ruled it out. */
  readonly pruned: boolean;
  readonly sample: readonly Sample[];
}

/** An input on which clusters part, and what each of them gives. */
export interface Parting {
  readonly input: string;
  /** `cluster`: index. That there was no end is told in the place of a result; clusters whose result is not known are left out. */
  readonly outputs: readonly { readonly cluster: number; readonly output: string }[];
}

/** What came of one function or class of a module; `together` are sequences over its functions. */
export interface ComparedSymbol {
  readonly symbol: string;
  /** Members of each cluster, paths as they were given; the chosen one's first. */
  readonly clusters: readonly (readonly string[])[];
  /** What would be taken for this alone. */
  readonly chosen: string | null;
  readonly parting: readonly Parting[];
  readonly inputs: number;
}

export interface CompareReport {
  readonly kind: 'function' | 'class' | 'module';
  /** The function or class; of a module all that were compared. */
  readonly symbol: string;
  /** Of a module. */
  readonly symbols?: readonly ComparedSymbol[];
  /** The chosen one first. */
  readonly clusters: readonly ComparedCluster[];
  /** Path of the chosen draft; null where nothing could be compared, or no draft does what the answers say. */
  readonly chosen: string | null;
  /** Probability that the chosen draft does what is meant, 0 to 1. */
  readonly confidence: number;
  /** The most telling first. */
  readonly parting: readonly Parting[];
  /** Drafts that could not be compared. */
  readonly unknown: readonly { readonly member: string; readonly reason: string }[];
  readonly examples: number;
  readonly inputs: number;
  readonly isolation: IsolationLevel;
  readonly ms: number;
}

/** What one wants to know: which of these is right? */
export interface Question {
  readonly input: string;
  /** Outputs with the files that give them, those with the most first. */
  readonly options: readonly { readonly output: string; readonly drafts: readonly string[] }[];
}

/** What a person says to a question: an option by its index, a value or `throws …` as source, or neither. */
export type Reply =
  | { readonly kind: 'option'; readonly index: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'unsure' };
