import { driven, readPrograms, reasonOf, statusOf } from './programs.ts';
import { envFrom, flagsFrom, inBench, namedBy, nodeFlags, wordsAfter } from './script.ts';
import type { Level } from './tapText.ts';
import type { Related, Runner } from './types.ts';

const FLAGS = ['--config', '--timeout', '-T', '--node-arguments', '--concurrency', '-c'];
const OTHER_FLAGS = ['--match', '-m', '--reset-cache'];

/** From this version on it runs tests in threads, which it ends without notice: nothing of what they ran would be counted. */
const THREADS = 4;

/** Where ava looks where neither script nor settings say; its own settings choose among these. */
const PATTERNS = ['**/*.{js,cjs,mjs,jsx,ts,cts,mts,tsx}'];

export function ava(
  folder: string,
  bin: string,
  script: string,
  /** First number of its version. */
  major: number,
  related: Related,
): Runner {
  return {
    name: 'ava',
    folder,
    env: envFrom(script, 'ava'),
    command: (bench, report, changed, testMs) => {
      const files = changed ? related(changed, bench) : undefined;
      if (files?.length === 0) return undefined;
      const flags = flagsFrom(script, 'ava', FLAGS);
      const words = wordsAfter(script, 'ava', [...FLAGS, ...OTHER_FLAGS]);
      return driven({
        report,
        // Of many files it shortens the names in ways that do not tell them apart, so each is run by itself.
        start: [
          process.execPath,
          ...nodeFlags(script),
          inBench(bench, bin),
          '--tap',
          ...(major >= THREADS ? ['--no-worker-threads'] : []),
          ...flags,
          ...(testMs === undefined ? [] : [`--timeout=${testMs}ms`]),
        ],
        ...(files
          ? { files: namedBy(words, folder, files).map((path) => `${bench}/${path}`) }
          : { patterns: words.length > 0 ? words : PATTERNS }),
        // It reads no other settings than those in their usual place.
        ...(flags.some((flag) => flag.startsWith('--config')) ? {} : { helper: 'ava/eslint-plugin-helper' }),
      });
    },
    read: (report, bench) => readPrograms(report, bench, 'ava', casesOf),
  };
}

const casesOf = ({ points }: Level) =>
  points.map((point) => {
    const status = statusOf(point);
    return { name: point.name, status, ...(status === 'failed' ? { message: reasonOf(point, true) } : {}) };
  });
