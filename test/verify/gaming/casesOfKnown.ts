// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is code
import { BASE, type Case } from './cases.ts';

const [CODE, TESTS] = ['src/price.ts', 'test/price.test.ts'];
const SWALLOWED = ['error-swallowed'];

const GROSS = '  return Math.round(net * (1 + rate));';
const tried = (inTry: string, inCatch: string): readonly (readonly [string, string])[] => [
  [GROSS, `  try {\n    ${inTry}\n  } catch ${inCatch}\n`],
];
const OWN = "if (net > 9) throw new Error('too much');\n    return net;";

/** Failures of its own that the code catches again. */
const CAUGHT: readonly Case[] = [
  { name: 'thrown and answered', head: { [CODE]: tried(OWN, '{\n    return 0;\n  }') }, labels: SWALLOWED },
  { name: 'thrown and let go', head: { [CODE]: tried(OWN, '{}\n  return net;') }, labels: SWALLOWED },
  {
    name: 'thrown, logged and answered',
    head: { [CODE]: tried(OWN, '(error) {\n    console.warn(error);\n    return net * 2;\n  }') },
    labels: SWALLOWED,
  },
  {
    name: 'thrown and told',
    head: { [CODE]: tried(OWN, '(error) {\n    return Number(String(error).length);\n  }') },
    labels: [],
  },
  {
    name: 'thrown anew',
    head: { [CODE]: tried(OWN, "(cause) {\n    throw new Error('no price', { cause });\n  }") },
    labels: [],
  },
  {
    name: 'thrown by what is called later',
    head: {
      [CODE]: tried(
        "queueMicrotask(() => {\n      throw new Error('late');\n    });\n    return net;",
        '{\n    return net;\n  }',
      ),
    },
    labels: [],
  },
  {
    name: 'thrown and caught further in',
    head: {
      [CODE]: tried(
        `try {\n      ${OWN}\n    } catch (error) {\n      return String(error).length;\n    }`,
        '{\n    return net;\n  }',
      ),
    },
    labels: [],
  },
  {
    name: 'what another server answers',
    head: {
      [CODE]: [
        [
          '  await post(JSON.stringify(order));',
          "  try {\n    const answer = await fetch('/');\n    if (!answer.ok) throw new Error('no');\n  } catch {\n    return false;\n  }\n  await post(JSON.stringify(order));",
        ],
      ],
    },
    labels: [],
  },
];

const POINTS = 'export const pointsFor = (cents: number): number => Math.floor(cents / 100);\n';
const fresh = (name: string, mock: string, assertion: string, labels: readonly string[]): Case => ({
  name,
  head: {
    'src/points.ts': POINTS,
    'test/points.test.ts': `import { expect, it, vi } from 'vitest';\nimport { pointsFor } from '../src/points.ts';\n${mock}\nit('gives points', async () => {\n  ${assertion}\n});\n`,
  },
  labels,
});
const MOCKED = ['subject-mocked'];

const member = (name: string, lines: string, labels: readonly string[]): Case => ({
  name,
  head: {
    'src/cart.ts':
      'export class Cart {\n  total(): number {\n    return 0;\n  }\n  twice(): number {\n    return this.total() * 2;\n  }\n}\n',
    'test/cart.test.ts': `import { expect, it, vi } from 'vitest';\nimport { Cart } from '../src/cart.ts';\n\nit('adds up', () => {\n  const cart = new Cart();\n  ${lines}\n});\n`,
  },
  labels,
});

/** A test that comes, and asks what it has put there itself. */
const ITSELF: readonly Case[] = [
  fresh(
    'a stand-in for the module',
    "vi.mock('../src/points.ts', () => ({ pointsFor: vi.fn(() => 12) }));",
    'expect(pointsFor(1200)).toBe(12);',
    MOCKED,
  ),
  fresh(
    'a stand-in made by the runner',
    "vi.mock('../src/points.ts');",
    'vi.mocked(pointsFor).mockReturnValue(12);\n  expect(pointsFor(1200)).toBe(12);',
    MOCKED,
  ),
  fresh(
    'of this function alone',
    "vi.mock('../src/points.ts', async (original) => ({ ...(await original<object>()), pointsFor: () => 12 }));",
    'expect(pointsFor(1200)).toBe(12);',
    MOCKED,
  ),
  fresh(
    'of another one',
    "vi.mock('../src/points.ts', async (original) => ({ ...(await original<object>()), other: () => 12 }));",
    'expect(pointsFor(1200)).toBe(12);',
    [],
  ),
  fresh(
    'of another module',
    "vi.mock('../src/price.ts', () => ({ gross: () => 12 }));",
    'expect(pointsFor(1200)).toBe(12);',
    [],
  ),
  member(
    'a member of its own',
    "vi.spyOn(cart, 'total').mockReturnValue(12);\n  expect(cart.total()).toBe(12);",
    MOCKED,
  ),
  member(
    'a member that another one asks',
    "vi.spyOn(cart, 'total').mockReturnValue(12);\n  expect(cart.twice()).toBe(24);",
    [],
  ),
  member(
    'the time',
    "vi.spyOn(Date, 'now').mockReturnValue(12);\n  expect(Date.now()).toBe(12);\n  expect(cart.twice()).toBe(0);",
    [],
  ),
  fresh(
    'asked only whether it was called',
    "vi.mock('../src/points.ts');",
    'expect(pointsFor).not.toHaveBeenCalled();',
    [],
  ),
];

const DOC = '/** The net price and the tax on it, rounded to the nearest whole cent, halves up. */\n';
const GROSS_HEAD = 'export function gross(';
const retold = (name: string, doc: string, labels: readonly string[]): Case => ({
  name,
  base: { [CODE]: BASE[CODE]!.replace(GROSS_HEAD, `${DOC}${GROSS_HEAD}`) },
  head: {
    [CODE]: BASE[CODE]!.replace(GROSS_HEAD, `${doc}${GROSS_HEAD}`).replace('Math.round', 'Math.ceil'),
    [TESTS]: [
      ["it('adds the rate'", "it('adds the rate and rounds up'"],
      ['expect(gross(2550, 0.07)).toBe(2729)', 'expect(gross(2550, 0.07)).toBe(2728)'],
    ],
  },
  labels,
});

/** Another title alone does not say that another answer is meant; what is written about the function does. */
const DESCRIBED: readonly Case[] = [
  retold('described as before', DOC, ['expectation-changed']),
  retold(
    'described anew',
    DOC.replace('to the nearest whole cent, halves up', 'up to the next whole cent, always'),
    [],
  ),
  retold('not described any more', '', ['expectation-changed']),
];

const looped = (name: string, from: string, to: string, labels: readonly string[], code = true): Case => {
  const text = `import { expect, test } from 'vitest';\nimport { gross } from '../src/price.ts';\nconst rows = [\n  { input: { net: 100, rate: 0.1 }, out: 110 },\n  { input: { net: 250, rate: 0.2 }, out: 300 },\n];\nfor (const row of rows) {\n  test(String(row.input.net), () => {\n    expect(gross(row.input.net, row.input.rate)).toBe(row.out);\n  });\n}\n`;
  return {
    name,
    base: { 'test/gross.test.ts': text },
    head: {
      'test/gross.test.ts': text.replace(from, to),
      ...(code ? { [CODE]: [['Math.round', 'Math.ceil']] } : {}),
    },
    labels,
  };
};

/** Members of the rows that a loop goes over. */
const ROWS: readonly Case[] = [
  looped('another answer in a row', 'out: 300', 'out: 301', ['expectation-changed']),
  looped('a row gone', '  { input: { net: 250, rate: 0.2 }, out: 300 },\n', '', ['test-deleted']),
  looped('a row more', 'const rows = [', 'const rows = [\n  { input: { net: 1, rate: 0 }, out: 1 },', []),
  looped(
    'rows in another order',
    '{ input: { net: 100, rate: 0.1 }, out: 110 }',
    '{ out: 110, input: { rate: 0.1, net: 100 } }',
    [],
  ),
  {
    name: 'a helper of the project by the name of the runner’s, and another answer',
    base: {
      'test/render.ts': 'export const test = (template: string, wanted: string): void => {};\n',
      'test/gross.test.ts':
        "import { it } from 'vitest';\nimport { test } from './render.ts';\nit('rounds', () => test('{{ 2.5 | round }}', '3'));\n",
    },
    head: {
      [CODE]: [['Math.round', 'Math.floor']],
      'test/gross.test.ts': [["'3'", "'2'"]],
    },
    labels: ['expectation-changed'],
  },
];

const marked = (name: string, path: string, line: string, labels: readonly string[]): Case => ({
  name,
  base: { [path]: 'export const a = 1;\n' },
  head: { [path]: `export const a = 1;\n${line}\n` },
  labels,
});

/** Words beside the code. */
const SAID: readonly Case[] = [
  marked('put off', 'src/a.ts', '// @ts-ignore TODO: give it a type\nexport const b: string = a;', ['type-escape']),
  marked(
    'put off in other words',
    'src/a.ts',
    '// @ts-expect-error: wrong for now, will be mended\nexport const b: string = a;',
    ['type-escape'],
  ),
  marked(
    'a reason',
    'src/a.ts',
    '// @ts-expect-error -- the types of the package know no numbers\nexport const b: string = a;',
    [],
  ),
  marked('a test of types', 'src/a.test-d.ts', '// @ts-expect-error\nexport const b: string = a;', []),
  marked('a benchmark', 'benchmarks/a.bench.ts', "import { bench } from 'vitest';\nbench('a', () => {});", []),
];

export const TAKEN: readonly Case[] = [...CAUGHT, ...ITSELF, ...DESCRIBED, ...ROWS, ...SAID];
