import { type RepoPath, span } from '../../base/index.ts';
import type { CodeFacts } from './facts.ts';
import { isEffective, type Survivors } from './survivors.ts';
import { count, titleOf } from './telling.ts';
import { isAskedOfThrown } from './thrown.ts';
import type { Finding, Test } from './types.ts';

/** Tests that no test of the head is the same as. */
export function goneFindings(
  gone: readonly Test[],
  removed: ReadonlySet<RepoPath>,
  renamed: ReadonlyMap<RepoPath, RepoPath>,
  facts: CodeFacts,
  survivors: Survivors,
): Finding[] {
  const byFile = new Map<RepoPath, Test[]>();
  for (const test of gone) {
    // A function that asserts is missed by those that called it.
    if (test.role === 'helper' && !/^[(]|^(?:before|after)/.test(test.title.at(-1) ?? '')) continue;
    if (test.kind === 'todo' || test.kind === 'skip') continue;
    const effective = test.assertions.filter(isEffective);
    if (test.role === 'helper' && effective.length === 0) continue;
    const missing = effective.filter((one) => !survivors.has(one) && !survivors.implies(one));
    if (effective.length > 0 && missing.length === 0) continue;
    if (effective.length === 0 && survivors.runs(test.body)) continue;
    if (isAskedOfThrown(test, survivors.running)) continue;
    if (facts.hasLost(wordsIn(test)) || facts.outlives(test)) continue;
    // What is written about it says that the same calls are refused now, and other tests ask for that.
    if (facts.declared && missing.length > 0 && missing.every((one) => survivors.refuses(one))) continue;
    byFile.set(test.path, [...(byFile.get(test.path) ?? []), test]);
  }
  return [...byFile].flatMap(([path, tests]) => {
    const at = renamed.get(path) ?? path;
    if (removed.has(path)) {
      const found = renamed.has(path) ? `it as ${at}, which no runner takes for one` : 'it deleted';
      return [
        {
          label: 'test-deleted' as const,
          path: at,
          span: span(0, 0),
          expected: `the test file ${path} with its ${count(tests.length, 'test')}`,
          found,
        },
      ];
    }
    return tests.map(
      (test): Finding => ({
        label: 'test-deleted',
        path: at,
        span: span(test.node.start, test.node.start),
        isGone: true,
        expected: `${titleOf(test)} to stay`,
        found: `it gone with ${count(test.assertions.length, 'assertion')}`,
      }),
    );
  });
}

const wordsIn = (test: Test): readonly string[] => [
  ...test.assertions.flatMap(({ subject, expected }) => [...subject.names, ...expected.flatMap(({ names }) => names)]),
  ...(test.body.match(/(?<!["\w])[A-Za-z_$][\w$]{2,}/g) ?? []),
];
