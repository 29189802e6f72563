import { resolve } from 'node:path';
import type { Agent } from '../../jobs/index.ts';

/** What an agent tells its hook, in one form. Paths are absolute. */
export type HookEvent =
  | { readonly kind: 'start'; readonly session: string; readonly cwd: string }
  | { readonly kind: 'stop'; readonly session: string; readonly cwd: string }
  | { readonly kind: 'edit'; readonly session: string; readonly cwd: string; readonly paths: readonly string[] }
  | { readonly kind: 'other' };

/** What the hook's process ends with. Agents are refused in JSON, never by a status; git is, by one of its own. */
export interface HookReply {
  readonly stdout: string;
  readonly stderr?: string;
  readonly status: number;
}

const NAMES: Readonly<Record<string, 'start' | 'edit' | 'stop'>> = {
  SessionStart: 'start',
  PostToolUse: 'edit',
  AfterTool: 'edit',
  Stop: 'stop',
  AfterAgent: 'stop',
};

/** Files named in one patch. */
const PATCHED = 200;

/**
 * Reads what came on standard input. The three agents agree on `session_id`, `cwd`, `hook_event_name`, `tool_name` and
 * `tool_input`. Sources, as of November 2026: code.claude.com/docs/en/hooks, developers.openai.com/codex/hooks and the
 * schemas beside its source, geminicli.com/docs/hooks/reference.
 */
export function readEvent(input: unknown): HookEvent {
  if (typeof input !== 'object' || input === null) return { kind: 'other' };
  const { session_id: session, cwd, hook_event_name: name, tool_input: tool } = input as Record<string, unknown>;
  const kind = typeof name === 'string' ? NAMES[name] : undefined;
  if (kind === undefined || typeof session !== 'string' || typeof cwd !== 'string') return { kind: 'other' };
  if (kind !== 'edit') return { kind, session, cwd };
  const paths = editedPaths(tool).map((path) => resolve(cwd, path));
  return paths.length === 0 ? { kind: 'other' } : { kind, session, cwd, paths };
}

/** `file_path` of Claude Code's and Gemini's tools; the headers of the patch that Codex applies. */
function editedPaths(tool: unknown): string[] {
  if (typeof tool !== 'object' || tool === null) return [];
  const { file_path: path, command, input } = tool as Record<string, unknown>;
  if (typeof path === 'string') return [path];
  const patch = typeof command === 'string' ? command : typeof input === 'string' ? input : '';
  return [...patch.matchAll(/^\*\*\* (?:Add File|Update File|Delete File|Move to): (.+?)\r?$/gm)]
    .slice(0, PATCHED)
    .map((match) => match[1]!);
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
