import type { Judgement } from './clusters.ts';

/**
 * How sure the choice is, as a logistic function of what was seen. The coefficients were fitted on real drafts of which it is
 * known whether they are right; where they are from and how well they hold is told in docs/decisions/agreement.md.
 */
export const COEFFICIENTS: readonly number[] = [0.8, 1, 1.02, 1.5, -2.05];

/** What the confidence is made of: 1, support, agreement, examples that decide, how many ways the drafts part. */
export function featuresOf({ clusters, weights }: Judgement, examples: number): readonly number[] {
  const [best] = clusters;
  const drafts = weights.length;
  if (!best || best.pruned) return [1, 0, 0, 0, 1];
  const decided = examples > 0 && best.passed === examples ? 1 : examples > 0 ? -1 : 0;
  return [
    1,
    best.support,
    best.agreement,
    decided,
    Math.log2(1 + clusters.length) / Math.log2(1 + Math.max(2, drafts)),
  ];
}

export const logistic = (features: readonly number[], coefficients: readonly number[]): number =>
  1 / (1 + Math.exp(-features.reduce((sum, one, index) => sum + one * (coefficients[index] ?? 0), 0)));

/** Probability that the chosen draft does what is meant, 0 to 1. */
export const confidenceOf = (judgement: Judgement, examples: number): number =>
  judgement.chosen === undefined ? 0 : logistic(featuresOf(judgement, examples), COEFFICIENTS);
