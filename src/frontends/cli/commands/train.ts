import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { fail } from '../../../base/index.ts';
import { EXIT, type Exit, type Io } from '../io.ts';
import type { Define } from '../main.ts';
import { issueText, json, progress, refuse } from '../render.ts';
import { defineExport } from './trainExport.ts';
import { defineInstruct } from './trainInstruct.ts';
import { definePersonalise } from './trainPersonalise.ts';
import { definePretrain } from './trainPretrain.ts';

interface CorpusOptions {
  readonly list: string;
  readonly cache: string;
  readonly out: string;
  readonly evaluation?: string;
  readonly json?: boolean;
}

interface TokenizerCommandOptions {
  readonly corpus: string;
  readonly out: string;
  readonly vocabulary: string;
}

interface PriorCommandOptions {
  readonly corpus: string;
  readonly out: string;
}

const CACHE = '.cache/corpus';
const CORPUS = `${CACHE}/packed`;

export const defineTrain: Define = (program: Command, io, exit) => {
  const train = program
    .command('train')
    .description('how the shipped model is made, step by step, and one of your own from it');
  train
    .command('corpus')
    .description('pack the training text from a named list of packages')
    .option('--list <file>', 'packages with version and licence', 'train/corpus.json')
    .option('--cache <folder>', 'where fetched tarballs are kept', `${CACHE}/tarballs`)
    .option('--out <folder>', 'where the shards and their manifest go', CORPUS)
    .option('--evaluation <folder>', 'evaluation tasks that must not stand in the text')
    .option('--json', 'print the manifest')
    .action(async (options: CorpusOptions) => exit(await corpus(io, options)));
  train
    .command('tokenizer')
    .description('train the byte-level BPE encoding on a packed corpus')
    .option('--corpus <folder>', 'a packed corpus', CORPUS)
    .option('--out <file>', 'where tokenizer.json goes', 'tokenizer.json')
    .option('--vocabulary <entries>', 'entries, special tokens included', '16384')
    .action(async (options: TokenizerCommandOptions) => exit(await tokenizer(io, options)));
  train
    .command('prior')
    .description('count what is likely in code at large, for the shipped encoding')
    .option('--corpus <folder>', 'a packed corpus', CORPUS)
    .option('--out <file>', 'where the prior goes', 'prior.bin')
    .action(async (options: PriorCommandOptions) => exit(await prior(io, options)));
  definePretrain(train, io, exit);
  defineInstruct(train, io, exit);
  definePersonalise(train, io, exit);
  defineExport(train, io, exit);
};

async function corpus(io: Io, options: CorpusOptions): Promise<Exit> {
  const { packCorpus, readCorpusList } = await import('../../../train/index.ts');
  let text: string;
  try {
    text = readFileSync(resolve(io.cwd, options.list), 'utf8');
  } catch (error) {
    return refuse(
      io,
      fail('usage/list', `expected a list of packages, but ${options.list} cannot be read: ${(error as Error).message}`)
        .issues,
    );
  }
  const list = readCorpusList(text);
  if (!list.ok) return refuse(io, list.issues);
  const shown = progress(io);
  const packed = await packCorpus(list.value, {
    cacheFolder: resolve(io.cwd, options.cache),
    outFolder: resolve(io.cwd, options.out),
    ...(options.evaluation === undefined ? {} : { evaluationFolder: resolve(io.cwd, options.evaluation) }),
    events: shown,
  });
  shown.done();
  if (!packed.ok) return refuse(io, packed.issues);
  for (const issue of packed.issues) io.err(issueText({ ...io, colour: false }, issue));
  const { packages, licences } = packed.value;
  if (options.json) json(io, packed.value);
  else {
    const sum = (count: (one: (typeof packages)[number]) => number): number =>
      packages.reduce((total, one) => total + count(one), 0);
    io.out(
      `${packages.length} packages, ${sum((one) => one.files)} files of code, ${megabytes(sum((one) => one.bytes))} of code, ${megabytes(sum((one) => one.prose.bytes))} of prose\n`,
    );
    for (const split of ['train', 'validation', 'test']) {
      const part = packages.filter((one) => one.split === split);
      io.out(
        `  ${split.padEnd(10)} ${part.length} packages, ${megabytes(part.reduce((total, one) => total + one.bytes, 0))}\n`,
      );
    }
    for (const [licence, bytes] of Object.entries(licences)) io.out(`  ${licence.padEnd(12)} ${megabytes(bytes)}\n`);
  }
  return EXIT.pass;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

async function tokenizer(io: Io, options: TokenizerCommandOptions): Promise<Exit> {
  const vocabulary = Number(options.vocabulary);
  if (!Number.isInteger(vocabulary) || vocabulary < 300 || vocabulary > 262_144) {
    return refuse(
      io,
      fail(
        'usage/vocabulary',
        `expected --vocabulary to be a whole number from 300 to 262144, found ${options.vocabulary}`,
      ).issues,
    );
  }
  const { trainTokenizer } = await import('../../../train/index.ts');
  const shown = progress(io);
  const trained = trainTokenizer(resolve(io.cwd, options.corpus), resolve(io.cwd, options.out), {
    vocabulary,
    events: shown,
  });
  shown.done();
  if (!trained.ok) return refuse(io, trained.issues);
  io.out(`${trained.value.name}: ${trained.value.vocabulary} entries in ${options.out}\n`);
  return EXIT.pass;
}

async function prior(io: Io, options: PriorCommandOptions): Promise<Exit> {
  const [{ trainPrior }, { loadShipped }] = await Promise.all([
    import('../../../train/index.ts'),
    import('../../../tokens/index.ts'),
  ]);
  const shown = progress(io);
  const trained = trainPrior(resolve(io.cwd, options.corpus), resolve(io.cwd, options.out), {
    tokenizer: loadShipped(),
    events: shown,
  });
  shown.done();
  if (!trained.ok) return refuse(io, trained.issues);
  const { tokens, ngrams, bytes, bitsPerToken } = trained.value;
  const kept = ngrams.reduce((sum, count) => sum + count, 0);
  io.out(
    `${tokens} tokens counted, ${kept} n-grams kept in ${megabytes(bytes)}, ${bitsPerToken.toFixed(3)} bits a token on packages held out\n`,
  );
  return EXIT.pass;
}
