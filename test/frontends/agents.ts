import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export type AgentName = 'claude-code' | 'codex' | 'gemini';

/** What one event came to, as the agent's documentation has it. */
export interface Outcome {
  /** What the agent's model is told; undefined where it may go on. */
  readonly refused?: string;
  /** What the person is shown. */
  readonly notice?: string;
  readonly status: number | null;
  readonly ms: number;
}

interface Handler {
  readonly matcher?: string;
  readonly hooks: readonly { readonly type: string; readonly command: string; readonly timeout: number }[];
}

interface Dialect {
  readonly settings: string;
  readonly start: string;
  readonly edit: string;
  readonly stop: string;
  /** What takes a model's answer back. */
  readonly decision: string;
  readonly perSecond: number;
  tool(path: string): { readonly tool_name: string; readonly tool_input: object };
}

const DIALECTS: Readonly<Record<AgentName, Dialect>> = {
  'claude-code': {
    settings: '.claude/settings.json',
    start: 'SessionStart',
    edit: 'PostToolUse',
    stop: 'Stop',
    decision: 'block',
    perSecond: 1,
    tool: (path) => ({ tool_name: 'Edit', tool_input: { file_path: path, old_string: '', new_string: '' } }),
  },
  codex: {
    settings: '.codex/hooks.json',
    start: 'SessionStart',
    edit: 'PostToolUse',
    stop: 'Stop',
    decision: 'block',
    perSecond: 1,
    tool: (path) => ({
      tool_name: 'apply_patch',
      tool_input: { command: `*** Begin Patch\n*** Update File: ${path}\n@@\n-a\n+b\n*** End Patch` },
    }),
  },
  gemini: {
    settings: '.gemini/settings.json',
    start: 'SessionStart',
    edit: 'AfterTool',
    stop: 'AfterAgent',
    decision: 'deny',
    perSecond: 1_000,
    tool: (path) => ({ tool_name: 'replace', tool_input: { file_path: path } }),
  },
};

/**
 * An agent without a model: reads its settings, fires its events as documented, runs the matching commands by `sh` with the
 * event on standard input, and takes exit status, standard output and standard error for what the documentation says.
 */
export class ScriptedAgent {
  readonly dialect: Dialect;
  readonly root: string;
  /** Agents tell the folder that they are in, which a shell command of theirs may change. */
  cwd: string;
  readonly session: string;
  readonly env: NodeJS.ProcessEnv;

  constructor(name: AgentName, root: string, session: string = crypto.randomUUID(), env: NodeJS.ProcessEnv = {}) {
    this.dialect = DIALECTS[name];
    this.root = root;
    this.cwd = root;
    this.session = session;
    this.env = env;
  }

  start = (): Promise<Outcome> => this.#fire(this.dialect.start, { source: 'startup' });

  /** `path` relative to the root, or absolute. */
  edited = (path: string, response: object = {}): Promise<Outcome> =>
    this.#fire(this.dialect.edit, { ...this.dialect.tool(resolve(this.root, path)), tool_response: response });

  stop = (again = false): Promise<Outcome> => this.#fire(this.dialect.stop, { stop_hook_active: again });

  async #fire(
    event: string,
    fields: { readonly tool_name?: string; readonly [field: string]: unknown },
  ): Promise<Outcome> {
    const settings = JSON.parse(readFileSync(join(this.root, this.dialect.settings), 'utf8')) as {
      hooks: Record<string, Handler[]>;
    };
    const tool = fields.tool_name;
    const commands = (settings.hooks[event] ?? [])
      .filter(({ matcher }) => !matcher || tool === undefined || new RegExp(`^(?:${matcher})$`).test(tool))
      .flatMap(({ hooks }) => hooks);
    if (commands.length !== 1) throw new Error(`expected one hook of ${event}, found ${commands.length}`);
    const input = JSON.stringify({
      session_id: this.session,
      transcript_path: '/nonexistent',
      cwd: this.cwd,
      hook_event_name: event,
      ...fields,
    });
    const { command, timeout } = commands[0]!;
    return this.#run(command, input, (timeout / this.dialect.perSecond) * 1_000);
  }

  async #run(command: string, input: string, timeout: number): Promise<Outcome> {
    const started = performance.now();
    const child = spawn('sh', ['-c', command], {
      cwd: this.root,
      timeout,
      env: { ...process.env, CLAUDE_PROJECT_DIR: this.root, GEMINI_PROJECT_DIR: this.root, ...this.env },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const status = await new Promise<number | null>((done) => child.once('close', done));
    const ms = performance.now() - started;
    // 2 blocks with what is on standard error; any other number is an error of the hook that stops nothing.
    if (status === 2) return { refused: stderr, status, ms };
    if (status !== 0 || stdout.trim() === '') return { status, ms };
    const said = JSON.parse(stdout) as { decision?: string; reason?: string; systemMessage?: string };
    return {
      status,
      ms,
      ...(said.decision === this.dialect.decision ? { refused: said.reason ?? '' } : {}),
      ...(said.systemMessage === undefined ? {} : { notice: said.systemMessage }),
    };
  }
}
