/**
 * Code as a term: what is left of a syntax tree when layout, types, names of locals and habits of writing are taken away.
 * A local is known by its number; `params` are the locals that a function is given.
 */
export interface Term {
  readonly op: string;
  readonly kids: readonly Term[];
  /** Of a local (`$`): which. */
  readonly id?: number;
  /** Of a function: what it is given. */
  readonly params?: readonly Term[];
}

export const LOCAL = '$';

export const term = (op: string, ...kids: readonly Term[]): Term => ({ op, kids });
export const UNDEFINED = term('undefined');

export const isLocal = (one: Term | undefined, id: number | undefined): boolean =>
  one?.op === LOCAL && one.id === id && id !== undefined;

/** Nodes of a term. */
export function sizeOf(one: Term): number {
  let size = 1;
  for (const kid of one.kids) size += sizeOf(kid);
  return size;
}

export function some(one: Term, test: (one: Term) => boolean): boolean {
  return test(one) || one.kids.some((kid) => some(kid, test));
}

export const uses = (one: Term, id: number): number =>
  (isLocal(one, id) ? 1 : 0) + one.kids.reduce((sum, kid) => sum + uses(kid, id), 0);

export const usesIn = (list: readonly Term[], id: number): number => list.reduce((sum, one) => sum + uses(one, id), 0);

/** The term with what `change` gives in place of the parts that it gives something for. */
export function replaced(one: Term, change: (one: Term) => Term | undefined): Term {
  const own = change(one);
  if (own) return own;
  let same = true;
  const kids = one.kids.map((kid) => {
    const next = replaced(kid, change);
    if (next !== kid) same = false;
    return next;
  });
  return same ? one : { ...one, kids };
}

export const withLocal = (one: Term, id: number, value: Term): Term =>
  replaced(one, (part) => (isLocal(part, id) ? value : undefined));

/** A text's hash, 32 bits (FNV-1a with a last mixing). */
export function hash32(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

const ANY_ORDER = new Set(['*', '+n', '===', '==', '&', '|', '^', 'any-and', 'any-or']);
const erased = new WeakMap<Term, string>();

/** The term as text, all locals alike. */
function erasedText(one: Term): string {
  let text = erased.get(one);
  if (text === undefined) {
    const kids = one.kids.map(erasedText);
    if (ANY_ORDER.has(one.op)) kids.sort();
    text = one.op === LOCAL ? LOCAL : kids.length === 0 ? one.op : `(${one.op} ${kids.join(' ')})`;
    // Long texts are told by their hash: a tree's text would grow with its depth otherwise.
    if (text.length > 80) text = `${hash32(text).toString(36)}${hash32(text, 77).toString(36)}`;
    erased.set(one, text);
  }
  return text;
}

/** The term as text, locals by the order of their first use: the same text is the same code but for names. */
export const canonicalText = (one: Term): string => canonical(one).text;

/** The same, with the numbers of what the function is given: functions of the same text may take it in another order. */
export function canonical(one: Term): { readonly text: string; readonly order: string } {
  const numbers = new Map<number, number>();
  const visit = (part: Term): string => {
    if (part.op === LOCAL) {
      let number = numbers.get(part.id!);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(part.id!, number);
      }
      return `$${number}`;
    }
    const kids = ANY_ORDER.has(part.op)
      ? [...part.kids].sort((a, b) => (erasedText(a) < erasedText(b) ? -1 : 1))
      : part.kids;
    return kids.length === 0 ? part.op : `(${part.op} ${kids.map(visit).join(' ')})`;
  };
  const text = visit(one);
  return { text, order: (one.params ?? []).map(({ id }) => numbers.get(id!) ?? '-').join() };
}

/** Smallest part that counts when two terms are compared, nodes. */
const PART = 3;
/** Parts of one term that are compared. */
const PARTS = 240;

/** Hashes of the parts of a term, all locals alike, sorted. */
export function partsOf(one: Term): readonly number[] {
  const found: number[] = [];
  const visit = (part: Term): number => {
    let size = 1;
    for (const kid of part.kids) size += visit(kid);
    if (size >= PART && found.length < PARTS) found.push(hash32(erasedText(part)));
    return size;
  };
  visit(one);
  return found.sort((a, b) => a - b);
}

/** How much of two terms is alike, from 0 to 1: twice the parts they share by all parts of both. */
export function likeness(a: readonly number[], b: readonly number[]): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      shared++;
      i++;
      j++;
    } else if (a[i]! < b[j]!) i++;
    else j++;
  }
  return a.length + b.length === 0 ? 0 : (2 * shared) / (a.length + b.length);
}

/** Names of members and free names, and literals: what a piece of code is about. */
export function marksOf(one: Term): ReadonlySet<string> {
  const found = new Set<string>();
  some(one, ({ op }) => {
    if (/^(?:\.|name:|key:|')/.test(op) && op !== '.length' && op.length > 2) found.add(op);
    return false;
  });
  return found;
}
