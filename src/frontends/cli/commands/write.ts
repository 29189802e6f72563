import type { Command } from 'commander';
import { type Issue, visible } from '../../../base/index.ts';
import type { FillReport, Question, Reply } from '../../../jobs/index.ts';
import { EXIT, type Exit, type Io, modelFile } from '../io.ts';
import type { Define } from '../main.ts';
import { issueText, json, paint, progress, refuse } from '../render.ts';
import { REPLIES, readReply } from './compare.ts';

interface Options {
  readonly file?: string;
  readonly test?: string;
  readonly answers?: string;
  readonly samples?: string;
  readonly temperature?: string;
  readonly seed?: string;
  readonly model?: string;
  readonly apply?: boolean;
  readonly allowRestricted?: boolean;
  readonly json?: boolean;
}

export const defineWrite: Define = (program: Command, io, exit) => {
  program
    .command('write')
    .description(
      'the body of a function that is not written yet, or fails a test, from its examples and tests, checked before it is shown',
    )
    .option('--file <path#symbol>', 'the function; without a symbol, the only stub of the file')
    .option('--test <file>', 'a failing test: what it calls is written, or mended where it is written already')
    .option('--answers <file>', 'JSON of inputs and what must come of them, both as source: {"[1, 2], 0": "3"}')
    .option('--samples <n>', 'bodies that the model draws (default: 20)')
    .option('--temperature <t>', 'of the draws, which are spread around it (default: 0.8)')
    .option('--seed <n>', 'the same seed draws the same (default: 0)')
    .option('--model <file>', 'a GGUF file that writes where search finds nothing; shipped: the one of assay')
    .option('--apply', 'write it to the file where its status is pass')
    .option('--allow-restricted', 'run the draft even where only restricted isolation is to be had')
    .option('--json', 'print one JSON document')
    .action(async (options: Options) => exit(await run(io, options)));
};

async function run(io: Io, options: Options): Promise<Exit> {
  const { fill } = await import('../../../jobs/index.ts');
  const [path, symbol] = options.file === undefined ? [] : (/^(.*?)(?:#([^#]*))?$/s.exec(options.file) ?? []).slice(1);
  const shown = progress(io);
  const { ask } = io;
  const report = await fill({
    cwd: io.cwd,
    ...(path === undefined ? {} : { path }),
    ...(options.test === undefined ? {} : { test: options.test }),
    ...(symbol === undefined ? {} : { symbol }),
    ...(options.answers === undefined ? {} : { answers: options.answers }),
    ...(ask && !options.json ? { ask: (question: Question) => converse(io, ask, question) } : {}),
    ...(options.samples === undefined ? {} : { samples: Number(options.samples) }),
    ...(options.temperature === undefined ? {} : { temperature: Number(options.temperature) }),
    ...(options.seed === undefined ? {} : { seed: Number(options.seed) }),
    ...(options.model === undefined ? {} : { model: await modelFile(io, options.model) }),
    apply: options.apply ?? false,
    allowRestricted: options.allowRestricted ?? false,
    insideCheck: io.env.ASSAY_INSIDE_CHECK !== undefined,
    events: shown,
  });
  shown.done();
  if (!report.ok) return refuse(io, report.issues);
  for (const issue of [...report.issues, ...report.value.issues]) io.err(issueText({ ...io, colour: false }, issue));
  if (options.json) json(io, document(report.value));
  else io.out(text(io, report.value));
  const { status } = report.value;
  return status === 'pass' ? EXIT.pass : status === 'fail' ? EXIT.fail : EXIT.unknown;
}

/** Asks until there is a reply; undefined where the person wants no more questions. */
async function converse(io: Io, ask: NonNullable<Io['ask']>, { input, outputs }: Question): Promise<Reply | undefined> {
  const question = { input, options: outputs.map((output) => ({ output, drafts: [] })) };
  let out = `\n${paint(io, 'bold', `what should come of (${visible(input)})?`)}\n`;
  outputs.forEach((output, index) => {
    out += `  ${index + 1}  ${visible(output)}\n`;
  });
  io.err(`${out}${paint(io, 'dim', REPLIES)}\n`);
  for (;;) {
    const line = await ask('which? ');
    if (line === undefined || /^q(?:uit)?$/i.test(line.trim())) return undefined;
    const reply = readReply(line, question);
    if (reply) return reply;
  }
}

/** The document of `--json`: schema assay/write/1. */
function document({
  status,
  confidence,
  applied,
  diff,
  attempts,
  questions,
  assumptions,
  evidence,
  nearest,
  others,
  usage,
  issues,
  verdict,
}: FillReport): unknown {
  return {
    schema: 'assay/write/1',
    status,
    confidence,
    applied,
    diff,
    attempts,
    questions,
    assumptions,
    evidence: evidence ?? null,
    others,
    issues: [...issues, ...doubts(verdict)],
    ...(nearest ? { nearest } : {}),
    usage,
  };
}

/** What the draft's checks found that is more than a note. */
const doubts = (verdict: FillReport['verdict']): readonly Issue[] =>
  (verdict?.checks ?? []).flatMap(({ issues }) => issues).filter(({ severity }) => severity !== 'info');

const COLOURS = { pass: 'green', fail: 'red', unknown: 'yellow' } as const;

function text(io: Io, report: FillReport): string {
  const { status, confidence, applied, diff, attempts, questions, assumptions, nearest, evidence, verdict, usage } =
    report;
  const dim = (line: string): string => paint(io, 'dim', line);
  let out = diff;
  if (nearest) {
    out += `${dim('nothing passed; this came nearest and is not to be applied:')}\n${nearest.diff}`;
    for (const reason of nearest.reasons) out += `  ${visible(reason).replaceAll('\n', '\n    ')}\n`;
  }
  for (const issue of doubts(verdict)) out += issueText(io, issue);
  out += `\n${paint(io, COLOURS[status], status)} ${applied ? 'written to the file' : 'nothing was written'}${diff ? `, ${Math.round(confidence * 100)} % sure that it is what is meant` : ''}\n`;
  for (const one of verdict?.checks ?? []) out += `  ${one.status.padEnd(7)} ${one.name}: ${one.summary}\n`;
  const failed = attempts.filter((attempt) => attempt.status === 'fail').length;
  if (failed > 0) out += `  ${failed} ${failed === 1 ? 'draft' : 'drafts'}${diff ? ' before it' : ''} failed\n`;
  for (const assumption of assumptions) out += `  assumed: ${assumption}\n`;
  for (const { input, outputs } of questions) {
    const [own, ...others] = outputs;
    out += `  is it right that (${input}) gives ${own}?${others.length > 0 ? ` Others give ${others.join(', ')}` : ''}\n`;
  }
  if (questions.length > 0) out += dim('  an example or a test of one of these decides it, or --answers\n');
  if (evidence) out += `  evidence: ${evidence}\n`;
  return `${out}${dim(`  ${usage.expressions} expressions, ${usage.checks} ${usage.checks === 1 ? 'check' : 'checks'}, ${(usage.ms / 1000).toFixed(1)} s`)}\n`;
}
