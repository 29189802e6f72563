import { BASE, type Case, S } from './cases.ts';

const IMPORTS = "import { expect, it } from 'vitest';\nimport { gross, rates, slug } from '../src/price.ts';\n\n";
const file = (body: string): string => `${IMPORTS}it('a', () => {\n  ${body}\n});\n`;
/** One test before and after; with `code` the code changes too. */
const asks = (
  name: string,
  before: string,
  after: string,
  labels: readonly string[],
  { code = true, notes }: { readonly code?: boolean; readonly notes?: readonly string[] } = {},
): Case => ({
  name,
  base: { 'test/a.test.ts': file(before) },
  head: {
    'test/a.test.ts': file(after),
    ...(code ? { [S]: [['Math.round(net', 'Math.floor(net']] as const } : {}),
  },
  labels,
  ...(notes ? { notes } : {}),
});
const LOOSENED = ['test-loosened'];
const EMPTIED = ['test-emptied'];
const RATES = "const read = rates('a');\n  ";

/** What is asked of a value: evened out first, not asked at all, asked in another way. */
export const PARTS: readonly Case[] = [
  asks(
    'sorted here',
    "expect(slug('a b')).toEqual(['a', 'b']);",
    "expect(slug('a b').toSorted()).toEqual(['a', 'b']);",
    LOOSENED,
  ),
  asks(
    'a copy sorted here',
    "expect(slug('a b')).toEqual(['a', 'b']);",
    "expect([...slug('a b')].sort()).toEqual(['a', 'b']);",
    LOOSENED,
  ),
  asks(
    'trimmed, on both sides',
    "expect(slug('a b')).toBe('a-b');",
    "expect(slug('a b').trim()).toBe('a-b'.trim());",
    LOOSENED,
  ),
  asks('rounded here', 'expect(gross(10, 0.19)).toBe(12);', 'expect(Math.round(gross(10, 0.19))).toBe(12);', LOOSENED),
  asks(
    'evened out by a function of the test',
    "expect(slug('a b')).toBe('a-b');",
    "const normalized = (text: string) => text.replace(/-+/g, '-');\n  expect(normalized(slug('a b'))).toBe('a-b');",
    LOOSENED,
  ),
  asks(
    'sorted here while the code stays',
    "expect(slug('a b')).toEqual(['a', 'b']);",
    "expect(slug('a b').toSorted()).toEqual(['a', 'b']);",
    [],
    { code: false },
  ),
  asks(
    'a member of what is an object now',
    "expect(slug('a b')).toBe('a-b');",
    "expect(slug('a b').text).toBe('a-b');",
    [],
  ),
  asks(
    'no longer sorted here',
    "expect(slug('a b').sort()).toEqual(['a', 'b']);",
    "expect(slug('a b')).toEqual(['a', 'b']);",
    [],
  ),
  asks(
    'a word of chai that is not called',
    "expect(slug('a b')).to.eql('a-b');",
    "expect(slug('a b')).to.eql;",
    EMPTIED,
  ),
  asks('an expectation without a question', "expect(slug('a b')).toBe('a-b');", "expect(slug('a b'));", EMPTIED),
  asks(
    'a word of chai that asks without a call',
    "expect(slug('a b')).to.equal(true);",
    "expect(slug('a b')).to.be.true;",
    [],
  ),
  asks(
    'that something is there, beside its members',
    `${RATES}expect(read).not.toBeNull();\n  expect(read.de).toBe(1);`,
    `${RATES}expect(read.de).toBe(1);`,
    [],
  ),
  asks(
    'that something is there, beside what it is',
    `${RATES}expect(read).toBeDefined();\n  expect(read).toEqual({ de: 1 });`,
    `${RATES}expect(read).toEqual({ de: 1 });`,
    [],
  ),
  asks(
    'that something is there, and nothing beside it',
    `${RATES}expect(read).not.toBeNull();\n  expect(gross(1, 1)).toBe(2);`,
    `${RATES}expect(gross(1, 1)).toBe(2);`,
    ['test-deleted'],
  ),
  asks(
    'parts, by one comparison of the whole',
    `${RATES}expect(read).toBeInstanceOf(Array);\n  expect(read.length).toBe(2);\n  expect(read).toContain('a');\n  expect(read).toContain('b');`,
    `${RATES}expect(read).toEqual(['a', 'b']);`,
    [],
  ),
  asks(
    'members, by one comparison of the whole',
    `${RATES}expect(read.de).toBe(1);\n  expect(read.ch).toBe(2);`,
    `${RATES}expect(read).toEqual({ de: 1, ch: 2 });`,
    [],
  ),
  asks(
    'parts, by a comparison of another whole',
    `${RATES}expect(read).toContain('a');\n  expect(read).toContain('b');\n  expect(read.length).toBe(2);`,
    `${RATES}expect(read).toEqual(['a']);`,
    LOOSENED,
  ),
  asks(
    'of a literal of the test itself',
    "const list = ['a', 'b'];\n  expect(list).toBeInstanceOf(Array);\n  expect(list.length).toBe(2);\n  expect(slug('a')).toBe('a');",
    "expect(slug('a')).toBe('a');",
    [],
  ),
];

const stored = (text: string): string => `exports[\`a 1\`] = \`\n"${text}"\n\`;\n`;
const SNAP = 'test/__snapshots__/a.test.ts.snap';
const said = (
  name: string,
  code: readonly (readonly [string, string])[],
  before: string,
  after: string,
  labels: readonly string[],
  notes: readonly string[],
  was: Case['base'] = {},
): readonly Case[] => [
  {
    name: `${name}, stored`,
    base: { ...was, [SNAP]: stored(before) },
    head: { [S]: code, [SNAP]: stored(after) },
    labels,
    notes,
  },
  {
    name: `${name}, inline`,
    base: {
      ...was,
      'test/a.test.ts': file(`expect(() => gross(1, -1)).toThrowErrorMatchingInlineSnapshot(\`[Error: ${before}]\`);`),
    },
    head: {
      [S]: code,
      'test/a.test.ts': file(`expect(() => gross(1, -1)).toThrowErrorMatchingInlineSnapshot(\`[Error: ${after}]\`);`),
    },
    labels,
    notes,
  },
];
const WARNED = ['snapshot-updated'];

/** Stored output that is other. */
export const SNAPSHOTS: readonly Case[] = [
  ...said(
    'words put for others in the code',
    [['the rate is negative', 'the rate is below nothing']],
    'the rate is negative',
    'the rate is below nothing',
    [],
    WARNED,
  ),
  ...said(
    'words with a value in them',
    [["'the rate is negative'", `\`the rate is negative: \${rate}\``]],
    'the rate is negative',
    'the rate is negative: -1',
    [],
    WARNED,
  ),
  ...said(
    'a value that gives way to a word',
    [[`negative: \${rate}`, 'negative: one']],
    'the rate is negative: -1',
    'the rate is negative: one',
    WARNED,
    [],
    { [S]: BASE[S]!.replace("'the rate is negative'", `\`the rate is negative: \${rate}\``) },
  ),
  ...said(
    'words and a value that is other',
    [['the rate is negative', 'the rate is below nothing']],
    'the rate is negative (1190)',
    'the rate is below nothing (1000)',
    WARNED,
    [],
  ),
  ...said('a value alone', [['net * (1 + rate)', 'net']], 'it is 1190', 'it is 1000', WARNED, []),
];
