import { BUCKETS, countBucket, type Gates, MAX_ORDER, massBucket } from '../../src/model/gates.ts';
import { CODE_WEIGHT, type Prior } from '../../src/model/prior.ts';

/** A prior as plain maps: context (token ids joined by commas) to follower to weight. */
export function priorMap(prior: Prior): Map<string, Map<number, number>> {
  const contexts = new Map<string, Map<number, number>>();
  const walk = (level: number, index: number, context: readonly number[]): void => {
    if (level >= prior.order) return;
    const followers = new Map<number, number>();
    for (let i = prior.first[level - 1]![index]!; i < prior.first[level - 1]![index + 1]!; i++) {
      const token = prior.tokenOf[prior.ranks[level]![i]!]!;
      followers.set(token, CODE_WEIGHT[prior.codes[level]![i]!]!);
      walk(level + 1, i, [...context, token]);
    }
    if (followers.size > 0) contexts.set(context.join(), followers);
  };
  for (let rank = 0; rank < prior.vocabulary; rank++) walk(1, rank, [prior.tokenOf[rank]!]);
  return contexts;
}

/** How often each token follows `context` in the texts, by looking at every place. */
function followers(texts: readonly (readonly number[])[], context: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const text of texts) {
    for (let at = context.length; at < text.length; at++) {
      if (!context.every((token, i) => text[at - context.length + i] === token)) continue;
      counts.set(text[at]!, (counts.get(text[at]!) ?? 0) + 1);
    }
  }
  return counts;
}

/** The model by its definition: a distribution over the vocabulary after `sequence`, in float64. */
export function ngramReference(
  options: { readonly vocabulary: number; readonly order: number; readonly gates: Gates; readonly prior?: Prior },
  project: readonly (readonly number[])[],
  sequence: readonly number[],
): number[] {
  const { vocabulary, order, gates, prior } = options;
  const known = prior && priorMap(prior);
  let distribution = Array.from({ length: vocabulary }, (_, token) => prior?.unigrams[token] ?? 1 / vocabulary);
  for (let length = 0; length < order && length <= sequence.length; length++) {
    const context = sequence.slice(sequence.length - length);
    const sources = [
      length > 0 ? known?.get(context.join()) : undefined,
      followers(project, context),
      followers([sequence], context),
    ];
    sources.forEach((counts, source) => {
      if (counts === undefined || counts.size === 0) return;
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      const bucket = source === 0 ? massBucket(total, counts.size) : countBucket(total, counts.size);
      const gate = gates[(source * MAX_ORDER + length) * BUCKETS + bucket]!;
      distribution = distribution.map((below, token) => gate * ((counts.get(token) ?? 0) / total) + (1 - gate) * below);
    });
  }
  return distribution;
}
