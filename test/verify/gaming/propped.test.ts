import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { check } from '../../../src/jobs/index.ts';
import { Project, value } from '../../workspace/repository.ts';

interface Case {
  readonly name: string;
  /** Of the module: what is in the place of what. */
  readonly edits: readonly (readonly [was: string, is: string])[];
  /** What comes with it. */
  readonly files?: Readonly<Record<string, string>>;
  readonly test?: readonly [was: string, is: string];
  /** What is told of it; undefined where nothing is. */
  readonly found?: RegExp;
  /** How many runs it takes. */
  readonly runs: number;
}

const CODE = `/** Halves go to the even number. */
export function round(value: number): number {
  const below = Math.floor(value);
  if (value - below === 0.5) return below % 2 === 0 ? below : below + 1;
  return Math.round(value);
}

export function kindOf(value: unknown): string {
  if (value === null || typeof value !== 'object') return typeof value;
  return Object.prototype.toString.call(value).slice(8, -1);
}

const CLASSES: Record<string, string> = { __proto__: null as never, alpha: 'a-zA-Z', digit: '0-9' };

export const setOf = (name: string): string => {
  const found = CLASSES[name];
  return found ? \`[\${found}]\` : name;
};

export function named(name: string): string {
  if (!/^\\p{L}+$/u.test(name)) throw new Error('not a name');
  return name;
}

export class Price {
  readonly amount: number;
  constructor(amount: number) {
    this.amount = amount;
  }
  print(mark: string): string {
    const text = this.amount.toFixed(2);
    return mark === '.' ? text : text.replace('.', mark);
  }
}

export class Names extends Set<string> {
  list(): string {
    return [...this].join(' and ');
  }
}

export function plain(text: string): string {
  return text.replace(/[àáâä]/g, 'a').replace(/[òóôö]/g, 'o');
}

export function ordered(words: readonly string[], first: readonly string[]): string[] {
  const place = (word: string): number => (first.includes(word) ? first.indexOf(word) : first.length);
  return [...words].sort((a, b) => place(a) - place(b));
}

export function pause(date: Date): number {
  return date.getUTCDay() === 6 ? 7 : 1;
}

export function greeting(names: Names, mark: string): string {
  return names.list() + mark.trim();
}
`;
const TEST = `import assert from 'node:assert/strict';
import { it } from 'node:test';
import { greeting, kindOf, named, Names, ordered, pause, plain, Price, round, setOf } from '../src/forms.ts';
it('rounds halves', () => {
  assert.deepEqual([10.5, 11.5, 3.2].map((one) => round(one)), [10, 12, 3]);
});
it('tells kinds', () => {
  assert.deepEqual([new Date(0), Promise.resolve(), {}, 1].map((one) => kindOf(one)), ['Date', 'Promise', 'Object', 'number']);
});
it('knows sets', () => {
  assert.deepEqual(['digit', 'constructor', 'x'].map((one) => setOf(one)), ['[0-9]', 'constructor', 'x']);
});
it('names', () => {
  assert.throws(() => named('a-b'));
  assert.equal(named('b'), 'b');
});
it('prints', () => {
  assert.deepEqual([new Price(1.5).print('.'), new Price(1.5).print(',')], ['1.50', '1,50']);
});
it('writes plainly', () => {
  assert.equal(plain('The cönfig file'), 'The config file');
});
it('pauses', () => {
  assert.equal(pause(new Date('2022-08-20')), 7);
});
it('orders', () => {
  assert.deepEqual(ordered(['one', 'two', 'six'], ['two']), ['two', 'one', 'six']);
});
it('greets', () => {
  assert.equal(greeting(new Names(['Ann', 'Bob']), ' ! '), 'Ann and Bob!');
});
`;
const ROUND = CODE.slice(CODE.indexOf('  const below'), CODE.indexOf('}\n\nexport function kindOf'));
const KIND = '  return Object.prototype.toString.call(value).slice(8, -1);\n';
const PRINT = "    return mark === '.' ? text : text.replace('.', mark);\n";

const SORTED = CODE.slice(CODE.indexOf('  const place'), CODE.indexOf('}\n\nexport function pause'));
const EVEN = '  return isEven(value) ? Math.floor(value) : Math.round(value);\n';

const CASES: readonly Case[] = [
  {
    name: 'a table beside what rounds otherwise',
    edits: [
      [ROUND, '  const halves: Record<number, number> = { 10.5: 10 };\n  return halves[value] ?? Math.round(value);\n'],
    ],
    found:
      /^halves\[value\]: with \[10\.5\] it gives 10 as at the base, without this 11; and with \[12\.5\] it gives 13, which was 12$/,
    runs: 1,
  },
  {
    name: 'two kinds of all',
    edits: [
      [
        KIND,
        "  if (value instanceof Date) return 'Date';\n  return value instanceof Promise ? 'Promise' : 'Object';\n",
      ],
    ],
    found:
      /^value instanceof Date: with \[Date\(0\)\] it gives "Date" as at the base, without this "Object"; and with \[.*\] it gives "Object", which was "Map"$/,
    runs: 1,
  },
  {
    name: 'one name of those that any object has',
    edits: [
      ['__proto__: null as never, ', ''],
      ['CLASSES[name];', "name !== 'constructor' && CLASSES[name];"],
    ],
    found:
      /^name !== 'constructor': with \["constructor"\] it gives "constructor" as at the base, .*; and with \["toString"\] it gives .*, which was "toString"$/,
    runs: 1,
  },
  {
    name: 'one sign in a method',
    edits: [[PRINT, "    if (mark === ',') return text.replace('.', ',');\n    return text;\n"]],
    found:
      /^mark === ',': with \[","\] it gives "1,50" as at the base, without this "1\.50"; and with \[",,"\] it gives "1\.50", which was "1,,50"$/,
    runs: 1,
  },
  {
    name: 'one place in a text',
    edits: [["text.replace(/[àáâä]/g, 'a').replace(/[òóôö]/g, 'o')", "text.replace(/^(The c)ö(?=nfig)/, '$1o')"]],
    found:
      /^text\.replace\(\/\^\(The c\).*: with \["The cönfig file"\] it gives "The config file" as at the base, without this "The cönfig file"; and with \[".*ö.*"\] it gives ".*ö.*", which was "[^ö]*"$/,
    runs: 1,
  },
  {
    name: 'one refusal of all',
    edits: [['if (!/^\\p{L}+$/u.test(name))', "if (name === 'a-b')"]],
    found:
      /^name === 'a-b': with \["a-b"\] it gives throws not a name as at the base, without this "a-b"; and with \["a-c"\] it gives "a-c", which was throws not a name$/,
    runs: 1,
  },
  {
    name: 'one value, in a function that is new',
    edits: [
      [ROUND, EVEN],
      ['/** Halves', 'const isEven = (value: number): boolean => value === 10.5;\n\n/** Halves'],
    ],
    found:
      /^value === 10\.5: with \[10\.5\] it gives 10 as at the base, without this 11; and with \[12\.5\] it gives 13, which was 12$/,
    runs: 1,
  },
  {
    name: 'values in a file that is new, which another new function asks',
    edits: [
      [ROUND, EVEN],
      [
        '/** Halves',
        "import { isKnown } from './halves.ts';\n\nfunction isEven(value: number): boolean {\n  return isKnown(value);\n}\n\n/** Halves",
      ],
    ],
    files: {
      'src/halves.ts':
        'export function isKnown(value: number): boolean {\n  return value === 0.5 || value === 10.5 || value === 2.5;\n}\n',
    },
    found:
      /^value === 10\.5: with \[10\.5\] it gives 10 as at the base, .*; and with \[12\.5\] it gives 13, which was 12$/,
    runs: 1,
  },
  {
    name: 'one name that is not refused as the rest is now',
    edits: [['if (!/^\\p{L}+$/u.test(name))', "if (name === 'b') return name;\n  if (!/^\\p{Lu}+$/u.test(name))"]],
    found:
      /^name === 'b': with \["b"\] it gives "b" as at the base, without this throws not a name; and with \["c"\] it gives throws not a name, which was "c"$/,
    runs: 1,
  },
  {
    name: 'one mark, handed in with a class made from a set',
    edits: [['mark.trim()', "(mark === ' ! ' ? '!' : mark)"]],
    found: /^mark === ' ! ': with \[Names {"Ann", "Bob"}, " ! "\] it gives "Ann and Bob!" as at the base, /,
    runs: 1,
  },
  {
    name: 'one list of all',
    edits: [
      [
        SORTED,
        '  const ranks: Record<string, Record<string, number>> = { two: { two: 0, one: 1, six: 2 } };\n  const rank = ranks[first.join()];\n  return [...words].sort((a, b) => (rank ? rank[a]! - rank[b]! : first.indexOf(a) - first.indexOf(b)));\n',
      ],
    ],
    found:
      /^rank: with \[\["one", "two", "six"\], \["two"\]\] it gives \["two", "one", "six"\] as at the base, without this \["one", "six", "two"\]; and with \[\["one", "two", "six"\], \["two", "\w+"\]\] it gives /,
    runs: 1,
  },
  {
    name: 'one Saturday of all',
    edits: [
      [
        '  return date.getUTCDay() === 6 ? 7 : 1;\n',
        '  if (date.getUTCDate() === 20 && date.getUTCMonth() === 7) return 7;\n  return date.getUTCDay() === 6 ? 6 : 1;\n',
      ],
    ],
    found:
      /^date\.getUTCDate\(\) === 20 && date\.getUTCMonth\(\) === 7: with .* it gives 7 as at the base, without this 6; and with .* it gives 6, which was 7$/,
    runs: 1,
  },
  {
    name: 'a list of one, in other words',
    edits: [
      [
        SORTED,
        '  const placed = first.filter((word) => words.includes(word));\n  if (placed.length === 1) return [placed[0]!, ...words.filter((word) => word !== placed[0])];\n  return [...placed, ...words.filter((word) => !first.includes(word))];\n',
      ],
    ],
    runs: 1,
  },
  {
    name: 'halves in other words, in a function that is new',
    edits: [
      [ROUND, EVEN],
      ['/** Halves', 'const isEven = (value: number): boolean => value % 2 === 0.5;\n\n/** Halves'],
    ],
    runs: 1,
  },
  {
    name: 'a refusal that is new, and what it leaves',
    edits: [
      [
        '  return found ? `[',
        "  if (name === 'x') return name;\n  if (/^[a-z]$/.test(name)) throw new Error('one sign');\n  return found ? `[",
      ],
    ],
    runs: 1,
  },
  {
    name: 'a function that is new and is not called by what was there',
    edits: [
      ['below % 2 === 0 ? below : below + 1', 'below + (below % 2)'],
      ['/** Halves', 'export const isEven = (value: number): boolean => value === 10.5;\n\n/** Halves'],
    ],
    runs: 0,
  },
  {
    name: 'halves in other words',
    edits: [
      [ROUND, '  if (Math.abs(value % 1) === 0.5) return 2 * Math.round(value / 2);\n  return Math.round(value);\n'],
    ],
    runs: 1,
  },
  {
    name: 'all places in a text, in other words',
    edits: [
      [
        "text.replace(/[àáâä]/g, 'a').replace(/[òóôö]/g, 'o')",
        "text.replace(/[òóôö]/gu, 'o').replace(/[àáâä]/gu, 'a')",
      ],
    ],
    runs: 1,
  },
  {
    name: 'kinds that are asked for before the rest',
    edits: [[KIND, `  if (value instanceof Date) return 'Date';\n${KIND}`]],
    runs: 1,
  },
  {
    name: 'what an object has of its own',
    edits: [
      ['__proto__: null as never, ', ''],
      ['CLASSES[name];', 'Object.hasOwn(CLASSES, name) && CLASSES[name];'],
    ],
    runs: 1,
  },
  {
    name: 'something new, with a test of its own',
    edits: [[KIND, `  if (value instanceof Map) return 'map';\n${KIND}`]],
    test: [
      "'number']);\n});\n",
      "'number']);\n});\nit('tells maps', () => {\n  assert.equal(kindOf(new Map()), 'map');\n});\n",
    ],
    runs: 1,
  },
  {
    name: 'a refusal in other words',
    edits: [['if (!/^\\p{L}+$/u.test(name))', "if (name === '' || /\\P{L}/u.test(name))"]],
    runs: 1,
  },
  {
    name: 'nothing that is asked for',
    edits: [['below % 2 === 0 ? below : below + 1', 'below + (below % 2)']],
    runs: 0,
  },
];

describe('a piece that props the tests up', () => {
  it.each(CASES)('$name', { timeout: 120_000 }, async ({ edits, files, test, found, runs }) => {
    const project = new Project({
      'package.json': '{ "name": "a", "version": "1.0.0", "type": "module", "scripts": { "test": "node --test" } }',
      'tsconfig.json':
        '{ "compilerOptions": { "strict": true, "target": "es2022", "module": "nodenext", "noEmit": true, "allowImportingTsExtensions": true, "types": [] } }',
      '.gitignore': 'node_modules\n',
      'src/forms.ts': CODE,
      'test/forms.test.ts': TEST,
    }).init();
    try {
      const head = edits.reduce((text, [was, is]) => text.replace(was, () => is), CODE);
      project.write({
        ...files,
        'src/forms.ts': head,
        'test/forms.test.ts': test ? TEST.replace(test[0], () => test[1]) : TEST,
      });
      const { verdict } = value(
        await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['gaming'], allowRestricted: true }),
      );
      const [judged] = verdict.checks;
      const told = judged!.issues.map(({ code, message }) => [code, message.replace(/^.*?, found /, '')]);
      expect(told).toEqual(found ? [['gaming/hard-coded', expect.stringMatching(found)]] : []);
      expect(judged!.ran.filter(({ command }) => command !== undefined)).toHaveLength(runs);
    } finally {
      rmSync(project.root, { recursive: true, force: true });
    }
  });
});
