/**
 * The fast engine against node-llama-cpp on the same GGUF file, and against what the machine affords:
 *
 *     node bench/engine.ts [--rounds n] [--threads n] [file.gguf]
 *
 * Without a file, a model of 31M parameters in Q8_0 with random weights. All programs take turns within a round, so that what
 * else the machine does meets them alike; of the ratios between neighbours the medians are printed, by the clock and by processor time. Floors: for prefill
 * the matrix products alone, by the same kernels on the same threads; for decoding the bytes of the weights over the
 * bandwidth at which as many threads can add up such a region.
 *
 * node-llama-cpp is no dependency (725 MB): it is installed into an ignored folder. Without it its columns are missing.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { GgufField } from '../src/model/gguf/index.ts';
import { readGguf } from '../src/model/gguf/index.ts';
import { kernelEngine } from '../src/model/kernels/index.ts';
import { type LlamaEngine, type LlamaModel, loadLlama, writeLlama } from '../src/model/llama/index.ts';
import { randomLlama } from '../test/model/randomLlama.ts';
import { bandwidth, productsOnly } from './engineFloors.ts';

const PEER = join(import.meta.dirname, '../.cache/peers/node_modules/node-llama-cpp');
const PROMPT = 512;
const PAST = 64;
const DECODED = 48;
const BATCH = 16;
/** Milliseconds. */
const PATIENCE = 4000;

/** What is used of node-llama-cpp 3. */
interface Peer {
  getLlama(options: object): Promise<{
    loadModel(options: object): Promise<{
      createContext(options: object): Promise<{ getSequence(): PeerSequence }>;
    }>;
    dispose(): Promise<void>;
  }>;
}
interface PeerSequence {
  evaluate(tokens: readonly number[], options: object): AsyncGenerator<number>;
  evaluateWithoutGeneratingNewTokens(tokens: readonly number[]): Promise<void>;
  clearHistory(): Promise<void>;
}

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, threads: { type: 'string', default: '2' } },
  allowPositionals: true,
});
const [rounds, threads] = [Number(values.rounds), Number(values.threads)];
const scratch = mkdtempSync(join(tmpdir(), 'assay-engine-'));
try {
  await main(positionals[0] ?? randomFile());
} finally {
  rmSync(scratch, { recursive: true });
}

/** A file that llama.cpp loads too: with a tokenizer, which nothing here uses. */
function randomFile(): string {
  const config = {
    layers: 8,
    width: 512,
    heads: 8,
    kvHeads: 4,
    headSize: 64,
    hidden: 1408,
    vocabulary: 16_384,
    contextLength: 2048,
    ropeFactors: new Float32Array(32).fill(1),
  };
  const fields = new Map<string, GgufField>([
    ['tokenizer.ggml.model', ['string', 'gpt2']],
    ['tokenizer.ggml.pre', ['string', 'gpt-2']],
    ['tokenizer.ggml.tokens', ['string', Array.from({ length: config.vocabulary }, (_, i) => `t${i}`)]],
    ['tokenizer.ggml.token_type', ['int32', Array.from({ length: config.vocabulary }, () => 1)]],
    ['tokenizer.ggml.merges', ['string', ['t 1']]],
    ['tokenizer.ggml.bos_token_id', ['uint32', 0]],
    ['tokenizer.ggml.eos_token_id', ['uint32', 0]],
  ]);
  const path = join(scratch, 'random.gguf');
  writeFileSync(path, writeLlama(randomLlama({ architecture: 'llama', type: 'Q8_0', config }), fields));
  return path;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

async function main(path: string): Promise<void> {
  const started = performance.now();
  const model = load(path);
  const engine = make(model, threads);
  const first = engine.open();
  first.extend(tokensFrom(1, 8));
  first.logits();
  const toFirst = performance.now() - started;
  first.close();
  const alone = make(model, 1);
  const floors = productsOnly(model, threads);
  const read = await bandwidth(threads);
  const peer = existsSync(PEER) ? await openPeer(path) : undefined;
  const { vocabulary } = model.config;

  /** Seconds a token, by round; and seconds of processors, which a busy machine does not stretch. */
  const seconds = new Map<string, number[]>();
  const processor = new Map<string, number[]>();
  const time = async (name: string, work: () => number | Promise<number>): Promise<void> => {
    const start = performance.now();
    const before = process.cpuUsage();
    const tokens = await work();
    const { user, system } = process.cpuUsage(before);
    const taken = (performance.now() - start) / 1000 / tokens;
    seconds.set(name, [...(seconds.get(name) ?? []), taken]);
    processor.set(name, [...(processor.get(name) ?? []), (user + system) / 1e6 / tokens]);
  };
  const sequence = engine.open();
  const single = alone.open();
  for (let round = 0; round <= rounds; round++) {
    const prompt = tokensFrom(round * 1000, PROMPT).map((token) => token % vocabulary);
    if (round === 1) {
      seconds.clear();
      processor.clear();
    }
    await time('prefill', () => {
      sequence.truncate(0);
      sequence.extend(prompt);
      sequence.logits();
      return PROMPT;
    });
    await time('products', () => {
      floors.run(PROMPT);
      return PROMPT;
    });
    if (peer) {
      await peer.clearHistory();
      await time('peer prefill', async () => {
        await peer.evaluateWithoutGeneratingNewTokens(prompt);
        return PROMPT;
      });
    }
    sequence.truncate(PAST);
    await time('decode', () => decode(sequence));
    await time('read', () => {
      for (let i = 0; i < 4; i++) read.run(floors.weightBytes);
      return 4;
    });
    if (peer) {
      await peer.clearHistory();
      await peer.evaluateWithoutGeneratingNewTokens(prompt.slice(0, PAST));
      await time('peer decode', async () => {
        let count = 0;
        const start = performance.now();
        // The likeliest token, which costs least. Where its threads wait for each other a busy machine makes it crawl.
        for await (const _ of peer.evaluate([prompt[PAST]!], { temperature: 0, yieldEogToken: true })) {
          if (++count >= DECODED || performance.now() - start >= PATIENCE) break;
        }
        return count;
      });
    }
    const many = Array.from({ length: BATCH }, () => {
      const fork = sequence.fork();
      fork.truncate(PAST);
      return fork;
    });
    await time('batch', () => {
      for (let i = 0; i < 4; i++) engine.decode(many, tokensFrom(i, BATCH));
      return 4 * BATCH;
    });
    for (const fork of many) fork.close();
    single.truncate(0);
    single.extend(prompt.slice(0, PAST));
    await time('decode alone', () => decode(single));
  }
  floors.close();
  read.close();
  engine.close();
  alone.close();

  const ratio = (a: string, b: string, of = seconds): string =>
    median(of.get(a)!.map((taken, i) => of.get(b)![i]! / taken)).toFixed(2);
  const say = (what: string, name: string, ...against: string[]): void => {
    const taken = seconds.get(name)!;
    const rates = `${(1 / median(taken)).toFixed(0).padStart(6)} (best ${(1 / Math.min(...taken)).toFixed(0)}) tok/s`;
    console.log(`${what.padEnd(34)} ${rates.padEnd(28)} ${against.join(', ')}`);
  };
  console.log(`${path}: ${(floors.weightBytes / 2 ** 20).toFixed(1)} MiB of weights in memory, ${threads} threads`);
  console.log(`load to first token                ${toFirst.toFixed(0).padStart(6)} ms`);
  const versus = (name: string): string[] =>
    peer
      ? [
          `${ratio(name, `peer ${name}`)} × node-llama-cpp (${ratio(name, `peer ${name}`, processor)} by processor time)`,
        ]
      : [];
  say(`prefill of ${PROMPT}`, 'prefill', ...versus('prefill'), `${ratio('prefill', 'products')} of its products`);
  say('decode', 'decode', ...versus('decode'), `${ratio('decode', 'read')} of bandwidth`);
  say('decode, one thread', 'decode alone', `${ratio('decode', 'decode alone')} × that on ${threads}`);
  say(`decode of ${BATCH} at once`, 'batch', `${ratio('batch', 'decode')} × decode`);
  if (peer) {
    say('node-llama-cpp, prefill', 'peer prefill');
    say('node-llama-cpp, decode', 'peer decode');
    await peer.close();
  }
}

function load(path: string): LlamaModel {
  const gguf = readGguf(readFileSync(path));
  const model = gguf.ok ? loadLlama(gguf.value) : gguf;
  if (!model.ok) throw new Error(model.issues[0]!.message);
  return model.value;
}

function make(model: LlamaModel, count: number): LlamaEngine {
  const engine = kernelEngine(model, { threads: count, capacity: 1024 });
  if (!engine.ok) throw new Error(engine.issues[0]!.message);
  return engine.value;
}

function tokensFrom(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => ((start + i) * 7919) % 16_000);
}

/** The likeliest token again and again, as the peer does. */
function decode(sequence: ReturnType<LlamaEngine['open']>): number {
  for (let i = 0; i < DECODED; i++) {
    const logits = sequence.logits();
    let best = 0;
    for (let token = 1; token < logits.length; token++) if (logits[token]! > logits[best]!) best = token;
    sequence.extend([best]);
  }
  return DECODED;
}

async function openPeer(path: string): Promise<PeerSequence & { close(): Promise<void> }> {
  const { getLlama } = (await import(`${PEER}/dist/index.js`)) as Peer;
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    logLevel: 'error',
    maxThreads: threads,
  });
  const context = await (await llama.loadModel({ modelPath: path })).createContext({
    contextSize: 1024,
    batchSize: PROMPT,
    threads: { ideal: threads, min: threads },
  });
  const sequence = context.getSequence();
  return {
    evaluate: (tokens, options) => sequence.evaluate(tokens, options),
    evaluateWithoutGeneratingNewTokens: (tokens) => sequence.evaluateWithoutGeneratingNewTokens(tokens),
    clearHistory: () => sequence.clearHistory(),
    close: () => llama.dispose(),
  };
}
