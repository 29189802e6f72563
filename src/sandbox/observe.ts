import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Issue, LimitHit } from '../base/index.ts';
import {
  DISK_RESERVE_BYTES,
  DISK_RESERVE_FILES,
  DRAIN_MS,
  DRAIN_STEP_MS,
  FIRST_SAMPLE_MS,
  GRACE_MS,
  KILL_ROUNDS,
  LATEST_SAMPLE_MS,
  MAX_DESCRIPTOR,
  SAMPLE_MS,
  SAMPLE_SHARE,
} from './limits.ts';
import { NO_FOLDER, NO_PROGRAM, STARTED } from './script.ts';
import { environmentHolds, innermost, ProcessTree, recentProcesses, send, signalAll, treeUse } from './tree.ts';
import type { CommandLimits, IsolationLevel, Observation } from './types.ts';

/** A command made ready: what is really started, and how its end is made sure of. */
export interface Launch {
  /** What was asked for; reported, not started. */
  readonly argv: readonly string[];
  /** At `none` the process group is ended at the time limit, and nothing else is watched or looked for. */
  readonly isolation: IsolationLevel;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array | undefined;
  readonly limits: CommandLimits;
  /** Whether a command script tells on descriptor 3 how far it came. */
  readonly report?: boolean;
  /** Whether a signal n that ends the command comes out as the exit status 128 + n. */
  readonly throughShell?: boolean;
  /** Text in the environment of every process of the command, by which those that left its tree are found. */
  readonly mark?: string | undefined;
  /** Folders on the disks that the command can fill. */
  readonly disks?: readonly string[];
  /** Ends the command. */
  readonly abort?: AbortSignal;
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
  const report = new Kept(64);
  const hits = new Map<string, LimitHit>();
  const hit = (limit: string, value: number, found: number): void => {
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
  const reporting = child.stdio[3] as Readable | null | undefined;
  reporting?.on('data', (chunk: Buffer) => report.push(chunk));
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  let closed = false;
  const closing = new Promise<void>((resolve) => child.once('close', () => resolve())).then(() => {
    closed = true;
  });
  if (child.stdin) {
    // A command need not read what it is given.
    child.stdin.on('error', () => {});
    child.stdin.end(launch.stdin);
  }

  const tree = launch.isolation === 'none' ? undefined : new ProcessTree(pid);
  const born = performance.now();
  const end = (signal: 'SIGTERM' | 'SIGKILL'): void => {
    // First what needs no looking: a bomb grows while its parts are being counted.
    if (!tree || signal === 'SIGKILL') send(-pid, signal);
    if (!tree) return;
    const members = tree.members();
    // What isolates the command must outlive it, or the command would be gone without having been asked to go.
    signalAll(signal === 'SIGTERM' ? innermost(members) : members, signal);
  };
  let kill: NodeJS.Timeout | undefined;
  const stop = (): void => {
    if (kill !== undefined) return;
    end('SIGTERM');
    kill = setTimeout(() => end('SIGKILL'), GRACE_MS);
  };
  let over = false;
  const clock = setTimeout(() => {
    // Where this thread was busy for long, the end of the command waits to be seen: it comes before the immediate.
    setImmediate(() => {
      if (over) return;
      hit('ms', limits.ms, Math.round(performance.now() - begun));
      stop();
    });
  }, limits.ms);
  launch.abort?.addEventListener('abort', stop);
  if (launch.abort?.aborted) stop();
  const short = diskReserve(launch.disks ?? []);
  let sample: NodeJS.Timeout | undefined;
  const look = (watched: ProcessTree): void => {
    const from = performance.now();
    const use = treeUse(watched.members(undefined, recentProcesses(born)));
    if (use.memoryBytes >= limits.memoryBytes) hit('memoryBytes', limits.memoryBytes, use.memoryBytes);
    if (use.processes >= limits.processes) hit('processes', limits.processes, use.processes);
    for (const [limit, value, found] of short()) hit(limit, value, found);
    // No grace: what grows this fast must not go on growing.
    if (GROWING.some((limit) => hits.has(limit))) end('SIGKILL');
    const rest = (performance.now() - from) / SAMPLE_SHARE;
    sample = setTimeout(look, Math.min(Math.max(SAMPLE_MS, rest), LATEST_SAMPLE_MS), watched);
  };
  if (tree) sample = setTimeout(look, FIRST_SAMPLE_MS, tree);

  const { code, signal } = await exited;
  over = true;
  for (const timer of [clock, kill, sample]) clearTimeout(timer);
  launch.abort?.removeEventListener('abort', stop);
  const left = tree ? await clear(tree, launch.mark) : 0;
  // A pipe that something outside the tree inherited would never close. Many short waits: what is there to be read is
  // read between them, however late this thread comes to it.
  for (let waited = 0; !closed && waited < DRAIN_MS; waited += DRAIN_STEP_MS) {
    await Promise.race([closing, sleep(DRAIN_STEP_MS)]);
  }
  for (const stream of [child.stdout, child.stderr, reporting]) stream?.destroy();
  running.delete(child);
  if (running.size === 0) process.off('exit', killRunning);

  const status = launch.throughShell ? fromShell(code, signal) : { code, signal };
  if (status.signal === 'SIGXFSZ') hit('fileBytes', limits.fileBytes, limits.fileBytes);
  const written = Math.max(stdout.bytes, stderr.bytes);
  if (written >= limits.outputBytes) hit('outputBytes', limits.outputBytes, written);
  if (left > 0) {
    return observation(
      null,
      null,
      refusal(
        'sandbox/survivors',
        `${left} processes started by ${launch.argv[0]} still run after ${KILL_ROUNDS} attempts to end them`,
      ),
    );
  }
  const said = new TextDecoder().decode(report.value()).trim();
  if (launch.report && said !== STARTED) {
    const own = new TextDecoder().decode(stderr.value()).trim().split('\n').at(-1);
    return observation(null, null, notStartedBecause(launch, said, own || `ended with ${code ?? signal}`));
  }
  return observation(status.code, status.signal);
}

/** The observation of a command that was refused before anything was started. */
export const notStarted = (argv: readonly string[], isolation: IsolationLevel, issue: Issue): Observation => ({
  argv,
  isolation,
  exitCode: null,
  signal: null,
  stdout: new Uint8Array(),
  stderr: new Uint8Array(),
  stdoutBytes: 0,
  stderrBytes: 0,
  ms: 0,
  limits: [],
  issue,
});

export const refusal = (code: string, message: string, suggestion?: string): Issue => ({
  code,
  message,
  severity: 'error',
  ...(suggestion === undefined ? {} : { suggestion }),
});

function notStartedBecause(launch: Launch, said: string, otherwise: string): Issue {
  const program = launch.argv[0] ?? '';
  if (said === NO_PROGRAM) return notFound(program);
  if (said === NO_FOLDER) return refusal('sandbox/start', `the working folder of ${program} cannot be entered`);
  return refusal('sandbox/start', `isolation ${launch.isolation} did not come up: ${otherwise}`);
}

const notFound = (program: string): Issue =>
  refusal('sandbox/start', `${program} was not found`, 'install it, or give its absolute path');

async function start(launch: Launch): Promise<{ child: ChildProcess; pid: number } | { issue: Issue }> {
  const program = launch.argv[0] ?? '';
  if (program === '') return { issue: refusal('sandbox/start', 'expected a program to run, got an empty argv') };
  // A missing folder and a missing program are the same error of the system.
  if (!statSync(launch.cwd, { throwIfNoEntry: false })?.isDirectory()) {
    return { issue: refusal('sandbox/start', `the working folder ${launch.cwd} is not a folder`) };
  }
  const nothing = inherited().length > 0 ? openSync('/dev/null', 'r+') : undefined;
  const last = launch.report ? 3 : 2;
  try {
    const child = spawn(launch.file, [...launch.args], {
      cwd: launch.cwd,
      env: { ...launch.env },
      stdio: [
        launch.stdin === undefined ? 'ignore' : 'pipe',
        'pipe',
        'pipe',
        ...(launch.report ? ['pipe' as const] : []),
        // The others stay as they are: on one of them the system reports why a program could not be started.
        ...Array.from({ length: Math.max(last, ...inherited()) - last }, (_, index) =>
          inherited().includes(last + 1 + index) ? nothing : ('ignore' as const),
        ),
      ],
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
    if (code === 'ENOENT') return { issue: notFound(program) };
    const why: Readonly<Record<string, string>> = {
      EACCES: 'it may not be executed',
      E2BIG: 'its arguments and environment are too long',
    };
    return { issue: refusal('sandbox/start', `${program} could not be started: ${why[code] ?? code}`) };
  } finally {
    if (nothing !== undefined) closeSync(nothing);
  }
}

let known: readonly number[] | undefined;

/**
 * Descriptors above the usual three that whoever started this process left open, and that everything started here would
 * get as well. Known on Linux only; what Node opens itself stays with it.
 */
function inherited(): readonly number[] {
  known ??= (process.platform === 'linux' ? readdirSync('/proc/self/fdinfo') : []).map(Number).filter((fd) => {
    if (fd <= 2 || fd >= MAX_DESCRIPTOR) return false;
    try {
      const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1] ?? '0';
      return (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
    } catch {
      // The one that listed them.
      return false;
    }
  });
  return known;
}

/** O_CLOEXEC of open(2). */
const CLOSE_ON_EXEC = 0o2000000;

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

/** Limits of what can grow between two looks. */
const GROWING = ['memoryBytes', 'processes', 'diskFreeBytes', 'diskFreeFiles'];

/** Tells what is short on any of the disks that was not at the start: bytes, or files that they have room for. */
function diskReserve(folders: readonly string[]): () => [limit: string, value: number, found: number][] {
  const left = (folder: string): Readonly<Record<'diskFreeBytes' | 'diskFreeFiles', number>> => {
    const none = Number.POSITIVE_INFINITY;
    try {
      const { bavail, bsize, files, ffree } = statfsSync(folder);
      // Some file systems have as many files as fit, and say 0 of 0.
      return { diskFreeBytes: bavail * bsize, diskFreeFiles: files === 0 ? none : ffree };
    } catch {
      return { diskFreeBytes: none, diskFreeFiles: none };
    }
  };
  const reserves = [
    ['diskFreeBytes', DISK_RESERVE_BYTES],
    ['diskFreeFiles', DISK_RESERVE_FILES],
  ] as const;
  const watched = folders.flatMap((folder) =>
    reserves
      .filter(([limit, value]) => left(folder)[limit] > value)
      .map(([limit, value]) => ({ folder, limit, value })),
  );
  return () =>
    watched.flatMap(({ folder, limit, value }) => {
      const found = left(folder)[limit];
      return found <= value ? [[limit, value, found] as [string, number, number]] : [];
    });
}

const SIGNALS = new Map<number, string>();
for (const [name, number] of Object.entries(constants.signals)) if (!SIGNALS.has(number)) SIGNALS.set(number, name);

function fromShell(code: number | null, signal: string | null): { code: number | null; signal: string | null } {
  const name = code === null ? undefined : SIGNALS.get(code - 128);
  return name === undefined ? { code, signal } : { code: null, signal: name };
}
