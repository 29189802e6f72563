import type { Command } from 'commander';
import { EXIT } from '../io.ts';
import type { Define } from '../main.ts';
import { json } from '../render.ts';

export const defineHook: Define = (program: Command, io, exit) => {
  const hook = program
    .command('hook')
    .description("the gate of agents and of git: checks after each edit, and before 'done', a commit or a push");
  // What bin/hook.js runs; nobody types these.
  hook.command('serve <root> <identity>', { hidden: true }).action(async (root: string, identity: string) => {
    const { serve } = await import('../../hook/serve.ts');
    await serve({ root, identity });
    exit(EXIT.pass);
  });
  hook
    .command('run <agent> [event]', { hidden: true })
    .option('--strict', 'an unknown verdict refuses too')
    .option('--refusals <n>', 'times in a row that the end is refused', Number)
    .action(async (agent: string, _event: string | undefined, options: { strict?: boolean; refusals?: number }) => {
      const { run } = await import('../../hook/run.ts');
      const input = new TextDecoder().decode((await io.input(INPUT_BYTES)) ?? new Uint8Array());
      const insideCheck = io.env.ASSAY_INSIDE_CHECK !== undefined;
      json(io, await run({ agent, input, insideCheck, ...options }));
      exit(EXIT.pass);
    });
};

/** What an agent or git may tell on standard input, bytes. */
const INPUT_BYTES = 64 * 1024 * 1024;
