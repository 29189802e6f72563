import { resolve } from 'node:path';
import type { Command } from 'commander';
import { EXIT, type Exit, type Io } from '../io.ts';
import type { Define } from '../main.ts';
import { progress, refuse } from '../render.ts';

interface InstructOptions {
  readonly corpus: string;
  readonly evaluation: readonly string[];
  readonly out: string;
}

export const defineInstruct: Define = (train: Command, io, exit) => {
  train
    .command('instruct')
    .description('make tasks of a packed corpus, bodies to be written, for runs/instruct.py')
    .option('--corpus <folder>', 'a packed corpus', '.cache/corpus/packed')
    .option('--evaluation <folder...>', 'tasks that must not stand in any of them', ['examples/shop/src/todo'])
    .option('--out <folder>', 'where the rows go', '.cache/runs/instruct-data')
    .action(async (options: InstructOptions) => exit(await instruct(io, options)));
};

async function instruct(io: Io, options: InstructOptions): Promise<Exit> {
  const [{ prepareInstruct }, { loadShipped }] = await Promise.all([
    import('../../../train/index.ts'),
    import('../../../tokens/index.ts'),
  ]);
  const shown = progress(io);
  const prepared = prepareInstruct(resolve(io.cwd, options.corpus), resolve(io.cwd, options.out), {
    tokenizer: loadShipped(),
    evaluationFolders: options.evaluation.map((folder) => resolve(io.cwd, folder)),
    events: shown,
  });
  shown.done();
  if (!prepared.ok) return refuse(io, prepared.issues);
  const { files, kinds } = prepared.value;
  io.out(
    `${files.train.rows} bodies to learn from (${kinds.call} with a caller, ${kinds.doc} with a comment, ${kinds.signature} with neither), ${files.validation.rows} to measure on\n`,
  );
  return EXIT.pass;
}
