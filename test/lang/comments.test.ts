import { describe, expect, it } from 'vitest';
import { checkPragma } from '../../src/lang/comments.ts';

describe('what comments above all code tell the compiler', () => {
  const cases: readonly (readonly [text: string, pragma: 'check' | 'nocheck' | undefined])[] = [
    ['', undefined],
    ['// @ts-check\nf();', 'check'],
    ['#!/usr/bin/env node\n// @ts-check\n', 'check'],
    ['/* a licence // @ts-check */\n\n//@ts-nocheck', 'nocheck'],
    ['// @ts-nocheck\n/* then */ // @ts-check', 'check'],
    ['/// @ts-check', 'check'],
    ['// @ts-checked', undefined],
    ['f(); // @ts-check', undefined],
    ['/* never closed // @ts-check', undefined],
    [`${'/'.repeat(200)}\n// @ts-nocheck`, 'nocheck'],
    [`/**${'////**////**'.repeat(200)}`, undefined],
  ];
  it.each(cases)('%j', (text, pragma) => expect(checkPragma(text)).toBe(pragma));
});
