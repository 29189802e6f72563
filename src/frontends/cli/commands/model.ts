import { resolve } from 'node:path';
import type { Command } from 'commander';
import { visible } from '../../../base/index.ts';
import type { ModelInfo } from '../../../jobs/index.ts';
import { EXIT, type Exit, type Io } from '../io.ts';
import type { Define } from '../main.ts';
import { json, refuse } from '../render.ts';

export const defineModel: Define = (program: Command, io, exit) => {
  program
    .command('model')
    .description('the model that completes')
    .command('info')
    .description('what it is: architecture, size, context, licence, scores')
    .argument('[file]', 'a GGUF file of your own; the shipped model if not given')
    .option('--json', 'print one JSON document')
    .action(async (file: string | undefined, options: { readonly json?: boolean }) =>
      exit(await info(io, file, options.json ?? false)),
    );
};

async function info(io: Io, file: string | undefined, asJson: boolean): Promise<Exit> {
  const { modelInfo } = await import('../../../jobs/index.ts');
  const found = modelInfo(file === undefined ? undefined : resolve(io.cwd, file));
  if (!found.ok) return refuse(io, found.issues);
  const { licence, ...rest } = found.value;
  if (asJson) json(io, { schema: 'assay/model-info/1', ...rest, licence: licence ?? null });
  else for (const [name, value] of lines(found.value)) io.out(`${name.padEnd(12)}  ${visible(value)}\n`);
  return EXIT.pass;
}

const lines = (info: ModelInfo): (readonly [string, string])[] => [
  ['name', info.name],
  ['architecture', info.architecture],
  ['parameters', `${short(info.parameters)} (${info.types.join(', ')})`],
  ['file', `${short(info.bytes)}B`],
  ['context', `${info.context} tokens of ${info.vocabulary}`],
  ['licence', info.licence ?? 'not said'],
  ['scores', info.scores.map(({ name, value }) => `${name} ${value}`).join(', ') || 'none in the file'],
];

const short = (value: number): string =>
  value >= 1e9 ? `${(value / 1e9).toFixed(2)} G` : value >= 1e6 ? `${(value / 1e6).toFixed(1)} M` : `${value} `;
