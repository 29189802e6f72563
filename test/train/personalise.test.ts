import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { type AssayEvent, random, sha256 } from '../../src/base/index.ts';
import { type LlamaConfig, llamaOf, openLlama, quantise, referenceEngine, writeLlama } from '../../src/model/index.ts';
import { ggufTokenizerFields, loadShipped, weightsFolder } from '../../src/tokens/index.ts';
import { type PersonaliseOptions, personalise } from '../../src/train/index.ts';
import { repositoryText } from '../../src/train/personalise/files.ts';
import { checkpoints } from '../../src/train/pretrain/checkpoint.ts';
import { parameterShapes } from '../../src/train/pretrain/network.ts';
import type { RowFile } from '../../src/train/pretrain/rows.ts';
import { temporaryFolder } from './packages.ts';

const tokenizer = loadShipped();
const files = project(34, 1);
let root: string;
let base: string;
beforeAll(() => {
  root = temporaryFolder();
  base = join(root, 'base.gguf');
  writeFileSync(base, model('qwen3'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A model of chance in assay's encoding, as small as its vocabulary lets it be. */
function model(architecture: LlamaConfig['architecture']): Uint8Array {
  const sizes = { layers: 1, width: 32, heads: 1, kvHeads: 1, headSize: 32, hidden: 32 };
  const shape = { ...sizes, vocabulary: tokenizer.vocabulary, contextLength: 64, normEpsilon: 1e-6, ropeBase: 10_000 };
  const config: LlamaConfig = {
    ...shape,
    architecture,
    rope: architecture === 'llama' ? 'interleaved' : 'halves',
    ropeScale: 1,
    ropeFactors: new Float32Array(16).fill(1),
  };
  const rng = random(3);
  const tensors = [...parameterShapes(shape)]
    .filter(([name]) => architecture === 'qwen3' || !/_q_norm|_k_norm/.test(name))
    .map(([name, [rows, columns]]) => {
      const values = Float32Array.from({ length: rows * columns }, () => (rows === 1 ? 1 : 0.1 * (rng.float() - 0.5)));
      return quantise(name, rows === 1 ? [columns] : [rows, columns], values, 'F32');
    });
  const made = llamaOf(config, new Map(tensors.map((tensor) => [tensor.name, tensor])));
  const fields = ggufTokenizerFields(readFileSync(join(weightsFolder(), 'tokenizer.json')));
  if (!made.ok || !fields.ok) throw new Error('the model of the test cannot be made');
  return writeLlama(made.value, fields.value);
}

/** Files of one manner in which no two lines of code are the same. */
function project(count: number, seed: number): RowFile[] {
  const rng = random(seed);
  const word = (): string => rng.pick(['order', 'cart', 'price', 'stock', 'parcel', 'label']) + rng.below(10_000);
  return Array.from({ length: count }, (_, index) => {
    const functions = Array.from({ length: 24 }, () => {
      const [name, by] = [word(), word()];
      return `export function ${name}(${by}: Money): Money {\n  return round(${by}, ${rng.below(1000)});\n}\n`;
    });
    return { path: `src/part${index % 4}/file${index}.ts`, text: functions.join('\n') };
  });
}

let runs = 0;
const place = (): { out: string; folder: string } => {
  const here = join(root, `run${runs++}`);
  return { out: join(here, 'model.gguf'), folder: join(here, 'work') };
};

async function run(where: ReturnType<typeof place>, options: Partial<PersonaliseOptions> = {}, stopAfter = Infinity) {
  const stop = new AbortController();
  const events: AssayEvent[] = [];
  let steps = 0;
  const result = await personalise(files, {
    model: base,
    name: 'shop',
    signal: stop.signal,
    ...where,
    ...options,
    events: (event) => {
      events.push(event);
      if (event.type === 'progress-delta' && ++steps >= stopAfter) stop.abort();
    },
  });
  return { result, events };
}

const codeOf = ({ result }: Awaited<ReturnType<typeof run>>): string | undefined =>
  result.ok ? undefined : result.issues[0]!.code;

describe('repositoryText', () => {
  it('keeps sides apart, and each file on its side when others come', () => {
    const few = repositoryText(files, tokenizer, 1);
    const later = project(3, 2).map((file) => ({ ...file, path: `new/${file.path}` }));
    const more = repositoryText([...files, ...later], tokenizer, 1);
    const paths = (side: readonly RowFile[]): string[] => side.map(({ path }) => path);
    expect(few.heldOut.length).toBeGreaterThan(0);
    expect([...paths(few.train), ...paths(few.heldOut)].sort()).toEqual(paths(files).sort());
    // The order by name and seed stands: what is held out of both goes as far in it as there is text for.
    const old = paths(more.heldOut).filter((path) => !path.startsWith('new/'));
    const order = [...paths(few.heldOut), ...paths(few.train)];
    expect(order.slice(0, Math.min(old.length, few.heldOut.length))).toEqual(old.slice(0, few.heldOut.length));
    expect(paths(more.train).filter((path) => old.includes(path))).toEqual([]);
    expect(paths(repositoryText(files, tokenizer, 2).heldOut)).not.toEqual(paths(few.heldOut));
  });

  it.each<[string, (file: RowFile) => RowFile]>([
    ['a copy', (file) => ({ ...file, path: `copy/${file.path}` })],
    [
      'a copy with a line more',
      ({ path, text }) => ({ path: `copy/${path}`, text: `${text}\nexport const last = 1;\n` }),
    ],
    [
      'what a machine wrote',
      ({ path, text }) => ({ path: `x${path}`, text: `// @generated by a tool\n${text.replaceAll('Money', 'Euro')}` }),
    ],
    [
      'what is not the project',
      ({ path, text }) => ({ path: `vendor/${path}`, text: text.replaceAll('Money', 'Euro') }),
    ],
  ])('leaves out %s', (_name, change) => {
    const found = repositoryText([...files, change(files[0]!)], tokenizer, 1);
    expect(found.left).toBe(1);
    expect([...found.train, ...found.heldOut].length).toBe(files.length);
  });
});

describe('personalise', () => {
  let where: ReturnType<typeof place>;
  let whole: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    where = place();
    whole = await run(where);
  }, 600_000);

  it('learns the repository into a file of its own, says how it goes, and leaves the base and nothing else', () => {
    const before = sha256(model('qwen3'));
    expect(sha256(readFileSync(base))).toBe(before);
    if (!whole.result.ok) throw new Error(whole.result.issues[0]!.message);
    const { value } = whole.result;
    expect(value.ended).toBe('all');
    expect(value.before).toBeCloseTo(Math.log(tokenizer.vocabulary), 0);
    expect(value.after).toBeLessThan(value.before - 1);
    const deltas = whole.events.flatMap((event) => (event.type === 'progress-delta' ? [event] : []));
    expect(deltas.map(({ done }) => done)).toEqual(deltas.map((_, i) => i + 1));
    expect(deltas.every(({ total }) => total === value.steps)).toBe(true);
    expect(existsSync(where.folder)).toBe(false);
    const opened = openLlama(where.out);
    if (!opened.ok) throw new Error(opened.issues[0]!.message);
    expect(opened.value.name).toContain('shop');
    expect(opened.value.metadata.get('assay.base')).toBe(before);
    expect(opened.value.metadata.get('assay.score.loss.repository')).toBe(value.after);
    // What the engine says of a line of this repository, against what the base says.
    const line = tokenizer.encode('export function cart5(order7: Money): Money {\n  return round(order7, 4);\n}\n');
    const loss = (path: string): number => {
      const sequence = referenceEngine(openLlama(path).value!.model).open();
      const logits = sequence.extendWithLogits(line);
      let sum = 0;
      for (let i = 0; i + 1 < line.length; i++) {
        const row = logits.subarray(i * tokenizer.vocabulary, (i + 1) * tokenizer.vocabulary);
        const most = row.reduce((a, b) => Math.max(a, b));
        sum += Math.log(row.reduce((a, b) => a + Math.exp(b - most), 0)) + most - row[line[i + 1]!]!;
      }
      return sum / (line.length - 1);
    };
    expect(loss(where.out)).toBeLessThan(loss(base) - 1);
  });

  it('gives the same file when it was stopped and resumed, and until then the old one stands', async () => {
    const again = place();
    mkdirSync(join(again.out, '..'), { recursive: true });
    writeFileSync(again.out, 'the old one');
    const stopped = await run(again, {}, 12);
    expect(stopped.result.ok && stopped.result.value.ended).toBe('signal');
    expect(readFileSync(again.out, 'utf8')).toBe('the old one');
    expect(codeOf(await run(again))).toBe('train/exists');
    expect(codeOf(await run(again, { resume: true, seed: 9 }))).toBe('train/other-run');
    expect((await run(again, { resume: true })).result.ok).toBe(true);
    expect(sha256(readFileSync(again.out))).toBe(sha256(readFileSync(where.out)));
  }, 600_000);

  it.each<[string, () => Promise<Awaited<ReturnType<typeof run>>>, string]>([
    [
      'too little text',
      async () => ({
        result: await personalise(files.slice(0, 2), { model: base, name: 'x', ...place() }),
        events: [],
      }),
      'train/too-little',
    ],
    ['nothing to resume', () => run(place(), { resume: true }), 'train/no-checkpoint'],
    ['no such model', () => run(place(), { model: join(root, 'none.gguf') }), 'model/file'],
    [
      'a model of another shape',
      () => {
        const other = join(root, 'llama.gguf');
        writeFileSync(other, model('llama'));
        return run(place(), { model: other });
      },
      'train/base',
    ],
  ])('refuses %s', async (_name, refused, code) => expect(codeOf(await refused())).toBe(code));

  it('says so before it begins where the file cannot be written', async () => {
    const again = place();
    mkdirSync(join(again.out, 'in the way'), { recursive: true });
    expect(codeOf(await run(again))).toBe('train/not-written');
    expect(readdirSync(again.out)).toEqual(['in the way']);
  }, 600_000);
});

describe('a disk that is small; mounting one needs root', () => {
  const mounted = (size: string, use: (folder: string) => Promise<void>) => async (context: TestContext) => {
    const folder = join(root, `small${runs++}`);
    mkdirSync(folder);
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
    if (mount.status !== 0) context.skip();
    try {
      await use(folder);
    } finally {
      spawnSync('umount', [folder]);
    }
  };

  it(
    'is told before it begins',
    mounted('6m', async (folder) => expect(codeOf(await run({ ...place(), folder }))).toBe('train/disk-full')),
  );

  it(
    'ends the run where it fills up, and the last checkpoint stands',
    mounted('40m', async (small) => {
      const where = { out: place().out, folder: join(small, 'work') };
      const filler = join(small, 'filler');
      let steps = 0;
      const events = (event: AssayEvent): void => {
        if (event.type !== 'progress-delta' || ++steps < 3) return;
        const { status } = spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k', 'oflag=append', 'conv=notrunc']);
        expect(status).toBe(1);
      };
      const shared = { model: base, name: 'shop', ...where, checkpointSeconds: 0 };
      const full = await personalise(files, { ...shared, events });
      expect(full.issues.map(({ code }) => code)).toEqual(['train/disk-full']);
      expect(existsSync(where.out)).toBe(false);
      rmSync(filler);
      expect(checkpoints(where.folder).length).toBeGreaterThan(0);
      const resumed = await personalise(files, { ...shared, checkpointSeconds: 60, resume: true });
      expect(resumed.ok && resumed.value.ended).toBe('all');
    }),
    600_000,
  );
});

describe('assay train personalise', () => {
  const bin = join(import.meta.dirname, '../../bin/assay.js');

  it('stops with a checkpoint when told to, survives a kill, and goes on to the end', async () => {
    const repository = join(root, 'repository');
    for (const { path, text } of files) {
      mkdirSync(join(repository, path, '..'), { recursive: true });
      writeFileSync(join(repository, path), text);
    }
    writeFileSync(join(repository, 'package.json'), '{"name":"shop"}');
    const git = (...args: string[]) => spawnSync('git', args, { cwd: repository });
    git('init', '-q');
    git('add', '.');
    const store = join(repository, '.assay');
    const command = async (signal: NodeJS.Signals | undefined, ...more: string[]) => {
      const child = spawn(process.execPath, [bin, 'train', 'personalise', '--model', base, ...more], {
        cwd: repository,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let [out, told] = ['', ''];
      child.stdout.on('data', (text) => {
        out += text;
      });
      child.stderr.on('data', (text) => {
        told += text;
      });
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      if (signal) {
        while (!told.includes('learning the repository') && child.exitCode === null) await setTimeout(50);
        child.kill(signal);
      }
      return { code: await ended, out, told };
    };
    const stopped = await command('SIGTERM');
    expect(stopped).toMatchObject({ code: 0, out: expect.stringContaining('--resume') });
    expect(checkpoints(join(store, 'personalise')).length).toBe(1);
    expect((await command(undefined)).code).toBe(2);
    expect((await command('SIGKILL', '--resume')).code).toBe(null);
    expect(checkpoints(join(store, 'personalise')).length).toBe(1);
    expect(existsSync(join(store, 'model.gguf'))).toBe(false);
    const done = await command(undefined, '--resume');
    expect(done, done.told).toMatchObject({ code: 0, out: expect.stringContaining('model.gguf') });
    expect(openLlama(join(store, 'model.gguf')).ok).toBe(true);
    expect(existsSync(join(store, 'personalise'))).toBe(false);
    const cursor = `${files[0]!.path}:2:10`;
    const complete = ['complete', cursor, '--model', join(store, 'model.gguf'), '--json'];
    const asked = spawnSync(process.execPath, [bin, ...complete], { cwd: repository });
    expect(asked.status, asked.stderr.toString()).toBe(0);
    expect(asked.stderr.toString()).toContain('opening the model');
    expect(git('status', '--porcelain').stdout.toString()).not.toContain('.assay');
  }, 600_000);
});
