import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { parseMounts } from './mounts.ts';

/** One process as the system shows it. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Tells two processes apart that had the same pid one after the other. */
  readonly started: string;
  /** Dead, waiting for its parent to look. */
  readonly zombie: boolean;
}

export interface TreeUse {
  /** Processes and threads; those of the isolation count. */
  readonly processes: number;
  /**
   * Resident memory that is not a file's, and what file systems in memory of the command's own hold, bytes. Pages that
   * processes share count once for each.
   */
  readonly memoryBytes: number;
}

/** Every process of the machine, from `/proc`. Kernel threads are included. */
export const processesFromProc = (): Process[] =>
  readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (processFromProc(Number(name)) ?? []) : []));

function processFromProc(pid: number): Process | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // proc(5): pid (comm) state ppid pgrp session …; comm may hold spaces and brackets.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (!fields || fields.length < 20) return undefined;
  return {
    pid,
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    started: fields[19]!,
    zombie: fields[0] === 'Z' || fields[0] === 'X',
  };
}

/** Every process of the machine, from `ps`, for systems without `/proc`. Sessions are not told: 0. */
export function processesFromPs(): (Process & { readonly memoryBytes: number })[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,rss=,stat=,lstart='], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    maxBuffer: 64 * 1024 * 1024,
  });
  return [...text.matchAll(/^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+)$/gm)].map((line) => ({
    pid: Number(line[1]),
    parent: Number(line[2]),
    group: Number(line[3]),
    session: 0,
    started: line[6]!.trim(),
    zombie: line[5]!.startsWith('Z'),
    memoryBytes: Number(line[4]) * 1024,
  }));
}

const processOf = (pid: number): Process | undefined =>
  process.platform === 'linux' ? processFromProc(pid) : processesFromPs().find((one) => one.pid === pid);

const processes = (): Process[] => (process.platform === 'linux' ? processesFromProc() : processesFromPs());

let shared: { readonly at: number; readonly all: readonly Process[] } | undefined;

/**
 * Every process of the machine as it was at most `SHARED_MS` ago and not before `since` (of `performance.now()`): commands that run side
 * by side are looked at together.
 */
export function recentProcesses(since: number): readonly Process[] {
  const now = performance.now();
  if (!shared || shared.at <= since || now - shared.at >= SHARED_MS) shared = { at: now, all: processes() };
  return shared.all;
}

/** A small part of the time between two looks at one command. */
const SHARED_MS = 30;

/**
 * What belongs to a command: the process it began with, what is below it, and whatever was once seen below it. A process
 * that leaves for another parent is followed if it was seen before, or is still in a session or group whose leader was.
 * Sees nothing of a process that started, left its parent and its session between two looks.
 *
 * Process ids are given again after a while, so a process is known by its id and start time, and a session or group only
 * as long as every look finds something in it: as long as it lives, its leader's id is not given again.
 */
export class ProcessTree {
  readonly #seen = new Map<number, string>();
  #led = new Set<number>();

  /** `root` must be a child of this process; one that is gone already has no tree. */
  constructor(root: number, begun = processOf(root)) {
    if (begun?.parent !== process.pid) return;
    this.#seen.set(root, begun.started);
    for (const leader of [begun.session, begun.group]) if (leader === root) this.#led.add(root);
  }

  /** The living processes of the tree now. `also` picks others by whatever the caller knows. */
  members(also: (pid: number) => boolean = () => false, all: readonly Process[] = processes()): Process[] {
    const children = Map.groupBy(all, ({ parent }) => parent);
    const sessions = Map.groupBy(all, ({ session }) => session);
    const groups = Map.groupBy(all, ({ group }) => group);
    const found = new Map<number, Process>();
    const queue = all.filter(
      (one) =>
        this.#seen.get(one.pid) === one.started ||
        this.#led.has(one.session) ||
        this.#led.has(one.group) ||
        also(one.pid),
    );
    for (let next = queue.pop(); next; next = queue.pop()) {
      if (found.has(next.pid) || next.pid === process.pid) continue;
      found.set(next.pid, next);
      this.#seen.set(next.pid, next.started);
      for (const below of [children, sessions, groups]) queue.push(...(below.get(next.pid) ?? []));
    }
    const leaders = [...found.values()].flatMap(({ session, group }) => [session, group]);
    this.#led = new Set(leaders.filter((pid) => this.#led.has(pid) || found.has(pid)));
    return [...found.values()].filter(({ zombie }) => !zombie);
  }
}

/** What the given processes use together. */
export function treeUse(members: readonly Process[]): TreeUse {
  if (process.platform !== 'linux') {
    return {
      processes: members.length,
      memoryBytes: members.reduce((sum, one) => sum + ('memoryBytes' in one ? Number(one.memoryBytes) : 0), 0),
    };
  }
  let count = 0;
  let memoryBytes = memoryFiles(members);
  for (const { pid } of members) {
    const status = read(`/proc/${pid}/status`);
    if (status === undefined) continue;
    count += Number(/^Threads:\s*(\d+)/m.exec(status)?.[1] ?? 1);
    for (const line of status.matchAll(/^Rss(?:Anon|Shmem):\s*(\d+) kB/gm)) memoryBytes += Number(line[1]) * 1024;
  }
  return { processes: count, memoryBytes };
}

/** Of statfs(2). */
const TMPFS = 0x01021994;

/** What the file systems in memory hold that the innermost of the given processes sees and this one does not, bytes. */
function memoryFiles(members: readonly Process[]): number {
  let inside: number | undefined;
  let mounts: string | undefined;
  for (const { pid } of innermost(members)) {
    inside = pid;
    mounts = read(`/proc/${pid}/mountinfo`);
    if (mounts) break;
  }
  if (!mounts) return 0;
  const own = new Set(memoryMounts(read('/proc/self/mountinfo') ?? '').map(({ device }) => device));
  let bytes = 0;
  for (const { device, path } of memoryMounts(mounts)) {
    if (own.has(device)) continue;
    own.add(device);
    try {
      const at = `/proc/${inside}/root${path}`;
      const isThere = (): boolean => deviceName(statSync(at).dev) === device;
      // Covered by another mount, it is not what is found there; while mounts are made and taken away, it may be so between two looks.
      if (!isThere()) continue;
      const { type, blocks, bfree, bsize } = statfsSync(at);
      if (type === TMPFS && isThere()) bytes += (blocks - bfree) * bsize;
    } catch {
      // The process has ended.
    }
  }
  return bytes;
}

/** `major:minor` of a device number as Linux packs it (makedev(3)). */
const deviceName = (device: number): string =>
  `${(device >>> 8) & 0xfff}:${(device & 0xff) | ((device >>> 12) & 0xfff00)}`;

const memoryMounts = (mountinfo: string): { readonly device: string; readonly path: string }[] =>
  parseMounts(mountinfo).filter(({ type }) => type === 'tmpfs');

/** Those of the given processes that are in the most process namespaces: the command's own, not what isolates it. */
export function innermost(members: readonly Process[]): Process[] {
  const depths = members.map(({ pid }) => {
    const line = /^NSpid:(.*)$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
    return line === undefined ? 0 : line.trim().split(/\s+/).length;
  });
  const deepest = Math.max(...depths);
  return members.filter((_one, index) => depths[index] === deepest);
}

/** Whether the environment a process was started with holds `text`. False where it may not be read. Linux only. */
export function environmentHolds(pid: number, text: string): boolean {
  return read(`/proc/${pid}/environ`)?.includes(text) ?? false;
}

/** Sends a signal to the groups of the given processes, and to each of them. */
export function signalAll(members: readonly Process[], signal: NodeJS.Signals): void {
  // A group is signalled in one step, so nothing forks away meanwhile.
  const own = new Set(members.map(({ pid }) => pid));
  for (const group of new Set(members.map((one) => one.group))) if (own.has(group)) send(-group, signal);
  for (const { pid } of members) send(pid, signal);
}

export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already, or never ours to signal; the next look at the tree tells.
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
