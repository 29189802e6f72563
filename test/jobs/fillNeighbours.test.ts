import { describe, expect, it } from 'vitest';
import { noEvents, type RepoPath } from '../../src/base/index.ts';
import { searchProposer } from '../../src/jobs/fill/searchProposer.ts';
import { fillTask } from '../../src/jobs/fill/task.ts';
import { functionsOf, openLanguage } from '../../src/lang/index.ts';
import { openWorkspace } from '../../src/workspace/index.ts';
import { type Files, Project } from '../workspace/repository.ts';

const STUB = "{\n  throw new Error('not implemented');\n}\n";
const tested = (name: string, lines: string): string =>
  `import { expect, it } from 'vitest';\nimport { ${name} } from './${name}.ts';\nit('does', () => {\n${lines}\n});\n`;

const FILES: Files = {
  'package.json': JSON.stringify({ name: 'app', version: '1.0.0', type: 'module' }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      strict: true,
      module: 'nodenext',
      target: 'es2024',
      allowImportingTsExtensions: true,
      noEmit: true,
    },
    include: ['src'],
  }),
  'src/lists.ts': `export function pairs<T>(items: readonly T[]): [T, T][] {
  const made: [T, T][] = [];
  for (let i = 0; i + 1 < items.length; i += 2) made.push([items[i]!, items[i + 1]!]);
  return made;
}
`,
  'src/swapped.ts': `import { pairs as inPairs } from './lists.ts';
export function swapped<T>(items: readonly T[]): [T, T][] ${STUB}`,
  'src/swapped.test.ts': tested(
    'swapped',
    'expect(swapped([1, 2, 3])).toEqual([[3, 2]]); expect(swapped(["a", "b", "c", "d"])).toEqual([["d", "c"], ["b", "a"]]);',
  ),
  'src/weight.ts': `function weigh(text: string): number {
  let sum = 0;
  for (const one of text) sum += one === ' ' ? 0 : 3;
  return sum;
}
export function weight(a: string, b: string): number ${STUB}`,
  'src/weight.test.ts': tested('weight', 'expect(weight("abc", " b   ")).toBe(12); expect(weight(" ", "")).toBe(0);'),
  'src/keep.ts': `export function keep<T>(isKept: (item: T) => boolean): (items: readonly T[]) => T[] ${STUB}`,
  'src/keep.test.ts': tested(
    'keep',
    `expect(keep((n) => n > 1)([1, 2, 3])).toEqual([2, 3]); const short = keep(isShort); expect(short(["a", "bcd"])).toEqual(["a"]);
expect(pipe([4, 0, 5], keep((n) => n > 1))).toEqual([4, 5]);
}); function isShort(text) { return text.length < 2; }; it('more', () => {`,
  ),
  'src/times.ts': `export function times(by = 2): (n: number) => number ${STUB}`,
  'src/times.test.ts': tested(
    'times',
    'expect(times(3)(4)).toBe(12); expect(times()(4)).toBe(8); expect(times()(7)).toBe(14);',
  ),
  'src/around.ts': `export function around(text: string, before: string, after = before): string ${STUB}`,
  'src/around.test.ts': tested(
    'around',
    'expect(around("x", "(", ")")).toBe("(x)"); expect(around("y", "**")).toBe("**y**"); expect(around("x", "")).toBe("x");',
  ),
  'src/tally.ts': `export function tally<T, K extends PropertyKey>(items: readonly T[], keyOf: (item: T) => K): Record<K, number> ${STUB}`,
  'src/tally.test.ts': tested(
    'tally',
    'expect(tally(["a", "bb", "c"], (one) => one.length)).toEqual({ 1: 2, 2: 1 }); expect(tally([], (one) => one)).toEqual({});',
  ),
};

const { root } = new Project(FILES).init();
const MS = 60_000;

/** The ways of writing the first body that search proposes. */
async function proposed(name: string, text = FILES[`src/${name}.ts`] as string) {
  const path = `src/${name}.ts` as RepoPath;
  const workspace = (await openWorkspace(root)).value!;
  const language = openLanguage({ root }).value!;
  try {
    const written = functionsOf(text, path).find((one) => one.name === name)!;
    const task = await fillTask(workspace, language, path, text, written, []);
    if (!task.ok) return task.issues.map(({ code }) => code);
    const found = await searchProposer.propose(task.value, { ms: MS, events: noEvents });
    return found.value!.proposals[0]?.bodies ?? [];
  } finally {
    language.close();
  }
}

describe('bodies are found', () => {
  it.each([
    ['with calls of what the module imports', 'swapped', ['return inPairs([...items].reverse());']],
    ['with calls of what stands beside it', 'weight', ['return weigh(a + b);']],
    ['of what a function gives', 'keep', ['return (items) => items.filter((item) => isKept(item));']],
    ['with what is not given', 'times', ['return (n) => by * n;']],
    ['with what is not given and said by another', 'around', ['return before + text + after;']],
  ])('%s', async (_, name, bodies) => {
    expect(await proposed(name)).toEqual(expect.arrayContaining(bodies));
  });

  it('with what is built said to be of the type that is asked for', async () => {
    expect((await proposed('tally')).at(-1)).toContain('const counts = {} as Record<K, number>;');
  });

  it('but not of what a written function gives', async () => {
    const text = (FILES['src/keep.ts'] as string).replace(STUB, '{\n  return (items) => items.slice();\n}\n');
    expect(await proposed('keep', text)).toEqual(['fill/no-examples']);
  });
});
