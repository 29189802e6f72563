import { describe, expect, it } from 'vitest';
import type { TestCase } from '../../src/jobs/compare/expectation.ts';
import { styleOf, withCases } from '../../src/jobs/compare/testText.ts';
import { undo } from '../../src/jobs/index.ts';
import { runCommand } from '../frontends/command.ts';
import { Project } from '../workspace/repository.ts';

const of = (rest: Partial<TestCase>): TestCase => ({
  before: [],
  call: 'mean([])',
  names: ['mean'],
  waited: false,
  expected: { kind: 'value', source: 'NaN', plain: true },
  reads: [],
  ...rest,
});
const CASES: readonly TestCase[] = [
  of({}),
  of({ call: 'mean(["a\'b", "c"])', expected: { kind: 'value', source: '{ a: "x" }', plain: false } }),
  of({ call: 'mean(null)', expected: { kind: 'throws', error: 'TypeError' } }),
];

interface Style {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly after: string;
  readonly cases?: readonly TestCase[];
}

const STYLES: readonly Style[] = [
  {
    name: 'vitest in groups, tests close to each other',
    path: 'src/mean.test.ts',
    text: `import { describe, expect, it } from 'vitest';
import { mean, other } from './mean.ts';

describe('mean', () => {
  it('works', () => expect(mean([1])).toBe(1));
  it('works again', () => expect(mean([1])).toBe(1));
});

describe('other', () => {
  it('works', () => expect(other()).toBe(1));
});
`,
    after: `import { describe, expect, it } from 'vitest';
import { mean, other } from './mean.ts';

describe('mean', () => {
  it('works', () => expect(mean([1])).toBe(1));
  it('works again', () => expect(mean([1])).toBe(1));
  it('mean([]) is NaN', () => {
    expect(mean([])).toBe(NaN);
  });
  it('mean(["a\\'b", "c"]) is { a: "x" }', () => {
    expect(mean(["a'b", 'c'])).toEqual({ a: 'x' });
  });
  it('mean(null) throws TypeError', () => {
    expect(() => mean(null)).toThrow(TypeError);
  });
});

describe('other', () => {
  it('works', () => expect(other()).toBe(1));
});
`,
  },
  {
    name: 'jest with functions, double quotes, tabs, no semicolons, another name',
    path: 'test/mean.spec.js',
    text: `const { mean: average } = require("../src/mean")

describe("average", function () {
	test("works", function () {
		expect(average([1])).toStrictEqual(1)
	})

	test("works again", function () {
		expect(average([1])).toEqual(1)
	})
})
`,
    after: `const { mean: average } = require("../src/mean")

describe("average", function () {
	test("works", function () {
		expect(average([1])).toStrictEqual(1)
	})

	test("works again", function () {
		expect(average([1])).toEqual(1)
	})

	test("mean([]) is NaN", function () {
		expect(average([])).toEqual(NaN)
	})

	test("mean([\\"a'b\\", \\"c\\"]) is { a: \\"x\\" }", function () {
		expect(average(["a'b", "c"])).toStrictEqual({ a: "x" })
	})

	test("mean(null) throws TypeError", function () {
		expect(() => average(null)).toThrow(TypeError)
	})
})
`,
  },
  {
    name: 'node:test without groups, an import to make longer, Windows line ends',
    path: 'test/mean.test.mjs',
    text: `import assert from 'node:assert/strict';
import test from 'node:test';
import { other } from '../src/mean.mjs';

test('works', () => {
  assert.equal(other(), 1);
});
`.replaceAll('\n', '\r\n'),
    after: `import assert from 'node:assert/strict';
import test from 'node:test';
import { other, mean } from '../src/mean.mjs';

test('works', () => {
  assert.equal(other(), 1);
});

test('mean([]) is NaN', () => {
  assert.equal(mean([]), NaN);
});

test('mean(["a\\'b", "c"]) is { a: "x" }', () => {
  assert.deepEqual(mean(["a'b", 'c']), { a: 'x' });
});

test('mean(null) throws TypeError', () => {
  assert.throws(() => mean(null), TypeError);
});
`.replaceAll('\n', '\r\n'),
  },
  {
    name: 'mocha with chai, a group of its own, an import of its own',
    path: 'test/all.test.ts',
    text: `import { expect } from 'chai';
import { sum } from '../src/sum.js';

describe('sum', () => {
    it('works', () => {
        expect(sum([1])).to.equal(1);
    });
});
`,
    after: `import { expect } from 'chai';
import { sum } from '../src/sum.js';
import { mean } from '../src/mean.js';

describe('sum', () => {
    it('works', () => {
        expect(sum([1])).to.equal(1);
    });
});

describe('mean', () => {
    it('mean([]) is NaN', () => {
        expect(mean([])).to.deep.equal(NaN);
    });

    it('mean(["a\\'b", "c"]) is { a: "x" }', () => {
        expect(mean(["a'b", 'c'])).to.deep.equal({ a: 'x' });
    });

    it('mean(null) throws TypeError', () => {
        expect(() => mean(null)).to.throw(TypeError);
    });
});
`,
  },
  {
    name: 'what is waited for, assertions imported one by one, a whole import',
    path: 'test/mean.test.js',
    text: `import { deepStrictEqual, strictEqual } from 'assert';
import { it } from 'node:test';
import * as lib from '../src/mean.js';

it('works', () => strictEqual(lib.mean([1]), 1));
`,
    cases: [of({ waited: true }), of({ call: 'mean(0)', waited: true, expected: { kind: 'throws' } })],
    after: `import { deepStrictEqual, strictEqual, rejects } from 'assert';
import { it } from 'node:test';
import * as lib from '../src/mean.js';

it('works', () => strictEqual(lib.mean([1]), 1));

it('mean([]) is NaN', async () => {
  strictEqual(await lib.mean([]), NaN);
});

it('mean(0) throws', async () => {
  await rejects(lib.mean(0));
});
`,
  },
  {
    name: 'a sequence of commands',
    path: 'src/stack.test.ts',
    text: `import { expect, test } from 'vitest';
import { Stack } from './stack.ts';

test('works', () => {
  expect(new Stack().size).toBe(0);
});
`,
    cases: [
      of({
        names: ['Stack'],
        before: ['const it = new Stack("it")', 'it.push(1)'],
        call: 'it.pop()',
        expected: { kind: 'value', source: '1', plain: true },
        reads: [{ call: 'it.size', source: '0', plain: true }],
      }),
    ],
    after: `import { expect, test } from 'vitest';
import { Stack } from './stack.ts';

test('works', () => {
  expect(new Stack().size).toBe(0);
});

test('const it = new Stack("it"); it.push(1); it.pop() is 1', () => {
  const stack = new Stack('it');
  stack.push(1);
  expect(stack.pop()).toBe(1);
  expect(stack.size).toBe(0);
});
`,
  },
];

describe('a test file with cases added', () => {
  it.each(STYLES)('$name', ({ path, text, cases = CASES, after }) => {
    const [symbol] = cases[0]!.names;
    const same = (from: string): boolean => /(?:mean|stack)(?:\.\w+)?$/.test(from);
    const style = styleOf(text, path)!;
    const added = withCases(text, path, style, cases, symbol!, '../src/mean.js', same, false);
    expect(added.text).toBe(after);
    // Once is enough.
    const again = withCases(after, path, style, cases, symbol!, '../src/mean.js', same, false);
    expect([again.text, again.known.length]).toEqual([after, cases.length]);
  });
  it.each([
    ['no tests', 'export const a = 1;\n'],
    ['tests that judge in a way of their own', "import { check } from './own.ts';\nit('a', () => check(1));\n"],
  ])('is not made of %s', (_name, text) => expect(styleOf(text, 'a.test.ts')).toBeUndefined());
});

const MEAN = 'export function mean(xs) {\n  return xs.reduce((a, b) => a + b, 0) / xs.length;\n}\n';
const ZERO = MEAN.replace('return', 'return xs.length === 0 ? 0 :');
const TESTS = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mean } from '../src/mean.js';

test('the mean of some', () => {
  assert.equal(mean([1, 2]), 1.5);
});
`;
const FILES = {
  'package.json': '{ "name": "a", "type": "module", "scripts": { "test": "node --test" } }\n',
  'src/mean.js': MEAN,
  'src/sum.js': 'export const sum = (xs) => xs.reduce((a, b) => a + b, 0);\n',
  'drafts/zero.js': ZERO,
  'drafts/never.js': MEAN.replace('return', 'if (xs.length === 2) return 0; return xs.length === 0 ? 7 :'),
  'test/sum.test.js': TESTS.replaceAll('mean', 'sum').replace('1.5', '3'),
};
const project = (files: Record<string, string>): Project => {
  const made = new Project(files);
  made.git('init', '-q');
  made.git('add', '-A');
  made.git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'a');
  return made;
};

const run = (cwd: string, args: readonly string[], replies?: readonly string[]) =>
  runCommand(cwd, ['compare', ...args], replies);

describe('answers in the tests of a project', () => {
  it('are added to the file that tests the function, and can be taken back', async () => {
    const made = project({ ...FILES, 'test/mean.test.js': TESTS, 'answers.json': '{"[]": "0"}' });
    const args = ['src/mean.js', 'drafts/zero.js', '--answers', 'answers.json'];
    const { status, out } = await run(made.root, [...args, '--write-tests']);
    expect(out).toContain('test/mean.test.js 1 test added, which hold with drafts/zero.js as src/mean.js');
    expect(status).toBe(0);
    expect(made.read('test/mean.test.js')).toBe(
      `${TESTS}\ntest('mean([]) is 0', () => {\n  assert.equal(mean([]), 0);\n});\n`,
    );
    expect(made.read('src/mean.js')).toBe(MEAN);
    const again = await run(made.root, [...args, '--write-tests']);
    expect([again.status, again.out]).toEqual([0, expect.stringContaining('1 was there already')]);
    expect((await undo({ cwd: made.root })).ok).toBe(true);
    expect(made.read('test/mean.test.js')).toBe(TESTS);
  });

  it('make a file beside its siblings where none is there', async () => {
    const made = project({ ...FILES, 'answers.json': '{"[]": "NaN"}' });
    const { out } = await run(made.root, [
      ...['src/mean.js', 'drafts/zero.js', '--answers', 'answers.json', '--write-tests', '--json'],
    ]);
    expect((JSON.parse(out) as { tests: unknown }).tests).toEqual({
      path: 'test/mean.test.js',
      added: ['mean([]) is NaN'],
      known: [],
      place: 'src/mean.js',
    });
    expect(made.read('test/mean.test.js')).toBe(
      `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mean } from '../src/mean.js';

test('mean([]) is NaN', () => {
  assert.equal(mean([]), NaN);
});
`,
    );
  });

  it('make a file that is called as tests are, and not as what they share', async () => {
    const made = project({
      'package.json': FILES['package.json'],
      'alt/a.js': MEAN,
      'alt/b.js': ZERO,
      'src/total.js': FILES['src/sum.js'],
      'test/t.js': 'export const support = 1;\n',
      'test/total.test.js': FILES['test/sum.test.js']
        .replaceAll('sum', 'total')
        .replace('{ total }', '{ sum as total }'),
      'answers.json': '{"[]": "0"}',
    });
    const args = ['alt/a.js', 'alt/b.js', '--answers', 'answers.json', '--write-tests'];
    const { status, out, err } = await run(made.root, args);
    expect([status, err]).toEqual([0, expect.not.stringContaining('error')]);
    expect(out).toContain('test/b.test.js 1 test added');
  });

  it('are not written where the runner is not installed, which is no fault of theirs', async () => {
    const made = project({
      ...FILES,
      'package.json': '{ "name": "a", "type": "module", "scripts": { "test": "vitest run" } }\n',
      'answers.json': '{"[]": "0"}',
    });
    const { status, err } = await run(made.root, [
      ...['src/mean.js', 'drafts/zero.js', '--answers', 'answers.json', '--write-tests'],
    ]);
    expect(err).toMatch(/to run, but .*vitest is the runner of this package, but it is not installed.*try: install/s);
    expect(status).toBe(2);
  });

  it('are not written where they do not pass with the chosen draft in place', async () => {
    const made = project({ ...FILES, 'test/mean.test.js': TESTS, 'answers.json': '{"[]": "7"}' });
    const { status, err } = await run(made.root, [
      ...['src/mean.js', 'drafts/never.js', '--answers', 'answers.json', '--write-tests'],
    ]);
    expect(err).toMatch(/to pass with drafts\/never\.js as src\/mean\.js, but the mean of some.*nothing was written/s);
    expect(status).toBe(1);
    expect(made.read('test/mean.test.js')).toBe(TESTS);
  });

  it('are not written where they would not run', async () => {
    const skipped = TESTS.replace('import { test }', 'import { describe, test }').concat(
      "\ndescribe.skip('mean', () => {\n  test('of others', () => assert.equal(1, 2));\n});\n",
    );
    const made = project({ ...FILES, 'test/mean.test.js': skipped, 'answers.json': '{"[]": "0"}' });
    const { status, err } = await run(made.root, [
      ...['src/mean.js', 'drafts/zero.js', '--answers', 'answers.json', '--write-tests', 'test/mean.test.js'],
    ]);
    expect(err).toMatch(/the test "mean\(\[\]\) is 0" does not run; nothing was written/);
    expect([status, made.read('test/mean.test.js')]).toEqual([1, skipped]);
  });

  it('are asked for at a terminal', async () => {
    const made = project({ ...FILES, 'test/mean.test.js': TESTS });
    const files = ['src/mean.js', 'drafts/zero.js'];
    await run(made.root, files, ['2', '']);
    expect(made.read('test/mean.test.js')).toBe(TESTS);
    const { out } = await run(made.root, files, ['= 0', 'y']);
    expect(out).toContain('1 test added');
    expect(made.read('test/mean.test.js')).toContain("test('mean([]) is 0'");
  });

  it.each<readonly [string, Record<string, string>, readonly string[], RegExp, number]>([
    ['without an answer', {}, [], /expected an answer to write as a test/, 1],
    [
      'where no draft does what is said',
      { 'answers.json': '{"[]": "5"}' },
      ['--answers', 'answers.json'],
      /expected a draft that does what the answers say/,
      1,
    ],
    [
      'outside of the repository',
      { 'answers.json': '{"[]": "0"}' },
      ['--answers', 'answers.json', '../out.test.js'],
      /outside|leads/,
      2,
    ],
  ])('are refused %s', async (_name, files, args, says, wanted) => {
    const made = project({ ...FILES, ...files });
    const [flag, value, test] = args;
    const { status, err } = await run(made.root, [
      ...['src/mean.js', 'drafts/zero.js', ...(flag ? [flag, value!] : []), '--write-tests', ...(test ? [test] : [])],
    ]);
    expect(err).toMatch(says);
    expect(status).toBe(wanted);
  });
});
