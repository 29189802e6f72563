import type { Assertion, Test } from './types.ts';

/** A call tried by hand: what is tried, and that it is a failure where it gives something. */
const TRIED =
  /^\{(?:expect\.(?:assertions|hasAssertions)\(\d*\);)?try\{(.+?);(?:throw|(?:expect|assert)\.fail\(|fail\()/s;

/** What is tried, and the variable that keeps what it throws. */
const KEPT = /\btry\{(.{1,1000}?);?\}catch\((\S{1,100}?)\)\{.{0,1000}?(§\d+)=\2[;}]/s;

/** A thrown error with its message has to be asked for. */
const EXACT = 85;

/** Whether a test that catches by hand asks no more of the error than one of these that says `toThrow`. */
export function isAskedOfThrown(base: Test, head: readonly Test[]): boolean {
  const [, kept, , variable] = KEPT.exec(base.body) ?? [];
  const tried = TRIED.exec(base.body)?.[1] ?? kept;
  if (tried === undefined) return false;
  const asked =
    tried === kept
      ? keptFor(base, variable!)
      : base.assertions
          .flatMap(({ expected }) => expected.flatMap(({ literals }) => literals))
          .filter((text) => !/^(?:true|false)$/.test(text));
  return (
    asked !== undefined &&
    head.some(({ assertions }) =>
      assertions.some(
        ({ op, not, strength, subject, expected, never, lost }) =>
          op === 'throws' &&
          !not &&
          strength >= EXACT &&
          never === undefined &&
          lost === undefined &&
          subject.text.includes(tried) &&
          asked.every((one) => expected.some(({ literals, text }) => text === one || literals.includes(one))),
      ),
    )
  );
}

/** What a kept error is compared with; undefined where something else is asked too. */
function keptFor(base: Test, variable: string): readonly string[] | undefined {
  const sides = base.assertions.map(({ op, not, subject, expected }) =>
    not || !/^(?:same|equal|loose)$/.test(op) ? [] : [subject.text, ...expected.map(({ text }) => text)],
  );
  return sides.every((texts) => texts.includes(variable))
    ? sides.flatMap((texts) => texts.filter((text) => text !== variable))
    : undefined;
}

/** What is called, without the function that it is handed over in. */
export const calledIn = (text: string): string => text.replace(/^(?:async ?)?\(\)=>/, '');

/** Whether what has to throw is tried by hand now, its failure asked for, and the error asked as much of. */
export function isTriedByHand(one: Assertion, { body, assertions }: Test): boolean {
  const tried = TRIED.exec(body)?.[1];
  const called = calledIn(one.subject.text);
  return (
    one.op === 'throws' &&
    tried !== undefined &&
    called !== '' &&
    tried.includes(called) &&
    one.expected.every(({ literals }) =>
      literals.every((text) =>
        assertions.some(({ expected }) => expected.some((part) => part.literals.includes(text))),
      ),
    )
  );
}
