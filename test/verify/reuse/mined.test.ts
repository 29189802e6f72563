import { expect, it } from 'vitest';
import { repoPath } from '../../../src/base/index.ts';
import type { Shape, SignatureShape } from '../../../src/lang/index.ts';
import { type Input, inputSource } from '../../../src/verify/compare/index.ts';
import { minedInputs } from '../../../src/verify/reuse/mined.ts';

const NUMBER: Shape = { kind: 'number' };
const TEXT: Shape = { kind: 'string' };
const list = (element: Shape): Shape => ({ kind: 'array', element });

interface Case {
  readonly name: string;
  readonly code: string;
  readonly shapes: readonly Shape[];
  readonly host: readonly unknown[];
  /** Arguments that are among the inputs, as source. */
  readonly holds: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: 'two texts around what is asked for at their ends, and at what separates them',
    code: "a === '*/*' || (a.endsWith('/*') && a.split('/')[0] === b.split('/')[0])",
    shapes: [TEXT, TEXT],
    host: ['x', 'y'],
    holds: ['"a/*", "a/"', '"a/*", "a/b"', '"*/*", "y"', '"x", "*/*"'],
  },
  {
    name: 'tuples of several lengths, and arguments that are left out',
    code: "a[0] === 'set::all'",
    shapes: [
      {
        kind: 'union',
        members: [
          { kind: 'tuple', elements: [TEXT, TEXT, { kind: 'unknown' }, { kind: 'unknown' }] },
          { kind: 'tuple', elements: [TEXT, TEXT] },
        ],
      },
      TEXT,
      TEXT,
    ],
    host: [['x', 'y']],
    holds: ['["x", "set::all"]'],
  },
  {
    name: 'numbers and those next to them',
    code: 'a > 4_096 ? 1 : 0',
    shapes: [NUMBER],
    host: [0],
    holds: ['4095', '4096', '4097'],
  },
  {
    name: 'what a regular expression matches',
    code: '/^zz?$/.test(a)',
    shapes: [TEXT],
    host: [''],
    holds: ['"z"', '"zz"'],
  },
  {
    name: 'lengths of texts and lists',
    code: 'a.slice(0, 6) + b.slice(0, 4)',
    shapes: [TEXT, list(NUMBER)],
    host: ['', [7]],
    holds: ['"aB1 cd", [7]', '"aB1 cd ", [7]', '"", [7, 7, 7, 7, 7]'],
  },
  {
    name: 'texts within lists, objects, tables and what may be left out',
    code: "a.split('::')",
    shapes: [
      list(TEXT),
      { kind: 'record', fields: [{ name: 'n', shape: TEXT, optional: true }] },
      { kind: 'dictionary', value: TEXT },
      { kind: 'union', members: [TEXT, { kind: 'undefined' }] },
    ],
    host: [[], {}, {}, undefined],
    holds: [
      '["a::b"], {}, {}, undefined',
      '[], { n: "a::b" }, {}, undefined',
      '[], {}, { a: "a::b" }, undefined',
      '[], {}, {}, "a::b"',
    ],
  },
  {
    name: 'no text where only some are allowed',
    code: "a === 'up'",
    shapes: [{ kind: 'literal', value: 'up' }],
    host: ['up'],
    holds: [],
  },
];

it.each(CASES)('inputs made of code hold $name', ({ code, shapes, host, holds }) => {
  const parameters: SignatureShape['parameters'] = shapes.map((shape, at) => ({
    name: 'ab'[at] ?? 'c',
    shape,
    optional: false,
    rest: false,
  }));
  const input: Input = { args: host, source: inputSource(host), origin: 'typed' };
  const made = minedInputs([input], parameters, [{ path: repoPath('a.ts')!, text: code }], 1);
  const sources = new Set(made.map(({ source }) => source));
  expect(holds.filter((one) => !sources.has(one))).toEqual([]);
  if (holds.length === 0) expect(made).toEqual([]);
});
