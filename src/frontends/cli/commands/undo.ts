import type { Command } from 'commander';
import { visibleLine } from '../../../base/index.ts';
import { EXIT, type Exit, type Io } from '../io.ts';
import type { Define } from '../main.ts';
import { issueText, json, refuse } from '../render.ts';

export const defineUndo: Define = (program: Command, io, exit) => {
  program
    .command('undo')
    .description('take back what assay wrote last, if the files are still as it left them')
    .option('--json', 'print one JSON document')
    .action(async (options: { readonly json?: boolean }) => exit(await run(io, options.json ?? false)));
};

async function run(io: Io, asJson: boolean): Promise<Exit> {
  const { undo } = await import('../../../jobs/index.ts');
  const done = await undo({ cwd: io.cwd });
  if (!done.ok) return refuse(io, done.issues);
  for (const issue of done.issues) io.err(issueText({ ...io, colour: false }, issue));
  if (asJson) json(io, { schema: 'assay/undo/1', ...done.value });
  else
    io.out(
      done.value.files
        .map(({ path, after }) => `${after === null ? 'removed' : 'restored'} ${visibleLine(path)}\n`)
        .join(''),
    );
  return EXIT.pass;
}
