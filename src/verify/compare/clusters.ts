import { behaviourOf, fits, resultOf, type Wanted } from './fits.ts';
import type { Origin } from './inputs.ts';
import type { Outcome } from './run.ts';

/** What is known of one draft when it is judged. */
export interface Behaviour {
  /** One for each input. */
  readonly outcomes: readonly Outcome[];
  /** Drafts of one kind, so that they do not count as witnesses for each other as independent ones do: their text, their source. */
  readonly kin: readonly string[];
}

/** An outcome that somebody wants of an input, by its index. */
export interface Claim {
  readonly input: number;
  readonly wanted: Wanted;
}

export interface Cluster {
  /** Indexes of drafts, in order. */
  readonly members: readonly number[];
  /** Share of the votes, by how independent the drafts are; all clusters and what is unknown sum to 1. */
  readonly support: number;
  /**
   * How far the drafts that may be chosen do what this one does, input by input, 0 to 1: drafts that differ in a corner only
   * nearly agree.
   */
  readonly agreement: number;
  /** Examples that it passes. */
  readonly passed: number;
  /** Whether it does not do what an answer says: then it is out. */
  readonly pruned: boolean;
}

export interface Judgement {
  /** The chosen one first, then by agreement, pruned ones last. */
  readonly clusters: readonly Cluster[];
  /** Drafts of which nothing is known, with the reason. */
  readonly unknown: readonly { readonly member: number; readonly reason: string }[];
  /** Index of a draft; undefined where none is left. */
  readonly chosen?: number;
  /** Weight of each draft as a witness. */
  readonly weights: readonly number[];
}

/** What an input says of which draft is right: on inputs far from the examples right drafts differ too. */
export const WEIGHTS: Readonly<Record<Origin, number>> = {
  answer: 1,
  example: 1,
  near: 1,
  typed: 0.5,
  edge: 0.25,
  simpler: 0,
};

/**
 * Groups drafts that did the same on all inputs and chooses one: what fits the answers, then what passes the examples, then what
 * the other drafts agree with most. `ignored` inputs do not matter; `kinship` is how much drafts of one kin count together.
 */
export function judge(
  behaviours: readonly Behaviour[],
  origins: readonly Origin[],
  examples: readonly Claim[],
  answers: readonly Claim[],
  ignored: ReadonlySet<number> = new Set(),
  kinship = KINSHIP,
): Judgement {
  const weights = weightsOf(behaviours, kinship);
  const whole = weights.reduce((sum, one) => sum + one, 0);
  const unknown: Judgement['unknown'][number][] = [];
  const counts = (input: number): boolean => !ignored.has(input) && origins[input] !== 'simpler';
  const groups = new Map<string, number[]>();
  behaviours.forEach(({ outcomes }, draft) => {
    if (outcomes.every(({ kind }) => kind === 'unknown')) {
      const [first] = outcomes;
      unknown.push({ member: draft, reason: first?.kind === 'unknown' ? first.reason : 'there was no input' });
      return;
    }
    // Two calls without an end say nothing of each other; any other unknown is like no other.
    const key = JSON.stringify(
      outcomes.map((one, input) =>
        !counts(input) ? '' : (behaviourOf(one) ?? (one.kind === 'unknown' && one.slow ? 'slow' : `?${draft}`)),
      ),
    );
    groups.set(key, [...(groups.get(key) ?? []), draft]);
  });
  const sets = [...groups.values()].map((members) => {
    const { outcomes } = behaviours[members[0]!]!;
    const of = (claims: readonly Claim[], verdict: boolean): number =>
      claims.filter(({ input, wanted }) => (fits(wanted, outcomes[input]!) ?? false) === verdict).length;
    return {
      members,
      results: outcomes.map(resultOf),
      passed: of(examples, true),
      pruned: of(answers, false) > 0,
      weight: members.reduce((sum, draft) => sum + weights[draft]!, 0),
    };
  });
  const left = sets.filter(({ pruned }) => !pruned);
  const perfect = left.filter(({ passed }) => passed === examples.length);
  // Where no draft passes all examples, the examples are in doubt too: they weigh, and do not decide.
  const voters = examples.length > 0 && perfect.length > 0 ? perfect : left;
  const clusters = sets.map(({ members, results, passed, pruned, weight }) => {
    let same = 0;
    let all = 0;
    for (const voter of voters) {
      results.forEach((one, input) => {
        if (!counts(input)) return;
        const share = voter.weight * WEIGHTS[origins[input]!];
        all += share;
        if (one !== undefined && one === voter.results[input]) same += share;
      });
    }
    return { members, support: weight / whole, agreement: all === 0 ? 0 : same / all, passed, pruned };
  });
  const rank = ({ pruned, passed, agreement }: Cluster): readonly number[] => {
    const share = examples.length === 0 ? 1 : passed / examples.length;
    return [pruned ? 0 : 1, voters === left ? 0 : share === 1 ? 1 : 0, agreement * (1 + IN_DOUBT * share)];
  };
  const ordered = clusters.sort((a, b) => {
    const [first, second] = [rank(a), rank(b)];
    const at = first.findIndex((one, index) => one !== second[index]);
    return at < 0 ? b.support - a.support || a.members[0]! - b.members[0]! : second[at]! - first[at]!;
  });
  const [best] = ordered;
  const chosen = best && !best.pruned ? best.members[0] : undefined;
  return { clusters: ordered, unknown, ...(chosen === undefined ? {} : { chosen }), weights };
}

/** What passing all examples adds to the agreement where no draft does: people write wrong ones too. */
const IN_DOUBT = 0.15;

/** How much the members of one kin count together: its size to this power. */
export const KINSHIP = 0.8;

/** Each draft counts 1, less where others share its text or its source. */
function weightsOf(behaviours: readonly Behaviour[], kinship: number): readonly number[] {
  const sizes = new Map<string, number>();
  for (const { kin } of behaviours) for (const one of new Set(kin)) sizes.set(one, (sizes.get(one) ?? 0) + 1);
  return behaviours.map(({ kin }) => Math.min(1, ...kin.map((one) => sizes.get(one)! ** (kinship - 1))));
}
