import { resolve } from 'node:path';
import type { Command } from 'commander';
import { fail } from '../../../base/index.ts';
import { EXIT, type Exit, type Io } from '../io.ts';
import type { Define } from '../main.ts';
import { json, progress, refuse } from '../render.ts';

interface PretrainOptions {
  readonly prepare?: boolean;
  readonly corpus: string;
  readonly data: string;
  readonly evaluation: readonly string[];
  readonly context: string;
  readonly epochs: string;
  readonly seed: string;
  readonly json?: boolean;
}

export const definePretrain: Define = (train: Command, io, exit) => {
  train
    .command('pretrain')
    .description('make the tokens that runs/pretrain.py trains the model on')
    .requiredOption('--prepare', 'turn a packed corpus into rows of tokens')
    .option('--corpus <folder>', 'a packed corpus', '.cache/corpus/packed')
    .option('--data <folder>', 'where the tokens go', '.cache/runs/data')
    .option('--evaluation <folder...>', 'evaluation tasks that must not stand in the text', ['examples/shop/src/todo'])
    .option('--context <tokens>', 'length of a row', '512')
    .option('--epochs <count>', 'times through the text, each with other holes', '4')
    .option('--seed <number>', 'of order and holes', '1')
    .option('--json', 'print what was written')
    .action(async (options: PretrainOptions) => exit(await pretrain(io, options)));
};

async function pretrain(io: Io, options: PretrainOptions): Promise<Exit> {
  const seed = Number(options.seed);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    return refuse(
      io,
      fail('usage/seed', `expected --seed to be a whole number below 2^32, got ${options.seed}`).issues,
    );
  }
  const [{ preparePretraining }, { loadShipped }] = await Promise.all([
    import('../../../train/index.ts'),
    import('../../../tokens/index.ts'),
  ]);
  const shown = progress(io);
  const prepared = preparePretraining(resolve(io.cwd, options.corpus), resolve(io.cwd, options.data), {
    tokenizer: loadShipped(),
    evaluationFolders: options.evaluation.map((folder) => resolve(io.cwd, folder)),
    context: Number(options.context),
    epochs: Number(options.epochs),
    seed,
    events: shown,
  });
  shown.done();
  if (!prepared.ok) return refuse(io, prepared.issues);
  const { files, rows, context } = prepared.value;
  if (options.json) json(io, prepared.value);
  else {
    io.out(
      `${rows.length} epochs of ${rows[0]} rows of ${context} tokens, ${files.validation.tokens} tokens to validate\n`,
    );
  }
  return EXIT.pass;
}
