import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AssayEvent, random, sha256 } from '../../src/base/index.ts';
import { readSafetensors, referenceEngine } from '../../src/model/index.ts';
import { type TrainOptions, trainPretrain } from '../../src/train/index.ts';
import { checkpoints, latestCheckpoint } from '../../src/train/pretrain/checkpoint.ts';
import { svgPlot, textPlot } from '../../src/train/pretrain/plot.ts';
import { trainedWeights } from '../../src/train/pretrain/weights.ts';
import { temporaryFolder } from './packages.ts';

const VOCABULARY = 100;
const CONTEXT = 64;
const PAD = 99;

let root: string;
let data: string;
beforeAll(() => {
  root = temporaryFolder();
  data = writeData('data', 1);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Rows of chance in which every other id follows from the one before. */
function writeData(name: string, seed: number): string {
  const folder = join(root, name);
  mkdirSync(folder);
  const rng = random(seed);
  const ids = new Uint16Array(40 * (CONTEXT + 1));
  for (let i = 0; i < ids.length; i++) ids[i] = i % 2 === 0 ? rng.below(20) : (3 * ids[i - 1]! + 1) % PAD;
  const bytes = new Uint8Array(ids.buffer);
  writeFileSync(join(folder, 'train.bin'), bytes);
  const files = { train: { file: 'train.bin', tokens: ids.length, textBytes: 0, sha256: sha256(bytes) } };
  const info = { schema: 'assay/pretrain-data/1', seed, context: CONTEXT, vocabulary: VOCABULARY, files };
  writeFileSync(join(folder, 'data.json'), JSON.stringify({ ...info, specials: { pad: PAD } }));
  return folder;
}

let runs = 0;
const fresh = (): string => join(root, `run${runs++}`);

/** With a signal that comes after so many steps. */
async function run(out: string, options: Partial<TrainOptions> = {}, stopAfter = Infinity) {
  const stop = new AbortController();
  const events: AssayEvent[] = [];
  let steps = 0;
  const result = await trainPretrain(data, out, {
    depth: 1,
    steps: 6,
    signal: stop.signal,
    ...options,
    events: (event) => {
      events.push(event);
      if (event.type === 'progress-delta' && ++steps >= stopAfter) stop.abort();
    },
  });
  return { result, events };
}

const curve = (out: string): string => readFileSync(join(out, 'curve.jsonl'), 'utf8');
const codeOf = ({ result }: Awaited<ReturnType<typeof run>>): string | undefined =>
  result.ok ? undefined : result.issues[0]!.code;

describe('trainPretrain', () => {
  let whole: string;
  beforeAll(async () => {
    whole = fresh();
    const { result, events } = await run(whole);
    if (!result.ok) throw new Error(result.issues[0]!.message);
    expect(result.value).toMatchObject({ steps: 6, finished: true });
    expect(events.filter(({ type }) => type === 'progress-delta').length).toBe(6);
  }, 60_000);

  it('learns, and leaves a curve, a picture and a checkpoint that an engine runs', () => {
    const losses = curve(whole)
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { loss: number }).loss);
    expect(losses.length).toBe(6);
    expect(losses[0]).toBeCloseTo(Math.log(VOCABULARY), 0);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! - 0.2);
    expect(readFileSync(join(whole, 'loss.svg'), 'utf8')).toContain('<polyline');
    expect(checkpoints(whole)).toEqual(['step-00000006.safetensors']);
    const file = readSafetensors(readFileSync(join(whole, 'step-00000006.safetensors')));
    const trained = file.ok ? trainedWeights(file.value) : file;
    if (!trained.ok) throw new Error('the checkpoint is no model');
    expect(trained.value.steps).toBe(6);
    // Embedding, attention and its norms, feed-forward, three norms; not what the optimizer remembers.
    const layer = 128 * (128 + 128 + 128) + 2 * 64 + 3 * 384 * 128;
    expect(trained.value.parameters).toBe(VOCABULARY * 128 + layer + 3 * 128);
    const sequence = referenceEngine(trained.value.model).open();
    sequence.extend([5, 16, 7]);
    expect(sequence.logits().every(Number.isFinite)).toBe(true);
  });

  it('gives the same curve when it is told to stop and resumed', async () => {
    const out = fresh();
    const first = await run(out, {}, 3);
    expect(first.result.ok && first.result.value).toMatchObject({ steps: 3, finished: false });
    expect((await run(out, { resume: true })).result.ok).toBe(true);
    expect(curve(out)).toBe(curve(whole));
  });

  it('gives the same curve when it was killed after its last checkpoint, in the middle of a line', async () => {
    const out = fresh();
    await run(out, { checkpointSeconds: 0 }, 4);
    expect(checkpoints(out).length).toBe(2);
    // The kill came while the newest was written: it lies there under its temporary name.
    const [older, newest] = checkpoints(out).map((name) => join(out, name)) as [string, string];
    writeFileSync(`${newest}.part`, readFileSync(newest).subarray(0, 5_000));
    rmSync(newest);
    writeFileSync(join(out, 'curve.jsonl'), `${curve(out)}{"step":5,"tok`);
    expect(older).toContain('step-00000003');
    expect((await run(out, { resume: true })).result.ok).toBe(true);
    expect(curve(out)).toBe(curve(whole));
  });

  it('passes over a damaged checkpoint with a warning', async () => {
    const out = fresh();
    await run(out, { checkpointSeconds: 0 }, 2);
    const newest = join(out, checkpoints(out).at(-1)!);
    writeFileSync(newest, readFileSync(newest).subarray(0, 5_000));
    const found = latestCheckpoint(out);
    expect(found.ok && found.value?.progress.steps).toBe(1);
    expect(found.issues.map(({ severity, path }) => ({ severity, path }))).toEqual([
      { severity: 'warning', path: newest },
    ]);
  });

  it('goes on where a checkpoint cannot be written, and the last good one stands', async () => {
    const out = fresh();
    await run(out, {}, 2);
    // What stands in the way of the temporary file is no file.
    mkdirSync(join(out, 'step-00000006.safetensors.part', 'x'), { recursive: true });
    const { result, events } = await run(out, { resume: true });
    expect(result.ok && result.value.finished).toBe(true);
    const issues = events.flatMap((event) => (event.type === 'issue-found' ? [event.issue] : []));
    expect(issues.map(({ code, severity }) => ({ code, severity }))).toEqual([
      { code: 'train/no-checkpoint', severity: 'warning' },
    ]);
    expect(checkpoints(out)).toEqual(['step-00000002.safetensors']);
  });

  it.each<[string, () => Promise<Awaited<ReturnType<typeof run>>>, string]>([
    ['a folder with a run in it', () => run(whole), 'train/exists'],
    ['nothing to resume', () => run(fresh(), { resume: true }), 'train/no-checkpoint'],
    ['no layers', () => run(fresh(), { depth: 0 }), 'train/depth'],
    ['no steps', () => run(fresh(), { steps: 0 }), 'train/steps'],
  ])('refuses %s', async (_name, refused, code) => expect(codeOf(await refused())).toBe(code));

  it('refuses other data than the checkpoint was trained on, and a folder without data', async () => {
    const other = writeData('other', 2);
    const resumed = await trainPretrain(other, whole, { depth: 1, resume: true });
    expect(resumed.ok ? undefined : resumed.issues[0]!.code).toBe('train/other-run');
    writeFileSync(join(other, 'train.bin'), new Uint8Array(2));
    for (const folder of [other, join(root, 'nowhere')]) {
      const result = await trainPretrain(folder, fresh(), { depth: 1 });
      expect(result.ok ? undefined : result.issues[0]!.code).toBe('train/no-data');
    }
    expect(readdirSync(root)).not.toContain('nowhere');
  });
});

describe('assay train pretrain', () => {
  const bin = join(import.meta.dirname, '../../bin/assay.js');

  /** What the command leaves when it gets a signal once it has trained a step. */
  async function signalled(out: string, signal: NodeJS.Signals, ...more: readonly string[]) {
    const args = ['train', 'pretrain', '--data', data, '--out', out, ...more];
    const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    let told = '';
    child.stdout.on('data', (text) => {
      told += text;
    });
    const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
      child.once('exit', (code, by) => resolve({ code, signal: by })),
    );
    const lines = existsSync(join(out, 'curve.jsonl')) ? curve(out).length : 0;
    for (let waited = 0; waited < 600; waited++) {
      if (existsSync(join(out, 'curve.jsonl')) && curve(out).length > lines) break;
      await setTimeout(50);
    }
    child.kill(signal);
    return { ...(await ended), told };
  }

  it('ends with a checkpoint when it is told to, and goes on after a kill', async () => {
    const out = fresh();
    const stopped = await signalled(out, 'SIGTERM', '--depth', '1', '--steps', '500');
    expect(stopped).toMatchObject({ code: 0, signal: null });
    expect(stopped.told).toContain('go on with --resume');
    const [kept] = checkpoints(out);
    expect(kept).toBeDefined();
    expect(await signalled(out, 'SIGKILL', '--resume')).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(checkpoints(out)).toEqual([kept]);
    expect((await signalled(out, 'SIGINT', '--resume')).code).toBe(0);
    const steps = curve(out)
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { step: number }).step);
    expect(steps).toEqual(steps.map((_, i) => i + 1));
  }, 120_000);
});

describe('plots', () => {
  it('go down with the loss', () => {
    const lines = textPlot([4, 3, 2, 1], 10, 4).trimEnd().split('\n');
    expect(lines).toEqual(['   4.000 •', '   3.000  •', '   2.000   •', '   1.000    •']);
    expect(textPlot([1])).toBe('');
    expect(svgPlot([4, 1], 'title')).toContain('points="48.0,48.0 672.0,352.0"');
  });
});
