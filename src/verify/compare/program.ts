/**
 * The two programs of a draft's process, as text. The first never runs a line of the draft: it starts a worker that does,
 * ends it where a call takes too long, starts it again at the next call, and writes what came out on standard output behind a word
 * that only it and we know. Both read nothing but their task.
 */

/** What the process of a draft is told on standard input. */
export interface Task {
  /** Stands before each line that is ours. */
  readonly nonce: string;
  /** URL of the module that is loaded: what it imports is found from there. */
  readonly url: string;
  /** Modules whose text is given, by their URL; all others are read from disk. */
  readonly modules: Readonly<Record<string, ModuleText>>;
  /** Where an import leads that Node alone would not find, by the importing module's URL, a space and the specifier. */
  readonly imports: Readonly<Record<string, string>>;
  /** Sources of functions that take the module and give what is called. */
  readonly subjects: readonly string[];
  /** Whether the module names no other: then nothing has to be taught. */
  readonly alone: boolean;
  /** A module that teaches Node to load the draft's neighbours as its build does. */
  readonly loader: string;
  /** Where to go on, where a process before this one could not: the call, the inputs to leave out, calls without an end so far. */
  readonly from: number;
  readonly skipped: readonly number[];
  readonly slow: readonly number[];
  /** Source of the arguments, one text a call; what the module exports is found in `$m`. */
  readonly inputs: readonly string[];
  /** Which of the subjects each input is for. */
  readonly of: readonly number[];
  /** Whether the clock stands still, and chance is the same for all drafts in the same pass. */
  readonly still: boolean;
  /** Whether chance is the same in both passes too. */
  readonly steady: boolean;
  /** Source of functions of which it is noted what they are called with, and what those begin with of which it is noted whether they are. */
  readonly noted: string;
  readonly thunk: string;
  /** Source of the function that encodes values. */
  readonly encode: string;
  readonly valueLimits: { readonly parts: number; readonly items: number; readonly depth: number };
  readonly limits: RunLimits;
}

/** One module as it is loaded. */
export interface ModuleText {
  readonly format: 'module' | 'commonjs';
  readonly source: string;
}

export interface RunLimits {
  /** Processor time of one call, milliseconds: a busy machine makes no draft slow. */
  readonly callMs: number;
  /** Time that one call may wait for what it promised, milliseconds. */
  readonly waitMs: number;
  /** Calls of one subject that may come to one of these limits before it is given up. */
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
  /** `partly`: what in the value could not be looked at. `called`: what functions that were handed in were called with. `chance`: it asked for a random number. */
  | {
      readonly value: string;
      readonly partly?: string;
      readonly waited?: true;
      readonly changed?: string;
      readonly called?: string;
      readonly chance?: true;
    }
  | {
      readonly threw: string;
      readonly above?: readonly string[];
      readonly message: string;
      readonly waited?: true;
      readonly changed?: string;
      readonly called?: string;
      readonly chance?: true;
    }
  | { readonly unknown: string; readonly slow?: true };

/** One line of the report. Calls are counted over two passes: `call` is pass × inputs + input. */
export type Line =
  | { readonly call: number; readonly came: Reported }
  | { readonly unloaded: string }
  /** The worker could not be ended: another process must go on at this call. */
  | { readonly stuck: number; readonly skipped: readonly number[]; readonly slow: readonly number[] }
  | { readonly done: true };

const WORKER = `
const { parentPort } = require('node:worker_threads');
const { registerHooks } = require('node:module');
parentPort.once('message', async ({ port, progress, task, from, skipped, asked, longer }) => {
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
  const makers = (0, eval)('[' + task.inputs.map((source) => '($m) => [' + source + '\\n]').join(',') + ']');
  process.on('unhandledRejection', () => {});
  const chance = { state: 0, asked: false };
  const drawn = Math.random;
  Math.random = () => {
    chance.asked = true;
    return task.still ? stillChance() : drawn();
  };
  const stillChance = () => {
    chance.state = (chance.state + 0x6d2b79f5) | 0;
    let bits = Math.imul(chance.state ^ (chance.state >>> 15), chance.state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
  if (task.still) {
    const clock = Date;
    const at = clock.UTC(2024, 1, 29, 12);
    clock.now = () => at;
    globalThis.Date = clock.prototype.constructor = new Proxy(clock, {
      construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [at] : args, made),
      apply: (target) => new target(at).toString(),
    });
    performance.now = () => 1000;
  }
  // A module may be loaded again, as it is when nothing was done with it, by a number after its URL.
  const plain = (url) => String(url).replace(/\\?\\d+$/, '');
  let subjects;
  let own;
  try {
    if (!task.alone) {
      await import(task.loader);
      registerHooks({
        resolve: (specifier, context, next) => {
          const url = Object.hasOwn(task.modules, plain(specifier)) ? specifier : task.imports[plain(context.parentURL) + ' ' + specifier];
          return url === undefined ? next(specifier, context) : { url, format: task.modules[plain(url)]?.format, shortCircuit: true };
        },
        load: (url, context, next) =>
          Object.hasOwn(task.modules, plain(url)) ? { ...task.modules[plain(url)], shortCircuit: true } : next(url, context),
      });
    }
    const module = await import(task.alone ? 'data:text/javascript,' + encodeURIComponent(task.modules[task.url].source) : task.url);
    own = task.modules[task.url].format === 'commonjs' ? module.default : module;
    subjects = task.subjects.map((source) => (0, eval)('(' + source + ')')(own));
    if (subjects.every((one) => typeof one !== 'function')) throw new TypeError('it is no function');
  } catch (error) {
    return post({ unloaded: String(error?.message ?? error).slice(0, 400) });
  }
  const LATE = {};
  let waitMs;
  const settled = async (promise) => {
    let timer;
    const late = new made((resolve) => (timer = later(resolve, waitMs, LATE)));
    try {
      return await race([promise, late]);
    } finally {
      never(timer);
    }
  };
  const text = (value) => stringify(encode(value, task.valueLimits).tree);
  const source = Function.prototype.call.bind(Function.prototype.toString);
  const isPlain = (value) => value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;
  const holdsCalled = (value) => typeof value === 'function' || (isPlain(value) && Object.values(value).some(holdsCalled));
  // Called by a name where more than one argument may be.
  const noted = (value, calls, name, isWhole) => {
    if (typeof value === 'function') {
      const [, isAsync, said] = /^(async )?([^]*)$/.exec(source(value));
      const note = (all) => void calls.push(calls.length < task.valueLimits.items ? [name, encode(all, task.valueLimits).tree] : 0);
      if (said === task.noted) return isAsync ? async (...all) => note(all) : (...all) => note(all);
      let isCalled = false;
      if (said.startsWith(task.thunk))
        return () => {
          if (!isCalled) note([]);
          isCalled = true;
          return value();
        };
      return value;
    }
    if (isWhole && isPlain(value) && !Object.isFrozen(value))
      for (const key of Object.keys(value)) value[key] = noted(value[key], calls, name === '' ? key : name + '.' + key, false);
    return value;
  };
  const total = makers.length * 2;
  for (let call = from; call < total; call++) {
    if (skip.has(call % makers.length)) continue;
    store(progress, 0, call);
    waitMs = task.limits.waitMs * (asked.includes(call) ? longer : 1);
    let came;
    let waited;
    const pass = call < makers.length ? 0 : 1;
    chance.state = task.steady ? 0 : pass;
    chance.asked = false;
    try {
      const subject = subjects[task.of[call % makers.length]];
      const calls = [];
      const handed = makers[call % makers.length](own);
      const given = handed.map((one, at) => noted(one, calls, handed.filter(holdsCalled).length > 1 ? 'arguments[' + at + ']' : '', true));
      const before = text(given);
      try {
        let value = subject(...given);
        if (value !== null && typeof value === 'object' && typeof value.then === 'function') {
          waited = true;
          value = await settled(value);
        } else if (value !== null && typeof value === 'object' && typeof value.next === 'function' && Symbol.asyncIterator in value) {
          waited = true;
          const items = [];
          let step;
          while (items.length < task.valueLimits.items) {
            step = await settled(value.next());
            if (step === LATE || step.done) break;
            items.push(step.value);
          }
          value = step === LATE ? LATE : (function* () { yield* items; return step.value; })();
        }
        if (value === LATE) came = { unknown: 'what it promised did not come in time', slow: true };
        else {
          const { tree, unknown } = encode(value, task.valueLimits);
          came = unknown === undefined ? { value: stringify(tree) } : { value: stringify(tree), partly: unknown };
        }
      } catch (error) {
        const isError = error !== null && typeof error === 'object' && 'message' in error;
        const kind = isError ? String(error.constructor?.name || error.name || 'Error') : text(error);
        came = { threw: kind.slice(0, 200), message: isError ? String(error.message).slice(0, 200) : '' };
        const above = [];
        for (let at = error; error instanceof Error && (at = Object.getPrototypeOf(at)) !== Object.prototype && at; )
          above.push(String(at.constructor?.name));
        // The first is its own.
        if (above.length > 1) came.above = above.slice(1);
      }
      const after = text(given);
      if (came.unknown === undefined && after !== before) came.changed = after;
      if (calls.length > 0 && came.unknown === undefined) came.called = stringify(calls);
      if (waited && came.unknown === undefined) came.waited = true;
      if (chance.asked && came.unknown === undefined) came.chance = true;
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
const { readFileSync, writeSync } = require('node:fs');
const { MessageChannel, Worker } = require('node:worker_threads');
const task = JSON.parse(readFileSync(0, 'utf8'));
const { limits } = task;
const total = task.inputs.length * 2;
let waiting = '';
// Lines that come together are written together.
const write = (line) => {
  if (waiting === '') setImmediate(flush);
  waiting += '\\n' + task.nonce + JSON.stringify(line) + '\\n';
};
const flush = () => {
  let rest = Buffer.from(waiting);
  waiting = '';
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
};
// Each copy of a tree is in a folder of its own name, which says nothing of the code.
const here = process.cwd();
const wherever = (text) => (text.includes(here) ? text.replaceAll(here, '.') : text);
const cut = (whole) => {
  if (whole === undefined) return undefined;
  const text = wherever(whole);
  return text.length < limits.resultCharacters
    ? text
    : JSON.stringify(['opaque', text.length + ' characters, sha256 ' + require('node:crypto').createHash('sha256').update(text).digest('hex')]);
};
const skipped = new Set(task.skipped);
const slow = [...task.slow];
// Counted by pass: what was called in the first is called a second time.
const counterOf = (call) => (call < task.inputs.length ? 0 : task.subjects.length) + task.of[call % task.inputs.length];
// Of a subject with too many calls without an end, what was not called yet is not.
const giveUp = (from) => {
  const end = from < task.inputs.length ? task.inputs.length : total;
  for (let call = from; call < end; call++) if (slow[counterOf(call)] >= limits.slow) skipped.add(call % task.inputs.length);
};
// What takes too long may do so by the machine alone: it is asked once more, with more time, but only so many are.
const LONGER = 3;
const AGAIN = 10;
const LOADING = -1;
const asked = new Set();
const isAskedAgain = (call) => {
  if (asked.has(call) || asked.size >= AGAIN) return false;
  asked.add(call);
  return true;
};
const told = new Set();
const tell = (call, came) => {
  if (told.has(call) || !Number.isInteger(call)) return;
  told.add(call);
  write({ call, came: { ...came, ...('value' in came ? { value: cut(came.value) } : {}), ...('changed' in came ? { changed: cut(came.changed) } : {}), ...('called' in came ? { called: cut(came.called) } : {}), ...('threw' in came ? { message: wherever(came.message) } : {}) } });
  if (came.slow) {
    skipped.add(call % task.inputs.length);
    slow[counterOf(call)]++;
  }
};
const round = (from) =>
  new Promise((resolve) => {
    const progress = new Int32Array(new SharedArrayBuffer(4));
    progress[0] = LOADING;
    const worker = new Worker(${JSON.stringify(WORKER)}, {
      eval: true, stdin: false, stdout: true, stderr: true, env: {}, execArgv: ['--no-warnings'],
      resourceLimits: { maxOldGenerationSizeMb: limits.memoryMb, maxYoungGenerationSizeMb: 32 },
    });
    worker.stdout.resume();
    worker.stderr.resume();
    const { port1, port2 } = new MessageChannel();
    let end;
    port1.on('message', (message) => {
      if (isOver) return;
      if ('call' in message) {
        if (message.came.slow && isAskedAgain(message.call)) return finish({ from: message.call });
        tell(message.call, message.came);
        if (message.came.slow && slow[counterOf(message.call)] >= limits.slow) finish({ from: message.call + 1 });
      } else finish(message);
    });
    // The worker is the draft's: it is not told the word.
    worker.postMessage({ port: port2, progress, task: { ...task, nonce: '' }, from, skipped: [...skipped], asked: [...asked], longer: LONGER }, [port2]);
    let last = -2;
    let cpu = 0;
    let since = 0;
    // What this thread does itself, with what the draft did before, is no time of the call.
    const idle = { user: 0, system: 0 };
    const used = () => {
      const { user, system } = process.cpuUsage();
      const own = process.threadCpuUsage?.() ?? idle;
      return (user + system - own.user - own.system) / 1000;
    };
    // The call that takes too long.
    let stopped;
    const watch = setInterval(() => {
      const at = Atomics.load(progress, 0);
      if (at !== last) { last = at; cpu = used(); since = performance.now(); return; }
      // Loading takes longer than a call, and less of it than of one is the machine's doing.
      const many = at === LOADING ? 20 : asked.has(at) ? LONGER : 1;
      const spent = used() - cpu;
      const waited = performance.now() - since;
      if (stopped === undefined && (spent >= limits.callMs * many || waited >= limits.waitMs * 8 * many)) {
        stopped = at;
        end = { unknown: 'no end within ' + limits.callMs * many + ' ms of processor time', slow: true };
        void worker.terminate();
      }
      // What the engine does in one step, a search through a huge list, is not interrupted: it spends time on, where others are only in the way of its end it does not.
      if (spent < limits.callMs * many + limits.waitMs && waited < limits.waitMs * 16 * many) return;
      if (at === LOADING) return finish({ unloaded: end.unknown });
      tell(at, end);
      finish({ stuck: at + 1, skipped: [...skipped], slow });
    }, 10);
    worker.on('error', (error) => {
      if (error?.code === 'ERR_WORKER_OUT_OF_MEMORY') end ??= { unknown: 'it needs more than ' + limits.memoryMb + ' MiB', slow: true };
    });
    worker.on('exit', () => setImmediate(() => {
      if (isOver) return;
      const at = Atomics.load(progress, 0);
      // It came to an end after all where another call has begun.
      if (stopped !== undefined && (at !== stopped || isAskedAgain(at))) return finish({ from: at === LOADING ? from : at });
      if (at === LOADING) return finish(end === undefined && isAskedAgain(at) ? { from } : { unloaded: end?.unknown ?? 'it ended its process' });
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
const run = async () => {
  for (let at = task.from; ; ) {
    giveUp(at);
    const came = at >= total ? { done: true } : await round(at);
    if ('from' in came) { at = came.from; continue; }
    write(came);
    break;
  }
  flush();
  // An exit would wait for a worker that cannot be ended.
  process.kill(process.pid, 'SIGKILL');
};
run();
`;
