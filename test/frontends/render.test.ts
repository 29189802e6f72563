import { describe, expect, it } from 'vitest';
import type { Issue } from '../../src/base/index.ts';
import { issueText, progress } from '../../src/frontends/cli/render.ts';

const written = (): { readonly io: Parameters<typeof progress>[0]; readonly text: () => string } => {
  let text = '';
  const out = (more: string): void => {
    text += more;
  };
  return {
    io: { cwd: '/', env: {}, colour: false, motion: true, out, err: out, input: async () => undefined },
    text: () => text,
  };
};

/** Names and words that a change can bring: none steers a terminal, turns the line round or looks like a line of ours. */
const NASTY: readonly (readonly [string, string])[] = [
  ['a title for the window', '\u001b]0;owned\u0007'],
  ['a control sequence of one character', '\u009b2J'],
  ['a line that is begun again', 'a\rpass'],
  ['text the other way round', 'a\u202egp.exe'],
  ['an isolate', '\u2067a\u2069'],
  ['a line of its own', 'a\npass main..HEAD'],
];

describe('what a change brings is printed harmless', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
  const steers = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\npass/;
  it.each(NASTY)('%s', (_, nasty) => {
    const { io, text } = written();
    const issue: Issue = { code: 'a/b', message: nasty, severity: 'error', path: nasty, suggestion: nasty };
    expect(issueText(io, issue)).not.toMatch(steers);
    progress(io)({ type: 'command-start', command: ['node', nasty], isolation: 'strong' });
    expect(text().slice(1)).not.toMatch(steers);
  });
});
