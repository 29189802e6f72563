import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { fail, LIMITS, ok, type Result, readRegular, utf8Of } from '../base/index.ts';
import { isSystemError, writeDurably } from './system.ts';

/**
 * One writer at a time. The lock is the folder `locks/held`; it is made elsewhere with its owner's name in it and renamed
 * into place, which succeeds only where there is none, so it is never seen half made. A dead owner's lock is renamed to a
 * name that its token gives: of two that find it dead, the second finds that name taken and cannot move the first's fresh
 * lock by mistake.
 */

const POLL_MS = 20;
/** A lock let go of between two looks is tried again at once, so many times at most. */
const FREE_TRIES = 100;
/** Left-over folders of dead processes are kept this long; whoever still acts on one has long finished. */
const KEEP_MS = 3_600_000;

interface Owner {
  readonly token: string;
  readonly pid: number;
  readonly thread: number;
  readonly host: string;
  /** Undefined where the system does not tell (no /proc). */
  readonly boot?: string;
  readonly namespace?: string;
  readonly start?: string;
}

/** Takes the lock of a store and gives the function that lets go of it. Refuses with `integrate/locked` after `waitMs`. */
export function takeLock(store: string, waitMs: number): Result<() => void> {
  const locks = join(store, 'locks');
  mkdirSync(locks, { recursive: true, mode: 0o700 });
  const owner = self();
  const mine = join(locks, owner.token);
  const held = join(locks, 'held');
  mkdirSync(mine, { mode: 0o700 });
  const until = performance.now() + waitMs;
  try {
    writeDurably(join(mine, 'owner.json'), Buffer.from(JSON.stringify(owner)), { mode: 0o600 });
    for (let tries = 0; !moved(mine, held); tries++) {
      const other = readOwner(held);
      if (other === undefined && tries < FREE_TRIES) continue;
      if (other !== undefined && isDead(other)) moved(held, join(locks, `broken-${other.token}`));
      else if (performance.now() >= until) {
        rmSync(mine, { recursive: true, force: true });
        const who = other === undefined ? 'a lock that cannot be read' : `process ${other.pid} on ${other.host}`;
        return fail('integrate/locked', `expected to be the only writer within ${waitMs} ms, found ${who}`, {
          suggestion: `Wait for it. Where it no longer runs, remove ${held}.`,
        });
      } else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
    }
  } catch (error) {
    rmSync(mine, { recursive: true, force: true });
    throw error;
  }
  return ok(() => {
    try {
      if (readOwner(held)?.token === owner.token && moved(held, mine)) rmSync(mine, { recursive: true, force: true });
      sweep(locks);
    } catch (error) {
      // What was done under the lock stands. A lock that cannot be let go of is a dead one when this process ends.
      if (!isSystemError(error)) throw error;
    }
  });
}

/** Renames a folder where the target does not exist (or is empty); false where it does, or the folder is gone. */
function moved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (isSystemError(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) return false;
    throw error;
  }
}

/** Undefined where the lock was let go of just now, or is none of ours. */
function readOwner(held: string): Owner | undefined {
  try {
    const bytes = readRegular(join(held, 'owner.json'), LIMITS.fileBytes);
    const owner = (bytes ? JSON.parse(utf8Of(bytes)) : null) as Partial<Owner> | null;
    const whole =
      typeof owner?.token === 'string' &&
      /^[\w-]+$/.test(owner.token) &&
      typeof owner.host === 'string' &&
      Number.isSafeInteger(owner.pid) &&
      (owner.pid as number) > 0;
    return whole ? (owner as Owner) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || isSystemError(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

function self(): Owner {
  const start = processStart(process.pid);
  const namespace = pidNamespace();
  const boot = bootId();
  return {
    token: `${process.pid}-${randomBytes(6).toString('hex')}`,
    pid: process.pid,
    thread: threadId,
    host: hostname(),
    ...(boot === undefined ? {} : { boot }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(start === undefined ? {} : { start }),
  };
}

/** Only what is sure counts as dead; a process that cannot be seen from here (another host, another container) does not. */
function isDead(owner: Owner): boolean {
  if (owner.host !== hostname()) return false;
  const boot = bootId();
  if (boot !== undefined && owner.boot !== undefined && boot !== owner.boot) return true;
  if (owner.namespace !== pidNamespace()) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (isSystemError(error, 'ESRCH')) return true;
  }
  // The process may be a zombie, or another one that was given the number again.
  if (owner.start !== undefined && processStart(owner.pid) !== owner.start) return true;
  // Work under the lock is synchronous, so this thread's own lock is one it failed to let go of.
  return owner.pid === process.pid && owner.thread === threadId;
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

const bootId = (): string | undefined => readProc('/proc/sys/kernel/random/boot_id');

function pidNamespace(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined;
  }
}

/** When a process started, in clock ticks since boot (proc(5), field 22 of stat); undefined for one that has ended. */
function processStart(pid: number): string | undefined {
  // The name in parentheses may hold anything, so fields are counted after its end.
  const fields = readProc(`/proc/${pid}/stat`)
    ?.replace(/^.*\)\s/s, '')
    .split(' ');
  return fields === undefined || fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

function sweep(locks: string): void {
  for (const name of readdirSync(locks)) {
    if (name === 'held') continue;
    const path = join(locks, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat !== undefined && Date.now() - stat.mtimeMs >= KEEP_MS) rmSync(path, { recursive: true, force: true });
  }
}
