import { span } from '../../base/index.ts';
import type { Assertion, Finding, Label, Test } from './types.ts';

export const narrowed = (test: Test): Finding =>
  finding('test-narrowed', test, 'every test of the file to run', `${test.because} at ${titleOf(test)}`);

export function finding(label: Label, head: Test, expected: string, found: string, at?: Assertion): Finding {
  const { node } = at ?? head;
  return { label, path: head.path, span: span(node.start, Math.min(node.end, node.start + 200)), expected, found };
}

export const titleOf = ({ title, role }: Test): string =>
  `${role === 'test' ? '' : 'the function '}"${title.join(' ').slice(0, 80)}"`;

/** Whether a test is called by words that it was not called by; other spaces and stops are none. */
export function isRetitled(base: Test, head: Test): boolean {
  const [was, is] = [base, head].map(({ title }) =>
    title
      .join(' ')
      .normalize('NFKC')
      .toLowerCase()
      // What is put in for each row.
      .replace(/%[sdifjop#]|§\d+(?:\.\w+)*/g, ' ')
      .replace(/[\s\p{Cf}.,;:!?'"`’“”…]+/gu, ' ')
      .trim(),
  );
  const before = new Set(was!.split(' '));
  return is!.split(' ').some((word) => !before.has(word));
}

export const values = ({ subject, expected }: Assertion): string =>
  [subject, ...expected]
    .map(({ text }) => text)
    .join(', ')
    .slice(0, 160);

/** An assertion in its own words. */
export const told = ({ node }: Assertion): string => `\`${node.text.replace(/\s+/g, ' ').slice(0, 100)}\``;

export const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`;
