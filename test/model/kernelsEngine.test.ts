import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.ts';
import { type KernelOptions, kernelEngine } from '../../src/model/kernels/index.ts';
import { type LlamaEngine, type LlamaModel, type LlamaSequence, referenceEngine } from '../../src/model/llama/index.ts';
import { llamaEngineContract, worst } from './llamaContract.ts';
import { type RandomLlama, randomLlama } from './randomLlama.ts';

const engine = (model: LlamaModel, options: KernelOptions): LlamaEngine => {
  const made = kernelEngine(model, options);
  if (!made.ok) throw new Error(made.issues[0]!.message);
  return made.value;
};

const FLOATS: readonly RandomLlama[] = [{ architecture: 'llama' }, { architecture: 'qwen2', type: 'F16', tied: false }];
const INTEGERS: readonly RandomLlama[] = [
  { architecture: 'qwen3', type: 'Q8_0', config: { kvHeads: 1 } },
  { architecture: 'llama', type: 'Q8_0', tied: false, config: { vocabulary: 83, hidden: 160 } },
];
/** Sizes that fill neither a group of rows, nor a tile, nor whole vectors. */
const ODD: RandomLlama = {
  architecture: 'qwen2',
  config: {
    width: 60,
    heads: 6,
    kvHeads: 2,
    headSize: 20,
    hidden: 100,
    vocabulary: 77,
    layers: 3,
    ropeFactors: new Float32Array(10).fill(1),
  },
};

for (const threads of [1, 2])
  llamaEngineContract({
    name: `kernelEngine on ${threads} threads`,
    engine: (model, capacity) => engine(model, { threads, ...(capacity !== undefined && { capacity }) }),
    models: threads === 2 ? [...FLOATS, ODD] : FLOATS,
    tolerance: 1e-4,
  });
for (const relaxed of [true, false])
  llamaEngineContract({
    name: `kernelEngine on integers${relaxed ? '' : ' without relaxed SIMD'}`,
    engine: (model, capacity) => engine(model, { threads: 2, relaxed, ...(capacity !== undefined && { capacity }) }),
    models: INTEGERS,
    // Activations are rounded to 8 bits, which the reference does not do.
    tolerance: 0.2,
  });

describe('kernelEngine', () => {
  it.each([...FLOATS, ...INTEGERS, ODD])(
    'gives the same logits on 1, 2 and 4 threads: $architecture $type $config',
    (spec) => {
      const model = randomLlama(spec);
      const seed = 7;
      const rng = random(seed);
      const prompt = Array.from({ length: 150 }, () => rng.below(model.config.vocabulary));
      const [expected, ...others] = [1, 2, 4].map((threads) => {
        const own = engine(model, { threads });
        const sequence = own.open();
        sequence.extend(prompt);
        const seen: number[] = [];
        for (let i = 0; i < 60; i++) {
          const logits = sequence.logits();
          seen.push(...logits);
          sequence.extend([logits.indexOf(Math.max(...logits))]);
        }
        own.close();
        return seen;
      });
      for (const other of others) expect(worst(other, expected!), `seed ${seed}`).toBe(0);
    },
  );

  it('is near the reference on integers: the likeliest token is the same wherever it is likelier by 0.2', () => {
    const model = randomLlama({ architecture: 'qwen3', type: 'Q8_0', seed: 4 });
    const rng = random(9);
    const [fast, slow] = [engine(model, { threads: 1 }), referenceEngine(model)].map((own) => own.open()) as [
      LlamaSequence,
      LlamaSequence,
    ];
    for (let i = 0; i < 100; i++) {
      const token = rng.below(model.config.vocabulary);
      fast.extend([token]);
      slow.extend([token]);
      const [found, expected] = [fast.logits(), slow.logits()];
      const [first, second] = [...expected].sort((a, b) => b - a) as [number, number];
      if (first - second > 0.2) expect(found.indexOf(Math.max(...found))).toBe(expected.indexOf(first));
    }
  });

  it('prefills more than one pass takes, and scores it', () => {
    const model = randomLlama({ architecture: 'llama', config: { contextLength: 400 } });
    const rng = random(2);
    const tokens = Array.from({ length: 300 }, () => rng.below(model.config.vocabulary));
    const own = engine(model, { threads: 2 });
    const [whole, steps] = [own.open(), own.open()];
    const rows = whole.extendWithLogits(tokens).slice();
    for (const [i, token] of tokens.entries()) {
      steps.extend([token]);
      if (i % 37 === 0 || i > 290) {
        const { vocabulary } = model.config;
        expect(worst(rows.subarray(i * vocabulary, (i + 1) * vocabulary), steps.logits())).toBe(0);
      }
    }
    own.close();
  });

  it('decodes more sequences than one pass takes', () => {
    const model = randomLlama({ architecture: 'llama' });
    const own = engine(model, { threads: 2 });
    const all = Array.from({ length: 140 }, (_, i) => {
      const sequence = own.open();
      sequence.extend([i % 80]);
      return sequence;
    });
    own.decode(
      all,
      Array.from({ length: 140 }, (_, i) => (i * 3) % 80),
    );
    for (const i of [0, 31, 32, 127, 128, 139]) {
      const alone = own.open();
      alone.extend([i % 80, (i * 3) % 80]);
      expect(worst(all[i]!.logits(), alone.logits()), `sequence ${i}`).toBe(0);
    }
    own.close();
  });

  it('says that its cache is full, and stands as it stood', () => {
    const model = randomLlama({ architecture: 'llama' });
    // Keys and values of 2 layers, 2 heads of 16, for 32 tokens: 16 KiB a page; room for three.
    const own = engine(model, { threads: 1, cacheBytes: 60_000 });
    const sequence = own.open();
    sequence.extend(Array(64).fill(1));
    const before = sequence.logits().slice();
    const other = own.open();
    expect(() => other.extend(Array(33).fill(2))).toThrow(/cache of 60000 bytes is full/);
    expect(other.length).toBe(0);
    expect(() => sequence.extend(Array(33).fill(2))).toThrow(/full/);
    expect(() => own.decode([sequence, other], [1, 1])).toThrow(/full/);
    const fork = sequence.fork();
    own.decode([sequence], [3]);
    expect(() => fork.extend([4])).toThrow(/full/);
    sequence.truncate(64);
    expect(worst(fork.logits(), before)).toBe(0);
    fork.close();
    expect([sequence.length, other.length]).toEqual([64, 0]);
    expect(worst(sequence.logits(), before)).toBe(0);
    other.extend(Array(32).fill(2));
    sequence.close();
    other.extend(Array(33).fill(2));
    expect(other.length).toBe(65);
    own.close();
  });

  it('does not hand on what is no number', () => {
    const model = randomLlama({ architecture: 'llama' });
    const huge = new Float32Array(model.config.width).fill(3e38);
    const outputNorm = { ...model.weights.outputNorm, bytes: new Uint8Array(huge.buffer) };
    const sequence = engine({ ...model, weights: { ...model.weights, outputNorm } }, { threads: 1 }).open();
    sequence.extend([1, 2]);
    expect(() => sequence.logits()).toThrow(/not finite/);
    expect(() => sequence.extendWithLogits([3])).toThrow(/not finite/);
  });

  it('refuses as a value what it cannot compute', () => {
    const model = randomLlama({
      architecture: 'llama',
      config: { headSize: 6, ropeFactors: new Float32Array(3).fill(1) },
    });
    expect(kernelEngine(model)).toMatchObject({ ok: false, issues: [{ code: 'model/unsupported' }] });
    const { config, weights } = randomLlama({ architecture: 'llama' });
    const large = { config: { ...config, vocabulary: 2 ** 26 }, weights };
    expect(kernelEngine(large)).toMatchObject({ ok: false, issues: [{ code: 'model/limit' }] });
  });

  /** Runs statements in a process of its own, with `model` and `kernelEngine` at hand. */
  const inProcess = (statements: string): ReturnType<typeof spawnSync> => {
    const script = `
      import { readdirSync } from 'node:fs';
      import { kernelEngine } from '${new URL('../../src/model/kernels/index.ts', import.meta.url)}';
      import { randomLlama } from '${new URL('./randomLlama.ts', import.meta.url)}';
      const model = randomLlama({ architecture: 'llama' });
      const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
      ${statements}`;
    return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 30_000 });
  };

  it('does not keep the process alive', () => {
    const { status, stdout, stderr } = inProcess(`
      const open = kernelEngine(model, { threads: 3 }).value.open();
      open.extend([1, 2, 3]);
      await sleep(300);
      open.extend([4]);
      console.log(open.logits().length);`);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '80\n', stderr: '' });
  });

  it.runIf(process.platform === 'linux')('ends its threads when it is closed, whatever they do', () => {
    const { status, stdout, stderr } = inProcess(`
      const threads = () => readdirSync('/proc/self/task').length;
      const until = async (done) => {
        for (let i = 0; i < 500 && !done(); i++) await sleep(20);
        return done();
      };
      await sleep(100);
      const before = threads();
      for (const pause of [0, 5, 300]) {
        const engine = kernelEngine(model, { threads: 4 }).value;
        const sequence = engine.open();
        const started = await until(() => threads() >= before + 3);
        sequence.extend([1, 2, 3]);
        await sleep(pause);
        engine.close();
        console.log(started, await until(() => threads() <= before));
      }`);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'true true\n'.repeat(3), stderr: '' });
  });
});
