import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { transpilerPath } from '../../src/lang/index.ts';
import { openSandbox, type Sandbox } from '../../src/sandbox/index.ts';

/** A sandbox for all tests of a file that reads a folder, and writes it where it is to; both are gone after them. */
export function sandboxOver(folder: string, { writes = false } = {}): () => Sandbox {
  let sandbox: Sandbox | undefined;
  beforeAll(async () => {
    const opened = await openSandbox({
      access: { read: [folder, dirname(transpilerPath())], write: writes ? [folder] : [], network: false },
      levels: ['strong', 'namespaces', 'restricted'],
    });
    if (!opened.ok) throw new Error(opened.issues[0]!.message);
    sandbox = opened.value;
  });
  afterAll(async () => {
    await sandbox?.close();
    rmSync(folder, { recursive: true });
  });
  return () => sandbox!;
}
