/**
 * Sources with the asked range between « and », and every use in it: role, name, status, then for `found` where it is
 * declared, for `missing` the nearest real names. The tree around them is `SHOP`.
 */
export interface NameCase {
  readonly title: string;
  /** Extension of the file, `ts` where not given. */
  readonly as?: 'tsx' | 'js';
  readonly source: string;
  readonly uses: readonly string[];
}

/** A small package: an exports map, overloads, something deprecated, a namespace, an enum, a class. */
const SHAPES = `
export interface Circle { kind: 'circle'; radius: number; label?: string }
export interface Square { kind: 'square'; side: number }
export type Shape = Circle | Square;
/** @deprecated use area() */
export declare function size(shape: Shape): number;
export declare function area(shape: Shape): number;
export declare function parse(text: string): Shape;
/** @deprecated give a text */
export declare function parse(bytes: Uint8Array, encoding: string): Shape;
export declare enum Unit { Metre = 'm', Inch = 'in' }
export declare namespace tools { const version: string; function clean(text: string): string; interface Box { width: number } }
export declare class Canvas {
  constructor(options: { width: number; height: number; dark?: boolean });
  draw(shape: Shape, options?: { fill?: 'red' | 'green' | 'blue'; onDone?: (ok: boolean) => void }): this;
  readonly shapes: readonly Shape[];
  static create(): Canvas;
  #secret: string;
}
declare const _default: { area: typeof area };
export default _default;
`;

export const SHOP: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    name: 'shop',
    type: 'module',
    dependencies: { shapes: '^1.0.0', untyped: '1.0.0', absent: '^2.0.0' },
  }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      strict: true,
      target: 'es2022',
      lib: ['es2022'],
      module: 'preserve',
      moduleResolution: 'bundler',
      jsx: 'preserve',
      allowJs: true,
      checkJs: true,
      noEmit: true,
      types: [],
      allowImportingTsExtensions: true,
    },
    include: ['src'],
  }),
  'node_modules/shapes/package.json': JSON.stringify({
    name: 'shapes',
    version: '1.2.3',
    exports: {
      '.': { types: './index.d.ts', default: './index.js' },
      './extra': { types: './extra.d.ts', default: './extra.js' },
    },
  }),
  'node_modules/shapes/index.d.ts': SHAPES,
  'node_modules/shapes/extra.d.ts': 'export declare const extra: number;\n',
  'node_modules/untyped/package.json': JSON.stringify({ name: 'untyped', version: '1.0.0', main: './index.js' }),
  'node_modules/untyped/index.js': 'module.exports = { anything() {} };\n',
  'src/cart.ts': `
export interface Item { name: string; price: number; tags: string[] }
export class Cart {
  total = 0;
  items: Item[] = [];
  #discount = 0;
  add(item: Item): this { this.items.push(item); this.total += item.price - this.#discount; return this; }
  get isEmpty(): boolean { return this.items.length === 0; }
}
export type Status = 'open' | 'paid' | 'shipped';
export const rates = { standard: 5, express: 10 };
export default function checkout(cart: Cart, status: Status = 'open'): Status { return cart.isEmpty ? 'open' : status; }
export declare const untyped: any;
`,
  'src/jsx.d.ts': `
declare namespace JSX {
  interface IntrinsicElements { div: { id?: string; title?: string; onClick?: () => void }; input: { type?: 'text' | 'checkbox' } }
  interface Element { readonly node: unknown }
  interface ElementChildrenAttribute { children: unknown }
}
`,
};

export const NAME_CASES: readonly NameCase[] = [
  {
    title: 'members, own and missing',
    source:
      "import { Cart } from './cart.ts';\nconst cart = new Cart();\n«cart.total; cart.totl; cart.add({ name: '', price: 1, tags: [] }).items[0]?.nam;»",
    uses: [
      'value cart found variable cart here',
      'member total found property total src/cart.ts',
      'value cart found variable cart here',
      'member totl missing → total',
      'value cart found variable cart here',
      'member add found method add src/cart.ts',
      'call add found method add src/cart.ts',
      'key name found property name src/cart.ts',
      'key price found property price src/cart.ts',
      'key tags found property tags src/cart.ts',
      'member items found property items src/cart.ts',
      'member nam missing → name',
    ],
  },
  {
    title: 'optional chaining on a possibly missing receiver',
    source:
      "import type { Cart } from './cart.ts';\nexport const f = (cart?: Cart) => «cart?.items.length ?? cart?.itms»;",
    uses: [
      'value cart found parameter cart here',
      'member items found property items src/cart.ts',
      'member length found property length typescript',
      'value cart found parameter cart here',
      'member itms missing → items',
    ],
  },
  {
    title: 'private names',
    source:
      'class Safe { #code = 1; open(other: Safe) { «return #code in other && this.#code + other.#cod»; } }\nnew Safe();',
    uses: [
      'value #code found property #code here',
      'value other found parameter other here',
      'member #code found property #code here',
      'value other found parameter other here',
      'member #cod missing → #code',
    ],
  },
  {
    title: 'element access with a literal key',
    source: "import { rates } from './cart.ts';\n«rates['standard']; rates['standrd']; rates[`express`];»",
    uses: [
      'value rates found variable rates src/cart.ts',
      'member standard found property standard src/cart.ts',
      'value rates found variable rates src/cart.ts',
      'member standrd missing → standard',
      'value rates found variable rates src/cart.ts',
      'member express found property express src/cart.ts',
    ],
  },
  {
    title: 'an index signature is found',
    source:
      "declare const counts: Record<string, number>;\ndeclare const byName: { [name: string]: { id: number } };\n«counts.anything; byName['x']!.id;»",
    uses: [
      'value counts found variable counts here',
      'member anything found',
      'value byName found variable byName here',
      'member x found other x here',
      'member id found property id here',
    ],
  },
  {
    title: 'a receiver of type any',
    source: "import { untyped } from './cart.ts';\n«untyped.foo.bar(1);»",
    uses: ['value untyped found variable untyped src/cart.ts', 'member foo unknown', 'member bar unknown'],
  },
  {
    title: 'a variable of type any is itself found',
    source: "import { untyped } from './cart.ts';\nexport const copy = «untyped»;",
    uses: ['value untyped found variable untyped src/cart.ts'],
  },
  {
    title: 'unions: a member of one side only',
    source: "import type { Shape } from 'shapes';\nexport const f = (shape: Shape) => «[shape.kind, shape.radius]»;",
    uses: [
      'value shape found parameter shape here',
      'member kind found property kind shapes@1.2.3',
      'value shape found parameter shape here',
      'member radius missing',
    ],
  },
  {
    title: 'narrowed',
    source:
      "import type { Shape } from 'shapes';\nexport const f = (shape: Shape) => shape.kind === 'circle' ? «shape.radius : shape.side»;",
    uses: [
      'value shape found parameter shape here',
      'member radius found property radius shapes@1.2.3',
      'value shape found parameter shape here',
      'member side found property side shapes@1.2.3',
    ],
  },
  {
    title: 'type parameters',
    source:
      "import type { Item } from './cart.ts';\nexport const f = <T extends Item>(item: T) => «item.price + item.prce»;",
    uses: [
      'value item found parameter item here',
      'member price found property price src/cart.ts',
      'value item found parameter item here',
      'member prce missing → price',
    ],
  },
  {
    title: 'library members',
    source: "«'x'.strip(); [1].push(2); [1].pushAll(2); Math.flor(1);»",
    uses: [
      'member strip missing',
      'member push found method push typescript',
      'call push found method push typescript',
      'member pushAll missing → push',
      'value Math found interface Math typescript',
      'member flor missing → floor',
    ],
  },
  {
    title: 'enum members and namespaces',
    source:
      "import { Unit, tools } from 'shapes';\n«Unit.Metre; Unit.Meter; tools.clean(tools.versio);»\nexport const box: «tools.Box | tools.Bx» = { width: 1 };",
    uses: [
      'value Unit found enum Unit shapes@1.2.3',
      'member Metre found enum-member Metre shapes@1.2.3',
      'value Unit found enum Unit shapes@1.2.3',
      'member Meter missing → Metre',
      'value tools found namespace tools shapes@1.2.3',
      'member clean found function clean shapes@1.2.3',
      'call clean found function clean shapes@1.2.3',
      'value tools found namespace tools shapes@1.2.3',
      'member versio missing → version',
      'type tools found namespace tools shapes@1.2.3',
      'member Box found interface Box shapes@1.2.3',
      'type tools found namespace tools shapes@1.2.3',
      'member Bx missing → Box',
    ],
  },
  {
    title: 'an enum and a namespace of the file',
    source:
      'enum Mode { Fast, Slow }\nnamespace util { export const one = 1; const hidden = 2; void hidden; }\n«Mode.Fast; Mode.Medium; util.one; util.hidden;»',
    uses: [
      'value Mode found enum Mode here',
      'member Fast found enum-member Fast here',
      'value Mode found enum Mode here',
      'member Medium missing',
      'value util found namespace util here',
      'member one found variable one here',
      'value util found namespace util here',
      'member hidden missing',
    ],
  },
  {
    title: 'destructured keys, nested, renamed, with defaults',
    source:
      "import type { Item } from './cart.ts';\nexport const f = («{ name, price: cost = 1, tags: { length, size }, nmae }»: Item) => [name, cost, length, size, nmae];",
    uses: [
      'member name found property name src/cart.ts',
      'member price found property price src/cart.ts',
      'member tags found property tags src/cart.ts',
      'member length found property length typescript',
      'member size missing',
      'member nmae missing → name',
    ],
  },
  {
    title: 'destructured from a declaration',
    source:
      "import { Cart } from './cart.ts';\nconst «{ total, itmes: list = [], ...rest } = new Cart()»;\nvoid [total, list, rest];",
    uses: [
      'member total found property total src/cart.ts',
      'member itmes missing → items',
      'value Cart found class Cart src/cart.ts',
      'call Cart found',
    ],
  },
  {
    title: 'destructuring assignment',
    source:
      "import { rates } from './cart.ts';\nlet standard: number, other: number;\n«({ standard, expres: other } = rates);»\nvoid [standard, other];",
    uses: [
      'member standard found property standard src/cart.ts',
      'value standard found variable standard here',
      'member expres missing → express',
      'value other found variable other here',
      'value rates found variable rates src/cart.ts',
    ],
  },
  {
    title: 'destructured from any',
    source: "import { untyped } from './cart.ts';\nexport const «{ a, b: { c } } = untyped»;",
    uses: [
      'member a unknown',
      'member b unknown',
      'member c unknown',
      'value untyped found variable untyped src/cart.ts',
    ],
  },
  {
    title: 'a pattern without a source declares its keys',
    source: 'export const f = («{ a, b } = { a: 1, b: 2 }») => a + b;',
    uses: ['member a found property a here', 'member b found property b here', 'key a found', 'key b found'],
  },
  {
    title: 'imports: named, default, namespace',
    source:
      "«import checkout, { Cart, Crt, type Status as State, type Stat } from './cart.ts';\nimport * as cart from './cart.ts';»\nvoid [checkout, Cart, Crt, cart.rates, cart.rats];\nexport type S = [State, Stat];",
    uses: [
      'import checkout found function checkout src/cart.ts',
      'import Cart found class Cart src/cart.ts',
      'import Crt missing → Cart',
      'import Status found type Status src/cart.ts',
      'import Stat missing',
      'module ./cart.ts found module module src/cart.ts',
      'import cart found module module src/cart.ts',
      'module ./cart.ts found module module src/cart.ts',
    ],
  },
  {
    title: 'uses of what is imported wrongly',
    source: "import { Crt } from './cart.ts';\n«new Crt().total;»",
    uses: ['value Crt unknown', 'member total unknown'],
  },
  {
    title: 'a default import that is not there',
    source: "«import shop from './cart.ts';\nimport extra from 'shapes/extra';»\nvoid [shop, extra];",
    uses: [
      'import shop found function checkout src/cart.ts',
      'module ./cart.ts found module module src/cart.ts',
      'import extra found module module shapes@1.2.3',
      'module shapes/extra found module module shapes@1.2.3',
    ],
  },
  {
    title: 're-exports',
    source:
      "«export { Cart, Cort as Other } from './cart.ts';\nexport * from './cart.ts';\nexport * as all from './cart.ts';\nexport type { Status } from './cart.ts';»",
    uses: [
      'import Cart found class Cart src/cart.ts',
      'import Cort missing → Cart',
      'module ./cart.ts found module module src/cart.ts',
      'module ./cart.ts found module module src/cart.ts',
      'import all found module module src/cart.ts',
      'module ./cart.ts found module module src/cart.ts',
      'import Status found type Status src/cart.ts',
      'module ./cart.ts found module module src/cart.ts',
    ],
  },
  {
    title: 'local exports',
    source: 'const one = 1;\n«export { one as uno, two };»',
    uses: ['value one found variable one here', 'value two missing'],
  },
  {
    title: 'module specifiers that lead nowhere',
    source:
      "«import { a } from './crt.ts';\nimport { b } from 'shapes/etxra';\nimport { c } from 'nowhere';\nimport { d } from 'absent';\nimport './cart.ts';»\nvoid [a, b, c, d];\n«a.x; d.y;»",
    uses: [
      'import a unknown',
      'module ./crt.ts missing → ./cart.ts',
      'import b unknown',
      'module shapes/etxra missing → shapes/extra',
      'import c unknown',
      'module nowhere missing',
      'import d unknown',
      'module absent unknown',
      'module ./cart.ts found module module src/cart.ts',
      'value a unknown',
      'member x unknown',
      'value d unknown',
      'member y unknown',
    ],
  },
  {
    title: 'a package without types',
    source: "«import { anything } from 'untyped';\nanything();»",
    uses: ['import anything unknown', 'module untyped unknown', 'value anything unknown'],
  },
  {
    title: 'builtin modules without their types',
    source: "«import { readFile } from 'node:fs/promises';\nimport { x } from 'node:fsx';»\nvoid [readFile, x];",
    uses: [
      'import readFile found',
      'module node:fs/promises found',
      'import x unknown',
      'module node:fsx missing → node:fs',
    ],
  },
  {
    title: 'dynamic import',
    source:
      "export const f = async () => { «const { Cart, Cat } = await import('./cart.ts'); (await import('./cart.ts')).rate; import('./kart.ts')»; return [Cart, Cat]; };",
    uses: [
      'member Cart found class Cart src/cart.ts',
      'member Cat missing → Cart',
      'module ./cart.ts found module module src/cart.ts',
      'module ./cart.ts found module module src/cart.ts',
      'member rate missing → rates',
      'module ./kart.ts missing → ./cart.ts',
    ],
  },
  {
    title: 'import types',
    source: "export type A = «import('./cart.ts').Item | import('./cart.ts').Itm | typeof import('./cart.ts')»;",
    uses: [
      'module ./cart.ts found module module src/cart.ts',
      'member Item found interface Item src/cart.ts',
      'module ./cart.ts found module module src/cart.ts',
      'member Itm missing → Item',
      'module ./cart.ts found module module src/cart.ts',
    ],
  },
  {
    title: 'type references and heritage',
    source:
      "import type { Cart, Item, Status } from './cart.ts';\nimport { Canvas } from 'shapes';\ninterface More «extends Item, Itm» { more: Statu }\nclass Own «extends Canvas implements Item» { name = ''; price = 1; tags = [] }\nexport type P = «Pick<Item, 'name'> & Partial<Crt>»;\nexport const all: [More, Own, Cart, Status][] = [];",
    uses: [
      'type Item found interface Item src/cart.ts',
      'type Itm missing → Item',
      'value Canvas found class Canvas shapes@1.2.3',
      'type Item found interface Item src/cart.ts',
      'type Pick found type Pick typescript',
      'type Item found interface Item src/cart.ts',
      'type Partial found type Partial typescript',
      'type Crt missing → Cart',
    ],
  },
  {
    title: 'indexed access and keyof',
    source: "import type { Item } from './cart.ts';\nexport type A = «Item['price'] | Item['prize'] | keyof Item»;",
    uses: [
      'type Item found interface Item src/cart.ts',
      'member price found property price src/cart.ts',
      'type Item found interface Item src/cart.ts',
      'member prize missing → price',
      'type Item found interface Item src/cart.ts',
    ],
  },
  {
    title: 'typeof and type predicates',
    source:
      "import { rates, Cart } from './cart.ts';\nexport type R = «typeof rates.standard | typeof ratess»;\nexport function isCart(value: unknown): «value is Cart» { return value instanceof Cart; }",
    uses: [
      'value rates found variable rates src/cart.ts',
      'member standard found property standard src/cart.ts',
      'value ratess missing → rates',
      'value value found parameter value here',
      'type Cart found class Cart src/cart.ts',
    ],
  },
  {
    title: 'names in scope',
    source:
      "import { rates } from './cart.ts';\nfunction discount(amount: number) { const percent = 5; return «amunt * percent - rate»; }\nvoid [discount, rates];",
    uses: ['value amunt missing → amount', 'value percent found variable percent here', 'value rate missing → rates'],
  },
  {
    title: 'what the language provides',
    source:
      'export function f(this: void) { return «[undefined, globalThis, arguments.length, NaN]»; }\nexport const t = «[1, 2] as const»;',
    uses: [
      'value globalThis found',
      'value arguments found',
      'member length found property length typescript',
      'value NaN found variable NaN typescript',
    ],
  },
  {
    title: 'keys of an object against its type',
    source:
      "import type { Item } from './cart.ts';\nexport const item: Item = «{ name: '', prize: 1, tgs: [], 'tags': [] }»;",
    uses: [
      'key name found property name src/cart.ts',
      'key prize missing → price',
      'key tgs missing → tags',
      'key tags found property tags src/cart.ts',
    ],
  },
  {
    title: 'keys in an argument, two wrong ones',
    source: "import { Canvas } from 'shapes';\nnew Canvas(«{ width: 1, height: 2, drak: true, colour: 'x' }»);",
    uses: [
      'call Canvas found method Canvas shapes@1.2.3',
      'key width found property width shapes@1.2.3',
      'key height found property height shapes@1.2.3',
      'key drak missing → dark',
      'key colour missing',
    ],
  },
  {
    title: 'keys nested in options, with a callback and a literal',
    source:
      "import { Canvas } from 'shapes';\nCanvas.create().draw({ kind: 'circle', radius: 1 }, «{ fill: 'gren', onDone: (ok) => { void ok; }, after: 1 }»);",
    uses: [
      'call draw found method draw shapes@1.2.3',
      'key fill found property fill shapes@1.2.3',
      'literal gren missing → green',
      'key onDone found property onDone shapes@1.2.3',
      'value ok found parameter ok here',
      'key after missing',
    ],
  },
  {
    title: 'keys against a union of objects',
    source:
      "import type { Shape } from 'shapes';\nexport const shapes: Shape[] = [«{ kind: 'circle', radius: 1, label: 'x' }, { kind: 'square', side: 1, label: 'x' }, { kind: 'square', sid: 1 }»];",
    uses: [
      'key kind found property kind shapes@1.2.3',
      'literal circle found',
      'key radius found property radius shapes@1.2.3',
      'key label found property label shapes@1.2.3',
      'key kind found property kind shapes@1.2.3',
      'literal square found',
      'key side found property side shapes@1.2.3',
      'key label found property label shapes@1.2.3',
      'key kind found property kind shapes@1.2.3',
      'literal square found',
      'key sid missing → side',
    ],
  },
  {
    title: 'keys where the type is inferred',
    source:
      "declare function keep<T>(value: T): T;\ndeclare function named<T extends { name: string }>(value: T): T;\nexport const a = [keep(«{ one: 1, two: { three: 3 } }»), named(«{ name: 'x', more: 1 }»)];",
    uses: ['call keep found function keep here', 'call named found function named here'],
  },
  {
    title: 'keys of no expected type',
    source: 'export const plain = «{ a: 1, b: { c: 2 } }»;\nexport const text = JSON.stringify(«{ a: 1 }»);',
    uses: ['call stringify found method stringify typescript'],
  },
  {
    title: 'keys against an index signature, and spread',
    source:
      "import { rates, type Item } from './cart.ts';\nexport const r: Record<string, number> = «{ ...rates, other: 1 }»;\nexport const i: Item = «{ ...({} as Item), nam: '' }»;",
    uses: [
      'value rates found variable rates src/cart.ts',
      'key other found',
      'type Item found interface Item src/cart.ts',
      'key nam missing → name',
    ],
  },
  {
    title: 'keys under satisfies and as',
    source:
      "import type { Item } from './cart.ts';\nexport const a = «{ name: '', price: 1, tags: [], x: 1 }» satisfies Item;\nexport const b = «{ name: '', price: 1, tags: [], x: 1 }» as Item;",
    uses: [
      'key name found property name src/cart.ts',
      'key price found property price src/cart.ts',
      'key tags found property tags src/cart.ts',
      'key x missing',
      'key name found property name src/cart.ts',
      'key price found property price src/cart.ts',
      'key tags found property tags src/cart.ts',
    ],
  },
  {
    title: 'shorthand keys',
    source:
      "import type { Item } from './cart.ts';\nconst name = '', price = 1, tags: string[] = [], size = 1;\nexport const item: Item = «{ name, price, tags, size, weight }»;",
    uses: [
      'key name found property name src/cart.ts',
      'value name found variable name here',
      'key price found property price src/cart.ts',
      'value price found variable price here',
      'key tags found property tags src/cart.ts',
      'value tags found variable tags here',
      'key size missing',
      'value size found variable size here',
      'key weight missing',
      'value weight missing',
    ],
  },
  {
    title: 'methods as keys',
    source:
      'interface Hooks { start(): void; stop?(): void }\nexport const hooks: Hooks = «{ start() {}, get stop() { return () => {}; }, stopp() {} }»;',
    uses: ['key start found method start here', 'key stop found method stop here', 'key stopp missing → stop'],
  },
  {
    title: 'a generic option type',
    source:
      'interface Options<T> { initial: T; equals?: (a: T, b: T) => boolean }\ndeclare function signal<T>(options: Options<T>): T;\nsignal(«{ initial: 1, equal: (a: number, b: number) => a === b }»);',
    uses: [
      'call signal found function signal here',
      'key initial found property initial here',
      'key equal missing → equals',
      'value a found parameter a here',
      'value b found parameter b here',
    ],
  },
  {
    title: 'literals against a union',
    source:
      "import type { Status } from './cart.ts';\nexport const f = (status: Status) => { if (status === «'payed'») return; switch (status) { case «'open': return; case 'shiped'»: return; } };\nexport const s: Status = «'paid'»;\nexport const t: Status = «'oppen'»;",
    uses: [
      'literal payed missing',
      'literal open found',
      'literal shiped missing → shipped',
      'literal paid found',
      'literal oppen missing → open',
    ],
  },
  {
    title: 'literals as arguments and in comparisons',
    source:
      "import checkout, { Cart } from './cart.ts';\nif (checkout(new Cart(), «'shiped'») !== «'open'») void 0;\n'anything' === «'other'» as string;",
    uses: [
      'call checkout missing → checkout(cart: Cart, status?: Status): Status',
      'literal shiped missing → shipped',
      'literal open found',
    ],
  },
  {
    title: 'calls: too few, too many, wrong',
    source:
      "import checkout, { Cart } from './cart.ts';\n«checkout(); checkout(new Cart(), 'open', 1); new Cart(1); new Cart().add('x');»",
    uses: [
      'value checkout found function checkout src/cart.ts',
      'call checkout missing → checkout(cart: Cart, status?: Status): Status',
      'value checkout found function checkout src/cart.ts',
      'call checkout missing → checkout(cart: Cart, status?: Status): Status',
      'value Cart found class Cart src/cart.ts',
      'call Cart found',
      'literal open found',
      'value Cart found class Cart src/cart.ts',
      'call Cart missing → Cart(): Cart',
      'value Cart found class Cart src/cart.ts',
      'call Cart found',
      'member add found method add src/cart.ts',
      'call add missing → add(item: Item): Cart',
    ],
  },
  {
    title: 'calls: overloads',
    source:
      "import { parse } from 'shapes';\n«parse('x'); parse(new Uint8Array(), 'hex'); parse(1); parse(new Uint8Array());»",
    uses: [
      'value parse found function parse shapes@1.2.3',
      'call parse found function parse shapes@1.2.3',
      'value parse found function parse shapes@1.2.3',
      'call parse found function parse shapes@1.2.3 deprecated: give a text',
      'value Uint8Array found interface Uint8Array typescript',
      'call Uint8Array found function Uint8Array typescript',
      'value parse found function parse shapes@1.2.3',
      'call parse missing → parse(text: string): Shape',
      'value parse found function parse shapes@1.2.3',
      'call parse missing → parse(text: string): Shape',
      'value Uint8Array found interface Uint8Array typescript',
      'call Uint8Array found function Uint8Array typescript',
    ],
  },
  {
    title: 'calls: what cannot be called',
    source: "import { rates } from './cart.ts';\n«rates(); new rates();»",
    uses: [
      'value rates found variable rates src/cart.ts',
      'call rates missing',
      'value rates found variable rates src/cart.ts',
      'call rates missing',
    ],
  },
  {
    title: 'calls inside calls',
    source: "import { area, parse } from 'shapes';\n«area(parse(1)); area(parse('x'), 2); area(area(parse('x')));»",
    uses: [
      'value area found function area shapes@1.2.3',
      'call area found function area shapes@1.2.3',
      'value parse found function parse shapes@1.2.3',
      'call parse missing → parse(text: string): Shape',
      'value area found function area shapes@1.2.3',
      'call area missing → area(shape: Shape): number',
      'value parse found function parse shapes@1.2.3',
      'call parse found function parse shapes@1.2.3',
      'value area found function area shapes@1.2.3',
      'call area missing → area(shape: Shape): number',
      'value area found function area shapes@1.2.3',
      'call area found function area shapes@1.2.3',
      'value parse found function parse shapes@1.2.3',
      'call parse found function parse shapes@1.2.3',
    ],
  },
  {
    title: 'deprecated',
    source:
      "import { size, area } from 'shapes';\n«size({ kind: 'square', side: 1 }) + area({ kind: 'square', side: 1 });»",
    uses: [
      'value size found function size shapes@1.2.3 deprecated: use area()',
      'call size found function size shapes@1.2.3 deprecated: use area()',
      'key kind found property kind shapes@1.2.3',
      'literal square found',
      'key side found property side shapes@1.2.3',
      'value area found function area shapes@1.2.3',
      'call area found function area shapes@1.2.3',
      'key kind found property kind shapes@1.2.3',
      'literal square found',
      'key side found property side shapes@1.2.3',
    ],
  },
  {
    title: 'default export of a package',
    source:
      "import shapes, * as all from 'shapes';\n«shapes.area; shapes.aria; all.default.area; all.Canvas.create();»",
    uses: [
      'value shapes found variable _default shapes@1.2.3',
      'member area found property area shapes@1.2.3',
      'value shapes found variable _default shapes@1.2.3',
      'member aria missing → area',
      'value all found module module shapes@1.2.3',
      'member default found variable _default shapes@1.2.3',
      'member area found property area shapes@1.2.3',
      'value all found module module shapes@1.2.3',
      'member Canvas found class Canvas shapes@1.2.3',
      'member create found method create shapes@1.2.3',
      'call create found method create shapes@1.2.3',
    ],
  },
  {
    title: 'declaration merging and augmentation',
    source:
      "declare module 'shapes' { interface Circle { centre?: [number, number] } }\nimport type { Circle } from 'shapes';\ninterface Own { a: 1 }\ninterface Own { b: 2 }\nexport const f = (circle: Circle, own: Own) => «[circle.centre, circle.center, own.a, own.b]»;",
    uses: [
      'value circle found parameter circle here',
      'member centre found property centre here',
      'value circle found parameter circle here',
      'member center missing → centre',
      'value own found parameter own here',
      'member a found property a here',
      'value own found parameter own here',
      'member b found property b here',
    ],
  },
  {
    title: 'decorators, labels and this',
    source:
      'const logged = (_: unknown, context: ClassMethodDecoratorContext) => void context.name;\nclass Own { size = 1; «@logged @loged» run() { «outer: for (;;) { break outer; }» return «this.size + this.siz»; } }\nnew Own();',
    uses: [
      'value logged found variable logged here',
      'value loged missing → logged',
      'member size found property size here',
      'member siz missing → size',
    ],
  },
  {
    title: 'what the compiler is told to ignore',
    source: "import { rates } from './cart.ts';\n// @ts-expect-error\n«rates.gone;»\n// @ts-ignore\n«rates.away;»",
    uses: [
      'value rates found variable rates src/cart.ts',
      'member gone unknown',
      'value rates found variable rates src/cart.ts',
      'member away unknown',
    ],
  },
  {
    title: 'incomplete text',
    source:
      "import { Cart } from './cart.ts';\nconst cart = new Cart();\n«cart.\nconst next = cart.total;»\nvoid next;",
    uses: [
      'value cart found variable cart here',
      'value cart found variable cart here',
      'member total found property total src/cart.ts',
    ],
  },
  {
    title: 'comments and strings name nothing',
    source: "/** {@link Nothing.at} */\nexport const a = «'Cart.totl' /* cart.totl */ + 'x'.length»;",
    uses: ['member length found property length typescript'],
  },
  {
    title: 'JSX elements and attributes',
    as: 'tsx',
    source:
      'function Row(props: { title: string; mark?: \'new\' | \'old\' }) { return <div id={props.title} />; }\nexport const all = «[<div titel="x" data-id="1" id="y" />, <Row title="a" mark="odl" />, <Row title="a" tone="b" />, <dvi />, <Rwo />, <input type="txt" />]»;',
    uses: [
      'member div found property div src/jsx.d.ts',
      'attribute titel missing → title',
      'attribute id found property id src/jsx.d.ts',
      'value Row found function Row here',
      'attribute title found property title here',
      'attribute mark found property mark here',
      'literal odl missing → old',
      'value Row found function Row here',
      'attribute title found property title here',
      'attribute tone missing',
      'member dvi missing',
      'value Rwo missing → Row',
      'member input found property input src/jsx.d.ts',
      'attribute type found property type src/jsx.d.ts',
      'literal txt missing → text',
    ],
  },
  {
    title: 'JSX spread and expressions',
    as: 'tsx',
    source:
      "const props = { title: 'x' };\nexport const a = «<div {...props} onClick={() => prps}>{props.title}{props.titel}</div>»;",
    uses: [
      'member div found property div src/jsx.d.ts',
      'value props found variable props here',
      'attribute onClick found property onClick src/jsx.d.ts',
      'value prps missing → props',
      'value props found variable props here',
      'member title found property title here',
      'value props found variable props here',
      'member titel missing → title',
    ],
  },
  {
    title: 'types in doc comments of JavaScript',
    as: 'js',
    source:
      "import { Cart } from './cart.ts';\n«/** @param {Cart} cart @param {Crt} other @returns {import('./cart.ts').Item[]} */\nexport function f(cart, other) { return [cart.items, cart.itms, other]; }»",
    uses: [
      'type Cart found class Cart src/cart.ts',
      'type Crt missing → Cart',
      'module ./cart.ts found module module src/cart.ts',
      'member Item found interface Item src/cart.ts',
      'value cart found parameter cart here',
      'member items found property items src/cart.ts',
      'value cart found parameter cart here',
      'member itms missing → items',
      'value other found parameter other here',
    ],
  },
  {
    title: 'require in JavaScript',
    as: 'js',
    source:
      "«const { anything } = require('untyped');\nconst { area, aera } = require('shapes');\nrequire('./nothing.js');»\nvoid [anything, area, aera];",
    uses: [
      'member anything unknown',
      'value require found',
      'module untyped unknown',
      'member area found function area shapes@1.2.3',
      'member aera missing → area',
      'value require found',
      'module shapes found module module shapes@1.2.3',
      'value require found',
      'module ./nothing.js missing',
    ],
  },
  {
    title: 'built-in modules without their types, by import',
    source:
      "«import assert, { equal, equally } from 'node:assert';\nimport * as path from 'node:path';»\n«assert.strictEqual(path.posix.join('a'), equal, equally);\nassert.strictlyEqual(path.join('a').length);»",
    uses: [
      'import assert found',
      'import equal found',
      'import equally unknown',
      'module node:assert found',
      'import path found',
      'module node:path found',
      'value assert found',
      'member strictEqual found',
      'value path found',
      'member posix found',
      'member join found',
      'value equal found',
      'value equally unknown',
      'value assert found',
      'member strictlyEqual unknown',
      'value path found',
      'member join found',
      'member length unknown',
    ],
  },
  {
    title: 'built-in modules without their types, by require',
    as: 'js',
    source:
      "«const fs = require('fs');\nconst { join, joined } = require('node:path');\nfs.readFileSync(join('a'), joined);\nfs.readFileSink();»",
    uses: [
      'value require found',
      'module fs found',
      'member join found',
      'member joined unknown',
      'value require found',
      'module node:path found',
      'value fs found',
      'member readFileSync found',
      'value join found',
      'value joined unknown',
      'value fs found',
      'member readFileSink unknown',
    ],
  },
  {
    title: 'JavaScript that is not checked',
    as: 'js',
    source: "// @ts-nocheck\nimport { Cart } from './cart.ts';\n«new Cart().totl;»",
    uses: ['value Cart found class Cart src/cart.ts', 'call Cart found', 'member totl unknown'],
  },
  {
    title: 'astral characters and CRLF before the range',
    source: "// 😀 é\r\nimport { rates } from './cart.ts';\r\n/* 👩‍👩‍👧 */ «rates.standard; rates.standar;»",
    uses: [
      'value rates found variable rates src/cart.ts',
      'member standard found property standard src/cart.ts',
      'value rates found variable rates src/cart.ts',
      'member standar missing → standard',
    ],
  },
];
