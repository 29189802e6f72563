import { describe, expect, it } from 'vitest';
import { type ModulePair, ProbeBed } from './probe.ts';

interface Case {
  readonly name: string;
  /** The head, but for what changes. */
  readonly files: Readonly<Record<string, string>>;
  readonly changed: readonly ModulePair[];
  readonly found: readonly (string | RegExp)[];
  /** Functions that were run in place of what changed. */
  readonly through: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: 'a constant that a function of another module uses',
    files: {
      'src/area.ts': "import { WIDTH } from './sizes.ts';\nexport const area = (a: number): number => a * WIDTH;\n",
    },
    changed: [
      { path: 'src/sizes.ts', before: 'export const WIDTH: number = 2;\n', after: 'export const WIDTH: number = 3;\n' },
    ],
    found: ['area(1) was 2, is 3 (area of src/area.ts uses WIDTH)'],
    through: ['area of src/area.ts'],
  },
  {
    name: 'what a module hands on under another name, in a class two modules away',
    files: {
      'src/index.ts': "export { limits as bounds } from './limits.ts';\nexport const version = 1;\n",
      'src/gate.ts':
        "import * as all from './index.ts';\nexport class Gate { open(n: number): boolean { return n < all.bounds.most; } }\nexport const other = (n: number): number => n;\n",
    },
    changed: [
      {
        path: 'src/limits.ts',
        before: 'export const limits = { most: 40 };\n',
        after: 'export const limits = { most: 41 };\n',
      },
    ],
    found: [/^new Gate\(\)\.open\(40\) was false, is true .*\(Gate#open of src\/gate\.ts uses limits\)$/],
    through: ['Gate#open of src/gate.ts'],
  },
  {
    name: 'a function that could not be called itself',
    files: {
      'src/count.ts':
        "import { sizeOf } from './held.ts';\nexport const count = (n: number): number => sizeOf(new WeakRef([n, n]));\n",
    },
    changed: [
      {
        path: 'src/held.ts',
        before: 'export const sizeOf = (held: WeakRef<number[]>): number => held.deref()?.length ?? 0;\n',
        after: 'export const sizeOf = (held: WeakRef<number[]>): number => (held.deref()?.length ?? 0) + 1;\n',
      },
    ],
    found: ['count(0) was 2, is 3 (count of src/count.ts uses sizeOf)'],
    through: ['count of src/count.ts'],
  },
  {
    name: 'CommonJS',
    files: {
      'src/use.cjs':
        "const { step } = require('./step.cjs');\nfunction next(n) { return Number(n) + step; }\nmodule.exports = { next };\n",
    },
    changed: [
      {
        path: 'src/step.cjs',
        before: 'const step = 1;\nmodule.exports = { step };\n',
        after: 'const step = 2;\nmodule.exports = { step };\n',
      },
    ],
    found: [/^next\(.*\) was .*, is .* \(next of src\/use\.cjs uses step\)$/],
    through: ['next of src/use.cjs'],
  },
  {
    name: 'a helper that was probed itself, its user is not run again',
    files: { 'src/use.ts': "import { half } from './half.ts';\nexport const use = (n: number): number => half(n);\n" },
    changed: [
      {
        path: 'src/half.ts',
        before: 'export const half = (n: number): number => n / 2;\n',
        after: 'export const half = (n: number): number => n / 3;\n',
      },
    ],
    found: [/^half\(1\) was 0\.5, is 0\.3/],
    through: [],
  },
  {
    name: 'a type, which nothing runs',
    files: { 'src/use.ts': "import { Size } from './size.ts';\nexport const use = (one: Size): number => one.n;\n" },
    changed: [
      {
        path: 'src/size.ts',
        before: 'export interface Size { n: number }\nexport const none = 0;\n',
        after: 'export interface Size { n: number; m?: number }\nexport const none = 0;\n',
      },
    ],
    found: [],
    through: [],
  },
  {
    name: 'a user that changed as well',
    files: {},
    changed: [
      { path: 'src/base.ts', before: 'export const BASE: number = 2;\n', after: 'export const BASE: number = 10;\n' },
      {
        path: 'src/text.ts',
        before:
          "import { BASE } from './base.ts';\nexport const text = (n: number): string => n.toString(BASE);\nexport const same = (n: number): number => n;\n",
        after:
          "import { BASE } from './base.ts';\nexport const text = (n: number): string => n.toString(BASE);\nexport const same = (n: number): number => n + 0 * n;\n",
      },
    ],
    found: [/^same\(/, /^text\((?:2|-1)\) was .* \(text of src\/text\.ts uses BASE\)$/],
    through: ['text of src/text.ts'],
  },
];

describe('what uses a change in other modules', () => {
  it.each(CASES)('$name', { timeout: 120_000 }, async ({ files, changed, found, through }) => {
    const head = { ...files, ...Object.fromEntries(changed.map(({ path, after }) => [path, after])) };
    const bed = await ProbeBed.open(head);
    try {
      const probed = await bed.probe(changed, head);
      const told = probed.flatMap(({ findings }) =>
        findings.filter(({ differs }) => differs).map(({ message }) => message),
      );
      expect(told).toHaveLength(found.length);
      for (const [at, one] of found.entries())
        if (typeof one === 'string') expect(told[at]!.replace(/ \(one of \d+ such inputs of \d+\)/, '')).toBe(one);
        else expect(told[at]).toMatch(one);
      const instead = probed.filter((one) => one.through !== undefined);
      expect(instead.flatMap(({ tried }) => [...tried.keys()])).toEqual(through);
      for (const one of instead) expect(changed.map(({ path }) => path)).toContain(one.through);
      for (const one of instead) for (const [, count] of one.tried) expect(count).toBeGreaterThan(0);
    } finally {
      await bed.close();
    }
  });
});
