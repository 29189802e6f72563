import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import type { EventSink, RepoPath } from '../../src/base/index.ts';
import { type LanguageService, openLanguage } from '../../src/lang/index.ts';

/** Texts by path; a text of the form `-> target` makes a symbolic link. */
export type Tree = Readonly<Record<string, string>>;

const made: string[] = [];
const opened: LanguageService[] = [];
afterAll(() => {
  for (const service of opened) service.close();
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** Lays out a tree in a folder of its own, and gives the folder's path. */
export function lay(tree: Tree): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'assay-lang-')));
  made.push(root);
  for (const [path, text] of Object.entries(tree)) put(root, path, text);
  return root;
}

export function put(root: string, path: string, text: string): void {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  if (text.startsWith('-> ')) symlinkSync(text.slice(3), full);
  else writeFileSync(full, text);
}

export function open(root: string, engine?: 'native' | 'service', events?: EventSink): LanguageService {
  const result = openLanguage({ root, ...(engine ? { engine } : {}), ...(events ? { events } : {}) });
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  opened.push(result.value);
  return result.value;
}

export const path = (value: string): RepoPath => value as RepoPath;

/** An answer's value; fails the test with the reason where there is none. */
export function known<T>(answer: { status: 'known'; value: T } | { status: 'unknown'; reason: string }): T {
  if (answer.status === 'unknown') throw new Error(`unknown: ${answer.reason}`);
  return answer.value;
}
