/**
 * The two programs of a draft's process, as text. The first never runs a line of the draft: it starts a worker that does,
 * ends it where a call takes too long, starts it again at the next call, and writes what came out on standard output behind a word
 * that only it and we know. Both read nothing but their task.
 */

/** What the process of a draft is told on standard input. */
export interface Task {
  /** Stands before each line that is ours. */
  readonly nonce: string;
  /** URL that the draft's text is loaded as: what it imports is found from there. */
  readonly url: string;
  readonly format: 'module' | 'commonjs';
  /** JavaScript that exports the function as `EXPORT`. */
  readonly source: string;
  /** A module that teaches Node to load the draft's neighbours as its build does. */
  readonly loader: string;
  /** Where to go on, where a process before this one could not: the call, the inputs to leave out, calls without an end so far. */
  readonly from: number;
  readonly skipped: readonly number[];
  readonly slow: number;
  /** Source of the arguments, one text a call. */
  readonly inputs: readonly string[];
  /** Source of the function that encodes values. */
  readonly encode: string;
  readonly valueLimits: { readonly parts: number; readonly items: number; readonly depth: number };
  readonly limits: RunLimits;
}

export interface RunLimits {
  /** Processor time of one call, milliseconds: a busy machine makes no draft slow. */
  readonly callMs: number;
  /** Time that one call may wait for what it promised, milliseconds. */
  readonly waitMs: number;
  /** Calls that may come to one of these limits before the draft is given up. */
  readonly slow: number;
  /** Memory of what the draft makes, MiB. */
  readonly memoryMb: number;
  /** Characters of one result that are written out; longer ones are told by their hash. */
  readonly resultCharacters: number;
}

/** Name under which the draft's module exports what is called. */
export const EXPORT = '$assay';

/** What came of a call, as the process reports it. */
export type Reported =
  | { readonly value: string; readonly waited?: true; readonly changed?: string }
  | { readonly threw: string; readonly message: string; readonly waited?: true; readonly changed?: string }
  | { readonly unknown: string; readonly slow?: true };

/** One line of the report. Calls are counted over two passes: `call` is pass × inputs + input. */
export type Line =
  | { readonly call: number; readonly came: Reported }
  | { readonly unloaded: string }
  /** The worker could not be ended: another process must go on at this call. */
  | { readonly stuck: number; readonly skipped: readonly number[]; readonly slow: number }
  | { readonly done: true };

const WORKER = `
const { parentPort } = require('node:worker_threads');
const { registerHooks } = require('node:module');
parentPort.once('message', async ({ port, progress, task, from, skipped }) => {
  // Kept from before the draft is loaded: it may change what everybody shares.
  const post = port.postMessage.bind(port);
  const { stringify } = JSON;
  const { store } = Atomics;
  const later = setTimeout;
  const never = clearTimeout;
  const race = Promise.race.bind(Promise);
  const made = Promise;
  const skip = new Set(skipped);
  const encode = (0, eval)('(' + task.encode + ')');
  const makers = (0, eval)('[' + task.inputs.map((source) => '() => [' + source + '\\n]').join(',') + ']');
  process.on('unhandledRejection', () => {});
  let subject;
  try {
    await import(task.loader);
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier === task.url ? { url: task.url, format: task.format, shortCircuit: true } : next(specifier, context),
      load: (url, context, next) =>
        url === task.url ? { format: task.format, source: task.source, shortCircuit: true } : next(url, context),
    });
    const module = await import(task.url);
    subject = (module.default && module.default['${EXPORT}']) || module['${EXPORT}'];
    if (typeof subject !== 'function') throw new TypeError('it is no function');
  } catch (error) {
    return post({ unloaded: String(error?.message ?? error).slice(0, 400) });
  }
  const LATE = {};
  const settled = async (promise) => {
    let timer;
    const late = new made((resolve) => (timer = later(resolve, task.limits.waitMs, LATE)));
    try {
      return await race([promise, late]);
    } finally {
      never(timer);
    }
  };
  const text = (value) => stringify(encode(value, task.valueLimits).tree);
  const total = makers.length * 2;
  for (let call = from; call < total; call++) {
    if (skip.has(call % makers.length)) continue;
    store(progress, 0, call);
    let came;
    let waited;
    try {
      const given = makers[call % makers.length]();
      const before = text(given);
      try {
        let value = subject(...given);
        if (value !== null && typeof value === 'object' && typeof value.then === 'function') {
          waited = true;
          value = await settled(value);
        } else if (value !== null && typeof value === 'object' && typeof value.next === 'function' && Symbol.asyncIterator in value) {
          waited = true;
          const items = [];
          while (items.length < task.valueLimits.items) {
            const step = await settled(value.next());
            if (step === LATE) { value = LATE; break; }
            if (step.done) break;
            items.push(step.value);
          }
          if (value !== LATE) value = items.values();
        }
        if (value === LATE) came = { unknown: 'what it promised did not come in time', slow: true };
        else {
          const { tree, unknown } = encode(value, task.valueLimits);
          came = unknown === undefined ? { value: stringify(tree) } : { unknown: 'its result holds ' + unknown };
        }
      } catch (error) {
        const isError = error !== null && typeof error === 'object' && 'message' in error;
        const kind = isError ? String(error.constructor?.name || error.name || 'Error') : text(error);
        came = { threw: kind.slice(0, 200), message: isError ? String(error.message).slice(0, 200) : '' };
      }
      const after = text(given);
      if (came.unknown === undefined && after !== before) came.changed = after;
      if (waited && came.unknown === undefined) came.waited = true;
    } catch (error) {
      came = { unknown: 'its call could not be observed: ' + String(error?.message ?? error).slice(0, 200) };
    }
    if (came.slow) skip.add(call % makers.length);
    post({ call, came });
  }
  store(progress, 0, total);
  post({ done: true });
});
`;

/** What `node -e` runs; the task is read from standard input. */
export const HOST = `
import { createHash } from 'node:crypto';
import { readFileSync, writeSync } from 'node:fs';
import { MessageChannel, Worker } from 'node:worker_threads';
const task = JSON.parse(readFileSync(0, 'utf8'));
const { limits } = task;
const total = task.inputs.length * 2;
const write = (line) => {
  let rest = Buffer.from('\\n' + task.nonce + JSON.stringify(line) + '\\n');
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
};
const cut = (text) =>
  text === undefined || text.length < limits.resultCharacters
    ? text
    : JSON.stringify(['opaque', text.length + ' characters, sha256 ' + createHash('sha256').update(text).digest('hex')]);
const skipped = new Set(task.skipped);
let { slow } = task;
const told = new Set();
const tell = (call, came) => {
  if (told.has(call) || !Number.isInteger(call)) return;
  told.add(call);
  write({ call, came: { ...came, ...('value' in came ? { value: cut(came.value) } : {}), ...('changed' in came ? { changed: cut(came.changed) } : {}) } });
  if (came.slow) {
    skipped.add(call % task.inputs.length);
    slow++;
  }
};
const round = (from) =>
  new Promise((resolve) => {
    const progress = new Int32Array(new SharedArrayBuffer(4));
    progress[0] = -1;
    const worker = new Worker(${JSON.stringify(WORKER)}, {
      eval: true, stdin: false, stdout: true, stderr: true, env: {}, execArgv: ['--no-warnings'],
      resourceLimits: { maxOldGenerationSizeMb: limits.memoryMb, maxYoungGenerationSizeMb: 32 },
    });
    worker.stdout.resume();
    worker.stderr.resume();
    const { port1, port2 } = new MessageChannel();
    let end;
    port1.on('message', (message) => {
      if ('call' in message) {
        tell(message.call, message.came);
        if (slow >= limits.slow) finish({ from: message.call + 1 });
      } else finish(message);
    });
    worker.postMessage({ port: port2, progress, task, from, skipped: [...skipped] }, [port2]);
    let last = -2;
    let cpu = 0;
    let since = 0;
    const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
    const watch = setInterval(() => {
      const at = Atomics.load(progress, 0);
      if (at !== last) { last = at; cpu = used(); since = performance.now(); return; }
      // Loading takes longer than a call.
      const many = at < 0 ? 20 : 1;
      if (used() - cpu < limits.callMs * many && performance.now() - since < limits.waitMs * 8 * many) return;
      end = { unknown: 'no end within ' + limits.callMs + ' ms of processor time', slow: true };
      clearInterval(watch);
      void worker.terminate();
      // What the engine does in one step, a search through a huge list, is not interrupted.
      setTimeout(() => {
        if (isOver) return;
        if (at < 0) return finish({ unloaded: end.unknown });
        tell(at, end);
        finish({ stuck: at + 1, skipped: [...skipped], slow });
      }, limits.waitMs);
    }, 10);
    worker.on('error', (error) => { end ??= { unknown: error?.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'it needs more than ' + limits.memoryMb + ' MiB' : 'it ended its process', slow: true }; });
    worker.on('exit', () => setImmediate(() => {
      const at = Atomics.load(progress, 0);
      if (at < 0) return finish({ unloaded: end?.unknown ?? 'it ended its process' });
      if (at >= total) return finish({ done: true });
      tell(at, end ?? { unknown: 'it ended its process', slow: true });
      finish({ from: at + 1 });
    }));
    let isOver = false;
    const finish = (message) => {
      if (isOver) return;
      isOver = true;
      clearInterval(watch);
      port1.close();
      worker.removeAllListeners();
      void worker.terminate();
      resolve(message);
    };
  });
let at = task.from;
for (;;) {
  if (slow >= limits.slow) {
    // Too many calls without an end: what was not called yet is not, what was is called a second time.
    if (at >= task.inputs.length) {
      write({ done: true });
      break;
    }
    for (let input = at; input < task.inputs.length; input++) skipped.add(input);
    at = task.inputs.length;
    slow = 0;
  }
  const came = at >= total ? { done: true } : await round(at);
  if ('from' in came) { at = came.from; continue; }
  write(came);
  break;
}
// An exit would wait for a worker that cannot be ended.
process.kill(process.pid, 'SIGKILL');
`;
