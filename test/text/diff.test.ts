import { describe, expect, it } from 'vitest';
import { type AssayEvent, random } from '../../src/base/index.ts';
import { changedSpans, DIFF_DISTANCE, diffTexts } from '../../src/text/index.ts';
import { gitLines } from '../../src/text/lines.ts';

/** Lines left out of a longest common subsequence, by the table that fills every cell. */
function distanceSlowly(a: readonly string[], b: readonly string[]): number {
  const row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = row[0]!;
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j]!;
      row[j] = a[i - 1] === b[j - 1] ? diagonal : 1 + Math.min(above, row[j - 1]!);
      diagonal = above;
    }
  }
  return row[b.length]!;
}

describe('diffTexts', () => {
  it('is right, whole lines, and the smallest (seed 17)', () => {
    const rng = random(17);
    for (let round = 0; round < 3_000; round++) {
      const alphabet = Array.from({ length: 1 + rng.below(6) }, (_, i) => `${i}${rng.pick(['\n', '\r\n', '\n'])}`);
      const lines = (): string =>
        Array.from({ length: rng.below(14) }, () => rng.pick(alphabet)).join('') + (rng.below(3) === 0 ? 'tail' : '');
      const before = lines();
      const after = lines();
      const seen = JSON.stringify({ before, after });
      const change = diffTexts(before, after);
      expect(change.apply(before), seen).toBe(after);
      let cost = 0;
      for (const { span, insert } of change.changes) {
        for (const at of [span.start, span.end]) {
          expect(at === 0 || at === before.length || before[at - 1] === '\n', seen).toBe(true);
        }
        cost += gitLines(before.slice(span.start, span.end)).length + gitLines(insert).length;
      }
      expect(cost, seen).toBe(distanceSlowly(gitLines(before), gitLines(after)));
      for (const { start, end } of changedSpans(change)) {
        expect(start === 0 || after[start - 1] === '\n', seen).toBe(true);
        expect(end === after.length || after[end - 1] === '\n', seen).toBe(true);
      }
    }
  });

  const spans: readonly [name: string, before: string, after: string, spans: string[]][] = [
    ['equal texts', 'a\nb\n', 'a\nb\n', []],
    ['a changed line', 'a\nb\nc\n', 'a\nB\nc\n', ['B\n']],
    ['an added file', '', 'a\nb\n', ['a\nb\n']],
    ['a pure deletion', 'a\nb\nc\n', 'a\nc\n', []],
    ['two places', 'a\nb\nc\nd\n', 'x\nb\nc\ny\nd\n', ['x\n', 'y\n']],
    ['the last line break', 'a\nb', 'a\nb\n', ['b\n']],
    ['line ends', 'a\r\nb\r\n', 'a\nb\r\n', ['a\n']],
  ];
  it.each(spans)('marks what changed: %s', (_name, before, after, expected) => {
    const found = changedSpans(diffTexts(before, after));
    expect(found.map(({ start, end }) => after.slice(start, end))).toEqual(expected);
  });

  /** Two texts whose middle parts trade places: no line can be left out beforehand, and the distance is twice `moved`. */
  const traded = (moved: number): [before: string, after: string] => {
    const lines = (mark: string, count: number): string =>
      Array.from({ length: count }, (_, i) => `${mark}${i}\n`).join('');
    const [a, b] = [lines('a', moved), lines('b', moved + 5)];
    return [`head\n${a}${b}tail\n`, `head\n${b}${a}tail\n`];
  };

  it('says that it gave up the smallest difference, and stays right', () => {
    const [before, after] = traded(DIFF_DISTANCE / 2);
    const events: AssayEvent[] = [];
    const change = diffTexts(before, after, (event) => events.push(event));
    expect(change.apply(before)).toBe(after);
    expect(change.changes).toHaveLength(1);
    expect(change.changes[0]!.span).toEqual({ start: 5, end: before.length - 5 });
    expect(events).toEqual([{ type: 'limit-hit', limit: 'diff distance', value: DIFF_DISTANCE, found: DIFF_DISTANCE }]);
  });

  it('finds it up to there', () => {
    const [before, after] = traded(DIFF_DISTANCE / 2 - 1);
    const change = diffTexts(before, after, (event) => expect.unreachable(event.type));
    expect(change.apply(before)).toBe(after);
    expect(change.changes).toHaveLength(2);
  });

  it('is exact for a long file rewritten without a common line', () => {
    const file = (mark: string): string => Array.from({ length: 20_000 }, (_, i) => `${mark}${i}\n`).join('');
    const events: AssayEvent[] = [];
    const change = diffTexts(`${file('a')}same\n${file('b')}`, `${file('c')}same\n${file('d')}`, (e) => events.push(e));
    expect(change.changes).toHaveLength(2);
    expect(events).toEqual([]);
  });
});
