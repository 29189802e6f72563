import type { Observation } from '../sandbox/index.ts';

/**
 * The lines of a report that stand on standard output behind a word that only the program and we know. Whatever else runs in
 * its process may print so much that the rest is cut in the middle of a line: that one says nothing.
 */
export function linesBehind<T>(nonce: string, { stdout }: Observation): T[] {
  const lines = Buffer.from(stdout).toString('utf8').split('\n');
  return lines.flatMap((line) => {
    if (!line.startsWith(nonce)) return [];
    try {
      return [JSON.parse(line.slice(nonce.length)) as T];
    } catch {
      return [];
    }
  });
}
