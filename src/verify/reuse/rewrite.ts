import { isLocal, LOCAL, replaced, some, type Term, term, UNDEFINED, uses, usesIn, withLocal } from './term.ts';

/** Gives numbers to locals that the rewriting makes. */
export type Fresh = () => Term;

const COMPARES = new Set(['===', '==', '<', '<=', 'not', 'in', 'instanceof', 'includes', 'true', 'false']);
const ASKS = /^\.(?:has|some|every|startsWith|endsWith|test|includes|isArray|isInteger|isNaN|isFinite)$/;

/** Whether a term is a boolean whatever its parts are. */
export const isBoolean = (one: Term): boolean =>
  COMPARES.has(one.op) ||
  (/^(?:any-)?(?:and|or)$/.test(one.op) && one.kids.every(isBoolean)) ||
  (one.op === 'call' && ASKS.test(one.kids[0]?.op ?? ''));

const opposite: Readonly<Record<string, string>> = { and: 'or', or: 'and', 'any-and': 'any-or', 'any-or': 'any-and' };

export function not(one: Term): Term {
  if (one.op === 'not' && isBoolean(one.kids[0]!)) return one.kids[0]!;
  if (one.op === 'true') return term('false');
  if (one.op === 'false') return term('true');
  const other = opposite[one.op];
  if (other) return term(other, ...one.kids.map(not));
  if (one.op === '.length') return term('===', term('#0'), one);
  return term('not', one);
}

/** A condition: what it is worth beside being true or false does not matter. */
export function truth(one: Term): Term {
  if (one.op === 'not' && one.kids[0]!.op === 'not') return truth(one.kids[0]!.kids[0]!);
  return one.op === '.length' ? term('not', term('===', term('#0'), one)) : one;
}

/** `and` and `or` with nothing in it that must come first are in any order. */
export function joined(op: 'and' | 'or', parts: readonly Term[]): Term {
  const kids = parts.flatMap((one) => (one.op === op || one.op === `any-${op}` ? one.kids : [one]));
  const nothing = nullish(op, kids);
  if (nothing) return nothing;
  const free = kids.every(
    (one) => isBoolean(one) && !some(one, ({ op: part }) => /^(?:\.|\?|\[\]|call|set)/.test(part)),
  );
  return term(free ? `any-${op}` : op, ...kids);
}

/** `x === undefined || x === null` as `x == null`. */
function nullish(op: 'and' | 'or', kids: readonly Term[]): Term | undefined {
  const sides = kids.map((one) => (op === 'or' ? one : one.op === 'not' ? one.kids[0]! : UNDEFINED));
  if (kids.length !== 2 || sides.some((one) => one.op !== '===')) return undefined;
  const [a, b] = sides.map(({ kids: [left, right] }) => {
    const empty = /^(?:null|undefined)$/.test(right!.op) ? [right!, left!] : [left!, right!];
    return { empty: empty[0]!.op, of: JSON.stringify(empty[1]) };
  });
  if (a!.of !== b!.of || new Set([a!.empty, b!.empty, 'null', 'undefined']).size !== 2 || a!.empty === b!.empty)
    return undefined;
  const [left, right] = sides[0]!.kids;
  const same = term('==', term('null'), /^(?:null|undefined)$/.test(right!.op) ? left! : right!);
  return op === 'or' ? same : not(same);
}

export function choice(given: Term, yes: Term, no: Term): Term {
  const when = truth(given);
  if (when.op === 'not') return choice(when.kids[0]!, no, yes);
  if (isBoolean(when)) {
    if (yes.op === 'true') return no.op === 'false' ? when : joined('or', [when, no]);
    if (yes.op === 'false') return no.op === 'true' ? not(when) : joined('and', [not(when), no]);
    if (no.op === 'false') return joined('and', [when, yes]);
    if (no.op === 'true') return joined('or', [not(when), yes]);
  }
  const [left, right] = when.kids;
  if (when.op === '==' && left?.op === 'null' && JSON.stringify(right) === JSON.stringify(no))
    return term('??', no, yes);
  return /^(?:any-)?or$/.test(when.op) ? term('choice', not(when), no, yes) : term('choice', when, yes, no);
}

const EXITS = new Set(['return', 'throw', 'break', 'continue']);
const exits = (list: readonly Term[]): boolean => EXITS.has(list.at(-1)?.op ?? '');
const block = (list: readonly Term[]): Term => term('block', ...list);

/** What is done if, with what else is done after it where the first way ends there. */
export function branch(given: Term, yes: readonly Term[], no: readonly Term[]): readonly Term[] {
  const when = truth(given);
  if (no.length > 0 && yes.length === 0) return branch(not(when), no, []);
  if (no.length > 0 && exits(no) && !exits(yes)) return [term('if', not(when), block(no)), ...yes];
  if (exits(yes)) return [term('if', when, block(yes)), ...no];
  if (no.length === 0) {
    const [only] = yes;
    if (yes.length === 1 && only!.op === 'if' && only!.kids.length === 2)
      return [term('if', joined('and', [when, only!.kids[0]!]), only!.kids[1]!)];
    return [term('if', when, block(yes))];
  }
  // One local set either way is set once.
  const [a, b] = [yes[0]!, no[0]!];
  if (yes.length === 1 && no.length === 1 && a.op === 'set' && b.op === 'set' && isLocal(a.kids[0], b.kids[0]?.id))
    return [term('set', a.kids[0]!, choice(when, a.kids[1]!, b.kids[1]!))];
  return when.op === 'not'
    ? [term('if', when.kids[0]!, block(no), block(yes))]
    : [term('if', when, block(yes), block(no))];
}

const sets = (one: Term, id: number): boolean =>
  some(one, ({ op, kids }) => (op === 'set' || op === '++') && isLocal(kids[0], id));

const CHANGERS = /^\.(?:push|pop|shift|unshift|splice|sort|reverse|set|delete|add|clear|fill)$/;

/** Whether a value is the same later in the list. */
function isStable(value: Term, list: readonly Term[]): boolean {
  if (some(value, ({ op }) => /^(?:call|new|await|yield|set|\+\+|fn|array|object|copy|concat)$/.test(op))) return false;
  const roots: number[] = [];
  some(value, ({ op, id }) => {
    if (op === LOCAL) roots.push(id!);
    return false;
  });
  const reads = some(value, ({ op }) => /^[.?[]/.test(op));
  return !list.some((one) =>
    some(
      one,
      ({ op, kids }) =>
        ((op === 'set' || op === '++') && (kids[0]!.op === LOCAL ? roots.includes(kids[0]!.id!) : reads)) ||
        (reads && op === 'call' && CHANGERS.test(kids[0]?.op ?? '')),
    ),
  );
}

const isPure = (one: Term): boolean => !some(one, ({ op }) => /^(?:call|new|await|yield|set|\+\+)$/.test(op));

/** Whether a local is used in a function or loop inside, where it could be used again and again. */
const usedInside = (one: Term, id: number): boolean =>
  some(one, (part) => /^(?:fn|each|while)/.test(part.op) && uses(part, id) > 0);

/** Constants that are used once stand where they are used. */
function inlined(list: readonly Term[]): readonly Term[] {
  for (const [at, one] of list.entries()) {
    const [local, value] = one.kids;
    if (one.op !== 'let' || !value || local!.op !== LOCAL) continue;
    const id = local!.id!;
    const rest = list.slice(at + 1);
    if (rest.some((next) => sets(next, id)) || uses(value, id) > 0) continue;
    const count = usesIn(rest, id);
    const user = rest.findIndex((next) => uses(next, id) > 0);
    const stable = isStable(value, rest);
    const isPath =
      stable && some(value, ({ op }) => op === LOCAL) && value.kids.length <= 1 && /^(?:\.|\$)/.test(value.op);
    if (!isPath && count !== 1) continue;
    if (user < 0) continue;
    const near = rest.slice(0, user).every(({ op, kids }) => op === 'let' && isPure(kids[1] ?? UNDEFINED));
    if (!stable && (!near || usedInside(rest[user]!, id))) continue;
    return inlined([...list.slice(0, at), ...rest.map((next) => withLocal(next, id, value))]);
  }
  return list;
}

/** `let i = 0; while (i < xs.length) { … xs[i] …; i++ }` as a loop over what is in `xs`. */
function overElements(list: readonly Term[], fresh: Fresh): readonly Term[] {
  for (const [at, one] of list.entries()) {
    if (one.op !== 'while') continue;
    const [when, body] = one.kids as [Term, Term];
    const [index, length] = when.kids;
    if (when.op !== '<' || index?.op !== LOCAL || length?.op !== '.length') continue;
    const [over] = length.kids as [Term];
    const start = list.findIndex(({ op, kids }) => op === 'let' && isLocal(kids[0], index.id) && kids[1]?.op === '#0');
    const step = body.kids.at(-1);
    if (start < 0 || start > at || step?.op !== 'set' || !isLocal(step.kids[0], index.id)) continue;
    if (JSON.stringify(step.kids[1]) !== JSON.stringify(term('+n', index, term('#1')))) continue;
    const inner = body.kids.slice(0, -1);
    if (
      inner.some((part) => sets(part, index.id!)) ||
      usesIn([...list.slice(start + 1, at), ...list.slice(at + 1)], index.id!) > 0
    )
      continue;
    const element = fresh();
    const key = JSON.stringify(over);
    const swapped = inner.map((part) =>
      replaced(part, (piece) =>
        piece.op === '[]' && isLocal(piece.kids[1], index.id) && JSON.stringify(piece.kids[0]) === key
          ? element
          : undefined,
      ),
    );
    if (
      usesIn(swapped, index.id!) > 0 ||
      swapped.some((part) => some(part, ({ op, kids }) => op === 'set' && isLocal(kids[0], element.id)))
    )
      continue;
    const loop = term('each', element, over, block(rewrite(swapped, fresh, 'loop')));
    return overElements([...list.slice(0, start), ...list.slice(start + 1, at), loop, ...list.slice(at + 1)], fresh);
  }
  return list;
}

const callback = (params: readonly Term[], value: Term): Term => ({
  op: 'fn',
  kids: [term('params', ...params), block([term('return', value)])],
  params,
});
const method = (on: Term, name: string, ...args: readonly Term[]): Term => term('call', term(`.${name}`, on), ...args);

/** Loops that do what a method of lists does, as that method. */
function asMethods(list: readonly Term[], fresh: Fresh): readonly Term[] {
  for (const [at, one] of list.entries()) {
    if (one.op !== 'each') continue;
    const [item, over, { kids: body }] = one.kids as [Term, Term, Term];
    const [only] = body;
    if (body.length !== 1 || !only) continue;
    const [when, inner] =
      only.op === 'if' && only.kids.length === 2 ? [only.kids[0], only.kids[1]!.kids] : [undefined, body];
    if (inner.length !== 1) continue;
    const [act] = inner as [Term];
    const next = list[at + 1];
    const before = list.slice(0, at);
    if (when && act.op === 'return' && next?.op === 'return') {
      const [value] = act.kids;
      const [last] = next.kids;
      let asked: Term | undefined;
      if (value?.op === 'true' && last?.op === 'false') asked = method(over, 'some', callback([item], when));
      if (value?.op === 'false' && last?.op === 'true') asked = method(over, 'every', callback([item], not(when)));
      if (isLocal(value, item.id) && (last === undefined || last.op === 'undefined'))
        asked = method(over, 'find', callback([item], when));
      if (asked) return [...before, term('return', asked), ...list.slice(at + 2)];
    }
    const made = (id: number | undefined): number =>
      before.findLastIndex(({ op, kids }) => op === 'let' && isLocal(kids[0], id));
    if (act.op === 'call' && act.kids[0]?.op === '.push' && act.kids.length === 2) {
      const start = made(act.kids[0].kids[0]?.id);
      const [out, empty] = list[start]?.kids ?? [];
      const [, pushed] = act.kids as [Term, Term];
      if (!out || empty?.op !== 'array' || empty.kids.length > 0 || usesIn(before.slice(start + 1), out.id!) > 0)
        continue;
      if (uses(pushed, out.id!) + uses(over, out.id!) + (when ? uses(when, out.id!) : 0) > 0) continue;
      const kept = when ? method(over, 'filter', callback([item], when)) : over;
      const inside = fresh();
      const mapped = (): Term => method(kept, 'map', callback([inside], withLocal(pushed, item.id!, inside)));
      const value = isLocal(pushed, item.id) ? (when ? kept : term('copy', over)) : mapped();
      return asMethods(
        [...before.filter((_, index) => index !== start), term('let', out, value), ...list.slice(at + 1)],
        fresh,
      );
    }
    if (act.op === 'set' && act.kids[0]?.op === LOCAL) {
      const start = made(act.kids[0].id);
      const [sum, from] = list[start]?.kids ?? [];
      if (!sum || !from || usesIn(before.slice(start + 1), sum.id!) + uses(over, sum.id!) > 0) continue;
      const inside = fresh();
      const value = when ? choice(when, act.kids[1]!, sum) : act.kids[1]!;
      const folded = method(over, 'reduce', callback([inside, item], withLocal(value, sum.id!, inside)), from);
      return asMethods(
        [...before.filter((_, index) => index !== start), term('let', sum, folded), ...list.slice(at + 1)],
        fresh,
      );
    }
  }
  return list;
}

/** `return xs.reduce((all, x) => { …; return all; }, start)` as the loop that it is. */
function unfolded(list: readonly Term[]): readonly Term[] {
  const last = list.at(-1);
  const call = last?.op === 'return' ? last.kids[0] : undefined;
  if (call?.op !== 'call' || call.kids[0]?.op !== '.reduce' || call.kids.length !== 3) return list;
  const [to, fn, from] = call.kids as [Term, Term, Term];
  const [sum, item] = fn.params ?? [];
  const body = fn.kids.at(-1)?.kids ?? [];
  const end = body.at(-1);
  if (
    fn.op !== 'fn' ||
    fn.params?.length !== 2 ||
    body.length < 2 ||
    end?.op !== 'return' ||
    !isLocal(end.kids[0], sum!.id)
  )
    return list;
  if (body.slice(0, -1).some((one) => some(one, ({ op }) => op === 'return'))) return list;
  const loop = term('each', item!, to.kids[0]!, block(body.slice(0, -1)));
  return [...list.slice(0, -1), term('let', sum!, from), loop, term('return', sum!)];
}

/** Where what comes after only runs if, it is in the `if`. */
function guarded(list: readonly Term[], word: 'continue' | 'return', fresh: Fresh): readonly Term[] {
  for (const [at, { op, kids }] of list.entries()) {
    const [when, yes] = kids;
    const [only] = yes?.kids ?? [];
    if (op !== 'if' || kids.length !== 2 || yes!.kids.length !== 1 || only!.op !== word || only!.kids.length > 0)
      continue;
    const rest = list.slice(at + 1);
    if (word === 'return' && rest.some((one) => some(one, (part) => part.op === 'return'))) return list;
    if (rest.length === 0) return list.slice(0, at);
    return [...list.slice(0, at), ...branch(not(when!), guarded(rest, word, fresh), [])];
  }
  return list;
}

/** `if (a) return x; return y` as one return. */
function oneReturn(list: readonly Term[]): readonly Term[] {
  const [guard, last] = list.slice(-2);
  if (list.length < 2 || last?.op !== 'return' || guard?.op !== 'if' || guard.kids.length !== 2) return list;
  const [when, whole] = guard.kids as [Term, Term];
  const yes = oneReturn(whole.kids);
  if (yes.length !== 1 || yes[0]!.op !== 'return') return list;
  const value = choice(when, yes[0]!.kids[0] ?? UNDEFINED, last.kids[0] ?? UNDEFINED);
  return oneReturn([...list.slice(0, -2), term('return', value)]);
}

/** A list of statements as it would be written by somebody who has one habit for everything. */
export function rewrite(given: readonly Term[], fresh: Fresh, of: 'function' | 'loop' | 'block'): readonly Term[] {
  let list = of === 'block' ? given : guarded(given, of === 'loop' ? 'continue' : 'return', fresh);
  list = inlined(unfolded(list));
  list = inlined(asMethods(overElements(list, fresh), fresh));
  // What is set once right after it was declared is declared so.
  list = inlined(declaredOnce(list));
  return of === 'function' ? inlined(asMethods(oneReturn(list), fresh)) : list;
}

function declaredOnce(list: readonly Term[]): readonly Term[] {
  for (const [at, one] of list.entries()) {
    const next = list[at + 1];
    const [local, value] = one.kids;
    if (one.op !== 'let' || next?.op !== 'set' || !isLocal(next.kids[0], local?.id)) continue;
    const fresh = value === undefined || value.kids.length === 0;
    if (!fresh) continue;
    const set = withLocal(next.kids[1]!, local!.id!, value ?? UNDEFINED);
    return declaredOnce([...list.slice(0, at), term('let', local!, set), ...list.slice(at + 2)]);
  }
  return list;
}

/** A statement of a callback as one of a loop: what leaves the callback goes on; undefined where it gives something. */
export function asContinue(one: Term): Term | undefined {
  if (one.op === 'return') return one.kids.length === 0 ? term('continue') : undefined;
  if (/^(?:fn)/.test(one.op)) return one;
  if (one.op !== 'if' && one.op !== 'block')
    return some(one, ({ op }) => op === 'return') && !some(one, ({ op }) => op.startsWith('fn')) ? undefined : one;
  const kids = one.kids.map((kid) => asContinue(kid));
  return kids.every((kid) => kid !== undefined) ? { ...one, kids } : undefined;
}
