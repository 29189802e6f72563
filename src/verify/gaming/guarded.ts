import { isEffective } from './survivors.ts';
import type { Assertion, Test } from './types.ts';

/** The condition under which an assertion is asked now and was not. */
export function newGuard(base: Assertion, head: Assertion): string | undefined {
  if (head.guards.length <= base.guards.length || head.op === 'fails') return undefined;
  return head.guards.find((guard) => !base.guards.includes(guard));
}

/** What asks the same where a condition of an assertion does not hold, so that it is asked on both ways. */
export function otherWay(guard: string, asked: Assertion, { assertions }: Test): Assertion | undefined {
  const rest = asked.guards.filter((one) => one !== guard);
  return assertions.find(
    (one) =>
      isEffective(one) &&
      one.op === asked.op &&
      one.subject.text === asked.subject.text &&
      one.guards.length === asked.guards.length &&
      rest.every((other) => one.guards.includes(other)) &&
      one.guards.some((other) => other === `!(${guard})` || guard === `!(${other})`),
  );
}

/** Whether a test goes by in silence where what it asks of failed: nothing in it asks that it succeeds. */
export function isUnasked(guard: string, { assertions }: Test): boolean {
  const condition = /^[!(]*(.*\.(?:ok|success))\)*$/s.exec(guard)?.[1];
  return condition !== undefined && !assertions.some(({ subject }) => subject.text.includes(condition));
}
