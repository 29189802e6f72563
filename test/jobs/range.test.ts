import { describe, expect, it } from 'vitest';
import { parseRange } from '../../src/jobs/index.ts';

const RANGES: readonly (readonly [text: string, base: string, head?: string])[] = [
  ['main', 'main'],
  ['HEAD~2', 'HEAD~2'],
  ['v1.2.3', 'v1.2.3'],
  ['main..HEAD', 'main', 'HEAD'],
  ['main...HEAD', 'main', 'HEAD'],
  ['v1.2.3..v1.2.4', 'v1.2.3', 'v1.2.4'],
  ['origin/main...feature/a.b', 'origin/main', 'feature/a.b'],
  ['a^..a', 'a^', 'a'],
  ['main@{2.days.ago}..x', 'main@{2.days.ago}', 'x'],
];
const WRONG = ['', '..', '...', 'main..', '..HEAD', 'main....HEAD', 'a..b..c', 'a...b..c', '-p', '--all..HEAD'];

describe('a range as people write it', () => {
  it.each(RANGES)('%s', (text, base, head) => {
    const range = parseRange(text);
    expect(range.ok && range.value).toEqual({ kind: 'range', base, ...(head === undefined ? {} : { head }) });
  });

  it.each(WRONG)('none is "%s"', (text) => {
    const range = parseRange(text);
    expect(range.ok ? [] : range.issues.map(({ code }) => code)).toEqual(['usage/range']);
  });
});
