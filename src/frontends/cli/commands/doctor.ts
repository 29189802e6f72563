import type { Command } from 'commander';
import { EXIT } from '../io.ts';
import type { Define } from '../main.ts';
import { json, paint } from '../render.ts';

export const defineDoctor: Define = (program: Command, io, exit) => {
  program
    .command('doctor')
    .description('what this machine and this folder give, and what does not work for lack of it')
    .option('--json', 'print one JSON document')
    .action(async (options: { readonly json?: boolean }) => {
      const { doctor } = await import('../../../jobs/index.ts');
      const findings = await doctor(io.cwd);
      if (options.json) json(io, { schema: 'assay/doctor/1', findings });
      else {
        const width = Math.max(...findings.map(({ name }) => name.length));
        for (const { name, status, detail } of findings) {
          io.out(
            `${paint(io, status === 'ok' ? 'green' : 'yellow', status.padEnd(7))} ${name.padEnd(width)}  ${detail}\n`,
          );
        }
      }
      exit(EXIT.pass);
    });
};
