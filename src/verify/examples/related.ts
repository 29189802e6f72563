import { existsSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import type { RepoPath } from '../../base/index.ts';
import { type CheckContext, changedCode, isCode, overlaps, textAt } from '../context.ts';
import { isTestFile } from '../tests/index.ts';
import { examplesInCode, examplesInDocument } from './find.ts';
import type { Example } from './types.ts';

/** Files that import what changed, whose examples are run too. */
const IMPORTERS = 40;

export const isDocument = (path: string): boolean => /\.(?:md|mdx|markdown)$/i.test(path);

/** Examples in changed files and their importers, and fences that are about a changed export or changed themselves. */
export function related(context: CheckContext): Example[] {
  const found: Example[] = [];
  const changed = changedCode(context).filter(({ path }) => !isTestFile(path));
  const importers =
    changed.length > 0
      ? context.language.importers(
          changed.map(({ path }) => path),
          IMPORTERS,
        )
      : undefined;
  const paths = new Set<RepoPath>([
    ...changed.map(({ path }) => path),
    ...(importers?.status === 'known' ? importers.value.paths : []),
  ]);
  const written = [...documents(context, paths)].flatMap((path) => {
    const text = textAt(context, path);
    return text !== undefined && /```|~~~/.test(text) ? [{ path, examples: examplesInDocument(path, text) }] : [];
  });
  const isWritten = written.some(({ examples }) => examples.length > 0);
  const names = new Set<string>();
  for (const path of paths) {
    if (isTestFile(path)) continue;
    const text = textAt(context, path);
    if (text === undefined) continue;
    found.push(...examplesInCode(path, text));
    // An outline is a question to the compiler, so it is asked only where a document could hold one of its names.
    const outline = isWritten ? context.language.outline(path) : undefined;
    if (outline?.status === 'known') for (const { name, exported } of outline.value) if (exported) names.add(name);
  }
  if (isWritten) for (const name of exportedBefore(context)) names.add(name);
  for (const { path, examples } of written) {
    const file = context.change.files.find((one) => one.path === path);
    for (const example of examples) {
      const words = example.code.match(/[\w$]+/g) ?? [];
      if ((file && overlaps(example.span, file.spans)) || words.some((word) => names.has(word))) found.push(example);
    }
  }
  return found;
}

/** What changed code exported at the base: a document may still name what is gone. */
function exportedBefore(context: CheckContext): string[] {
  const paths = changedBefore(context);
  if (paths.length === 0) return [];
  const outlines = context.atBase((language) => paths.map((path) => language.outline(path)));
  return outlines.flatMap((outline) =>
    outline.status === 'known' ? outline.value.flatMap(({ name, exported }) => (exported ? name : [])) : [],
  );
}

const changedBefore = ({ change }: CheckContext): RepoPath[] =>
  change.files.flatMap(({ path, from = path, before }) => (before && isCode(path) && !isTestFile(path) ? from : []));

/** Documents that changed, and the README of each package that did. */
function documents(context: CheckContext, paths: ReadonlySet<RepoPath>): Set<RepoPath> {
  const found = new Set<RepoPath>();
  for (const { path, after } of context.change.files) if (after && isDocument(path)) found.add(path);
  const folders = new Set<string>();
  const code = new Set([...paths, ...changedBefore(context)]);
  for (const path of code) folders.add(dirname(context.packages.manifestOf(path)?.path ?? 'package.json'));
  if (code.size > 0) folders.add('.');
  for (const folder of folders) {
    for (const name of ['README.md', 'readme.md', 'Readme.md']) {
      const path = posix.join(folder, name) as RepoPath;
      if (!existsSync(join(context.change.root, path))) continue;
      found.add(path);
      break;
    }
  }
  return found;
}
