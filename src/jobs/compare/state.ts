import type { IsolationLevel } from '../../sandbox/index.ts';
import { type Claim, type Input, type Judgement, judge, type Outcome, partingInputs } from '../../verify/index.ts';
import type { Prepared } from './prepare.ts';
import type { CompareRequest } from './types.ts';

/** What is known of the drafts so far. */
export interface State {
  readonly request: CompareRequest;
  readonly kind: Prepared['kind'];
  readonly symbols: readonly string[];
  readonly inputs: Input[];
  /** By draft, by input. */
  readonly outcomes: Outcome[][];
  readonly kin: readonly (readonly string[])[];
  readonly examples: readonly Claim[];
  readonly answers: Claim[];
  readonly ignored: Set<number>;
  readonly asked: Set<number>;
  readonly reason: string | undefined;
  readonly isolation: IsolationLevel;
  readonly ms: number;
}

export const judged = ({ outcomes, kin, inputs, examples, answers, ignored }: State): Judgement =>
  judge(
    outcomes.map((list, draft) => ({ outcomes: list, kin: kin[draft]! })),
    inputs.map(({ origin }) => origin),
    examples,
    answers,
    ignored,
  );

/** The clusters that a question is about: those that pass all examples, if there are several; else all that are left. */
export function inQuestion({ clusters }: Judgement, examples: number): readonly number[] {
  const left = clusters.flatMap(({ pruned }, index) => (pruned ? [] : [index]));
  const passing = left.filter((index) => clusters[index]!.passed === examples);
  return passing.length > 0 ? passing : left;
}

/** Inputs on which some clusters part, as far as `behaviour` knows; those in `skip` left out. */
export function parted(
  state: State,
  judgement: Judgement,
  among: readonly number[],
  most: number,
  skip: ReadonlySet<number>,
  behaviour?: Parameters<typeof partingInputs>[4],
): readonly number[] {
  const clusters = among.map((index) => judgement.clusters[index]!);
  const inputs = state.inputs.map((input, index): Input => (skip.has(index) ? { ...input, origin: 'answer' } : input));
  const outcomes = clusters.map(({ members }) => state.outcomes[members[0]!]!);
  return partingInputs(inputs, clusters, outcomes, most, behaviour).filter((index) => !skip.has(index));
}
