import { calledIn } from './thrown.ts';
import type { Assertion } from './types.ts';

/** Values of one call; more are a table. */
const OF_ONE_CALL = 8;

/** Whether both call the same and hand in the same values, in another form or order: an option that was a flag. */
export const handsInTheSame = (base: Assertion, head: Assertion): boolean => {
  const [was, is] = [base, head].map(({ subject }) =>
    [...subject.literals.toSorted(), subject.text.slice(subject.text.lastIndexOf(')'))].join(),
  );
  const many = base.subject.literals.length;
  return many > 1 && many <= OF_ONE_CALL && was === is && isSameCall(base, head);
};

/** Whether both ask of what one function gives, or of what one that is called later does. */
export const isSameCall = (base: Assertion, head: Assertion): boolean => {
  const callee = (given: string): string => {
    const text = calledIn(given);
    return text.slice(0, Math.max(0, text.indexOf('(')));
  };
  return callee(base.subject.text) !== '' && callee(base.subject.text) === callee(head.subject.text);
};
