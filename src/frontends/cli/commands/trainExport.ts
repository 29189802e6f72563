import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { fail } from '../../../base/index.ts';
import { EXIT, type Exit, type Io } from '../io.ts';
import type { Define } from '../main.ts';
import { refuse } from '../render.ts';

interface ExportOptions {
  readonly type: string;
  readonly out: string;
  readonly name?: string;
}

const TYPES = { f32: 'F32', f16: 'F16', q8_0: 'Q8_0' } as const;

export const defineExport: Define = (train: Command, io, exit) => {
  train
    .command('export')
    .description('make a GGUF file of trained weights')
    .argument('<weights>', 'safetensors that runs/export.py wrote')
    .option('--type <type>', `of the matrices: ${Object.keys(TYPES).join(', ')}`, 'q8_0')
    .option('--out <file>', 'where the model goes', 'model.gguf')
    .option('--name <name>', "what the model is called; the file's name if not given")
    .action(async (weights: string, options: ExportOptions) => exit(await exported(io, weights, options)));
};

async function exported(io: Io, weights: string, options: ExportOptions): Promise<Exit> {
  const type = TYPES[options.type.toLowerCase() as keyof typeof TYPES];
  if (type === undefined) {
    const known = Object.keys(TYPES).join(', ');
    return refuse(io, fail('usage/type', `expected --type to be ${known}, got ${options.type}`).issues);
  }
  const [{ exportModel }, { weightsFolder }] = await Promise.all([
    import('../../../train/index.ts'),
    import('../../../tokens/index.ts'),
  ]);
  const report = exportModel(resolve(io.cwd, weights), resolve(io.cwd, options.out), {
    type,
    tokenizerFile: resolve(weightsFolder(), 'tokenizer.json'),
    name: options.name ?? basename(options.out, '.gguf'),
  });
  if (!report.ok) return refuse(io, report.issues);
  const { parameters, bytes, tokens } = report.value;
  io.out(
    `${options.out}: ${(parameters / 1e6).toFixed(2)}M weights in ${(bytes / 1e6).toFixed(1)} MB, after ${(tokens / 1e6).toFixed(1)}M tokens\n`,
  );
  return EXIT.pass;
}
