/**
 * A program that keeps one vitest warm and runs the tests that come by a fault with that fault in, one after the other. It reads its
 * task from standard input and writes a line for each fault behind a word that only it and we know.
 */
export interface DriverTask {
  readonly nonce: string;
  /** Absolute paths of the changed files whose tests run. */
  readonly related: readonly string[];
  /** Folder that `active` and `reach` lie in. */
  readonly folder: string;
  readonly mutants: readonly number[];
  /** Tests that come by each fault, absolute; made by the first run where undefined. */
  readonly reach?: Readonly<Record<string, readonly string[]>>;
  /** Milliseconds for all, and the least for one. */
  readonly ms: number;
  readonly oneMs: number;
}

export type DriverLine =
  /** How the tests are without a fault: those that pass, and the faults that they come by. */
  | {
      readonly baseline: { readonly passed: number; readonly failed: number; readonly ms: number };
      readonly reach: Readonly<Record<string, readonly string[]>>;
    }
  /** Whether a fault that throws is noticed at all: without it no result means anything. */
  | { readonly alive: boolean }
  | { readonly mutant: number; readonly result: 'killed' | 'survived' | 'timeout' }
  | { readonly done: 'all' | 'time' }
  | { readonly failed: string };

export const DRIVER = `
import { createRequire } from 'node:module';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
const task = JSON.parse(readFileSync(0, 'utf8'));
const write = process.stdout.write.bind(process.stdout);
const say = (line) => write('\\n' + task.nonce + JSON.stringify(line) + '\\n');
const started = performance.now();
const left = () => task.ms - (performance.now() - started);
const set = (id) => writeFileSync(task.folder + '/active', String(id));
const end = (line) => { say(line); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50); };
const { createVitest } = await import('vitest/node');
const quiet = { onInit() {}, onFinished() {}, onCollected() {}, onTaskUpdate() {} };
const vitest = await createVitest('test', {
  watch: false, run: true, related: task.related, reporters: [quiet], passWithNoTests: true,
  coverage: { enabled: false }, cache: false, update: false, typecheck: { enabled: false },
});
const files = () => vitest.state.getFiles();
const casesOf = (task, out = []) => {
  if (task.type === 'test' || task.type === 'custom') out.push(task);
  else for (const one of task.tasks ?? []) casesOf(one, out);
  return out;
};
const keyOf = (file, one) => file.filepath + '\\0' + one.id;
const failing = () => new Set(files().flatMap((file) => [
  ...(file.result?.state === 'fail' && casesOf(file).every((one) => one.result?.state !== 'fail') ? [file.filepath] : []),
  ...casesOf(file).filter((one) => one.result?.state === 'fail').map((one) => keyOf(file, one)),
]));
const exitCode = () => { const code = process.exitCode; process.exitCode = undefined; return code; };
set(0);
const first = performance.now();
await vitest.start();
exitCode();
const before = failing();
const paths = files().map((file) => file.filepath);
const all = files().flatMap((file) => casesOf(file));
const took = performance.now() - first;
const specs = new Map();
if (vitest.globTestSpecifications) {
  for (const spec of await vitest.globTestSpecifications()) if (paths.includes(spec.moduleId)) specs.set(spec.moduleId, [...(specs.get(spec.moduleId) ?? []), spec]);
}
const reach = task.reach ?? {};
if (!task.reach && existsSync(task.folder + '/reach'))
  for (const line of readFileSync(task.folder + '/reach', 'utf8').split('\\n')) {
    const [, id, path] = /^(\\d+) (.+)$/.exec(line) ?? [];
    if (id) (reach[id] ??= []).push(...(paths.includes(path) ? [path] : paths));
  }
for (const id of Object.keys(reach)) reach[id] = [...new Set(reach[id])];
say({ baseline: { passed: all.filter((one) => one.result?.state === 'pass').length, failed: before.size, ms: took }, reach });
const limit = Math.max(task.oneMs, took * 3);
for (const config of [vitest.config, ...(vitest.projects ?? []).map((one) => one.config)]) {
  if (before.size === 0) config.bail = 1;
  config.testTimeout = Math.min(config.testTimeout ?? 5000, Math.max(1000, task.oneMs / 2));
  config.retry = 0;
}
// What is left open when a run is cut short is nobody's failure here.
process.on('unhandledRejection', () => {});
const run = async (tests) => {
  const chosen = tests.flatMap((path) => specs.get(path) ?? []);
  if (chosen.length > 0) await (vitest.rerunTestSpecifications ?? vitest.runTestSpecifications).call(vitest, chosen);
  else await vitest.rerunFiles(tests);
};
const tried = async (id, tests) => {
  set(id);
  exitCode();
  let timer;
  const slow = new Promise((resolve) => { timer = setTimeout(() => resolve('timeout'), limit); });
  const ran = run(tests).then(() => ([...failing()].some((key) => !before.has(key)) || (exitCode() && before.size === 0) ? 'killed' : 'survived'), () => 'killed');
  const result = await Promise.race([ran, slow]);
  clearTimeout(timer);
  return result;
};
const reached = task.mutants.filter((id) => (reach[id] ?? []).length > 0);
if (reached.length > 0) {
  const one = reach[reached[0]];
  const alive = (await tried(-1, one)) !== 'survived';
  say({ alive });
  if (!alive) end({ done: 'all' });
  else {
    let why = 'all';
    for (const id of reached) {
      if (left() <= 0) { why = 'time'; break; }
      const result = await tried(id, reach[id]);
      say({ mutant: id, result });
      // Workers that do not come to their end are not to be had back.
      if (result === 'timeout') { why = 'stuck'; break; }
    }
    if (why === 'stuck') end({ done: 'time' });
    else end({ done: why });
  }
} else end({ done: 'all' });
`;
