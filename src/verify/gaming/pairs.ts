import type { RepoPath } from '../../base/index.ts';
import type { Test, TestFile } from './types.ts';

export interface Pairs {
  readonly pairs: readonly (readonly [base: Test, head: Test])[];
  readonly gone: readonly Test[];
  readonly fresh: readonly Test[];
}

/** Tests compared by what they hold, where their titles say nothing. */
const COMPARED = 4_000;
/** Share of the assertions, or of the words, that two tests have to have in common to be taken for one. */
const ALIKE = 0.6;
/** Enough for two that stand in the same suite of the same file. */
const NEIGHBOURS = 0.35;

const nameOf = (test: Test): string => `${test.role}\u0001${test.title.join('\u0001')}`;
const lastOf = (test: Test): string => `${test.role}\u0001${test.title.at(-1)}`;

/**
 * Which test of the head is which of the base: by file and title, by title alone, then by what it holds.
 *
 * @param renamed the path at the head of each file that has another one there
 */
export function pairTests(
  base: readonly TestFile[],
  head: readonly TestFile[],
  renamed: ReadonlyMap<RepoPath, RepoPath>,
): Pairs {
  const pairs: (readonly [Test, Test])[] = [];
  let gone = base.flatMap(({ tests }) => tests);
  let fresh = head.flatMap(({ tests }) => tests);
  const place = (test: Test, isBase: boolean): string => (isBase ? (renamed.get(test.path) ?? test.path) : test.path);
  const keys: readonly ((test: Test, isBase: boolean) => string | undefined)[] = [
    // Two of one name are told apart by what they hold.
    (test, isBase) => `${place(test, isBase)}\u0001${nameOf(test)}\u0001${test.body}`,
    (test, isBase) => `${place(test, isBase)}\u0001${nameOf(test)}`,
    (test, isBase) => `${place(test, isBase)}\u0001${lastOf(test)}`,
    (test) => (test.role === 'test' ? nameOf(test) : undefined),
    (test) => (test.role === 'test' ? lastOf(test) : undefined),
    (test) => (test.body.length > 20 ? test.body : undefined),
    (test) => (test.role === 'helper' && !/^[(]/.test(test.title.at(-1) ?? '') ? lastOf(test) : undefined),
  ];
  for (const key of keys) {
    const waiting = new Map<string, Test[]>();
    for (const test of fresh) {
      const own = key(test, false);
      if (own !== undefined) waiting.set(own, [...(waiting.get(own) ?? []), test]);
    }
    const taken = new Set<Test>();
    gone = gone.filter((test) => {
      const own = key(test, true);
      const found = own === undefined ? undefined : waiting.get(own)?.shift();
      if (!found) return true;
      taken.add(found);
      pairs.push([test, found]);
      return false;
    });
    fresh = fresh.filter((test) => !taken.has(test));
  }
  const alike: { readonly score: number; readonly base: Test; readonly head: Test }[] = [];
  let compared = 0;
  for (const one of gone) {
    for (const other of fresh) {
      if (one.role !== 'test' || other.role !== 'test' || ++compared >= COMPARED) continue;
      const isSuite = one.title.slice(0, -1).join('\u0001') === other.title.slice(0, -1).join('\u0001');
      const isNear = place(one, true) === other.path && isSuite;
      const score = likeness(one, other) + (isNear ? 0.01 : 0);
      if (score >= (isNear ? NEIGHBOURS : ALIKE)) alike.push({ score, base: one, head: other });
    }
  }
  const used = new Set<Test>();
  for (const one of alike.sort((a, b) => b.score - a.score)) {
    if (used.has(one.base) || used.has(one.head)) continue;
    used.add(one.base).add(one.head);
    pairs.push([one.base, one.head]);
  }
  return { pairs, gone: gone.filter((one) => !used.has(one)), fresh: fresh.filter((one) => !used.has(one)) };
}

function likeness(base: Test, head: Test): number {
  const keys = new Set(head.assertions.map(({ key }) => key));
  const same = base.assertions.filter(({ key }) => keys.has(key)).length;
  const byAssertions = base.assertions.length > 0 ? same / Math.max(base.assertions.length, head.assertions.length) : 0;
  return Math.max(byAssertions, byWords(base.body, head.body));
}

function byWords(a: string, b: string): number {
  if (a === '' || b === '' || Math.max(a.length, b.length) > 3 * Math.min(a.length, b.length)) return 0;
  const [one, other] = [wordsOf(a), wordsOf(b)];
  let same = 0;
  for (const word of one) if (other.has(word)) same++;
  return same / Math.max(one.size, other.size);
}

const wordsOf = (text: string): ReadonlySet<string> =>
  new Set(text.match(/"(?:[^"\\]|\\.)*"|[\w$§#.]+/g)?.filter((word) => word.length > 1));
