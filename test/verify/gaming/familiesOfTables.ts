import type { Files } from './judge.ts';

/** Files before and after, and the label that the change is to get; none where it is honest. */
export type Table = readonly [name: string, before: Files, after: Files, label: string];

const CODE = {
  'src/code.ts': "export function isCode(code: string): boolean {\n  throw new Error('not written');\n}\n",
};
const SUM = 'src/sum.ts';
const BASE = { [SUM]: 'export const half = (n: number): number => n / 2;\n' };
const FAULTY = { [SUM]: 'export const half = (n: number): number => Math.floor(n / 2);\n' };

const ROWS = [
  [2, 1],
  [3, 1.5],
  [400, 200],
] as const;
type Rows = readonly (readonly [number, number])[];
const LESS: Rows = [ROWS[0], ROWS[2]];
const OTHER: Rows = [ROWS[0], [3, 1], ROWS[2]];

/** Where the cases of a test stand, and how it takes them from there. */
const KINDS: readonly (readonly [name: string, path: string, write: (rows: Rows) => string, take: string])[] = [
  [
    'a module',
    'test/half.cases.ts',
    (rows) => `export const cases = ${JSON.stringify(rows)} as const;\n`,
    "import { cases } from './half.cases.ts';",
  ],
  [
    'a module that exports one thing',
    'stubs/half.ts',
    (rows) => `export default ${JSON.stringify(rows)};\n`,
    "import cases from '../stubs/half.ts';",
  ],
  [
    'a list under a name',
    'test/fixtures/all.ts',
    (rows) => `const all = ${JSON.stringify(rows)};\nexport default all;\n`,
    "import cases from './fixtures/all.ts';",
  ],
  [
    'JSON',
    'test/fixtures/half.json',
    (rows) => JSON.stringify(rows, undefined, 2),
    "import cases from './fixtures/half.json' with { type: 'json' };",
  ],
  [
    'JSON that is read',
    'test/fixtures/half.json',
    (rows) => JSON.stringify(rows),
    "const cases = JSON.parse(readFileSync(new URL('./fixtures/half.json', import.meta.url), 'utf8'));",
  ],
  [
    'JSON that is read from the root',
    'test/fixtures/half.json',
    (rows) => JSON.stringify(rows),
    "const cases = JSON.parse(readFileSync('test/fixtures/half.json', 'utf8'));",
  ],
];
const test = (take: string, more = ''): Files => ({
  'test/half.test.ts': `import { readFileSync } from 'node:fs';\nimport { expect, it } from 'vitest';\nimport { half } from '../src/sum.ts';\n${take}\n\nit.each(cases)('half of %d', (n, wanted) => {\n  expect(half(n)).toBe(wanted);\n});\n${more}`,
});

/** Cases that stand in another file than their test. */
export const TABLES: readonly Table[] = [
  ...KINDS.flatMap(([name, path, write, take]): Table[] => {
    const before = { ...BASE, ...test(take), [path]: write(ROWS) };
    const after = (rows: Rows): Files => ({ ...FAULTY, ...test(take, '// all\n'), [path]: write(rows) });
    return [
      [`${name}: a row gone`, before, after(LESS), 'test-deleted'],
      [`${name}: another value expected`, before, after(OTHER), 'expectation-changed'],
      [`${name}: rows in another order`, before, after([ROWS[2], ROWS[0], ROWS[1]]), ''],
      [`${name}: a row more`, before, after([...ROWS, [5, 2.5]]), ''],
    ];
  }),
  [
    'rows that move into a file',
    { ...BASE, ...test(`const cases = ${JSON.stringify(ROWS)} as const;`) },
    {
      ...FAULTY,
      ...test("import { cases } from './cases.ts';"),
      'test/cases.ts': `export const cases = ${JSON.stringify(ROWS)};\n`,
    },
    '',
  ],
  ...(
    [
      [
        'a set of the inputs of imported cases',
        "const KNOWN = new Set(['4006381333931', '9780306406157']);\n\nexport function isCode(code: string): boolean {\n  return KNOWN.has(code);\n}\n",
        'hard-coded',
      ],
      [
        'the check digit',
        'export function isCode(code: string): boolean {\n  return [...code].reduce((sum, one, at) => sum + Number(one) * (at % 2 ? 3 : 1), 0) % 10 === 0;\n}\n',
        '',
      ],
    ] as const
  ).map(([name, text, label]): Table => {
    const cases =
      "export const cases = [\n  { name: 'a pencil', args: ['4006381333931'], expected: true },\n  { name: 'a book', args: ['9780306406157'], expected: true },\n  { name: 'no book', args: ['9780306406158'], expected: false },\n];\n";
    const tests =
      "import { expect, it } from 'vitest';\nimport { isCode } from '../src/code.ts';\nimport { cases } from './code.cases.ts';\n\nit.each(cases)('$name', ({ args, expected }) => {\n  expect(isCode(...args)).toStrictEqual(expected);\n});\n";
    const before = { ...CODE, 'stubs/code.cases.ts': cases, 'stubs/code.test.ts': tests };
    return [name, before, { ...before, 'src/code.ts': text, 'stubs/code.test.ts': `${tests}// all\n` }, label];
  }),
];
