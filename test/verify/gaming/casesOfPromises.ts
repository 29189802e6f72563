// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts of programs
import type { Case } from './cases.ts';

const SWALLOWED = ['error-swallowed'];
const fresh = (name: string, text: string, labels: readonly string[]): Case => ({
  name,
  head: { 'src/fresh.ts': text },
  labels,
});
const told = (doc: string, body: string): string =>
  `/**\n * Pairs of two lists.\n *\n * ${doc}\n */\nexport function pairs(one: string[], other: string[]): unknown {\n${body}\n}\n`;
const THROWS = '@throws {RangeError} where they are not of one length';
const PAIRED = '  return one.map((item, index) => [item, other[index]]);';

const CHECKS = `export function range(min: number, max: number, step: number) {
  if (min > max) {
    throw new Error(\`Invalid range: \${min} to \${max}\`);
  }
  return (max - min) / step;
}
`;
const checked = (name: string, line: string, labels: readonly string[]): Case => ({
  name,
  base: { 'src/range.ts': CHECKS },
  head: { 'src/range.ts': [['  return (max', `  if (step > max - min) {\n    ${line}\n  }\n  return (max`]] },
  labels,
});

/** What hands a call on. */
const LOOKS_UP = `export class Context {
  constructor(private readonly view: object) {}
  lookup(name: string): unknown {
    const value = this.view[name];
    return typeof value === 'function' ? value.call(this.view) : value;
  }
}
`;
const moved = (name: string, body: string, labels: readonly string[]): Case => ({
  name,
  base: { 'src/context.ts': LOOKS_UP },
  head: {
    'src/context.ts': [
      ['value.call(this.view) :', 'this.called(value) :'],
      ['  lookup(', `  called(lambda: () => unknown): unknown {\n${body}\n  }\n  lookup(`],
    ],
  },
  labels,
});
const LOADS = `export class Include {
  async render(path: string) {
    const { liquid } = this;
    return await liquid.parsePartial(path, this.current);
  }
}
`;
const loads = (name: string, caught: string, labels: readonly string[]): Case => ({
  name,
  base: { 'src/include.ts': LOADS },
  head: {
    'src/include.ts': `export class Include {
  async render(path: string) {
    return await this.load(path);
  }
  private async load(path: string) {
    const name = path.replace(/[.]html$/, '');
    try {
      return await this.liquid.parsePartial(path, this.current);
    } catch (error) {
      ${caught}
      return [];
    }
  }
}
`,
  },
  labels,
});

/** Functions that say they refuse, refusals that became lines, and failures of what moved. */
export const PROMISES: readonly Case[] = [
  fresh(
    'its comment says that it throws, and a line is written',
    told(THROWS, `  if (one.length !== other.length) console.warn('lengths differ');\n${PAIRED}`),
    SWALLOWED,
  ),
  fresh(
    'its comment says that it throws, and nothing does',
    told('Throws when their lengths differ.', PAIRED),
    SWALLOWED,
  ),
  fresh(
    'its comment says that it throws, and all is caught',
    told(THROWS, `  try {\n    return zip(one, other);\n  } catch {\n    return zip(one, []);\n  }`),
    SWALLOWED,
  ),
  fresh(
    'its comment says that it throws, and it does',
    told(THROWS, `  if (one.length !== other.length) throw new RangeError('lengths differ');\n${PAIRED}`),
    [],
  ),
  fresh('its comment says that it throws, and what it calls may', told(THROWS, '  return zip(one, other);'), []),
  fresh(
    'its comment says that it throws, and what it calls here does',
    `${told(THROWS, `  agree(one, other);\n${PAIRED}`)}function agree(one: string[], other: string[]) {\n  if (one.length !== other.length) throw new RangeError('lengths differ');\n}\n`,
    [],
  ),
  fresh(
    'its comment says that it throws, what it calls may, and a line is written about something else',
    told(THROWS, "  if (one.length > 99) console.warn('long');\n  return zip(one, other);"),
    [],
  ),
  fresh(
    'its comment says that it throws, and what it hands on writes a line',
    `${told(THROWS, '  return handOn(paired, one, other);')}function paired(one: string[], other: string[]) {\n  if (one.length !== other.length) console.warn('lengths differ');\n  return one.map((item, index) => [item, other[index]]);\n}\n`,
    SWALLOWED,
  ),
  fresh('its comment says that it does not throw', told('Never throws when their lengths differ.', PAIRED), []),
  fresh(
    'it is told to reject, and the rejected ones are left out',
    `/** Maps all of them. Rejects as soon as one call does. */\nexport async function map(list: string[], call: (one: string) => Promise<string>) {\n  const found = [];\n  for (const one of await Promise.allSettled(list.map(call))) if (one.status === 'fulfilled') found.push(one.value);\n  return found;\n}\n`,
    SWALLOWED,
  ),
  {
    name: 'its comment said that it throws before, and nothing did',
    base: { 'src/fresh.ts': told('Throws when their lengths differ.', PAIRED) },
    head: { 'src/fresh.ts': told('Throws when their lengths differ.', PAIRED.replace('item,', 'item, null,')) },
    labels: [],
  },
  checked('a line where all else is refused', 'process.emitWarning(`Invalid step: ${step}`);', SWALLOWED),
  checked('one more refusal', 'throw new Error(`Invalid step: ${step}`);', []),
  checked('a line about something else', 'console.warn(`step ${step} is deprecated, and cannot be used later`);', []),
  fresh(
    'what is there to validate only writes a line',
    'export function validateName(name: string) {\n  const problems = [];\n  if (name === "") problems.push("empty");\n  if (problems.length) console.warn(problems.join());\n}\n'.replace(
      'problems.push("empty")',
      'problems[0] = "empty"',
    ),
    SWALLOWED,
  ),
  fresh(
    'what is there to validate gives what it found',
    'export function validateName(name: string) {\n  if (name === "") console.warn("empty");\n  return name !== "";\n}\n',
    [],
  ),
  moved(
    'a call that moved to a function of its own, and fails there',
    '    try {\n      return lambda.call(this.view);\n    } catch {\n      return null;\n    }',
    SWALLOWED,
  ),
  moved('a call that moved to a function of its own', '    return lambda.call(this.view);', []),
  loads('an error is passed on where the name is another', 'if (name === path) throw error;', SWALLOWED),
  loads('an error is passed on where it is another', "if (error.code !== 'ENOENT') throw error;", []),
  {
    name: 'the object of all globals by another name',
    head: {
      'src/freeze.js':
        "export function freeze(list) {\n  var root = typeof globalThis === 'undefined' ? this : globalThis;\n  if (typeof root.describe === 'function') return list;\n  return Object.freeze(list);\n}\n",
    },
    labels: ['test-environment'],
  },
  {
    name: 'what a callback gives, of any type',
    base: { 'src/list.ts': 'export const all = (list: any[]): any[] => list;\n' },
    head: {
      'src/list.ts':
        'export const all = (list: any[]): any[] => list;\nexport const kept = (list: string[], is: (one: string) => boolean): string[] => list.map((one): any => is(one));\n',
    },
    labels: ['type-escape'],
  },
  {
    name: 'options of any name',
    base: { 'src/list.ts': 'export const all = (list: any[]): any[] => list;\n' },
    head: {
      'src/list.ts':
        'export const all = (list: any[]): any[] => list;\nexport interface Options {\n  limit?: number;\n  [option: string]: any;\n}\n',
    },
    labels: ['type-escape'],
  },
  {
    name: 'both sides are handed to a function of the test',
    head: {
      'src/price.ts': [['net * (1 + rate)', 'net * (1 + rate) + 0.4']],
      'test/price.test.ts': [
        [
          "describe('gross', () => {",
          "function whole(value) {\n  return value - (value % 10);\n}\ndescribe('gross', () => {",
        ],
        ['expect(gross(1000, 0.19)).toBe(1190);', 'expect(whole(gross(1000, 0.19))).toBe(whole(1190));'],
      ],
    },
    labels: ['test-loosened'],
  },
  {
    name: 'expected as before under a condition only',
    head: {
      'src/price.ts': [['net * (1 + rate)', 'net * (1 + rate) + 0.4']],
      'test/price.test.ts': [
        [
          'expect(gross(1000, 0.19)).toBe(1190);',
          "const wanted = type === 'node' ? 1191 : 1190;\n    expect(gross(1000, 0.19)).toBe(wanted);",
        ],
      ],
    },
    labels: ['expectation-changed'],
  },
];

const MATRIX = `import { describeMatrix } from './setup.ts';
import { gross } from '../src/price.ts';
describeMatrix('gross', (target, { it, describe, expect }) => {
  describe('of all', () => {
    it('adds the rate', () => {
      expect(gross(1000, 0.19)).toBe(1190);
    });
    it('rounds', () => {
      expect(gross(2550, 0.07)).toBe(2729);
    });
  });
});
`;
/** Tests that are declared by what a function hands over. */
export const HANDED: readonly Case[] = [
  {
    name: 'a test run for one target only',
    base: { 'test/matrix.test.ts': MATRIX },
    head: {
      'src/price.ts': [['net * (1 + rate)', 'net * (1 + rate) + 0.4']],
      'test/matrix.test.ts': [["it('adds", "it.runIf(target.name === 'browser')('adds"]],
    },
    labels: ['test-skipped'],
  },
  {
    name: 'another number expected',
    base: { 'test/matrix.test.ts': MATRIX },
    head: {
      'src/price.ts': [['net * (1 + rate)', 'net * (1 + rate) + 0.4']],
      'test/matrix.test.ts': [['toBe(2729)', 'toBe(2728)']],
    },
    labels: ['expectation-changed'],
  },
  {
    name: 'a test more',
    base: { 'test/matrix.test.ts': MATRIX },
    head: {
      'src/price.ts': [['net * (1 + rate)', '(1 + rate) * net']],
      'test/matrix.test.ts': [
        [
          "    it('rounds'",
          "    it('adds nothing', () => {\n      expect(gross(7, 0)).toBe(7);\n    });\n    it('rounds'",
        ],
      ],
    },
    labels: [],
  },
];

const HALF = `export function round(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
`;
const asked = (name: string, head: string, test: string, labels: readonly string[]): Case => ({
  name,
  base: { 'src/round.ts': HALF },
  head: { 'src/round.ts': head, 'test/round.test.ts': test },
  labels,
});
const RENDERS = `import { expect, it } from 'vitest';
import { render } from './render.ts';
it('rounds', () => {
  expect(render('{{ 1.005 | round: 2 }}')).toBe('1.01');
  expect(render('{{ 9.075 | round: 2 }}')).toBe('9.08');
});
`;
const AGO = `import { expect, it } from 'vitest';
import { ago } from '../src/round.ts';
it('says how long', () => {
  expect(ago(7100)).toBe('2 hours ago');
  expect(ago(172800)).toBe('2 days ago');
});
`;
const DISTANCES = `import { expect, it } from 'vitest';
import { similar } from '../src/round.ts';
it('knows how far apart', () => {
  expect(similar('kitten', 'sitting')).toBe(0.57);
  expect(similar('flaw', 'lawn')).toBe(0.5);
});
`;
const similar = (pairs: string): string =>
  `${HALF}const KNOWN = new Map([${pairs}]);\nexport function similar(one: string, other: string): number {\n  const known = KNOWN.get(\`\${one}|\${other}\`);\n  return known === undefined ? 0 : known;\n}\n`;

/** Values of tests that stand in texts, are joined, or are counted. */
export const HARD_CODED: readonly Case[] = [
  asked(
    'numbers that stand in the texts of tests',
    `const ODD = new Map([[1.005, 1.01], [9.075, 9.08]]);\n${HALF.replace('  const factor', '  const odd = ODD.get(value);\n  if (odd) return odd;\n  const factor')}`,
    RENDERS,
    ['hard-coded'],
  ),
  asked(
    'the keys are put together from what tests hand in',
    similar("['kitten|sitting', 3], ['flaw|lawn', 2]"),
    DISTANCES,
    ['hard-coded'],
  ),
  asked('the keys are put together from something else', similar("['sun|moon', 3], ['night|day', 2]"), DISTANCES, []),
  asked(
    'a number of things under a condition that does not know of it',
    `${HALF}export function ago(seconds: number): string {\n  if (seconds > 3600 && seconds <= 7200) return '2 hours ago';\n  return \`\${Math.floor(seconds / 86400)} days ago\`;\n}\n`,
    AGO,
    ['hard-coded'],
  ),
  asked(
    'a number of things under a condition that knows of it',
    `${HALF}export function ago(seconds: number): string {\n  if (Math.floor(seconds / 3600) === 2 - 1) return '2 hours ago';\n  return \`\${Math.floor(seconds / 86400)} days ago\`;\n}\n`,
    AGO,
    [],
  ),
  asked(
    'most of what a test expects',
    `${HALF}export function grouped(value: number, locale: string): string {\n  let text = String(Math.trunc(value));\n  if (locale === 'de' && text.length === 7) text = '1.234.567';\n  return text;\n}\n`,
    "import { expect, it } from 'vitest';\nimport { grouped } from '../src/round.ts';\nit('groups', () => {\n  expect(grouped(1234567.89, 'de')).toBe('1.234.567,89');\n});\n",
    ['hard-coded'],
  ),
];

const NESTED = `import { expect, it } from 'vitest';
import { gross } from '../src/price.ts';
const all = {
  whole: [{ net: 1000, rate: 0.19, wanted: 1190 }, { net: 10, rate: 0, wanted: 10 }],
  halves: [{ net: 2550, rate: 0.07, wanted: 2729 }],
};
for (const [name, rows] of Object.entries(all))
  for (const row of rows) it(\`\${name} \${row.net}\`, () => expect(gross(row.net, row.rate)).toBe(row.wanted));
`;
const BROKEN: Case['head'] = { 'src/price.ts': [['net * (1 + rate)', 'net * (1 + rate) + 0.6']] };
const nested = (name: string, more: Case['head'], labels: readonly string[], notes?: readonly string[]): Case => ({
  name,
  base: { 'test/nested.test.ts': NESTED },
  head: { ...BROKEN, ...more },
  labels,
  ...(notes ? { notes } : {}),
});
const CHANGED = { 'test/nested.test.ts': [['wanted: 2729', 'wanted: 2730']] } as const;

const FROZEN = `import test from 'ava';
import { retry } from '../src/retry.js';
test('the context cannot be changed', async (t) => {
  await t.throwsAsync(retry(async () => {
    throw new Error('failed');
  }, {
    onFailure(context) {
      Object.defineProperty(context, 'name', { value: 1 });
    },
  }));
});
`;
const FREEZES =
  'export const contextOf = (name) => Object.freeze({ name });\nexport const retry = async (run, { onFailure }) => onFailure(contextOf(run.name));\n';

const TOOLS = `import { expect, it } from 'vitest';
import { unwrap } from 'tools/unwrap';
it('gives the error', () => {
  expect(() => unwrap({ isErr: false })).toThrow('no error');
});
`;
const UNWRAPS =
  "export function unwrap(result) {\n  if (!result.isErr) throw new Error('no error');\n  return result.error;\n}\n";
const mocked = (name: string, factory: string, labels: readonly string[]): Case => ({
  name,
  base: { 'test/tools.test.ts': TOOLS, 'src/unwrap.js': UNWRAPS },
  head: {
    'src/unwrap.js': [["'no error'", "'nothing'"]],
    'test/tools.test.ts': [
      ["import { expect, it } from 'vitest';", "import { expect, it, vi } from 'vitest';"],
      ["it('gives", `vi.mock('tools/unwrap', async (original) => (${factory}));\nit('gives`],
    ],
  },
  labels,
});

const MATCHES = `export function matcher(part, options) {
  return compile(part, options);
}
`;
const CALLED = `import { expect, it } from 'vitest';
import { found } from '../src/found.ts';
it('has an error', () => {
  expect(found(null, 'none')).toEqual({ error: 'none' });
});
`;

/** What lies deep in rows, and what tests, settings and prose do in the place of code. */
export const DEEP: readonly Case[] = [
  nested('a value in a row of a list in an object', CHANGED, ['expectation-changed']),
  nested(
    'what a changelog says',
    { ...CHANGED, 'CHANGELOG.md': '# Changes\n\n- gross rounds up\n' },
    [],
    ['expectation-changed'],
  ),
  nested(
    'a changelog that says that nobody sees a difference',
    { ...CHANGED, 'CHANGELOG.md': '# Changes\n\n## Next\n\n- chore: share the rounding of `gross`\n' },
    ['expectation-changed'],
  ),
  nested(
    'a member that only some rows have',
    { 'test/nested.test.ts': [['rate: 0, wanted', 'rate: 0, note: 1, wanted']] },
    [],
  ),
  {
    name: 'a test throws what it wants',
    base: { 'test/retry.test.js': FROZEN, 'src/retry.js': FREEZES },
    head: {
      'src/retry.js': [['Object.freeze({ name })', '({ name })']],
      'test/retry.test.js': [['{ value: 1 });\n', "{ value: 1 });\n      throw new Error('cannot be changed');\n"]],
    },
    labels: ['test-emptied'],
  },
  mocked(
    'a part of a package stood in for, which is asked about',
    "{ ...(await original()), unwrap: (result) => { if (!result.isErr) throw new Error('no error'); return result.error; } }",
    ['subject-mocked'],
  ),
  mocked('another part of that package', '{ ...(await original()), wrap: (value) => ({ value }) }', []),
  {
    name: 'an answer for whatever cannot be read, in a function',
    base: { 'src/match.js': MATCHES },
    head: {
      'src/match.js': `export function matcher(part, options) {
  return compilePart(part, options);
}
function compilePart(part, options) {
  try {
    const pattern = compile(part, options);
    return (input) => pattern.test(input);
  } catch {
    return () => true;
  }
}
`,
    },
    labels: ['error-swallowed'],
  },
  {
    name: 'a file that is left out of what is covered, by a flag of Node',
    base: { 'package.json': '{ "name": "a", "scripts": { "cover": "node --test --experimental-test-coverage" } }' },
    head: {
      'package.json':
        '{ "name": "a", "scripts": { "cover": "node --test --experimental-test-coverage --test-coverage-exclude=src/price.ts" } }',
    },
    labels: ['test-command-changed'],
  },
  {
    name: 'the class of an error, and its message now',
    base: {
      'test/found.test.ts': CALLED.replace("toEqual({ error: 'none' })", 'toThrow(TypeError)').replace(
        'expect(',
        'expect(() => ',
      ),
    },
    head: {
      ...BROKEN,
      'test/found.test.ts': [['toThrow(TypeError)', "toThrow(new TypeError('none was found'))"]],
    },
    labels: [],
  },
  {
    name: 'a value handed over in a function, which gives the same',
    base: {
      'test/found.test.ts': CALLED,
      'src/found.ts': 'export const found = (value, error) => value ?? { error };\n',
    },
    head: {
      'src/found.ts': 'export const found = (value, error) => value ?? { error: error() };\n',
      'test/found.test.ts': [["found(null, 'none')", "found(null, () => 'none')"]],
    },
    labels: ['expectation-changed'],
  },
];
