import { existsSync, lstatSync, readFileSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Result, sha256 } from '../../src/base/index.ts';
import type { ChangeRequest, ChangeView, FileChange } from '../../src/workspace/index.ts';
import { listByWalking } from '../../src/workspace/list.ts';
import { takeSnapshot } from '../../src/workspace/snapshot.ts';
import { contents, type Project, value } from './repository.ts';

/** A change in short: `kind path`, `renamed from → path`, then the changed text between brackets, and what else is told. */
export const inShort = (file: FileChange): string =>
  [
    file.kind,
    file.from === undefined ? file.path : `${file.from} → ${file.path}`,
    ...file.spans.map(({ start, end }) => `[${file.after!.text.slice(start, end)}]`),
    ...(file.binary ? ['binary'] : []),
    ...(file.withheld === undefined ? [] : [`(${file.withheld})`]),
  ].join(' ');

/** Everything below a project but assay's store, which views may write their cache to. */
export const untouched = (project: Project): Map<string, string> =>
  new Map([...contents(project.root)].filter(([path]) => !path.includes('/.assay')));

export interface Viewed {
  readonly result: Result<ChangeView>;
  readonly short: readonly string[];
}

/**
 * Views a change, holds it to what every view promises, and closes it: nothing of the project is written, texts are those
 * on disk, spans are whole lines in order, the tree hash is that of the tree at `root`, what was laid out is gone after.
 */
export async function check(
  project: Project,
  request: ChangeRequest,
  body: (view: ChangeView) => Promise<void> | void = () => {},
): Promise<Viewed> {
  const workspace = await project.open();
  const before = untouched(project);
  const result = await workspace.change(request);
  expect(untouched(project)).toEqual(before);
  if (!result.ok) return { result, short: [] };
  const view = result.value;
  try {
    expect(view.inPlace).toBe(view.root === project.root);
    if (view.inPlace) expect(view.treeHash).toBe(value(await workspace.snapshot()).treeHash);
    for (const file of view.files) checkFile(view, file);
    await body(view);
  } finally {
    await view.close();
    await view.close();
  }
  if (view.inPlace) expect(untouched(project)).toEqual(before);
  else expect(existsSync(view.root)).toBe(false);
  return { result, short: view.files.map(inShort) };
}

function lstatIn(place: string): Stats | undefined {
  try {
    return lstatSync(place);
  } catch {
    return undefined;
  }
}

function checkFile(view: ChangeView, file: FileChange): void {
  const place = join(view.root, file.path);
  const there = lstatIn(place);
  const isRepository = file.withheld === 'another repository';
  expect(there !== undefined && (isRepository || !there.isDirectory()), file.path).toBe(file.kind !== 'deleted');
  expect(file.from === undefined).toBe(file.kind !== 'renamed');
  if (file.kind === 'added') expect(file.before).toBeUndefined();
  if (file.kind === 'deleted') expect(file.after).toBeUndefined();
  for (const source of [file.before, file.after]) {
    if (source) expect(source.hash).toBe(sha256(source.text));
  }
  if (!file.after) {
    expect(file.spans).toEqual([]);
    return;
  }
  expect(file.after.text).toBe(readFileSync(place, 'utf8'));
  expect(file.after.path).toBe(file.path);
  const { text } = file.after;
  let at = 0;
  let kept = '';
  for (const { start, end } of file.spans) {
    expect(start).toBeGreaterThanOrEqual(at);
    expect(end).toBeGreaterThan(start);
    expect(start === 0 || text[start - 1] === '\n').toBe(true);
    expect(end === text.length || text[end - 1] === '\n').toBe(true);
    kept += text.slice(at, start);
    at = end;
  }
  kept += text.slice(at);
  if (file.before) expectSubsequence(linesOf(kept), linesOf(file.before.text));
}

/** Lines without their ends: which of those git converts is its own matter. */
const linesOf = (text: string): string[] => text.split('\n').map((line) => line.replace(/\r$/, ''));

/** What the spans leave out was there before, in the same order. */
function expectSubsequence(part: readonly string[], whole: readonly string[]): void {
  let at = 0;
  for (const line of part) {
    if (line === '') continue;
    at = whole.indexOf(line, at) + 1;
    expect(at, `${JSON.stringify(line)} is in no span though it is new`).toBeGreaterThan(0);
  }
}

/** The tree hash of a folder, by walking it. */
export const hashOf = async (root: string): Promise<string> =>
  (await takeSnapshot(root, value(await listByWalking(root)))).treeHash;
