import type { EventSink, Issue, RepoPath, Result } from '../../base/index.ts';
import type { FunctionText } from '../../lang/index.ts';
import type { Predictor } from '../../predict/index.ts';
import type { Problem } from '../../search/index.ts';
import type { Status, Verdict } from '../../verify/index.ts';
import type { Reply } from '../compare/index.ts';

export interface FillRequest {
  /** Any folder of the repository, absolute. */
  readonly cwd: string;
  /** As the user gave it, relative to `cwd`; with `test` it may be left out. */
  readonly path?: string;
  /** A test file, relative to `cwd`, whose function is written, or mended where it is written already. */
  readonly test?: string;
  /** The function; the only stub of the file, or what the test calls, where not given. */
  readonly symbol?: string;
  /** What must come of inputs, beside the examples: a JSON file of both as source, `{"[1, 2], 0": "3", "[]": "throws RangeError"}`. */
  readonly answers?: string;
  /** Asks a person what an input should give where behaviours part; nothing more is asked where it gives undefined. */
  readonly ask?: (question: Question) => Promise<Reply | undefined>;
  /** Write the draft to the tree where the status is pass. */
  readonly apply?: boolean;
  /** Milliseconds for each proposer, checks aside; 40,000 where not given. */
  readonly ms?: number;
  /** Bodies that it draws; 20 where not given, 0 for none. */
  readonly samples?: number;
  /** Of the draws, above 0; 0.8 where not given. They are spread around it. */
  readonly temperature?: number;
  readonly seed?: number;
  /** A GGUF file that writes where search finds nothing; nobody does where neither it nor a writer is given. */
  readonly model?: string;
  /** Who writes instead of a file's model. */
  readonly writer?: Predictor;
  /** Accept `restricted` isolation for the draft's tests. Recorded. */
  readonly allowRestricted?: boolean;
  /** True where this process was started by a test run of a check. */
  readonly insideCheck?: boolean;
  readonly events?: EventSink;
  readonly signal?: AbortSignal;
}

/** A function to be written, with all that is known of it. */
export interface FillTask {
  readonly path: RepoPath;
  readonly text: string;
  readonly written: FunctionText;
  /** What a rest parameter takes is one list in it, the last of the arguments. */
  readonly problem: Problem;
  /** Where the examples are from: how many of which file, how many of them answers. */
  readonly sources: readonly { readonly from: string; readonly examples: number }[];
  /** What each test that was read calls it by. */
  readonly callees: ReadonlyMap<string, readonly string[]>;
  /** Where a function is given back and the problem is what that one does: what it calls its arguments, which are the last of the problem's. */
  readonly inner?: readonly string[];
}

/** Statements, indented by nothing and by two spaces a step, without the braces; or all of it, as it stands in the file. */
export type Body = string | { readonly whole: string };

/** A body before anything has checked it. */
export interface Proposal {
  /** Ways of writing it, the likeliest first: the next is for where the compiler refuses the one before. */
  readonly bodies: readonly Body[];
  readonly cost: number;
  /** What it gives for each of `Proposals.inputs`, as text. */
  readonly outputs: readonly string[];
}

export interface Proposals {
  /** Who proposed. */
  readonly proposer: string;
  /** Best first; no two behave alike on `inputs`. */
  readonly proposals: readonly Proposal[];
  /** Those first that tell most of what fits apart. */
  readonly inputs: readonly (readonly unknown[])[];
  /** Probability that the first is what is meant, 0 to 1. */
  readonly confidence: number;
  /** The body that fits most examples where none fits all, with the indexes of those it does not fit. */
  readonly nearest?: { readonly body: Body; readonly misses: readonly number[] };
  readonly expressions: number;
  readonly ms: number;
  /** Why it ended. */
  readonly end: string;
}

/** A writer of bodies: search, a model. */
export interface Proposer {
  propose(
    task: FillTask,
    options: {
      readonly ms: number;
      readonly events: EventSink;
      readonly signal?: AbortSignal;
      /** What came nearest with those before it. */
      readonly near?: Body;
    },
  ): Promise<Result<Proposals>>;
}

/** One draft that was put to the compiler and the checks. */
export interface Attempt {
  readonly diff: string;
  readonly status: Status;
  /** Why it failed or is unknown. */
  readonly reason?: string;
}

/** An input on which bodies that fit every example part, or at an edge that no example shows. */
export interface Question {
  /** The arguments, as source. */
  readonly input: string;
  /** What bodies give for it, as text: first the draft's own. */
  readonly outputs: readonly string[];
}

export interface FillReport {
  /** The verdict of the draft; unknown where all that was run passes, but the examples decide too little. */
  readonly status: Status;
  /** Probability that the draft does what is meant, 0 to 1; 0 where there is none. */
  readonly confidence: number;
  readonly applied: boolean;
  /** The draft as a unified diff; empty where nothing passed. */
  readonly diff: string;
  readonly attempts: readonly Attempt[];
  /** Behaviours that fit the examples as well as the draft does. */
  readonly others: number;
  readonly questions: readonly Question[];
  readonly assumptions: readonly string[];
  /** Where the evidence was written. */
  readonly evidence?: string;
  readonly verdict?: Verdict;
  /** What came nearest where nothing passed, and why it fails. */
  readonly nearest?: { readonly diff: string; readonly reasons: readonly string[] };
  readonly usage: {
    readonly proposer: string;
    readonly expressions: number;
    readonly checks: number;
    readonly ms: number;
  };
  readonly issues: readonly Issue[];
}
