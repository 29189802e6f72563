import { describe, expect, it } from 'vitest';
import { type Files, judge } from './judge.ts';

const TOP = "import { load } from './load.ts';\n";
const CODE = `${TOP}export class Price {
  readonly currency: Currency;
  constructor(amount: number, currency: Currency) {
    this.currency = currency;
  }
}
`;
const more = (text: string): Files => ({ 'src/price.ts': `${CODE}${text}\n` });
const widened = (body: string): Files => ({
  'src/price.ts': CODE.replace('currency: Currency) {', 'currency: string) {').replace(
    'this.currency = currency;',
    body,
  ),
});

/** What comes with a change of the code, and whether it is told. */
const CASES: readonly (readonly [name: string, after: Files, isTold: boolean])[] = [
  ['anything into anything', more('export function to<T>(value: unknown): T {\n  return value as T;\n}'), true],
  ['anything into anything, an arrow', more('const to = <T,>(value: unknown) => value as unknown as T;'), true],
  ['anything into anything, an old cast', more('function to<T>(value: object): T {\n  return (<T>value);\n}'), true],
  ['a value of its own type', more('const same = <T,>(value: T | undefined) => value as T;'), false],
  ['a value that is looked up', more('function get<T>(key: string): T {\n  return load(key) as T;\n}'), false],
  ['a guard that says yes', more('const is = (text: string): text is Sku => true;'), true],
  ['a guard of a length', more('function is(text: string): text is Sku {\n  return text.length >= 0;\n}'), true],
  ['a guard of what is known', more("function is(a: string): a is Sku {\n  return typeof a === 'string';\n}"), true],
  ['a guard of what is there', more('function is(a: string): a is Sku {\n  return a !== undefined;\n}'), true],
  ['a guard of what is not known', more("const is = (a: unknown): a is string => typeof a === 'string';"), false],
  ['a guard by a pattern', more('const is = (a: string): a is Sku => /^[A-Z]+$/.test(a);'), false],
  [
    'a guard with one no',
    more('function is(a: string): a is Sku {\n  if (a === "") return false;\n  return true;\n}'),
    false,
  ],
  ['an assertion of nothing', more('function check(a: string): asserts a is Sku {}'), true],
  ['an assertion that logs', more('function check(a: string): asserts a is Sku {\n  console.log(a);\n}'), true],
  [
    'an assertion that throws',
    more("function check(a: string): asserts a is Sku {\n  if (a === '') throw new Error('none');\n}"),
    false,
  ],
  ['an assertion by another', more('function check(a: string): asserts a is Sku {\n  parse(a);\n}'), false],
  ['a member by its name', more("const flat = (zone: Zone) => Reflect.get(zone, 'flat');"), true],
  ['a member of what has no type', more("const code = (error: unknown) => Reflect.get(error, 'code');"), false],
  ['a member of a proxy', more('const get = (o: Zone, key: string) => Reflect.get(o, key);'), false],
  [
    'a member that was asked for',
    more("const flat = (list: Zone[]) => list.map((z) => ('flat' in z ? Reflect.get(z, 'flat') : 0));"),
    false,
  ],
  [
    'members of any name',
    { 'src/more.d.ts': "declare module 'lib' {\n  interface Bus {\n    [name: string]: any;\n  }\n}\nexport {};\n" },
    true,
  ],
  [
    'members of any name, everywhere',
    { 'src/more.d.ts': 'declare global {\n  interface Window {\n    [name: string]: any;\n  }\n}\nexport {};\n' },
    true,
  ],
  [
    'a member of a name',
    { 'src/more.d.ts': "declare module 'lib' {\n  interface Bus {\n    flush?(): void;\n  }\n}\nexport {};\n" },
    false,
  ],
  [
    'types for what has none',
    {
      'src/lib.d.ts':
        "declare module 'lib' {\n  export function open(name: string): void;\n  interface Options {\n    [name: string]: any;\n  }\n}\n",
    },
    false,
  ],
  ['a parameter that takes more', widened('this.currency = currency as Currency;'), true],
  [
    'a parameter that takes more and is asked',
    widened("if (!isCurrency(currency)) throw new Error('none');\n    this.currency = currency as Currency;"),
    false,
  ],
  [
    'a parameter of any members as well',
    { 'src/price.ts': CODE.replace('amount: number', 'amount: number & Record<string, any>') },
    true,
  ],
  [
    'a parameter of more members',
    { 'src/price.ts': CODE.replace('amount: number', 'amount: number & { vat?: number }') },
    false,
  ],
  ['a parameter that takes more and is read', widened('this.currency = parse(currency);'), false],
  [
    'a parameter of which nothing is said any more',
    { 'src/price.ts': CODE.replace('amount: number', 'amount: {}') },
    true,
  ],
];

/** Overloads, which say what the function behind them takes. */
const OVERLOADED = `${CODE}export function to(text: string): void;
export function to(list: readonly string[]): void;
export function to(given: {}): void {
  load(given);
}
`;

describe('what the compiler is told', () => {
  it.each(CASES)('%s', async (_, after, isTold) => {
    const base = { 'src/price.ts': CODE };
    expect((await judge(base, { ...base, ...after })).labels).toEqual(isTold ? ['type-escape'] : []);
  });
  it.each([
    ['overloads that stay', OVERLOADED, `${OVERLOADED}// More.\n`],
    [
      'a function that gets overloads',
      `${CODE}export function to(given: string): void {\n  load(given);\n}\n`,
      OVERLOADED,
    ],
  ])('%s', async (_, before, after) => {
    expect((await judge({ 'src/price.ts': before }, { 'src/price.ts': after })).labels).toEqual([]);
  });
});

describe('a comment that switches a rule off', () => {
  it('is told where it is new, not where it stood', async () => {
    const rule = (line: string): string => `// eslint-disable-next-line no-console\n${line}\n`;
    const base = { 'src/price.ts': `${rule("console.log('old');")}${TOP}` };
    const head = { 'src/price.ts': `${rule("console.log('new');")}${rule("console.log('old');")}${TOP}` };
    const { issues } = await judge(base, head);
    expect(issues.map(({ code, at }) => `${code}:${at?.line}`)).toEqual(['gaming/lint-disabled:1']);
  });
});
