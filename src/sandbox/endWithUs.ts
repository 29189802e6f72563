import { spawn } from 'node:child_process';

/**
 * Has a process ended when this one is gone, however it went: killed, nothing here can end what it started, and a process
 * that is busy does not see that its standard input closed. So a shell waits for the end of a pipe that only we hold. It is
 * in no group of ours, which may be signalled as one. Without `/bin/sh` nothing is done.
 *
 * @returns lets the process go; to be called once it ended, before its number is another's
 */
export function endWithUs(pid: number): () => void {
  const waiting = spawn('/bin/sh', ['-c', 'read -r _; kill -9 "$1" 2>/dev/null', 'sh', `${pid}`], {
    cwd: '/',
    detached: true,
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  waiting.on('error', () => {});
  waiting.stdin.on('error', () => {});
  waiting.unref();
  // A pipe is a socket, whose type does not say that it can be let go of.
  (waiting.stdin as unknown as { unref(): void }).unref();
  return () => {
    waiting.kill('SIGKILL');
    waiting.stdin.destroy();
  };
}
