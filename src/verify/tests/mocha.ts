import { relative } from 'node:path';
import { envFrom, flagsFrom, inBench, namedBy, nodeFlags, wordsAfter } from './script.ts';
import type { Related, Runner, TestCase, TestReport } from './types.ts';
import { firstLines } from './vitest.ts';

/** The part of mocha's JSON report that is read. */
interface MochaReport {
  readonly stats?: { readonly tests?: number };
  readonly passes: readonly MochaCase[];
  readonly failures: readonly MochaCase[];
  readonly pending: readonly MochaCase[];
}

interface MochaCase {
  readonly fullTitle: string;
  readonly file?: string | null;
  readonly err?: { readonly message?: string };
}

const FLAGS = ['--require', '-r', '--import', '--loader', '--config', '--ui', '-u', '--timeout', '-t', '--extension'];

/** Flags with a value that are left out, so that their values are not taken for patterns. */
const OTHER_FLAGS = [
  '--reporter',
  '-R',
  '--reporter-option',
  '--reporter-options',
  '-O',
  '--grep',
  '-g',
  '--fgrep',
  '-f',
  '--jobs',
  '-j',
  '--retries',
  '--ignore',
  '--exclude',
  '--package',
  '--watch-files',
];

export function mocha(folder: string, bin: string, script: string, related: Related): Runner {
  const words = wordsAfter(script, 'mocha', [...FLAGS, ...OTHER_FLAGS]);
  return {
    name: 'mocha',
    folder,
    env: envFrom(script, 'mocha'),
    command: (bench, report, changed, testMs) => {
      const files = changed ? related(changed, bench) : undefined;
      if (files?.length === 0) return undefined;
      return [
        process.execPath,
        ...nodeFlags(script),
        inBench(bench, bin),
        ...flagsFrom(script, 'mocha', FLAGS),
        ...(/\s--recursive\b/.test(script) ? ['--recursive'] : []),
        '--reporter',
        'json',
        '--reporter-option',
        `output=${report}`,
        ...(testMs === undefined ? [] : ['--timeout', String(testMs)]),
        ...(files ? namedBy(words, folder, files).map((path) => `${bench}/${path}`) : words),
      ];
    },
    read: readMochaReport,
  };
}

function readMochaReport(text: string, bench: string): TestReport | undefined {
  let parsed: MochaReport;
  try {
    parsed = JSON.parse(text) as MochaReport;
  } catch {
    return undefined;
  }
  const { passes, failures, pending } = parsed ?? {};
  if (!Array.isArray(passes) || !Array.isArray(failures) || !Array.isArray(pending)) return undefined;
  const cases = (list: readonly MochaCase[], status: TestCase['status']): TestCase[] =>
    list.map(({ fullTitle, file, err }) => ({
      name: String(fullTitle),
      path: file ? relative(bench, file) : '',
      status,
      ...(status === 'failed' && err?.message ? { message: firstLines(err.message) } : {}),
    }));
  return { cases: [...cases(passes, 'passed'), ...cases(failures, 'failed'), ...cases(pending, 'skipped')] };
}
