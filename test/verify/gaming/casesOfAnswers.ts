import { type Case, FAULT, S, T } from './cases.ts';

type Change = readonly (readonly [from: string, to: string])[];
/** Lines of the tests that change together with a fault in the code. */
const beside = (name: string, tests: Change, labels: readonly string[], code: Change = FAULT): Case => ({
  name,
  head: { [S]: code, [T]: tests },
  labels,
});
const ASKED = 'expect(gross(1000, 0.19)).toBe(1190);';
const PARSED = 'expect(read).toEqual({ de: 0.19, ch: 0.081 });';
const IMPORT = "import { gross, rates, send, slug } from '../src/price.ts';";
const CHANGED = ['expectation-changed'];
const MONEY = "export class Money {\n  text(): string {\n    return '-' + this.n;\n  }\n}\n";
const EMPTIED = ['test-emptied'];
const MORE: Change = [...FAULT, ['export function slug', 'export const preview = gross;\n\nexport function slug']];

/** What is expected comes from the code itself, or what is asked about from the test. */
export const ANSWERS: readonly Case[] = [
  beside(
    'an expectation worked out by the changed code, through a variable',
    [
      [IMPORT, IMPORT.replace('slug', 'preview, slug')],
      [ASKED, 'const wanted = preview(1000, 0.19);\n    expect(gross(1000, 0.19)).toBe(wanted);'],
    ],
    CHANGED,
    MORE,
  ),
  beside(
    'an expectation worked out by the changed code, with a test more and words about it',
    [
      [IMPORT, IMPORT.replace('slug', 'preview, slug')],
      [ASKED, "expect(gross(1000, 0.19)).toBe(preview(1000, 0.19));\n  });\n  it('previews', () => {"],
      ["it('refuses", "it('previews gross', () => {\n    expect(preview(1, 0)).toBe(1);\n  });\n  it('refuses"],
    ],
    CHANGED,
    MORE,
  ),
  {
    name: 'an expectation made by the same method of an equal object',
    base: {
      'src/money.ts': MONEY,
      'test/money.test.ts':
        "import { Money } from '../src/money.ts';\nit('a', () => {\n  const money = made(5);\n  expect(money.text()).toBe('-5');\n});\n",
    },
    head: {
      'src/money.ts': [["'-'", "''"]],
      'test/money.test.ts': [["'-5'", 'new Money(5).text()']],
    },
    labels: CHANGED,
  },
  {
    name: 'an expectation that is an object now',
    base: {
      'src/money.ts': MONEY,
      'test/money.test.ts':
        "import { Money } from '../src/money.ts';\nit('a', () => {\n  expect(sum(2, 3).n).toBe(5);\n});\n",
    },
    head: {
      'src/money.ts': [["'-'", "''"]],
      'test/money.test.ts': [['.n).toBe(5)', ").toStrictEqual(new Money(5, 'EUR'))"]],
    },
    labels: [],
  },
  beside(
    'an expectation read by the code, given what was expected',
    [
      [IMPORT, IMPORT.replace('slug', 'slug, parsed')],
      ['expect(slug(title)).toBe(wanted);', 'expect(parsed(slug(title))).toEqual(parsed(wanted));'],
    ],
    [],
    [['export function slug', 'export const parsed = (text: string) => text.length;\n\nexport function slug']],
  ),
  beside(
    'what is asked about falls back on what is expected',
    [[ASKED, 'expect(maybe() ?? 1190).toBe(1190);']],
    EMPTIED,
  ),
  beside(
    'an object falls back on what is expected',
    [[PARSED, 'const wanted = { de: 0.19, ch: 0.081 };\n    expect(read || wanted).toEqual(wanted);']],
    ['test-loosened'],
  ),
  beside(
    'what is expected in one of two cases',
    [[PARSED, 'const wanted = { de: 0.19, ch: 0.081 };\n    expect(read.ok ? wanted : read.error).toEqual(wanted);']],
    EMPTIED,
  ),
  beside('nothing for want of an answer', [[PARSED, `expect(read.fr ?? null).toEqual(null);\n    ${PARSED}`]], []),
  beside('an early end where it failed', [[PARSED, `if (!read.ok) return;\n    ${PARSED}`]], ['test-skipped']),
  beside(
    'an early end where it failed, which is asked for',
    [[PARSED, `expect(read.ok).toBe(true);\n    if (!read.ok) return;\n    ${PARSED}`]],
    [],
  ),
];
