import { resolve } from 'node:path';
import type { Command } from 'commander';
import { fail } from '../../../base/index.ts';
import type { RepositoryReport } from '../../../train/index.ts';
import { EXIT, type Exit, type Io } from '../io.ts';
import type { Define } from '../main.ts';
import { progress, refuse } from '../render.ts';

interface PersonaliseOptions {
  readonly model?: string;
  readonly out?: string;
  readonly passes: string;
  readonly seed: string;
  readonly resume?: boolean;
}

export const definePersonalise: Define = (train: Command, io, exit) => {
  train
    .command('personalise')
    .description("continue a model on this repository's own files, in its own store; the model itself stays as it is")
    .option('--model <file>', 'a GGUF file to begin with; the shipped one if not given')
    .option('--out <file>', 'where the new model goes; .assay/model.gguf if not given')
    .option('--passes <n>', 'times through the files', '1')
    .option('--seed <n>', 'of what is held out, of order and holes', '1')
    .option('--resume', 'go on with a run that was stopped')
    .action(async (options: PersonaliseOptions) => exit(await run(io, options)));
};

async function run(io: Io, options: PersonaliseOptions): Promise<Exit> {
  const [seed, passes] = [Number(options.seed), Number(options.passes)];
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
    return refuse(
      io,
      fail('usage/seed', `expected --seed to be a whole number below 2^32, got ${options.seed}`).issues,
    );
  if (!Number.isInteger(passes) || passes < 1 || passes > 16)
    return refuse(io, fail('usage/passes', `expected --passes to be from 1 to 16, got ${options.passes}`).issues);
  const [{ shippedTransformer }, { openWorkspace }, { personaliseRepository }] = await Promise.all([
    import('../../../model/index.ts'),
    import('../../../workspace/index.ts'),
    import('../../../train/index.ts'),
  ]);
  const model = options.model === undefined ? shippedTransformer() : resolve(io.cwd, options.model);
  if (model === undefined)
    return refuse(io, fail('usage/model', 'no model is shipped with this package: name one with --model').issues);
  const workspace = await openWorkspace(io.cwd);
  if (!workspace.ok) return refuse(io, workspace.issues);
  const shown = progress(io);
  const stop = new AbortController();
  const stopped = (): void => stop.abort();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, stopped);
  const report = await personaliseRepository(workspace.value, {
    model,
    ...(options.out === undefined ? {} : { out: resolve(io.cwd, options.out) }),
    seed,
    passes,
    resume: options.resume === true,
    signal: stop.signal,
    events: shown,
  });
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stopped);
  shown.done();
  if (!report.ok) return refuse(io, report.issues);
  io.out(text(report.value));
  return EXIT.pass;
}

const ENDED: Readonly<Record<RepositoryReport['ended'], (out: string) => string>> = {
  all: (out) => `written to ${out}`,
  'no-better': (out) => `the best of it, before the loss stopped falling, is in ${out}`,
  nothing: () => 'no step made it better on the files held out: nothing was written',
  signal: () => 'stopped; go on with --resume',
};

function text({
  name,
  files,
  heldOutFiles,
  leftOut,
  tokens,
  steps,
  before,
  after,
  ended,
  out,
}: RepositoryReport): string {
  return [
    `${name}: ${files} files, ${tokens} tokens, ${heldOutFiles} files held out, ${leftOut} left out as copies or not written by hand`,
    `${steps} steps; on the files held out ${before.toFixed(3)} → ${after.toFixed(3)} nats a token`,
    `${ENDED[ended](out)}\n`,
  ].join('\n');
}
