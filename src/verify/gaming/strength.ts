import type { Op } from './assertions.ts';
import type { Printed } from './canon.ts';
import { isOfItself } from './derived.ts';

/** How much each kind of question asks, from an exact value down to nothing. Only the order matters. */
const STRENGTHS: Readonly<Record<Op, number>> = {
  same: 100,
  equal: 95,
  helper: 90,
  response: 90,
  loose: 85,
  snapshot: 75,
  partial: 60,
  'called-with': 60,
  property: 25,
  close: 60,
  throws: 30,
  match: 50,
  contains: 50,
  'called-times': 50,
  'one-of': 45,
  length: 40,
  within: 38,
  above: 35,
  below: 35,
  called: 30,
  instance: 30,
  type: 25,
  fails: 20,
  truthy: 15,
  falsy: 15,
  counts: 5,
  defined: 10,
  settles: 10,
  none: 0,
};

/** Placeholders that take any value, or many. */
const WILD =
  /\b(?:expect\.(?:any|anything|objectContaining|arrayContaining|stringContaining|stringMatching|closeTo)|match\.any|sinon\.match|jasmine\.any)\b/g;

export const wildcards = (expected: readonly Printed[]): number =>
  expected.reduce((sum, { text }) => sum + (text.match(WILD)?.length ?? 0), 0);

const YES_OR_NO =
  /(?:===|!==|[<>]=?|&&|\|\||\binstanceof\b|\bin\b)|^!|\.(?:includes|startsWith|endsWith|has|test|some|every|is[A-Z]\w*)\([^()]*\)$/;

/** An expression without its texts and without what its calls are given: what it is at its top. */
function outlineOf(text: string): string {
  let outline = text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  for (let before = ''; before !== outline; ) {
    before = outline;
    outline = before.replace(/(?<=[\w$\]])\((?!\))[^()]*\)/g, '()');
  }
  return outline;
}

export function strengthOf(op: Op, not: boolean, subject: Printed, expected: readonly Printed[]): number {
  if (isEmpty(op, not, subject, expected)) return 0;
  const [first] = expected;
  const base = STRENGTHS[op];
  if (op === 'throws' && first) return ANY_ERROR.test(first.text) ? 32 : 86;
  if (op === 'property' && expected.length > 1) return not ? 20 : 60;
  if (op === 'match' && first && isWide(first.text)) return 8;
  if (op === 'truthy' && YES_OR_NO.test(outlineOf(subject.text))) return not ? 60 : 100;
  if (op === 'contains' && first?.text === '""') return 5;
  if ((op === 'same' || op === 'equal') && first && /^(?:expect\.anything\(\)|expect\.any\(.*\))$/.test(first.text))
    return first.text.startsWith('expect.any(') ? 25 : 10;
  // Never to have been called is as exact as a number of calls.
  if (op === 'called' && not) return STRENGTHS['called-times'];
  // To be another value than one is little.
  return not && base > 20 ? 20 : base;
}

/** Takes any text, or nearly. */
export const isWide = (text: string): boolean =>
  /^(?:\/(?:\^?(?:\.\*|\.\+|\[\\s\\S\]\*|\\w\+|\.)\??\$?|)\/\w*|"")$/.test(text);

/** Errors of the class that all are of, or whatever a function says yes to. */
const ANY_ERROR = /^#?Error$|^\(?[\w$§]*\)?=>true$|^\{"(?:instanceOf|name)":"?Error"?\}$/;

/** A function of the test that throws by itself, or calls another one of the test that does no more. */
const OWN_THROW =
  /^(?:async)?\(\)=>\{?(?:\(*(?:async)?\([^()]*\)=>\{?)?throw ?new ?(?:\w+|require\("[^"]*"\)(?:\.\w+)*)\("(?:[^"\\]|\\.)*"\);?[)}]*(?:\(.*\))?;?\}?$/s;

/** A condition that holds whatever the rest of it is. */
const ALWAYS = /\|\|\(?true\)?$|^\(?true\)?\|\|/;
const isYes = (op: Op, expected: readonly Printed[]): boolean =>
  op === 'truthy' || (op === 'same' && expected[0]?.text === 'true');

/** A question that has but one answer: a literal about itself, a value about the same value. */
function isEmpty(op: Op, not: boolean, subject: Printed, expected: readonly Printed[]): boolean {
  if (op === 'none' || (isYes(op, expected) && ALWAYS.test(subject.text))) return true;
  if (op === 'counts' || op === 'fails' || op === 'helper' || op === 'response') return false;
  if (subject.text !== '' && !not && expected.length === 1 && expected[0]!.text === subject.text && op !== 'throws')
    return true;
  if (op === 'throws' && OWN_THROW.test(subject.text)) return true;
  if (isOfItself({ op, not, subject, expected })) return true;
  const isLiteral = subject.pure && subject.literals.length > 0;
  if (isLiteral && (op === 'instance' || op === 'type')) return true;
  return isLiteral && expected.every((one) => one.pure) && !/^(?:throws|settles)$/.test(op);
}
