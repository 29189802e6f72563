import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { fail } from '../../../base/index.ts';
import type { SuiteReport } from '../../../evals/index.ts';
import { EXIT, type Exit, type Io } from '../io.ts';
import type { Define } from '../main.ts';
import { json, paint, progress, refuse } from '../render.ts';

interface Options {
  readonly cases: string;
  readonly repositories: string;
  readonly every?: number;
  readonly withTests?: boolean;
  readonly json?: boolean;
}

const SUITES = ['defects', 'constraints', 'commits', 'behaviour', 'gaming', 'reuse', 'review'] as const;
type Suite = (typeof SUITES)[number];

export const defineEval: Define = (program: Command, io, exit) => {
  program
    .command('eval')
    .description('measure the checks on suites of real cases')
    .addArgument(
      new Argument('<suite>', 'seeded defects, changes held against constraints, or commits that people made').choices(
        SUITES,
      ),
    )
    .requiredOption('--cases <file>', 'JSON Lines, one case a line')
    .requiredOption('--repositories <folder>', 'a checkout with its dependencies installed for each repository')
    .option('--every <n>', 'of behaviour, reuse and review: take one case of n', Number)
    .option('--with-tests', 'of commits: all that a check runs, tests and probes too')
    .option('--json', 'print one JSON document')
    .action(async (suite: Suite, options: Options) => exit(await run(io, suite, options)));
};

async function run(io: Io, suite: Suite, options: Options): Promise<Exit> {
  const evals = await import('../../../evals/index.ts');
  const shown = progress(io);
  const report = await evals[suite]({
    cases: resolve(io.cwd, options.cases),
    repositories: resolve(io.cwd, options.repositories),
    ...(options.every === undefined ? {} : { every: options.every }),
    ...(options.withTests ? { withTests: true } : {}),
    events: shown,
  }).catch((error: unknown) => {
    if (error instanceof evals.BrokenCheckout) return fail('evals/checkout', error.message);
    throw error;
  });
  shown.done();
  if (!report.ok) return refuse(io, report.issues);
  if (options.json) json(io, { schema: 'assay/eval/1', ...report.value });
  else io.out(text(io, report.value));
  return EXIT.pass;
}

function text(io: Io, { figures, wrong }: SuiteReport): string {
  let out = '';
  for (const { id, expected, found } of wrong)
    out += `${paint(io, 'yellow', id)}: expected ${expected}, found ${found}\n`;
  for (const { what, value, of } of figures) {
    out += `${what.padEnd(50)} ${of === undefined ? value : `${value} of ${of}${of > 0 ? ` (${((100 * value) / of).toFixed(1)} %)` : ''}`}\n`;
  }
  return out;
}
