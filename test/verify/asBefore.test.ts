import { describe, expect, it } from 'vitest';
import type { RepoPath } from '../../src/base/index.ts';
import type { CheckContext } from '../../src/verify/context.ts';
import { runAsBefore } from '../../src/verify/tests/asBefore.ts';
import { openWorkspace } from '../../src/workspace/index.ts';
import { Project, value } from '../workspace/repository.ts';

const CODE = `// One.
import { a } from './a.js';

/** Two. */
export function f(x: number): number {
  return x /* three */ + a; // four
}
const text = \`
// of a text

\`;
const pattern = /\\/\\/ no comment/;
export const both = [text, pattern];
`;

// Runners look for it anywhere in a file, as in this one.
const RUNNER = ['// @vitest', 'environment jsdom'].join('-');

/** What becomes of a file, and whether it still does what it did. */
const CASES: readonly (readonly [name: string, from: string, to: string, same: boolean])[] = [
  ['a comment above code', '/** Two. */\n', '/**\n * Two, and more.\n * @deprecated\n */\n', true],
  ['a comment at the start', '// One.\n', '', true],
  ['a comment that is new', 'export function', '// New.\nexport function', true],
  ['one behind code', '; // four', ';', true],
  ['one within a line', 'x /* three */ +', 'x /* 3 */ +', true],
  ['one indented', '  return', '  // Here.\n  return', true],
  ['one of several lines in a line of code', 'x /* three */ +', 'x /* 3\n */ +', false],
  ['one that ends a line early', 'return x /* three */', 'return /*\n*/ x', false],
  ['code', 'x /*', 'x + 1 /*', false],
  ['code in a comment now', '  return x', '  // return x', false],
  ['a comment that is gone from a line', 'x /* three */ +', 'x +', true],
  ['lines of a text that look like a comment', '// of a text\n', '', false],
  ['an empty line of a text', '// of a text\n\n', '// of a text\n', false],
  ['a pattern', '/\\/\\/ no comment/', '/\\/\\/ a comment/', false],
  ['a comment for the compiler', '  return', '  // @ts-expect-error\n  return', false],
  ['a comment for the runner', '// One.', RUNNER, false],
  ['a comment for what counts lines', '// four', '// c8 ignore next', false],
  ['a comment for a bundler', '/* three */', '/* @__PURE__ */', false],
  ['what cannot be read', '// four\n}', '// four\n}}', false],
  ['a comment in another place, where it keeps words apart', 'return x /* three */ + a', 'return/* 3 */x + a', true],
];

const sameOf = async (files: Record<string, string>, head: Record<string, string>): Promise<readonly RepoPath[]> => {
  const project = new Project(files).init();
  project.write(head);
  const change = value(await value(await openWorkspace(project.root)).change({ kind: 'working-tree' }));
  return [...runAsBefore({ change } as unknown as CheckContext)].map(({ path }) => path);
};

describe('code runs as before', () => {
  it.each(CASES)('%s', async (_, from, to, same) => {
    expect(CODE).toContain(from);
    const found = await sameOf({ 'src/f.ts': CODE }, { 'src/f.ts': CODE.replace(from, to) });
    expect(found).toEqual(same ? ['src/f.ts'] : []);
  });

  it('not where it is new, or no code', async () => {
    const head = { 'src/g.ts': '// New.\n', 'a.md': '# Two\n', 'b.json': '{"a": 2}\n' };
    expect(await sameOf({ 'src/f.ts': CODE, 'a.md': '# One\n', 'b.json': '{"a": 1}\n' }, head)).toEqual([]);
  });
});
