import type { Assertion } from './types.ts';

const METHODS =
  'sort|toSorted|reverse|toReversed|trim|trimStart|trimEnd|toLowerCase|toUpperCase|toLocaleLowerCase|toLocaleUpperCase|normalize|replace|replaceAll|filter|slice|substring|substr|toFixed|toPrecision';
const AFTER = new RegExp(`^[\\])]*\\??\\.(?:${METHODS})\\(`);
/** A function around it that evens values out, by what it is called. */
const BEFORE =
  /(?:\bMath\.(?:round|floor|ceil|trunc|abs|fround|sign)|\bnew ?Set|[\w$.#]*(?:sort|trim|normali[sz]e|round|strip|clean|lower|canonical)[\w$]*)\((?:\[\.\.\.)?$/i;

/** One that is written out there, as constants are. */
const INLINED = new RegExp(`=>.*\\.(?:${METHODS})\\(.*\\)\\($`, 's');

/**
 * Whether the value asked about is evened out first (sorted, trimmed, rounded, cut), where it was not: the same expectation
 * then takes values that it refused.
 */
export function isEvenedOut(base: Assertion, head: Assertion): boolean {
  if (base.op !== head.op || base.not !== head.not || !base.subject.text.includes('(')) return false;
  const isSame = base.expected.every(({ text }, index) => {
    const other = head.expected[index]?.text ?? '';
    return other === text || isWrapped(text, other);
  });
  return isSame && isWrapped(base.subject.text, head.subject.text);
}

function isWrapped(was: string, is: string): boolean {
  const at = is.indexOf(was);
  if (at < 0 || was === is) return false;
  return AFTER.test(is.slice(at + was.length)) || BEFORE.test(is.slice(0, at)) || INLINED.test(is.slice(0, at));
}
