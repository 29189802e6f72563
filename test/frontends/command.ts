import type { Io } from '../../src/frontends/cli/io.ts';
import { main } from '../../src/frontends/cli/main.ts';

/** Runs a command as a person would who is asked and gives these replies, if any; what it prints and its exit status. */
export async function runCommand(
  cwd: string,
  args: readonly string[],
  replies?: readonly string[],
): Promise<{ readonly status: number; readonly out: string; readonly err: string }> {
  const seen = { out: '', err: '' };
  const left = [...(replies ?? [])];
  const io: Io = {
    cwd,
    env: {},
    colour: false,
    motion: false,
    out: (text) => {
      seen.out += text;
    },
    err: (text) => {
      seen.err += text;
    },
    input: async () => undefined,
    ...(replies ? { ask: async () => left.shift() } : {}),
  };
  return { status: await main([...args], io), ...seen };
}
