import { resolve } from 'node:path';

/** Where a command reads and writes; the process itself in real runs. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Colour and motion are for terminals, and not where NO_COLOR is set. */
  readonly colour: boolean;
  readonly motion: boolean;
  out(text: string): void;
  err(text: string): void;
  /** All of standard input; `limit` in bytes, undefined where more comes. */
  input(limit: number): Promise<Uint8Array | undefined>;
  /** Asks a person for one line, undefined where they end it; there only where a person sits at a terminal. */
  readonly ask?: (question: string) => Promise<string | undefined>;
}

/** The file that `--model` names; `shipped` is the one that comes with assay, if one does. */
export async function modelFile({ cwd }: Io, given: string): Promise<string> {
  if (given !== 'shipped') return resolve(cwd, given);
  const { shippedTransformer } = await import('../../model/index.ts');
  return shippedTransformer() ?? resolve(cwd, given);
}

export function processIo(): Io {
  const { env } = process;
  const plain = env.NO_COLOR !== undefined && env.NO_COLOR !== '';
  return {
    cwd: process.cwd(),
    env,
    colour: !plain && process.stdout.isTTY === true,
    motion: !plain && process.stderr.isTTY === true,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    input: async (limit) => {
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
        bytes += chunk.length;
        if (bytes >= limit) return undefined;
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    },
    ...(process.stdin.isTTY && process.stderr.isTTY ? { ask: askLine } : {}),
  };
}

async function askLine(question: string): Promise<string | undefined> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new AbortController();
  lines.once('close', () => ended.abort());
  try {
    return await lines.question(question, { signal: ended.signal });
  } catch {
    return undefined;
  } finally {
    lines.close();
  }
}

/** Exit statuses of the contract. */
export const EXIT = { pass: 0, fail: 1, usage: 2, unknown: 3 } as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];
