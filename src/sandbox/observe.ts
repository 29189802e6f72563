import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Issue, LimitHit } from '../base/index.ts';
import { DRAIN_MS, FIRST_SAMPLE_MS, GRACE_MS, KILL_ROUNDS, SAMPLE_MS } from './limits.ts';
import { environmentHolds, ProcessTree, send, signalAll, treeUse } from './tree.ts';
import type { CommandLimits, IsolationLevel, Observation } from './types.ts';

/** A command made ready: what is really started, and how its end is made sure of. */
export interface Launch {
  /** What was asked for; reported, not started. */
  readonly argv: readonly string[];
  readonly isolation: IsolationLevel;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array | undefined;
  readonly limits: CommandLimits;
  /** Processes beside the one started under which its orphans live on. */
  readonly roots?: readonly number[];
  /** Text in the environment of every process of the command, by which those that left its tree are found. */
  readonly mark?: string;
}

/** One of the two output streams: keeps the start, counts all. */
class Kept {
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  #kept = 0;
  bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(chunk: Buffer): void {
    this.bytes += chunk.length;
    const room = this.#limit - this.#kept;
    if (room <= 0) return;
    const part = chunk.length > room ? Buffer.from(chunk.subarray(0, room)) : chunk;
    this.#chunks.push(part);
    this.#kept += part.length;
  }

  value(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#chunks));
  }
}

const running = new Set<ChildProcess>();
const killRunning = (): void => {
  for (const { pid } of running) if (pid !== undefined) send(-pid, 'SIGKILL');
};

/**
 * Starts a process in a session of its own and watches it from outside until it and what it started are gone. Never
 * rejects: what could not be started is an observation with an issue.
 */
export async function observe(launch: Launch): Promise<Observation> {
  const { limits } = launch;
  const begun = performance.now();
  const stdout = new Kept(limits.outputBytes);
  const stderr = new Kept(limits.outputBytes);
  const hits = new Map<string, LimitHit>();
  const hit = (limit: keyof CommandLimits, value: number, found: number): void => {
    if (!hits.has(limit)) hits.set(limit, { limit, value, found });
  };
  const observation = (exitCode: number | null, signal: string | null, issue?: Issue): Observation => ({
    argv: launch.argv,
    isolation: launch.isolation,
    exitCode,
    signal,
    stdout: stdout.value(),
    stderr: stderr.value(),
    stdoutBytes: stdout.bytes,
    stderrBytes: stderr.bytes,
    ms: performance.now() - begun,
    limits: [...hits.values()],
    ...(issue ? { issue } : {}),
  });

  const started = await start(launch);
  if ('issue' in started) return observation(null, null, started.issue);
  const { child, pid } = started;
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  if (child.stdin) {
    // A command need not read what it is given.
    child.stdin.on('error', () => {});
    child.stdin.end(launch.stdin);
  }

  const tree = new ProcessTree([pid, ...(launch.roots ?? [])]);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    signalAll(tree.members(), 'SIGTERM');
    kill = setTimeout(() => signalAll(tree.members(), 'SIGKILL'), GRACE_MS);
  };
  let kill: NodeJS.Timeout | undefined;
  const clock = setTimeout(() => {
    hit('ms', limits.ms, Math.round(performance.now() - begun));
    stop();
  }, limits.ms);
  const look = (): void => {
    const use = treeUse(tree.members());
    if (use.memoryBytes >= limits.memoryBytes) hit('memoryBytes', limits.memoryBytes, use.memoryBytes);
    if (use.processes >= limits.processes) hit('processes', limits.processes, use.processes);
    // No grace: what grows this fast must not go on growing.
    if (hits.has('memoryBytes') || hits.has('processes')) signalAll(tree.members(), 'SIGKILL');
    sample = setTimeout(look, SAMPLE_MS);
  };
  let sample = setTimeout(look, FIRST_SAMPLE_MS);

  const { code, signal } = await exited;
  for (const timer of [clock, kill, sample]) clearTimeout(timer);
  const left = await clear(tree, launch.mark);
  // A pipe that something outside the tree inherited would never close.
  await Promise.race([closed, sleep(DRAIN_MS, undefined, { ref: false })]);
  child.stdout?.destroy();
  child.stderr?.destroy();
  running.delete(child);
  if (running.size === 0) process.off('exit', killRunning);

  if (signal === 'SIGXFSZ') hit('fileBytes', limits.fileBytes, limits.fileBytes);
  const written = Math.max(stdout.bytes, stderr.bytes);
  if (written >= limits.outputBytes) hit('outputBytes', limits.outputBytes, written);
  if (left > 0) {
    return observation(null, null, {
      code: 'sandbox/survivors',
      message: `${left} processes started by ${launch.argv[0]} are still running after ${KILL_ROUNDS} attempts to end them`,
      severity: 'error',
    });
  }
  return observation(code, signal);
}

async function start(launch: Launch): Promise<{ child: ChildProcess; pid: number } | { issue: Issue }> {
  const program = launch.argv[0] ?? '';
  const refused = (message: string, suggestion: string): { issue: Issue } => ({
    issue: { code: 'sandbox/start', message, severity: 'error', suggestion },
  });
  if (program === '') return refused('expected a program to run, got an empty argv', 'name a program');
  // A missing folder and a missing program are the same error of the system.
  if (!statSync(launch.cwd, { throwIfNoEntry: false })?.isDirectory()) {
    return refused(`the working folder ${launch.cwd} is not a folder`, 'give a folder that exists');
  }
  try {
    const child = spawn(launch.file, [...launch.args], {
      cwd: launch.cwd,
      env: { ...launch.env },
      stdio: [launch.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      detached: true,
      windowsHide: true,
    });
    await new Promise((resolve, reject) => child.once('spawn', () => resolve(undefined)).once('error', reject));
    child.on('error', () => {});
    if (running.size === 0) process.on('exit', killRunning);
    running.add(child);
    return { child, pid: child.pid! };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    if (code === 'ENOENT') return refused(`${program} was not found`, 'install it, or give its absolute path');
    if (code === 'EACCES') return refused(`${program} may not be executed`, 'check its permissions');
    if (code === 'E2BIG') return refused(`the arguments and environment of ${program} are too long`, 'pass a file');
    return refused(`${program} could not be started: ${code}`, 'see the system error');
  }
}

/** Ends whatever a command left behind; how many processes are still alive. */
async function clear(tree: ProcessTree, mark: string | undefined): Promise<number> {
  const marked = mark === undefined || process.platform !== 'linux' ? undefined : mark;
  for (let round = 0; round < KILL_ROUNDS; round++) {
    const left = tree.members((pid) => marked !== undefined && environmentHolds(pid, marked));
    if (left.length === 0) return 0;
    signalAll(left, 'SIGKILL');
    await sleep(Math.min(round, 10));
  }
  return tree.members().length;
}
