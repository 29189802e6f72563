import type { Printed } from './canon.ts';
import { EXACT } from './derived.ts';
import { loses } from './lossy.ts';
import { isEffective } from './survivors.ts';
import { finding, titleOf, told } from './telling.ts';
import type { Assertion, Finding, Test } from './types.ts';

/** Assertions in whose place stand others that ask only for a part of both sides, or let a number go further. */
export function reduced(base: Test, head: Test): Finding[] {
  if (base.node.text === head.node.text || /^(?:skip|todo)$/.test(head.kind)) return [];
  const [was, is] = [keysOf(base), keysOf(head)];
  const gone = base.assertions.filter((one) => isEffective(one) && !is.has(one.key));
  const fresh = head.assertions.filter((one) => isEffective(one) && !was.has(one.key));
  for (const one of gone) {
    const less = fresh.find((other) => isPartOfBoth(one, other) || isPredicate(one, other) || isWider(one, other));
    if (less)
      return [finding('test-loosened', head, `${titleOf(base)} to check ${told(one)}`, `only ${told(less)}`, less)];
  }
  return [];
}

const keysOf = ({ assertions }: Test): ReadonlySet<string> => new Set(assertions.map(({ key }) => key));

const isExact = ({ op, not, strength, expected }: Assertion): boolean =>
  !not && strength >= EXACT && /^(?:same|equal|loose)$/.test(op) && expected.length > 0;

/** A member of a value, or what it is made into, but for the same in another form. A function of the project may lose nothing. */
const MEMBER = /^[)\]]*\??(?:\[|\.(?!(?:toString|toJSON|valueOf|toArray|entries)\(\)[)\]]*$))/;

/** Whether what is asked about and what is expected are put through the same, which leaves something of both out. */
function isPartOfBoth(base: Assertion, head: Assertion): boolean {
  const [subject, expected] = [textOf(base.subject), textOf(base.expected[0])];
  if (!isExact(base) || head.not || subject === '' || expected === '' || !namesAll(base, head)) return false;
  const [is, wanted] = [textOf(head.subject), textOf(head.expected[0])];
  if (head.op === 'length' && is === subject) return wanted === `${expected}.length`;
  const around = (text: string, part: string): readonly string[] => {
    const at = text.indexOf(part);
    return at < 0 ? [] : [text.slice(0, at), text.slice(at + part.length)];
  };
  const [before = '', after = ''] = around(is, subject);
  const other = around(wanted, expected);
  if (is === subject || other.length === 0 || (before === '' && after === '')) return false;
  return before === other[0] && after === other[1] && (MEMBER.test(after) || loses(subject, is));
}

/** Local names are numbered by where they stand, which is elsewhere in a longer text. */
const textOf = (one: Printed | undefined): string => one?.text.replace(/§\d+/g, '§') ?? '';

/** Whether all that one assertion names stands in the other too, or in what that is made of. */
function namesAll(base: Assertion, head: Assertion): boolean {
  const locals = /^§\d+$/.test(base.subject.text)
    ? (base.node.text.match(/(?<![\w$.'"`])[A-Za-z_$][\w$]*(?=[,)])/g) ?? [])
    : [];
  return locals.every((name) => head.node.text.includes(name));
}

const PREDICATE = /\.(?:startsWith|endsWith|includes|match|test|search|indexOf|some|every)\(/;

/** Whether both sides are only asked to have something in common. */
function isPredicate(base: Assertion, head: Assertion): boolean {
  const isYes = head.op === 'truthy' || (head.op === 'same' && head.expected[0]?.text === 'true');
  const [subject, expected] = [base.subject.text, base.expected[0]?.text ?? ''];
  const asks = head.subject.text;
  return (
    isExact(base) &&
    isYes &&
    !head.not &&
    subject !== '' &&
    expected !== '' &&
    PREDICATE.test(asks) &&
    asks.includes(subject) &&
    asks.includes(expected)
  );
}

interface Bound {
  readonly of: string;
  readonly isLeast: boolean;
  readonly value: number;
}

/** Bounds in a condition whose parts all have to hold. */
function boundsIn({ op, not, subject }: Assertion): readonly Bound[] {
  if (op !== 'truthy' || not || subject.text.includes('||')) return [];
  return subject.text.split('&&').flatMap((part) => {
    const [, of = '', sign = '', number = ''] = /^\(?(.+?)([<>]=?)(-?[\d.]+)\)?$/.exec(part) ?? [];
    return of === '' ? [] : [{ of, isLeast: sign.startsWith('>'), value: Number(number) }];
  });
}

/** Whether a bound of the same value lies further out. */
function isWider(base: Assertion, head: Assertion): boolean {
  const [was, is] = [boundsIn(base), boundsIn(head)];
  if (was.length !== is.length) return false;
  return was.some(({ of, isLeast, value }) =>
    is.some((one) => one.of === of && one.isLeast === isLeast && (isLeast ? one.value < value : one.value > value)),
  );
}
