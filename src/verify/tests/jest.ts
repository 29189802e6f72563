import { envFrom, flagsFrom, inBench, nodeFlags } from './script.ts';
import type { Related, Runner } from './types.ts';
import { readJsonReport } from './vitest.ts';

/**
 * `bin` is jest's entry script as a path inside the bench; `script` the test script of the package, as npm would run it.
 * `program`: what starts jest with settings of its own where that is not jest, as `react-scripts test` does.
 */
export function jest(folder: string, bin: string, script: string, related: Related, program = 'jest'): Runner {
  return {
    name: 'jest',
    folder,
    env: envFrom(script, program),
    command: (bench, report, changed, testMs) => [
      process.execPath,
      ...nodeFlags(script),
      inBench(bench, bin),
      ...(program === 'jest' ? [] : ['test']),
      ...flagsFrom(script, program, ['--config', '-c', '--rootDir', '--env', '--testEnvironment', '--preset']),
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
