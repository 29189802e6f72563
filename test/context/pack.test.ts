import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RepoPath, tokenId } from '../../src/base/index.ts';
import { type CursorWindowRequest, cursorWindow } from '../../src/context/index.ts';
import type { Snippet } from '../../src/retrieve/index.ts';

/** One token a byte: the worst case for every budget. */
const bytes: CursorWindowRequest['tokenizer'] = {
  encode: (text) => [...(typeof text === 'string' ? new TextEncoder().encode(text) : text)].map(tokenId),
};
const path = 'src/a.ts' as RepoPath;
const snippet = (name: string, text: string, score = 1): Snippet => ({
  kind: 'nearby',
  path: name as RepoPath,
  lines: { first: 1, last: 1 },
  text,
  reason: 'in the same folder',
  score,
});

const text = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\n', ' ', 'x'), maxLength: 200 });
const requests = fc.record({
  budget: fc.integer({ min: 0, max: 300 }),
  prefix: text,
  suffix: text,
  snippets: fc.array(
    text.map((body) => snippet('src/b.ts', body)),
    { maxLength: 4 },
  ),
});

describe('cursorWindow', () => {
  it('never exceeds its budget and recounts exactly', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const window = cursorWindow({ tokenizer: bytes, path, ...request });
        const recount = window.pieces.reduce((sum, piece) => sum + bytes.encode(piece.text).length, 0);
        expect(window.total).toBe(recount);
        expect(window.total).toBeLessThanOrEqual(request.budget);
      }),
    );
  });

  it('accounts for every token it was given: in the window, or left out with a reason', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const window = cursorWindow({ tokenizer: bytes, path, ...request });
        const given = bytes.encode(request.prefix).length + bytes.encode(request.suffix).length;
        const own = (entries: readonly { kind: string; tokens: number }[]): number =>
          entries.filter(({ kind }) => kind.startsWith('file-')).reduce((sum, { tokens }) => sum + tokens, 0);
        expect(own(window.pieces) + own(window.excluded)).toBe(given);
        const others = [...window.pieces, ...window.excluded].filter(({ kind }) => kind === 'nearby');
        expect(others.length).toBe(request.snippets.length);
        for (const { reason } of [...window.pieces, ...window.excluded]) expect(reason).not.toBe('');
      }),
    );
  });

  it('ends with the text before the cursor, cut at its start only', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { pieces } = cursorWindow({ tokenizer: bytes, path, ...request });
        const last = pieces.at(-1);
        if (last?.kind === 'file-prefix') expect(request.prefix.endsWith(last.text)).toBe(true);
        const suffix = pieces.find(({ kind }) => kind === 'file-suffix');
        if (suffix) expect(request.suffix.startsWith(suffix.text)).toBe(true);
      }),
    );
  });

  it('keeps part of one endless line', () => {
    const { pieces } = cursorWindow({
      tokenizer: bytes,
      path,
      budget: 30,
      prefix: 'x'.repeat(1000),
      suffix: '',
      snippets: [],
    });
    expect(pieces.map(({ kind, tokens }) => [kind, tokens])).toEqual([['file-prefix', 10]]);
  });

  it('takes the best snippets first and puts them nearest to the cursor', () => {
    const snippets = [
      snippet('best.ts', 'b'.repeat(10)),
      snippet('big.ts', 'c'.repeat(500)),
      snippet('last.ts', 'd'.repeat(10)),
    ];
    const { pieces, excluded } = cursorWindow({
      tokenizer: bytes,
      path,
      budget: 120,
      prefix: 'p\n',
      suffix: 's\n',
      snippets,
    });
    expect(pieces.map((piece) => piece.path)).toEqual(['last.ts', 'best.ts', path, path]);
    expect(excluded.map((piece) => piece.path)).toEqual(['big.ts']);
  });
});
