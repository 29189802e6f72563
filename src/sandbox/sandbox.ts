import { randomUUID } from 'node:crypto';
import { realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { failed, type Issue, noEvents, ok, type Result } from '../base/index.ts';
import { openingOf, resolveAccess } from './access.ts';
import { environment, type Folders, removeFolder, sandboxFolders } from './environment.ts';
import type { Isolation, Prepared } from './isolation.ts';
import { DEFAULT_LIMITS, PROCESS_SLACK } from './limits.ts';
import { namespaces } from './namespaces.ts';
import { notStarted, observe, refusal } from './observe.ts';
import { restricted } from './restricted.ts';
import { commandScript, tooLong } from './script.ts';
import { strong } from './strong.ts';
import type {
  Access,
  Command,
  IsolationLevel,
  IsolationSupport,
  Observation,
  Sandbox,
  SandboxOptions,
} from './types.ts';

const LEVELS: readonly Isolation[] = [strong, namespaces, restricted];

const probes = new Map<IsolationLevel, Promise<string | undefined>>();

/**
 * Which levels this machine gives, strongest first. Each is tried once by starting a command in it; the answers are kept
 * for the life of the process.
 */
export function support(): Promise<readonly IsolationSupport[]> {
  return Promise.all(
    LEVELS.map(async (isolation) => {
      const problem = await probe(isolation);
      return {
        level: isolation.level,
        available: problem === undefined,
        reason: problem ?? 'a command was started in it',
        doesNotContain: isolation.doesNotContain,
      };
    }),
  );
}

/**
 * Opens the first of the given levels that this machine gives. The levels that were passed over are told as issues of
 * severity `info`. Fails where none is left, or where `access` names what is not there.
 */
export async function openSandbox(options: SandboxOptions): Promise<Result<Sandbox>> {
  const openings = resolveAccess(options.access);
  if (!openings.ok) return openings;
  const passed: Issue[] = [];
  for (const level of options.levels) {
    const isolation = LEVELS.find((one) => one.level === level);
    const problem = isolation ? await probe(isolation) : "it is for assay's own tools only";
    if (isolation && problem === undefined) {
      const folders = sandboxFolders();
      const prepared = await isolation.prepare(openings.value, folders);
      if (prepared.ok) return ok(new OpenSandbox(isolation.level, prepared.value, folders, options), passed);
      removeFolder(folders.base);
      passed.push(...prepared.issues.map((issue) => ({ ...issue, severity: 'info' as const })));
    } else {
      passed.push({ code: `sandbox/${level}`, message: `isolation ${level}: ${problem}`, severity: 'info' });
    }
  }
  return failed(
    {
      code: 'sandbox/no-isolation',
      message: `expected isolation of level ${options.levels.join(' or ') || '(none was named)'}, this machine does not give it`,
      severity: 'error',
      suggestion: 'on Linux allow user namespaces or install bubblewrap; `assay doctor` tells what is missing',
    },
    ...passed,
  );
}

/** Why a level cannot be had on this machine; undefined where it can. */
function probe(isolation: Isolation): Promise<string | undefined> {
  const known = probes.get(isolation.level);
  if (known) return known;
  const asked = (async () => {
    const folders = sandboxFolders();
    const access: Access = { read: [], write: [], network: false };
    const openings = resolveAccess(access);
    const prepared = openings.ok ? await isolation.prepare(openings.value, folders) : openings;
    if (!prepared.ok) {
      removeFolder(folders.base);
      return prepared.issues.map(({ message }) => message).join('; ');
    }
    const sandbox = new OpenSandbox(isolation.level, prepared.value, folders, { access, levels: [] });
    const seen = await sandbox.run({ argv: ['true'], cwd: folders.home, limits: { ms: 20_000 } });
    await sandbox.close();
    if (seen.issue) return seen.issue.message;
    return seen.exitCode === 0 ? undefined : `a trivial command ended with ${seen.exitCode ?? seen.signal}`;
  })();
  probes.set(isolation.level, asked);
  return asked;
}

class OpenSandbox implements Sandbox {
  readonly level: IsolationLevel;
  readonly #prepared: Prepared;
  readonly #folders: Folders;
  readonly #options: SandboxOptions;
  readonly #running = new Set<Promise<Observation>>();
  readonly #closing = new AbortController();
  #count = 0;

  constructor(level: IsolationLevel, prepared: Prepared, folders: Folders, options: SandboxOptions) {
    this.level = level;
    this.#prepared = prepared;
    this.#folders = folders;
    this.#options = options;
  }

  async run(command: Command): Promise<Observation> {
    const events = this.#options.events ?? noEvents;
    events({ type: 'command-start', command: command.argv, isolation: this.level });
    const running = this.#observe(command);
    this.#running.add(running);
    const seen = await running;
    this.#running.delete(running);
    for (const hit of seen.limits) events({ type: 'limit-hit', ...hit });
    events({ type: 'command-end', command: command.argv, exitCode: seen.exitCode, ms: seen.ms });
    return seen;
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await Promise.all(this.#running);
    await this.#prepared.close();
    removeFolder(this.#folders.base);
  }

  async #observe(command: Command): Promise<Observation> {
    // The mark travels in the environment, where a process keeps it unless it takes pains to lose it.
    const mark = this.#prepared.leaky ? `ASSAY_COMMAND=${randomUUID()}` : undefined;
    const env = {
      ...environment(this.#folders, command.env),
      ...(mark === undefined ? {} : { ASSAY_COMMAND: mark.slice('ASSAY_COMMAND='.length) }),
    };
    const limits = { ...DEFAULT_LIMITS, ...command.limits };
    const cwd = realFolder(command.cwd);
    const problem = this.#closing.signal.aborted ? CLOSED : this.#problemOf(command, cwd, env);
    if (problem || cwd === undefined) return notStarted(command.argv, this.level, problem ?? CLOSED);
    const script = join(this.#folders.scripts, `${++this.#count}.sh`);
    const processes = this.#prepared.countsProcesses ? limits.processes + PROCESS_SLACK : undefined;
    writeFileSync(script, commandScript({ argv: command.argv, cwd, env, limits, processes }), { mode: 0o600 });
    const seen = await observe({
      argv: command.argv,
      isolation: this.level,
      ...this.#prepared.launch(script),
      cwd: this.#folders.base,
      stdin: command.stdin,
      limits,
      report: true,
      throughShell: this.#prepared.throughShell,
      mark,
      disks: [this.#folders.base, ...this.#options.access.write],
      abort: this.#closing.signal,
    });
    rmSync(script, { force: true });
    return seen;
  }

  #problemOf(command: Command, cwd: string | undefined, env: Readonly<Record<string, string>>): Issue | undefined {
    const [program = ''] = command.argv;
    if (program === '') return start('expected a program to run, got an empty argv', 'name a program');
    if (program.includes('=')) return start(`a program name with "=" cannot be started: ${program}`, 'rename it');
    const texts = [...command.argv, ...Object.entries(env).flat()];
    if (texts.some((text) => text.includes('\0'))) {
      return start(`an argument or variable of ${program} holds a NUL byte`, 'pass such bytes by standard input');
    }
    const name = Object.keys(env).find((one) => one === '' || one.includes('='));
    if (name !== undefined) return start(`${JSON.stringify(name)} is no name of a variable`, 'leave it out');
    const long = tooLong(command.argv, env);
    if (long !== undefined) return start(`too much to start ${program} with: ${long}`, 'pass a file');
    if (cwd === undefined) return start(`the working folder ${command.cwd} is not a folder`, 'give one that exists');
    const { openings } = this.#prepared;
    if (openings && !openingOf(openings, cwd)) {
      return start(`the working folder ${command.cwd} is not among what the sandbox may read`, 'add it to the access');
    }
    return undefined;
  }
}

const start = (message: string, suggestion: string): Issue => refusal('sandbox/start', message, suggestion);

const CLOSED = start('the sandbox is closed', 'open another');

function realFolder(path: string): string | undefined {
  if (!isAbsolute(path) || path.includes('\0')) return undefined;
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  return realpathSync(path);
}
