import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { fail, LIMITS } from '../../../base/index.ts';
import { EXIT, type Exit, type Io } from '../io.ts';
import type { Define } from '../main.ts';
import { json, paint, refuse } from '../render.ts';

export const defineTokens: Define = (program: Command, io, exit) => {
  program
    .command('tokens')
    .description('the tokens a text is made of, as the shipped model sees it; takes any bytes')
    .argument('<file>', 'a file, or - for standard input')
    .option('--json', 'print one JSON document')
    .action(async (file: string, options: { readonly json?: boolean }) =>
      exit(await run(io, file, options.json ?? false)),
    );
};

async function run(io: Io, file: string, asJson: boolean): Promise<Exit> {
  let bytes: Uint8Array | undefined;
  if (file === '-') bytes = await io.input(LIMITS.fileBytes);
  else {
    const path = resolve(io.cwd, file);
    try {
      bytes = statSync(path).size >= LIMITS.fileBytes ? undefined : readFileSync(path);
    } catch (error) {
      return refuse(
        io,
        fail('usage/file', `expected a readable file, but ${file} is not: ${(error as Error).message}`).issues,
      );
    }
  }
  if (!bytes)
    return refuse(io, fail('usage/size', `expected under ${LIMITS.fileBytes} bytes, ${file} has more`).issues);
  const { tokens } = await import('../../../jobs/index.ts');
  const found = tokens(bytes);
  if (!found.ok) return refuse(io, found.issues);
  if (asJson) json(io, { schema: 'assay/tokens/1', ...found.value });
  else {
    const colours = ['green', 'yellow'] as const;
    for (const [index, token] of found.value.tokens.entries()) {
      const shown = token.text === undefined ? `<${token.bytes}>` : token.text.replaceAll('\n', '⏎\n');
      io.out(io.colour ? paint(io, colours[index % 2]!, shown) : `${shown}${shown.endsWith('\n') ? '' : '│'}`);
    }
    const count = found.value.tokens.length;
    io.out(
      `\n${count} tokens, ${bytes.length} bytes${count > 0 ? `, ${(bytes.length / count).toFixed(2)} bytes a token` : ''}\n`,
    );
  }
  return EXIT.pass;
}
