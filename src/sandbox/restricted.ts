import { accessSync, constants } from 'node:fs';
import { fail, ok } from '../base/index.ts';
import type { Isolation } from './isolation.ts';

/** No isolation by the system: a scrubbed environment and limits, and whatever copy of a tree the caller made. */
export const restricted: Isolation = {
  level: 'restricted',
  doesNotContain: [
    'The network: it can reach other machines and servers on this one.',
    'Reading: it can read every file that the user can, the home folder and credentials included.',
    'Writing: it can change and delete every file that the user can; only habit keeps it in its copy.',
    'Other processes: it sees them and can signal those of the user, assay included, and on Linux read their environment and memory.',
    'The machine: where assay runs as root, its settings too.',
    'Processes that leave their parent, their session and their environment behind within 100 ms: they can outlive it.',
    'The end of assay: what runs when assay is killed goes on.',
    'Memory, processes and disk between two looks (100 ms apart), and memory in files that no process has mapped.',
    'Processor time, but for the time limit.',
  ],
  async prepare() {
    try {
      accessSync('/bin/sh', constants.X_OK);
    } catch {
      return fail('sandbox/restricted', `expected a POSIX shell at /bin/sh, there is none on ${process.platform}`);
    }
    return ok({
      launch: (script) => ({ file: '/bin/sh', args: [script], env: {} }),
      countsProcesses: false,
      throughShell: false,
      leaky: true,
      close: async () => {},
    });
  },
};
