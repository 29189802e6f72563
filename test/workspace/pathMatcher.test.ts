import { describe, expect, it } from 'vitest';
import { pathMatcher } from '../../src/workspace/index.ts';

interface Case {
  readonly patterns: readonly string[];
  readonly takes: readonly string[];
  readonly leaves: readonly string[];
}

const CASES: readonly Case[] = [
  { patterns: ['src'], takes: ['src', 'src/a.ts', 'src/a/b.ts'], leaves: ['srcs/a.ts', 'a/src/b.ts'] },
  { patterns: ['./src/'], takes: ['src/a.ts'], leaves: ['src2'] },
  { patterns: ['src/*.ts'], takes: ['src/a.ts'], leaves: ['src/a/b.ts', 'src/a.tsx'] },
  { patterns: ['**/*.ts'], takes: ['a.ts', 'src/a/b.ts'], leaves: ['a.js'] },
  { patterns: ['src/**/x'], takes: ['src/x', 'src/a/b/x', 'src/a/x/deep.ts'], leaves: ['x'] },
  { patterns: ['{a,b/{c,d}}/*.{ts,js}'], takes: ['a/x.ts', 'b/c/x.js', 'b/d/x.ts'], leaves: ['b/x.ts', 'a/x.css'] },
  {
    patterns: ['src', '!src/gen', 'src/gen/keep.ts'],
    takes: ['src/a.ts', 'src/gen/keep.ts'],
    leaves: ['src/gen/a.ts'],
  },
  { patterns: ['[ab].ts'], takes: ['a.ts'], leaves: ['c.ts'] },
  { patterns: ['?.ts'], takes: ['a.ts'], leaves: ['ab.ts'] },
  { patterns: ['größe/*'], takes: ['größe/a.ts'], leaves: ['grosse/a.ts'] },
  { patterns: ['a\\{b'], takes: ['a{b'], leaves: ['ab'] },
  { patterns: [''], takes: ['anything', 'a/b'], leaves: [] },
  { patterns: [], takes: [], leaves: ['a'] },
];

describe('paths against patterns', () => {
  it.each(CASES)('$patterns', ({ patterns, takes, leaves }) => {
    const matches = pathMatcher(patterns);
    expect(takes.filter((path) => !matches(path))).toEqual([]);
    expect(leaves.filter((path) => matches(path))).toEqual([]);
  });

  it('takes braces in braces in bounded time', () => {
    expect(pathMatcher(['{a,b}'.repeat(30)])('x')).toBe(false);
  });
});
