import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Project } from '../workspace/repository.ts';

/** Starts the native compiler, tells its process and waits. */
const START = `(async () => {
const { NativeEngine } = await import(process.argv[1]);
const none = () => undefined;
const engine = new NativeEngine(process.argv[2], { read: none, fileExists: none, directoryExists: none, entries: none }, '');
process.stdout.write(String(engine.pid));
setInterval(none, 1e6);
})()`;

/** Whether a process is there; one that only waits to be asked for its end is not. */
function isThere(pid: number): boolean {
  try {
    return !/^\s*(?:Z|$)/.test(execFileSync('ps', ['-o', 'stat=', '-p', `${pid}`], { encoding: 'utf8' }));
  } catch {
    return false;
  }
}

it.each(['SIGKILL', 'SIGTERM'] as const)(
  'a compiler that is busy ends with the process that started it: %s',
  { timeout: 60_000 },
  async (signal) => {
    const { root } = new Project({ 'tsconfig.json': '{}', 'a.ts': 'export {};\n' });
    const native = join(import.meta.dirname, '../../src/lang/engines/native.ts');
    const parent = spawn(process.execPath, ['-e', START, native, root], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [told] = (await once(parent.stdout, 'data')) as [Buffer];
    const compiler = Number(told.toString());
    try {
      expect(isThere(compiler)).toBe(true);
      // Stopped, it sees as little of the end of its standard input as one that is busy.
      process.kill(compiler, 'SIGSTOP');
      parent.kill(signal);
      await once(parent, 'exit');
      while (isThere(compiler)) await after(20);
    } finally {
      if (isThere(compiler)) process.kill(compiler, 'SIGKILL');
      parent.kill('SIGKILL');
    }
  },
);
