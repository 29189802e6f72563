import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type RepoPath, type Span, span } from '../../base/index.ts';
import type { Resident } from '../resident/index.ts';

/** Code put behind a file's own, under an overlay: what is asked is asked in the file's scope, and nothing is written. */
export interface Probe {
  readonly path: RepoPath;
  readonly text: string;
  /** The code within the text. */
  readonly at: Span;
}

/** Where nobody says in which file: a file that is not there, where the project's sources lie. */
const NO_FILE = 'assay-question.ts';

export function contextFile(resident: Resident): RepoPath {
  const sources = existsSync(join(resident.workspace.root, 'src')) ? 'src/' : '';
  return `${sources}${NO_FILE}` as RepoPath;
}

/** Code at the end of a file, or in an empty module where nobody says in which. */
export function probe(resident: Resident, path: RepoPath, code: string): Probe {
  const read = resident.workspace.read(path);
  const before = `${read.ok ? read.value.text : 'export {};'}\n;`;
  return { path, text: `${before}${code}\n`, at: span(before.length, before.length + code.length) };
}
