import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fail, ok } from '../base/index.ts';
import { isWithin, systemPaths, widen } from './access.ts';
import type { Isolation } from './isolation.ts';
import { MACHINE_PROC } from './namespaces.ts';
import { findProgram, toolPath } from './tool.ts';

type Manager = typeof import('@anthropic-ai/sandbox-runtime').SandboxManager;

let manager: Promise<Manager> | undefined;

const NETWORK = { allowedDomains: [], deniedDomains: [] };

/** Loaded late: it takes 0.15 s. What it is told here holds for all sandboxes; what differs is told with each. */
async function load(ripgrep: string, bwrapPath: string | undefined): Promise<Manager> {
  const { SandboxManager } = await import('@anthropic-ai/sandbox-runtime');
  SandboxManager.updateConfig({
    network: NETWORK,
    filesystem: { denyRead: ['/'], allowWrite: [], denyWrite: [] },
    ripgrep: { command: ripgrep },
    ...(bwrapPath === undefined ? {} : { bwrapPath }),
  });
  return SandboxManager;
}

/** What sandbox-runtime makes writable in every sandbox, where it exists. */
const SHARED = ['/tmp/claude', '/private/tmp/claude'];

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
    const rg = await toolPath('rg');
    if (!rg.ok) return rg;
    manager ??= load(rg.value, bwrap);
    try {
      const runtime = await manager;
      const helpers = fileURLToPath(new URL('../vendor/seccomp', import.meta.resolve('@anthropic-ai/sandbox-runtime')));
      const all = widen(openings, [...systemPaths(), folders.scripts], [folders.home, folders.temporary]);
      const literal = (path: string): { path: string; literal: true } => ({ path, literal: true });
      const writable = all.paths.filter((opening) => opening.writable).map(({ path }) => path);
      const filesystem = {
        denyRead: process.platform === 'linux' ? ['/'] : ['/Users', '/Volumes', '/private/tmp', '/private/var'],
        allowRead: [...all.paths.filter((opening) => !opening.writable).map(({ path }) => path), helpers].map(literal),
        allowWrite: writable.map(literal),
        denyWrite: [
          ...all.paths
            .filter((opening) => !opening.writable && writable.some((folder) => isWithin(opening.path, folder)))
            .map(({ path }) => literal(path)),
          ...SHARED.filter((path) => existsSync(path)),
        ],
      };
      const wrapped = await runtime.wrapWithSandbox('exec /bin/sh "$ASSAY_SCRIPT"', '/bin/sh', {
        network: NETWORK,
        filesystem,
      });
      const closed = closeMachineProc(wrapped);
      if (closed === undefined) {
        runtime.cleanupAfterCommand();
        return refused('this version of sandbox-runtime mounts /proc in a way that is not known here');
      }
      return ok({
        launch: (script) => ({
          file: '/bin/sh',
          args: ['-c', closed],
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

/**
 * bubblewrap covers `/proc/sys` only where the folder itself may be written, which it never may; so under the machine's
 * root every setting in it stays open (seen with bubblewrap 0.8 and sandbox-runtime 0.0.83). Undefined where the place to
 * add the mounts is not found.
 */
function closeMachineProc(wrapped: string): string | undefined {
  if (process.platform !== 'linux' || process.geteuid?.() !== 0) return wrapped;
  const parts = wrapped.split(' --proc /proc ');
  if (parts.length !== 2) return undefined;
  const covers = MACHINE_PROC.map((name) => `--ro-bind-try /proc/${name} /proc/${name}`).join(' ');
  return `${parts[0]} --proc /proc ${covers} ${parts[1]}`;
}
