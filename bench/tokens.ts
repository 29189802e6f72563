/**
 * Encodings: speed against `gpt-tokenizer` on the same encoding and text, and bytes a token on held-out code.
 *
 *     node bench/tokens.ts [folder of a packed corpus]
 *
 * Cold is the first text after loading, in a process of its own; warm the best of the rounds after it. Both programs run
 * alternately, and the best of the processes of each are compared: what else the machine does only ever adds time.
 * Without a packed corpus the second part is left out.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadShipped, type TiktokenEncoding, tiktoken } from '../src/tokens/index.ts';
import { corpusTexts, readManifest } from '../src/train/index.ts';
import { oracle, ranksFile, withoutDisputed } from '../test/tokens/encodings.ts';
import { mixedText } from '../test/tokens/mixedText.ts';

const ENCODINGS = ['cl100k_base', 'o200k_base'] as const satisfies TiktokenEncoding[];
const RUNS = 9;
const WARM_ROUNDS = 12;

interface Timing {
  readonly load: number;
  readonly cold: number;
  /** Processor time of the cold round, compiler and collector threads included: what a busy machine does not blur. */
  readonly coldCpu: number;
  readonly warm: number;
  readonly tokens: number;
}

const [mode, encoding, ranks, textFile] = process.argv.slice(2);
if (mode === 'assay' || mode === 'gpt-tokenizer') {
  const result = await measure(mode, encoding as TiktokenEncoding, ranks!, readFileSync(textFile!, 'utf8'));
  process.stdout.write(JSON.stringify(result));
} else {
  await speed();
  await compression(mode ?? '.cache/corpus/packed');
}

async function measure(program: string, name: TiktokenEncoding, file: string, text: string): Promise<Timing> {
  const began = performance.now();
  let encode: (text: string) => ArrayLike<number>;
  if (program === 'assay') {
    const loaded = tiktoken(name).load(readFileSync(file));
    if (!loaded.ok) throw new Error(loaded.issues[0]!.message);
    encode = loaded.value.encode;
  } else encode = await oracle(name);
  const load = performance.now() - began;
  const round = (): number => {
    const start = performance.now();
    tokens = encode(text).length;
    return performance.now() - start;
  };
  let tokens = 0;
  const before = process.cpuUsage();
  const cold = round();
  const { user, system } = process.cpuUsage(before);
  const coldCpu = (user + system) / 1000;
  const warm = Math.min(...Array.from({ length: WARM_ROUNDS }, round));
  return { load, cold, coldCpu, warm, tokens };
}

async function speed(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  const code = readFileSync(join(import.meta.dirname, '../node_modules/typescript6/lib/typescript.js'), 'utf8');
  const texts = { 'code, 1 MB': code.slice(2_000_000, 3_000_000), 'mixed, 1 MB': withoutDisputed(mixedText()) };
  console.log(`MB/s (assay / gpt-tokenizer = ratio), best of ${RUNS} processes each`);
  for (const [label, text] of Object.entries(texts)) {
    const megabytes = Buffer.byteLength(text) / 1e6;
    const file = join(folder, 'text');
    writeFileSync(file, text);
    for (const name of ENCODINGS) {
      const rankFile = join(folder, name);
      writeFileSync(rankFile, await ranksFile(name));
      const runs = { assay: [] as Timing[], 'gpt-tokenizer': [] as Timing[] };
      for (let run = 0; run < RUNS; run++) {
        for (const program of ['assay', 'gpt-tokenizer'] as const) {
          const child = spawnSync(process.execPath, [import.meta.filename, program, name, rankFile, file]);
          runs[program].push(JSON.parse(child.stdout.toString()) as Timing);
        }
      }
      if (runs.assay[0]!.tokens !== runs['gpt-tokenizer'][0]!.tokens) throw new Error('different tokens');
      const part = (key: 'load' | 'cold' | 'coldCpu' | 'warm'): string => {
        const [ours, peer] = [runs.assay, runs['gpt-tokenizer']].map((all) => Math.min(...all.map((one) => one[key])));
        const value = (ms: number): string =>
          key === 'load' || key === 'coldCpu' ? `${ms.toFixed(0)} ms` : ((megabytes * 1000) / ms).toFixed(1);
        return `${key} ${value(ours!)} / ${value(peer!)} = ${(peer! / ours!).toFixed(2)}×`;
      };
      console.log(`${label}, ${name}: ${part('cold')}   ${part('coldCpu')}   ${part('warm')}   ${part('load')}`);
    }
  }
  rmSync(folder, { recursive: true });
}

async function compression(folder: string): Promise<void> {
  const manifest = readManifest(folder);
  if (!manifest.ok) {
    console.log(`no compression figures: ${manifest.issues[0]!.message}`);
    return;
  }
  const shipped = loadShipped();
  const [cl100k, o200k] = await Promise.all(ENCODINGS.map(oracle));
  console.log(
    `bytes a token on held-out text: ${shipped.name} (${shipped.vocabulary}), cl100k_base, o200k_base, ratios`,
  );
  for (const kind of ['code', 'prose'] as const) {
    for (const split of ['validation', 'test'] as const) {
      let bytes = 0;
      const tokens = [0, 0, 0];
      for (const document of corpusTexts(folder, manifest.value, split, kind)) {
        const text = Buffer.from(document).toString('utf8');
        bytes += document.length;
        tokens[0]! += shipped.encode(document).length;
        tokens[1]! += cl100k!(text).length;
        tokens[2]! += o200k!(text).length;
      }
      const [own, cl, o2] = tokens.map((count) => bytes / count) as [number, number, number];
      const ratios = `${(own / cl).toFixed(3)} ${(own / o2).toFixed(3)}`;
      console.log(`${kind} ${split} (${bytes} bytes): ${own.toFixed(3)} ${cl.toFixed(3)} ${o2.toFixed(3)}   ${ratios}`);
    }
  }
}
