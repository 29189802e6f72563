import type { Result } from '../base/index.ts';
import type { Openings } from './access.ts';
import type { Folders } from './environment.ts';
import type { IsolationLevel } from './types.ts';

/** How one level isolates. */
export interface Isolation {
  readonly level: Exclude<IsolationLevel, 'none'>;
  readonly doesNotContain: readonly string[];
  /** Makes ready what all commands of one sandbox share; what stands against this level here and now is an issue. */
  prepare(openings: Openings, folders: Folders): Promise<Result<Prepared>>;
}

export interface Prepared {
  /** What runs a script (see `commandScript`) isolated. */
  launch(script: string): {
    readonly file: string;
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  };
  /** The openings of the caller and of the level together; undefined where the level keeps nothing closed. */
  readonly openings?: Openings;
  /** Whether the kernel can count a command's processes apart from the user's others. */
  readonly countsProcesses: boolean;
  /** Whether a shell stands between the command and this process, which tells a signal n as the exit status 128 + n. */
  readonly throughShell: boolean;
  /** Whether processes of the command can leave what is ended with it, so that they have to be looked for. */
  readonly leaky: boolean;
  close(): Promise<void>;
}
