#!/usr/bin/env node
// What an agent's settings and git's hooks call. Plain JavaScript without any part of assay, so that it starts as fast as
// Node does, and so that whatever happens to assay (a crash, a broken installation, an old Node, no answer in time) ends
// here with status 0 and a notice. It asks the repository's resident process after an edit, and starts it where there is
// none; at the end of a turn it runs `assay hook run` and waits for it.
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Milliseconds: for standard input, for a warm answer, for a process that has to start first, for a whole verdict. */
const INPUT_MS = 5_000;
const ANSWER_MS = 6_000;
const START_MS = 8_000;
const VERDICT_MS = 285_000;
const POLL_MS = 20;
/** Characters kept of what a failing check says. */
const CRY = 4_000;
const INPUT_BYTES = 48 * 1024 * 1024;

/** Files named in one patch. */
const PATCHED = 200;

const EVENTS = new Map([
  ['SessionStart', 'start'],
  ['PostToolUse', 'edit'],
  ['AfterTool', 'edit'],
  ['Stop', 'stop'],
  ['AfterAgent', 'stop'],
]);
/** Where a session was started, as agents tell it; their current folder may be another by the time they ask. */
const PROJECT = new Map([
  ['claude-code', 'CLAUDE_PROJECT_DIR'],
  ['gemini', 'GEMINI_PROJECT_DIR'],
]);

const here = dirname(fileURLToPath(import.meta.url));
const [agent = '', ...rest] = process.argv.slice(2);

function end(stdout = '', status = 0) {
  process.exitCode = status;
  process.stdout.write(stdout, () => process.exit(status));
}

/** What lets the host go on; the person is told why nothing was checked. */
function notice(why) {
  const told = `assay: ${why}; not checked`;
  process.stderr.write(`${told}\n`);
  return agent === 'git' ? '' : `${JSON.stringify({ systemMessage: told })}\n`;
}

const letGo = (why) => end(notice(why));

const SILENCE = agent === 'claude-code' || agent === 'git' ? '' : '{}\n';
const silent = () => end(SILENCE);

/**
 * What an agent tells on standard input, in one form; paths are absolute. The three agents agree on `session_id`, `cwd`,
 * `hook_event_name` and `tool_input`. Sources, as of November 2026: code.claude.com/docs/en/hooks,
 * developers.openai.com/codex/hooks and the schemas beside its source, geminicli.com/docs/hooks/reference.
 */
function eventOf({ session_id: session, cwd, hook_event_name: name, tool_input: tool }) {
  const kind = EVENTS.get(name);
  if (kind === undefined || typeof session !== 'string' || typeof cwd !== 'string') return undefined;
  if (kind !== 'edit') return { kind, session, cwd };
  return { kind, session, paths: editedPaths(tool ?? {}).map((path) => resolve(cwd, path)) };
}

/** `file_path` of Claude Code's and Gemini's tools; the headers of the patch that Codex applies. */
function editedPaths({ file_path: path, command, input }) {
  if (typeof path === 'string') return [path];
  const patch = typeof command === 'string' ? command : typeof input === 'string' ? input : '';
  return [...patch.matchAll(/^\*\*\* (?:Add File|Update File|Delete File|Move to): (.+?)\r?$/gm)]
    .slice(0, PATCHED)
    .map((match) => match[1]);
}

/** The top of the repository around a place, which need not exist any more, else the nearest folder of a project. */
function rootOf(place) {
  let at = place;
  while (!existsSync(at)) at = dirname(at);
  let project;
  for (at = realpathSync(at); ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (project === undefined && ['package.json', 'tsconfig.json'].some((name) => existsSync(join(at, name))))
      project = at;
    if (dirname(at) === at) return project;
  }
}

/**
 * The repositories that an event is about: those of the edited files; else the one that the session was started in, and at its
 * end the one that the agent is in by now.
 */
function rootsOf({ kind, cwd, paths }) {
  const project = process.env[PROJECT.get(agent)];
  const places = kind === 'edit' ? paths : [...(project ? [project] : []), cwd];
  const roots = [...new Set(places.map(rootOf))].filter((root) => root !== undefined);
  return kind === 'start' ? roots.slice(0, 1) : roots;
}

/** Version, and when the bundle was made: another one is not asked. */
function identity() {
  const { version } = JSON.parse(readFileSync(join(here, '../package.json'), 'utf8'));
  const bundle = statSync(join(here, '../dist/cli.js'), { throwIfNoEntry: false });
  return `${version} ${existsSync(join(here, '../src')) ? 'sources' : bundle?.mtimeMs}`;
}

/** The Node that runs assay: this one, or the one that is installed beside assay where this one is too old. */
function node() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  for (const near of ['../node_modules/node/bin/node', '../../../node/bin/node']) {
    if (existsSync(join(here, near))) return join(here, near);
  }
  return undefined;
}

async function input() {
  const timer = setTimeout(() => process.stdin.destroy(), INPUT_MS);
  const chunks = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= INPUT_BYTES) throw new Error(`expected a question under ${INPUT_BYTES} bytes`);
  }
  clearTimeout(timer);
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * One question over the socket: the answer, `taken` where it was sent and none came in time, undefined where nobody took it.
 */
function ask(question, ms) {
  return new Promise((resolve) => {
    let text = '';
    let taken;
    const socket = connect('resident.sock');
    socket.setEncoding('utf8');
    const timer = setTimeout(() => socket.destroy(), ms);
    socket.on('error', () => socket.destroy());
    socket.on('connect', () => {
      taken = 'taken';
      socket.write(question);
    });
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => {
      clearTimeout(timer);
      try {
        resolve(JSON.parse(text));
      } catch {
        resolve(taken);
      }
    });
  });
}

async function program(args, options) {
  const path = node();
  if (path === undefined) throw new Error(`expected Node 22.18 or newer, this is ${process.version}`);
  const { spawn } = await import('node:child_process');
  return spawn(path, [...options.flags, join(here, 'assay.js'), ...args], options);
}

/** What the resident process of a repository says, which is started where there is none. */
async function resident(root, event) {
  const self = identity();
  const question = `${JSON.stringify({ identity: self, agent, event })}\n`;
  const store = join(root, '.assay');
  const until = performance.now() + START_MS;
  let child;
  let why;
  let isOver = false;
  while (performance.now() < until) {
    const isLast = isOver;
    if (existsSync(store)) {
      // Paths of sockets may not be long; this one is relative.
      process.chdir(store);
      const answer = await ask(question, ANSWER_MS);
      // It was killed meanwhile, or is too slow: asking again would only wait again.
      if (answer === 'taken') return notice('the resident process did not answer');
      if (answer !== undefined && answer.restart !== true) return answer.stdout;
    }
    // It ended, and no other answers in its place.
    if (isLast) return notice(`the resident process does not start: ${why ?? 'it ended without a word'}`);
    if (child === undefined) {
      child = await program(['hook', 'serve', root, self], {
        cwd: root,
        detached: true,
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
        flags: ['--max-old-space-size=3072'],
      });
      child.on('error', (error) => {
        why = error.message;
        isOver = true;
      });
      child.on('message', (said) => {
        why = said;
      });
      child.on('disconnect', () => {
        isOver = true;
      });
      child.unref();
      child.channel?.unref();
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return notice('the resident process is not ready yet');
}

/** The whole verdict, in a process of its own. What it says counts only where it said it whole. */
async function verdict(args, cwd, text) {
  const child = await program(args, { cwd, detached: true, stdio: ['pipe', 'pipe', 'pipe'], flags: [] });
  const stop = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {}
  };
  const timer = setTimeout(stop, VERDICT_MS);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    process.on(signal, () => {
      stop();
      silent();
    });
  }
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.stdin.end(text);
  let said = '';
  let cried = '';
  child.stdout.setEncoding('utf8');
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    cried = (cried + chunk).slice(-CRY);
  });
  for await (const chunk of child.stdout) said += chunk;
  clearTimeout(timer);
  let answer;
  try {
    answer = JSON.parse(said);
  } catch {
    const why = /^\w*error\b.*/im.exec(cried)?.[0];
    return letGo(`the check ended without a verdict (${why ?? `or took longer than ${VERDICT_MS / 1000} s`})`);
  }
  if (answer.stderr) process.stderr.write(answer.stderr);
  end(answer.stdout, agent === 'git' ? answer.status : 0);
}

try {
  if (agent === 'git') {
    await verdict(['hook', 'run', 'git', ...rest], process.cwd(), rest[0] === 'pre-push' ? await input() : '');
  } else {
    const event = eventOf(JSON.parse(await input()));
    const roots = event === undefined ? [] : rootsOf(event);
    if (event?.kind === 'stop' && roots.length > 0) {
      await verdict(['hook', 'run', agent, ...rest], roots[0], JSON.stringify({ ...event, roots }));
    } else {
      let said = SILENCE;
      for (const root of roots) if (said === SILENCE) said = await resident(root, event);
      end(said);
    }
  }
} catch (error) {
  letGo(`the hook failed (${error instanceof Error ? error.message : error})`);
}
