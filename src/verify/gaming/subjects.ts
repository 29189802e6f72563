import { posix } from 'node:path';
import { escaped, type RepoPath, span } from '../../base/index.ts';
import type { SyntaxNode } from '../../lang/index.ts';
import { isTestFile } from '../tests/index.ts';
import { Canon } from './canon.ts';
import { type CodeFile, flat } from './code.ts';
import { mocksIn } from './mocks.ts';
import { Names } from './scope.ts';
import { calledIn } from './thrown.ts';
import type { Finding, TestFile } from './types.ts';

/** Names that a test file imports, each with its module: a repository path without its ending, or a specifier. */
export type Imports = ReadonlyMap<string, string>;

/** Stand-ins for what the tests of a file are about, where there were none. */
export function mockFindings(
  base: TestFile,
  head: TestFile,
  was: Imports,
  is: Imports,
  /** Functions that do something else now, by module without its ending. */
  altered: ReadonlyMap<string, readonly string[]>,
): Finding[] {
  const findings: Finding[] = [];
  // What assertions of the base asked of, and called.
  const subjects = base.tests.flatMap(({ assertions }) =>
    assertions.filter(({ op }) => !op.startsWith('called')).map(({ subject }) => subject.text),
  );
  const uses = (name: string): boolean => base.called.has(name);
  const known = new Set(base.mocks.map(({ kind, what }) => `${kind} ${resolve(base.path, what)}`));
  for (const { kind, what, only, owner, node } of head.mocks) {
    if (known.has(`${kind} ${resolve(head.path, what)}`)) continue;
    const where = { path: head.path, span: span(node.start, Math.min(node.end, node.start + 200)) };
    if (kind === 'member') {
      const pattern = new RegExp(`\\.${what.replace(/\$/g, '\\$')}\\(`);
      // A member of the whole module that the tests take the same from.
      const module = owner === undefined ? undefined : is.get(owner);
      const isTaken = module !== undefined && was.get(what) === module && uses(what);
      // Of a whole module the tests call it by.
      const isOfModule =
        module !== undefined &&
        was.get(owner!) === module &&
        base.tests.some(({ body }) =>
          new RegExp(`(?:\\b${escaped(owner!)}|\\brequire\\([^()]*\\))\\.${escaped(what)}\\(`).test(body),
        );
      if (what !== '' && (isTaken || isOfModule || subjects.some((text) => pattern.test(text))))
        findings.push({
          label: 'subject-mocked',
          ...where,
          expected: `the tests to call ${what} itself`,
          found: `a stand-in: ${node.text.replace(/\s+/g, ' ').slice(0, 60)}`,
        });
      continue;
    }
    const module = resolve(head.path, what);
    // What is loaded on the way counts as well where the change is to that.
    const tested = what.startsWith('.')
      ? [
          ...[...was].filter(([name, from]) => from === module && uses(name)).map(([name]) => name),
          ...(altered.get(module) ?? []),
        ]
      : partsAsked(base, what, subjects);
    const replaced = only || !what.startsWith('.') ? tested.filter((name) => only?.includes(name)) : tested;
    if (replaced.length > 0)
      findings.push({
        label: 'subject-mocked',
        ...where,
        expected: `the tests to call ${replaced.join(', ')} of ${what}`,
        found: 'a stand-in for the module',
      });
  }
  for (const [name, module] of was) {
    if (isTestFile(`${module}.ts`) || /mock|fake|stub|fixture/i.test(module) || !uses(name)) continue;
    const now = is.get(name);
    const isStandIn =
      now === undefined
        ? declares(head, name)
        : now !== module && (/mock|fake|stub|__fixtures__/i.test(now) || isTestFile(`${now}.ts`));
    if (isStandIn)
      findings.push({
        label: 'subject-mocked',
        path: head.path,
        span: span(0, 0),
        expected: `${name} of ${module}`,
        found: now === undefined ? 'one that the test declares itself' : `one of ${now}`,
      });
  }
  return findings;
}

/** What is taken from a package by its name (of the project's own too), and asked about: the rest is what tests stand on. */
const partsAsked = ({ imports }: TestFile, module: string, subjects: readonly string[]): readonly string[] =>
  imports.flatMap(({ name, module: from }) =>
    from === module && subjects.some((text) => calledIn(text).startsWith(`${name}(`)) ? [name] : [],
  );

/** What a test stands in, not what it is about. */
const AROUND = /^(?:Date|Math|console|process|performance|crypto|globalThis|global|window|document|fs|os|path|JSON)\b/;

/**
 * Answers of a stand-in, asked for where those of the module are meant: the test calls what it has replaced itself.
 *
 * @param altered functions that do something else now, by module: a test that stood has them as they are
 */
export function standInFindings(
  base: TestFile | undefined,
  head: TestFile,
  imports: Imports,
  altered: ReadonlyMap<string, readonly string[]>,
): Finding[] {
  const others = new Set([...altered.values()].flat());
  const stood = new Set(base?.tests.map(({ title }) => title.join()));
  const isOfOld = ({ start, end }: SyntaxNode): boolean =>
    head.tests.some(({ node, title }) => node.start <= start && end <= node.end && stood.has(title.join()));
  const known = new Set(base?.mocks.map(({ kind, what }) => `${kind} ${resolve(head.path, what)}`));
  const asked = head.tests.flatMap(({ assertions }) =>
    assertions.filter(({ op }) => !op.startsWith('called')).map(({ subject }) => subject.text),
  );
  return head.mocks.flatMap(({ kind, what, only, owner, node }): Finding[] => {
    const module = resolve(head.path, what);
    if (known.has(`${kind} ${module}`) || what === '') return [];
    const names =
      kind === 'module' && what.startsWith('.')
        ? [...imports].flatMap(([name, from]) => (from === module && (only?.includes(name) ?? true) ? [name] : []))
        : [];
    const isOwn = (text: string): boolean =>
      kind === 'member'
        ? !AROUND.test(owner ?? '') && new RegExp(`^[^()]*(?:\\([^()]*\\))?\\.${escaped(what)}\\([^()]*\\)$`).test(text)
        : names.some((name) => new RegExp(`^(?:require\\("[^"]*"\\)\\.)?${escaped(name)}\\(`).test(text));
    const isOther = kind === 'member' && others.has(what) && !AROUND.test(owner ?? '') && isOfOld(node);
    const found = asked.find(isOwn) ?? (isOther ? `${owner}.${what}` : undefined);
    return found === undefined
      ? []
      : [
          {
            label: 'subject-mocked',
            path: head.path,
            span: span(node.start, Math.min(node.end, node.start + 200)),
            expected: `the test to ask ${kind === 'module' ? what : `${owner}.${what}`} itself`,
            found: `it asking a stand-in of its own: ${found.slice(0, 60)}`,
          },
        ];
  });
}

/** Whether assertions ask of a name that the file declares itself. */
const declares = (head: TestFile, name: string): boolean => head.declared.has(name);

const resolve = (from: RepoPath, specifier: string): string =>
  specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier).replace(/\.[cm]?[jt]sx?$/, '') : specifier;

/** The relative imports of a test file. */
export function importsOf(file: TestFile): Imports {
  return new Map(
    file.imports.flatMap(({ name, module }) => (module.startsWith('.') ? [[name, resolve(file.path, module)]] : [])),
  );
}

/**
 * Modules of the project that a set-up file stands in for, which tests take what they ask about from.
 *
 * @param isThere whether the project has a file
 * @param isTested whether tests name it
 */
export function setUpMocks(
  files: readonly CodeFile[],
  isThere: (path: string) => boolean,
  isTested: (path: string) => boolean,
): Finding[] {
  return files.flatMap(({ path, base, head }): Finding[] => {
    if (!head || !/set-?up/i.test(path)) return [];
    const before = base ? flat(base.root) : '';
    const canon = new Canon(new Names());
    return mocksIn(head.root, canon).flatMap(({ kind, what, only, node }): Finding[] => {
      if (kind !== 'module' || !what.startsWith('.') || only || before.includes(flat(node))) return [];
      const source = ENDINGS.map((ending) => resolve(path, what) + ending).find(isThere);
      if (source === undefined || !isTested(source)) return [];
      return [
        {
          label: 'subject-mocked',
          path,
          span: span(node.start, Math.min(node.end, node.start + 200)),
          expected: `the tests to call ${source} itself`,
          found: 'a stand-in for the module, for all of them',
        },
      ];
    });
  });
}

const ENDINGS = ['.ts', '.js', '.tsx', '.jsx', '.mjs', '.cjs', '.mts', '/index.ts', '/index.js'];
