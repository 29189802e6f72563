import { type Kind, NUMBER, STRING } from '../kinds.ts';

/** A function of one or two names, written where it is used. */
export interface LambdaSlot {
  /**
   * `element`: an item and its index; `key`: what is made of an item alone; `by`: an item and its index, or the item itself; `fold`: what was made so
   * far and an item; `group`: the group so far and an item; `pair`: two items of one list.
   */
  readonly role: 'element' | 'key' | 'by' | 'fold' | 'group' | 'pair';
  readonly names: readonly Kind[];
  readonly result: Kind;
}

export type Slot = Kind | LambdaSlot;

/** A function that search hands to an operator. */
export type Call = (item: unknown, index: number) => unknown;

export const isOrdered = (kind: Kind): boolean => kind === NUMBER || kind === STRING;

/** A function of an item and its index. */
export const element = (item: Kind, result: Kind, role: 'element' | 'key' | 'by' = 'element'): LambdaSlot => ({
  role,
  names: [item, NUMBER],
  result,
});

export const isLambda = (slot: Slot): slot is LambdaSlot => 'role' in slot;

/** How tightly a piece of text binds, as in the language's own grammar; higher is tighter. */
export const BINDS = {
  arrow: 2,
  conditional: 3,
  nullish: 4,
  or: 4,
  and: 5,
  equality: 9,
  relational: 10,
  additive: 12,
  multiplicative: 13,
  power: 14,
  unary: 15,
  member: 18,
  primary: 20,
} as const;

/**
 * Statements: `$0`, `$1` … are the parts, `$type` the type of what is made, `$(x)` a name of its own called `x`, of which `$(made)` is
 * the result's and is called `made`. A part that is a function is its body, over `$item`.
 */
export interface Lines {
  readonly lines: readonly string[];
  /** Empty where no name is needed. */
  readonly made: string;
  /** What stands for the value afterwards; the name of the result where not given. */
  readonly value?: string;
  /** What the names of a function stand for, where they are no names. */
  readonly names?: readonly string[];
}

/**
 * One way to make a value of others: what the user reads (`template`, with `$0`, `$1` … for the parts) and what search
 * computes (`apply`), which is assay's own code and gives `ERROR` where the text would throw.
 */
export interface Operator {
  readonly name: string;
  readonly template: string;
  readonly slots: readonly Slot[];
  readonly result: Kind;
  readonly cost: number;
  // biome-ignore lint/suspicious/noExplicitAny: the slots say what each part is; search fills them by kind
  readonly apply: (...parts: any[]) => unknown;
  readonly binds: number;
  /** Least binding of each part; where not given, by what stands around the part in the template. */
  readonly needs?: readonly number[];
  readonly commutative?: boolean;
  /** Takes `undefined` and `null` as values; all others give `ERROR` for them. */
  readonly absent?: boolean;
  /** Words in prose that speak of it. */
  readonly words: readonly string[];
  /** Part of any function, whatever it is about. */
  readonly core?: boolean;
  /** Calls a function of the project, or one that was handed in. */
  readonly calls?: boolean;
  /** Least and deepest nesting of lambdas that it may stand in; any where not given. */
  readonly inside?: number;
  readonly depth?: number;
  /** Parts that are only computed where they count: `apply` then takes functions for all parts. */
  readonly lazy?: boolean;
  /** What numbers of the result count; that of the parts where not given. */
  readonly flavour?: 'count' | 'none';
  /** Takes numbers that count different things. */
  readonly mixes?: boolean;
  /** Written as statements: where it is what the body returns, or before the place where it is used. */
  readonly statement?: 'fold' | 'scan' | 'group' | Lines;
}

type Extra = Partial<
  Pick<
    Operator,
    | 'binds'
    | 'needs'
    | 'commutative'
    | 'absent'
    | 'inside'
    | 'depth'
    | 'lazy'
    | 'statement'
    | 'name'
    | 'flavour'
    | 'mixes'
    | 'core'
    | 'calls'
    | 'words'
  >
>;

/** Arithmetic, comparison and logic, lengths, items, fields and the common functions over lists. */
const CORE =
  /^\$0 (?:[-+<>]|[<>]=|===|&&) \$1$|^!?\$0(?:\.length|\[\$1\]|\.[a-z]\w*|\[\d\])?$|^\$0\.(?:map|filter|reduce)\(|^\{|^group|^scan|^\$0\(\$1/;

/** `words` are separated by blanks. */
export function operator(
  template: string,
  slots: readonly Slot[],
  result: Kind,
  cost: number,
  // biome-ignore lint/suspicious/noExplicitAny: as Operator.apply
  apply: (...parts: any[]) => unknown,
  words = '',
  extra: Extra = {},
): Operator {
  return {
    name: template,
    template,
    slots,
    result,
    cost,
    apply,
    binds: BINDS.member,
    core: CORE.test(template),
    words: words === '' ? [] : words.split(' '),
    ...extra,
  };
}

export function infix(
  sign: string,
  binds: number,
  slots: readonly [Kind, Kind],
  result: Kind,
  cost: number,
  // biome-ignore lint/suspicious/noExplicitAny: as Operator.apply
  apply: (a: any, b: any) => unknown,
  words = '',
  extra: Extra = {},
): Operator {
  // The right part of an equal operator is bracketed, but where order changes nothing: sums of numbers are rounded.
  const isFree = sign === '&&' || sign === '||' || (sign === '+' && result.tag === 'string');
  const needs = [binds, isFree ? binds : binds + 1];
  return operator(`$0 ${sign} $1`, slots, result, cost, apply, words, { binds, needs, ...extra });
}
