import { type Encoded, encode, VALUE_LIMITS } from './encode.ts';
import type { Outcome } from './run.ts';
import type { CalledExample } from './subject.ts';

/** What a person says must come of a call. `changed` arguments and how long it takes are not spoken of. */
export type Wanted = CalledExample['expected'] | { readonly kind: 'as'; readonly outcome: Outcome };

/**
 * Whether an outcome is what somebody wrote; undefined where that is not known. As in examples, the class of an object that is
 * written as a literal does not count, nor do members that are undefined.
 */
export function fits(wanted: Wanted, outcome: Outcome): boolean | undefined {
  if (outcome.kind === 'unknown') return undefined;
  if (wanted.kind === 'as') return resultOf(wanted.outcome) === resultOf(outcome);
  if (wanted.kind === 'throws') {
    if (outcome.kind !== 'throws') return false;
    const { error = outcome.error, message = '' } = wanted;
    return (outcome.error === error || outcome.above?.includes(error) === true) && outcome.message.includes(message);
  }
  if (outcome.kind === 'throws') return false;
  const expected = bare(encode(wanted.value, VALUE_LIMITS).tree);
  return JSON.stringify(expected) === JSON.stringify(bare(JSON.parse(outcome.value) as Encoded));
}

/** What comes of a call as one text: the same text is the same behaviour; undefined where it is not known. */
export function behaviourOf(outcome: Outcome): string | undefined {
  const result = resultOf(outcome);
  return outcome.kind === 'unknown' || result === undefined
    ? undefined
    : `${result}\n${outcome.changed ?? ''}\n${outcome.called ?? ''}`;
}

/** The same, or that it had no end: of that more is not known, and it is another thing than any result. */
export const behaviourOrEndless = (outcome: Outcome): string | undefined =>
  isEndless(outcome) ? 'no end' : behaviourOf(outcome);

/** Whether a call had no end; what was not called, for too many before it had none, is not known. */
export const isEndless = (outcome: Outcome): outcome is Extract<Outcome, { readonly kind: 'unknown' }> =>
  outcome.kind === 'unknown' && outcome.slow === true && !/^too many calls/.test(outcome.reason);

/** A behaviour without what became of the arguments, which is not what people mean by a result. */
export function resultOf(outcome: Outcome): string | undefined {
  if (outcome.kind === 'unknown') return undefined;
  const { waited, played } = outcome;
  const around = played ? `\n${played.before}\n${played.state}\n${played.log}` : '';
  return `${outcome.kind === 'value' ? `=${outcome.value}` : `!${outcome.error}`}${waited ? '\nwaited' : ''}${around}`;
}

/** A value without what a literal does not say; an iterator as the list that it gives. */
function bare(tree: Encoded): Encoded {
  if (!Array.isArray(tree)) return tree;
  const [tag, first, second] = tree as readonly Encoded[];
  if (tag === 'object') {
    const entries = (second ?? first) as readonly (readonly [Encoded, Encoded])[];
    const said = entries.filter(([, value]) => JSON.stringify(value) !== '["undefined"]');
    return ['object', said.map(([key, value]): Encoded => [key, bare(value)])];
  }
  if (tag === 'iterator' && second === undefined) return ['array', bare(first!)];
  // What a list of its items is in the end.
  if (tag === 'became' && (first as readonly Encoded[]).length === 2) return ['array', bare(second!)];
  return (tree as readonly Encoded[]).map(bare);
}
