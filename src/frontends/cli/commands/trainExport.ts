import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { fail, ok, type Result } from '../../../base/index.ts';
import { EXIT, type Exit, type Io } from '../io.ts';
import type { Define } from '../main.ts';
import { refuse } from '../render.ts';

interface ExportOptions {
  readonly type: string;
  readonly out: string;
  readonly name?: string;
  readonly scores?: string;
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
    .option('--scores <file.json>', 'what was measured of it, a number by each name; the file then says so')
    .action(async (weights: string, options: ExportOptions) => exit(await exported(io, weights, options)));
};

async function exported(io: Io, weights: string, options: ExportOptions): Promise<Exit> {
  const type = TYPES[options.type.toLowerCase() as keyof typeof TYPES];
  if (type === undefined) {
    const known = Object.keys(TYPES).join(', ');
    return refuse(io, fail('usage/type', `expected --type to be ${known}, got ${options.type}`).issues);
  }
  const scores = options.scores === undefined ? ok({}) : readScores(resolve(io.cwd, options.scores));
  if (!scores.ok) return refuse(io, scores.issues);
  const [{ exportModel }, { weightsFolder }] = await Promise.all([
    import('../../../train/index.ts'),
    import('../../../tokens/index.ts'),
  ]);
  const report = exportModel(resolve(io.cwd, weights), resolve(io.cwd, options.out), {
    type,
    tokenizerFile: resolve(weightsFolder(), 'tokenizer.json'),
    name: options.name ?? basename(options.out, '.gguf'),
    scores: scores.value,
  });
  if (!report.ok) return refuse(io, report.issues);
  const { parameters, bytes, tokens } = report.value;
  io.out(
    `${options.out}: ${(parameters / 1e6).toFixed(2)}M weights in ${(bytes / 1e6).toFixed(1)} MB, after ${(tokens / 1e6).toFixed(1)}M tokens\n`,
  );
  return EXIT.pass;
}

function readScores(path: string): Result<Readonly<Record<string, number>>> {
  const wrong = (found: string) =>
    fail('usage/scores', `expected --scores to be a JSON file of numbers by name, found ${found}`, { path });
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return wrong((error as Error).message);
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return wrong('another value');
  const odd = Object.entries(read).find(([, value]) => !Number.isFinite(value));
  return odd ? wrong(`${odd[0]}: ${JSON.stringify(odd[1])}`) : ok(read as Record<string, number>);
}
