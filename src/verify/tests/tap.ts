import { posix } from 'node:path';
import { repoPath } from '../../base/index.ts';
import {
  declaresTests,
  driven,
  FILE,
  isFailed,
  readPrograms,
  reasonOf,
  silent,
  statusOf,
  type Told,
} from './programs.ts';
import { envFrom, flagsFrom, inBench, namedBy, nodeFlags, wordsAfter } from './script.ts';
import type { Level, Point } from './tapText.ts';
import type { Related, Runner } from './types.ts';

const FLAGS = [
  '--node-arg',
  '--test-arg',
  '--test-env',
  '--test-regex',
  '--test-ignore',
  '--include',
  '--exclude',
  '--before',
  '--after',
  '--plugin',
  '--tsconfig',
  '--timeout',
  '-t',
  '--jobs',
  '-j',
];
const OTHER_FLAGS = ['--reporter', '-R', '--coverage-report', '--coverage-map', '--nyc-arg', '--output-file', '-o'];

/** From this version on settings of coverage go by other names. */
const OWN_COVERAGE = 18;

/** Runs by its own command, which reads its settings, finds all tests, and sees the status that each file ends with. */
export function tap(
  folder: string,
  bin: string,
  script: string,
  /** First number of its version. */
  major: number,
  related: Related,
): Runner {
  const words = wordsAfter(script, 'tap', [...FLAGS, ...OTHER_FLAGS]);
  return {
    name: 'tap',
    folder,
    env: envFrom(script, 'tap'),
    command: (bench, report, changed, testMs) => {
      const files = changed ? related(changed, bench) : undefined;
      if (files?.length === 0) return undefined;
      return driven({
        report,
        start: [
          process.execPath,
          ...nodeFlags(script),
          inBench(bench, bin),
          ...flagsFrom(script, 'tap', FLAGS),
          ...(script.match(/(?<=\s)--(?:no-)?(?:ts|esm|jsx|flow)(?=\s|$)/g) ?? []),
          // What a project asks of all its tests a part of them does not give, and two cannot count in one process.
          ...(major >= OWN_COVERAGE ? ['--disable-coverage', '--allow-incomplete-coverage'] : ['--no-coverage']),
          '--reporter=tap',
          ...(testMs === undefined ? [] : [`--timeout=${Math.ceil(testMs / 1_000)}`]),
          // By these paths it names them.
          ...(files ? namedBy(words, folder, files).map((path) => posix.relative(folder, path)) : words),
        ],
        files: [null],
      });
    },
    read: (report, bench) => readPrograms(report, bench, 'tap', (level) => casesOf(level, folder, bench)),
  };
}

/** Each point of the stream is a file, told as a subtest. */
const casesOf = ({ points }: Level, folder: string, bench: string): readonly Told[] =>
  points.flatMap((file): readonly Told[] => {
    const path = repoPath(posix.join(folder, file.name)) ?? '';
    const own = file.inner ? testsIn(file.inner, '') : [];
    if (statusOf(file) === 'failed' && !own.some(isFailed))
      own.push({ name: FILE, status: 'failed', message: exitOf(file) });
    if (own.length === 0 && declaresTests(bench, path, 'tap')) own.push(silent(path));
    return own.map((one) => ({ ...one, path }));
  });

const exitOf = (file: Point): string => /^(?:exitCode|signal): .*$/m.exec(file.details)?.[0] ?? reasonOf(file);

/** Tests of a file or a test: assertions are those of the test that they stand in, what is left out is a case of its own. */
function testsIn({ points }: Level, name: string): Told[] {
  const called = (point: Point): string => (name === '' ? point.name : `${name} ${point.name}`);
  const left = points.filter((point) => point.directive !== undefined);
  const asserted = points.filter((point) => point.directive === undefined && !point.inner);
  const wrong = asserted.find(({ isOk }) => !isOk);
  const own: Told[] =
    asserted.length === 0
      ? []
      : [
          {
            name: name === '' ? FILE : name,
            status: wrong ? 'failed' : 'passed',
            ...(wrong ? { message: reasonOf(wrong) } : {}),
          },
        ];
  const inner = points.flatMap((point): readonly Told[] => {
    if (!point.inner || point.directive !== undefined) return [];
    const tests = testsIn(point.inner, called(point));
    if (!point.isOk && !tests.some(isFailed))
      return [{ name: called(point), status: 'failed', message: reasonOf(point) }];
    return tests.length === 0 ? [{ name: called(point), status: 'passed' }] : tests;
  });
  return [...own, ...left.map((point) => ({ name: called(point), status: 'skipped' as const })), ...inner];
}
