import { type Random, random } from '../../base/index.ts';
import type { ParameterShape, Shape } from '../../lang/index.ts';
import { inputSource } from '../compare/inputs.ts';
import { edgesOf } from '../compare/make.ts';
import { Code, Made } from '../compare/print.ts';

/** A way to make inputs: what repeats in them, what numbers and callbacks are. */
interface Kind {
  readonly items: 'all-differ' | 'few' | 'in-order';
  readonly numbers: 'small' | 'half';
  readonly says: boolean;
}

const KINDS: readonly Kind[] = [
  { items: 'all-differ', numbers: 'small', says: false },
  { items: 'few', numbers: 'half', says: true },
  { items: 'in-order', numbers: 'small', says: true },
];
const LISTS = [32, 64, 128, 256, 512, 1024, 2048];
/** A number alone may cost as much as two to its power. */
const NUMBERS = [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048];
const DEPTH = 4;
/** Of items that repeat, so many differ. */
const FEW = 7;
/** Items of a list in a list. */
const INNER = 3;
/** Characters of all inputs of one function. */
const SOURCE = 400_000;

/** One row of inputs whose size grows. */
export interface Grown {
  /** What grows, as people say it: `list of n`. */
  readonly says: string;
  readonly sizes: readonly { readonly size: number; readonly args: string }[];
}

/** Inputs of growing size for a function of these parameters; none where nothing in them grows. */
export function grownInputs(
  parameters: readonly ParameterShape[],
  literals: readonly (number | string)[],
  seed: number,
): readonly Grown[] {
  const hasItems = parameters.some(({ shape }) => growsIn(shape));
  const hasNumbers = parameters.some(({ shape, optional }) => shape.kind === 'number' && !optional);
  if (!hasItems && !hasNumbers) return [];
  const kinds = hasItems ? KINDS : KINDS.slice(0, 1);
  let left = SOURCE;
  return kinds.map((kind) => {
    const sizes: { size: number; args: string }[] = [];
    for (const size of hasItems ? LISTS : NUMBERS) {
      const maker = new Grower(size, kind, literals, random(seed), hasItems);
      const args = inputSource(maker.args(parameters));
      left -= args.length;
      if (left < 0) break;
      sizes.push({ size, args });
    }
    return { says: parameters.map(({ shape }) => said(shape, hasItems, kind)).join(', '), sizes };
  });
}

const growsIn = (shape: Shape, depth = 0): boolean =>
  depth < 2 &&
  (/^(?:array|set|map|dictionary|string)$/.test(shape.kind) ||
    (shape.kind === 'record' && shape.fields.some((one) => growsIn(one.shape, depth + 1))) ||
    (shape.kind === 'instance' && (shape.parameters ?? []).some((one) => growsIn(one.shape, depth + 1))) ||
    (shape.kind === 'union' && shape.members.some((one) => growsIn(one, depth))));

function said(shape: Shape, hasItems: boolean, { numbers }: Kind): string {
  switch (shape.kind) {
    case 'array':
      return 'list of n';
    case 'string':
      return 'text of n';
    case 'set':
    case 'map':
    case 'dictionary':
      return `${shape.kind} of n`;
    case 'number':
      return hasItems ? (numbers === 'small' ? String(INNER) : 'n / 2') : 'n';
    case 'union':
      return said(shape.members.find((one) => growsIn(one)) ?? { kind: 'unknown' }, hasItems, { numbers } as Kind);
    default:
      return '…';
  }
}

class Grower {
  readonly #size: number;
  readonly #kind: Kind;
  readonly #words: readonly string[];
  readonly #order: readonly number[];
  readonly #hasItems: boolean;

  constructor(size: number, kind: Kind, literals: readonly (number | string)[], numbers: Random, hasItems: boolean) {
    this.#size = size;
    this.#kind = kind;
    this.#hasItems = hasItems;
    this.#words = literals.filter((one) => typeof one === 'string' && one.length > 0 && one.length < 20).map(String);
    const order = Array.from({ length: size }, (_, at) => at);
    if (kind.items === 'all-differ')
      for (let at = order.length - 1; at > 0; at--) {
        const other = numbers.below(at + 1);
        [order[at], order[other]] = [order[other]!, order[at]!];
      }
    this.#order = kind.items === 'few' ? order.map((at) => at % FEW) : order;
  }

  args(parameters: readonly ParameterShape[]): unknown[] {
    return parameters
      .filter(({ optional, shape }) => !optional || growsIn(shape))
      .flatMap(({ shape, rest }) => {
        const value = this.#grown(shape, 0);
        return rest && Array.isArray(value) ? (value as unknown[]) : [value];
      });
  }

  /** A value of full size. */
  #grown(shape: Shape, depth: number): unknown {
    const items = <T>(one: (at: number) => T): T[] => this.#order.map((at) => one(at));
    switch (shape.kind) {
      case 'array':
        return items((at) => this.#item(shape.element, at, 0));
      case 'set':
        return new Set(items((at) => this.#item(shape.element, at, 0)));
      case 'map':
        return new Map(items((at) => [this.#item(shape.key, at, 0), this.#item(shape.value, at, 0)]));
      case 'dictionary':
        return Object.fromEntries(items((at) => [`k${at}`, this.#item(shape.value, at, 0)]));
      case 'string':
        return this.#text();
      case 'number':
        return !this.#hasItems ? this.#size : this.#kind.numbers === 'small' ? INNER : this.#size / 2;
      case 'record':
        return depth >= DEPTH
          ? this.#item(shape, 0, 0)
          : Object.fromEntries(
              shape.fields
                .filter(({ optional }) => !optional)
                .map((one) => [one.name, this.#grown(one.shape, depth + 1)]),
            );
      case 'instance':
        return shape.parameters && depth < DEPTH
          ? new Made(
              `new $m.${shape.name}`,
              shape.parameters.filter(({ optional }) => !optional).map((one) => this.#grown(one.shape, depth + 1)),
            )
          : edgesOf(shape)[0];
      case 'union':
        return this.#grown(
          shape.members.find((one) => growsIn(one)) ?? shape.members[0] ?? { kind: 'undefined' },
          depth,
        );
      case 'function':
        return this.#callback(shape.parameters, shape.returns);
      default:
        return this.#item(shape, 0, 0);
    }
  }

  /** A small value, another one for each `at`. */
  #item(shape: Shape, at: number, depth: number): unknown {
    const few = <T>(one: (inner: number) => T): T[] =>
      depth >= DEPTH ? [] : Array.from({ length: INNER }, (_, inner) => one(at + inner));
    switch (shape.kind) {
      case 'number':
        return at;
      case 'bigint':
        return BigInt(at);
      case 'string':
      case 'key':
        return `k${String(at).padStart(5, '0')}`;
      case 'boolean':
        return at % 2 === 0;
      case 'date':
        return new Date(Date.UTC(2020, 0, 1) + at * 86_400_000);
      case 'unknown':
        return at;
      case 'array':
        return few((one) => this.#item(shape.element, one, depth + 1));
      case 'set':
        return new Set(few((one) => this.#item(shape.element, one, depth + 1)));
      case 'tuple':
        return shape.elements.map((one) => this.#item(one, at, depth + 1));
      case 'dictionary':
        return Object.fromEntries(few((one) => [`k${one}`, this.#item(shape.value, one, depth + 1)]));
      case 'record':
        return Object.fromEntries(
          shape.fields
            .filter(({ optional }) => !optional)
            .map((one) => [one.name, depth >= DEPTH ? undefined : this.#item(one.shape, at, depth + 1)]),
        );
      case 'union':
        return shape.members.length === 0
          ? undefined
          : this.#item(shape.members[at % shape.members.length]!, at, depth + 1);
      default:
        return edgesOf(shape)[0];
    }
  }

  #text(): string {
    const words = this.#words.length > 0 ? this.#words : [' '];
    const parts: string[] = [];
    for (let length = 0, at = 0; length < this.#size; at++) {
      const item = this.#order[at % this.#order.length]!;
      const part = this.#kind.items === 'few' ? 'a' : at % 2 === 0 ? item.toString(36) : words[item % words.length]!;
      parts.push(part);
      length += part.length;
    }
    return parts.join('').slice(0, this.#size);
  }

  /** What tells items apart: most callbacks of lists do. */
  #callback(parameters: readonly Shape[], returns: Shape): Code {
    switch (returns.kind) {
      case 'boolean':
        return new Code(
          parameters.length > 1 && parameters[1]!.kind !== 'number' ? '(a, b) => a === b' : `() => ${this.#kind.says}`,
        );
      case 'number':
        return new Code(
          parameters.length === 2
            ? '(a, b) => (a < b ? -1 : a > b ? 1 : 0)'
            : "(a) => (typeof a === 'number' ? a : String(Object.values(a ?? {})[0] ?? a).length)",
        );
      case 'string':
      case 'key':
        return new Code("(a) => (typeof a === 'object' && a !== null ? String(Object.values(a)[0]) : String(a))");
      case 'unknown':
      case 'union':
        return new Code('(a) => a');
      default:
        return edgesOf({ kind: 'function', parameters, returns })[0] as Code;
    }
  }
}
