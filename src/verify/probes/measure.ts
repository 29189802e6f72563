/**
 * Counts what a call does, inside the process of a probe. Nothing here looks at the clock, so a busy machine changes no figure:
 * steps are the blocks of the project's own code that V8 counts for coverage, and what builtins do that go through a list or a text.
 */

/** What one call did. */
export interface Measured {
  /** Entries into blocks of code, and items that builtins went through. */
  readonly steps: number;
  /** Allocated on the heap, also what was collected since, by samples. */
  readonly bytes: number;
  /** The same number for the same result; undefined where it threw. */
  readonly result: number;
  /** The same number where the same functions count as one step a call: those that ran before, as their module was loaded. */
  readonly whole: number;
}

/** A figure, as it stands in the message of what is thrown. */
export const FIGURE = /^measured (\d+) (\d+) (-?\d+) (-?\d+)$/;

/** Of one call. */
const STEPS = 400_000;
const BYTES = 4_000_000;

type Called = (...args: unknown[]) => unknown;

/**
 * Makes what measures calls of a function. Sent as text, so it refers to nothing outside of itself. A call is named by the inputs it is one of,
 * which come with growing sizes: where it can be foreseen that the next one takes more than `most` steps, or the one before it allocated `mostBytes`, it is not made.
 *
 * A figure is thrown, in the message: of errors the message need not be the same both times that a call is made, and allocations are not.
 */
function measurer(called: Called, most: number, mostBytes: number): (inputs: number, make: () => unknown[]) => unknown {
  interface State {
    steps: number;
    post(method: string, params?: object): Record<string, unknown>;
  }
  const KEY = Symbol.for('assay.growth');
  // The global object under a key of ours, which its type cannot know: what is measured for several modules is kept once.
  const held = globalThis as unknown as Record<symbol, State | undefined>;
  const { stringify } = JSON;
  const open = (): State => {
    const { Session } = process.getBuiltinModule('node:inspector');
    const session = new Session();
    session.connect();
    const post = (method: string, params: object = {}): Record<string, unknown> => {
      let came: unknown;
      session.post(method, params, (error: unknown, value: unknown) => {
        came = error ?? value;
      });
      return (came ?? {}) as Record<string, unknown>;
    };
    process.getBuiltinModule('node:v8').setFlagsFromString('--sampling-heap-profiler-suppress-randomness');
    post('Profiler.enable');
    post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    post('HeapProfiler.enable');
    const state: State = { steps: 0, post };
    count(state);
    return state;
  };
  /** Makes builtins add what they go through. */
  const count = (state: State): void => {
    type Cost = (self: { readonly length: number }, args: readonly never[], result: never) => number;
    const wrap = (holder: object, names: string, cost: Cost): void => {
      for (const name of names.split(' ')) {
        const original = Reflect.get(holder, name) as Called | undefined;
        if (typeof original !== 'function') continue;
        const value = function (this: never, ...args: never[]): unknown {
          const result = Reflect.apply(original, this, args) as never;
          state.steps += cost(this, args, result) || 0;
          return result;
        };
        Object.defineProperty(holder, name, { value, writable: true, configurable: true });
      }
    };
    const whole: Cost = (self) => self.length;
    const made: Cost = (_, __, result: { readonly length: number }) => result.length;
    const { indexOf } = Array.prototype;
    const { indexOf: textIndexOf } = String.prototype;
    const until = (at: number, length: number): number => (at < 0 ? length : at + 1);
    const list = Array.prototype;
    wrap(list, 'map filter forEach reduce reduceRight flatMap join reverse fill sort toSorted toReversed', whole);
    wrap(list, 'with toSpliced copyWithin unshift', whole);
    wrap(list, 'slice concat flat', made);
    wrap(list, 'splice', (self, [start = 0]) => Math.max(0, self.length - (start < 0 ? self.length + start : start)));
    wrap(list, 'includes indexOf', (self, [item]) => until(Reflect.apply(indexOf, self, [item]), self.length));
    wrap(list, 'lastIndexOf', (self, _, at: number) => (at < 0 ? self.length : self.length - at));
    wrap(Array, 'from', made);
    wrap(Object, 'keys values entries getOwnPropertyNames', made);
    wrap(Object, 'assign', (_, [, ...from]) =>
      from.reduce((sum, one) => sum + Object.getOwnPropertyNames(one ?? {}).length, 0),
    );
    wrap(JSON, 'stringify', made);
    wrap(JSON, 'parse', (_, [text]) => String(text).length);
    const text = String.prototype;
    wrap(text, 'toLowerCase toUpperCase normalize', whole);
    wrap(text, 'split replace replaceAll', (self, [by]) => (typeof by === 'string' ? self.length : 0));
    wrap(text, 'includes indexOf', (self, [by]) => until(Reflect.apply(textIndexOf, self, [by]), self.length));
    const { exec } = RegExp.prototype;
    RegExp.prototype.exec = function (this: RegExp, on: string): RegExpExecArray | null {
      const from = this.global || this.sticky ? this.lastIndex : 0;
      const found = Reflect.apply(exec, this, [on]) as RegExpExecArray | null;
      state.steps += found ? found.index + found[0].length - from + 1 : this.sticky ? 1 : String(on).length - from + 1;
      return found;
    };
    for (const one of [[], new Map(), new Set(), ''])
      wrap(Object.getPrototypeOf(one[Symbol.iterator]()) as object, 'next', () => 1);
  };
  const hash = (value: unknown): number => {
    let sum = 0;
    let text: string;
    try {
      text = stringify(value) ?? String(value);
    } catch {
      text = typeof value;
    }
    for (let at = 0; at < text.length; at++) sum = (Math.imul(sum, 31) + text.charCodeAt(at)) | 0;
    return sum;
  };
  /** Blocks that were entered since this was last asked. */
  const blocks = (state: State): { sum: number; whole: string[] } => {
    type Scripts = {
      url: string;
      functions: { functionName: string; isBlockCoverage: boolean; ranges: { count: number }[] }[];
    }[];
    let sum = 0;
    const whole = new Set<string>();
    for (const { url, functions } of state.post('Profiler.takePreciseCoverage').result as Scripts) {
      if (!url.startsWith('file:')) continue;
      for (const { functionName, isBlockCoverage, ranges } of functions) {
        // What was compiled before blocks were counted has none.
        if (!isBlockCoverage && ranges.some((one) => one.count > 0)) whole.add(functionName);
        for (const range of ranges) sum += range.count;
      }
    }
    return { sum, whole: [...whole].sort() };
  };
  const drained = (value: unknown): unknown => {
    const isIterator = typeof value === 'object' && value !== null && 'next' in value && Symbol.iterator in value;
    return isIterator ? [...(value as Iterable<unknown>)] : value;
  };
  const memory = (sum: { selfSize: number; children: never[] }): number =>
    sum.children.reduce((all, one) => all + memory(one), sum.selfSize);
  const known = new Map<number, number[]>();
  const told = new Map<string, { message: string; isLate: boolean }>();
  const large = new Set<number>();
  const measure = (inputs: number, make: () => unknown[]): unknown => {
    held[KEY] ??= open();
    const state = held[KEY];
    // The second time it is told what it was the first time.
    const id = `${inputs} ${make}`;
    const before = told.get(id);
    if (before?.isLate) return Promise.reject(new Error(before.message));
    if (before) throw new Error(before.message);
    const steps = known.get(inputs) ?? [];
    const [last = 0, prior = last] = steps.toReversed();
    if (last * Math.max(1, last / Math.max(1, prior)) ** 2 >= most || large.has(inputs))
      throw new Error('too much work');
    const once = (then: () => unknown): unknown => {
      const args = make();
      blocks(state);
      state.steps = 0;
      state.post('HeapProfiler.startSampling', {
        samplingInterval: 2048,
        includeObjectsCollectedByMajorGC: true,
        includeObjectsCollectedByMinorGC: true,
      });
      const end = (value: unknown, isLate: boolean): unknown => {
        const { steps: within } = state;
        const { profile } = state.post('HeapProfiler.stopSampling') as { profile: { head: never } };
        const entered = blocks(state);
        const sum = entered.sum + within;
        const bytes = memory(profile.head);
        steps.push(sum);
        known.set(inputs, steps);
        if (bytes >= mostBytes) large.add(inputs);
        told.set(id, { message: `measured ${sum} ${bytes} ${hash(value)} ${hash(entered.whole)}`, isLate });
        return then();
      };
      try {
        const value = called(...args);
        if (typeof value === 'object' && value !== null && 'then' in value)
          // It has a `then`, which is all that waiting asks for.
          return (value as unknown as Promise<unknown>).then((settled) => end(settled, true));
        return end(drained(value), false);
      } catch (error) {
        state.post('HeapProfiler.stopSampling');
        throw error;
      }
    };
    const tell = (): never => {
      throw new Error(told.get(id)!.message);
    };
    // What is made ready at a first call is no work of each.
    return steps.length === 0
      ? once(() => {
          steps.pop();
          return once(tell);
        })
      : once(tell);
  };
  return measure;
}

/** Source of a function of a module that gives what measures calls of what `subject` gives. */
export const measurerSource = (subject: string): string =>
  `($m) => (${measurer.toString()})((${subject})($m), ${STEPS}, ${BYTES})`;
