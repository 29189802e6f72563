import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { span } from '../../../src/base/index.ts';
import { javascriptOf, syntaxTreeOf } from '../../../src/lang/index.ts';
import { type Mutant, mutantsOf } from '../../../src/verify/mutants/operators.ts';
import { schemaOf } from '../../../src/verify/mutants/schema.ts';
import { known, lay, open, path } from '../../lang/tree.ts';

const all = (text: string, path = 'a.ts'): readonly Mutant[] => mutantsOf(text, path, [span(0, text.length)]);
const made = (text: string, { span: at, replacement, form }: Mutant): string =>
  text.slice(0, at.start) + (form === 'statement' ? '{}' : replacement) + text.slice(at.end);

interface Case {
  readonly text: string;
  /** The text with each fault in it. */
  readonly faults: readonly string[];
}

const CASES: readonly Case[] = [
  { text: 'f(a < b)', faults: ['void 0', 'f(a <= b)', 'f(a >= b)'] },
  { text: 'const x = a === b;', faults: ['const x = a !== b;'] },
  { text: 'const x = a + b;', faults: ['const x = a - b;'] },
  { text: "const x = a + '';", faults: [] },
  { text: 'const x = a && b;', faults: ['const x = (a) || (b);'] },
  { text: 'const x = a ?? b;', faults: ['const x = a;'] },
  { text: 'const x = a?.b.c?.(d);', faults: ['const x = a.b.c?.(d);', 'const x = a?.b.c(d);'] },
  { text: 'const x = a?.[b].some(c);', faults: ['const x = a[b].some(c);'] },
  { text: 'const x = a.some(b);', faults: ['const x = a.every(b);'] },
  { text: 'const x = a.filter(b).length;', faults: ['const x = a.length;'] },
  { text: 'const x = Math.max(a, 1);', faults: ['const x = Math.min(a, 1);', 'const x = Math.max(a, 2);'] },
  { text: "const x: 'a' = 'a' as const;", faults: ["const x: 'a' = '' as const;"] },
  {
    text: "const x = { a: 1, 'b': true };",
    faults: ["const x = { a: 2, 'b': true };", "const x = { a: 1, 'b': false };"],
  },
  { text: "import a from 'b';\nexport * from 'c';", faults: [] },
  { text: "enum E { A = 1 }\ntype T = 1 | 'x';", faults: [] },
  { text: "console.log(a < b, 'c');", faults: [] },
  { text: "throw new Error('no');", faults: ['{}'] },
  { text: 'a.b += 1;', faults: ['void 0;', 'a.b -= 1;', 'a.b += 2;'] },
  { text: 'async () => await a;', faults: ['void 0;', 'async () => a;'] },
  {
    text: 'function f() { if (!a) return [1]; return a; }',
    faults: [
      'function f() { if (!(!a)) return [1]; return a; }',
      'function f() { if (!a) return []; return a; }',
      'function f() { if (!a) return [2]; return a; }',
      'function f() { if (!a) return [1]; return undefined; }',
    ],
  },
  { text: '<a b="c">{d > 1}</a>', faults: ['<a b="c">{d >= 1}</a>', '<a b="c">{d <= 1}</a>', '<a b="c">{d > 2}</a>'] },
];

describe('operators', () => {
  it.each(CASES)('$text', ({ text, faults }) => {
    const found = all(text, text.startsWith('<') ? 'a.tsx' : 'a.ts').map((one) => made(text, one));
    expect(found.filter((one) => one !== 'void 0' || faults.includes(one)).sort()).toEqual([...faults].sort());
  });
});

/** Runs a module as schemata with one fault in, or as it was with 0. */
function run(text: string, ids: readonly { readonly id: number; readonly mutant: Mutant }[], active: number): unknown {
  const code = javascriptOf(schemaOf(text, 'a.ts', ids), 'a.ts').replaceAll(/^export /gm, '');
  const process = {
    argv: ['', ''],
    env: { ASSAY_MUTANTS: '' },
    getBuiltinModule: () => ({ readFileSync: () => String(active), appendFileSync: () => undefined }),
  };
  return new Function('globalThis', `${code}\nreturn f;`)({ process });
}

describe('schemata', () => {
  const text = `export function f(n: number, list: number[]): string {
  let sum = 0
  for (const one of list) {
    sum += one > n ? one : -1
    if (sum === 100) continue
    sum++
  }
  ;[sum].forEach((x) => { sum = x * 2 })
  let rounds = n
  while (rounds > 0) rounds--
  return list.some((x) => x < n) && sum >= 10 ? 'big' + sum : \`small \${sum ?? 0}\`
}
`;
  const ids = all(text).map((mutant, index) => ({ id: index + 1, mutant }));
  const inputs: readonly (readonly [number, readonly number[]])[] = [
    [3, [1, 2, 3, 4, 5]],
    [0, []],
    [2, [10, 1]],
    [9, [100, 2]],
  ];
  type F = (n: number, list: readonly number[]) => string;
  const results = (f: F): string => {
    try {
      return JSON.stringify(inputs.map(([n, list]) => f(n, list)));
    } catch (error) {
      return String(error);
    }
  };
  const plain = new Function(`${javascriptOf(text, 'a.ts').replaceAll(/^export /gm, '')}\nreturn f;`)() as F;

  it('without a fault it does what the file does, and with each what the file with that fault does', () => {
    expect(ids.length).toBeGreaterThan(20);
    expect(results(run(text, ids, 0) as F)).toBe(results(plain));
    for (const { id, mutant } of ids) {
      const found = results(run(text, ids, id) as F);
      if (found.includes('loop without an end')) continue;
      const faulty = new Function(
        `${javascriptOf(made(text, mutant), 'a.ts').replaceAll(/^export /gm, '')}\nreturn f;`,
      )() as F;
      expect(found, mutant.words).toBe(results(faulty));
    }
  });

  it('others find the types that they found before', () => {
    const kinds = [
      'export const found = (list: readonly string[], key: string) => list.find((one) => one === key)?.length ?? 0;',
      "export const named = (one: { a?: string }) => {\n  return [one.a ?? 'none', one.a ? 'long' : 'short'];\n};",
      'export async function later(n: number) {\n  if (n < 0) throw new RangeError();\n  return await Promise.resolve(n + 1);\n}',
    ].join('\n');
    const faults = all(kinds).map((mutant, index) => ({ id: index + 1, mutant }));
    const uses =
      "import { found, later, named } from './a.ts';\nexport const all: [number, string[], Promise<number>] = [found(['a'], 'b'), named({}), later(1)];\n";
    const config =
      '{ "compilerOptions": { "strict": true, "noUncheckedIndexedAccess": true, "module": "nodenext", "noEmit": true, "allowImportingTsExtensions": true, "types": [] } }';
    const language = open(lay({ 'tsconfig.json': config, 'a.ts': schemaOf(kinds, 'a.ts', faults), 'b.ts': uses }));
    for (const name of ['a.ts', 'b.ts']) expect(known(language.diagnostics(path(name)))).toEqual([]);
  });

  it('a fault that makes a loop endless is ended', () => {
    const endless = ids.filter(({ id }) => results(run(text, ids, id) as F).includes('loop without an end'));
    expect(endless.map(({ mutant }) => mutant.words)).toEqual(['`>` becomes `<=`', '`rounds--` is left out']);
  });

  it('every file of this repository stays one that parses', () => {
    let count = 0;
    for (const folder of ['src/verify', 'src/text', 'src/lang', 'src/frontends/cli'])
      for (const name of readdirSync(join(import.meta.dirname, '../../..', folder)).filter((one) =>
        one.endsWith('.ts'),
      )) {
        const source = readFileSync(join(import.meta.dirname, '../../..', folder, name), 'utf8');
        const found = all(source, name).map((mutant, index) => ({ id: index + 1, mutant }));
        const schema = schemaOf(source, name, found);
        expect(syntaxTreeOf(schema, name).problem, `${folder}/${name}`).toBeUndefined();
        expect(schema.startsWith(`// @ts-nocheck\n${source.slice(0, 20)}`)).toBe(true);
        expect(schema.indexOf('function __assayMutant(')).toBeGreaterThan(source.length - 1);
        count += found.length;
      }
    expect(count).toBeGreaterThan(2_000);
  });
});
