import { describe, expect, it } from 'vitest';
import { replacementIn } from '../../src/verify/names.ts';

// Texts after @deprecated as they stand in published packages.
const CASES: readonly (readonly [note: string, replacement: string | undefined])[] = [
  ['use now', 'now'],
  ['Use `Buffer.from` instead.', 'Buffer.from'],
  ['since v6.0.0, Use {@link access} or {@link stat} instead', 'access'],
  ['Since v14.0.0 - Prefer `fs.rm()`', 'fs.rm()'],
  ['Please use the {@link URL} class', 'URL'],
  ['This was renamed to "onChange".', 'onChange'],
  ['in favor of z.url()', 'z.url()'],
  ['{@link next}', 'next'],
  ['`other` does the same', 'other'],
  ['A legacy feature for browser compatibility', undefined],
  ['Do not use now', undefined],
  ['for internal use only', undefined],
  ['', undefined],
];

describe('what to use instead of a deprecated name', () => {
  it.each(CASES)('%s', (note, replacement) => expect(replacementIn(note)).toBe(replacement));
});
