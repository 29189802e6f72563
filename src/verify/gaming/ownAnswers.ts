import { posix } from 'node:path';
import { escaped } from '../../base/index.ts';
import { isOfTests } from './imported.ts';
import type { Assertion, TestFile } from './types.ts';

const EXACTLY = /^(?:same|equal|loose|partial|contains|called-with)$/;

/** Names that a test file takes from code that changed, by paths without their endings. */
export function takenFrom({ path, imports }: TestFile, changed: ReadonlySet<string>): ReadonlySet<string> {
  const folders = new Set([...changed].map((one) => posix.dirname(one)));
  return new Set(
    imports.flatMap(({ name, module }) => {
      const there = posix.join(posix.dirname(path), module).replace(/\.[cm]?[jt]sx?$/, '');
      if (isOfTests(there)) return [];
      // An index hands on what lies beside it.
      const isIndex = folders.has(there) || (posix.basename(there) === 'index' && folders.has(posix.dirname(there)));
      return changed.has(there) || isIndex ? [name] : [];
    }),
  );
}

/**
 * Whether what is expected is worked out by the changed code itself, where it was written out: a fault in that is on both sides.
 * An object that is only made is a value written in another way, and so is a call that is given what was expected.
 */
export function expectsOwnAnswer(base: Assertion, head: Assertion, taken: ReadonlySet<string>): boolean {
  if (base.not || head.not || !EXACTLY.test(base.op) || !EXACTLY.test(head.op) || taken.size === 0) return false;
  const asks = ({ expected, subject }: Assertion): boolean =>
    expected.some(({ text }) => [...taken].some((name) => isWorkedOut(text, name, subject.text)));
  if (asks(base) || !asks(head)) return false;
  // What is asked about, put through the code once more.
  if (head.expected.some(({ text }) => head.subject.text.includes('(') && text.includes(head.subject.text)))
    return true;
  const now = new Set(head.expected.flatMap(({ literals }) => literals));
  const was = base.expected.flatMap(({ literals }) => literals);
  return was.length === 0 ? !base.expected.some(({ pure }) => pure) : was.some((one) => !now.has(one));
}

/** Whether what was asked of the changed code is asked of something else now, and the same is expected. */
export function asksElsewhere(base: Assertion, head: Assertion, taken: ReadonlySet<string>): boolean {
  const expected = ({ expected: all }: Assertion): string => all.map(({ text }) => text).join();
  const isCalled = (name: string, { subject }: Assertion): boolean =>
    new RegExp(`(?<![\\w$."])${escaped(name)}(?:\\.[\\w$]+)${/^[a-z]/.test(name) ? '*' : '+'}\\(`).test(subject.text);
  const isNamed = (name: string, { subject }: Assertion): boolean =>
    new RegExp(`(?<![\\w$])${escaped(name)}(?![\\w$])`).test(subject.text);
  return (
    expected(base) === expected(head) &&
    head.subject.text.includes('(') &&
    [...taken].some((name) => isCalled(name, base)) &&
    ![...taken].some((name) => isNamed(name, head))
  );
}

function isWorkedOut(printed: string, name: string, subject: string): boolean {
  // A message may name what it is about.
  const text = printed.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  const own = escaped(name);
  if (/^[a-z]/.test(name) && new RegExp(`(?<![\\w$."])${own}(?:\\.[\\w$]+)*\\(`).test(text)) return true;
  // The same is asked of an equal object.
  const method = /\.([\w$]+)\([^()]*\)$/.exec(subject)?.[1];
  return method !== undefined && new RegExp(`(?<![\\w$])new${own}\\(.*\\)\\.${escaped(method)}\\(`, 's').test(text);
}
