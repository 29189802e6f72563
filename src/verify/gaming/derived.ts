import { escaped } from '../../base/index.ts';
import { isEvenedOut, isWrapped, loses } from './lossy.ts';
import type { Assertion } from './types.ts';

/** Strength from which on a question has one answer. */
export const EXACT = 85;

/** A value put together again: what is asked of it holds by itself. */
const COPIED =
  /^(?:\{\.\.\.(.+)\}|\[\.\.\.(.+)\]|structuredClone\((.+)\)|JSON\.parse\(JSON\.stringify\((.+)\)\)|Object\.assign\(\{\},(.+)\)|Array\.from\((.+)\)|(.+)\.slice\(0?\))$/s;

/** Answers that code gives for want of another: to expect them says that there was none. */
const NOTHING = /^(?:null|undefined|false|true|0|-1|""|\[\]|\{\})$/;

/** What a value is where there is no other, or in one of two cases: `a ?? b` and `a ? b : c` come to `b` by themselves. */
function choices(text: string): readonly string[] {
  const found: string[] = [];
  let [depth, start, isText] = [0, 0, false];
  let isChoice = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === '\\') at++;
    else if (char === '"') isText = !isText;
    if (isText) continue;
    if (/[([{]/.test(char)) depth++;
    else if (/[)\]}]/.test(char)) depth--;
    if (depth > 0) continue;
    const sign = /^(?:\?\?|\|\||\?(?!\.)|:)/.exec(text.slice(at))?.[0];
    if (sign === undefined || (sign === ':' && !isChoice)) continue;
    if (isChoice) found.push(text.slice(start, at));
    isChoice = true;
    at += sign.length - 1;
    start = at + 1;
  }
  if (isChoice) found.push(text.slice(start));
  return found.map(unwrapped);
}

/** Without the parentheses around all of it. */
const unwrapped = (text: string): string => /^\((.*)\)$/s.exec(text)?.[1] ?? text;

/** Whether an assertion expects what it asks of, as it is, copied, or where there is nothing else. */
export const isOfItself = ({
  op,
  not,
  subject,
  expected,
}: Pick<Assertion, 'op' | 'not' | 'subject' | 'expected'>): boolean =>
  !not &&
  expected.length === 1 &&
  /^(?:same|equal|loose|partial|snapshot)$/.test(op) &&
  subject.text !== '' &&
  (COPIED.exec(expected[0]!.text)
    ?.slice(1)
    .find((one) => one !== undefined) === subject.text ||
    (!NOTHING.test(expected[0]!.text) &&
      (choices(subject.text).includes(expected[0]!.text) || isDefaultOf(subject.text, expected[0]!.text))));

/** Takes what it is given where there is nothing else, by what it is called. */
const ELSE = /\.(?:\w*[oO]r(?:Else|Default|Value|Return)?|getOr\w+|withDefault|default(?:To|Value)?)\((?:\(\)=>)?$/;

/** Whether a value is handed over as what to give for want of another, as in `result.unwrapOr(1)`. */
const isDefaultOf = (text: string, value: string): boolean =>
  text.endsWith(`${value})`) && ELSE.test(text.slice(0, -value.length - 1));

/**
 * How an assertion came to ask less of the same call: only a part of the answer is asked of, or what is made of it; or the answer
 * is put together with what is expected. Undefined where it does not, or where others of the test ask the rest.
 */
export function asksLessOf(
  base: Assertion,
  head: Assertion,
  all: readonly Assertion[],
  isCodeChanged: boolean,
): boolean {
  const [was, is] = [base.subject.text, head.subject.text];
  if (base.op === 'called-with' && !base.not && is.startsWith(`${was}.mock.`)) return isPart(head, base);
  if (base.not || base.strength < EXACT || !/^(?:same|equal|loose)$/.test(base.op) || !was.includes('(')) return false;
  if (expectsItsOwn(base, head) || picksLess(base, head)) return true;
  if (was === is || !is.includes(was)) return false;
  if (isGiven(base, head)) return true;
  const wanted = literalsOf(base);
  const isLossy = (one: Assertion): boolean => loses(was, one.subject.text);
  const others = all.filter(
    (one) => one.subject.text.includes(was) && !one.not && one.never === undefined && one.lost === undefined,
  );
  const asked = new Set(
    others.filter((one) => one.strength >= EXACT && !(one.subject.text !== was && isLossy(one))).flatMap(literalsOf),
  );
  if (wanted.length > 0 && wanted.every((one) => asked.has(one))) return false;
  // Another value of a member may be another answer; part of the same one is less.
  return (isLossy(head) && (isCodeChanged || !isWrapped(was, is))) || isPart(head, base);
}

const isPart = (head: Assertion, base: Assertion): boolean => {
  const [was, is] = [literalsOf(base), literalsOf(head)];
  return is.length < was.length && is.every((one) => was.includes(one));
};

const literalsOf = ({ expected }: Assertion): readonly string[] => [
  ...new Set(expected.flatMap(({ literals }) => literals)),
];

/** A member of what is expected is taken from the answer itself. */
function expectsItsOwn(base: Assertion, head: Assertion): boolean {
  const own = (one: Assertion): boolean => {
    const text = one.subject.text;
    return (
      text !== '' &&
      one.expected.some(
        (part) =>
          part.text !== text && new RegExp(`:${escaped(text)}[.[]|\\.\\.\\.${escaped(text)}[,}\\]]`).test(part.text),
      )
    );
  };
  return base.subject.text === head.subject.text && own(head) && !own(base);
}

/** Fewer members are taken out of the answer. */
function picksLess(base: Assertion, head: Assertion): boolean {
  const [was, is] = [base.subject, head.subject];
  const isPicked = [was, is].every(({ text }) => /(?:^|[.])(?:pick|only|select|project)\w*\(/i.test(text));
  return isPicked && is.literals.length < was.literals.length && is.literals.every((one) => was.literals.includes(one));
}

/** Of a default, or of members put in, the same is expected that is written there. */
function isGiven(base: Assertion, head: Assertion): boolean {
  const [was, is] = [base.subject.text, head.subject.text];
  const at = is.indexOf(was);
  const around = `${is.slice(0, at)} ${is.slice(at + was.length)}`;
  if (!/\?\?|\|\||\.\.\./.test(around)) return false;
  const put = head.subject.literals.filter((one) => !base.subject.literals.includes(one));
  return literalsOf(head).some((one) => put.includes(one)) && !isEvenedOut(base, head);
}
