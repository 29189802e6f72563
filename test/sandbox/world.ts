import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type ListenOptions, type Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { type CommandLimits, type IsolationLevel, type Observation, removeWritten } from '../../src/sandbox/index.ts';

export const TOKEN = 'token-of-the-parent';
export const SECRET = 'planted-secret';

/** What a home folder and a project keep to themselves. */
export const HOME_SECRETS = [
  '.ssh/id_ed25519',
  '.npmrc',
  '.aws/credentials',
  '.config/gh/hosts.yml',
  '.bash_history',
  '.bashrc',
  '.git/hooks/pre-commit',
  '.env',
] as const;

let worlds = 0;

const listening = (server: Server, at: ListenOptions): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject).listen(at, () => {
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : 0);
    });
  });

/** Where worlds are: what is in `trees` and `shared` may be reached, what is in `outside` may not. */
export const newBase = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'assay-worlds-')));

/** What a program can try to reach; made anew for every case. */
export class World {
  readonly #name = String(++worlds);
  readonly base: string;
  /** Writable, and the working folder. */
  readonly tree: string;
  /** Readable. */
  readonly shared: string;
  /** Not named at all. */
  readonly outside: string;
  readonly victim: ChildProcess = spawn('sleep', ['1000'], { stdio: 'ignore' });
  readonly #server: Server = createServer((socket) => {
    this.connections += 1;
    socket.on('error', () => {}).destroy();
  });
  /** A server in the folder that may not be reached, and one with an abstract name. */
  readonly #sockets: Server[] = [];
  readonly #datagrams: Socket = createSocket('udp4', () => {
    this.connections += 1;
  });
  /** To any of the servers, datagrams too. */
  connections = 0;
  port = 0;
  datagramPort = 0;
  /** Nobody listens on it. */
  freePort = 0;

  constructor(base: string) {
    this.base = base;
    this.tree = join(base, 'trees', this.#name);
    this.shared = join(base, 'shared', this.#name);
    this.outside = join(base, 'outside', this.#name);
  }

  async open(): Promise<this> {
    for (const folder of [this.tree, this.shared, this.outside]) mkdirSync(folder, { recursive: true });
    writeFileSync(join(this.shared, 'note.txt'), 'shared');
    writeFileSync(join(this.outside, 'secret.txt'), SECRET);
    symlinkSync(join(this.outside, 'secret.txt'), join(this.tree, 'link.txt'));
    for (const path of HOME_SECRETS) {
      const place = join(this.outside, path);
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, SECRET);
    }
    this.port = await listening(this.#server, { port: 0, host: '127.0.0.1' });
    const other = createServer();
    this.freePort = await listening(other, { port: 0, host: '127.0.0.1' });
    other.close();
    await new Promise<void>((resolve) => this.#datagrams.bind(0, '127.0.0.1', resolve));
    this.datagramPort = this.#datagrams.address().port;
    const abstract = process.platform === 'linux' ? [`\0${this.abstractName()}`] : [];
    for (const path of [join(this.outside, 'socket'), ...abstract]) {
      const server = createServer((socket) => {
        this.connections += 1;
        socket.on('error', () => {}).destroy();
      });
      await listening(server, { path });
      this.#sockets.push(server);
    }
    return this;
  }

  env(): Record<string, string> {
    return {
      SHARED: this.shared,
      OUTSIDE: this.outside,
      PORT: String(this.port),
      DATAGRAM_PORT: String(this.datagramPort),
      FREE_PORT: String(this.freePort),
      ABSTRACT: this.abstractName(),
      VICTIM: String(this.victim.pid),
      REAL_HOME: homedir(),
      TEST_PID: String(process.pid),
    };
  }

  abstractName(): string {
    return `assay-${process.pid}-${this.#name}`;
  }

  victimLives(): boolean {
    return this.victim.exitCode === null && this.victim.signalCode === null;
  }

  secret(): string | undefined {
    const path = join(this.outside, 'secret.txt');
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }

  async close(): Promise<void> {
    this.victim.kill('SIGKILL');
    for (const server of [this.#server, ...this.#sockets]) server.close();
    this.#datagrams.close();
    for (const folder of [this.tree, this.shared, this.outside]) removeWritten(folder);
  }
}

export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Processes of this machine whose command line holds `mark`. */
export function processesWith(mark: string): string[] {
  const all = execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' });
  return all.split('\n').filter((line) => line.includes(mark) && !line.includes('ps -A'));
}

export interface Case {
  readonly name: string;
  /** What a hostile program is after. */
  readonly kind?: 'resources' | 'reading' | 'writing' | 'network' | 'processes' | 'machine' | 'report';
  /** JavaScript for `node -e`, or a whole argv. */
  readonly program: string | readonly string[];
  readonly limits?: Partial<CommandLimits>;
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: (world: World) => string;
  /** Why the case cannot be tried here; undefined where it can. */
  readonly skip?: (level: IsolationLevel) => string | undefined;
  /** What is done from outside while it runs. */
  readonly during?: (world: World) => Promise<void>;
  /** What must hold where the program is contained. */
  readonly check: (seen: Observation, world: World) => void | Promise<void>;
  /** What `restricted` says about it, and what then happens there instead of `check`. */
  readonly escapes?: {
    readonly sentence: RegExp;
    readonly check: (seen: Observation, world: World) => void | Promise<void>;
  };
}

/** What a failed test shows: all but the bytes. */
export const outline = (seen: Observation): object => ({
  exitCode: seen.exitCode,
  signal: seen.signal,
  limits: seen.limits,
  issue: seen.issue,
  stderr: text(seen.stderr).slice(-500),
});

export const ended = (seen: Observation, exitCode: number): void =>
  expect(outline(seen)).toMatchObject({ exitCode, signal: null, limits: [], issue: undefined });

export const killed = (seen: Observation, limit: string, value: number): void => {
  expect(seen.limits.map((one) => one.limit)).toEqual([limit]);
  expect(seen.limits[0]).toMatchObject({ value });
  expect(seen.limits[0]!.found).toBeGreaterThanOrEqual(value);
  expect(seen.exitCode).toBeNull();
};

export const onLinux = (): string | undefined => (process.platform === 'linux' ? undefined : 'needs /proc');
export const asRoot = (): string | undefined => (process.getuid?.() === 0 ? onLinux() : 'only root owns the settings');
