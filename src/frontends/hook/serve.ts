import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { basename, join } from 'node:path';
import { AGENTS, type Agent, editWords, Resident, startSession } from '../../jobs/index.ts';
import { type HookEvent, type HookReply, pass, refuse } from './protocol.ts';

/** Without a question for so long, milliseconds, the process ends. */
const IDLE_MS = 15 * 60_000;
/** How often it looks whether it is still the one that is asked, milliseconds. */
const LOOK_MS = 5_000;
/** Memory of this process and the compiler's, bytes. With more it ends after its answer and is started again when asked. */
const MEMORY_BYTES = 3 * 1024 * 1024 * 1024;
/** One question, bytes: the paths of a patch. */
const QUESTION_BYTES = 4 * 1024 * 1024;

/** Between the answer to a session's start and the compiler's, which leaves no time for answers, milliseconds. */
const WARM_MS = 100;

/** Between an edit and the look at what uses it, which would keep the next edit waiting, milliseconds. */
const QUIET_MS = 1_500;

const SOCKET = 'resident.sock';

export interface ServeOptions {
  /** Absolute root of the repository, in whose `.assay` the socket lies. */
  readonly root: string;
  /** What a client must be, too: another version of assay is answered by ending. */
  readonly identity: string;
  readonly idleMs?: number;
  readonly memoryBytes?: number;
}

/** As `answer`. What keeps it from answering at all is told to the process that started it. */
export async function serve(options: ServeOptions): Promise<void> {
  try {
    await answer(options);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    await new Promise<void>((done) => (process.send ? process.send(why, () => done()) : done()));
    throw error;
  }
}

/**
 * Answers the hooks of one repository until nobody asks any more, memory grows past the limit, another process took over,
 * or the store is gone. Resolves when it has ended.
 *
 * The socket is made under a name of its own and renamed into place, so whoever comes last is the one that is asked, no
 * lock and no process id has to be believed, and what a dead process left behind is simply replaced. Only the user can open
 * it. Its path is relative to the store, since such paths may not be long.
 */
async function answer({ root, identity, idleMs = IDLE_MS, memoryBytes = MEMORY_BYTES }: ServeOptions): Promise<void> {
  const opened = await Resident.open(root);
  if (!opened.ok) throw new Error(opened.issues.map(({ message }) => message).join('; '));
  const resident = opened.value;
  if (!resident.workspace.git)
    throw new Error(`expected a git repository with a HEAD to hold edits against, found none at ${root}`);
  const store = resident.workspace.store();
  if (!store.ok) throw new Error(store.issues.map(({ message }) => message).join('; '));
  process.chdir(store.value);
  if (await isAnswered(identity)) return resident.close();
  const own = `resident.${process.pid}.sock`;
  if (existsSync(own)) unlinkSync(own);
  let asked = performance.now();
  const clients = new Set<Socket>();
  const ended = Promise.withResolvers<void>();
  const server = createServer((client) => {
    clients.add(client);
    client.once('close', () => clients.delete(client));
    client.on('error', () => client.destroy());
    asked = performance.now();
    lineOf(client, async (line) => {
      const reply = await answerTo(line, identity, resident);
      client.end(`${JSON.stringify(reply)}\n`);
      asked = performance.now();
      if ('restart' in reply || memoryUsed() >= memoryBytes) ended.resolve();
    });
  });
  const inode = await listen(server, own);
  sweep();
  const look = setInterval(
    () => {
      const mine = statSync(SOCKET, { throwIfNoEntry: false })?.ino === inode;
      if (!mine || performance.now() - asked >= idleMs) ended.resolve();
    },
    Math.min(LOOK_MS, idleMs),
  );
  process.once('SIGTERM', () => ended.resolve());
  await ended.promise;
  clearInterval(look);
  if (statSync(SOCKET, { throwIfNoEntry: false })?.ino === inode) unlinkSync(SOCKET);
  await Promise.race([resident.inTurn(async () => {}), new Promise((done) => setTimeout(done, 1_000))]);
  for (const client of clients) client.destroySoon();
  server.close();
  resident.close();
}

/** Binds under a name of this process's own, then takes the name that clients know. Gives the socket's inode. */
async function listen(server: Server, own: string): Promise<number> {
  const mask = process.umask(0o177);
  const bound = Promise.withResolvers<void>();
  server.once('error', bound.reject);
  server.listen(own, bound.resolve);
  await bound.promise;
  process.umask(mask);
  chmodSync(own, 0o600);
  const { ino } = statSync(own);
  renameSync(own, SOCKET);
  return ino;
}

/** Removes what processes that were killed between the two steps left behind. */
function sweep(): void {
  for (const name of readdirSync('.')) {
    const pid = /^resident\.(\d+)\.sock$/.exec(name)?.[1];
    if (pid === undefined || pid === String(process.pid)) continue;
    try {
      process.kill(Number(pid), 0);
    } catch {
      unlinkSync(name);
    }
  }
}

/** Whether a process of the same version already answers here. */
async function isAnswered(identity: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const client = connect(SOCKET);
  client.setTimeout(2_000, () => client.destroy());
  client.once('connect', () => client.write(`${JSON.stringify({ identity })}\n`));
  client.on('error', () => {});
  lineOf(client, (line) => {
    client.destroy();
    resolve(!line.includes('"restart"'));
  });
  client.once('close', () => resolve(false));
  return promise;
}

function lineOf(socket: Socket, take: (line: string) => void): void {
  let text = '';
  let bytes = 0;
  let isTaken = false;
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    bytes += chunk.length;
    if (bytes >= QUESTION_BYTES) socket.destroy();
    if (isTaken) return;
    const end = chunk.indexOf('\n');
    text += end < 0 ? chunk : chunk.slice(0, end);
    if (end < 0) return;
    isTaken = true;
    take(text);
  });
}

type Answer = HookReply | { readonly restart: true };

async function answerTo(line: string, identity: string, resident: Resident): Promise<Answer> {
  let agent: Agent = 'claude-code';
  try {
    const question = JSON.parse(line) as { identity?: unknown; agent?: unknown; event?: HookEvent };
    // Of the same version of assay, so the event is what it says.
    if (question.identity !== identity) return { restart: true };
    agent = AGENTS.find((one) => one === question.agent) ?? agent;
    return question.event === undefined ? pass(agent) : await replyTo(agent, question.event, resident);
  } catch (error) {
    return pass(agent, `assay: the hook failed and lets this pass: ${error instanceof Error ? error.message : error}`);
  }
}

let quiet: NodeJS.Timeout | undefined;

async function replyTo(agent: Agent, event: HookEvent, resident: Resident): Promise<HookReply> {
  const { workspace } = resident;
  const session = await startSession(workspace, event.session, event.kind === 'start');
  if (!session.ok) return pass(agent, session.issues[0]?.message);
  if (event.kind !== 'edit') {
    // The first question after an edit is to find the compiler ready; what the session began with is told before.
    setTimeout(() => void resident.warm(), WARM_MS).unref();
    return pass(agent);
  }
  const paths = event.paths.flatMap((path) => workspace.resolve(workspace.root, path).value ?? []);
  const judged = await resident.judge(paths, event.session);
  if (!judged.ok) return pass(agent, `assay: the edit was not checked: ${judged.issues[0]?.message}`);
  clearTimeout(quiet);
  quiet = setTimeout(() => void resident.lookAround(), QUIET_MS).unref();
  const words = editWords(judged.value, paths);
  return words === undefined ? pass(agent) : refuse(agent, words);
}

/** Resident memory of this process and of the compilers that it started, bytes; without /proc its own alone. */
function memoryUsed(): number {
  const own = process.memoryUsage.rss();
  try {
    const folder = `/proc/${process.pid}/task`;
    const children = readdirSync(folder).flatMap((thread) =>
      readFileSync(join(folder, basename(thread), 'children'), 'utf8')
        .split(' ')
        .filter(Boolean),
    );
    const pages = children.map((pid) => Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]));
    return own + pages.reduce((sum, page) => sum + page, 0) * 4096;
  } catch {
    return own;
  }
}
