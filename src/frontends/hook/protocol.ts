import type { Agent } from '../../jobs/index.ts';

/**
 * What an agent tells its hook, as `bin/hook.js` reads it. Paths are absolute. `roots`: of the repository that the session was
 * started in, and of the one that the agent is in by now.
 */
export type HookEvent =
  | { readonly kind: 'start'; readonly session: string }
  | { readonly kind: 'stop'; readonly session: string; readonly roots: readonly string[] }
  | { readonly kind: 'edit'; readonly session: string; readonly paths: readonly string[] };

/** What the hook's process ends with. Agents are refused in JSON, never by a status; git is, by one of its own. */
export interface HookReply {
  readonly stdout: string;
  readonly stderr?: string;
  readonly status: number;
}

const reply = (document: object | undefined): HookReply => ({
  stdout: document === undefined ? '' : `${JSON.stringify(document)}\n`,
  status: 0,
});

/** Nothing to say, or a word for the person. */
export function pass(agent: Agent, notice?: string): HookReply {
  if (notice !== undefined) return reply({ systemMessage: notice });
  // Claude Code takes silence for success; the others document JSON on standard output for every success.
  return reply(agent === 'claude-code' ? undefined : {});
}

/** Refuses an edit that was just made, or the end of a turn: the agent goes on with `reason` before it. */
export const refuse = (agent: Agent, reason: string): HookReply =>
  reply({ decision: agent === 'gemini' ? 'deny' : 'block', reason });
