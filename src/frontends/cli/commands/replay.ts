import type { Command } from 'commander';
import { visibleLine } from '../../../base/index.ts';
import type { ReplayReport } from '../../../jobs/index.ts';
import { EXIT, type Exit, type Io } from '../io.ts';
import type { Define } from '../main.ts';
import { issueText, json, paint, progress, refuse } from '../render.ts';

interface Options {
  readonly allowRestricted?: boolean;
  readonly json?: boolean;
}

export const defineReplay: Define = (program: Command, io, exit) => {
  program
    .command('replay')
    .description('run again what a record says was run, and say what differs')
    .argument('<record>', 'the file of an evidence record, or the start of its id')
    .option(
      '--allow-restricted',
      'run code that is not the working tree even where only restricted isolation is to be had',
    )
    .option('--json', 'print one JSON document')
    .action(async (record: string, options: Options) => exit(await run(io, record, options)));
};

const STATUS = { same: EXIT.pass, differs: EXIT.fail, stale: EXIT.unknown } as const;

async function run(io: Io, record: string, options: Options): Promise<Exit> {
  const { replay } = await import('../../../jobs/index.ts');
  const shown = progress(io);
  const insideCheck = io.env.ASSAY_INSIDE_CHECK !== undefined;
  const report = await replay({
    cwd: io.cwd,
    record,
    allowRestricted: options.allowRestricted ?? false,
    insideCheck,
    events: shown,
  });
  shown.done();
  if (!report.ok) return refuse(io, report.issues);
  for (const issue of report.issues) io.err(issueText({ ...io, colour: false }, issue));
  if (options.json) json(io, { schema: 'assay/replay/1', ...report.value });
  else io.out(text(io, report.value));
  return STATUS[report.value.status];
}

/** A record may come from anybody, its id and what it says included. */
function text(io: Io, { id: given, status, reason, differences, verdict }: ReplayReport): string {
  const id = visibleLine(given);
  if (status === 'stale') return `${paint(io, 'yellow', 'stale')} ${id}: ${reason}; nothing was run\n`;
  if (status === 'same') return `${paint(io, 'green', 'same')} ${id}: ${verdict?.status} as recorded\n`;
  return `${paint(io, 'red', 'differs')} ${id}\n${differences
    .map(({ check, what, before, now }) => `  ${visibleLine(`${check} ${what}: was ${before}, is ${now}`)}\n`)
    .join('')}`;
}
