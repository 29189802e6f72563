import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, ok } from '../base/index.ts';
import { isWithin, type Opening, type Openings, openingOf, systemPaths, widen } from './access.ts';
import type { Isolation } from './isolation.ts';
import { MACHINE_PROC } from './namespaces.ts';
import { quote } from './script.ts';
import { findProgram } from './tool.ts';

type Manager = typeof import('@anthropic-ai/sandbox-runtime').SandboxManager;

let manager: Promise<Manager> | undefined;

const NETWORK = { allowedDomains: [], deniedDomains: [] };

/** Loaded late: it takes 0.15 s. What it is told here holds for all sandboxes; what differs is told with each. */
async function load(bwrapPath: string | undefined): Promise<Manager> {
  const { SandboxManager } = await import('@anthropic-ai/sandbox-runtime');
  SandboxManager.updateConfig({
    network: NETWORK,
    filesystem: { denyRead: ['/'], allowWrite: [], denyWrite: [] },
    // It searches assay's working folder for files to protect. No command may write there (see `prepare`), and the
    // folder may be large: there is nothing to find.
    ripgrep: { command: 'true' },
    ...(bwrapPath === undefined ? {} : { bwrapPath }),
  });
  return SandboxManager;
}

/** What sandbox-runtime opens for writing in every sandbox, where it exists and nobody asked for it. */
const shared = (openings: Openings): string[] =>
  ['/tmp/claude', '/private/tmp/claude'].filter((path) => existsSync(path) && !openingOf(openings, path));

/**
 * sandbox-runtime: bubblewrap and a filter of system calls on Linux, Seatbelt on macOS. Its manager is one for the
 * process, and what it keeps is the network's: proxies for what is allowed. Nothing is allowed here, so it is never
 * started; each sandbox has its own rules for files, wrapped once and run many times.
 */
export const strong: Isolation = {
  level: 'strong',
  doesNotContain: [
    'A defect of the kernel in the system calls that are left to it.',
    'Processor time, but for the time limit.',
    'Memory, processes and disk between two looks (100 ms apart), and memory in files that no process has mapped.',
  ],
  async prepare(openings, folders) {
    const refused = (message: string, suggestion?: string) =>
      fail('sandbox/strong', message, suggestion === undefined ? {} : { suggestion });
    if (process.platform !== 'linux' && process.platform !== 'darwin') {
      return refused(`sandbox-runtime is used on Linux and macOS, this is ${process.platform}`);
    }
    if (openings.network) return refused('sandbox-runtime opens the network by domain, not as a whole');
    if (process.platform !== 'linux' && alternates(openings))
      return refused('sandbox-runtime cannot open a folder for writing within a closed part of another');
    const own = process.cwd();
    if (openings.paths.some(({ path, writable }) => writable && isWithin(own, path))) {
      return refused(
        `sandbox-runtime leaves placeholder files in ${own} while a command may write there`,
        'let commands write a copy of the tree',
      );
    }
    const bwrap = process.platform === 'linux' ? findProgram('bwrap', `${process.env.PATH}:/usr/bin`) : undefined;
    if (process.platform === 'linux' && bwrap === undefined) {
      return refused('expected bubblewrap (bwrap) on the PATH, found none', 'install bubblewrap');
    }
    manager ??= load(bwrap);
    try {
      const runtime = await manager;
      const all = widen(openings, [...systemPaths(), folders.scripts], [folders.home, folders.temporary]);
      const rules = { network: NETWORK, filesystem: rulesOf(all) };
      const wrapped = await again(() => runtime.wrapWithSandbox('exec /bin/sh "$ASSAY_SCRIPT"', '/bin/sh', rules));
      const whole = process.platform === 'linux' ? complete(wrapped, all) : wrapped;
      if (whole === undefined) {
        runtime.cleanupAfterCommand();
        return refused(
          'sandbox-runtime has no filter of system calls for this machine, or mounts /proc in an unknown way',
        );
      }
      return ok({
        launch: (script) => ({
          file: '/bin/sh',
          args: ['-c', whole],
          env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', ASSAY_SCRIPT: script },
        }),
        openings: all,
        countsProcesses: process.platform === 'linux',
        throughShell: true,
        leaky: process.platform !== 'linux',
        close: async () => runtime.cleanupAfterCommand(),
      });
    } catch (error) {
      return refused(`sandbox-runtime does not work here: ${(error as Error).message}`);
    }
  },
};

/** sandbox-runtime looks for a shell with `which` and gives that one second, which is not always enough on a busy machine. */
async function again<T>(step: () => Promise<T>, attempts = 3): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (attempts <= 1) throw error;
    return again(step, attempts - 1);
  }
}

/** The openings as rules of sandbox-runtime: what may be read is taken back from what may not, what may be written added. */
function rulesOf(openings: Openings) {
  const linux = process.platform === 'linux';
  // On Linux an opening in another one is mounted afterwards, see `complete`.
  const outer = openings.paths.filter((one) => !linux || holderOf(one, openings) === undefined);
  const literal = ({ path }: Pick<Opening, 'path'>): { path: string; literal: true } => ({ path, literal: true });
  const readable = outer.filter(({ writable }) => !writable);
  const helpers = fileURLToPath(new URL('../vendor/seccomp', import.meta.resolve('@anthropic-ai/sandbox-runtime')));
  const closed = linux ? [] : shared(openings);
  return {
    denyRead: [...(linux ? ['/'] : ['/Users', '/Volumes', '/private/tmp', '/private/var']), ...closed],
    allowRead: [...readable, { path: helpers }].map(literal),
    allowWrite: outer.filter(({ writable }) => writable).map(literal),
    denyWrite: [...readable.filter((one) => holderOf(one, openings)?.writable).map(literal), ...closed],
  };
}

/** Namespaces that sandbox-runtime does not ask for. */
const OWN = ['--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'];

/**
 * What is wanted of bubblewrap beyond what sandbox-runtime asks of it (seen with 0.8 and 0.0.83). Undefined where the place
 * to add it is not found, or the filter of system calls is missing: it goes on without where it has none.
 *
 * - bubblewrap covers `/proc/sys` only where the folder itself may be written, which it never may; so under the machine's
 *   root every setting in it stays open.
 * - A folder that programs of sandbox-runtime share is writable, and what is denied of it stays readable.
 * - It leaves the machine's shared memory, semaphores and name where they are.
 * - An opening within another one comes after it; sandbox-runtime puts what may be read over what may be written.
 * - A path is mounted where it really is; its other names are links on the way, hidden with the folder that holds them.
 * - Without `exec` a shell stands between assay and bubblewrap, and bubblewrap does not end with assay.
 */
function complete(wrapped: string, openings: Openings): string | undefined {
  const parts = wrapped.split(' --proc /proc ');
  if (parts.length !== 2 || !wrapped.includes('/apply-seccomp ')) return undefined;
  const covers =
    process.geteuid?.() === 0 ? MACHINE_PROC.map((name) => `--ro-bind-try /proc/${name} /proc/${name}`) : [];
  const links = openings.links
    // Links in the root are there: it is the folders in it that are hidden.
    .filter(({ path }) => dirname(path) !== '/')
    .map(({ path, target }) => `--symlink ${quote(target)} ${quote(path)}`);
  const hidden = shared(openings);
  const inner = openings.paths
    .filter((one) => holderOf(one, openings) !== undefined || hidden.some((path) => isWithin(one.path, path)))
    .map(({ path, writable }) => `${writable ? '--bind' : '--ro-bind'} ${quote(path)} ${quote(path)}`);
  const empty = hidden.map((path) => `--tmpfs ${path}`);
  return ['exec', parts[0], ...OWN, '--proc /proc', ...covers, ...empty, ...inner, ...links, parts[1]].join(' ');
}

/** The innermost opening that another one lies in. */
const holderOf = (opening: Opening, { paths }: Openings): Opening | undefined =>
  paths.findLast((other) => other.path !== opening.path && isWithin(opening.path, other.path));

/** Whether a writable opening lies in a closed part of another one: sandbox-runtime's deny has no exception. */
const alternates = (openings: Openings): boolean =>
  openings.paths.some((inner) => {
    const middle = inner.writable ? holderOf(inner, openings) : undefined;
    return middle !== undefined && holderOf(middle, openings) !== undefined;
  });
