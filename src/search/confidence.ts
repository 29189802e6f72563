/** What a logistic model of three figures says; fitted as described in docs/decisions/search.md. */
const BIAS = -0.508;
const PREDICTED = 0.9815;
const COST = -0.0823;
const MARGIN = 0.4056;
const MOST_COST = 40;
const MOST_MARGIN = 8;

/**
 * Probability, 0 to 1, that the cheapest body is the one that is meant: much where it is cheap, where the next behaviour
 * that fits costs much more, and where each example could be told from the others.
 */
export function confidence(costs: readonly number[], predicted: number): number {
  const [first, second] = costs;
  if (first === undefined) return 0;
  const margin = Math.min(MOST_MARGIN, (second ?? Number.POSITIVE_INFINITY) - first);
  return 1 / (1 + Math.exp(-(BIAS + PREDICTED * predicted + COST * Math.min(MOST_COST, first) + MARGIN * margin)));
}
