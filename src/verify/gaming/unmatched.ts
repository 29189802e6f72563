import { posix } from 'node:path';
import { type RepoPath, span } from '../../base/index.ts';
import { type SyntaxNode, syntaxTreeOf } from '../../lang/index.ts';
import { pathMatcher } from '../../workspace/index.ts';
import { type CheckContext, textAt } from '../context.ts';
import { NAMED_TEST } from '../tests/index.ts';
import { textIn } from './canon.ts';
import { type SettingsFile, settingsKind } from './settings.ts';
import { entriesOf } from './settingsEntries.ts';
import { count } from './telling.ts';
import type { Finding, TestFile } from './types.ts';

/** Share of the tests of a file that have to be in another for it to be the same one. */
const ALIKE = 0.6;

/** Tests that stand in a file now that the runner's patterns do not take, as they took the one before. */
export function unmatchedFindings(
  context: CheckContext,
  paths: readonly RepoPath[],
  base: readonly TestFile[],
  head: readonly TestFile[],
): Finding[] {
  return base.flatMap((old): Finding[] => {
    const stayed = head.find(({ path }) => path === old.path);
    // Of a file that stays what is gone from it; whatever group it is in elsewhere.
    const left = stayed && namesOf(stayed);
    const titles = left ? namesOf(old).difference(left) : titlesOf(old);
    const now = head.find((one) => {
      if (left && (one === stayed || base.some(({ path }) => path === one.path))) return false;
      const own = left ? namesOf(one) : titlesOf(one);
      return titles.size > 0 && titles.intersection(own).size >= titles.size * ALIKE;
    });
    const patterns = now && patternsFor(context, paths, now.path).filter((one) => takes(one)(old.path));
    if (!now || !patterns) return [];
    const isTaken =
      patterns.length > 0
        ? patterns.some((one) => takes(one)(now.path))
        : NAMED_TEST.test(now.path) || !NAMED_TEST.test(old.path);
    if (isTaken) return [];
    const by = patterns.length > 0 ? `the pattern ${patterns[0]} does not take` : 'no runner takes for one of tests';
    return [
      {
        label: 'test-deleted',
        path: now.path,
        span: span(0, 0),
        expected: `the ${count(titles.size, 'test')} of ${old.path} to run`,
        found: `them in a file that ${by}`,
      },
    ];
  });
}

/** What a runner takes where nothing is said, beside files that are called tests. */
const IN_FOLDERS =
  /(?:^|\/)(?:tests?|__tests__)\/(?!(?:.*\/)?(?:_|helpers?|fixtures?|support|utils?)\b)[^.]+\.[cm]?[jt]sx?$/;
const OTHER_RUNS = /e2e|playwright|cypress|integration|browser|types?-?tests?|test-d/i;
/** Settings of which files are tests. */
const LISTS = /^ava\.files$|^(?:test\.)?include$|^(?:jest\.)?testMatch$/;

/** Patterns of test files that are new where none were given, and that leave tests out which were run before. */
export function listedFindings(
  context: CheckContext,
  paths: readonly RepoPath[],
  settings: readonly SettingsFile[],
): Finding[] {
  const fresh = new Set(context.change.files.filter(({ before }) => !before).map(({ path }) => path));
  return settings.flatMap(({ path, base, head }): Finding[] => {
    const kind = settingsKind(path);
    if (kind !== 'manifest' && kind !== 'tests') return [];
    const known = new Set((entriesOf(path, base) ?? []).map((one) => one.path));
    return (entriesOf(path, head) ?? []).flatMap((entry): Finding[] => {
      const items = (entry.items ?? []).map((one) => textIn(one) ?? one);
      if (known.has(entry.path) || !LISTS.test(entry.path) || !items.some((one) => one.includes('*'))) return [];
      const asked = items.filter((one) => !one.startsWith('!')).map(takes);
      const folder = posix.dirname(path);
      const left = paths.filter(
        (one) =>
          !fresh.has(one) &&
          (folder === '.' || one.startsWith(`${folder}/`)) &&
          (NAMED_TEST.test(one) || (entry.path === 'ava.files' && IN_FOLDERS.test(one))) &&
          !OTHER_RUNS.test(one) &&
          !asked.some((is) => is(folder === '.' ? one : one.slice(folder.length + 1))),
      );
      if (left.length === 0) return [];
      return [
        {
          label: 'test-command-changed',
          path,
          span: entry.span,
          expected: `the tests of ${left.slice(0, 3).join(', ')} to run, as at the base`,
          found: `${entry.path} ${items.join(', ').slice(0, 80)}`,
        },
      ];
    });
  });
}

const namesOf = ({ tests }: TestFile): ReadonlySet<string> =>
  new Set(tests.filter(({ role }) => role === 'test').map(({ title }) => title.at(-1) ?? ''));

const titlesOf = ({ tests }: TestFile): ReadonlySet<string> =>
  new Set(tests.filter(({ role }) => role === 'test').map(({ title }) => title.join(' ')));

/** Patterns of test files in the settings of runners, of the package that a file belongs to. */
function patternsFor(context: CheckContext, paths: readonly RepoPath[], of: RepoPath): readonly string[] {
  const folders = foldersOf(of);
  const settings = [...context.change.files.map(({ path }) => path), ...paths].filter(
    (path) => settingsKind(path) === 'tests' && folders.includes(posix.dirname(path)),
  );
  const found = [...new Set(settings)].flatMap((path) => {
    const text = textAt(context, path);
    return text === undefined || !/\.[cm]?[jt]s$/.test(path) ? textsIn(text) : stringsOf(syntaxTreeOf(text, path).root);
  });
  for (const folder of folders) {
    const manifest = textAt(context, posix.join(folder, 'package.json'));
    for (const line of textsIn(manifest)) found.push(...line.split(/[\s'"]+/));
    for (const name of ['.mocharc.json', '.mocharc.yml', '.mocharc.yaml'])
      found.push(...textsIn(textAt(context, posix.join(folder, name))));
  }
  return [...new Set(found)].filter((text) => /\*/.test(text) && /test|spec|[jt]sx?/.test(text) && !/\s/.test(text));
}

function foldersOf(path: string): readonly string[] {
  const found: string[] = [];
  for (let at = posix.dirname(path); ; at = posix.dirname(at)) {
    found.push(at);
    if (at === '.' || at === '/') return found;
  }
}

/** Texts in settings, but for what they leave out. */
function stringsOf(node: SyntaxNode): string[] {
  if (node.kind === 'PropertyAssignment' && /exclude|ignore|coverage/i.test(node.part('name')?.value ?? '')) return [];
  const isText = /^(?:String|NoSubstitutionTemplate)Literal$/.test(node.kind) && node.value;
  return [...(isText ? [node.value ?? ''] : []), ...node.children.flatMap(stringsOf)];
}

/** Values of plain settings: quoted, or after a dash or a colon. */
const textsIn = (text = ''): readonly string[] => [
  ...[...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, one = '']) => one.replaceAll('\\"', '"')),
  ...[...text.matchAll(/^\s*(?:-|\w+:)\s*['"]?([^\s'"]+)['"]?\s*$/gm)].map(([, one = '']) => one),
];

/** Of files by a pattern as minimatch reads it, wherever its root may be. */
const takes = (pattern: string): ((path: string) => boolean) => {
  const plain = pattern
    .replace(/^(?:<rootDir>\/|\.\/)/, '')
    .replace(/\?\(([^()]*)\)/g, (_, inner: string) => `{,${inner.replaceAll('|', ',')}}`)
    .replace(/[@+]\(([^()]*)\)/g, (_, inner: string) => `{${inner.replaceAll('|', ',')}}`);
  return pathMatcher([plain, `**/${plain}`]);
};
