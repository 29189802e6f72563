import type { Issue, Span } from '../../base/index.ts';
import { type FileChange, pathMatcher } from '../../workspace/index.ts';
import type { Constraints } from '../config/types.ts';
import { DEPENDENCY_SECTIONS, dependenciesIn, isLockFile, isManifest, keySpan, sectionOf } from '../manifest.ts';

const VERBS = { added: 'added', modified: 'changed', deleted: 'deleted', renamed: 'renamed' } as const;

/** Paths that the change may touch, and may not. */
export function pathIssues(files: readonly FileChange[], { mayChange, mustNotChange }: Constraints): Issue[] {
  const may = mayChange && pathMatcher(mayChange);
  const mustNot = mustNotChange && pathMatcher(mustNotChange);
  return files.flatMap((file): Issue[] => {
    const paths = file.from === undefined || file.from === file.path ? [file.path] : [file.from, file.path];
    const kept = mustNot && paths.find((path) => mustNot(path));
    const outside = may && paths.find((path) => !may(path));
    const path = kept ?? outside;
    if (path === undefined) return [];
    const expected =
      kept === undefined ? `only changes to ${mayChange?.join(', ')}` : `no change to ${mustNotChange?.join(', ')}`;
    return [
      {
        code: kept === undefined ? 'constraints/path-outside' : 'constraints/path-kept',
        message: `expected ${expected}, found ${path} ${VERBS[file.kind]}`,
        severity: 'error',
        path,
        suggestion: 'leave it as it is at the base',
      },
    ];
  });
}

/** What is installed under a name: another package where the range is an alias (`npm:other@1.0.0`). */
const packageOf = ([name, range]: readonly [string, string]): string => /^npm:(@?[^@]+)/.exec(range)?.[1] ?? name;

/** Dependencies that a manifest gains. What the root manifest asks for already is no new one elsewhere. */
export function dependencyIssues(
  files: readonly FileChange[],
  { newDependencies }: Constraints,
  known: ReadonlyMap<string, string>,
): Issue[] {
  if (newDependencies === undefined || newDependencies === true) return [];
  const allowed = new Set(newDependencies === false ? [] : newDependencies);
  return files.flatMap((file): Issue[] => {
    const { after, before, path } = file;
    if (!isManifest(path) || !after) return [];
    const had = new Set([...dependenciesIn(before?.text), ...known].map(packageOf));
    return DEPENDENCY_SECTIONS.flatMap((section) =>
      [...sectionOf(after.text, section)].flatMap(([name, range]): Issue[] => {
        const wanted = packageOf([name, range]);
        if (had.has(wanted) || allowed.has(wanted) || range.startsWith('workspace:')) return [];
        const at = keySpan(after.text, section, name);
        const expected = allowed.size === 0 ? 'no new dependency' : `no new dependency but ${[...allowed].join(', ')}`;
        return [
          {
            code: 'constraints/new-dependency',
            message: `expected ${expected}, found ${name}@${range} in ${section}`,
            severity: 'error',
            path,
            ...(at ? { span: at } : {}),
            suggestion: 'do without it, or use a package that is declared already',
          },
        ];
      }),
    );
  });
}

const linesOf = (text: string): number => text.split('\n').length - (text.endsWith('\n') || text === '' ? 1 : 0);

const linesIn = (text: string, spans: readonly Span[]): number =>
  spans.reduce((sum, { start, end }) => sum + linesOf(text.slice(start, end)), 0);

/** How large the change is, and the files that it leaves. */
export function sizeIssues(files: readonly FileChange[], { size }: Constraints): Issue[] {
  if (!size) return [];
  const counted = files.filter(({ path }) => !isLockFile(path));
  const issues: Issue[] = [];
  const over = (code: string, message: string, path?: string): void => {
    const where = path === undefined ? {} : { path };
    issues.push({ code, message, severity: 'error', ...where, suggestion: 'split it' });
  };
  if (size.files !== undefined && counted.length > size.files) {
    over('constraints/too-many-files', `expected at most ${size.files} changed files, found ${counted.length}`);
  }
  const lines = counted.reduce((sum, { before, after, spans }) => {
    const put = after ? linesIn(after.text, spans) : 0;
    // What was not put in stands on both sides; the rest of the base was taken out.
    const kept = (after ? linesOf(after.text) : 0) - put;
    return sum + put + (before ? linesOf(before.text) - kept : 0);
  }, 0);
  if (size.lines !== undefined && lines > size.lines) {
    over('constraints/too-many-lines', `expected at most ${size.lines} lines put in and taken out, found ${lines}`);
  }
  for (const { path, before, after } of counted) {
    if (size.fileLines === undefined || !after) continue;
    const now = linesOf(after.text);
    if (now <= Math.max(size.fileLines, before ? linesOf(before.text) : 0)) continue;
    over('constraints/file-too-long', `expected at most ${size.fileLines} lines in a file, found ${now}`, path);
  }
  return issues;
}
