import { posix } from 'node:path';
import type { RepoPath } from '../../base/index.ts';
import { loaderFlags, VALUED } from './nodeTest.ts';
import { driven, FILE, readPrograms, reasonOf, statusOf, type Told } from './programs.ts';
import { commandsOf, envFrom, flagsFrom, inBench, namedBy, nodeFlags, wordsAfter } from './script.ts';
import type { Level, Point } from './tapText.ts';
import type { Related, Runner, TestCase } from './types.ts';

const FLAGS = ['--require', '-r', '--import'];
const OTHER_FLAGS = ['--ignore', '-i', '--ignore-pattern'];

/** Where tests lie of a package whose script does not say. */
const PATTERNS = ['test.{js,cjs,mjs}', '{test,tests}/**/*.{js,cjs,mjs}'];

/** A test that was still open when its program ended goes by its own name, below whatever was printed last. */
const OPEN = /^test exited without ending: (.+)$/;

export function tape(folder: string, bin: string, script: string, related: Related): Runner {
  const isPlain = !/(?:^|[\s/])tape(?:\s|$)/.test(script);
  const words = isPlain ? filesOfNode(script) : wordsAfter(script, 'tape', [...FLAGS, ...OTHER_FLAGS]);
  return {
    name: 'tape',
    folder,
    env: envFrom(script, isPlain ? 'node' : 'tape'),
    command: (bench, report, changed) => {
      const files = changed ? related(changed, bench) : undefined;
      if (files?.length === 0) return undefined;
      const chosen = files && (isPlain ? entriesOf : namedBy)(words, folder, files);
      return driven({
        report,
        start: [
          process.execPath,
          ...loaderFlags(script),
          ...(isPlain ? [] : [...nodeFlags(script), inBench(bench, bin), ...flagsFrom(script, 'tape', FLAGS)]),
        ],
        ...(chosen
          ? { files: chosen.map((path) => `${bench}/${path}`) }
          : { patterns: words.length > 0 ? words : PATTERNS }),
      });
    },
    read: (report, bench) => readPrograms(report, bench, 'tape', casesOf, ({ last }) => last ?? FILE),
  };
}

/** Files that a script gives to Node itself. */
export const filesOfNode = (script: string): string[] =>
  commandsOf(script).flatMap((command) => wordsAfter(command, 'node', VALUED).slice(0, 1));

/** Of some test files those that a script gives to Node: one that loads the others runs them. All of them where it gives none. */
export function entriesOf(words: readonly string[], folder: string, files: readonly RepoPath[]): readonly RepoPath[] {
  const isNamed = (path: string): boolean =>
    words.some((word) => ['', '.js', '/index.js'].some((end) => posix.join(folder, `${word}${end}`) === path));
  const own = files.filter(isNamed);
  return own.length > 0 ? own : files;
}

/** Points belong to the title above them; subtests print theirs behind those of the test around them. */
function casesOf({ points, skipped }: Level): readonly Told[] {
  const tests = Map.groupBy(points, (point) => OPEN.exec(point.name)?.[1] ?? point.block ?? FILE);
  return [
    ...[...tests].map(([name, own]) => ({ name, ...caseOf(own) })),
    ...skipped.map((name) => ({ name, status: 'skipped' as const })),
  ];
}

function caseOf(points: readonly Point[]): Pick<TestCase, 'status' | 'message'> {
  const wrong = points.find((point) => statusOf(point) === 'failed');
  if (wrong) return { status: 'failed', message: reasonOf(wrong) };
  return { status: points.every((point) => statusOf(point) === 'skipped') ? 'skipped' : 'passed' };
}
