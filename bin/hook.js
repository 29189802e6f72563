#!/usr/bin/env node
// What an agent's settings and git's hooks call. Plain JavaScript without any part of assay, so that it starts as fast as
// Node does, and so that whatever happens to assay (a crash, a broken installation, an old Node, no answer in time) ends
// here with status 0 and a notice. It asks the repository's resident process after an edit, and starts it where there is
// none; at the end of a turn it runs `assay hook run` and waits for it.
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
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

const EVENTS = { SessionStart: 'start', PostToolUse: 'edit', AfterTool: 'edit', Stop: 'stop', AfterAgent: 'stop' };

const here = dirname(fileURLToPath(import.meta.url));
const [agent = '', ...rest] = process.argv.slice(2);

function end(stdout = '', status = 0) {
  process.exitCode = status;
  process.stdout.write(stdout, () => process.exit(status));
}

/** Lets the host go on; the person is told why nothing was checked. */
function letGo(why) {
  const notice = `assay: ${why}; not checked`;
  process.stderr.write(`${notice}\n`);
  end(agent === 'git' ? '' : `${JSON.stringify({ systemMessage: notice })}\n`);
}

const silent = () => end(agent === 'claude-code' || agent === 'git' ? '' : '{}\n');

/** The top of the repository around a folder, else the nearest folder with a package.json. */
function rootOf(folder) {
  let project;
  for (let at = realpathSync(folder); ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (project === undefined && existsSync(join(at, 'package.json'))) project = at;
    if (dirname(at) === at) return project;
  }
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

/** One question over the socket: the answer, `taken` where it was sent and none came, undefined where nobody took it. */
function ask(question, ms) {
  return new Promise((resolve) => {
    let text = '';
    let taken;
    const socket = connect('resident.sock');
    socket.setEncoding('utf8');
    socket.setTimeout(ms, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('connect', () => {
      taken = 'taken';
      socket.write(question);
    });
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => {
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

async function resident(root, input) {
  const self = identity();
  const question = `${JSON.stringify({ identity: self, agent, input })}\n`;
  const store = join(root, '.assay');
  const until = performance.now() + START_MS;
  let started = false;
  while (performance.now() < until) {
    if (existsSync(store)) {
      // Paths of sockets may not be long; this one is relative.
      process.chdir(store);
      const answer = await ask(question, ANSWER_MS);
      // It was killed meanwhile, or is too slow: asking again would only wait again.
      if (answer === 'taken') return letGo('the resident process did not answer');
      if (answer !== undefined && answer.restart !== true) return end(answer.stdout);
    }
    if (!started) {
      const child = await program(['hook', 'serve', root, self], {
        cwd: root,
        detached: true,
        stdio: 'ignore',
        flags: ['--max-old-space-size=3072'],
      });
      child.on('error', () => {});
      child.unref();
      started = true;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  letGo('the resident process is not ready yet');
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
    const why = /^\w*Error\b.*/m.exec(cried)?.[0];
    return letGo(`the check ended without a verdict (${why ?? `or took longer than ${VERDICT_MS / 1000} s`})`);
  }
  if (answer.stderr) process.stderr.write(answer.stderr);
  end(answer.stdout, agent === 'git' ? answer.status : 0);
}

try {
  if (agent === 'git') {
    await verdict(['hook', 'run', 'git', ...rest], process.cwd(), rest[0] === 'pre-push' ? await input() : '');
  } else {
    const text = await input();
    const question = JSON.parse(text);
    const kind = EVENTS[question.hook_event_name];
    const root = kind === undefined ? undefined : rootOf(question.cwd);
    if (root === undefined) silent();
    else if (kind === 'stop') await verdict(['hook', 'run', agent, ...rest], root, text);
    else await resident(root, question);
  }
} catch (error) {
  letGo(`the hook failed (${error instanceof Error ? error.message : error})`);
}
