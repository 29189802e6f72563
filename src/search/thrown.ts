import type { Thrown } from '../lang/index.ts';
import type { Example, Expected } from './types.ts';

/** An error that a body throws. */
export interface Throws {
  readonly error: string;
  /** Where an example says it. */
  readonly message?: string;
}

/** What an error says where no example says it. */
export const UNSAID = 'invalid argument';
/** Classes that are there everywhere and take a message first. */
const BUILT_IN = ['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'EvalError', 'URIError'];
/** Numbers that a message names of itself: bounds, not what was handed in. */
const COMMON = 2;

/** Classes that a body may throw: the language's, and those that stand where it will. */
export const throwable = (own: readonly string[] = []): ReadonlySet<string> => new Set([...BUILT_IN, ...own]);

/** The one error that does for all of these; undefined where there is none, or its class cannot be named. */
export function thrownFor(asked: readonly Thrown[], classes: ReadonlySet<string>): Throws | undefined {
  const named = new Set(asked.flatMap(({ error }) => error ?? []));
  // What is of any other class is an error as well.
  if (named.size > 1) named.delete('Error');
  const [error = 'Error', ...others] = named;
  if (others.length > 0 || !classes.has(error)) return undefined;
  const said = [...new Set(asked.flatMap(({ message }) => message ?? []))].sort((a, b) => b.length - a.length);
  const [message] = said;
  if (message === undefined) return { error };
  return said.every((one) => message.includes(one)) ? { error, message } : undefined;
}

/** Whether what is thrown is what an example asks for. */
export const isThrownAs = ({ error, message = UNSAID }: Throws, asked: Thrown): boolean =>
  (asked.error === undefined || asked.error === error || asked.error === 'Error') &&
  message.includes(asked.message ?? '');

/**
 * Examples without the messages that are made of what was handed in: no constant text does for those, and what a body throws says its
 * own. One that other arguments give as well is a constant.
 */
export function withConstantMessages(examples: readonly Example[]): readonly Example[] {
  const messages = examples.map(({ expected }) => (expected.kind === 'throws' ? expected.message : undefined));
  return examples.map((one, index) => {
    const { args, expected } = one;
    const message = messages[index];
    if (expected.kind !== 'throws' || message === undefined || messages.indexOf(message, index + 1) >= 0) return one;
    if (messages.indexOf(message) < index || !args.some((arg) => isNamedIn(message, arg))) return one;
    const { message: _, ...rest } = expected;
    return { args, expected: rest satisfies Expected };
  });
}

function isNamedIn(message: string, value: unknown): boolean {
  const isTelling = typeof value === 'number' ? Math.abs(value) > COMMON : typeof value === 'string' && value !== '';
  if (!isTelling) return false;
  const text = String(value);
  for (let at = message.indexOf(text); at >= 0; at = message.indexOf(text, at + 1))
    if (!/\w/.test(message[at - 1] ?? '') && !/\w/.test(message[at + text.length] ?? '')) return true;
  return false;
}
