import { envFrom, flagsFrom, inBench, nodeFlags } from './script.ts';
import type { Related, Runner } from './types.ts';
import { readJsonReport } from './vitest.ts';

/** `bin` is jest's entry script as a path inside the bench; `script` the test script of the package, as npm would run it. */
export function jest(folder: string, bin: string, script: string, related: Related): Runner {
  return {
    name: 'jest',
    folder,
    env: envFrom(script, 'jest'),
    command: (bench, report, changed, testMs) => [
      process.execPath,
      ...nodeFlags(script),
      inBench(bench, bin),
      ...flagsFrom(script, 'jest', ['--config', '-c', '--rootDir', '--env', '--testEnvironment', '--preset']),
      '--ci',
      '--watchAll=false',
      '--passWithNoTests',
      '--coverage=false',
      '--json',
      `--outputFile=${report}`,
      ...(testMs === undefined ? [] : [`--testTimeout=${testMs}`]),
      // It finds what imports a file that lies within its roots, and a test by itself.
      ...(changed
        ? [
            '--findRelatedTests',
            ...new Set([...changed, ...(related(changed, bench) ?? [])].map((path) => `${bench}/${path}`)),
          ]
        : []),
    ],
    read: readJsonReport,
  };
}
