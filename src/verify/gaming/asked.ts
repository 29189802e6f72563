import type { SyntaxNode } from '../../lang/index.ts';
import type { Op, RawAssertion } from './assertions.ts';
import type { Printed } from './canon.ts';
import { bare } from './scope.ts';
import { strengthOf } from './strength.ts';
import type { Assertion, Reach } from './types.ts';

/** Functions that say whether two values are the same. */
const EQUALS = /^(?:Object\.is|(?:util\.)?isDeepStrictEqual|(?:_\.)?isEqual|(?:R\.)?equals|deepEqual)$/;

const EMPTY: Printed = { text: '', shape: '', pure: false, literals: [], names: [] };
const IMPLIED = (text: string): Printed => ({ text, shape: text, pure: true, literals: [text], names: [] });

/** `if (a !== b) throw …` asks for the same as `expect(a).toBe(b)`. */
function comparedIn(
  node: SyntaxNode,
): { readonly left: SyntaxNode; readonly right: SyntaxNode; readonly isSame: boolean } | undefined {
  const block = node.kind === 'ThrowStatement' ? node.parent : node.parent?.parent;
  const holder = block?.kind === 'Block' ? block.parent : block;
  const condition = holder?.kind === 'IfStatement' ? bare(holder.part('expression')!) : undefined;
  const sign = condition?.kind === 'BinaryExpression' ? condition.part('operatorToken')!.kind : '';
  if (!condition || !/^(?:Equals|Exclamation)EqualsEqualsToken$/.test(sign)) return undefined;
  return { left: condition.part('left')!, right: condition.part('right')!, isSame: sign.startsWith('Equals') };
}

const COUNTER = /^\(?(.+?)\.(?:mock\.callCount\(\)|(mock\.calls)|callCount)\)?(>0|>=1)?$/s;

/** Whose calls a value counts, and whether any number of them will do. */
function countedBy(
  op: Op,
  by: string,
  subject: string,
  wanted: string,
): { readonly of: string; readonly isAny: boolean } | undefined {
  const [, of, isList, some] = COUNTER.exec(subject) ?? [];
  if (of === undefined) return undefined;
  if (some !== undefined)
    return op === 'truthy' || (op === 'same' && wanted === 'true') ? { of, isAny: true } : undefined;
  const isLeast = op === 'above' && wanted === (/equal|least|gte/i.test(by) ? '1' : '0');
  if (isLeast) return { of, isAny: true };
  const isNumber = isList ? op === 'length' : /^(?:same|equal|loose)$/.test(op);
  return isNumber && /^\d+$/.test(wanted) ? { of, isAny: false } : undefined;
}

/** What an assertion asks, in one form for what can be said in several. */
export function assertionFrom(
  raw: RawAssertion,
  node: SyntaxNode,
  read: (node: SyntaxNode) => Printed,
  given: Reach,
): Assertion {
  let reach = given;
  let { op, not } = raw;
  let subject = raw.subject ? read(raw.subject) : EMPTY;
  let expected = raw.expected.map(read);
  if (raw.implied !== undefined) expected = [IMPLIED(raw.implied), ...expected];
  if (op === 'fails') {
    const condition = reach.guards[0] ?? '';
    subject = { ...EMPTY, text: condition, shape: condition };
    const compared = comparedIn(node);
    if (compared) {
      op = 'same';
      not = compared.isSame;
      subject = read(compared.left);
      expected = [read(compared.right)];
      reach = { ...reach, guards: reach.guards.filter((one) => one !== condition) };
    }
  }
  // `expect(a === b).toBe(true)` and `assert(a === b)` ask for the same as `expect(a).toBe(b)`.
  const asked =
    op === 'truthy'
      ? true
      : op === 'same' && /^(?:true|false)$/.test(expected[0]?.text ?? '')
        ? expected[0]?.text === 'true'
        : undefined;
  const compared = raw.subject && bare(raw.subject);
  const operator = compared?.kind === 'BinaryExpression' ? compared.part('operatorToken')?.kind : undefined;
  if (
    asked !== undefined &&
    compared &&
    /^(?:EqualsEqualsEqualsToken|ExclamationEqualsEqualsToken)$/.test(operator ?? '')
  ) {
    op = 'same';
    if ((operator === 'ExclamationEqualsEqualsToken') === asked) not = !not;
    subject = read(compared.part('left')!);
    expected = [read(compared.part('right')!)];
  }
  const callee = compared?.kind === 'CallExpression' ? compared.part('expression')!.text : '';
  if (asked !== undefined && compared && EQUALS.test(callee) && compared.parts('arguments').length === 2) {
    if (!asked) not = !not;
    [op, subject, expected] = ['same', read(compared.parts('arguments')[0]!), [read(compared.parts('arguments')[1]!)]];
  }
  if ((op === 'same' || op === 'equal') && subject.text.endsWith('.length') && expected[0]?.pure) {
    op = 'length';
    const counted = compared?.part('expression');
    const [text, shape] = [subject.text.slice(0, -'.length'.length), subject.shape.replace(/\._$/, '')];
    subject = { ...subject, text, shape, pure: counted !== undefined && read(counted).pure };
  }
  // What a stand-in counts by itself is asked of it in other words too.
  const counted = countedBy(op, raw.by, subject.text, expected[0]?.text ?? '');
  if (counted) {
    subject = { ...subject, text: counted.of, shape: '_' };
    [op, expected] = counted.isAny ? ['called', []] : ['called-times', expected.slice(0, 1)];
  }
  // Of plain values there is but one way to be equal.
  if (op === 'equal' && expected[0]?.pure && !/[[{]/.test(expected[0].text)) op = 'same';
  if (op === 'same' && raw.by === 'toBe' && /^[[{]/.test(expected[0]?.text ?? '')) op = 'equal';
  // The message says more than the class before it.
  if (op === 'throws' && expected.length > 1) expected = expected.toReversed();
  if (op === 'throws' && not) {
    op = 'settles';
    not = false;
  }
  const told = op === 'helper' || op === 'response' || raw.by.startsWith('rejects.') ? raw.by : '';
  const key = [op, not ? '!' : '', told, subject.text, ...expected.map(({ text }) => text)].join('\u0001');
  const strength = strengthOf(op, not, subject, expected);
  return { op, not, by: raw.by, subject, expected, key, strength, node, ...reach };
}
