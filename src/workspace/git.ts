import { fail, ok, type Result } from '../base/index.ts';
import { type Command, type Observation, runTool, toolPath } from '../sandbox/index.ts';

/** Lists of names and blobs are long; one blob is bounded by `LIMITS.fileBytes`, one list by the number of files. */
const OUTPUT_BYTES = 512 * 1024 * 1024;

/** Longest part of git's own words in a message, in characters. */
const WORDS = 400;

/**
 * Settings under which git only reads: no hooks or monitors of the repository's configuration are started, no index is
 * refreshed on disk, nothing is collected. A temporary index is whole and stays where it is put.
 */
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.untrackedCache=false',
  'core.splitIndex=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'diff.orderFile=/dev/null',
  'diff.relative=false',
].flatMap((setting) => ['-c', setting]);

export interface GitOutput {
  readonly stdout: Buffer;
  readonly exitCode: number;
}

export interface GitOptions {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit statuses that are answers. 0 where undefined. */
  readonly accept?: readonly number[];
}

/** Git at one folder. Its words are English whatever the user's language is. */
export interface Git {
  readonly cwd: string;
  run(args: readonly string[], options?: GitOptions): Promise<Result<GitOutput>>;
}

/** Git's program, or an issue that says it is missing. */
export async function openGit(cwd: string): Promise<Result<Git>> {
  const program = await toolPath('git');
  if (!program.ok) return program;
  return ok({
    cwd,
    run: async (args, options = {}) => {
      const command: Command = {
        argv: [program.value, ...SETTINGS, ...args],
        cwd,
        env: { ...environment(), ...options.env },
        limits: { outputBytes: OUTPUT_BYTES },
        ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
      };
      return judge(args, await runTool(command), options.accept ?? [0]);
    },
  });
}

/** The user's own configuration counts (ignore rules, line endings, filters), so HOME and PATH are the user's. */
function environment(): Record<string, string> {
  const own: Record<string, string> = {
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    // Another object or parent for the one that an id names is put into the repository by anyone who may write it.
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: '/dev/null',
  };
  for (const name of [
    'HOME',
    'PATH',
    'XDG_CONFIG_HOME',
    'GIT_CONFIG_GLOBAL',
    'GIT_CONFIG_SYSTEM',
    'GIT_CEILING_DIRECTORIES',
  ]) {
    const value = process.env[name];
    if (value !== undefined) own[name] = value;
  }
  return own;
}

function judge(args: readonly string[], seen: Observation, accept: readonly number[]): Result<GitOutput> {
  const what = `git ${args.find((arg) => !arg.startsWith('-')) ?? ''}`;
  if (seen.issue) return fail('workspace/git', `${what} did not run: ${seen.issue.message}`, { cause: seen.issue });
  const hit = seen.limits[0];
  if (hit) {
    return fail('workspace/git-limit', `${what} reached its limit of ${hit.value} (${hit.limit}), found ${hit.found}`);
  }
  if (seen.exitCode !== null && accept.includes(seen.exitCode)) {
    const { buffer, byteOffset, byteLength } = seen.stdout;
    return ok({ stdout: Buffer.from(buffer, byteOffset, byteLength), exitCode: seen.exitCode });
  }
  const words = Buffer.from(seen.stderr).toString('utf8').trim().slice(0, WORDS);
  const end = seen.exitCode === null ? `signal ${seen.signal}` : `status ${seen.exitCode}`;
  return fail('workspace/git', `${what} ended with ${end}${words === '' ? '' : `: ${words}`}`);
}
