import { dirname } from 'node:path';
import { transpilerPath } from '../../lang/index.ts';
import { type IsolationLevel, openSandbox } from '../../sandbox/index.ts';

/** A sandbox for bodies that are only tried: it reads the repository, writes nothing, calls nobody. */
export function openReader(root: string, allowRestricted: boolean): ReturnType<typeof openSandbox> {
  const levels: IsolationLevel[] = ['strong', 'namespaces', ...(allowRestricted ? (['restricted'] as const) : [])];
  return openSandbox({ access: { read: [root, dirname(transpilerPath())], write: [], network: false }, levels });
}
