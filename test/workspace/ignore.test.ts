import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Random, random } from '../../src/base/index.ts';
import { glob } from '../../src/workspace/glob.ts';
import { listByWalking } from '../../src/workspace/list.ts';
import { Project, temporaryFolder, value } from './repository.ts';

interface Case {
  readonly why: string;
  /** Ignore files by folder, '' for the top. */
  readonly ignore: Readonly<Record<string, string>>;
  readonly files: readonly string[];
}

const CASES: readonly Case[] = [
  { why: 'a name at any depth', ignore: { '': 'a.log\n' }, files: ['a.log', 'x/a.log', 'x/y/a.log', 'b.log'] },
  { why: 'a slash at the start', ignore: { '': '/a.log\n' }, files: ['a.log', 'x/a.log'] },
  { why: 'a slash in the middle', ignore: { '': 'x/a.log\n' }, files: ['x/a.log', 'y/x/a.log'] },
  { why: 'folders only', ignore: { '': 'build/\n' }, files: ['build/a', 'x/build/b', 'y/build'] },
  { why: 'a star within a name', ignore: { '': 'a*c\n' }, files: ['ac', 'abc', 'a/c', 'abbc/d', 'abd'] },
  { why: 'a star does not cross a slash', ignore: { '': 'x/*.ts\n' }, files: ['x/a.ts', 'x/y/a.ts'] },
  { why: 'stars before a slash', ignore: { '': '**/foo\n' }, files: ['foo', 'x/foo', 'x/y/foo', 'xfoo'] },
  { why: 'stars after a slash', ignore: { '': 'x/**\n' }, files: ['x/a', 'x/y/b', 'y/x/a', 'xa'] },
  { why: 'stars between slashes', ignore: { '': 'x/**/z\n' }, files: ['x/z', 'x/y/z', 'x/y/y/z', 'x/yz'] },
  {
    why: 'stars after other characters',
    ignore: { '': 'fo**/bar\nq**z\n' },
    files: ['fox/bar', 'fox/y/bar', 'qaz', 'q/z'],
  },
  { why: 'three stars', ignore: { '': '***/foo\nx/***\n' }, files: ['a/foo', 'foo', 'x/y/z'] },
  { why: 'stars before an escaped slash', ignore: { '': '**\\/foo\n' }, files: ['foo', 'x/foo', 'x/y/foo'] },
  { why: 'a question mark', ignore: { '': 'a?c\n' }, files: ['abc', 'ac', 'a/c', 'aéc'] },
  { why: 'a class', ignore: { '': '[a-c]x\n[!d]y\n[^d]z\n' }, files: ['ax', 'dx', 'ay', 'dy', 'az', 'dz'] },
  { why: 'odd classes', ignore: { '': '[]a]x\n[a-]y\n[--/]z\n' }, files: [']x', 'ax', '-y', 'ay', '-z', '.z'] },
  {
    why: 'named classes',
    ignore: { '': '[[:digit:]]x\n[[:upper:][:digit:]_]y\n[[:nope:]]z\n[[:digit]w\n' },
    files: ['1x', 'ax', 'Ay', '_y', 'ay', 'az', ':w', 'dw', '[w', '1w'],
  },
  { why: 'a class and a slash', ignore: { '': 'a[/]b\nc[!x]d\n' }, files: ['a/b', 'c/d', 'ced'] },
  { why: 'an open bracket', ignore: { '': 'a[b\n[ab\n' }, files: ['a[b', 'ab', '[ab'] },
  { why: 'a backslash', ignore: { '': '\\!a\n\\#b\nc\\*\nd\\\n' }, files: ['!a', '#b', 'c*', 'cx', 'd', 'd\\'] },
  { why: 'comments and empty lines', ignore: { '': '# a\n\na\n#b\n' }, files: ['a', '# a', '#b'] },
  {
    why: 'trailing spaces',
    ignore: { '': 'a  \nb\\ \nc\\  \nd \\ \n' },
    files: ['a', 'a  ', 'b ', 'b', 'c ', 'c  ', 'd  '],
  },
  { why: 'a trailing tab', ignore: { '': 'a\t\n' }, files: ['a', 'a\t'] },
  { why: 'taking back', ignore: { '': '*.log\n!keep.log\n' }, files: ['a.log', 'keep.log', 'x/keep.log'] },
  { why: 'taking back below an ignored folder', ignore: { '': 'x/\n!x/keep\n' }, files: ['x/keep', 'x/y'] },
  { why: 'taking back below an ignored star', ignore: { '': 'x/*\n!x/keep\n' }, files: ['x/keep', 'x/y'] },
  { why: 'the last rule decides', ignore: { '': '!a\na\nb\n!b\n' }, files: ['a', 'b'] },
  { why: 'a deeper file decides', ignore: { '': 'a\n', x: '!a\n', 'x/y': 'a\n' }, files: ['a', 'x/a', 'x/y/a'] },
  { why: 'rules hold below their own folder', ignore: { x: '/a\nb\n' }, files: ['a', 'b', 'x/a', 'x/y/a', 'x/y/b'] },
  { why: 'CR LF', ignore: { '': 'a\r\nb\r\n' }, files: ['a', 'b', 'c'] },
  { why: 'CR without LF at the end', ignore: { '': 'a\r' }, files: ['a', 'a\r'] },
  { why: 'a byte order mark', ignore: { '': '\ufeffa\n' }, files: ['a', 'b'] },
  { why: 'no line break at the end', ignore: { '': 'a' }, files: ['a', 'b'] },
  { why: 'names that are not ASCII', ignore: { '': 'é*\n[é]x\n' }, files: ['été', 'ete', 'éx', 'ex'] },
  { why: 'only a slash, only an exclamation mark', ignore: { '': '/\n!\n//\n' }, files: ['a', 'x/b'] },
  { why: 'everything', ignore: { '': '*\n!*.ts\n' }, files: ['a.ts', 'b.js', 'x/a.ts'] },
  { why: 'everything but folders', ignore: { '': '*\n!*/\n!*.ts\n' }, files: ['a.ts', 'b.js', 'x/a.ts', 'x/b.js'] },
  { why: 'dots', ignore: { '': '.*\n!.keep\n' }, files: ['.a', '.keep', '.x/b', 'c'] },
];

/** Puts many trees beside each other and asks git once for what of them is not ignored. */
async function check(trees: readonly Case[]): Promise<void> {
  const project = new Project({}, temporaryFolder());
  project.repository();
  for (const [index, { ignore, files }] of trees.entries()) {
    for (const file of files) place(join(project.root, `${index}`, file), '');
    for (const [folder, text] of Object.entries(ignore))
      place(join(project.root, `${index}`, folder, '.gitignore'), text);
  }
  const oracle = project.git('ls-files', '-z', '--others', '--exclude-standard').split('\0').filter(Boolean);
  const walked = value(await listByWalking(project.root)).names.map((name) => Buffer.from(name, 'latin1').toString());
  const byTree = (names: readonly string[]) => Map.groupBy(names.toSorted(), (name) => Number(name.split('/')[0]));
  const [found, expected] = [byTree(walked), byTree(oracle)];
  for (const [index, tree] of trees.entries()) {
    expect(found.get(index), `${tree.why}: ${JSON.stringify(tree)}`).toEqual(expected.get(index));
  }
  expect(oracle.length).toBeGreaterThan(trees.length);
}

function place(path: string, content: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  } catch (error) {
    // A name that is a folder in one path and a file in another: whichever came first stays.
    if (!['EEXIST', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

const NAMES = [
  'a',
  'b',
  'ab',
  'abc',
  'foo',
  'a.log',
  'b.ts',
  'a b',
  'é',
  'x-y',
  '[a]',
  '*',
  '?',
  'a\\b',
  '!a',
  '#a',
  '.a',
  'A1',
];
const PIECES = [
  '*',
  '**',
  '***',
  '?',
  '[ab]',
  '[!a]',
  '[a-c]',
  '[[:alpha:]]',
  '[',
  ']',
  '\\',
  ' ',
  '-',
  '.',
  'é',
  'a',
  'b',
  '\\*',
];

function randomTree(seed: number): Case {
  const next = random(seed);
  const path = (depth: number): string =>
    Array.from({ length: 1 + next.below(depth) }, () => next.pick(NAMES)).join('/');
  const part = (): string =>
    next.below(3) === 0
      ? next.pick(NAMES)
      : Array.from({ length: 1 + next.below(4) }, () => next.pick(PIECES)).join('');
  const pattern = (): string =>
    (next.below(4) === 0 ? '!' : '') +
    (next.below(4) === 0 ? '/' : '') +
    Array.from({ length: 1 + next.below(3) }, part).join('/') +
    (next.below(4) === 0 ? '/' : '');
  const rules = (rng: Random): string => Array.from({ length: 1 + rng.below(4) }, pattern).join('\n');
  const files = Array.from({ length: 12 }, () => path(3));
  const ignore: Record<string, string> = { '': rules(next) };
  if (next.below(2) === 0) ignore[next.pick(NAMES)] = rules(next);
  return { why: `seed ${seed}`, ignore, files };
}

describe('ignore rules', () => {
  it('are those of git, case by case', () => check(CASES));

  it('are those of git on random trees and rules', () =>
    check(Array.from({ length: 400 }, (_, seed) => randomTree(seed + 1))));

  it('match in time that grows with pattern times text', () => {
    const matches = glob(`${'*a'.repeat(40)}b`);
    expect(matches('a'.repeat(5_000))).toBe(false);
    expect(matches(`${'a'.repeat(5_000)}b`)).toBe(true);
  });
});
