/**
 * From trained weights to what is shipped, in one step: the GGUF file in weights/, the mixture fitted to it, its scores measured and
 * written into the file's metadata and into the table of weights/README.md.
 *
 *     node runs/ship.ts <model.safetensors> [--name assay-9m] [--tokens 4000] [--cursors 300]
 *
 * `--tokens` and `--cursors` say how much is scored; see bench/mixture.ts and bench/completeLines.ts.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { modelInfo } from '../src/jobs/index.ts';
import { weightsFolder } from '../src/tokens/index.ts';
import { exportModel } from '../src/train/index.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    name: { type: 'string', default: 'assay-9m' },
    tokens: { type: 'string', default: '4000' },
    cursors: { type: 'string', default: '300' },
  },
});
const [weights] = positionals;
if (weights === undefined) throw new Error('name the safetensors that runs/export.py wrote');
const folder = mkdtempSync(join(tmpdir(), 'assay-ship-'));
const trial = join(folder, `${options.name}.gguf`);
const scoresFile = join(folder, 'scores.json');

function exported(out: string, scores: Readonly<Record<string, number>>): void {
  const tokenizerFile = join(weightsFolder(), 'tokenizer.json');
  const report = exportModel(weights!, out, { type: 'Q8_0', tokenizerFile, name: options.name, scores });
  if (!report.ok) throw new Error(report.issues[0]!.message);
}

function bench(file: string, ...args: string[]): void {
  const path = join(import.meta.dirname, '../bench', file);
  execFileSync(process.execPath, [path, trial, ...args, '--scores', scoresFile], { stdio: 'inherit' });
}

try {
  exported(trial, {});
  bench('mixture.ts', '--fit', '--tokens', options.tokens);
  bench('completeLines.ts', '--cursors', options.cursors);
  const old = readdirSync(weightsFolder()).filter((name) => name.endsWith('.gguf'));
  for (const name of old) rmSync(join(weightsFolder(), name));
  const out = join(weightsFolder(), `${options.name}.gguf`);
  exported(out, JSON.parse(readFileSync(scoresFile, 'utf8')) as Record<string, number>);
  const info = modelInfo(out).value!;
  const rows = [
    ['file', `${options.name}.gguf`],
    ['parameters', info.parameters],
    ['bytes', info.bytes],
    ['context', info.context],
    ...info.scores.map(({ name, value }) => [name, value]),
  ].map(([name, value]) => `| ${name} | ${value} |`);
  const card = join(weightsFolder(), 'README.md');
  const table = `<!-- figures -->\n| of the file | |\n| --- | --- |\n${rows.join('\n')}\n<!-- end of figures -->`;
  const text = readFileSync(card, 'utf8').replace(/<!-- figures -->[\s\S]*<!-- end of figures -->/, () => table);
  writeFileSync(card, text);
  console.log(table);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
