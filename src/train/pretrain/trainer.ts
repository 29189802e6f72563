import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type EventSink, fail, noEvents, ok, type Random, type Result, random } from '../../base/index.ts';
import { writeWhole } from '../shards.ts';
import { checkpoints, latestCheckpoint, restore, saveCheckpoint } from './checkpoint.ts';
import { kernelCompute } from './compute.ts';
import { openRows, type Rows } from './data.ts';
import { type Network, type NetworkConfig, network } from './network.ts';
import { type OptimizerKind, optimizer, pretrainingRates, schedule } from './optimizer.ts';
import { svgPlot, textPlot } from './plot.ts';

export interface TrainOptions {
  /** Layers; width, heads, batch, rates and steps follow. From 1 to 24. */
  readonly depth: number;
  /** Instead of 20 tokens a weight. */
  readonly steps?: number;
  /** Goes on from the last checkpoint in the folder, with that run's depth and steps. */
  readonly resume?: boolean;
  /** Stops at the end of a step, with a checkpoint. */
  readonly signal?: AbortSignal;
  /** Seconds between checkpoints; 300 if not given. */
  readonly checkpointSeconds?: number;
  readonly events?: EventSink;
}

export interface TrainReport {
  readonly parameters: number;
  readonly steps: number;
  readonly tokens: number;
  /** Mean of the last 20 steps, nats a token. */
  readonly loss: number;
  /** The curve for a terminal. */
  readonly plot: string;
  /** Whether the last step was reached. */
  readonly finished: boolean;
}

/** What decides a run's numbers. */
interface Settings {
  readonly depth: number;
  readonly kind: OptimizerKind;
  readonly steps: number;
}

const HEAD = 64;
/** Rows a pass. */
const PASS = 2;

/** Everything from the depth, as `runs/model.py` has it: width 128 for every third layer. */
export function configOf(depth: number, vocabulary: number, contextLength: number): NetworkConfig {
  const width = 128 * Math.max(1, Math.floor(depth / 3 + 0.5));
  const heads = width / HEAD;
  return {
    layers: depth,
    width,
    heads,
    kvHeads: heads / 2,
    headSize: HEAD,
    hidden: 3 * width,
    vocabulary,
    contextLength,
    normEpsilon: 1e-6,
    ropeBase: 10_000,
  };
}

/** Tokens a step: 8,192 at depth 6, doubling about every four layers more; a whole number of passes. */
const batchOf = (depth: number, context: number): number =>
  Math.max(1, Math.round((8_192 * 2 ** ((depth - 6) / 4)) / (context * PASS))) * context * PASS;

/**
 * Trains a model on prepared rows and leaves checkpoints, `curve.jsonl` and `loss.svg` in `out`. On one core and in single
 * precision: for small runs; `runs/pretrain.py` is for size. A run that was ended anyhow and is resumed gives the curve that it
 * would have given. Errors: `train/no-data`, `train/depth`, `train/steps`, `train/exists` where the folder holds a run and
 * `resume` is not set, `train/no-checkpoint` where there is none to resume from, `train/other-run`, `train/no-kernels`,
 * `train/diverged`.
 */
export async function trainPretrain(
  dataFolder: string,
  out: string,
  options: TrainOptions,
): Promise<Result<TrainReport>> {
  const opened = openRows(dataFolder);
  if (!opened.ok) return opened;
  try {
    return await train(opened.value, out, options);
  } finally {
    opened.value.close();
  }
}

async function train(rows: Rows, out: string, options: TrainOptions): Promise<Result<TrainReport>> {
  const { signal, events = noEvents, checkpointSeconds = 300 } = options;
  const { data } = rows;
  if (!options.resume && checkpoints(out).length > 0) {
    return fail('train/exists', `${out} holds a run already: resume it, or name another folder`, { path: out });
  }
  const kept = options.resume ? latestCheckpoint(out) : ok(undefined);
  if (!kept.ok) return kept;
  for (const issue of kept.issues) events({ type: 'issue-found', issue });
  if (options.resume && kept.value === undefined) {
    return fail('train/no-checkpoint', `expected a checkpoint in ${out} to resume from, found none that can be read`);
  }
  const settings = settingsOf(options, data.vocabulary, data.context, kept.value?.progress.settings);
  if (!settings.ok) return settings;
  const { depth, kind, steps } = settings.value;
  const config = configOf(depth, data.vocabulary, data.context);
  const compute = kernelCompute();
  if (compute === undefined) return fail('train/no-kernels', 'training needs WebAssembly SIMD and threads');
  const own = network(config, PASS, compute);
  initialise(own, random(data.seed));
  const optimiser = optimizer(own.parameters.values(), { ...pretrainingRates(config.width), kind }, compute);

  let [step, row, tokens] = [0, 0, 0];
  if (kept.value !== undefined) {
    if (kept.value.progress.data !== data.files.train.sha256) {
      return fail('train/other-run', 'the checkpoint was trained on other rows than the data folder holds');
    }
    const wrong = restore(kept.value, own, optimiser);
    if (wrong !== undefined) return fail('train/other-run', `the checkpoint does not fit: ${wrong}`);
    ({ steps: step, rows: row, tokens } = kept.value.progress);
  }
  const curve = openCurve(out, step);
  const passes = batchOf(depth, data.context) / (data.context * PASS);
  const plan = { warmup: Math.min(100, Math.floor(steps / 10)), steps, decay: Math.floor(steps / 5) };
  const began = performance.now();
  let saved = began;
  const save = (): void => {
    const progress = {
      steps: step,
      rows: row,
      tokens,
      data: data.files.train.sha256,
      settings: JSON.stringify(settings.value),
    };
    const issue = saveCheckpoint(out, own, optimiser, progress);
    if (issue !== undefined) events({ type: 'issue-found', issue });
    saved = performance.now();
  };
  const first = step;
  events({ type: 'progress-start', task: 'pretrain', total: steps, unit: 'steps' });
  while (step < steps && !signal?.aborted) {
    let loss = 0;
    for (let pass = 0; pass < passes; pass++) {
      loss += own.loss(rows.read(row + pass * PASS, PASS), data.specials.pad, true) / passes;
    }
    if (!Number.isFinite(loss)) return fail('train/diverged', `the loss is ${loss} at step ${step}`);
    for (const { gradient } of own.parameters.values())
      for (let i = 0; i < gradient.length; i++) gradient[i]! /= passes;
    optimiser.step(schedule(step, plan));
    row += passes * PASS;
    step++;
    tokens += passes * PASS * data.context;
    curve.add(step, tokens, loss);
    const seconds = (performance.now() - began) / 1000;
    const speed = ((step - first) * passes * PASS * data.context) / seconds;
    const note = `loss ${loss.toFixed(3)}, ${speed.toFixed(0)} tokens/s`;
    events({ type: 'progress-delta', task: 'pretrain', done: step, total: steps, note });
    if (performance.now() - saved >= 1000 * checkpointSeconds) save();
    // Lets signals through.
    await setImmediate();
  }
  save();
  events({ type: 'progress-end', task: 'pretrain', ms: performance.now() - began });
  const losses = curve.losses();
  const last = losses.slice(-20);
  let parameters = 0;
  for (const { values } of own.parameters.values()) parameters += values.length;
  const title = `depth ${depth}, ${(parameters / 1e6).toFixed(2)}M weights: loss, nats a token`;
  if (losses.length > 0) writeWhole(join(out, 'loss.svg'), Buffer.from(svgPlot(losses, title)));
  return ok({
    parameters,
    steps: step,
    tokens,
    loss: last.reduce((a, b) => a + b, 0) / last.length,
    plot: textPlot(losses),
    finished: step >= steps,
  });
}

function settingsOf(options: TrainOptions, vocabulary: number, context: number, kept?: string): Result<Settings> {
  if (kept !== undefined) {
    try {
      return ok(JSON.parse(kept) as Settings);
    } catch {
      return fail('train/other-run', 'the checkpoint does not say what its run was set to');
    }
  }
  const { depth } = options;
  if (!Number.isInteger(depth) || depth < 1 || depth > 24) {
    return fail('train/depth', `expected a depth of 1 to 24 layers, got ${depth}`);
  }
  const { width, hidden, heads, kvHeads } = configOf(depth, vocabulary, context);
  const parameters = vocabulary * width + depth * width * (2 * (heads + kvHeads) * HEAD + 3 * hidden);
  const steps = options.steps ?? Math.ceil((20 * parameters) / batchOf(depth, context));
  if (!Number.isInteger(steps) || steps < 1)
    return fail('train/steps', `expected a number of steps from 1, got ${steps}`);
  return ok({ depth, kind: 'muon', steps });
}

/** As `runs/model.py`: what adds to the stream begins at nothing, gains at one. */
function initialise(own: Network, rng: Random): void {
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - rng.float())) * Math.cos(2 * Math.PI * rng.float());
  for (const { name, rows, columns, values } of own.parameters.values()) {
    if (rows === 1) values.fill(1);
    else if (!/attn_output|ffn_down/.test(name)) {
      const spread = name === 'token_embd.weight' ? 0.02 : 1 / Math.sqrt(columns);
      for (let i = 0; i < values.length; i++) values[i] = spread * normal();
    }
  }
}

/** `curve.jsonl`: one line a step. Lines after the checkpoint that a run resumes from go, so that the curve is one. */
function openCurve(
  out: string,
  upto: number,
): { add(step: number, tokens: number, loss: number): void; losses(): number[] } {
  const path = join(out, 'curve.jsonl');
  const losses: number[] = [];
  const kept: string[] = [];
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    // A new run.
  }
  for (const line of text.split('\n')) {
    try {
      const { step, loss } = JSON.parse(line) as { step: number; loss: number };
      if (step > upto) continue;
      losses.push(loss);
      kept.push(`${line}\n`);
    } catch {
      // The kill came in the middle of this line.
    }
  }
  mkdirSync(out, { recursive: true });
  writeWhole(path, Buffer.from(kept.join('')));
  return {
    add(step, tokens, loss) {
      losses.push(loss);
      try {
        appendFileSync(path, `${JSON.stringify({ step, tokens, loss })}\n`);
      } catch {
        // A full disk costs a line of the curve, not the run; the checkpoint says so.
      }
    },
    losses: () => losses,
  };
}
