/**
 * Optimal string alignment distance (Levenshtein with adjacent transpositions), at most `limit`; `limit + 1` stands for
 * anything larger. Counts UTF-16 code units.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    let best = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      current.push(cost);
      best = Math.min(best, cost);
    }
    if (best > limit) return limit + 1;
    before = previous;
    previous = current;
  }
  return Math.min(previous[b.length]!, limit + 1);
}

/** The words of an identifier, lower-cased: `getUserById` → get, user, by, id. */
export function identifierWords(name: string): string[] {
  return (name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [name]).map((word) => word.toLowerCase());
}

/**
 * The names nearest to `name`, best first: by edit distance without regard to case, then by shared words. Names that
 * are neither within a third of the length nor share a word are left out. Order of `among` breaks ties.
 */
export function nearestNames(name: string, among: Iterable<string>, count = 3): string[] {
  const wanted = name.toLowerCase();
  const words = new Set(identifierWords(name));
  const limit = Math.max(1, Math.floor(name.length / 3));
  const scored: { readonly candidate: string; readonly score: number }[] = [];
  for (const candidate of new Set(among)) {
    if (candidate === name) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), limit);
    const own = identifierWords(candidate);
    const shared = own.filter((word) => words.has(word)).length / Math.max(words.size, own.length);
    if (distance > limit && shared < 0.34) continue;
    scored.push({ candidate, score: Math.min(distance, limit + 1) / (limit + 1) - shared });
  }
  return scored
    .sort((x, y) => x.score - y.score)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}
