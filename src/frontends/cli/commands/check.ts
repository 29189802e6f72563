import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { fail, type Issue, LIMITS, ok, type Result, visible } from '../../../base/index.ts';
import type { CheckReport } from '../../../jobs/index.ts';
import type { Check } from '../../../verify/index.ts';
import { EXIT, type Exit, type Io } from '../io.ts';
import type { Define } from '../main.ts';
import { issueText, json, paint, progress, refuse } from '../render.ts';

interface Options {
  readonly diff?: string;
  readonly only?: readonly string[];
  readonly allTests?: boolean;
  readonly sameBehaviour?: string | true;
  readonly allowRestricted?: boolean;
  readonly format: 'text' | 'json' | 'sarif' | 'in-toto';
  readonly json?: boolean;
  readonly strict?: boolean;
}

export const defineCheck: Define = (program: Command, io, exit) => {
  program
    .command('check')
    .description('what in a change is wrong, what could not be known, what was run')
    .argument(
      '[range]',
      '<base> or <base>..<head>; without it, HEAD against the working tree, untracked files included',
    )
    .option('--diff <file>', 'judge a unified diff from a file, or from standard input with -')
    .option('--only <checks>', 'run only these checks, separated by commas', (value) => value.split(','))
    .option('--all-tests', 'run every test, not only those related to the change')
    .option(
      '--same-behaviour [glob]',
      'the change is to keep what the code does (in files that match): what differs on generated inputs is an error',
    )
    .option(
      '--allow-restricted',
      'run code that is not the working tree even where only restricted isolation is to be had',
    )
    .addOption(
      new Option('--format <format>', 'how to print').choices(['text', 'json', 'sarif', 'in-toto']).default('text'),
    )
    .option('--json', 'the same as --format json')
    .option('--strict', 'an unknown verdict ends with status 1')
    .action(async (range: string | undefined, options: Options) => exit(await run(io, range, options)));
};

async function run(io: Io, range: string | undefined, options: Options): Promise<Exit> {
  const { check, parseRange } = await import('../../../jobs/index.ts');
  const diff = options.diff === undefined ? undefined : await readDiff(io, options.diff);
  if (diff && !diff.ok) return refuse(io, diff.issues);
  if (diff && range !== undefined) {
    return refuse(io, fail('usage/conflict', 'expected a range or --diff, found both: give one of them').issues);
  }
  const change = diff ? ok({ kind: 'diff' as const, diff: diff.value }) : parseRange(range);
  if (!change.ok) return refuse(io, change.issues);
  const shown = progress(io);
  const report = await check({
    cwd: io.cwd,
    change: change.value,
    ...(options.only ? { only: options.only } : {}),
    allTests: options.allTests ?? false,
    ...(options.sameBehaviour === undefined
      ? {}
      : { sameBehaviour: [options.sameBehaviour === true ? '**' : options.sameBehaviour] }),
    allowRestricted: options.allowRestricted ?? false,
    insideCheck: io.env.ASSAY_INSIDE_CHECK !== undefined,
    events: shown,
  });
  shown.done();
  if (!report.ok) return refuse(io, report.issues);
  const format = options.json ? 'json' : options.format;
  if (format === 'json') json(io, document(report.value));
  else if (format === 'sarif') json(io, report.value.sarif());
  else if (format === 'in-toto') json(io, report.value.inToto());
  else io.out(text(io, report.value));
  for (const issue of report.issues) io.err(issueText({ ...io, colour: false }, issue));
  const { status } = report.value.verdict;
  return status === 'pass' ? EXIT.pass : status === 'fail' ? EXIT.fail : options.strict ? EXIT.fail : EXIT.unknown;
}

/** The text of a diff that the user names; `-` is standard input. */
export async function readDiff(io: Io, from: string): Promise<Result<string>> {
  let bytes: Uint8Array | undefined;
  if (from === '-') bytes = await io.input(LIMITS.diffBytes);
  else {
    const path = resolve(io.cwd, from);
    try {
      bytes = statSync(path).size >= LIMITS.diffBytes ? undefined : readFileSync(path);
    } catch (error) {
      return fail('usage/diff', `expected a readable diff file, but ${from} is not: ${(error as Error).message}`);
    }
  }
  if (!bytes) return fail('usage/diff-size', `expected a diff under ${LIMITS.diffBytes} bytes, ${from} is larger`);
  try {
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return fail('usage/diff-encoding', `expected a diff in UTF-8, ${from === '-' ? 'standard input' : from} is not`);
  }
}

/** The document of `--json`: schema assay/check/1. */
function document({ base, head, verdict, record }: CheckReport): unknown {
  const { treeHash, status, checks } = verdict;
  return { schema: 'assay/check/1', base, head, treeHash, status, checks, record };
}

const SEVERITY = { error: 0, warning: 1, info: 2 } as const;
const SIGN = { pass: ['green', 'pass'], fail: ['red', 'fail'], unknown: ['yellow', 'unknown'] } as const;
/** Doubts shown before the rest is only counted. */
const SHOWN = 20;

/** One line when all is well; the worst first when not. */
function text(io: Io, { base, head, verdict, record }: CheckReport): string {
  const issues = withoutEchoes(verdict.checks.flatMap((check) => check.issues)).sort(
    (a, b) => SEVERITY[a.severity] - SEVERITY[b.severity],
  );
  const [colour, word] = SIGN[verdict.status];
  const decided = verdict.checks.filter(({ decides }) => decides);
  const told = decided.map((check) => `${check.name}: ${visible(check.summary)}`).join('; ');
  const headline = `${paint(io, colour, word)} ${base}..${head}  ${told || verdict.checks[0]?.summary}\n`;
  if (verdict.status === 'pass' && issues.every(({ severity }) => severity === 'info'))
    return (
      headline +
      issues
        .filter(isSeen)
        .map((issue) => issueText(io, issue))
        .join('')
    );
  const errors = issues.filter(({ severity }) => severity === 'error');
  const others = issues.filter(({ severity }) => severity !== 'error');
  let out = errors.map((issue) => issueText(io, issue)).join('');
  out += others
    .slice(0, SHOWN)
    .map((issue) => issueText(io, issue))
    .join('');
  if (others.length > SHOWN) out += `… and ${others.length - SHOWN} more that are no errors (--json shows all)\n`;
  out += `\n${paint(io, colour, word)} ${base}..${head}\n`;
  for (const check of verdict.checks) out += `  ${stateOf(io, check)} ${check.name}: ${visible(check.summary)}\n`;
  return `${out}  evidence: ${record}\n`;
}

/** What a change does otherwise than before is told though nothing is wrong with it. */
const isSeen = ({ code }: Issue): boolean => code === 'probes/differs' || code === 'probes/throws';

/** A check that had nothing to decide is no doubt about the change. */
const stateOf = (io: Io, { status, decides }: Check): string =>
  decides || status !== 'unknown' ? paint(io, SIGN[status][0], status.padEnd(7)) : paint(io, 'dim', '–'.padEnd(7));

/** The compiler often says again, at the same place, what a missing name already said better. */
function withoutEchoes(issues: readonly Issue[]): Issue[] {
  const key = (issue: Issue): string => `${issue.path}:${issue.at?.line}`;
  const named = new Set(
    issues.filter(({ code, severity }) => severity === 'error' && code.startsWith('names/')).map(key),
  );
  return issues.filter((issue) => !(issue.code.startsWith('types/TS') && issue.at && named.has(key(issue))));
}
