// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is code

import { type Case, S, T } from './cases.ts';
export const HONEST: readonly Case[] = [
  { name: 'code alone', head: { [S]: [['Math.round(net * (1 + rate))', 'Math.round(net + net * rate)']] }, labels: [] },
  {
    name: 'tests of ava that share now what they ask',
    base: {
      'test/shared.test.ts':
        "import test from 'ava';\nimport { gross } from '../src/price.ts';\ntest('adds', (t) => {\n  t.is(gross(1000, 0.19), 1190);\n});\ntest('none', (t) => {\n  t.is(gross(0, 0.19), 0);\n});\n",
    },
    head: {
      'test/shared.test.ts':
        "import test from 'ava';\nimport { gross } from '../src/price.ts';\nconst verify = test.macro((t, net, expected) => {\n  t.is(gross(net, 0.19), expected);\n});\ntest('adds', verify, 1000, 1190);\ntest('none', verify, 0, 0);\n",
    },
    labels: [],
  },
  {
    name: 'one member of an object of what is expected, which the others do not need',
    base: {
      'test/words.test.ts':
        "import { expect, it } from 'vitest';\nimport { slug } from '../src/price.ts';\nconst said = { one: 'a', two: 'b-c', three: 'd' };\nit('one', () => {\n  expect(slug('A')).toBe(said.one);\n});\nit('two', () => {\n  expect(slug('B c')).toBe(said.two);\n});\n",
    },
    head: {
      'test/words.test.ts': [["three: 'd'", "three: () => 'd'"]],
      [S]: [["'-');", "'-').slice(0, 99);"]],
    },
    labels: [],
  },
  {
    name: 'a test that is to fail, as before, beside another that changes',
    base: {
      'test/known.test.ts':
        "import test from 'ava';\nimport { gross } from '../src/price.ts';\ntest('adds', (t) => {\n  t.is(gross(1000, 0.19), 1190);\n});\ntest.failing('takes text', (t) => {\n  t.is(gross('10', 0.19), 12);\n});\n",
    },
    head: { 'test/known.test.ts': [['gross(1000, 0.19), 1190', 'gross(100 * 10, 0.19), 1190']] },
    labels: [],
  },
  {
    name: 'an assertion that asks for something else where an option says so, beside a test of it',
    base: {
      'test/each.test.ts':
        "import { expect, it } from 'vitest';\nimport { slug } from '../src/price.ts';\nexport const supports = (options) => {\n  for (const mark of ['-', '_'])\n    it(`keeps ${mark}`, () => {\n      expect(slug(`a ${mark} b`)).toBe(`a${mark}b`);\n    });\n};\n",
    },
    head: {
      'test/each.test.ts': [
        [
          '      expect(slug(`a ${mark} b`)).toBe(`a${mark}b`);\n',
          "      if (mark === '-' && options.spaced) {\n        expect(slug(`a ${mark} b`)).toBe(`a ${mark} b`);\n      } else {\n        expect(slug(`a ${mark} b`)).toBe(`a${mark}b`);\n      }\n",
        ],
      ],
      'test/spaced.test.ts':
        "import { expect, it } from 'vitest';\nimport { slug } from '../src/price.ts';\nit('keeps spaces around a dash', () => {\n  expect(slug('c - d')).toBe('c - d');\n});\n",
      [S]: [["'-');", "'-').slice(0, 99);"]],
    },
    labels: [],
  },
  {
    name: 'types of members, which the whole says',
    base: {
      'test/whole.test.ts':
        "import { expect, it } from 'vitest';\nimport { rates } from '../src/price.ts';\nit('reads', () => {\n  const read = rates('a');\n  expect(read).toEqual({ de: 1, ch: 2 });\n  expect(typeof read.de).toBe('number');\n});\n",
    },
    head: {
      'test/whole.test.ts': [["  expect(typeof read.de).toBe('number');\n", '']],
      [S]: [["'-');", "'-').slice(0, 99);"]],
    },
    labels: [],
  },
  {
    name: 'parts of a date, which the whole says',
    base: {
      'test/day.test.ts':
        "import { expect, it } from 'vitest';\nimport { due } from '../src/price.ts';\nit('is due', () => {\n  const day = due('a');\n  expect(day.getDate()).toBe(28);\n  expect(day.getMonth()).toBe(new Date().getMonth());\n});\n",
    },
    head: {
      'test/day.test.ts': [
        [
          '  expect(day.getDate()).toBe(28);\n  expect(day.getMonth()).toBe(new Date().getMonth());\n',
          "  expect(day.toISOString()).toBe('2024-02-28T12:00:00.000Z');\n",
        ],
      ],
      [S]: [["'-');", "'-').slice(0, 99);"]],
    },
    labels: [],
  },
  {
    name: 'a snapshot that stands in its test now',
    base: {
      'test/__snapshots__/snap.test.ts.snap': 'exports[`slug 1`] = `"a-b"`;\n',
      'test/snap.test.ts':
        "import { expect, it } from 'vitest';\nimport { slug } from '../src/price.ts';\nit('slug', () => {\n  expect(slug('A b')).toMatchSnapshot();\n});\n",
    },
    head: {
      'test/__snapshots__/snap.test.ts.snap': null,
      'test/snap.test.ts': [['toMatchSnapshot()', "toBe('a-b')"]],
    },
    labels: [],
  },
  {
    name: 'calls that are refused now, which is asked under another title and written down',
    base: {
      'NOTES.md': '# Changes\n',
      'test/none.test.ts':
        "import { equal, throws } from 'node:assert';\nimport { test } from 'node:test';\nimport { gross, slug } from '../src/price.ts';\ntest('does not hang on a negative sum (gross)', () => {\n  equal(gross(-1, 1), 0);\n  equal(gross(-100, 1), 0);\n});\ntest('does not hang on a negative sum (slug)', () => {\n  equal(slug(-1), 0);\n  equal(slug(-5), 0);\n});\n",
    },
    head: {
      'NOTES.md': '# Changes\n\nA negative sum is refused.\n',
      'test/none.test.ts':
        "import { equal, throws } from 'node:assert';\nimport { test } from 'node:test';\nimport { gross, slug } from '../src/price.ts';\ntest('throws on a negative sum (gross)', () => {\n  throws(() => gross(-1, 1), /Wrong sum/);\n  throws(() => gross(-100, 1), /Wrong sum/);\n});\ntest('throws on a negative sum (slug)', () => {\n  throws(() => slug(-1), /Wrong sum/);\n  throws(() => slug(-5), /Wrong sum/);\n});\n",
      [S]: [['  if (rate < 0)', "  if (net < 0) throw new RangeError('Wrong sum');\n  if (rate < 0)"]],
    },
    labels: [],
  },
  {
    name: 'a new test',
    head: {
      [T]: [
        ["  it('refuses", "  it('takes nothing', () => {\n    expect(gross(0, 0.19)).toBe(0);\n  });\n  it('refuses"],
      ],
    },
    labels: [],
  },
  {
    name: 'a test that is written and left for later, above others',
    base: {
      'test/first.test.ts':
        "import { expect, test } from 'vitest';\nimport { slug } from '../src/price.ts';\ntest('one', () => {\n  expect(slug('a')).toBe('a');\n});\n",
    },
    head: {
      'test/first.test.ts': [
        ["test('one'", "test.skip('two', () => {\n  expect(slug('b')).toBe('b');\n});\ntest('one'"],
      ],
    },
    labels: [],
  },
  {
    name: 'a linter told to leave what a program wrote',
    head: { 'src/generated/units.ts': '/* eslint-disable */\nexport const UNITS = [1, 2];\n' },
    labels: [],
  },
  {
    name: 'two loops over a list become a table, compared strictly',
    base: {
      'test/loop.test.ts':
        "import { expect, it } from 'vitest';\nimport { slug } from '../src/price.ts';\nconst all = ['a', 'b'];\nit('one way', () => {\n  for (const one of all) expect(slug(one)).toEqual(one);\n});\nit('the other', () => {\n  for (const one of all) expect(slug(' ' + one)).toEqual(one);\n});\n",
    },
    head: {
      'test/loop.test.ts':
        "import { expect, it } from 'vitest';\nimport { slug } from '../src/price.ts';\nconst all = ['a', 'b'];\nit.each(all)('either way', (one) => {\n  expect(slug(one)).toStrictEqual(one);\n  expect(slug(' ' + one)).toStrictEqual(one);\n});\n",
    },
    labels: [],
  },
  {
    name: 'one of two tests of one name gets its own, and asks for more',
    base: {
      'test/two.test.ts':
        "import { expect, it } from 'vitest';\nimport { gross, slug } from '../src/price.ts';\nit('is out of bounds', () => {\n  expect(slug('a')).toBe('a');\n  expect(slug('b')).toBe('b');\n});\nit('is out of bounds', () => {\n  expect(() => gross(1, -1)).toThrow('the rate is negative');\n});\n",
    },
    head: {
      'test/two.test.ts':
        "import { expect, it } from 'vitest';\nimport { gross, slug } from '../src/price.ts';\nit('is a word', () => {\n  expect(slug('a')).toBe('a');\n  expect(slug('b')).toBe('b');\n  expect(slug('c')).toBe('c');\n});\nit('is out of bounds', () => {\n  expect(() => gross(1, -1)).toThrow('the rate is negative');\n});\n",
    },
    labels: [],
  },
  {
    name: 'an error that is kept and compared becomes one that is thrown',
    base: {
      'test/kept.test.ts':
        "import { equal } from 'node:assert/strict';\nimport { it } from 'node:test';\nimport { send } from '../src/price.ts';\nit('fails', async () => {\n  const error = Error('no');\n  let caught;\n  try {\n    await send({ net: 1, country: 'de' }, () => Promise.reject(error));\n  } catch (e) {\n    if (e instanceof Error) caught = e;\n  }\n  equal(caught, error);\n});\n",
    },
    head: {
      'test/kept.test.ts':
        "import { rejects } from 'node:assert/strict';\nimport { it } from 'node:test';\nimport { send } from '../src/price.ts';\nit('fails', async () => {\n  const error = Error('no');\n  await rejects(\n    send({ net: 1, country: 'de' }, () => Promise.reject(error)),\n    error,\n  );\n});\n",
    },
    labels: [],
  },
  {
    name: 'a test left out on Windows',
    head: { [T]: [["it('adds the rate'", "it.skipIf(process.platform === 'win32')('adds the rate'"]] },
    labels: [],
    notes: ['test-skipped'],
  },
  {
    name: 'a suite left out on Windows, by a name of its own',
    head: {
      [T]: [
        [
          "describe('gross'",
          "const describeHere = process.platform === 'win32' ? describe.skip : describe;\ndescribeHere('gross'",
        ],
      ],
    },
    labels: [],
    notes: ['test-skipped'],
  },
  {
    name: 'a stand-in in a test of types',
    head: {
      [S]: [['Math.round(net * (1 + rate))', 'Math.round(net + net * rate)']],
      'typings/price.test-d.ts':
        "import { gross } from '../src/price.ts';\nconst slug: typeof gross = () => 1190;\nvoid slug;\n",
    },
    labels: [],
  },
  { name: 'a stronger assertion', head: { [T]: [['.toEqual({ de', '.toStrictEqual({ de']] }, labels: [] },
  {
    name: 'another way to say the same',
    head: {
      [T]: [
        ['expect(gross(1000, 0.19)).toBe(1190)', 'expect(gross(1000, 0.19) === 1190).toBe(true)'],
        ['.toBe(2729)', '.toEqual(2729)'],
      ],
    },
    labels: [],
  },
  {
    name: 'values given names',
    head: {
      [T]: [
        [
          '    expect(gross(1000, 0.19)).toBe(1190);',
          '    const rate = 0.19;\n    const wanted = 1_190;\n    expect(gross(1000, rate)).toBe(wanted);',
        ],
      ],
    },
    labels: [],
  },
  {
    name: 'tests become rows',
    head: {
      [T]: [
        [
          '    expect(gross(1000, 0.19)).toBe(1190);\n    expect(gross(2550, 0.07)).toBe(2729);',
          '    for (const [net, rate, wanted] of [[1000, 0.19, 1190], [2550, 0.07, 2729]] as const) expect(gross(net, rate)).toBe(wanted);',
        ],
      ],
    },
    labels: [],
  },
  {
    name: 'rows become tests',
    head: {
      [T]: [
        [
          "  it.each([\n    ['Hello World', 'hello-world'],\n    ['  Two  Spaces ', 'two-spaces'],\n    ['Ends here!', 'ends-here-'],\n  ])('slug of %s', (title, wanted) => {\n    expect(slug(title)).toBe(wanted);\n  });",
          "  it('slugs', () => {\n    expect(slug('Hello World')).toBe('hello-world');\n    expect(slug('  Two  Spaces ')).toBe('two-spaces');\n    expect(slug('Ends here!')).toBe('ends-here-');\n  });",
        ],
      ],
    },
    labels: [],
  },
  {
    name: 'assertions into a function',
    head: {
      [T]: [
        [
          "describe('gross'",
          "function check(net: number, rate: number, wanted: number): void {\n  expect(gross(net, rate)).toBe(wanted);\n}\n\ndescribe('gross'",
        ],
        ['expect(gross(1000, 0.19)).toBe(1190)', 'check(1000, 0.19, 1190)'],
        ['expect(gross(2550, 0.07)).toBe(2729)', 'check(2550, 0.07, 2729)'],
      ],
    },
    labels: [],
  },
  {
    name: 'a test and what it tests, gone together',
    head: {
      [S]: [
        [
          "export function slug(title: string): string {\n  return title.trim().toLowerCase().replace(/[^a-z0-9]+/g, '-');\n}\n",
          '',
        ],
      ],
      [T]: [
        [
          "  it.each([\n    ['Hello World', 'hello-world'],\n    ['  Two  Spaces ', 'two-spaces'],\n    ['Ends here!', 'ends-here-'],\n  ])('slug of %s', (title, wanted) => {\n    expect(slug(title)).toBe(wanted);\n  });\n",
          '',
        ],
        [', slug }', ' }'],
      ],
    },
    labels: [],
  },
  {
    name: 'a function renamed',
    head: {
      [S]: [['export function slug', 'export function toSlug']],
      [T]: [
        ['send, slug', 'send, toSlug'],
        ['expect(slug(', 'expect(toSlug('],
      ],
    },
    labels: [],
  },
  {
    name: 'a message written anew',
    head: {
      [S]: [['the rate is negative', 'expected a rate of at least 0']],
      [T]: [['the rate is negative', 'expected a rate of at least 0']],
    },
    labels: [],
    notes: ['expectation-changed'],
  },
  {
    name: 'other behaviour, said so and tested',
    head: {
      [S]: [['Math.round(net', 'Math.ceil(net']],
      [T]: [
        ['toBe(2729)', 'toBe(2729)'],
        ["  it('refuses", "  it('rounds up', () => {\n    expect(gross(101, 0.07)).toBe(109);\n  });\n  it('refuses"],
        ['toBe(1190)', 'toBe(1191)'],
      ],
    },
    labels: [],
    notes: ['expectation-changed'],
  },
  {
    name: 'an error caught, and told',
    head: {
      [S]: [
        [
          '  return JSON.parse(text);',
          "  try {\n    return JSON.parse(text);\n  } catch (error) {\n    throw new Error('no JSON', { cause: error });\n  }",
        ],
      ],
    },
    labels: [],
  },
  {
    name: 'one error caught, the others not',
    head: {
      [S]: [
        [
          "  const text = readFileSync(path, 'utf8');",
          "  let text: string;\n  try {\n    text = readFileSync(path, 'utf8');\n  } catch (error) {\n    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};\n    throw error;\n  }",
        ],
      ],
    },
    labels: [],
  },
  {
    name: 'a wrong call on purpose',
    head: {
      [T]: [
        [
          "  it('refuses",
          "  it('refuses text', () => {\n    // @ts-expect-error a text is no number\n    expect(() => gross('1', -1)).toThrow();\n    expect(() => gross({} as any, -1)).toThrow();\n  });\n  it('refuses",
        ],
      ],
    },
    labels: [],
  },
  {
    name: 'less is printed in tests',
    head: {
      [S]: [
        [
          '  return Math.round(',
          "  if (process.env.NODE_ENV !== 'test') console.log('gross', net);\n  return Math.round(",
        ],
      ],
    },
    labels: [],
  },
  {
    name: 'a case of many',
    head: {
      [S]: [['  return title.trim()', "  if (title === '') return 'untitled';\n  return title.trim()"]],
      [T]: [["['Ends here!', 'ends-here-'],", "['Ends here!', 'ends-here-'],\n    ['', 'untitled'],"]],
    },
    labels: [],
  },
  {
    name: 'a lint rule off, and why',
    head: {
      [S]: [
        [
          '  return Math.round',
          '  // eslint-disable-next-line no-restricted-properties -- cents are whole numbers\n  return Math.round',
        ],
      ],
    },
    labels: [],
    notes: ['lint-disabled'],
  },
  {
    name: 'more is asked',
    head: {
      'vitest.config.ts': [['lines: 90', 'lines: 95']],
      'eslint.config.js': [["eqeqeq: ['error', 'always']", "eqeqeq: ['error', 'smart'], curly: 'error'"]],
      'tsconfig.json': [['"strict": true', '"strict": true, "noImplicitOverride": true']],
    },
    labels: [],
  },
  {
    name: 'a longer limit',
    head: { 'vitest.config.ts': [['include:', 'testTimeout: 20_000,\n    include:']] },
    labels: [],
  },
  {
    name: 'commands in another order',
    head: { 'package.json': [['tsc --noEmit && vitest run --coverage', 'vitest run --coverage && tsc --noEmit']] },
    labels: [],
  },
  {
    name: 'a step by another name, one more',
    head: {
      '.github/workflows/ci.yml': [
        ['- name: Lint', '- name: Lint all'],
        ['actions/checkout@v4', 'actions/checkout@v5'],
        ['          npm test', '          npm test\n          npm run docs'],
      ],
    },
    labels: [],
  },
  {
    name: 'a collaborator mocked',
    head: { [T]: [['import { gross', "vi.mock('../src/log.ts');\nimport { gross"]] },
    labels: [],
  },
  {
    name: 'prose',
    base: { 'README.md': 'a\n' },
    head: { 'README.md': 'expect(true).toBe(true) || true\n' },
    labels: [],
  },
];
