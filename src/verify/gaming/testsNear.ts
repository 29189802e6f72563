import { posix } from 'node:path';
import type { RepoPath } from '../../base/index.ts';
import { escaped } from '../../base/index.ts';
import { syntaxTreeOf } from '../../lang/index.ts';
import { type CheckContext, textAt } from '../context.ts';
import { isTestFile } from '../tests/index.ts';
import { type ImportedValues, isOfTests } from './imported.ts';
import { testFileOf } from './model.ts';
import type { TestFile } from './types.ts';

/** Test files read to find where a suspicious literal comes from. */
const TESTS_READ = 40;
/** Characters of one file that are read as a program. */
export const FILE = 2_000_000;

/** Test files, unchanged ones, about some modules. */
export function testsAbout(
  context: CheckContext,
  about: readonly RepoPath[],
  paths: readonly RepoPath[],
  values: ImportedValues,
): readonly TestFile[] {
  return testsNaming(context, about, paths)
    .map(({ path, text }) => testFileOf(syntaxTreeOf(text, path), path, values))
    .filter(({ problem }) => problem === undefined);
}

/** Cases that tests take from files of their own, unchanged ones: called as one of some modules, or with one of some texts in them. */
export const casesOf = (
  context: CheckContext,
  about: readonly RepoPath[],
  paths: readonly RepoPath[],
  texts: readonly string[],
): readonly { readonly path: RepoPath; readonly text: string }[] =>
  paths
    .filter((path) => isOfTests(path) && !isTestFile(path) && context.change.files.every((one) => one.path !== path))
    .flatMap((path) => {
      const text = textAt(context, path) ?? '';
      const isNear = about.some((one) => posix.basename(path).startsWith(`${posix.parse(one).name}.`));
      return text.length < FILE && (isNear || texts.some((one) => text.includes(one))) ? [{ path, text }] : [];
    })
    .slice(0, TESTS_READ);

/** Test files, unchanged ones, that name one of some modules, or have one of some texts in them. */
export function testsNaming(
  context: CheckContext,
  modules: readonly RepoPath[],
  paths: readonly RepoPath[],
  texts: readonly string[] = [],
): readonly { readonly path: RepoPath; readonly text: string }[] {
  const changed = new Set<string>(context.change.files.map(({ path }) => path));
  const names = modules.map((path) => {
    const name = posix.basename(path).replace(/\.(?:json|[cm]?[jt]sx?)$/, '');
    return name === 'index' ? posix.basename(posix.dirname(path)) : name;
  });
  const patterns = names.map((name) => new RegExp(`[/'"\`]${escaped(name)}(?:\\.(?:json|[cm]?[jt]sx?))?['"\`]`));
  return paths
    .filter((path) => isTestFile(path) && !changed.has(path))
    .flatMap((path) => {
      const text = textAt(context, path);
      if (text === undefined || text.length >= FILE) return [];
      const own = posix.basename(path).toLowerCase();
      const isNear = names.some((name) => own.startsWith(`${name.toLowerCase()}.`));
      const isOf =
        isNear ||
        patterns.some((one) => one.test(text)) ||
        texts.some((one) => text.includes(one)) ||
        importsOne(path, text, modules);
      return isOf ? [{ path, text, isNear }] : [];
    })
    .sort((a, b) => Number(b.isNear) - Number(a.isNear))
    .slice(0, TESTS_READ);
}

/** Whether a text names one of some modules by where it lies, a folder for the index in it. */
function importsOne(from: RepoPath, text: string, modules: readonly RepoPath[]): boolean {
  const plain = (path: string): string => path.replace(/\.(?:json|[cm]?[jt]sx?)$/, '').replace(/(?:^|\/)index$/, '');
  const wanted = new Set(modules.map(plain));
  return [...text.matchAll(/['"](\.{1,2}(?:\/[^'"\n]*)?)['"]/g)].some(([, specifier]) =>
    wanted.has(plain(posix.join(posix.dirname(from), specifier!).replace(/\/$/, ''))),
  );
}
