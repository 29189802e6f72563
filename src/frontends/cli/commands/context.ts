import type { Command } from 'commander';
import type { ContextWindow } from '../../../context/index.ts';
import { EXIT, type Exit, type Io } from '../io.ts';
import type { Define } from '../main.ts';
import { issueText, json, paint, progress, refuse } from '../render.ts';

export const defineContext: Define = (program: Command, io, exit) => {
  program
    .command('context')
    .description('what the model would see at a cursor, and what was left out')
    .argument('<path:line:column>', 'where, both numbers 1-based')
    .option('--json', 'print one JSON document')
    .action(async (cursor: string, options: { readonly json?: boolean }) =>
      exit(await run(io, cursor, options.json ?? false)),
    );
};

async function run(io: Io, cursor: string, asJson: boolean): Promise<Exit> {
  const { context, parseCursor } = await import('../../../jobs/index.ts');
  const at = parseCursor(cursor);
  if (!at.ok) return refuse(io, at.issues);
  const shown = progress(io);
  const window = await context({ cwd: io.cwd, ...at.value, events: shown });
  shown.done();
  if (!window.ok) return refuse(io, window.issues);
  for (const issue of window.issues) io.err(issueText({ ...io, colour: false }, issue));
  if (asJson) json(io, { schema: 'assay/context/1', ...window.value });
  else io.out(text(io, window.value));
  return EXIT.pass;
}

function text(io: Io, window: ContextWindow): string {
  let out = '';
  for (const piece of window.pieces) {
    out += `${paint(io, 'bold', `── ${piece.kind} ${piece.path ?? ''}`)} ${paint(io, 'dim', `${piece.tokens} tokens: ${piece.reason}`)}\n`;
    out += piece.text.endsWith('\n') ? piece.text : `${piece.text}\n`;
  }
  if (window.excluded.length > 0) out += `${paint(io, 'bold', '── left out')}\n`;
  for (const { kind, path, tokens, reason } of window.excluded)
    out += `  ${kind} ${path ?? ''} ${tokens} tokens: ${reason}\n`;
  return `${out}\n${window.total} of ${window.budget} tokens\n`;
}
