import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import { EXIT, type Exit, type Io } from '../io.ts';
import type { Define } from '../main.ts';
import { issueText, json, refuse } from '../render.ts';

interface Options {
  readonly agent?: 'claude-code' | 'codex' | 'gemini';
  readonly git?: boolean;
  readonly user?: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
}

interface RunOptions {
  readonly strict?: boolean;
  readonly refusals?: number;
}

export const defineHook: Define = (program: Command, io, exit) => {
  const hook = program
    .command('hook')
    .description("the gate of agents and of git: checks after each edit, and before 'done', a commit or a push");
  for (const [name, description] of [
    ['install', 'put the hooks into the settings of an agent, or into git'],
    ['uninstall', 'take them out again, and leave everything else as it is'],
  ] as const) {
    hook
      .command(name)
      .description(description)
      .addOption(new Option('--agent <agent>', 'whose settings').choices(['claude-code', 'codex', 'gemini']))
      .option('--git', 'pre-commit (what is staged) and pre-push (what is pushed)')
      .option('--user', "the user's own settings of the agent, for all projects")
      .option('--strict', 'an unknown verdict refuses too')
      .option('--json', 'print one JSON document')
      .action(async (options: Options) => exit(await change(io, name, options)));
  }
  // What bin/hook.js runs; nobody types these.
  hook.command('serve <root> <identity>', { hidden: true }).action(async (root: string, identity: string) => {
    const { serve } = await import('../../hook/serve.ts');
    await serve({ root, identity });
    exit(EXIT.pass);
  });
  hook
    .command('run <agent> [event] [remote]', { hidden: true })
    .option('--strict', 'an unknown verdict refuses too')
    .option('--refusals <n>', 'times in a row that the end is refused', Number)
    .action(async (agent: string, event?: string, remote?: string, options: RunOptions = {}) => {
      const { run, runGit } = await import('../../hook/run.ts');
      const input = new TextDecoder().decode((await io.input(INPUT_BYTES)) ?? new Uint8Array());
      const common = { input, insideCheck: io.env.ASSAY_INSIDE_CHECK !== undefined, ...options };
      json(
        io,
        agent === 'git'
          ? await runGit({ cwd: io.cwd, env: io.env, hook: event ?? '', ...(remote ? { remote } : {}), ...common })
          : await run({ agent, ...common }),
      );
      exit(EXIT.pass);
    });
};

async function change(io: Io, name: 'install' | 'uninstall', options: Options): Promise<Exit> {
  const { installHook, uninstallHook } = await import('../../../jobs/index.ts');
  const { json: asJson = false, ...rest } = options;
  const installation = { hook: hookPath(), node: process.execPath };
  const request = { cwd: io.cwd, env: io.env, installation, ...rest };
  const done = await (name === 'install' ? installHook(request) : uninstallHook(request));
  if (!done.ok) return refuse(io, done.issues);
  for (const issue of done.issues) io.err(issueText({ ...io, colour: false }, issue));
  if (asJson) json(io, { schema: 'assay/hook/1', files: done.value });
  else
    for (const { path, done: what, notes } of done.value)
      io.out(`${what} ${path}\n${notes.map((note) => `    ${note}\n`).join('')}`);
  return EXIT.pass;
}

/** `bin/hook.js`, from the sources or from the bundle. */
function hookPath(): string {
  const [sources, bundle] = ['../../../../bin/hook.js', '../bin/hook.js'].map((up) =>
    fileURLToPath(new URL(up, import.meta.url)),
  ) as [string, string];
  return existsSync(sources) ? sources : bundle;
}

/** What an agent or git may tell on standard input, bytes. */
const INPUT_BYTES = 64 * 1024 * 1024;
