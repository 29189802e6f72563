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
  if (isCutOnBothSides(base, head) || isPassedOnBothSides(base, head)) return true;
  const isSame = base.expected.every(({ text }, index) => {
    const other = head.expected[index]?.text ?? '';
    return other === text || isWrapped(text, other);
  });
  return isSame && isWrapped(base.subject.text, head.subject.text);
}

const CUTS = new RegExp(
  `\\.(?:${METHODS}|toDateString|toLocaleDateString|get(?:UTC)?(?:FullYear|Month|Date|Day|Hours|Minutes)|constructor)\\b`,
  'g',
);

/** Whether what is asked about and what is expected are both taken by less of them (a date by its day). */
function isCutOnBothSides(base: Assertion, head: Assertion): boolean {
  const many = (text: string | undefined): number => text?.match(CUTS)?.length ?? 0;
  const isCut = (was: string | undefined, is: string | undefined): boolean => many(is) > many(was);
  return isCut(base.subject.text, head.subject.text) && isCut(base.expected[0]?.text, head.expected[0]?.text);
}

/** Whether what is asked about and what is expected are both handed to one function, and were not. */
function isPassedOnBothSides(base: Assertion, head: Assertion): boolean {
  const [was, is] = [base.expected[0]?.text ?? '', head.expected[0]?.text ?? ''];
  return around(base.subject.text, head.subject.text).some(
    ([before, after]) => /[\w$§#]\($/.test(before) && is === before + was + after,
  );
}

/** Whether one value is another made alike to others: sorted, trimmed, rounded, cut. */
export function isWrapped(was: string, is: string): boolean {
  return around(was, is).some(([before, after]) => AFTER.test(after) || BEFORE.test(before) || INLINED.test(before));
}

/** What stands before and after each place where a value is used in making another. */
function around(was: string, is: string): readonly (readonly [before: string, after: string])[] {
  if (was === '' || was === is) return [];
  const found: (readonly [string, string])[] = [];
  for (let at = is.indexOf(was); at >= 0; at = is.indexOf(was, at + 1))
    found.push([is.slice(0, at), is.slice(at + was.length)]);
  return found;
}

/** What is left of a value says only something of it: its type, its size, its keys, whether it holds something. */
const SAYS_LITTLE_AFTER =
  /^[\])]*(?:\??\.(?:length|size|includes|some|every|find|findIndex|indexOf|at|has|startsWith|endsWith|test|constructor)\b|\[0\]|(?:\|\||[<>]=?|===|!==|==|!=|instanceof\b))/;
const SAYS_LITTLE_BEFORE =
  /(?:\btypeof|!|\b(?:Boolean|isNaN|isFinite|Number\.is\w+|Array\.isArray|Object\.(?:keys|values|isFrozen)|(?:Number|parseInt|parseFloat)))\(*$/;

/** Whether what is asked of a value is made of it in a way that leaves other values the same. */
export const loses = (was: string, is: string): boolean =>
  isWrapped(was, is) ||
  around(was, is).some(([before, after]) => SAYS_LITTLE_AFTER.test(after) || SAYS_LITTLE_BEFORE.test(before));
