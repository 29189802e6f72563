import { describe, expect, it } from 'vitest';
import type { RepoPath } from '../../src/base/index.ts';
import { edgeQuestions } from '../../src/jobs/fill/questions.ts';
import { fill } from '../../src/jobs/index.ts';
import { functionsOf, shapeOf } from '../../src/lang/index.ts';
import { type Files, Project } from '../workspace/repository.ts';

const FILES: Files = {
  'package.json': JSON.stringify({ name: 'app', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      strict: true,
      module: 'nodenext',
      target: 'es2024',
      allowImportingTsExtensions: true,
      noEmit: true,
      types: [],
    },
    include: ['src'],
  }),
  '.gitignore': 'node_modules\n.assay\n',
  'src/average.ts':
    "/** The mean of some numbers. */\nexport function average(list: number[]): number {\n  throw new Error('not implemented');\n}\n",
  'test/average.test.js': [
    "import test from 'node:test';",
    "import assert from 'node:assert/strict';",
    "import { average } from '../src/average.ts';",
    "test('average', () => {",
    '  assert.equal(average([1, 2, 3]), 2);',
    '  assert.equal(average([10]), 10);',
    '  assert.equal(average([1, 2]), 1.5);',
    '});\n',
  ].join('\n'),
};

const shared = new Project(FILES).init();

interface Case {
  readonly name: string;
  readonly signature: string;
  readonly prose: string;
  readonly examples: readonly (readonly [args: readonly unknown[], value: unknown])[];
  /** Of the draft, then of others that fit. */
  readonly bodies: readonly string[];
  readonly asked: readonly (readonly [input: string, ...outputs: readonly (string | RegExp)[]])[];
}

const MEAN = 'return list.reduce((sum, value) => sum + value, 0) / list.length;';
const FIRST = 'return name[0].toUpperCase();';

const CASES: readonly Case[] = [
  {
    name: 'an empty list that gives no number',
    signature: 'f(list: number[]): number',
    prose: 'The mean.',
    examples: [[[[1, 3]], 2]],
    bodies: [MEAN],
    asked: [['[]', 'NaN']],
  },
  {
    name: 'an empty list that an example shows',
    signature: 'f(list: number[]): number',
    prose: 'The sum; 0 of an empty list.',
    examples: [
      [[[1, 3]], 4],
      [[[]], 0],
    ],
    bodies: ['return list.reduce((sum, value) => sum + value, 0);'],
    asked: [],
  },
  {
    name: 'an empty list of which the comment speaks, and what others do',
    signature: 'f(list: number[]): number',
    prose: 'The largest; 0 of an empty list.',
    examples: [[[[1, 3]], 3]],
    bodies: ['return Math.max(...list);', 'return Math.max(0, ...list);'],
    asked: [['[]', '-Infinity', '0']],
  },
  {
    name: 'an empty text on which it throws',
    signature: 'f(name: string): string',
    prose: 'The first letter in upper case.',
    examples: [[['ada'], 'A']],
    bodies: [FIRST, 'return name.slice(0, 1).toUpperCase();'],
    asked: [['""', /^throws TypeError/, '""']],
  },
  {
    name: 'a text that it may throw on',
    signature: 'f(name: string): string',
    prose: 'The first letter in upper case; throws where there is none.',
    examples: [[['ada'], 'A']],
    bodies: [FIRST],
    asked: [],
  },
  {
    name: 'halves on the side that no example shows',
    signature: 'f(n: number): number',
    prose: 'Rounds; halves away from zero.',
    examples: [
      [[1.5], 2],
      [[-1.4], -1],
    ],
    bodies: ['return Math.round(n);', 'return Math.sign(n) * Math.round(Math.abs(n));'],
    asked: [['-2.5', '-2', '-3']],
  },
  {
    name: 'numbers of which nobody speaks',
    signature: 'f(n: number): number',
    prose: 'Rounds.',
    examples: [[[1.4], 1]],
    bodies: ['return Math.round(n);'],
    asked: [],
  },
  {
    name: 'negative numbers of which the comment speaks',
    signature: 'f(n: number): number',
    prose: 'How far from the start; negative counts as none.',
    examples: [[[0], 0]],
    bodies: ['return n;'],
    asked: [['-1', '-1']],
  },
  {
    name: 'places that a list does not have',
    signature: 'f(list: string[], at: number): string',
    prose: 'One of them.',
    examples: [
      [[['a', 'b'], 0], 'a'],
      [[[], -1], 'none'],
    ],
    bodies: ["return list.length === 0 ? 'none' : list[at];"],
    asked: [['["a", "b"], 0.5', 'undefined']],
  },
  {
    name: 'places that it may not have, by its type',
    signature: 'f(list: string[], at: number): string | undefined',
    prose: 'One of them.',
    examples: [[[['a', 'b'], 0], 'a']],
    bodies: ['return list[at];'],
    asked: [],
  },
  {
    name: 'two spellings, where case does not count',
    signature: 'f(list: string[]): string[]',
    prose: 'Without doubles, ignoring case.',
    examples: [
      [[['a', 'b', 'a']], ['a', 'b']],
      [[[]], []],
    ],
    bodies: ['return [...new Set(list)];'],
    asked: [['["a", "A"]', '["a", "A"]']],
  },
  {
    name: 'spellings of which nobody speaks',
    signature: 'f(list: string[]): string[]',
    prose: 'Without doubles, in upper case.',
    examples: [[[['A', 'B', 'A']], ['A', 'B']]],
    bodies: ['return [...new Set(list)];'],
    asked: [],
  },
];

describe('edges that no example shows', { timeout: 60_000 }, () => {
  it.each(CASES)('$name', async ({ signature, prose, examples, bodies, asked }) => {
    const text = `export function ${signature} {\n  throw new Error('not implemented');\n}\n`;
    const written = functionsOf(text, 'src/f.ts')[0]!;
    const problem = {
      name: written.name,
      parameters: written.parameters.map(({ name, type }) => ({ name, shape: shapeOf(type!) })),
      returns: shapeOf(written.returns!),
      examples: examples.map(([args, value]) => ({ args, expected: { kind: 'value' as const, value } })),
      prose,
    };
    const task = { path: 'src/f.ts' as RepoPath, text, written, problem, sources: [], callees: new Map() };
    const [draft, ...others] = bodies.map((body) => ({ bodies: [body], cost: 1, outputs: [] }));
    const found = await edgeQuestions(task, draft!, others, { root: shared.root, allowRestricted: true });
    expect(found).toEqual(
      asked.map(([input, ...outputs]) => ({
        input,
        outputs: outputs.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))),
      })),
    );
  });

  it('are asked about and told, and leave nobody near certain', async () => {
    const report = await fill({ cwd: shared.root, path: 'src/average.ts', ms: 60_000 });
    const { status, confidence, questions, assumptions, diff } = report.value!;
    expect(diff).toContain('/ list.length;');
    expect(status).toBe('pass');
    expect(confidence).toBeLessThanOrEqual(0.6);
    expect(questions[0]).toMatchObject({ input: '[]' });
    expect(questions[0]!.outputs[0]).toBe('NaN');
    expect(assumptions).toContain('average([]) is shown by no example: there the draft gives NaN');
  }, 240_000);
});
