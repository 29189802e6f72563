import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.ts';
import { type Analog, LineIndex } from '../../src/predict/lines/lineIndex.ts';
import { Renaming, shapeOf } from '../../src/predict/lines/names.ts';

describe('shapeOf', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['const size = get(1);', 'const name = get(22);', true],
    ["case 'a':", "case 'b':", true],
    ['const size = 1;', 'let size = 1;', false],
    ['a.b', 'a?.b', false],
    ['return x;', 'return  x;', false],
    ['', '', true],
  ];
  it.each(cases)('%s and %s: %s', (a, b, same) => {
    expect(shapeOf(a) === shapeOf(b)).toBe(same);
  });
});

describe('Renaming', () => {
  const cases: readonly (readonly [string, readonly (readonly [string, string])[], string, string])[] = [
    // what, there → here, line there, line here
    ['a name', [['get(size)', 'get(name)']], 'check(size);', 'check(name);'],
    [
      'parts of a name',
      [['get(size)', 'get(name)']],
      'this.setSize(sizes, MAX_SIZE);',
      'this.setName(sizes, MAX_NAME);',
    ],
    ['what differs within a name', [['onMouseDown', 'onMouseUp']], 'offMouseDown(down);', 'offMouseUp(up);'],
    [
      'the first word',
      [
        ['a(b)', 'a(c)'],
        ['a(b)', 'a(d)'],
      ],
      'f(b)',
      'f(c)',
    ],
    ['a number', [['case 1:', 'case 2:']], 'return 1 + 11;', 'return 2 + 11;'],
    ['nothing', [['a(b)', 'a(b)']], 'f(b)', 'f(b)'],
    ['a surrogate pair', [['x("😀")', 'y("😀")']], 'x("😀😀")', 'y("😀😀")'],
  ];
  it.each(cases)('%s', (_, pairs, line, wanted) => {
    const renaming = new Renaming();
    for (const [there, here] of pairs) renaming.learn(there, here);
    expect(renaming.apply(line)).toBe(wanted);
  });
});

interface Case {
  readonly name: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly above: string;
  readonly below?: string;
  readonly first: Analog | undefined;
}

const GETTERS = "const size = get('size');\ncheck(size);\n";

const CASES: readonly Case[] = [
  {
    name: 'a line of the file itself, with the names of the cursor',
    above: `${GETTERS}const name = get('name');\n`,
    first: { text: 'check(name);', before: 1, after: 0, equal: 0, places: 1, share: 1 },
  },
  {
    name: 'a line of another file between equal neighbours',
    files: { 'b.ts': 'a();\n  b(1);\nc();\n' },
    above: 'a();\n',
    below: '\n  c();\n',
    first: { text: 'b(1);', before: 1, after: 1, equal: 2, places: 1, share: 1 },
  },
  {
    name: 'a line after the cursor',
    above: 'open(a);\n',
    below: 'close [a];\nopen(b);\nuse: b;\nclose [b];\n',
    first: { text: 'use: a;', before: 1, after: 1, equal: 0, places: 1, share: 1 },
  },
  {
    name: 'what several places give counts them',
    files: { 'b.ts': 'x.y(1)\nz()\n', 'c.ts': 'x.y(1)\nz()\n' },
    above: 'x.y(1)\n',
    first: { text: 'z()', before: 1, after: 0, equal: 1, places: 2, share: 1 },
  },
  {
    name: 'what some of the places give, with its share',
    files: { 'b.ts': 'x.y(1)\nz()\n', 'c.ts': 'x.y(1)\nz(2)\n', 'd.ts': 'x.y(1)\nz(2)\n' },
    above: 'x.y(1)\n',
    first: { text: 'z()', before: 1, after: 0, equal: 1, places: 1, share: 1 / 3 },
  },
  {
    name: 'not what was learned of the file itself',
    files: { 'a.ts': 'a();\nb();\n' },
    above: 'a();\n',
    first: undefined,
  },
  { name: 'nothing in an empty file', files: { 'b.ts': 'a();\n' }, above: '', first: undefined },
  {
    name: 'not lines without end',
    files: { 'b.ts': `a();\n${'x'.repeat(400)}\n` },
    above: 'a();\n',
    first: undefined,
  },
];

describe('LineIndex', () => {
  it.each(CASES)('$name', ({ files = {}, above, below = '', first }) => {
    const index = new LineIndex();
    for (const [name, text] of Object.entries(files)) index.set(name, text);
    expect(index.analogs('a.ts', above, below)[0]).toEqual(first);
  });

  it('gives at most 16, all different', () => {
    const index = new LineIndex();
    index.set('b.ts', Array.from({ length: 40 }, (_, i) => `a();\nb${'!'.repeat(i)}();\n`).join(''));
    const found = index.analogs('a.ts', 'a();\n', '').map(({ text }) => text);
    expect([found.length, new Set(found).size]).toEqual([16, 16]);
  });

  const LINES = ['a();', 'b(c);', 'b(d);', 'return e;', '}', 'if (f) {', ''];
  it.each([1, 2, 3, 4, 5, 6])('says after many changes what a new one says: seed %i', (seed) => {
    const chance = random(seed);
    const draw = (below: number): number => Math.floor(chance.float() * below);
    const textOf = (most: number): string =>
      Array.from({ length: draw(most) }, () => LINES[draw(LINES.length)]!).join('\n');
    const index = new LineIndex();
    const files = new Map<string, string>();
    for (let step = 0; step < 400; step++) {
      const name = `${draw(6)}.ts`;
      files.delete(name);
      if (draw(4) === 0) index.delete(name);
      else {
        // Some long ones, so that the index is made anew on the way.
        const text = textOf(step % 8 === 0 ? 3_000 : 20);
        index.delete(name);
        index.set(name, text);
        files.set(name, text);
      }
    }
    const fresh = new LineIndex();
    for (const [name, text] of files) fresh.set(name, text);
    for (let i = 0; i < 20; i++) {
      const [above, below] = [textOf(8), textOf(8)];
      expect(index.analogs('0.ts', above, below), `seed ${seed}`).toEqual(fresh.analogs('0.ts', above, below));
    }
  });
});
