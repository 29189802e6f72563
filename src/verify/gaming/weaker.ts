import { textIn } from './canon.ts';
import { isWide, wildcards } from './strength.ts';
import type { Assertion } from './types.ts';

export type Difference =
  | { readonly kind: 'same' }
  | { readonly kind: 'stronger' }
  /** Asks less than before. */
  | { readonly kind: 'weaker' }
  /** Can no longer fail. */
  | { readonly kind: 'emptied' }
  /** Asks as much, and expects something else. */
  | { readonly kind: 'changed' };

/** How two assertions about the same thing compare. */
export function difference(base: Assertion, head: Assertion): Difference {
  if (base.key === head.key) return { kind: 'same' };
  if (head.strength === 0) return { kind: base.strength === 0 ? 'same' : 'emptied' };
  if (base.op === 'counts') return { kind: 'same' };
  if (base.not !== head.not && base.op === head.op)
    // To be anything but one value is less than to be one.
    return {
      kind:
        head.not && base.strength > head.strength && !/^(?:truthy|falsy|defined)$/.test(base.op) ? 'weaker' : 'changed',
    };
  const [was, is] = [texts(base), texts(head)];
  if (base.op === head.op) {
    if (was === is) return { kind: 'same' };
    if (wildcards(head.expected) > wildcards(base.expected)) return { kind: 'weaker' };
    const bounds = byBounds(base, head);
    if (bounds) return bounds;
    if (head.strength < base.strength) return { kind: 'weaker' };
    if (head.strength > base.strength) return { kind: 'stronger' };
    return { kind: 'changed' };
  }
  // A stored text leaves nothing open.
  const isOpen = base.op === 'snapshot' && wildcards(head.expected) > 0;
  if (head.strength < base.strength || isOpen) return { kind: 'weaker' };
  const isExact = (one: Assertion): boolean => /^(?:same|equal|loose|helper|response)$/.test(one.op);
  if (isExact(base) && isExact(head) && was !== is && base.expected.every(({ pure }) => pure))
    return { kind: 'changed' };
  return { kind: 'stronger' };
}

const texts = ({ expected }: Assertion): string => expected.map(({ text }) => text).join('\u0001');

/** Questions that take a range of values: a wider one asks less. */
function byBounds(base: Assertion, head: Assertion): Difference | undefined {
  const [was, is] = [base.expected.map(numberOf), head.expected.map(numberOf)];
  const direction = (a: number | undefined, b: number | undefined, wider: boolean): Difference | undefined =>
    a === undefined || b === undefined
      ? undefined
      : { kind: a === b ? 'same' : b > a === wider ? 'weaker' : 'stronger' };
  switch (base.op) {
    case 'above':
      return direction(was[0], is[0], base.not);
    case 'below':
      return direction(was[0], is[0], !base.not);
    case 'within':
      if (was.length < 2 || is.length < 2 || [...was, ...is].includes(undefined)) return undefined;
      return { kind: is[0]! < was[0]! || is[1]! > was[1]! ? 'weaker' : 'stronger' };
    case 'close': {
      if (base.expected[0]?.text !== head.expected[0]?.text) return { kind: 'changed' };
      // Digits that must agree (two where not said), or how far apart values may be.
      const digits = base.by === 'toBeCloseTo';
      return direction(was[1] ?? 2, is[1] ?? 2, !digits);
    }
    case 'snapshot':
      // An inline snapshot without a text is written by the next run.
      return head.by.includes('Inline') && is.length === 0 && was.length > 0 ? { kind: 'weaker' } : undefined;
    case 'match':
    case 'contains':
    case 'throws':
      return byText(base, head);
    case 'helper': {
      // A function that is given a list asks as often as the list is long.
      const shorter = base.expected.some(({ text, literals }, index) => {
        const other = head.expected[index];
        if (!text.startsWith('[') || !other?.text.startsWith('[')) return false;
        return other.literals.length < literals.length && other.literals.every((one) => literals.includes(one));
      });
      if (shorter) return { kind: 'weaker' };
      // A list with more in it, all else the same, asks more.
      const longer = base.expected.every(({ text, literals }, index) => {
        const other = head.expected[index];
        return text === other?.text || (text.startsWith('[') && literals.every((one) => other?.literals.includes(one)));
      });
      return longer && base.expected.length === head.expected.length ? { kind: 'stronger' } : undefined;
    }
    case 'partial':
    case 'one-of': {
      const keys = (one: Assertion): readonly string[] => one.expected[0]?.literals ?? [];
      const [before, now] = [keys(base), keys(head)];
      const [small, large] = base.op === 'one-of' ? [before, now] : [now, before];
      const isPart = small.length < large.length && small.every((one) => large.includes(one));
      return isPart ? { kind: 'weaker' } : undefined;
    }
    default:
      return undefined;
  }
}

function byText(base: Assertion, head: Assertion): Difference | undefined {
  const [was, is] = [base.expected[0]?.text ?? '', head.expected[0]?.text ?? ''];
  if (is === '') return { kind: 'weaker' };
  if (was === '') return { kind: 'stronger' };
  if (isWide(is)) return { kind: 'weaker' };
  // The same class, with its message.
  if (/(?:^|\.)\w*Error$/.test(was) && is.replace(/^new ?/, '').startsWith(`${was}("`)) return { kind: 'stronger' };
  const [old, now] = [plain(was), plain(is)];
  if (old === undefined || now === undefined) return undefined;
  if (old === now)
    return { kind: anchors(is) < anchors(was) ? 'weaker' : anchors(is) > anchors(was) ? 'stronger' : 'same' };
  if (old.includes(now)) return { kind: 'weaker' };
  // A pattern that takes more: parts of the old one are left out, or joined with alternatives.
  if (is.startsWith('/') && (now.startsWith(`${old}|`) || now.endsWith(`|${old}`))) return { kind: 'weaker' };
  const rest = now.split(/\.[*+]\??|\[\\s\\S\]\*|\\w\+|\\d\+/).filter((part) => part !== '');
  if (is.startsWith('/') && rest.length > 0 && inOrder(old, rest)) return { kind: 'weaker' };
  return now.includes(old) ? { kind: 'stronger' } : undefined;
}

function inOrder(text: string, parts: readonly string[]): boolean {
  let at = 0;
  return parts.every((part) => {
    const found = text.indexOf(part, at);
    at = found + part.length;
    return found >= 0;
  });
}

/** What is asked of the message of an error, where that is asked for by a whole error or an object; else the text itself. */
const messageOf = (text: string): string =>
  /^(?:new )?\w*Error\(("(?:[^"\\]|\\.)*")\)$/.exec(text)?.[1] ??
  /^\{"message":("(?:[^"\\]|\\.)*"|\/.*\/\w*)(?:,"name":[^,]*)?\}$/s.exec(text)?.[1] ??
  text;

/** What a text or a pattern holds, anchors and escapes of punctuation left out. */
function plain(text: string): string | undefined {
  const asked = messageOf(text);
  const whole = textIn(asked);
  if (whole !== undefined) return whole;
  const pattern = /^\/(.*)\/\w*$/s.exec(asked)?.[1];
  // Of an error the pattern is held against its class and its message.
  return pattern?.replace(/^\^(?:\w*Error: )?|\$$/g, '').replace(/\\([^\w])/g, '$1');
}

/** How many ends of the text a pattern holds on to. A whole message is compared at both. */
const anchors = (text: string): number => {
  const asked = messageOf(text);
  if (asked.startsWith('/')) return Number(asked.startsWith('/^')) + Number(/\$\/\w*$/.test(asked));
  return asked === text ? 0 : 2;
};

const numberOf = ({ text }: { readonly text: string }): number | undefined => {
  const value = Number(text.replaceAll('_', ''));
  return text === '' || Number.isNaN(value) ? undefined : value;
};

/** How large the code itself is when it is packed: every change of the code is one of that. */
export const isMeasured = (base: Assertion, head: Assertion): boolean =>
  [base, head].every(
    (one) =>
      /^"?[\d.]+ ?(?:[kK]?i?[bB]|bytes)?"?$/.test(one.expected[0]?.text ?? '') &&
      /(?:bundle|gzip|minified|brotli|packed)[\w ]*(?:size|bytes|length)|size[\w ]*(?:bundle|gzip)/i.test(
        one.node.text,
      ),
  );

/** Whether both expect the same. */
export const isSame = (base: Assertion, head: Assertion): boolean =>
  base.expected.map(({ text }) => text).join() === head.expected.map(({ text }) => text).join();
