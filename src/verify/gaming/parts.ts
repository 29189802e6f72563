import { escaped } from '../../base/index.ts';
import type { SyntaxNode } from '../../lang/index.ts';
import { textIn } from './canon.ts';
import { EXACT } from './derived.ts';
import { isFunction } from './scope.ts';
import type { Assertion } from './types.ts';

/** Whether an assertion that is gone is answered by another of the same test: by one that asks more of the same, or of the whole. */
export function isImplied(one: Assertion, head: readonly Assertion[]): boolean {
  return head.some(
    (other) =>
      other.strength > 0 &&
      !other.not &&
      other.never === undefined &&
      other.lost === undefined &&
      other.guards.length <= one.guards.length &&
      (isPresence(one)
        ? asksOf(other, one)
        : isWhole(other, one) ||
          isOnce(other, one) ||
          hasNot(other, one) ||
          isWholeDate(other, one) ||
          isOfPromise(other, one)),
  );
}

/** `toHaveBeenCalledExactlyOnceWith` says how often too. */
const isOnce = (other: Assertion, one: Assertion): boolean =>
  one.subject.text === other.subject.text &&
  /Once(?:With\w*)$/.test(other.by) &&
  !one.not &&
  (one.op === 'called' || (one.op === 'called-times' && one.expected[0]?.text === '1'));

/** What a callback was given, asked of a promise now: that there was no error, where it is waited for; a member of it by its name. */
function isOfPromise(other: Assertion, one: Assertion): boolean {
  const member = /^§\d+\.(\w+)$/.exec(one.subject.text)?.[1];
  const [name, value] = other.expected;
  if (member !== undefined)
    return (
      other.op === 'property' &&
      textIn(name?.text ?? '') === member &&
      !one.not &&
      value?.text === one.expected[0]?.text
    );
  const isNoError =
    one.op === 'falsy' || (one.op === 'same' && /^(?:null|undefined|false)$/.test(one.expected[0]?.text ?? ''));
  return (
    isNoError &&
    !one.not &&
    /^§\d+$/.test(one.subject.text) &&
    /\b(?:err|error)\b/.test(one.node.text) &&
    /\bawait\b/.test(around(other.node).text)
  );
}

/** The function that a node stands in, with a name or without. */
function around(node: SyntaxNode): SyntaxNode {
  let at = node;
  while (at.parent && !isFunction(at)) at = at.parent;
  return at;
}

const PART_OF_DATE = /\.get(?:UTC)?(?:FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds|Time)\(\)$/;
const WHOLE_DATE = /\.(?:toISOString|toJSON|getTime|valueOf)\(\)$/;

/** All of a date held against what is written out, where a part of it was. */
const isWholeDate = (other: Assertion, one: Assertion): boolean =>
  PART_OF_DATE.test(one.subject.text) &&
  WHOLE_DATE.test(other.subject.text) &&
  one.subject.text.replace(PART_OF_DATE, '') === other.subject.text.replace(WHOLE_DATE, '') &&
  other.strength >= EXACT &&
  other.expected[0]?.pure === true;

/** A member that is not to be there, and the whole value or all of its keys compared with what is written out without it. */
function hasNot({ op, subject, expected, strength }: Assertion, one: Assertion): boolean {
  const [whole] = expected;
  if (strength < EXACT || !/^(?:same|equal|loose)$/.test(op) || !whole?.pure) return false;
  const isGone = one.not ? /^(?:defined|truthy)$/.test(one.op) : one.op === 'falsy' || isUndefined(one);
  const asked =
    one.op === 'property' && one.not && one.expected.length === 1
      ? [one.subject.text, textIn(one.expected[0]!.text)]
      : isGone
        ? /^(.*?)\??\.(\w+)$/s.exec(one.subject.text)?.slice(1)
        : undefined;
  if (asked?.[0] === undefined || asked[1] === undefined) return false;
  const [owner, member] = asked;
  if (subject.text === owner) return whole.text.startsWith('{') && !whole.text.includes(`"${member}":`);
  return (
    keysOf(subject.text) === owner && whole.text.startsWith('[') && !whole.literals.includes(JSON.stringify(member))
  );
}

/** What a list holds all the keys of, in whatever order. */
function keysOf(text: string): string | undefined {
  const plain = text.replace(/\.(?:sort|toSorted)\(\)$/, '');
  const [, spread, set] = /^\[\.\.\.(.*)\]$|^new Set\((.*)\)$/s.exec(plain) ?? [];
  return /^(?:Object\.(?:keys|getOwnPropertyNames)|Reflect\.ownKeys)\((.*)\)$/s.exec(spread ?? set ?? plain)?.[1];
}

const isUndefined = ({ op, expected }: Assertion): boolean =>
  /^(?:same|equal|loose)$/.test(op) && expected[0]?.text === 'undefined';

/** Only that there is something. */
const isPresence = ({ op, not, expected }: Assertion): boolean =>
  not ? /^(?:same|equal|loose)$/.test(op) && isNothing(expected[0]?.text) : op === 'defined' || op === 'truthy';

const isNothing = (text: string | undefined): boolean => /^(?:null|undefined)$/.test(text ?? '');

/** More of the same value, or anything of a member of it. */
function asksOf(other: Assertion, { subject, strength }: Assertion): boolean {
  if (subject.text === '') return false;
  if (/^\??[.[]/.test(other.subject.text.slice(subject.text.length)) && other.subject.text.startsWith(subject.text))
    return true;
  const isMore = other.strength > strength && !/^(?:defined|truthy|falsy|settles)$/.test(other.op);
  return (
    other.subject.text === subject.text &&
    isMore &&
    !/^(?:null|undefined|false|0|""|NaN)$/.test(other.expected[0]?.text ?? '')
  );
}

/** The whole value compared with one that is written out and has what was asked. */
function isWhole(other: Assertion, one: Assertion): boolean {
  const [whole] = other.expected;
  if (one.not || !whole || other.strength < EXACT || !/^(?:same|equal|loose)$/.test(other.op)) return false;
  if (!whole.pure || !/^[[{]/.test(whole.text)) return false;
  const asked = one.expected.map(({ text }) => text);
  if (one.subject.text !== other.subject.text) {
    const way = one.subject.text.startsWith(`${other.subject.text}.`)
      ? one.subject.text.slice(other.subject.text.length + 1)
      : undefined;
    const typed = new RegExp(`^typeof ?${escaped(other.subject.text)}\\.([\\w$]+)`).exec(one.subject.text)?.[1];
    return (
      /^(?:same|equal|loose)$/.test(one.op) &&
      ((way !== undefined && whole.text.includes(`"${way}":${asked[0]}`)) ||
        (typed !== undefined && whole.text.includes(`"${typed}":`)))
    );
  }
  switch (one.op) {
    case 'length':
      return String(elementsOf(whole.text)) === asked[0];
    case 'contains':
      return one.expected.every(
        ({ literals }) => literals.length > 0 && literals.every((text) => whole.literals.includes(text)),
      );
    case 'instance':
      return asked[0] === (whole.text.startsWith('[') ? 'Array' : 'Object');
    case 'property':
      return whole.text.includes(`${asked[0]}:${asked[1] ?? ''}`);
    case 'type':
      return true;
    default:
      return false;
  }
}

/** Elements of a list as printed; -1 of what is none. */
function elementsOf(text: string): number {
  if (!text.startsWith('[')) return -1;
  let depth = 0;
  let commas = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}(),]/g)) {
    if (/^[[{(]$/.test(token)) depth++;
    else if (/^[\]})]$/.test(token)) depth--;
    else if (token === ',' && depth === 1) commas++;
  }
  return text === '[]' ? 0 : commas + 1;
}
