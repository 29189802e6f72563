import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fail, type Issue, type RepoPath } from '../../../src/base/index.ts';
import { changedSpans, diffTexts, type SourceText, sourceFromText } from '../../../src/text/index.ts';
import type { CheckContext } from '../../../src/verify/context.ts';
import { gaming } from '../../../src/verify/gaming/index.ts';
import type { FileChange } from '../../../src/workspace/index.ts';

export type Files = Readonly<Record<string, string>>;

export interface Judged {
  /** Codes of warnings and errors without their room, each once, sorted. */
  readonly labels: readonly string[];
  readonly notes: readonly string[];
  readonly issues: readonly Issue[];
  readonly summary: string;
  readonly status: string;
  readonly decides: boolean;
}

/** What the check says of a change from one set of files to another; `moved` names the file that each renamed one was. */
export async function judge(
  base: Files,
  head: Files,
  options: { readonly keepTests?: boolean; readonly moved?: Readonly<Record<string, string>> } = {},
): Promise<Judged> {
  const { moved = {} } = options;
  const from = new Set(Object.values(moved));
  const root = mkdtempSync(join(tmpdir(), 'assay-gaming-'));
  const source = (path: string, text: string): SourceText => sourceFromText(path as RepoPath, text);
  try {
    for (const [path, text] of Object.entries(head)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const files: FileChange[] = [];
    for (const path of new Set([...Object.keys(base), ...Object.keys(head)])) {
      const old = base[moved[path] ?? path];
      const now = head[path];
      if (old === now && moved[path] === undefined) continue;
      if (now === undefined && from.has(path)) continue;
      files.push({
        kind: moved[path] ? 'renamed' : old === undefined ? 'added' : now === undefined ? 'deleted' : 'modified',
        path: path as RepoPath,
        ...(moved[path] ? { from: moved[path] as RepoPath } : {}),
        ...(old === undefined ? {} : { before: source(moved[path] ?? path, old) }),
        ...(now === undefined ? {} : { after: source(path, now) }),
        binary: false,
        spans: now === undefined ? [] : changedSpans(diffTexts(old ?? '', now)),
      });
    }
    const constraints = options.keepTests ? [{ source: 'asked by the task', constraints: { keepTests: true } }] : [];
    // Of all that a context lends it takes the change and what is asked; here nothing can be run.
    const bench = async () => fail('sandbox/none', 'no sandbox');
    const context = {
      change: { files, root },
      options: { allTests: false, constraints },
      packages: { manifestOf: () => undefined },
      bench,
      language: { typeAt: () => ({ status: 'unknown', reason: 'nothing is compiled here' }) },
    } as unknown as CheckContext;
    const { issues, summary, status, decides } = await gaming.run(context);
    const codes = (wanted: (one: Issue) => boolean): string[] =>
      [...new Set(issues.filter(wanted).map(({ code }) => code.replace('gaming/', '')))].sort();
    return {
      labels: codes(({ severity }) => severity !== 'info'),
      notes: codes(({ severity }) => severity === 'info'),
      issues,
      summary,
      status,
      decides: decides ?? true,
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
