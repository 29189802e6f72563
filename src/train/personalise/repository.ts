import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type EventSink, noEvents, type Result } from '../../base/index.ts';
import { PERSONAL_MODEL } from '../../jobs/index.ts';
import type { Workspace } from '../../workspace/index.ts';
import type { RowFile } from '../pretrain/rows.ts';
import { type PersonaliseOptions, type PersonaliseReport, personalise } from './personalise.ts';

/** Characters learned from at most, the most recently changed files first: some 500,000 tokens, ten minutes on two idle cores. */
const CHARACTERS = 2_500_000;
const FILES = 20_000;
/** Larger files are generated more often than not. */
const FILE_BYTES = 256 * 1024;
const CODE = /\.(?:[cm]?[jt]s|[jt]sx)$/;

/** Where it goes if not told otherwise, and where a run keeps what it needs. */
export interface RepositoryOptions extends Omit<PersonaliseOptions, 'out' | 'folder' | 'name'> {
  readonly out?: string;
}

export interface RepositoryReport extends PersonaliseReport {
  readonly out: string;
  readonly name: string;
}

/**
 * `personalise` on what a repository holds: TypeScript and JavaScript that is not ignored, no secrets. State and result are in
 * assay's own store, so that git sees nothing of them. Errors: those of `personalise` and of the store.
 */
export async function personaliseRepository(
  workspace: Workspace,
  options: RepositoryOptions,
): Promise<Result<RepositoryReport>> {
  const store = workspace.store();
  if (!store.ok) return store;
  const name = nameOf(workspace.root);
  const out = options.out ?? join(store.value, PERSONAL_MODEL);
  const files = await repositoryFiles(workspace, options.events);
  const report = await personalise(files, { ...options, out, folder: join(store.value, 'personalise'), name });
  return report.ok ? { ...report, value: { ...report.value, out, name } } : report;
}

async function repositoryFiles(workspace: Workspace, events: EventSink = noEvents): Promise<RowFile[]> {
  const found: RowFile[] = [];
  let characters = 0;
  for (const { path } of (await workspace.recent(FILES)).filter(({ path }) => CODE.test(path))) {
    if (characters >= CHARACTERS) {
      events({ type: 'limit-hit', limit: 'characters learned from', value: CHARACTERS, found: characters });
      break;
    }
    const source = workspace.read(path);
    if (!source.ok || source.value.text.length >= FILE_BYTES) continue;
    found.push({ path, text: source.value.text });
    characters += source.value.text.length;
  }
  return found;
}

/** What the project calls itself, as pretraining names packages; else its folder. */
function nameOf(root: string): string {
  try {
    const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly name?: unknown };
    if (typeof name === 'string' && name !== '') return name;
  } catch {
    // None, or none that can be read.
  }
  return basename(root);
}
