import type { SyntaxNode } from '../../lang/index.ts';
import { bare, type Chain, chainOf, isFunction, type Link, type Names } from './scope.ts';

/**
 * What an assertion asks, whatever library it is written in.
 *
 * `same`: equal in every respect; `equal`: up to undefined members; `loose`: with conversions. `partial`: some members.
 * `counts`: how many assertions have to run. `helper`: a function that asserts. `none`: nothing is asked.
 */
export type Op =
  | 'same'
  | 'equal'
  | 'loose'
  | 'snapshot'
  | 'partial'
  | 'called-with'
  | 'called-times'
  | 'called'
  | 'property'
  | 'close'
  | 'throws'
  | 'match'
  | 'contains'
  | 'one-of'
  | 'length'
  | 'above'
  | 'below'
  | 'within'
  | 'instance'
  | 'type'
  | 'truthy'
  | 'falsy'
  | 'defined'
  | 'settles'
  | 'counts'
  | 'response'
  | 'helper'
  | 'fails'
  | 'none';

export interface RawAssertion {
  readonly op: Op;
  readonly not: boolean;
  readonly subject: SyntaxNode | undefined;
  readonly expected: readonly SyntaxNode[];
  /** A value that goes without saying (`null` of `toBeNull`), as printed. */
  readonly implied?: string;
  /** Whether it is a promise that has to be waited for. */
  readonly isAsync: boolean;
  /** The name of the matcher, or of the helper. */
  readonly by: string;
}

type Meaning = readonly [op: Op, implied?: string, not?: true];

export const MEANINGS: Readonly<Record<string, Meaning>> = {
  // jest, vitest, playwright
  toBe: ['same'],
  toStrictEqual: ['same'],
  toEqual: ['equal'],
  toBeNull: ['same', 'null'],
  toBeUndefined: ['same', 'undefined'],
  toBeNaN: ['same', 'NaN'],
  toBeTruthy: ['truthy'],
  toBeFalsy: ['falsy'],
  toBeDefined: ['defined'],
  toBeCloseTo: ['close'],
  toBeGreaterThan: ['above'],
  toBeGreaterThanOrEqual: ['above'],
  toBeLessThan: ['below'],
  toBeLessThanOrEqual: ['below'],
  toBeInstanceOf: ['instance'],
  toBeTypeOf: ['type'],
  toBeOneOf: ['one-of'],
  toSatisfy: ['helper'],
  toContain: ['contains'],
  toContainEqual: ['contains'],
  toHaveLength: ['length'],
  toHaveProperty: ['property'],
  toMatch: ['match'],
  toMatchObject: ['partial'],
  toThrow: ['throws'],
  toThrowError: ['throws'],
  toThrowErrorMatchingSnapshot: ['snapshot'],
  toThrowErrorMatchingInlineSnapshot: ['snapshot'],
  toMatchSnapshot: ['snapshot'],
  toMatchInlineSnapshot: ['snapshot'],
  toMatchFileSnapshot: ['snapshot'],
  toHaveBeenCalled: ['called'],
  toHaveBeenCalledOnce: ['called-times', '1'],
  toHaveBeenCalledTimes: ['called-times'],
  toHaveBeenCalledWith: ['called-with'],
  toHaveBeenCalledExactlyOnceWith: ['called-with'],
  toHaveBeenLastCalledWith: ['called-with'],
  toHaveBeenNthCalledWith: ['called-with'],
  lastCalledWith: ['called-with'],
  toBeCalled: ['called'],
  toBeCalledWith: ['called-with'],
  toBeCalledTimes: ['called-times'],
  toHaveReturnedWith: ['called-with'],
  toHaveText: ['same'],
  toContainText: ['contains'],
  toHaveTextContent: ['match'],
  toBeVisible: ['same', 'visible'],
  toBeInTheDocument: ['defined'],
  toEqualTypeOf: ['same'],
  toExtend: ['partial'],
  toMatchTypeOf: ['partial'],
  // node:assert, ava, tap
  ok: ['truthy'],
  notOk: ['falsy'],
  equal: ['loose'],
  notEqual: ['loose', undefined, true],
  deepEqual: ['loose'],
  notDeepEqual: ['loose', undefined, true],
  strictEqual: ['same'],
  notStrictEqual: ['same', undefined, true],
  deepStrictEqual: ['same'],
  notDeepStrictEqual: ['same', undefined, true],
  partialDeepStrictEqual: ['partial'],
  throws: ['throws'],
  rejects: ['throws'],
  doesNotThrow: ['throws', undefined, true],
  doesNotReject: ['throws', undefined, true],
  match: ['match'],
  doesNotMatch: ['match', undefined, true],
  ifError: ['falsy'],
  fail: ['fails'],
  is: ['same'],
  isNot: ['same', undefined, true],
  not: ['same', undefined, true],
  true: ['same', 'true'],
  false: ['same', 'false'],
  truthy: ['truthy'],
  falsy: ['falsy'],
  assert: ['truthy'],
  like: ['partial'],
  notThrows: ['throws', undefined, true],
  notThrowsAsync: ['throws', undefined, true],
  throwsAsync: ['throws'],
  regex: ['match'],
  notRegex: ['match', undefined, true],
  snapshot: ['snapshot'],
  matchSnapshot: ['snapshot'],
  same: ['same'],
  strictSame: ['same'],
  hasStrict: ['partial'],
  type: ['type'],
  error: ['falsy'],
  resolves: ['settles'],
  // uvu
  instance: ['instance'],
  fixture: ['same'],
  // chai's assert
  isTrue: ['same', 'true'],
  isFalse: ['same', 'false'],
  isNull: ['same', 'null'],
  isNotNull: ['same', 'null', true],
  isUndefined: ['same', 'undefined'],
  isDefined: ['defined'],
  isOk: ['truthy'],
  isNotOk: ['falsy'],
  exists: ['defined'],
  notExists: ['defined', undefined, true],
  isArray: ['type', 'array'],
  isString: ['type', 'string'],
  isNumber: ['type', 'number'],
  isObject: ['type', 'object'],
  isFunction: ['type', 'function'],
  isBoolean: ['type', 'boolean'],
  isEmpty: ['length', '0'],
  isAbove: ['above'],
  isAtLeast: ['above'],
  isBelow: ['below'],
  isAtMost: ['below'],
  instanceOf: ['instance'],
  include: ['contains'],
  includes: ['contains'],
  notInclude: ['contains', undefined, true],
  lengthOf: ['length'],
  property: ['property'],
  closeTo: ['close'],
  approximately: ['close'],
  sameMembers: ['same'],
  sameDeepMembers: ['same'],
  includeMembers: ['partial'],
};

/** The last words of chai's sentences (`to.be.true`, `to.have.lengthOf(2)`). */
export const WORDS: Readonly<Record<string, Meaning>> = {
  equal: ['same'],
  equals: ['same'],
  eq: ['same'],
  eql: ['same'],
  eqls: ['same'],
  true: ['same', 'true'],
  false: ['same', 'false'],
  null: ['same', 'null'],
  undefined: ['same', 'undefined'],
  NaN: ['same', 'NaN'],
  exist: ['defined'],
  ok: ['truthy'],
  empty: ['length', '0'],
  a: ['type'],
  an: ['type'],
  instanceof: ['instance'],
  instanceOf: ['instance'],
  include: ['contains'],
  includes: ['contains'],
  contain: ['contains'],
  contains: ['contains'],
  string: ['contains'],
  match: ['match'],
  matches: ['match'],
  throw: ['throws'],
  throws: ['throws'],
  Throw: ['throws'],
  rejected: ['throws'],
  rejectedWith: ['throws'],
  fulfilled: ['settles'],
  become: ['same'],
  length: ['length'],
  lengthOf: ['length'],
  property: ['property'],
  ownProperty: ['property'],
  keys: ['partial'],
  members: ['same'],
  above: ['above'],
  greaterThan: ['above'],
  gt: ['above'],
  gte: ['above'],
  least: ['above'],
  below: ['below'],
  lessThan: ['below'],
  lt: ['below'],
  lte: ['below'],
  most: ['below'],
  within: ['within'],
  closeTo: ['close'],
  satisfy: ['helper'],
  oneOf: ['one-of'],
  called: ['called'],
  calledOnce: ['called-times', '1'],
  calledTwice: ['called-times', '2'],
  callCount: ['called-times'],
  calledWith: ['called-with'],
  calledOnceWith: ['called-with'],
  calledWithExactly: ['called-with'],
  calledOnceWithExactly: ['called-with'],
};

/** Functions whose name says that they assert. */
const HELPER = /^(?:expect|assert|verify|ensure|should)(?=[A-Z_]|$)|^(?:check|test)(?=[A-Z_])/;
const FAILS = /^(?:fail|unreachable)$/;

const isExpected = ({ kind, value = '' }: SyntaxNode): boolean => kind === 'Identifier' && /^expect/.test(value);

/** `param`: what the test's function calls its context (`t`). */
export function assertionOf(node: SyntaxNode, names: Names, param: string | undefined): RawAssertion | undefined {
  if (node.kind === 'ThrowStatement')
    return { op: 'fails', not: false, subject: undefined, expected: [], isAsync: false, by: 'throw' };
  if (node.kind !== 'CallExpression' && node.kind !== 'PropertyAccessExpression') return undefined;
  const chain = chainOf(node);
  const { root, links } = chain;
  const [first] = links;
  // What goes on with a promise is no part of what was asked of it.
  if (links.length > 2 && /^(?:then|catch|finally)$/.test(links.at(-1)!.name) && isExpected(root)) return undefined;
  const name = root.kind === 'Identifier' ? (root.value ?? '') : '';
  const local = name === '' ? undefined : names.find(name, root);
  if (/^(?:expect|expectTypeOf)$/.test(name) && local?.kind !== 'function') return expectation(chain);
  // Of jasmine: a promise whatever is asked.
  if (name === 'expectAsync' && local?.kind !== 'function') {
    const asked = expectation(chain);
    return asked && { ...asked, isAsync: true };
  }
  if (name === 'chai' && first?.name === 'expect') return expectation({ root, links: links.slice(1) });
  const should = links.findIndex((link) => link.name === 'should');
  if (should >= 0 && (links.length > should + 1 || links[should]?.args === undefined)) {
    const subject = should === 0 ? root : links[should - 1]!.node;
    return sentence(subject, links.slice(should + 1));
  }
  if (name === 'should') return plainCall(links, 'should');
  if (node.kind !== 'CallExpression') return undefined;
  const isAssert =
    name === 'assert' ||
    (local?.kind === 'import' && /^(?:(?:node:)?assert(?:\/strict)?|uvu\/assert)$/.test(local.module)) ||
    (name === 'chai' && first?.name === 'assert');
  if (isAssert && local?.kind !== 'function') {
    const isStrict = local?.kind === 'import' && (/strict$|^uvu/.test(local.module) || local.exported === 'strict');
    const own = name === 'assert' || local?.kind !== 'import' || /^(?:default|strict|\*|ok)$/.test(local.exported);
    const steps = own ? links : [{ ...links[0]!, name: (local as { exported: string }).exported }];
    return plainCall(steps, 'assert', isStrict || steps.some((link) => link.name === 'strict'));
  }
  if (param !== undefined && name === param) {
    const last = links.at(-1);
    if (first?.name === 'assert') return plainCall(links, 'assert');
    if (first?.name === 'plan') return counting(links);
    // Of ava and tap the plain names are the strict ones.
    if (last?.args && MEANINGS[last.name] && links.length === 1) return plainCall(links, 't', true);
  }
  const called = links.length === 1 && links[0]?.name === '' ? name : undefined;
  if (called !== undefined && HELPER.test(called) && links[0]?.args) return helper(called, links[0].args);
  const response = links.findIndex((link, index) => link.name === 'expect' && link.args && index > 0);
  if (response >= 0 && links.at(-1)?.name === 'expect')
    return {
      op: 'response',
      not: false,
      subject: root,
      expected: links.at(-1)!.args!.filter((one) => !isFunction(bare(one)) && bare(one).value !== 'done'),
      isAsync: true,
      by: 'expect',
    };
  return undefined;
}

export function helper(name: string, args: readonly SyntaxNode[]): RawAssertion {
  const [subject, ...expected] = args;
  return { op: 'helper', not: false, subject, expected, isAsync: false, by: name };
}

const counting = (links: readonly Link[]): RawAssertion => ({
  op: 'counts',
  not: false,
  subject: undefined,
  expected: links.at(-1)?.args ?? [],
  isAsync: false,
  by: links.at(-1)?.name ?? '',
});

/** `expect(x).not.toBe(1)` and chai's `expect(x).to.not.equal(1)`. */
function expectation({ links }: Chain): RawAssertion | undefined {
  const [first, ...rest] = links;
  if (!first) return undefined;
  if (/^(?:assertions|hasAssertions)$/.test(first.name)) return counting(links);
  if (FAILS.test(first.name))
    return { op: 'fails', not: false, subject: undefined, expected: [], isAsync: false, by: first.name };
  if (first.name !== '' && first.name !== 'soft' && first.name !== 'poll') return undefined;
  const [subject] = first.args ?? [];
  return sentence(subject, rest);
}

/** A word of a sentence that asks: called, or one that asks without (`to.be.true`). */
const isSaid = ({ name, args }: Link): boolean =>
  WORDS[name] !== undefined &&
  (args !== undefined || WORDS[name][1] !== undefined || /^(?:exist|ok|called|rejected|fulfilled)$/.test(name));

function sentence(subject: SyntaxNode | undefined, links: readonly Link[]): RawAssertion {
  const has = (name: string): boolean => links.some((link) => link.name === name);
  // Of words in a row the last one that means something is asked; those before it narrow what it is asked of.
  const index = links.findLastIndex((link) => MEANINGS[link.name]?.[0] !== undefined && /^to[A-Z]/.test(link.name));
  const at = index >= 0 ? index : links.findLastIndex((link) => link.name !== 'length' && isSaid(link));
  const length = links.findLastIndex((link) => link.name === 'length');
  const chosen = at >= 0 ? at : length;
  const link = links[chosen];
  const isAsync = has('resolves') || has('rejects') || has('eventually') || has('rejected') || has('rejectedWith');
  const not = has('not') || has('neither');
  const expected = link?.args ?? [];
  if (!link) {
    const custom = links.findLast((one) => one.args && !/^(?:not|resolves|rejects)$/.test(one.name));
    const base = { not, subject, expected: custom?.args ?? [], isAsync, by: custom?.name ?? '' };
    return { op: custom ? 'helper' : 'none', ...base };
  }
  if (/^to[A-Z]/.test(link.name) && !link.args)
    return { op: 'none', not, subject, expected: [], isAsync, by: link.name };
  const meaning = index >= 0 ? MEANINGS[link.name]! : WORDS[link.name]!;
  let [op] = meaning;
  if (op === 'contains' && (has('deep') || bare(expected[0] ?? link.node).kind === 'ObjectLiteralExpression'))
    op = 'partial';
  if (op === 'length' && chosen > 0 && link.name === 'length' && !link.args) op = 'property';
  const by = op !== 'throws' && has('rejects') ? `rejects.${link.name}` : link.name;
  // What the words before were asked with is part of the question (`.property('a').that.equals(1)`).
  const before = links.slice(0, chosen).flatMap((one) => one.args ?? []);
  return finished(op, meaning, { not, subject, expected: [...before, ...expected], isAsync, by });
}

const finished = (
  op: Op,
  [, implied, negative]: Meaning,
  rest: Omit<RawAssertion, 'op' | 'implied'>,
): RawAssertion => ({
  op,
  ...rest,
  not: negative ? !rest.not : rest.not,
  ...(implied === undefined ? {} : { implied }),
});

/** `assert.equal(a, b)`, `t.is(a, b)`, `assert(a)`. */
function plainCall(
  links: readonly Link[],
  library: 'assert' | 't' | 'should',
  isStrict = false,
): RawAssertion | undefined {
  const last = links.at(-1);
  if (!last?.args) return undefined;
  const { name, args } = last;
  if (FAILS.test(name)) return { op: 'fails', not: false, subject: undefined, expected: [], isAsync: false, by: name };
  const meaning: Meaning | undefined =
    name === '' || name === 'strict'
      ? ['truthy']
      : library === 'should'
        ? (WORDS[name] ?? MEANINGS[name])
        : MEANINGS[name];
  if (!meaning) return undefined;
  const [op, implied] = meaning;
  const negative = links.slice(0, -1).some((link) => link.name === 'not');
  const takesValue = implied === undefined && !/^(?:truthy|falsy|defined|settles)$/.test(op);
  const [subject, second] = args;
  return finished(op === 'loose' && isStrict ? 'same' : op, meaning, {
    not: negative,
    subject,
    // A message says nothing about the value.
    expected:
      takesValue && second && !(op === 'throws' && bare(second).kind === 'StringLiteral')
        ? args.slice(1, op === 'close' ? 3 : 2)
        : [],
    isAsync: /Async$|^rejects$|^doesNotReject$/.test(name),
    by: name === '' ? library : name,
  });
}
