/** Sources with the cursor at ¦. The tree around them is `SHOP`. */
export interface CandidateCase {
  readonly title: string;
  readonly source: string;
  /** A reason, where nothing can be told. */
  readonly unknown?: string;
  readonly receiver?: string;
  /** The text that an accepted candidate replaces. */
  readonly replaces?: string;
  readonly has?: readonly string[];
  readonly lacks?: readonly string[];
}

const CART = "import checkout, { Cart, type Item, rates as prices, untyped } from './cart.ts';\n";

export const CANDIDATE_CASES: readonly CandidateCase[] = [
  {
    title: 'members after a dot with other statements below',
    source: `${CART}const cart = new Cart();\ncart.¦\nconst next = 1;\nfunction later() { return next; }\n`,
    receiver: 'Cart',
    replaces: '',
    has: ['add method', 'isEmpty property', 'items property', 'total property'],
    lacks: ['later', 'toString', '#discount'],
  },
  {
    title: 'members at the end of the text',
    source: `${CART}new Cart().items[0].¦`,
    receiver: 'Item',
    has: ['name property', 'price property', 'tags property'],
  },
  {
    title: 'a part of the name is typed',
    source: `${CART}const n = new Cart().tot¦al;`,
    receiver: 'Cart',
    replaces: 'total',
    has: ['total property'],
  },
  {
    title: 'after ?. with white space and a comment',
    source: `${CART}export const f = (cart?: Cart) => cart?. /* here */ it¦;`,
    receiver: 'Cart | undefined',
    replaces: 'it',
    has: ['items property'],
  },
  {
    title: 'members of a namespace import and of an enum',
    source: "import * as shapes from 'shapes';\nshapes.Unit.¦",
    receiver: 'typeof Unit',
    has: ['Metre enum-member', 'Inch enum-member'],
    lacks: ['area'],
  },
  {
    title: 'inside a class',
    source: 'class Safe { #code = 1; open() { return this.¦ } }\nnew Safe();',
    receiver: 'this',
    has: ['#code property', 'open method'],
  },
  {
    title: 'library members',
    source: "'text'.¦",
    receiver: '"text"',
    has: ['toUpperCase method', 'length property'],
    lacks: ['strip'],
  },
  { title: 'a receiver of type any', source: `${CART}untyped.¦`, unknown: 'the receiver is of type any' },
  {
    title: 'a receiver that does not resolve',
    source: "import { x } from './nowhere.ts';\nx.¦\n",
    unknown: 'the type of the receiver cannot be determined',
  },
  {
    title: 'names in scope, in a function',
    source: `${CART}const outer = 1;\nfunction f(first: number, { second: third }: { second: number }) {\n  if (first) { const hidden = 1; void hidden; }\n  for (const item of [1]) void item;\n  var late = 1;\n  return ¦;\n}\ninterface Shapely { a: 1 }\nexport { f };\n`,
    replaces: '',
    has: ['first', 'third', 'late', 'outer', 'f function', 'Cart', 'checkout', 'prices', 'Math', 'parseInt', 'Map'],
    lacks: ['hidden', 'item', 'second', 'Shapely', 'Item', 'rates', 'Record', 'area'],
  },
  {
    title: 'names in scope, part typed, in a nested arrow function',
    source: `${CART}export const f = (a: number) => [1].map((b) => a + b + pri¦);\n`,
    replaces: 'pri',
    has: ['a', 'b', 'prices'],
    lacks: ['undeclared'],
  },
  {
    title: 'types in a type',
    source: `${CART}type Local<T> = T;\nconst value = 1;\nexport function f<T extends string>(a: ¦) { return value; }\n`,
    has: ['Item', 'Cart alias', 'Local', 'T', 'Record', 'Promise', 'string keyword'],
    lacks: ['value', 'prices', 'parseInt', 'a'],
  },
  {
    title: 'keywords are marked',
    source: `${CART}export const a = ¦`,
    has: ['new keyword', 'typeof keyword', 'Cart alias'],
  },
  {
    title: 'names that a file further down declares with class, enum and namespace',
    source: `export function f() { return ¦ }\nenum Mode { Fast }\nclass Late {}\nnamespace tools { export const x = 1; }\nvoid [Mode, Late, tools];\n`,
    has: ['Mode enum', 'Late class', 'tools namespace'],
  },
  {
    title: 'caught errors, loops and switch',
    source: `export function f(n: number) { try { n++ } catch (error) { for (let i = 0; i < 1; i++) { switch (n) { case 1: const inner = 1; default: ¦ } } } }\n`,
    has: ['error', 'i', 'inner', 'n'],
  },
  ...[
    ['a type argument that is missing', 'const m = new Map<string, ¦>();\nvoid m;\n'],
    ['a return type before a body', 'export function f(): ¦ { }\n'],
    ['a constraint', 'export function f<T extends ¦>(value: T) { return value; }\n'],
    ['a type annotation of a variable', 'let m: ¦;\n'],
    ['what a class implements', 'export class Own implements ¦ {}\n'],
    ['one side of a union', "export type T = 'x' | ¦;\n"],
  ].map(([what, source]) => ({ title: `types: ${what}`, source: CART + source, has: ['Item', 'Cart', 'Map'] })),
  ...[
    ['what a class extends', 'export class Own extends ¦ {}\n'],
    ['after new', 'new ¦\n'],
    ['an element that is spread', 'export const all = [...¦];\n'],
    ['a typeof type', 'export type T = typeof ¦;\n'],
    ['an argument', 'parseInt(¦);\n'],
  ].map(([what, source]) => ({
    title: `values: ${what}`,
    source: CART + source,
    has: ['Cart', 'prices', 'Map'],
    lacks: ['Item', 'Record'],
  })),
  {
    title: 'members of an enum in its own initializers',
    source: 'enum Mode { Fast, Slow = ¦ }\nvoid Mode;\n',
    has: ['Fast', 'Math'],
  },
  {
    title: 'names of an import, after its module',
    source: "import { ¦ } from './cart.ts';\n",
    has: ['Cart', 'rates'],
    lacks: ['Math', 'Missing'],
  },
  {
    title: 'a literal of a union',
    source: `${CART}checkout(new Cart(), '¦');\n`,
    has: ['open', 'paid', 'shipped'],
    lacks: ['Cart'],
  },
  { title: 'in a comment nothing can stand', source: `// see ¦\nexport {};\n`, has: [], lacks: ['Math'] },
  {
    title: 'keys of an object literal',
    source: `${CART}export const item: Item = { name: '', ¦ };\n`,
    has: ['price', 'tags'],
    lacks: ['name', 'Math'],
  },
  {
    title: 'deprecated members are marked',
    source:
      'interface Old {\n  /** @deprecated take b */\n  a: 1;\n  b: 2;\n  c?: 3\n}\ndeclare const old: Old;\nold.¦\n',
    receiver: 'Old',
    has: ['a property deprecated', 'b property', 'c property'],
    lacks: ['b property deprecated'],
  },
  {
    title: 'deprecated names of the file are marked',
    source: '/** @deprecated */ function before() {}\nfunction after() {}\nvoid [before, after];\nexport const a = ¦',
    has: ['before function deprecated', 'after function'],
    lacks: ['after function deprecated'],
  },
];
