import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { RepoPath } from '../../base/index.ts';
import { NAMED_TEST } from './runnerFiles.ts';
import { envFrom, flagsFrom, inBench, nodeFlags } from './script.ts';
import type { Related, Runner, TestCase, TestReport } from './types.ts';

/** The part of vitest's (and jest's) JSON report that is read. */
interface JsonReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

/** What of the script says which tests there are and how they are loaded. */
const FLAGS = ['--config', '-c', '--root', '-r', '--dir', '--environment', '--mode', '--project', '--workspace'];

/** `bin` is the runner's entry script as a path inside the bench, so that its own installed version runs; `script` as npm would run it. */
export function vitest(
  folder: string,
  bin: string,
  script: string,
  /** First number of its version. */
  major: number,
  related: Related,
  /** These files and those that import them, where the runner does not follow imports. Undefined where they are not known: then all tests run. */
  followed: (changed: readonly RepoPath[]) => readonly RepoPath[] | undefined = (changed) => changed,
): Runner {
  return {
    name: 'vitest',
    folder,
    env: envFrom(script, 'vitest'),
    command: (bench, report, changed, testMs) => {
      // Tests are asked for by name: what is related it finds by reading all of them, and one that does not load is the end of it.
      const tests = changed?.every((path) => NAMED_TEST.test(path)) ? related(changed, bench) : undefined;
      if (tests?.length === 0) return undefined;
      const files = tests ?? (changed && followed(changed));
      return [
        process.execPath,
        ...nodeFlags(script),
        inBench(bench, bin),
        ...(files && !tests ? ['related'] : []),
        ...(files ?? []).map((path) => `${bench}/${path}`),
        ...flagsFrom(script, 'vitest', FLAGS),
        ...(/\bvitest\b[^&|;]*\s--globals\b/.test(script) ? ['--globals'] : []),
        '--run',
        '--passWithNoTests',
        // What a project asks of all its tests a part of them does not give, and two cannot count in one process.
        // Not `--coverage.enabled=false`: before version 2 that is a text, and so true.
        '--coverage=false',
        // Tests of types are the compiler's to judge. They run nothing, and their checker writes into the folder that the runner is
        // installed in.
        ...(major > 0 ? ['--typecheck.enabled=false'] : []),
        '--reporter=json',
        `--outputFile=${report}`,
        ...(testMs === undefined ? [] : [`--testTimeout=${testMs}`, `--hookTimeout=${testMs}`]),
      ];
    },
    read: readJsonReport,
  };
}

export function readJsonReport(text: string, bench: string): TestReport | undefined {
  let parsed: JsonReport;
  try {
    parsed = JSON.parse(text) as JsonReport;
  } catch {
    return undefined;
  }
  const results: JsonReport['testResults'] | undefined = parsed?.testResults;
  if (!Array.isArray(results)) return undefined;
  const cases: TestCase[] = [];
  for (const file of results as JsonReport['testResults']) {
    const path = relative(bench, file.name);
    for (const result of file.assertionResults) {
      const status = result.status === 'passed' || result.status === 'failed' ? result.status : 'skipped';
      const message = result.failureMessages?.[0];
      cases.push({ name: result.fullName, path, status, ...(message ? { message: firstLines(message) } : {}) });
    }
    // A file that does not load has no case of its own to fail.
    if (file.status === 'failed' && !file.assertionResults.some((result) => result.status === 'failed')) {
      cases.push({
        name: '(test file)',
        path,
        status: 'failed',
        message: firstLines(file.message ?? 'failed to load'),
      });
    }
  }
  return { cases };
}

/** What a person needs of a failure: its message, without the stack. */
export function firstLines(text: string): string {
  const plain = stripVTControlCharacters(text);
  const lines = plain.split('\n');
  const stack = lines.findIndex((line) => /^\s+at /.test(line));
  return lines
    .slice(0, Math.min(stack < 0 ? lines.length : Math.max(stack, 1), 6))
    .join('\n')
    .trim();
}
