import type { Command } from 'commander';
import type { CompleteReport } from '../../../jobs/index.ts';
import { EXIT, type Exit, type Io, modelFile } from '../io.ts';
import type { Define } from '../main.ts';
import { issueText, json, paint, progress, refuse } from '../render.ts';

interface Options {
  readonly n: string;
  readonly temperature: string;
  readonly topP: string;
  readonly seed: string;
  readonly model?: string;
  readonly json?: boolean;
}

export const defineComplete: Define = (program: Command, io, exit) => {
  program
    .command('complete')
    .description('what can stand at a cursor; what does not compile is not shown')
    .argument('<path:line:column>', 'where, both numbers 1-based')
    .option('--n <k>', 'how many to show', '5')
    .option('--temperature <t>', '0 for the likeliest, higher for a wider spread', '0')
    .option('--top-p <p>', 'draw only from the likeliest tokens that make up this much', '1')
    .option('--seed <n>', 'the same seed draws the same', '0')
    .option('--model <file>', 'a GGUF file that writes together with the n-gram; shipped: the one of assay')
    .option('--json', 'print one JSON document')
    .action(async (cursor: string, options: Options) => exit(await run(io, cursor, options)));
};

async function run(io: Io, cursor: string, options: Options): Promise<Exit> {
  const { complete, parseCursor } = await import('../../../jobs/index.ts');
  const at = parseCursor(cursor);
  if (!at.ok) return refuse(io, at.issues);
  const shown = progress(io);
  const report = await complete({
    cwd: io.cwd,
    ...at.value,
    count: Number(options.n),
    temperature: Number(options.temperature),
    topP: Number(options.topP),
    seed: Number(options.seed),
    ...(options.model === undefined ? {} : { model: await modelFile(io, options.model) }),
    events: shown,
  });
  shown.done();
  if (!report.ok) return refuse(io, report.issues);
  for (const issue of report.issues) io.err(issueText({ ...io, colour: false }, issue));
  if (options.json) json(io, { schema: 'assay/complete/1', ...report.value });
  else io.out(text(io, report.value));
  return EXIT.pass;
}

function text(io: Io, { completions, dropped, ms }: CompleteReport): string {
  let out = '';
  for (const { text: draft, status, probability, reason, tokens } of completions) {
    const spread =
      tokens.length > 1 ? `  ${tokens.map((token) => `${token.text}·${token.probability.toFixed(2)}`).join(' ')}` : '';
    out += `${paint(io, status === 'pass' ? 'green' : 'yellow', status.padEnd(7))} ${probability.toFixed(3)}  ${paint(io, 'bold', draft)}${paint(io, 'dim', spread)}\n`;
    if (reason) out += `        ${paint(io, 'dim', reason)}\n`;
  }
  if (completions.length === 0) out += 'nothing to suggest here that compiles\n';
  return `${out}${paint(io, 'dim', `${dropped} ${dropped === 1 ? 'draft does' : 'drafts do'} not compile and ${dropped === 1 ? 'is' : 'are'} not shown; ${Math.round(ms)} ms`)}\n`;
}
