import { Command, CommanderError } from 'commander';
import { version } from '../../base/index.ts';
import { defineCheck } from './commands/check.ts';
import { defineCompare } from './commands/compare.ts';
import { defineComplete } from './commands/complete.ts';
import { defineContext } from './commands/context.ts';
import { defineDoctor } from './commands/doctor.ts';
import { defineEval } from './commands/eval.ts';
import { defineHook } from './commands/hook.ts';
import { defineMcp } from './commands/mcp.ts';
import { defineModel } from './commands/model.ts';
import { defineReplay } from './commands/replay.ts';
import { defineReview } from './commands/review.ts';
import { defineTokens } from './commands/tokens.ts';
import { defineTrain } from './commands/train.ts';
import { defineUndo } from './commands/undo.ts';
import { defineWrite } from './commands/write.ts';
import { EXIT, type Exit, type Io, processIo } from './io.ts';

/** Adds one command to the program; `exit` takes the status its action ended with. */
export type Define = (program: Command, io: Io, exit: (status: Exit) => void) => void;

const COMMANDS: readonly Define[] = [
  defineComplete,
  defineCheck,
  defineReview,
  defineCompare,
  defineWrite,
  defineReplay,
  defineUndo,
  defineContext,
  defineModel,
  defineTokens,
  defineTrain,
  defineEval,
  defineHook,
  defineMcp,
  defineDoctor,
];

/** Runs one command line and returns the exit status: 0 pass or done, 1 fail, 2 usage or environment, 3 unknown. */
export async function main(args: readonly string[], io: Io = processIo()): Promise<Exit> {
  let status: Exit = EXIT.pass;
  const program = new Command('assay')
    .description('An AI code writer whose every output is a draft, checked before anyone sees it.')
    .version(version(), '--version', 'print the version')
    .helpCommand(false)
    .showHelpAfterError('(add --help for what is possible)')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err });
  for (const define of COMMANDS)
    define(program, io, (ended) => {
      status = ended;
    });
  for (const command of program.commands) inherit(command, io);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version end with 0; every other way out of parsing is a usage error.
    return error.exitCode === 0 ? EXIT.pass : EXIT.usage;
  }
  return status;
}

function inherit(command: Command, io: Io): void {
  command
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError('(add --help for what is possible)')
    .helpCommand(false);
  for (const sub of command.commands) inherit(sub, io);
}
