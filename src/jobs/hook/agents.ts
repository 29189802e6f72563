import type { HookEntry } from './settings.ts';
import { type Installation, invocation } from './shell.ts';
import type { Agent } from './types.ts';

/** Seconds that an agent waits for its hook. The hook ends before: see bin/hook.js. */
const EDIT_SECONDS = 20;
const STOP_SECONDS = 300;

interface AgentSettings {
  /** Of the project, from its root. */
  readonly project: string;
  /** Of the user: below the folder that a variable names, else below the home folder. */
  readonly user: string;
  readonly userVariable?: string;
  /** What stands for the project's root in a command. */
  readonly rootWord: string;
  readonly start: string;
  readonly edit: { readonly event: string; readonly matcher: string };
  readonly stop: string;
  /** In which a timeout is given, for a second. */
  readonly perSecond: number;
  /** What the person has to do beside, and should know. */
  readonly notes: readonly string[];
}

/** Sources: see `eventOf` in bin/hook.js. */
const SETTINGS: Readonly<Record<Agent, AgentSettings>> = {
  'claude-code': {
    project: '.claude/settings.json',
    user: '.claude/settings.json',
    userVariable: 'CLAUDE_CONFIG_DIR',
    rootWord: '$CLAUDE_PROJECT_DIR',
    start: 'SessionStart',
    edit: { event: 'PostToolUse', matcher: 'Edit|MultiEdit|Write' },
    stop: 'Stop',
    perSecond: 1,
    notes: ['sessions that already run take it up when they are started again'],
  },
  codex: {
    project: '.codex/hooks.json',
    user: '.codex/hooks.json',
    userVariable: 'CODEX_HOME',
    rootWord: '$(git rev-parse --show-toplevel)',
    start: 'SessionStart',
    edit: { event: 'PostToolUse', matcher: 'apply_patch|Edit|Write' },
    stop: 'Stop',
    perSecond: 1,
    notes: [
      'Codex runs a new hook only after you trust it: type /hooks in a session',
      'older versions of Codex need `codex_hooks = true` under [features] in config.toml',
    ],
  },
  gemini: {
    project: '.gemini/settings.json',
    user: '.gemini/settings.json',
    rootWord: '$GEMINI_PROJECT_DIR',
    start: 'SessionStart',
    edit: { event: 'AfterTool', matcher: 'write_file|replace' },
    stop: 'AfterAgent',
    perSecond: 1_000,
    notes: ['Gemini asks whether you trust hooks of a project that it has not seen before'],
  },
};

export const settingsOf = (agent: Agent): AgentSettings => SETTINGS[agent];

/** What is put into an agent's settings. The command succeeds whatever becomes of assay: refusals are said in JSON. */
export function entriesFor(agent: Agent, installation: Installation, root: string, strict: boolean): HookEntry[] {
  const { rootWord, start, edit, stop, perSecond } = SETTINGS[agent];
  const { hook, node } = invocation(installation, root, rootWord);
  const command = `[ ! -f ${hook} ] || ${node} ${hook} ${agent}${strict ? ' --strict' : ''} || true`;
  const group = (seconds: number, matcher?: string): HookEntry['group'] => ({
    ...(matcher === undefined ? {} : { matcher }),
    hooks: [
      {
        ...(agent === 'gemini' ? { name: 'assay' } : {}),
        type: 'command',
        command,
        timeout: seconds * perSecond,
      },
    ],
  });
  return [
    { event: start, group: group(EDIT_SECONDS) },
    { event: edit.event, group: group(EDIT_SECONDS, edit.matcher) },
    { event: stop, group: group(STOP_SECONDS) },
  ];
}
