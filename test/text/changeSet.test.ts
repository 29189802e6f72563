import { describe, expect, it } from 'vitest';
import { random, span } from '../../src/base/index.ts';
import { type Change, ChangeSet } from '../../src/text/index.ts';
import { checkEditLaws } from './laws.ts';

const change = (start: number, end: number, insert: string): Change => ({ span: span(start, end), insert });
const json = (set: ChangeSet): string =>
  JSON.stringify(set.changes.map(({ span, insert }) => [span.start, span.end, insert]));

describe('laws of change sets', () => {
  const SEED = 20_261;
  it(`hold over 10,000 random edits (seed ${SEED})`, () => {
    let changes = 0;
    for (let i = 0; i < 10_000; i++) {
      try {
        changes += checkEditLaws(random(SEED + i), 40);
      } catch (error) {
        throw new Error(`seed ${SEED + i}`, { cause: error });
      }
    }
    expect(changes).toBeGreaterThan(10_000);
  });
});

describe('ChangeSet.of', () => {
  const cases: readonly [name: string, length: number, changes: Change[], expected: string][] = [
    ['keeps changes apart', 9, [change(0, 1, 'x'), change(3, 4, '')], '[[0,1,"x"],[3,4,""]]'],
    ['joins changes that touch', 9, [change(0, 2, 'x'), change(2, 4, 'y')], '[[0,4,"xy"]]'],
    ['joins insertions at one place in order', 9, [change(2, 2, 'x'), change(2, 2, 'y')], '[[2,2,"xy"]]'],
    ['drops changes that change nothing', 9, [change(3, 3, ''), change(5, 6, '')], '[[5,6,""]]'],
    ['takes changes at both ends', 2, [change(0, 0, 'x'), change(2, 2, 'y')], '[[0,0,"x"],[2,2,"y"]]'],
    ['takes an empty text', 0, [change(0, 0, 'x')], '[[0,0,"x"]]'],
  ];
  it.each(cases)('%s', (_name, length, changes, expected) => {
    expect(json(ChangeSet.of(length, changes))).toBe(expected);
  });

  const wrong: readonly [name: string, length: number, changes: Change[], message: RegExp][] = [
    ['past the end', 3, [change(2, 4, '')], /inside \[0, 3\], found change 0 at \[2, 4\)/],
    ['before the start', 3, [change(-1, 1, '')], /inside \[0, 3\]/],
    ['a span backwards', 3, [change(2, 1, '')], /end at or after its start/],
    [
      'out of order',
      9,
      [change(4, 5, ''), change(1, 2, '')],
      /in order .* found change 1 at \[1, 2\) after one that ends at 5/,
    ],
    ['overlapping', 9, [change(0, 5, ''), change(4, 6, '')], /do not overlap/],
    ['half offsets', 9, [change(0.5, 1, '')], /integer offsets/],
    ['NaN', 9, [change(Number.NaN, 1, '')], /integer offsets/],
    ['a lone surrogate', 9, [change(0, 0, '\ud83d')], /lone surrogate in the insert of change 0/],
    ['a NUL', 9, [change(0, 0, 'a\0')], /NUL character in the insert of change 0/],
    ['a negative length', -1, [], /length of 0 or more/],
  ];
  it.each(wrong)('refuses %s', (_name, length, changes, message) => {
    expect(() => ChangeSet.of(length, changes)).toThrow(message);
    const data = { length, changes: changes.map(({ span, insert }) => [span.start, span.end, insert]) };
    const read = ChangeSet.fromJSON(data);
    expect(read.ok).toBe(false);
    expect(read.issues[0]!.message).toMatch(message);
  });
});

describe('ChangeSet.fromJSON', () => {
  const cases: readonly [value: unknown, message: RegExp][] = [
    [null, /expected a change set \{length, changes\}, found null/],
    [[], /found \[\]/],
    [{ length: 1, changes: [], extra: 1 }, /only the keys "length" and "changes", found "extra"/],
    [{ length: '1', changes: [] }, /"length" to be a number, found "1"/],
    [{ length: 1 }, /"changes" to be an array, found undefined/],
    [{ length: 1, changes: [[0, 1]] }, /change 0 to be \[start, end, insert\], found \[0,1\]/],
    [{ length: 1, changes: [[0, 1, 2]] }, /change 0 to be/],
    [{ length: 1, changes: [[0, 1, '', 4]] }, /change 0 to be/],
  ];
  it.each(cases)('refuses %j', (value, message) => {
    const read = ChangeSet.fromJSON(value);
    expect(read.issues[0]).toMatchObject({ code: 'text/change-set', severity: 'error' });
    expect(read.issues[0]!.message).toMatch(message);
  });
});

describe('a text the set is not for', () => {
  it('of another length is refused', () => {
    const set = ChangeSet.of(3, [change(0, 1, 'x')]);
    expect(() => set.apply('abcd')).toThrow('expected a text of 3 UTF-16 units, found 4');
    expect(() => set.invert('ab')).toThrow('expected a text of 3');
    expect(set.mismatch('abcd')).toMatchObject({ code: 'text/wrong-length' });
    expect(set.mismatch('abc')).toBeUndefined();
  });
  it('whose surrogate pair it splits is refused', () => {
    for (const split of [change(1, 4, ''), change(0, 1, ''), change(1, 1, 'x')]) {
      const set = ChangeSet.of(4, [split]);
      expect(() => set.apply('😀ab')).toThrow('found offset 1 inside a surrogate pair');
      expect(set.mismatch('😀ab')).toMatchObject({ code: 'text/split-character' });
      expect(set.mismatch('abcd')).toBeUndefined();
    }
  });
  it('may have its CR LF parted', () => {
    expect(ChangeSet.of(4, [change(1, 2, '')]).apply('a\r\nb')).toBe('a\nb');
  });
  it('makes compose and map throw', () => {
    expect(() => ChangeSet.of(3, []).compose(ChangeSet.of(4, []))).toThrow(
      'expected a set for length 3, got one for 4',
    );
    expect(() => ChangeSet.of(3, []).map(ChangeSet.of(4, []))).toThrow('expected a set for length 3, got one for 4');
  });
});

describe('compose', () => {
  const cases: readonly [name: string, length: number, a: Change[], b: Change[], expected: string][] = [
    ['an insert then deleted leaves nothing', 3, [change(1, 1, 'xy')], [change(1, 3, '')], '[]'],
    ['an insert cut in the middle', 3, [change(1, 1, 'wxyz')], [change(2, 4, '-')], '[[1,1,"w-z"]]'],
    ['a deletion over a replacement', 5, [change(1, 2, 'xx')], [change(0, 4, '')], '[[0,3,""]]'],
    ['edits far apart stay apart', 5, [change(0, 0, 'x')], [change(6, 6, 'y')], '[[0,0,"x"],[5,5,"y"]]'],
  ];
  it.each(cases)('%s', (_name, length, a, b, expected) => {
    const first = ChangeSet.of(length, a);
    expect(json(first.compose(ChangeSet.of(first.newLength, b)))).toBe(expected);
  });
});

describe('map', () => {
  const cases: readonly [name: string, a: Change[], b: Change[], before: boolean, expected: string][] = [
    ['shifts by an insert before it', [change(4, 5, 'x')], [change(0, 0, 'abc')], false, '[[7,8,"x"]]'],
    ['stands after the other insert', [change(2, 2, 'x')], [change(2, 2, 'yy')], false, '[[4,4,"x"]]'],
    ['or before it', [change(2, 2, 'x')], [change(2, 2, 'yy')], true, '[[2,2,"x"]]'],
    ['deletes only what is left', [change(1, 5, '')], [change(3, 8, '')], false, '[[1,3,""]]'],
    ['leaves what the other inserted', [change(1, 5, '')], [change(3, 3, 'new')], false, '[[1,3,""],[6,8,""]]'],
    ['keeps its insert where its text is gone', [change(3, 4, 'x')], [change(2, 6, '')], false, '[[2,2,"x"]]'],
  ];
  it.each(cases)('%s', (_name, a, b, before, expected) => {
    expect(json(ChangeSet.of(9, a).map(ChangeSet.of(9, b), before))).toBe(expected);
  });
});

describe('mapPosition', () => {
  // abcdef → aXYWdeZf
  const set = ChangeSet.of(6, [change(1, 3, 'XYW'), change(5, 5, 'Z')]);
  const cases: readonly [position: number, assoc: -1 | 1, expected: number][] = [
    [0, -1, 0],
    [0, 1, 0],
    [1, -1, 1],
    [1, 1, 1],
    [2, -1, 1],
    [2, 1, 4],
    [3, -1, 4],
    [3, 1, 4],
    [5, -1, 6],
    [5, 1, 7],
    [6, -1, 8],
    [6, 1, 8],
  ];
  it.each(cases)('%i with %i is %i', (position, assoc, expected) => {
    expect(set.mapPosition(position, assoc)).toBe(expected);
  });
  it.each([-1, 7, 0.5])('refuses %d', (position) => {
    expect(() => set.mapPosition(position, 1)).toThrow(RangeError);
  });
});
