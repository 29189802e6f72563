import type { Assertion, Test } from './types.ts';

const NOTHING = /^(?:null|undefined|void 0)$/;

/** The call itself, of what is handed over to be tried. */
const callIn = (text: string): string => text.replace(/^(?:async)?\(\)=>(?:\{(.+?);?\}$)?/, '$1');

/**
 * Whether no code could answer both questions: one wants it refused and the other an answer, one wants nothing and the other something
 * of it.
 */
export function contradicts(base: Assertion, head: Assertion): boolean {
  if (base.not || head.not || base.subject.text === '' || /^(?:fails|throws|settles)$/.test(head.op)) return false;
  const [was, is] = [callIn(base.subject.text), callIn(head.subject.text)];
  // An error that is caught is asked for all the same.
  if (base.op === 'throws')
    return was.includes('(') && (is === was || (isOf(is, was) && !/^\.(?:catch|then)\(/.test(is.slice(was.length))));
  const isNothing = base.expected.length === 1 && NOTHING.test(base.expected[0]!.text);
  return isNothing && /^(?:same|equal|loose)$/.test(base.op) && isOf(is, was);
}

/** Whether one asks for a member of the other. */
const isOf = (text: string, of: string): boolean => text.startsWith(of) && /^!?[.[]/.test(text.slice(of.length));

const CONDITION = /^(?:\{\s*(skip):\s*([^,]*?),?\s*\}|(skip|run)If\((.*)\)|(.*))$/s;

/** When a test is left out: what is asked, and whether it has to hold. */
function leftOutWhen(because: string): readonly [asked: string, holds: boolean] {
  const [, option, given, how, condition, plain] = CONDITION.exec(because) ?? [];
  let asked = (given ?? condition ?? plain ?? because).trim();
  let holds = option !== undefined || how === 'skip';
  for (let bare = asked; ; asked = bare) {
    bare = asked.replace(/^!\s*/, '');
    if (bare !== asked) holds = !holds;
    else bare = /^\([^()]*\)$/.test(asked) ? asked.slice(1, -1).trim() : asked;
    if (bare === asked) return [asked, holds];
  }
}

/** Whether a test that ran under a condition runs under its opposite. */
export function isTurned(base: Test, head: Test): boolean {
  if (base.kind !== 'conditional' || head.kind !== 'conditional') return false;
  const [[was, held], [is, holds]] = [leftOutWhen(base.because), leftOutWhen(head.because)];
  return was === is && held !== holds;
}

/** Whether what was expected is expected under a condition only, and something else where that does not hold. */
export function isSplit(base: Assertion, head: Assertion): boolean {
  const [was, is] = [base.expected[0], head.expected[0]];
  if (!was?.pure || !is || is.pure || base.subject.text !== head.subject.text || head.op !== base.op) return false;
  const at = is.text.endsWith(`:${was.text}`)
    ? is.text.slice(0, -was.text.length - 1)
    : is.text.includes(`?${was.text}:`)
      ? is.text.replace(`?${was.text}:`, '?')
      : undefined;
  return at !== undefined && /\?["\d[{tfn-]/.test(at);
}
