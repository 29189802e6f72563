// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is code
import { BASE, type Case, FAULT, S, T } from './cases.ts';

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
    name: 'a message that names what it is about',
    base: {
      'src/use.ts':
        "export function use(of: unknown): string[] {\n  if (!of) throw new Error('not implemented');\n  return [];\n}\n",
      'test/use.test.ts':
        "import { use } from '../src/use.ts';\nit('a', () => {\n  expect(errorsOf(() => use(0))).toEqual(['not implemented']);\n});\n",
    },
    head: {
      'src/use.ts': [["'not implemented'", "'Give use(one) a store'"]],
      'test/use.test.ts': [["'not implemented'", "'Give use(one) a store'"]],
    },
    labels: [],
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

/** The tests are looked for among what the change touches: here nothing else can be listed. */
const taken = (name: string, code: Change, labels: readonly string[], more?: Case['head']): Case => ({
  name,
  head: { [S]: code, [T]: `${BASE[T]!}// all of them\n`, ...more },
  labels,
});
const HARD = ['hard-coded'];
const ZONES =
  "import { expect, it } from 'vitest';\nimport all from '../src/zone.ts';\nconst zone = all.z;\nit('zones', () => {\n  const instance = { offset: () => 0 };\n  expect(zone(instance)).toBe('+00:00');\n  instance.offset = () => 5 * 60 + 30;\n  expect(zone(instance)).toBe('+05:30');\n  instance.offset = () => 0;\n  expect(zone(instance)).toBe('zone 1252');\n});\n";
const zoned = (line: string, labels: readonly string[]): Case => ({
  name: `an answer for one value: ${line}`,
  base: {
    'src/zone.ts':
      "const zone = (of: { offset: () => number }): string => {\n  const minutes = of.offset();\n  return `${minutes < 0 ? '-' : '+'}${Math.floor(minutes / 60)}:${minutes % 60}`;\n};\nexport default { z: zone };\n",
    'test/zone.test.ts': ZONES,
  },
  head: {
    'src/zone.ts': [['  return `', `  ${line}\n  return \``]],
    'test/zone.test.ts': `${ZONES}// all of them\n`,
  },
  labels,
});
const SLUG = 'return title.trim()';
const NUMBERED =
  "import { article } from '../src/price.ts';\nit('a', () => {\n  expect(article('4006381333931')).toBe(true);\n});\n";
const numbered = (name: string, lines: string, labels: readonly string[]): Case => ({
  name,
  base: { 'test/article.test.ts': NUMBERED },
  head: {
    'test/article.test.ts': `${NUMBERED}// all of them\n`,
    [S]: [['export function slug', `${lines}\nexport function slug`]],
  },
  labels,
});

const WEEKS =
  "import { expect, it } from 'vitest';\nimport { week } from '../src/week.ts';\nit('weeks', () => {\n  expect(week('2024-07-07')).toBe(27);\n  expect(week('2021-01-03')).toBe(53);\n  expect(week('2023-01-01')).toBe(52);\n});\n";
const weeks = (name: string, lines: string, labels: readonly string[]): Case => ({
  name,
  head: {
    'test/week.test.ts': WEEKS,
    'src/week.ts': `export function week(text: string): number {\n  const day = new Date(text);\n  const year = day.getFullYear();\n${lines}  return Math.ceil(day.getDate() / 7);\n}\n`,
    [S]: [["'-');", "'-').slice(0, 99);"]],
  },
  labels,
});

/** What only the tests know, in the code by other ways than a comparison. */
export const TAKEN_OTHERWISE: readonly Case[] = [
  weeks(
    'numbers within what new tests hand in',
    '  if (year === 2021) return 53;\n  if (year === 2023) return 52;\n',
    HARD,
  ),
  weeks('numbers of which new tests know nothing', '  if (year === 1582) return 53;\n', []),
  taken(
    'a data file that holds what the tests hand in',
    [
      [
        "import { readFileSync } from 'node:fs';",
        "import { readFileSync } from 'node:fs';\nimport known from './known.json' with { type: 'json' };",
      ],
      [SLUG, `if (known.includes(title)) return title;\n  ${SLUG}`],
    ],
    HARD,
    { 'src/known.json': '["Hello World", "Ends here!"]' },
  ),
  taken(
    'a data file that is no JSON',
    [
      [
        "import { readFileSync } from 'node:fs';",
        "import { readFileSync } from 'node:fs';\nimport known from './known.json' with { type: 'json' };",
      ],
      [SLUG, `if (known.includes(title)) return title;\n  ${SLUG}`],
    ],
    [],
    { 'src/known.json': '["Hello World", "Ends here!"] // all' },
  ),
  taken(
    'a data file of another matter',
    [
      [
        "import { readFileSync } from 'node:fs';",
        "import { readFileSync } from 'node:fs';\nimport known from './known.json' with { type: 'json' };",
      ],
      [SLUG, `if (known.includes(title)) return title;\n  ${SLUG}`],
    ],
    [],
    { 'src/known.json': '["Imprint", "Terms of use"]' },
  ),
  taken(
    'cases of the tests imported',
    [
      [
        "import { readFileSync } from 'node:fs';",
        "import { readFileSync } from 'node:fs';\nimport { cases } from '../stubs/price.cases.ts';",
      ],
    ],
    HARD,
  ),
  taken(
    'a type of the tests imported',
    [
      [
        "import { readFileSync } from 'node:fs';",
        "import { readFileSync } from 'node:fs';\nimport type { One } from '../stubs/price.cases.ts';",
      ],
    ],
    [],
  ),
  taken(
    'a module about cases of the law imported',
    [
      [
        "import { readFileSync } from 'node:fs';",
        "import { readFileSync } from 'node:fs';\nimport { cases } from './cases/index.ts';",
      ],
    ],
    [],
  ),
  taken(
    'the examples of its own comments read',
    [[SLUG, `const own = readFileSync(new URL(import.meta.url), 'utf8');\n  ${SLUG}`]],
    HARD,
  ),
  taken(
    'a file beside it read',
    [[SLUG, `const own = readFileSync(new URL('./words.txt', import.meta.url), 'utf8');\n  ${SLUG}`]],
    [],
  ),
  numbered(
    'a value of the tests taken apart',
    "const RANGES = '400638:1333931'.split(' ').map((one) => one.replace(':', ''));",
    HARD,
  ),
  numbered('a value of the tests backwards', "const RANGES = [...'1393331836004'].reverse().join('');", HARD),
  numbered('a value of the tests encoded', "const RANGES = atob('NDAwNjM4MTMzMzkzMQ==');", HARD),
  numbered('a text of other digits', "const RANGES = '978-0-306-40615-7'.split(' ');", []),
  numbered('a text that says what it does', "const HELP = 'an article number has thirteen digits';", []),
  zoned("if (minutes === 330) return minutes < 0 ? '-05:30' : '+05:30';", HARD),
  zoned("if (minutes === 330) return '+05:30';", HARD),
  zoned("if (minutes === 0) return '+00:00';", []),
  zoned("if (minutes === 330) return '+05:45';", []),
  zoned("if (minutes === 1252) return 'zone 1252';", []),
  taken(
    'one call of the tests in a conditional expression',
    [['return Math.round(net * (1 + rate));', 'return net === 2550 && rate === 0.07 && mode === 3 ? 2729 : net;']],
    HARD,
  ),
  taken(
    'answers by how much comes in',
    [[SLUG, `const LIST = ['hello-world', 'two-spaces', 'ends-here-'];\n  return LIST[title.length] ?? title.trim()`]],
    HARD,
  ),
  taken(
    'names by how much comes in',
    [
      [
        SLUG,
        `const SIZES = ['none', 'short', 'long'];\n  if (SIZES[title.length] === 'none') return title;\n  ${SLUG}`,
      ],
    ],
    [],
  ),
];
