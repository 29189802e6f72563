import { posix } from 'node:path';
import { type RepoPath, span } from '../../base/index.ts';
import { pathMatcher } from '../../workspace/index.ts';
import { type Entry, itemsOf } from './entries.ts';
import { type SettingsFile, settingsKind } from './settings.ts';
import { entriesOf } from './settingsEntries.ts';
import type { Finding, Label } from './types.ts';

const IGNORES = /^(?:ignores?|ignorePatterns|exclude|includes?)$/;
const COUNTED = /(?:^|\.)(?:collectCoverageFrom|coverage\.include)$/;

/**
 * Settings that are new and leave out code that the change alters: ignore files, lists of settings, settings of a folder
 * within. What else they leave out may never have been looked at.
 *
 * @param altered files of code, no tests, that were there at the base
 */
export function ignoredFindings(files: readonly SettingsFile[], altered: readonly RepoPath[]): Finding[] {
  if (altered.length === 0) return [];
  const named = (text: string | undefined, path: string): boolean => text?.includes(posix.basename(path)) ?? false;
  return files.flatMap((file): Finding[] => {
    const kind = settingsKind(file.path);
    const [base, head] = [entriesOf(file.path, file.base) ?? [], entriesOf(file.path, file.head) ?? []];
    const tell = (label: Label, entry: Entry | undefined, expected: string, found: string): Finding[] => [
      { label, path: file.path, span: entry?.span ?? span(0, 0), expected, found },
    ];
    const folder = posix.dirname(file.path);
    const own = altered.filter((path) => folder === '.' || path.startsWith(`${folder}/`));
    const inside = (path: string): string => (folder === '.' ? path : path.slice(folder.length + 1));
    if (kind === 'tests' || kind === 'manifest' || kind === 'coverage')
      return head
        .filter(({ path }) => COUNTED.test(path) && !base.some((one) => one.path === path))
        .flatMap((entry) => {
          const lost = own.find((path) => isUncounted(patternsOf(entry), inside(path)));
          return lost === undefined ? [] : tell('threshold-lowered', entry, `${lost} to be counted`, entry.text);
        });
    // Another configuration that the scripts check types by now.
    const isUsed = files.some(
      (one) => settingsKind(one.path) === 'manifest' && named(one.head, file.path) && !named(one.base, file.path),
    );
    const loose = kind === 'types' && file.base === undefined && isUsed ? head.find(isLoose) : undefined;
    if (loose) return tell('type-escape', loose, 'types to be checked as strictly', `${loose.path}: ${loose.text}`);
    // What moved from another file is compared with that.
    const isMoved = files.some((one) => one.head === undefined && settingsKind(one.path) === kind);
    if (kind !== 'lint' || file.base !== undefined || isMoved) return [];
    const lost = /ignore$/.test(file.path)
      ? own.find((path) => pathMatcher(ignoredBy(head))(inside(path)))
      : own.find((path) =>
          head.some((one) => IGNORES.test(one.path.split('.').at(-1)!) && isLeftOut(one, inside(path))),
        );
    if (lost !== undefined) return tell('lint-disabled', undefined, `the linter to look at ${lost}`, 'it left out');
    if (own.length === 0 || !/\.eslintrc/.test(file.path)) return [];
    const off =
      folder !== '.' &&
      head.find(({ path, text, items }) => /(?:^|\.)rules\./.test(path) && OFF.test(items?.[0] ?? text));
    if (off) return tell('lint-disabled', off, `the rules of the whole project in ${folder}`, `${off.path} off`);
    const isAlone = head.some(({ path, text }) => path === 'root' && text === 'true');
    const asks = head.some(
      (one) =>
        /(?:^|\.)rules\./.test(one.path) ||
        (one.path === 'extends' && itemsOf(one).some((item) => !/prettier/.test(item))),
    );
    return isAlone && !asks
      ? tell(
          'lint-disabled',
          undefined,
          `the rules of the whole project in ${folder}`,
          'settings of its own, without any',
        )
      : [];
  });
}

const isLoose = ({ path, text }: Entry): boolean =>
  /^compilerOptions\.(?:strict|no(?:Implicit|Unchecked|Fallthrough|Unused))\w*$/.test(path)
    ? text === 'false'
    : path === 'compilerOptions.noCheck' && text === 'true';

const OFF = /^(?:"off"|0|"allow")$/;

const patternsOf = (entry: Entry): readonly string[] =>
  itemsOf(entry)
    .filter((item) => item.startsWith('"'))
    .map((item) => item.slice(1, -1).replace(/^(!?)(?:<rootDir>\/|\.\/)/, '$1'));

/** Whether a list takes a file out, or names others one by one; which folders are counted is another matter. */
function isUncounted(patterns: readonly string[], path: string): boolean {
  const [out, taken] = [patterns.filter((one) => one.startsWith('!')), patterns.filter((one) => !one.startsWith('!'))];
  const isListed = taken.length > 0 && taken.every((one) => !one.includes('*'));
  return pathMatcher(out.map((one) => one.slice(1)))(path) || (isListed && !pathMatcher(taken)(path));
}

/** Lines of an ignore file: one that names no folder is meant wherever it lies. */
const ignoredBy = (entries: readonly Entry[]): readonly string[] =>
  entries
    .flatMap(itemsOf)
    .flatMap((line) =>
      /\/./.test(line) ? [line.replace(/^(!?)\//, '$1')] : [line, line.replace(/^(!?)(?!\*\*)/, '$1**/')],
    );

/** Whether a list of what is ignored, or a pattern with a `!` in a list of what is taken, holds a file. */
function isLeftOut(entry: Entry, path: string): boolean {
  const patterns = patternsOf(entry);
  if (!/includes?$/.test(entry.path)) return pathMatcher(patterns)(path);
  return pathMatcher(patterns.filter((one) => one.startsWith('!')).map((one) => one.replace(/^!+/, '')))(path);
}
