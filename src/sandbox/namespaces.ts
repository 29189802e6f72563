import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fail, ok } from '../base/index.ts';
import { isWithin, type Opening, type Openings, openingOf, systemPaths, widen } from './access.ts';
import { type Folders, searchPath } from './environment.ts';
import type { Isolation } from './isolation.ts';
import { type Mount, parseMounts } from './mounts.ts';
import { quote } from './script.ts';
import { findProgram } from './tool.ts';

/**
 * Parts of `/proc` that belong to the machine. Where assay runs as the machine's root, their files could be written
 * from inside: the kernel checks the owner there, not capabilities. `core_pattern` alone would be a way out.
 */
export const MACHINE_PROC = ['sys', 'sysrq-trigger', 'irq', 'bus', 'fs', 'acpi', 'scsi'] as const;

const TOOLS = ['unshare', 'setpriv', 'mount', 'umount', 'pivot_root'] as const;

/**
 * Linux namespaces by util-linux alone. `unshare` starts a shell as process 1 of new user, mount, process, network, IPC,
 * UTS and cgroup namespaces; the shell builds a root that holds the openings and nothing else, moves into it, and runs
 * the command in one more user namespace, in which it has no right over the mounts. Everything in the process namespace
 * ends with process 1, process 1 with `unshare`, and `unshare` with assay.
 */
export const namespaces: Isolation = {
  level: 'namespaces',
  doesNotContain: [
    'A defect of the kernel: system calls are not filtered.',
    'Unix domain sockets in the folders it may read: it can connect to them.',
    'Processor time, but for the time limit.',
    'Memory, processes and disk between two looks (100 ms apart), and memory in files that no process has mapped.',
  ],
  async prepare(openings, folders) {
    if (process.platform !== 'linux')
      return fail('sandbox/namespaces', `namespaces are Linux, this is ${process.platform}`);
    const missing = TOOLS.filter((tool) => findProgram(tool, searchPath()) === undefined);
    if (missing.length > 0) {
      return fail('sandbox/namespaces', `expected ${missing.join(', ')} of util-linux in ${searchPath()}`, {
        suggestion: 'install util-linux',
      });
    }
    const all = widen(openings, [...systemPaths(), folders.scripts], [folders.home, folders.temporary]);
    const root = join(folders.base, 'root');
    const table = join(folders.base, 'fstab');
    const setup = join(folders.base, 'setup.sh');
    try {
      layOutRoot(root, all, folders);
    } catch (error) {
      return fail('sandbox/namespaces', `the root of the sandbox could not be laid out: ${(error as Error).message}`);
    }
    const mounts = parseMounts(readFileSync('/proc/self/mountinfo', 'latin1'));
    writeFileSync(table, mountTable(root, all, folders, mounts));
    writeFileSync(setup, setupScript(root, table, all, mounts));
    const namespacesOf = ['--user', '--map-root-user', '--mount', '--pid', '--ipc', '--uts', '--cgroup'];
    return ok({
      launch: (script) => ({
        file: 'setpriv',
        args: [
          ...['--pdeathsig', 'KILL', '--', 'unshare', ...namespacesOf],
          ...(openings.network ? [] : ['--net']),
          ...['--fork', '--kill-child=SIGKILL', '--', '/bin/sh', setup, script],
        ],
        env: { PATH: searchPath(), LC_ALL: 'C' },
      }),
      openings: all,
      countsProcesses: true,
      throughShell: true,
      leaky: false,
      close: async () => {},
    });
  },
};

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty'] as const;

/**
 * The root that commands see, made once: a folder or an empty file to mount on for everything that will be there. Nothing
 * is left to make when a command starts.
 */
function layOutRoot(root: string, openings: Openings, folders: Folders): void {
  for (const folder of ['proc', 'tmp', 'dev/pts', 'dev/shm']) mkdirSync(join(root, folder), { recursive: true });
  for (const name of DEVICES) writeFileSync(join(root, 'dev', name), '');
  for (const [fd, name] of ['stdin', 'stdout', 'stderr'].entries()) {
    symlinkSync(`/proc/self/fd/${fd}`, join(root, 'dev', name));
  }
  symlinkSync('/proc/self/fd', join(root, 'dev/fd'));
  symlinkSync('pts/ptmx', join(root, 'dev/ptmx'));
  const mounted: Opening[] = [];
  // What is mounted in the private /tmp is mounted on something in the folder behind it.
  const place = (path: string): string =>
    isWithin(path, '/tmp') ? join(folders.temporary, relative('/tmp', path)) : join(root, path);
  for (const opening of openings.paths) {
    const holder = mounted.findLast((other) => isWithin(opening.path, other.path));
    mounted.push(opening);
    if (holder) continue;
    mkdirSync(opening.folder ? place(opening.path) : dirname(place(opening.path)), { recursive: true });
    if (!opening.folder) writeFileSync(place(opening.path), '');
  }
  for (const { path, target } of openings.links) {
    mkdirSync(dirname(place(path)), { recursive: true });
    symlinkSync(target, place(path));
  }
}

/** What is mounted where, as fstab(5): one `mount` does it all. */
function mountTable(root: string, openings: Openings, folders: Folders, mounts: readonly Mount[]): string {
  const line = (source: string, target: string, type: string, options: string): string =>
    `${escaped(source)} ${escaped(target)} ${type} ${options} 0 0`;
  const bind = (source: string, target: string, writable: boolean): string => {
    const options = writable ? ['rbind'] : ['rbind', 'ro', ...keptOptions(holderOf(source, mounts))];
    return line(source, target, 'none', options.join(','));
  };
  return [
    bind(root, root, false),
    bind(folders.temporary, join(root, 'tmp'), true),
    ...openings.paths.map(({ path, writable }) => bind(path, join(root, path), writable)),
    ...DEVICES.map((name) => line(`/dev/${name}`, `${root}/dev/${name}`, 'none', 'bind')),
    line('devpts', `${root}/dev/pts`, 'devpts', 'newinstance,ptmxmode=0666,mode=620'),
    line('shm', `${root}/dev/shm`, 'tmpfs', 'mode=1777,size=512m'),
    line('proc', `${root}/proc`, 'proc', 'nosuid,nodev,noexec'),
    ...MACHINE_PROC.map((name) => `/proc/${name}`)
      .filter((path) => existsSync(path))
      .map((path) => line(root + path, root + path, 'none', 'bind,ro,nosuid,nodev,noexec')),
    '',
  ].join('\n');
}

/** Run as process 1 of the namespaces; `$1` is the script of the command. */
function setupScript(root: string, table: string, openings: Openings, mounts: readonly Mount[]): string {
  const inner = mounts.filter(({ path }) => {
    const opening = openingOf(openings, path);
    return opening !== undefined && !opening.writable && opening.path !== path;
  });
  return [
    'set -e',
    // One more is made below; the command makes none. They open much of the kernel to whoever holds one.
    'echo 1 > /proc/sys/user/max_user_namespaces',
    `mount --all --fstab ${quote(table)}`,
    // What is mounted in a folder that may be read comes with it, but not its being read-only.
    ...inner.map((mount) => {
      const options = ['remount', 'bind', 'ro', ...keptOptions(mount)].join(',');
      return `mount -o ${options} ${quote(root + mount.path)}`;
    }),
    `cd ${quote(root)}`,
    // A new network has a loopback of its own, which is down. Neither tool is on every machine.
    ...(openings.network ? [] : ['ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null || :']),
    'pivot_root . .',
    'umount -l .',
    'cd /',
    'set +e',
    // The shell has words of its own for a signal; they are not the command's.
    'exec 4>&2 2>/dev/null',
    `(exec unshare --user --map-user=${process.getuid!()} --map-group=${process.getgid!()} -- setpriv --no-new-privs -- /bin/sh "$1") 2>&4 4>&-`,
    'exit $?',
    '',
  ].join('\n');
}

/** The mount that a path is in. */
const holderOf = (path: string, mounts: readonly Mount[]): Mount | undefined =>
  mounts.reduce<Mount | undefined>(
    (best, mount) => (isWithin(path, mount.path) && mount.path.length >= (best?.path.length ?? 0) ? mount : best),
    undefined,
  );

/** Options that a mount made of another must keep, and two that nothing here does without. */
const keptOptions = (mount: Mount | undefined): string[] => [
  'nosuid',
  'nodev',
  ...['noexec', 'noatime', 'nodiratime', 'relatime'].filter((option) => mount?.options.includes(option)),
];

/** One field of fstab(5). */
const escaped = (path: string): string =>
  path.replace(/[\s\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
