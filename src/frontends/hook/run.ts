import { resolve } from 'node:path';
import { AGENTS, GIT_HOOKS, gitHook, REFUSED, stop } from '../../jobs/index.ts';
import { type HookReply, pass, readEvent, refuse } from './protocol.ts';

export interface RunOptions {
  /** One of `AGENTS`. */
  readonly agent: string;
  /** What the host wrote on the hook's standard input. */
  readonly input: string;
  readonly refusals?: number;
  readonly strict?: boolean;
  readonly insideCheck: boolean;
}

export interface RunGitOptions extends Pick<RunOptions, 'input' | 'strict' | 'insideCheck'> {
  /** Of the hook's process. */
  readonly cwd: string;
  readonly hook: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Answers git before a commit or a push. */
export async function runGit({ cwd, hook: name, env, ...rest }: RunGitOptions): Promise<HookReply> {
  const letGo = (notice: string): HookReply => ({ stdout: '', stderr: notice && `${notice}\n`, status: 0 });
  const hook = GIT_HOOKS.find((one) => one === name);
  if (!hook) return letGo(`assay: expected ${GIT_HOOKS.join(' or ')}, found ${name}`);
  const index = env.GIT_INDEX_FILE;
  try {
    const outcome = await gitHook({
      cwd,
      hook,
      ...(index ? { index: resolve(cwd, index) } : {}),
      ...rest,
    });
    if (!outcome.ok) return letGo(`assay: not checked: ${outcome.issues[0]?.message}`);
    const { value } = outcome;
    if (value.kind === 'pass') return letGo(value.notice ?? '');
    return { stdout: '', stderr: `${value.reason}\n`, status: REFUSED };
  } catch (error) {
    return letGo(`assay: the hook failed and lets this pass: ${error instanceof Error ? error.message : error}`);
  }
}

/** Answers an agent that wants to stop. Whatever goes wrong lets it. */
export async function run({ agent: name, input, refusals, strict, insideCheck }: RunOptions): Promise<HookReply> {
  const agent = AGENTS.find((one) => one === name) ?? 'claude-code';
  try {
    const event = readEvent(JSON.parse(input));
    if (event.kind !== 'stop') return pass(agent);
    const outcome = await stop({
      cwd: event.cwd,
      session: event.session,
      insideCheck,
      ...(refusals === undefined ? {} : { refusals }),
      ...(strict === undefined ? {} : { strict }),
    });
    if (!outcome.ok) return pass(agent, `assay: could not check before the end: ${outcome.issues[0]?.message}`);
    const { value } = outcome;
    return value.kind === 'refuse' ? refuse(agent, value.reason) : pass(agent, value.notice);
  } catch (error) {
    return pass(agent, `assay: the hook failed and lets this pass: ${error instanceof Error ? error.message : error}`);
  }
}
