import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.ts';
import { exactEdit } from '../../src/draft/index.ts';
import { encodeText, sourceFromText } from '../../src/text/index.ts';
import { bytesOutsideUnchanged, randomText } from '../text/laws.ts';
import { path } from './files.ts';

const source = (text: string) => sourceFromText(path('a.ts'), text);
const edited = (text: string, find: string, replace: string): string => {
  const { change } = exactEdit(source(text), find, replace).value!;
  if (change === 'delete') throw new Error('a deletion');
  return change.apply(text);
};

/** Everything that a normalising edit would touch, far from the place that is edited. */
const DELICATE =
  '\uFEFFconst a = "a–b";   \r\nconst nbsp = "x\u00a0y";\r\nconst quote = “curly” + ‘q’;\t\r\nconst half = "½";\r\n\r\nplain();\r\nconst e = "e\u0301 ﬁ";   \r\n// last';

describe('exactEdit', () => {
  const cases: readonly [name: string, text: string, find: string, replace: string, expected: string][] = [
    ['replaces the one place', 'a\nb\nc\n', 'b', 'B', 'a\nB\nc\n'],
    ['takes the replacement as it is, not as a pattern', 'a b', 'b', '$& $1 \\n', 'a $& $1 \\n'],
    ['takes the text as it is, not as a pattern', 'a.c abc', 'a.c', 'x', 'x abc'],
    ['deletes', 'a\nb\nc\n', 'b\n', '', 'a\nc\n'],
    ['empties a file (D5)', 'all of it\n', 'all of it\n', '', ''],
    ['fills an empty file', '', '', 'new\n', 'new\n'],
    ['changes line ends', 'a\r\nb\r\n', 'a\r\nb\r\n', 'a\nb\n', 'a\nb\n'],
    ['works beside surrogate pairs', '😀a😀b', 'a😀', '👩', '😀👩b'],
  ];
  it.each(cases)('%s', (_name, text, find, replace, expected) => {
    expect(edited(text, find, replace)).toBe(expected);
  });

  it('leaves every byte outside the place as it is (D3, A1)', () => {
    const edit = exactEdit(source(DELICATE), 'plain();', 'other("x");').value!;
    if (edit.change === 'delete') throw new Error('a deletion');
    expect(edit.baseHash).toBe(source(DELICATE).hash);
    const after = Buffer.from(encodeText(edit.change.apply(DELICATE)));
    const [head, tail] = DELICATE.split('plain();') as [string, string];
    expect(after).toEqual(Buffer.concat([Buffer.from(head), Buffer.from('other("x");'), Buffer.from(tail)]));
  });

  it('leaves every byte outside the place as it is, anywhere (seed 23)', () => {
    let done = 0;
    for (let round = 0; round < 4_000; round++) {
      const rng = random(23 + round);
      const text = randomText(rng, 20);
      const characters = [...text];
      const from = rng.below(characters.length + 1);
      const find = characters.slice(from, from + 1 + rng.below(8)).join('');
      const edit = exactEdit(source(text), find, randomText(rng, 4));
      if (!edit.ok) continue;
      if (edit.value.change === 'delete') throw new Error('a deletion');
      const { changes } = edit.value.change;
      expect(changes).toHaveLength(1);
      expect(text.slice(changes[0]!.span.start, changes[0]!.span.end)).toBe(find);
      bytesOutsideUnchanged(text, changes, encodeText(edit.value.change.apply(text)));
      done++;
    }
    expect(done).toBeGreaterThan(1_000);
  });

  const FUNCTION =
    'export function total(items) {\n  let sum = 0;\n  for (const i of items) sum += i.price;\n  audit(items);\n  return sum;\n}\n';
  const refused: readonly [name: string, text: string, find: string, code: string, says: RegExp][] = [
    ['two places', 'a\nb\na\n', 'a', 'draft/ambiguous', /expected one place .* found 2 \(lines 1, 3\)/],
    ['places that overlap', 'xaaax', 'aa', 'draft/ambiguous', /found 2 \(lines 1, 1\)/],
    ['many places', 'a\n'.repeat(40), 'a', 'draft/ambiguous', /found 40 \(lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …\)/],
    ['nothing to find', 'a', '', 'draft/empty-find', /found none/],
    ['no place', 'a\n', 'zzz', 'draft/no-match', /found it nowhere: "zzz"/],
    ['a lone surrogate', '😀', '\ud83d', 'draft/not-text', /"find"/],
    // The place has the same first and last line, and something else between (D4).
    ['another middle', FUNCTION, 'export function total(items) {\n  return 0;\n}', 'draft/no-match', /nowhere/],
    // Two words that stand at the two ends of a large file must not stand for all of it (A2).
    [
      'the ends of something far larger',
      `start\n${'line\n'.repeat(2_000)}end\n`,
      'start\n...\nend',
      'draft/no-match',
      /nowhere/,
    ],
    // What other tools match and do not tell (A3).
    ['other blanks', 'if (x)  {\n  y();\n}\n', 'if (x) {\n  y();\n}', 'draft/no-match', /nowhere/],
    ['blanks at line ends', 'a();  \nb();\n', 'a();\nb();', 'draft/no-match', /nowhere/],
    ['other indentation', '\tif (x) {\n\t\ty();\n\t}\n', 'if (x) {\n  y();\n}', 'draft/no-match', /nowhere/],
    ['straight quotes for curly ones', 'say(“hi”)', 'say("hi")', 'draft/no-match', /nowhere/],
    ['a hyphen for a dash', 'a – b', 'a - b', 'draft/no-match', /nowhere/],
    ['a space for a no-break space', 'a\u00a0b', 'a b', 'draft/no-match', /nowhere/],
    ['another case', 'Total', 'total', 'draft/no-match', /nowhere/],
    ['another form of é', 'e\u0301', 'é', 'draft/no-match', /nowhere/],
    ['escapes written out', 'a\nb', 'a\\nb', 'draft/no-match', /nowhere/],
    ['LF for CR LF', 'a\r\nb\r\n', 'a\nb', 'draft/no-match', /nowhere/],
  ];
  it.each(refused)('refuses %s', (_name, text, find, code, says) => {
    const edit = exactEdit(source(text), find, 'REPLACED');
    expect(edit.ok).toBe(false);
    expect(edit.value).toBeUndefined();
    expect(edit.issues).toHaveLength(1);
    expect(edit.issues[0]).toMatchObject({ code, path: 'a.ts' });
    expect(edit.issues[0]!.message).toMatch(says);
  });

  it('refuses a replacement that changes nothing or is no text', () => {
    expect(exactEdit(source('a'), 'a', 'a').issues[0]).toMatchObject({ code: 'draft/no-change' });
    expect(exactEdit(source('a'), 'a', '\0').issues[0]).toMatchObject({ code: 'draft/not-text' });
  });

  const suggestions: readonly [name: string, text: string, find: string, suggestion: string | undefined][] = [
    [
      'blanks',
      'x();\nif (a)  {\n  b();   \n}\n',
      'if (a) {\n  b();\n}',
      'Lines 2 to 4 are nearest; they differ in blanks, quotes, dashes or line ends alone:\nif (a)  {\n  b();   \n}',
    ],
    [
      'quotes',
      'say(“hi”)\n',
      'say("hi")',
      'Line 1 is nearest; they differ in blanks, quotes, dashes or line ends alone:\nsay(“hi”)',
    ],
    ['line ends', 'a\r\nb\r\n', 'a\nb', 'The lines of the file end in CR LF; give the text with the same line ends.'],
    [
      'some lines',
      FUNCTION,
      '  let sum = 0;\n  for (const i of items) sum += i.cost;\n  audit(items);\n',
      'Lines 2 to 4 are nearest; they share 2 of 3 lines:\n  let sum = 0;\n  for (const i of items) sum += i.price;\n  audit(items);',
    ],
    [
      'one line alike',
      'const first = 1;\nconst second = compute(2);\n',
      'const second = compute(3);',
      'Line 2 is nearest; they look alike:\nconst second = compute(2);',
    ],
    ['nothing near', 'abc\n', 'completely different', undefined],
    ['nothing at all', '', 'x', undefined],
    ['blanks alone', 'abc\n', '   \n\n', undefined],
  ];
  it.each(suggestions)('points at what is near: %s', (_name, text, find, suggestion) => {
    expect(exactEdit(source(text), find, 'x').issues[0]!.suggestion).toBe(suggestion);
  });

  it('shows a long place in part', () => {
    const lines = Array.from({ length: 30 }, (_, i) => `line ${i};`);
    const suggestion = exactEdit(source(lines.join('\n')), lines.map((line) => `${line} `).join('\n'), 'x').issues[0]!
      .suggestion!;
    expect(suggestion.split('\n')).toHaveLength(14);
    expect(suggestion.endsWith('line 11;\n…')).toBe(true);
  });
});
