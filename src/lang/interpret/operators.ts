import type ts from 'typescript6';
import { Beyond, numberOf, plainOnly, type Scope, type Step, sized } from './machine.ts';

const isAbsent = (value: unknown): boolean => value === undefined || value === null;
const isObject = (value: unknown): boolean =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** `==`: what would ask an object for a text is not read. */
function loosely(a: unknown, b: unknown): boolean {
  if (isAbsent(a) || isAbsent(b)) return isAbsent(a) && isAbsent(b);
  if (isObject(a) !== isObject(b)) throw new TypeError('an object is not compared with a text');
  // biome-ignore lint/suspicious/noDoubleEquals: what is computed here is that very operator
  return a == b;
}

type Plain = (a: never, b: never) => unknown;
/** Of two plain values; dates count as their time, but where they are added. */
const ARITHMETIC: Readonly<Record<string, Plain>> = {
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
  '%': (a: number, b: number) => a % b,
  '**': (a: number, b: number) => a ** b,
  '<': (a: number, b: number) => a < b,
  '>': (a: number, b: number) => a > b,
  '<=': (a: number, b: number) => a <= b,
  '>=': (a: number, b: number) => a >= b,
  '&': (a: number, b: number) => a & b,
  '|': (a: number, b: number) => a | b,
  '^': (a: number, b: number) => a ^ b,
  '<<': (a: number, b: number) => a << b,
  '>>': (a: number, b: number) => a >> b,
  '>>>': (a: number, b: number) => a >>> b,
};

const OTHERS: Readonly<Record<string, (a: unknown, b: unknown) => unknown>> = {
  '+': (a, b) => sized((plainOnly(a) as number) + (plainOnly(b) as number)),
  '===': (a, b) => a === b,
  '!==': (a, b) => a !== b,
  '==': loosely,
  '!=': (a, b) => !loosely(a, b),
  in: (key, value) => {
    if (!isObject(value)) throw new TypeError('only objects have keys');
    const name = String(plainOnly(key));
    if (!Object.hasOwn(value as object, name) && name in (value as object))
      throw new TypeError('what all objects have is not read');
    return Object.hasOwn(value as object, name);
  },
};

/** What an operator computes of two values; undefined where it is not read. */
export function binaryOf(sign: string): ((a: unknown, b: unknown) => unknown) | undefined {
  if (Object.hasOwn(OTHERS, sign)) return OTHERS[sign];
  const apply = Object.hasOwn(ARITHMETIC, sign) ? ARITHMETIC[sign] : undefined;
  return apply && ((a, b) => apply(numberOf(a) as never, numberOf(b) as never));
}

export function binary(sign: string, left: Step, right: Step): Step {
  switch (sign) {
    case '&&':
      return (scope) => left(scope) && right(scope);
    case '||':
      return (scope) => left(scope) || right(scope);
    case '??':
      return (scope) => left(scope) ?? right(scope);
    case ',':
      return (scope) => {
        left(scope);
        return right(scope);
      };
  }
  const apply = binaryOf(sign);
  if (!apply) throw new Beyond();
  return (scope) => apply(left(scope), right(scope));
}

export function unary(api: typeof ts, operator: ts.PrefixUnaryOperator, value: Step): Step {
  const number = (scope: Scope): number => numberOf(value(scope)) as number;
  switch (operator) {
    case api.SyntaxKind.ExclamationToken:
      return (scope) => !value(scope);
    case api.SyntaxKind.MinusToken:
      return (scope) => -number(scope);
    case api.SyntaxKind.PlusToken:
      return (scope) => +number(scope);
    case api.SyntaxKind.TildeToken:
      return (scope) => ~number(scope);
  }
  throw new Beyond();
}
