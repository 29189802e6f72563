/**
 * The transformer against llama.cpp (through node-llama-cpp) on the same GGUF files:
 *
 *     node bench/llamaParity.ts [--prompts n] [--tokens n] [--engine kernels|reference|rounded] [--as F32|F16] [file.gguf]…
 *
 * From each of 20 prompts 200 tokens are decoded greedily by llama.cpp, and at every step both say what comes next after
 * the same tokens. Bars, for files of trained models: the same token is likeliest, unless the two likeliest lie within
 * 0.01 of each other; the 20 log probabilities that llama.cpp gives most lie within 0.02 (F16) or 0.1 (Q8_0) of ours.
 *
 * llama.cpp rounds what it multiplies with weights of Q8_0 to Q8_0 too, what it multiplies with F16 to F16, and keys and
 * values to F16; `rounded` is the reference doing so. How much such rounding moves a file's answers is measured in the
 * same run as llama.cpp with flash attention against llama.cpp without it: the floor under any other implementation. It
 * is high for random weights, which is what is compared where no file is given, in every architecture: those bars are not
 * enforced. `--as` compares a copy of the file with its weights, value for value, in a type that rounds less: what is left
 * of a difference then is no rounding.
 *
 * node-llama-cpp is no dependency (725 MB): it is installed into an ignored folder.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type TokenId, tokenId } from '../src/base/index.ts';
import {
  ARCHITECTURES,
  convertLlama,
  type GgufField,
  type LlamaEngine,
  type LlamaModel,
  openLlama,
  referenceEngine,
  transformer,
  writeLlama,
} from '../src/model/index.ts';
import { kernelEngine } from '../src/model/kernels/index.ts';
import { ggufTokenizerFields, loadShipped, weightsFolder } from '../src/tokens/index.ts';
import { randomLlama } from '../test/model/randomLlama.ts';

const PEER = join(import.meta.dirname, '../.cache/peers/node_modules/node-llama-cpp');
const NEAR_TIE = 0.01;
const TOP = 20;
const BARS = { F16: 0.02, Q8_0: 0.1 } as const;
const PROMPT_TOKENS = 24;
const CONTEXT = 512;

/** What is used of node-llama-cpp 3. */
interface Peer {
  getLlama(options: object): Promise<{
    loadModel(options: object): Promise<{
      createContext(options: object): Promise<{ getSequence(): PeerSequence; dispose(): Promise<void> }>;
      dispose(): Promise<void>;
    }>;
    dispose(): Promise<void>;
  }>;
}
interface PeerSequence {
  controlledEvaluate(
    tokens: readonly (number | readonly [number, object])[],
  ): Promise<readonly ({ readonly next: { readonly logits?: ReadonlyMap<number, number> } } | undefined)[]>;
  clearHistory(): Promise<void>;
}

/** How far answers are from llama.cpp's. */
class Tally {
  steps = 0;
  ties = 0;
  other = 0;
  most = 0;

  add(top: readonly (readonly [number, number])[], logs: Float32Array): void {
    this.steps++;
    for (const [token, log] of top) this.most = Math.max(this.most, Math.abs(log - logs[token]!));
    const [first, second] = top;
    if (logs.indexOf(logs.reduce((a, b) => Math.max(a, b))) === first![0]) return;
    if (first![1] - second![1] <= NEAR_TIE) this.ties++;
    else this.other++;
  }

  toString(): string {
    return `top ${TOP} within ${this.most.toExponential(1)}; likeliest token another at ${this.other} of ${this.steps} steps, and at ${this.ties} near ties`;
  }
}

const { values, positionals } = parseArgs({
  options: {
    prompts: { type: 'string', default: '20' },
    tokens: { type: 'string', default: '200' },
    engine: { type: 'string', default: 'kernels' },
    as: { type: 'string' },
  },
  allowPositionals: true,
});
const [prompts, length] = [Number(values.prompts), Number(values.tokens)];
if (!existsSync(PEER)) {
  console.error('node-llama-cpp is not there: npm install --prefix .cache/peers --ignore-scripts node-llama-cpp@3');
  process.exit(2);
}
const { getLlama } = (await import(`${PEER}/dist/index.js`)) as Peer;
const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, logLevel: 'error' });
const scratch = mkdtempSync(join(tmpdir(), 'assay-parity-'));
const random = positionals.length === 0;
let held = true;
try {
  for (const file of random ? randomFiles() : positionals) await compare(values.as === undefined ? file : copyOf(file));
} finally {
  rmSync(scratch, { recursive: true });
  await llama.dispose();
}
process.exitCode = held ? 0 : 1;

function engineOf(model: LlamaModel): LlamaEngine {
  if (values.engine === 'reference') return referenceEngine(model, CONTEXT);
  if (values.engine === 'rounded') return referenceEngine(model, CONTEXT, 'llama.cpp');
  const engine = kernelEngine(model, { capacity: CONTEXT, threads: 1 });
  if (!engine.ok) throw new Error(engine.issues[0]!.message);
  return engine.value;
}

/** Models with the shipped tokenizer, small enough for the slow reference. */
function* randomFiles(): Generator<string> {
  const { vocabulary } = loadShipped();
  for (const architecture of ARCHITECTURES) {
    for (const type of ['F16', 'Q8_0'] as const) {
      const config = { vocabulary, width: 128, hidden: 384, layers: 4, headSize: 32, contextLength: CONTEXT };
      const made = randomLlama({ architecture, type, tied: architecture !== 'qwen2', strength: 0.3, config });
      const path = join(scratch, `${architecture}-${type}.gguf`);
      writeFileSync(path, writeLlama(made, shippedTokenizer()));
      yield path;
    }
  }
}

/** The file with the shipped tokenizer and its matrices in the type asked for. */
function copyOf(file: string): string {
  const type = values.as;
  if (type !== 'F32' && type !== 'F16') throw new Error(`--as takes F32 or F16, got ${type}`);
  const opened = openLlama(file);
  if (!opened.ok) throw new Error(opened.issues[0]!.message);
  const path = join(scratch, `${basename(file, '.gguf')}-${type}.gguf`);
  writeFileSync(path, writeLlama(convertLlama(opened.value.model, type), shippedTokenizer()));
  return path;
}

function shippedTokenizer(): ReadonlyMap<string, GgufField> {
  const fields = ggufTokenizerFields(readFileSync(join(weightsFolder(), 'tokenizer.json')));
  if (!fields.ok) throw new Error(fields.issues[0]!.message);
  return fields.value;
}

/** Prompts for a tokenizer: pieces of this repository's own sources. */
function promptsOf(encode: (text: string) => readonly TokenId[], start: readonly TokenId[]): TokenId[][] {
  const folder = join(import.meta.dirname, '../src/tokens');
  const names = readdirSync(folder).sort();
  return Array.from({ length: prompts }, (_, i) => {
    const text = readFileSync(join(folder, names[i % names.length]!), 'utf8');
    return [...start, ...encode(text.slice(100 * Math.floor(i / names.length))).slice(0, PROMPT_TOKENS + i)];
  });
}

async function compare(path: string): Promise<void> {
  const opened = openLlama(path);
  if (!opened.ok) throw new Error(opened.issues[0]!.message);
  const { model, tokenizer, start } = opened.value;
  const { weights } = model;
  const bar = weights.layers[0]!.gate.type === 'Q8_0' ? BARS.Q8_0 : BARS.F16;
  const own = transformer(engineOf(model), { name: path });
  const theirs = await llama.loadModel({ modelPath: path });
  const peers = await Promise.all(
    [false, true].map((flashAttention) => theirs.createContext({ contextSize: CONTEXT, threads: 1, flashAttention })),
  );
  const [plain, flash] = peers.map((context) => context.getSequence());
  const [mine, floor] = [new Tally(), new Tally()];
  for (const prompt of promptsOf((text) => tokenizer.encode(text), start === undefined ? [] : [start.id])) {
    for (const sequence of [plain!, flash!]) await sequence.clearHistory();
    const ours = own.open();
    let more: readonly TokenId[] = prompt;
    for (let step = 0; step < length; step++) {
      ours.extend(more);
      const top = topOf(logsOf(await ask(plain!, more)));
      mine.add(top, ours.logProbabilities());
      floor.add(top, logsOf(await ask(flash!, more)));
      more = [tokenId(top[0]![0])];
    }
    ours.close();
  }
  for (const context of peers) await context.dispose();
  await theirs.dispose();
  own.close();
  const good = mine.other === 0 && mine.most <= bar;
  held &&= good || random;
  console.log(`${basename(path)}: ${good ? 'held' : 'above the bars'} (${bar})\n  ours   ${mine}\n  floor  ${floor}`);
}

async function ask(sequence: PeerSequence, more: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const last = [more.at(-1)!, { generateNext: { logits: true } }] as const;
  const results = await sequence.controlledEvaluate([...more.slice(0, -1), last]);
  return results.at(-1)!.next.logits!;
}

/** Log probabilities by token. */
function logsOf(logits: ReadonlyMap<number, number>): Float32Array {
  const logs = new Float32Array(logits.size);
  let largest = -Infinity;
  for (const logit of logits.values()) largest = Math.max(largest, logit);
  let sum = 0;
  for (const logit of logits.values()) sum += Math.exp(logit - largest);
  for (const [token, logit] of logits) logs[token] = logit - largest - Math.log(sum);
  return logs;
}

/** The likeliest tokens with their log probabilities, likeliest first. */
function topOf(logs: Float32Array): (readonly [number, number])[] {
  const least = logs.toSorted().at(-TOP)!;
  const top: [number, number][] = [];
  for (const [token, log] of logs.entries()) if (log >= least) top.push([token, log]);
  return top.sort(([, a], [, b]) => b - a);
}
