import { accessSync, constants, mkdirSync, readFileSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type EventSink, fail, type Issue, noEvents, ok, type Result, sha256 } from '../../base/index.ts';
import { checkpoints, latestCheckpoint, restore, saveCheckpoint } from '../pretrain/checkpoint.ts';
import { kernelCompute } from '../pretrain/compute.ts';
import type { NetworkConfig } from '../pretrain/network.ts';
import { type Optimizer, optimizer, pretrainingRates, schedule } from '../pretrain/optimizer.ts';
import { type RowFile, specialIds } from '../pretrain/rows.ts';
import { writeWhole } from '../shards.ts';
import { type Base, ggufOf, openBase, sizesOf } from './base.ts';
import { heldOutRows, type RepositoryText, repositoryText, trainingRows } from './files.ts';
import { openTeam, type Team } from './team.ts';

export interface PersonaliseOptions {
  /** The GGUF file that is continued; never written. */
  readonly model: string;
  /** Where the new file goes, in place of the one before once it is whole. */
  readonly out: string;
  /** Of checkpoints and of what is best so far, until the run is done. */
  readonly folder: string;
  /** What the repository is called. */
  readonly name: string;
  /** Of holes, order and what is held out; 1 if not given. */
  readonly seed?: number;
  /** Times through the text; 1 if not given. */
  readonly passes?: number;
  /** Goes on with the run in `folder`. */
  readonly resume?: boolean;
  /** Stops at the end of a step, with a checkpoint. */
  readonly signal?: AbortSignal;
  /** Seconds between checkpoints; 60 if not given. */
  readonly checkpointSeconds?: number;
  readonly events?: EventSink;
}

export interface PersonaliseReport {
  readonly files: number;
  readonly heldOutFiles: number;
  /** Not written by hand, or nearly the same as another. */
  readonly leftOut: number;
  /** Tokens of the files learned from. */
  readonly tokens: number;
  readonly steps: number;
  /** On the files held out, nats a token: of the base, and of what was written. */
  readonly before: number;
  readonly after: number;
  /** `signal`: resume it. `no-better`: the loss had stopped falling. `nothing`: no step made it fall, so nothing was written. */
  readonly ended: 'all' | 'no-better' | 'nothing' | 'signal';
}

/** Tokens a row predicts, as in pretraining. */
const CONTEXT = 512;
/** Rows a step: 4,096 tokens. */
const ROWS = 8;
const THREADS = 2;
const LEAST_TOKENS = 20_000;
/** So often the files held out are looked at, and so many times in a row they may be worse before it ends. */
const LOOKS = 8;
const PATIENCE = 2;

/** What a checkpoint keeps beside weights: that of which run it is, and how it stands. */
interface Standing {
  readonly base: string;
  readonly seed: number;
  readonly passes: number;
  before: number;
  best: number;
  /** Looks since the best. */
  worse: number;
}

/**
 * Continues a model on the files of one repository, as pretraining does it (holes, neighbours, paths), and keeps what was best on
 * files held out. The same base, files and options give the same file on every machine, resumed or not.
 *
 * Errors: those of `openBase`; `train/too-little` below 20,000 tokens; `train/exists` where the folder holds a run and `resume`
 * is not set; `train/no-checkpoint`, `train/other-run` where there is none to resume, or of another base, text or seed;
 * `train/no-kernels`; `train/diverged`; `train/disk-full`, `train/not-written`. Whatever goes wrong, `out` is as it was.
 */
export async function personalise(
  files: readonly RowFile[],
  options: PersonaliseOptions,
): Promise<Result<PersonaliseReport>> {
  const base = openBase(options.model);
  if (!base.ok) return base;
  const { seed = 1 } = options;
  const text = repositoryText(files, base.value.tokenizer, seed);
  if (text.tokens < LEAST_TOKENS || text.heldOut.length === 0) {
    return fail(
      'train/too-little',
      `expected at least ${LEAST_TOKENS} tokens of hand-written TypeScript and JavaScript, some 2,000 lines, found ${text.tokens} in ${text.train.length} files`,
      { suggestion: 'the n-gram learns a small repository by itself, at once' },
    );
  }
  const kept = keptRun(options);
  if (!kept.ok) return kept;
  // Before ten minutes of work, not after.
  const wrong = refused(options.out) ?? lackingSpace(options.folder, base.value);
  if (wrong) return fail(wrong.code, wrong.message, wrong);
  const config = sizesOf(base.value, Math.min(CONTEXT, base.value.model.config.contextLength));
  if (kernelCompute() === undefined) return fail('train/no-kernels', 'training needs WebAssembly SIMD and threads');
  const team = await openTeam(config, specialIds(base.value.tokenizer).pad, THREADS);
  try {
    return await train({ base: base.value, config, text, team, kept: kept.value }, options);
  } finally {
    await team.close();
  }
}

interface Run {
  readonly base: Base;
  readonly config: NetworkConfig;
  readonly text: RepositoryText;
  readonly team: Team;
  readonly kept: Kept;
}

type Kept = ReturnType<typeof latestCheckpoint>['value'];

function keptRun({ resume, folder, events = noEvents }: PersonaliseOptions): Result<Kept> {
  if (!resume) {
    return checkpoints(folder).length > 0
      ? fail('train/exists', 'a run of this repository was not finished', {
          path: folder,
          suggestion: 'go on with --resume, or remove that folder',
        })
      : ok(undefined);
  }
  const found = latestCheckpoint(folder);
  if (!found.ok) return found;
  for (const issue of found.issues) events({ type: 'issue-found', issue });
  return found.value === undefined
    ? fail('train/no-checkpoint', `expected a checkpoint in ${folder} to resume from, found none that can be read`)
    : ok(found.value);
}

/** Three checkpoints, the third while it is written, each with weights and up to two means, and two models. */
function lackingSpace(folder: string, { weights }: Base): Issue | undefined {
  const refused = tried(folder, () => mkdirSync(folder, { recursive: true }));
  if (refused) return refused;
  let count = 0;
  for (const { length } of weights.values()) count += length;
  const wanted = count * (3 * 12 + 2 * 2);
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= wanted) return undefined;
  const [needs, has] = [wanted, bavail * bsize].map((bytes) => `${(bytes / 1e6).toFixed(0)} MB`);
  return {
    code: 'train/disk-full',
    message: `expected ${needs} free for checkpoints, found ${has}`,
    severity: 'error',
    path: folder,
  };
}

/** Why no file can be put there. */
const refused = (out: string): Issue | undefined =>
  tried(out, () => {
    mkdirSync(dirname(out), { recursive: true });
    if (statSync(out, { throwIfNoEntry: false })?.isDirectory()) throw new Error('a folder is in the way');
    accessSync(dirname(out), constants.W_OK);
  });

async function train(
  { base, config, text, team, kept }: Run,
  options: PersonaliseOptions,
): Promise<Result<PersonaliseReport>> {
  const { folder, name, seed = 1, passes = 1, signal, checkpointSeconds = 60, events = noEvents } = options;
  const { tokenizer } = base;
  const size = config.contextLength + 1;
  const rows = trainingRows(name, text, { tokenizer, size, seed, passes });
  const measured = heldOutRows(name, text, { tokenizer, size });
  const data = sha256(Buffer.concat([...rows, ...measured].map(({ buffer }) => new Uint8Array(buffer))));
  const steps = Math.max(1, Math.floor(rows.length / ROWS));
  const own = { config, parameters: team.parameters };
  for (const { name: tensor, values } of own.parameters.values()) values.set(base.weights.get(tensor)!);
  // Its kernels are for the optimizer; passes are computed by the threads.
  const steady: Optimizer = optimizer(own.parameters.values(), pretrainingRates(config.width), kernelCompute()!);
  let step = 0;
  let standing: Standing = { base: base.hash, seed, passes, before: 0, best: 0, worse: 0 };
  if (kept !== undefined) {
    const said = standingOf(kept.progress.settings);
    const other = said?.base !== base.hash || said.seed !== seed || said.passes !== passes;
    if (said === undefined || other || kept.progress.data !== data) {
      return fail('train/other-run', 'the run in the folder is of another model, text or seed than this one', {
        path: folder,
        suggestion: 'remove that folder and begin anew',
      });
    }
    const wrong = restore(kept, own, steady);
    if (wrong !== undefined) return fail('train/other-run', `the checkpoint does not fit: ${wrong}`, { path: folder });
    standing = said;
    step = kept.progress.steps;
  }
  team.share();
  const best = join(folder, 'best.gguf');
  if (kept === undefined) {
    standing.before = standing.best = await team.loss(measured, false);
    rmSync(best, { force: true });
  }

  const save = (): void => {
    const settings = JSON.stringify(standing);
    const progress = { steps: step, rows: step * ROWS, tokens: step * ROWS * config.contextLength, data, settings };
    const issue = saveCheckpoint(folder, own, steady, progress);
    if (issue) events({ type: 'issue-found', issue });
  };
  /** Looks at the files held out; what went wrong in writing down the best. */
  const look = async (): Promise<Issue | undefined> => {
    const loss = await team.loss(measured, false);
    if (loss >= standing.best) {
      standing.worse++;
      return undefined;
    }
    [standing.best, standing.worse] = [loss, 0];
    const description = `${base.name}, continued on ${name}: ${text.train.length} files, ${step} steps`;
    const scores = { 'loss.repository.before': standing.before, 'loss.repository': loss };
    const bytes = ggufOf(base, own.parameters.values(), { name: `${base.name}-${name}`, description, scores });
    return bytes.ok ? written(best, bytes.value) : bytes.issues[0];
  };

  const plan = { warmup: Math.min(10, Math.ceil(steps / 10)), steps, decay: steps - Math.ceil(steps / 10) };
  const every = Math.max(1, Math.ceil(steps / LOOKS));
  const began = performance.now();
  let saved = began;
  events({ type: 'progress-start', task: 'learning the repository', total: steps, unit: 'steps' });
  const first = step;
  while (step < steps && standing.worse < PATIENCE && !signal?.aborted) {
    const loss = await team.loss(rows.slice(step * ROWS, (step + 1) * ROWS), true);
    if (!Number.isFinite(loss)) return fail('train/diverged', `the loss is ${loss} at step ${step}`);
    steady.step(schedule(step, plan));
    team.share();
    step++;
    if (step % every === 0 || step === steps) {
      const issue = await look();
      if (issue) return fail(issue.code, issue.message, issue);
    }
    const speed = ((step - first) * ROWS * config.contextLength) / ((performance.now() - began) / 1000);
    const note = `loss ${loss.toFixed(2)}, held out ${standing.before.toFixed(3)} → ${standing.best.toFixed(3)}, ${speed.toFixed(0)} tokens/s`;
    events({ type: 'progress-delta', task: 'learning the repository', done: step, total: steps, note });
    if (performance.now() - saved >= 1000 * checkpointSeconds) {
      save();
      saved = performance.now();
    }
  }
  events({ type: 'progress-end', task: 'learning the repository', ms: performance.now() - began });
  const stopped = step < steps && standing.worse < PATIENCE;
  if (stopped) save();
  else if (standing.best < standing.before) {
    const issue = placed(best, options.out);
    if (issue) return fail(issue.code, issue.message, issue);
  }
  if (!stopped) rmSync(folder, { recursive: true, force: true });
  return ok({
    files: text.train.length,
    heldOutFiles: text.heldOut.length,
    leftOut: text.left,
    tokens: text.tokens,
    steps: step,
    before: standing.before,
    after: standing.best,
    ended: stopped ? 'signal' : standing.best >= standing.before ? 'nothing' : step < steps ? 'no-better' : 'all',
  });
}

function standingOf(settings: string): Standing | undefined {
  try {
    return JSON.parse(settings) as Standing;
  } catch {
    return undefined;
  }
}

const written = (path: string, bytes: Uint8Array): Issue | undefined => tried(path, () => writeWhole(path, bytes));

/** Puts a whole file where it is used. */
const placed = (from: string, to: string): Issue | undefined =>
  tried(to, () => {
    mkdirSync(dirname(to), { recursive: true });
    writeWhole(to, readFileSync(from));
  });

function tried(path: string, work: () => void): Issue | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC') {
      const suggestion = 'free some space, then go on with --resume from the last checkpoint';
      return { code: 'train/disk-full', message: 'no space left', severity: 'error', path, suggestion };
    }
    return { code: 'train/not-written', message: `${path} cannot be written: ${message}`, severity: 'error', path };
  }
}
