import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { LIMITS, type RepoPath } from '../../base/index.ts';
import { makeOwnFolder, readWritten } from '../../sandbox/index.ts';
import type { Bench } from '../context.ts';
import { linesBehind } from '../lines.ts';
import { readReport } from '../tests/run.ts';
import type { Runner } from '../tests/types.ts';
import { DRIVER, type DriverLine, type DriverTask } from './driver.ts';

/** What the tests say of a fault: `timeout` counts as noticed. */
export type Result = 'killed' | 'survived' | 'timeout';

export interface MutantRun {
  readonly results: ReadonlyMap<number, Result>;
  /** Test files that come by each fault; what is not in it no test comes by. */
  readonly reach: ReadonlyMap<number, readonly RepoPath[]>;
  /** Whether the time was up before all were tried. */
  readonly isCut: boolean;
  /** Why nothing is known. */
  readonly unknown?: string;
  readonly passed: number;
  readonly ms: number;
  /** One warm runner, or one process a fault. */
  readonly way: 'warm' | 'process';
}

export interface RunRequest {
  readonly runner: Runner;
  /** Of nobody else: nothing ran in it before, and nothing is put back. */
  readonly bench: Bench;
  /** Files that hold faults, at the head. */
  readonly changed: readonly RepoPath[];
  readonly mutants: readonly number[];
  /** Milliseconds. */
  readonly ms: number;
}

/** The least that one run with a fault has, milliseconds. */
const ONE_MS = 8_000;
/** Runners that are started again after a fault that had no end. */
const STARTS = 4;

/** Largest list of what tests came by, bytes. */
const REACH_BYTES = 64 * 1024 * 1024;

/** Runs the related tests with one fault at a time; the files that hold them all stand in the bench already. */
export async function runMutants(request: RunRequest): Promise<MutantRun> {
  const warm = request.runner.name === 'vitest' ? await runWarm(request) : undefined;
  return warm ?? (await runEach(request));
}

/** A folder for one run: where runs before have been, each name may lead elsewhere by now. */
const ownFolder = ({ root }: Bench): string | undefined => makeOwnFolder(root, '.assay', `mutants-${randomUUID()}`);

/** Undefined where this vitest cannot be kept warm. */
async function runWarm({ runner, bench, changed, mutants, ms }: RunRequest): Promise<MutantRun | undefined> {
  const started = performance.now();
  const results = new Map<number, Result>();
  let reach: Readonly<Record<string, readonly string[]>> | undefined;
  let passed = 0;
  let isCut = false;
  let left = [...mutants];
  let spent = 0;
  for (let starts = 0; left.length > 0; starts++) {
    if (starts >= STARTS || ms - spent <= 0) {
      isCut = true;
      break;
    }
    const folder = ownFolder(bench);
    if (folder === undefined) return nothing(TAKEN, started);
    const nonce = `${randomUUID()} `;
    const task: DriverTask = {
      nonce,
      related: changed.map((path) => join(bench.root, path)),
      folder,
      mutants: left,
      ...(reach ? { reach } : {}),
      ms: ms - spent + ONE_MS,
      oneMs: ONE_MS,
    };
    const observation = await bench.sandbox.run({
      argv: [process.execPath, '--no-warnings', '--input-type=module', '-e', DRIVER],
      cwd: join(bench.root, runner.folder),
      env: {
        ...runner.env,
        CI: 'true',
        NO_COLOR: '1',
        ASSAY_INSIDE_CHECK: '1',
        ASSAY_MUTANTS: folder,
        VITEST: 'true',
        NODE_ENV: 'test',
        TEST: 'true',
      },
      stdin: JSON.stringify(task),
      limits: { ms: LIMITS.commandMs },
    });
    let isDone = false;
    let isAlive: boolean | undefined;
    for (const line of linesBehind<DriverLine>(nonce, observation)) {
      if ('baseline' in line) {
        reach = line.reach;
        passed = line.baseline.passed;
        // Getting ready is no part of what faults may cost.
        if (starts === 0) spent -= line.baseline.ms;
      } else if ('alive' in line) isAlive = line.alive;
      else if ('mutant' in line) results.set(line.mutant, line.result);
      else if ('done' in line) {
        isDone = line.done === 'all';
        isCut = line.done === 'time';
      }
    }
    if (!reach || isAlive === false) return undefined;
    if (passed === 0) return nothing('no related test passes without a fault', started);
    spent += observation.ms;
    const known = results.size;
    left = left.filter((id) => !results.has(id) && (reach![id]?.length ?? 0) > 0);
    if (isDone || (known === 0 && starts > 0)) break;
  }
  const byId = Object.entries(reach ?? {}).map(([id, paths]): [number, readonly RepoPath[]] => [
    Number(id),
    paths.map((path) => relative(bench.root, path) as RepoPath),
  ]);
  return {
    results,
    reach: new Map(byId),
    isCut: isCut && left.length > 0,
    passed,
    ms: performance.now() - started,
    way: 'warm',
  };
}

const TAKEN = 'a test put something else in the place of what assay keeps there';

const nothing = (unknown: string, started: number): MutantRun => ({
  results: new Map(),
  reach: new Map(),
  isCut: false,
  unknown,
  passed: 0,
  ms: performance.now() - started,
  way: 'process',
});

/** One process a fault: for runners that come to their end by themselves. */
async function runEach({ runner, bench, changed, mutants, ms }: RunRequest): Promise<MutantRun> {
  const started = performance.now();
  const run = async (active: number, of: readonly RepoPath[], limit: number) => {
    const folder = ownFolder(bench);
    if (folder === undefined) return undefined;
    writeFileSync(join(folder, 'active'), String(active), { flag: 'wx' });
    const report = join(folder, 'report.json');
    const argv = runner.command(bench.root, report, of);
    if (!argv) return undefined;
    const observation = await bench.sandbox.run({
      argv,
      cwd: join(bench.root, runner.folder),
      env: { ...runner.env, CI: 'true', NO_COLOR: '1', ASSAY_INSIDE_CHECK: '1', ASSAY_MUTANTS: folder },
      limits: { ms: limit },
    });
    return { observation, folder, cases: readReport(runner, report, bench.root)?.cases };
  };
  const first = await run(0, changed, LIMITS.commandMs);
  if (!first?.cases) return nothing('no related test could be run without a fault', started);
  const failed = new Set(first.cases.filter(({ status }) => status === 'failed').map(keyOf));
  const passed = first.cases.filter(({ status }) => status === 'passed').length;
  if (passed === 0) return nothing('no related test passes without a fault', started);
  const tests = [...new Set(first.cases.map(({ path }) => path as RepoPath))].filter((path) => path !== '');
  const reach = new Map<number, RepoPath[]>();
  for (const line of (readWritten(join(first.folder, 'reach'), REACH_BYTES) ?? '').split('\n')) {
    const [, id, path = ''] = /^(\d+) (.+)$/.exec(line) ?? [];
    if (id === undefined) continue;
    const own = tests.filter((test) => join(bench.root, test) === path);
    reach.set(Number(id), [...new Set([...(reach.get(Number(id)) ?? []), ...(own.length > 0 ? own : tests)])]);
  }
  const results = new Map<number, Result>();
  const begun = performance.now();
  const limit = Math.max(ONE_MS, 3 * first.observation.ms);
  let isCut = false;
  for (const id of mutants) {
    const own = reach.get(id);
    if (!own) continue;
    if (performance.now() - begun >= ms) {
      isCut = true;
      break;
    }
    const ran = await run(id, own, limit);
    if (!ran) return nothing(TAKEN, started);
    if (ran.observation.limits.some((one) => one.limit === 'ms')) results.set(id, 'timeout');
    else {
      const isKilled =
        !ran.cases ||
        ran.cases.some((one) => one.status === 'failed' && !failed.has(keyOf(one))) ||
        (failed.size === 0 && ran.observation.exitCode !== 0);
      results.set(id, isKilled ? 'killed' : 'survived');
    }
  }
  return { results, reach, isCut, passed, ms: performance.now() - started, way: 'process' };
}

const keyOf = ({ path, name }: { readonly path: string; readonly name: string }): string => `${path}\0${name}`;
