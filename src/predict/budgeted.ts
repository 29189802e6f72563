import type { Predictor } from './types.ts';

/** Weight of the last answer in what answers cost on average. */
const NEWEST = 0.3;
/** What the average falls by with every answer of the faster writer, so that the better one is tried again. */
const FORGETTING = 0.95;

/**
 * Asks the better writer as long as its answers take `ms` milliseconds or less on average, else the faster one. A machine that is busy,
 * or a model too large for it, costs a few slow answers and no more.
 */
export function budgeted(
  better: Predictor,
  faster: Predictor,
  ms: number,
  now: () => number = () => performance.now(),
): Predictor {
  let cost = 0;
  return {
    name: `${better.name} within ${ms} ms, else ${faster.name}`,
    async predict(request) {
      if (cost > ms) {
        cost *= FORGETTING;
        return faster.predict(request);
      }
      const began = now();
      const answer = await better.predict(request);
      cost += NEWEST * (now() - began - cost);
      return answer;
    },
  };
}
