/** Files beside `SHOP` whose structure is asked for. */
export const STRUCTURE: Readonly<Record<string, string>> = {
  'src/outline.ts': `import { Cart } from './cart.ts';
/** Doc. */
export interface Point { x: number; y?: number; move(): void }
export class Circle extends Cart { static of = 1; #r = 2; constructor() { super(); } get r() { return this.#r; } area() {} }
export type Id = string | number;
export enum Mode { Fast, 'odd-name' }
namespace tools { export const a = 1; export function b() {} interface Inner { deep: 1 } void ({} as Inner); }
export const { one, two: [three] } = { one: 1, two: [3] };
const hidden = 1, listed = 2;
function plain() { const inner = 1; return inner; }
export { listed, plain as renamed };
export default hidden;
void tools;
`,
  'src/refs.ts': `import checkout, { type Item } from './cart.ts';
import type { Cart } from './cart.ts';
import { type Status } from "./cart.ts";
import './outline.ts';
import { area } from 'shapes';
import { extra } from 'shapes/extra';
import 'node:fs';
import { gone } from './gone.ts';
export * from './cart.ts';
export type { Shape } from 'shapes';
export type T = import('./cart.ts').Cart | typeof import('shapes');
// import { no } from './commented.ts';
export const later = () => import('./later.ts');
void [checkout, area, extra, gone];
export type U = [Item, Cart, Status];
`,
  'src/later.ts': "export { later } from './refs.ts';\n",
  'src/index.ts': "export * from './later.ts';\n",
  'src/user.ts': "import * as all from '.';\nvoid all;\n",
  'src/bystander.ts': "// import './later.ts'\nexport const text = 'later.ts';\n",
};

/** name, kind, whether exported, container. */
export const OUTLINE: readonly string[] = [
  'Point interface exported',
  'x property exported in Point',
  'y property exported in Point',
  'move method exported in Point',
  'Circle class exported',
  'of property exported in Circle',
  '#r property exported in Circle',
  'r accessor exported in Circle',
  'area method exported in Circle',
  'Id type exported',
  'Mode enum exported',
  'Fast enum-member exported in Mode',
  'odd-name enum-member exported in Mode',
  'tools namespace',
  'a variable exported in tools',
  'b function exported in tools',
  'Inner interface in tools',
  'one variable exported',
  'three variable exported',
  'hidden variable exported',
  'listed variable exported',
  'plain function exported',
];

/** specifier, whether only of types, where it leads. */
export const REFERENCES: readonly string[] = [
  './cart.ts path src/cart.ts',
  './cart.ts type path src/cart.ts',
  './cart.ts type path src/cart.ts',
  './outline.ts path src/outline.ts',
  'shapes package shapes',
  'shapes/extra package shapes',
  'node:fs builtin fs',
  './gone.ts nowhere',
  './cart.ts path src/cart.ts',
  'shapes type package shapes',
  './cart.ts type path src/cart.ts',
  'shapes type package shapes',
  './later.ts path src/later.ts',
];

/** What is asked at ¦, its type, and where that type is declared. */
export const TYPES: readonly (readonly [source: string, type: string, declared: string])[] = [
  ["import { Cart } from './cart.ts';\nexport const c = new Ca¦rt();", 'typeof Cart', 'src/cart.ts'],
  ["import { Cart } from './cart.ts';\nexport const c = new Cart();\nvoid ¦c;", 'Cart', 'src/cart.ts'],
  ["import { Cart } from './cart.ts';\nnew Cart().items.fil¦ter(Boolean);", '', 'typescript'],
  ["import type { Status } from './cart.ts';\nexport const s = (¦status: Status) => status;", 'Status', 'src/cart.ts'],
  ['export const n = 1 + ¦2;', '2', ''],
  ["import type { Shape } from 'shapes';\nexport const f = (s: Shape) => s.kin¦d;", '"circle" | "square"', ''],
];
