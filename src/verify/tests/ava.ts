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

/** Which files are tests, as a runner itself says. Old versions cannot say; where settings cannot be read, nothing runs. */
const CLASSIFY = `
const { createRequire } = process.getBuiltinModule('node:module');
const { join } = process.getBuiltinModule('node:path');
const { helper, found } = JSON.parse(process.argv.at(-1));
let isTest = () => ({ isTest: true });
try {
  isTest = createRequire(join(process.cwd(), 'x.js'))(helper).load(process.cwd()).classifyFile;
} catch (error) {
  if (!String(error?.message).includes(helper)) throw error;
}
console.log('\\n' + JSON.stringify(found.filter((file) => isTest(file).isTest)));
`;

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
        ...(flags.some((flag) => flag.startsWith('--config'))
          ? {}
          : { classify: CLASSIFY, helper: 'ava/eslint-plugin-helper' }),
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
