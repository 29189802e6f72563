import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { random } from '../../../src/base/index.ts';
import { type SyntaxNode, syntaxTreeOf } from '../../../src/lang/index.ts';
import { functionTerm } from '../../../src/verify/reuse/build.ts';
import { functionsIn } from '../../../src/verify/reuse/catalog.ts';
import { canonicalText, likeness, partsOf } from '../../../src/verify/reuse/term.ts';

const canonical = (text: string): string => {
  const [found] = functionsIn(syntaxTreeOf(text, 'a.ts').root);
  const made = found && functionTerm(found.node);
  if (!made) throw new Error(`no function in ${text}`);
  return canonicalText(made);
};

interface Case {
  readonly name: string;
  readonly texts: readonly string[];
}

const SAME: readonly Case[] = [
  {
    name: 'names and types',
    texts: ['function a(x: number): number { return x * x - 1; }', 'const b = (y) => y * y - 1;'],
  },
  {
    name: 'loops over a list',
    texts: [
      'function a(l: number[]) { let t = 0; for (const x of l) t += x; return t; }',
      'function a(l) { let t = 0; for (let i = 0; i < l.length; i++) { t = t + l[i]; } return t; }',
      'function a(l) { let t = 0; let i = 0; while (i < l.length) { const x = l[i]!; t += x; i += 1; } return t; }',
      'function a(l) { let t = 0; l.forEach((x) => { t += x; }); return t; }',
      'const a = (l) => l.reduce((t, x) => t + x, 0);',
    ],
  },
  {
    name: 'filter and map',
    texts: [
      'function a(l) { const r = []; for (const x of l) { if (!x.ok) continue; r.push(x.name); } return r; }',
      'function a(l) { const r = []; l.forEach((x) => { if (x.ok) { r.push(x.name); } }); return r; }',
      'const a = (l) => l.filter(({ ok }) => ok).map((y) => y.name);',
    ],
  },
  {
    name: 'early returns',
    texts: [
      'function a(n, low, high) { if (n < low) return low; if (n > high) return high; return n; }',
      'function a(n, low, high) { if (n < low) { return low; } else if (high < n) { return high; } else { return n; } }',
      'const a = (n, low, high) => (n < low ? low : n > high ? high : n);',
      'const a = (n, low, high) => { if (!(n < low)) { if (n > high) { return high; } return n; } return low; };',
    ],
  },
  {
    name: 'search',
    texts: [
      'function a(l, k) { for (const x of l) { if (x.id === k) return x; } return undefined; }',
      'const a = (list, id) => list.find((one) => id === one.id);',
    ],
  },
  {
    name: 'groups',
    texts: [
      'function a(l, f) { return l.reduce((all, x) => { const k = f(x); (all[k] ??= []).push(x); return all; }, {}); }',
      'function a(l, f) { const all = {}; for (const x of l) { const k = f(x); (all[k] ??= []).push(x); } return all; }',
    ],
  },
  {
    name: 'text',
    texts: [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
      'const a = (n) => { const word = n === 1 ? "item" : "items"; return `${n} ${word}`; };',
      'const a = (n) => n + " " + (n !== 1 ? "items" : "item");',
    ],
  },
  {
    name: 'cases',
    texts: [
      'function a(k) { switch (k) { case "a": return 1; case "b": case "c": return 2; default: return 3; } }',
      'function a(k) { if (k === "a") return 1; if (k === "b" || k === "c") return 2; return 3; }',
    ],
  },
  {
    name: 'what is done only if',
    texts: ['function a(x) { if (!x) return; log(x); save(x); }', 'function a(x) { if (x) { log(x); save(x); } }'],
  },
  {
    name: 'copies, bounds and membership',
    texts: [
      'const a = (l, x) => (l.length > 0 && l.indexOf(x) !== -1 ? [...l] : Math.pow(x, 2));',
      'const a = (l, x) => { if (l.length === 0 || !l.includes(x)) return x ** 2; return Array.from(l); };',
    ],
  },
];

/** What looks alike and does something else. */
const DIFFERENT: readonly Case[] = [
  { name: 'bounds', texts: ['const a = (x, y) => x < y;', 'const a = (x, y) => x <= y;'] },
  { name: 'orders', texts: ['const a = (x, y) => x - y;', 'const a = (x, y) => (y - x) * 1;'] },
  { name: 'texts in another order', texts: ['const a = (x) => x + "!";', 'const a = (x) => "!" + x;'] },
  { name: 'not a number is neither', texts: ['const a = (x, y) => !(x < y);', 'const a = (x, y) => x >= y;'] },
  { name: 'or and nullish', texts: ['const a = (x, y) => x.b || y;', 'const a = (x, y) => x.b ?? y;'] },
  {
    name: 'what is read before it changes',
    texts: [
      'const a = (l) => { const n = l.length; l.push(1); return n; };',
      'const a = (l) => { l.push(1); return l.length; };',
    ],
  },
  {
    name: 'a call once and a call each time',
    texts: [
      'const a = (l, f) => { const k = f(); return l.map((x) => x + k); };',
      'const a = (l, f) => l.map((x) => x + f());',
    ],
  },
  {
    name: 'what is compared in another order',
    texts: ['const a = (l) => l.sort((x, y) => x - y);', 'const a = (l) => l.sort((x, y) => y - x);'],
  },
  {
    name: 'promises',
    texts: [
      'const a = async (f) => { const r = await f(1); return r + 1; };',
      'const a = (f) => { const r = f(1); return r + 1; };',
    ],
  },
  {
    name: 'the last and the first that fits',
    texts: [
      'function a(l) { let r; for (const x of l) if (x > 1) r = x; return r; }',
      'function a(l) { for (const x of l) if (x > 1) return x; return undefined; }',
    ],
  },
  {
    name: 'an index that is used',
    texts: [
      'function a(l) { let t = 0; for (let i = 0; i < l.length; i++) t += l[i] * i; return t; }',
      'function a(l) { let t = 0; for (const x of l) t += x * x; return t; }',
    ],
  },
  {
    name: 'one list and another',
    texts: [
      'function a(l, m) { let t = 0; for (let i = 0; i < l.length; i++) t += m[i]; return t; }',
      'function a(l, m) { let t = 0; for (let i = 0; i < l.length; i++) t += l[i]; return t; }',
    ],
  },
];

describe('terms', () => {
  it.each(SAME)('the same: $name', ({ texts }) => {
    const [first, ...others] = texts.map(canonical);
    for (const other of others) expect(other).toBe(first);
  });
  it.each(DIFFERENT)('not the same: $name', ({ texts: [a, b] }) => {
    expect(canonical(a!)).not.toBe(canonical(b!));
  });
});

const SEED = 7;
const SOURCES = ['src/text', 'src/base', 'src/verify/tests', 'examples/shop/src'];

/** Names that a function declares inside of itself, with all their places as plain names. */
function renamed(node: SyntaxNode, pick: () => string): string {
  const names = new Map<string, string>();
  const free = new Set<string>();
  const places: { readonly start: number; readonly end: number; readonly name: string; readonly short: boolean }[] = [];
  const visit = (one: SyntaxNode): void => {
    const { parent } = one;
    const isMember = parent?.kind === 'PropertyAccessExpression' && parent.part('name') === one;
    const isKey = /^(?:PropertyAssignment|PropertySignature|MethodDeclaration|BindingElement)$/.test(
      parent?.kind ?? '',
    );
    const isShort = parent?.kind === 'ShorthandPropertyAssignment';
    if (one.kind === 'Identifier') {
      if (/^(?:VariableDeclaration|Parameter)$/.test(parent?.kind ?? '') && parent?.part('name') === one) {
        if (!names.has(one.text)) names.set(one.text, `${pick()}${names.size}`);
      }
      if (isKey) free.add(one.text);
      if (!isMember) places.push({ start: one.start, end: one.end, name: one.text, short: isShort });
    }
    for (const child of one.children) visit(child);
  };
  visit(node);
  let text = node.text;
  for (const { start, end, name, short } of places.toReversed()) {
    const next = names.get(name);
    if (next === undefined || free.has(name)) continue;
    text = text.slice(0, start - node.start) + (short ? `${name}: ${next}` : next) + text.slice(end - node.start);
  }
  return text;
}

describe('a law', () => {
  it(`functions whose locals are renamed are the same, and others are not (seed ${SEED})`, () => {
    const numbers = random(SEED);
    const keys = new Map<string, string>();
    let count = 0;
    for (const folder of SOURCES)
      for (const file of readdirSync(join(import.meta.dirname, '../../..', folder)).filter((name) =>
        name.endsWith('.ts'),
      )) {
        const text = readFileSync(join(import.meta.dirname, '../../..', folder, file), 'utf8');
        for (const { holder, node, name } of functionsIn(syntaxTreeOf(text, file).root)) {
          if (holder.kind !== 'FunctionDeclaration' || name === 'visit') continue;
          const copy = renamed(holder, () => numbers.pick(['some', 'other', 'q', 'Zed', '$x']));
          const made = canonicalText(functionTerm(node)!);
          expect(canonical(copy), `${folder}/${file} ${name}\n${copy}`).toBe(made);
          const own = node.part('body')!.text.replace(/\s+/g, ' ');
          const twin = keys.get(made);
          // Two that come to the same are told apart by nothing but names.
          if (twin !== undefined) expect(shapeOf(twin), `${file} ${name}`).toBe(shapeOf(own));
          keys.set(made, own);
          count++;
        }
      }
    expect(count).toBeGreaterThan(100);
  });

  it('likeness is 1 with itself, the same both ways, and falls as more is changed', () => {
    const parts = (text: string): readonly number[] =>
      partsOf(functionTerm(functionsIn(syntaxTreeOf(text, 'a.ts').root)[0]!.node)!);
    const whole = parts('function a(x, y) { const z = f(x); g(z, y); h(z); return k(z + y * 2, x.b); }');
    const near = parts('function a(x, y) { const z = f(x); g(z, y); h(z); return k(z + y * 3, x.b); }');
    const far = parts('function a(x, y) { while (x) { x = y.next(); } throw new Error(x); }');
    expect(likeness(whole, whole)).toBe(1);
    expect(likeness(whole, near)).toBe(likeness(near, whole));
    expect(likeness(whole, near)).toBeGreaterThan(likeness(whole, far));
    expect(likeness(whole, far)).toBeLessThan(0.3);
  });
});

const shapeOf = (text: string): string => text.replace(/[A-Za-z_$][\w$]*/g, 'n');
