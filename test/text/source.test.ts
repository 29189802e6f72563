import { isUtf8 } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { LIMITS, type RepoPath, random, sha256 } from '../../src/base/index.ts';
import { encodeText, lineIndex, sourceFromText, sourceText } from '../../src/text/index.ts';
import { gitLines } from '../../src/text/lines.ts';
import { randomText } from './laws.ts';

const path = 'src/a.ts' as RepoPath;
const bytes = (...values: (number | string)[]): Uint8Array =>
  Buffer.concat(values.map((value) => (typeof value === 'string' ? Buffer.from(value) : Uint8Array.of(value))));

describe('sourceText', () => {
  const refused: readonly [name: string, bytes: Uint8Array, code: string, message: string][] = [
    ['Latin-1', bytes('caf', 0xe9, ' x'), 'text/not-utf8', 'expected UTF-8, found byte 0xe9 at byte 3'],
    ['a sequence cut short', bytes('ab', 0xe2, 0x82), 'text/not-utf8', 'found byte 0xe2 at byte 2'],
    ['an overlong form', bytes('a', 0xc0, 0xaf), 'text/not-utf8', 'found byte 0xc0 at byte 1'],
    ['an overlong form of three', bytes('a', 0xe0, 0x9f, 0xbf), 'text/not-utf8', 'found byte 0xe0 at byte 1'],
    ['an overlong form of four', bytes('a', 0xf0, 0x8f, 0xbf, 0xbf), 'text/not-utf8', 'found byte 0xf0 at byte 1'],
    ['an encoded surrogate', bytes(0xed, 0xa0, 0x80), 'text/not-utf8', 'found byte 0xed at byte 0'],
    ['past U+10FFFF', bytes(0xf4, 0x90, 0x80, 0x80), 'text/not-utf8', 'found byte 0xf4 at byte 0'],
    ['a stray continuation', bytes('é', 0x80), 'text/not-utf8', 'found byte 0x80 at byte 2'],
    ['UTF-16 LE', bytes(0xff, 0xfe, 'a', 0), 'text/not-utf8', 'found a UTF-16 LE byte order mark at byte 0'],
    ['UTF-16 BE', bytes(0xfe, 0xff, 0, 'a'), 'text/not-utf8', 'found a UTF-16 BE byte order mark at byte 0'],
    ['a NUL', bytes('ab', 0, 'c'), 'text/binary', 'expected text, found a NUL byte at byte 2'],
    ['a PNG', bytes(0x89, 'PNG\r\n', 0x1a, '\n', 0, 0, 0, 13), 'text/binary', 'found a NUL byte at byte 8'],
  ];
  it.each(refused)('refuses %s', (_name, input, code, message) => {
    const read = sourceText(path, input);
    expect(read.ok).toBe(false);
    expect(read.issues).toHaveLength(1);
    expect(read.issues[0]).toMatchObject({ code, path, severity: 'error' });
    expect(read.issues[0]!.message).toContain(message);
  });

  it('refuses a file at the limit and takes one under it', () => {
    const large = new Uint8Array(LIMITS.fileBytes).fill(97);
    expect(sourceText(path, large).issues[0]).toMatchObject({ code: 'text/too-large' });
    expect(sourceText(path, large.subarray(1)).ok).toBe(true);
  });

  it('gives the bytes back, mark and line ends included', () => {
    for (const text of ['', '\uFEFF', '\uFEFFa\r\nb\rc\n', '\uFEFF\uFEFF', 'no newline', '😀\u2028é']) {
      const input = Buffer.from(text);
      const read = sourceText(path, input);
      expect(read.value).toEqual({ path, text, hash: sha256(input) });
      expect(Buffer.from(encodeText(read.value!.text))).toEqual(input);
      expect(sourceFromText(path, text)).toEqual(read.value);
    }
  });

  it('agrees with node on random bytes, and names the first bad one (seed 7)', () => {
    const rng = random(7);
    const parts = [
      0x41, 0x0a, 0x7f, 0x80, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff, 0x9f, 0xa0,
    ];
    let valid = 0;
    for (let round = 0; round < 20_000; round++) {
      const input = Uint8Array.from({ length: 1 + rng.below(6) }, () => rng.pick(parts));
      const read = sourceText(path, input);
      expect(read.ok, `bytes ${input}`).toBe(isUtf8(input));
      if (read.ok) valid++;
      else {
        // The longest prefix that is UTF-8 ends where the trouble begins.
        let longest = input.length;
        while (!isUtf8(input.subarray(0, longest))) longest--;
        expect(read.issues[0]!.message, `bytes ${input}`).toContain(` at byte ${longest}`);
      }
    }
    expect(valid).toBeGreaterThan(500);
  });

  it('refuses to encode a lone surrogate', () => {
    expect(() => encodeText('a\ud800')).toThrow('lone surrogate');
  });
});

describe('lineIndex', () => {
  const cases: readonly [text: string, lines: string[]][] = [
    ['', ['']],
    ['a', ['a']],
    ['a\n', ['a', '']],
    ['a\r\nb', ['a', 'b']],
    ['a\rb\r', ['a', 'b', '']],
    ['\r\n\n\r', ['', '', '', '']],
    ['\r\r\n', ['', '', '']],
    ['\n\r', ['', '', '']],
    ['\uFEFFa\n😀', ['\uFEFFa', '😀']],
    ['a\u2028b', ['a\u2028b']],
  ];
  it.each(cases)('finds the lines of %j', (text, lines) => {
    const index = lineIndex(text);
    expect(index.lines).toBe(lines.length);
    expect(lines.map((_, i) => index.lineSpan(i + 1)!).map(({ start, end }) => text.slice(start, end))).toEqual(lines);
    expect(index.lineSpan(0)).toBeUndefined();
    expect(index.lineSpan(lines.length + 1)).toBeUndefined();
  });

  it('goes from offsets to positions and back (seed 11)', () => {
    const rng = random(11);
    for (let round = 0; round < 300; round++) {
      const text = randomText(rng, 30);
      const index = lineIndex(text);
      const lines = text.split(/\r\n|\r|\n/);
      for (let offset = 0; offset <= text.length; offset++) {
        const inside = text[offset - 1] === '\r' && text[offset] === '\n';
        // The half of a CR LF that lies before the offset ends no line yet.
        const before = (inside ? `${text.slice(0, offset - 1)}x` : text.slice(0, offset)).split(/\r\n|\r|\n/);
        const position = index.positionAt(offset);
        expect(position, JSON.stringify({ text, offset })).toEqual({
          line: before.length,
          column: before.at(-1)!.length + 1,
        });
        expect(index.offsetAt(position)).toBe(inside ? undefined : offset);
      }
      for (const [i, line] of lines.entries()) {
        expect(index.offsetAt({ line: i + 1, column: line.length + 1 })).toBeDefined();
        expect(index.offsetAt({ line: i + 1, column: line.length + 2 })).toBeUndefined();
      }
    }
  });

  it('refuses what lies outside', () => {
    const { positionAt, offsetAt } = lineIndex('ab\n');
    for (const offset of [-1, 4, 0.5, Number.NaN]) expect(() => positionAt(offset)).toThrow('from 0 to 3');
    for (const [line, column] of [
      [0, 1],
      [3, 1],
      [1, 0],
      [1, 4],
      [1, 1.5],
    ] as const) {
      expect(offsetAt({ line, column })).toBeUndefined();
    }
  });
});

describe('gitLines', () => {
  it('parts a text at LF alone and loses nothing (seed 13)', () => {
    const rng = random(13);
    for (let round = 0; round < 1_000; round++) {
      const text = randomText(rng, 30);
      const lines = gitLines(text);
      expect(lines.join('')).toBe(text);
      for (const [i, line] of lines.entries()) {
        expect(line.indexOf('\n')).toBe(i < lines.length - 1 || text.endsWith('\n') ? line.length - 1 : -1);
      }
    }
  });
});
