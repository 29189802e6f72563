import { resolve } from 'node:path';
import type { Command } from 'commander';
import { fail } from '../../../base/index.ts';
import { EXIT, type Exit, type Io } from '../io.ts';
import type { Define } from '../main.ts';
import { progress, refuse } from '../render.ts';

interface PretrainOptions {
  readonly data: string;
  readonly prepare?: boolean;
  readonly corpus: string;
  readonly evaluation: readonly string[];
  readonly context: string;
  readonly epochs: string;
  readonly seed: string;
  readonly out: string;
  readonly depth: string;
  readonly steps?: string;
  readonly resume?: boolean;
}

export const definePretrain: Define = (train: Command, io, exit) => {
  train
    .command('pretrain')
    .description('train a small model from nothing; runs/pretrain.py is for size and reads the same tokens')
    .option('--data <folder>', 'prepared tokens', '.cache/runs/data')
    .option('--depth <layers>', 'all else follows', '2')
    .option('--steps <count>', 'instead of 20 tokens a weight')
    .option('--out <folder>', 'checkpoints and the curve', '.cache/runs/small')
    .option('--resume', 'go on from the last checkpoint')
    .option('--prepare', 'only make the tokens, of a packed corpus')
    .option('--corpus <folder>', 'to prepare: a packed corpus', '.cache/corpus/packed')
    .option('--evaluation <folder...>', 'to prepare: tasks that must not stand in the text', ['examples/shop/src/todo'])
    .option('--context <tokens>', 'to prepare: length of a row', '512')
    .option('--epochs <count>', 'to prepare: times through the text, each with other holes', '4')
    .option('--seed <number>', 'to prepare: of order, holes and first weights', '1')
    .action(async (options: PretrainOptions) => exit(await (options.prepare ? prepare : pretrain)(io, options)));
};

async function pretrain(io: Io, options: PretrainOptions): Promise<Exit> {
  const { trainPretrain } = await import('../../../train/index.ts');
  const shown = progress(io);
  const stop = new AbortController();
  const stopped = (): void => stop.abort();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, stopped);
  const report = await trainPretrain(resolve(io.cwd, options.data), resolve(io.cwd, options.out), {
    depth: Number(options.depth),
    ...(options.steps === undefined ? {} : { steps: Number(options.steps) }),
    resume: options.resume === true,
    signal: stop.signal,
    events: shown,
  });
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stopped);
  shown.done();
  if (!report.ok) return refuse(io, report.issues);
  const { plot, parameters, steps, tokens, loss, finished } = report.value;
  io.out(
    `${plot}${(parameters / 1e6).toFixed(2)}M weights, ${steps} steps, ${(tokens / 1e6).toFixed(2)}M tokens, loss ${loss.toFixed(4)}${finished ? '' : '; go on with --resume'}\n`,
  );
  return EXIT.pass;
}

async function prepare(io: Io, options: PretrainOptions): Promise<Exit> {
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
  io.out(
    `${rows.length} epochs of ${rows[0]} rows of ${context} tokens, ${files.validation.tokens} tokens to validate\n`,
  );
  return EXIT.pass;
}
