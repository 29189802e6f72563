import type { Cluster } from './clusters.ts';
import { behaviourOf } from './fits.ts';
import type { Input, Origin } from './inputs.ts';
import type { Outcome } from './run.ts';

/** What an input is worth as a question, by where it is from: people can say what should come of what they wrote themselves. */
const FAMILIAR: Readonly<Record<Origin, number>> = {
  answer: 0,
  example: 1,
  near: 1,
  typed: 0.8,
  edge: 0.7,
  simpler: 1,
};
/** Characters of an input that are read at once; longer ones are asked only where nothing shorter parts as evenly. */
const READABLE = 60;

/**
 * Inputs on which clusters part, the most telling first: each next one parts most evenly what those before it left together.
 * `outcomes` are those of each cluster. Only what `behaviour` knows counts.
 */
export function partingInputs(
  inputs: readonly Input[],
  clusters: readonly Pick<Cluster, 'support'>[],
  outcomes: readonly (readonly Outcome[])[],
  most: number,
  behaviour = behaviourOf,
): readonly number[] {
  const chosen: number[] = [];
  let parts: readonly number[] = clusters.map(() => 0);
  const texts = outcomes.map((list) => list.map(behaviour));
  while (chosen.length < most) {
    let best: { readonly input: number; readonly worth: number; readonly parts: readonly number[] } | undefined;
    inputs.forEach(({ source, origin }, input) => {
      if (chosen.includes(input)) return;
      const next = refined(parts, texts, clusters, input);
      const gain = entropy(next, clusters) - entropy(parts, clusters);
      const worth = gain * FAMILIAR[origin] - Math.max(0, source.length - READABLE) / 2_000 - source.length / 1e5;
      if (gain > 1e-9 && (best === undefined || worth > best.worth)) best = { input, worth, parts: next };
    });
    if (!best) break;
    chosen.push(best.input);
    parts = best.parts;
  }
  return chosen;
}

/** Clusters stay together where they did the same; one of which that is not known stays with the most. */
function refined(
  parts: readonly number[],
  texts: readonly (readonly (string | undefined)[])[],
  clusters: readonly Pick<Cluster, 'support'>[],
  input: number,
): readonly number[] {
  const known = new Map<number, Map<string, number>>();
  texts.forEach((list, cluster) => {
    const text = list[input];
    if (text === undefined) return;
    const counts = known.get(parts[cluster]!) ?? new Map<string, number>();
    known.set(parts[cluster]!, counts.set(text, (counts.get(text) ?? 0) + clusters[cluster]!.support));
  });
  const most = (part: number): string =>
    [...(known.get(part) ?? [])].reduce((best, one) => (one[1] > best[1] ? one : best), ['', -1])[0];
  const numbers = new Map<string, number>();
  return texts.map((list, cluster) => {
    const part = parts[cluster]!;
    const key = `${part} ${list[input] ?? most(part)}`;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

function entropy(parts: readonly number[], clusters: readonly Pick<Cluster, 'support'>[]): number {
  const shares = new Map<number, number>();
  let whole = 0;
  parts.forEach((part, cluster) => {
    const { support } = clusters[cluster]!;
    shares.set(part, (shares.get(part) ?? 0) + support);
    whole += support;
  });
  let sum = 0;
  for (const share of shares.values()) if (share > 0) sum -= (share / whole) * Math.log2(share / whole);
  return sum;
}
