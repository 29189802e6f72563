import { resolve } from 'node:path';
import { AGENTS, GIT_HOOKS, gitHook, REFUSED, stop } from '../../jobs/index.ts';
import { type HookEvent, type HookReply, pass, refuse } from './protocol.ts';

export interface RunOptions {
  /** One of `AGENTS`. */
  readonly agent: string;
  /** What an agent told, a `HookEvent`; what git wrote on the hook's standard input. */
  readonly input: string;
  readonly refusals?: number;
  readonly strict?: boolean;
  readonly insideCheck: boolean;
}

export interface RunGitOptions extends Pick<RunOptions, 'input' | 'strict' | 'insideCheck'> {
  /** Of the hook's process. */
  readonly cwd: string;
  readonly hook: string;
  /** What git told `pre-push` of the other side. */
  readonly remote?: string;
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

/**
 * Answers an agent that wants to stop: of the repository that its session was started in, and of the one that it is in by
 * now where it edited something there. Whatever goes wrong lets it.
 */
export async function run({ agent: name, input, ...rest }: RunOptions): Promise<HookReply> {
  const agent = AGENTS.find((one) => one === name) ?? 'claude-code';
  try {
    const event = JSON.parse(input) as HookEvent;
    if (event.kind !== 'stop') return pass(agent);
    const notices: string[] = [];
    for (const [index, cwd] of event.roots.entries()) {
      const outcome = await stop({ cwd, session: event.session, onlySeen: index > 0, ...rest });
      if (!outcome.ok) notices.push(`assay: could not check before the end: ${outcome.issues[0]?.message}`);
      else if (outcome.value.kind === 'refuse') return refuse(agent, outcome.value.reason);
      else if (outcome.value.notice !== undefined) notices.push(outcome.value.notice);
    }
    return pass(agent, notices.length === 0 ? undefined : notices.join('\n'));
  } catch (error) {
    return pass(agent, `assay: the hook failed and lets this pass: ${error instanceof Error ? error.message : error}`);
  }
}
