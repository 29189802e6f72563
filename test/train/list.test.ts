import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { splitOf } from '../../src/train/corpus.ts';
import { familyOf, isPermissive, readCorpusList } from '../../src/train/list.ts';

const entry = { package: 'left-pad', version: '1.3.0', licence: 'MIT' };
const list = (packages: unknown, rest: object = {}): string =>
  JSON.stringify({ schema: 'assay/corpus-list/1', seed: 1, packages, ...rest });

describe('readCorpusList', () => {
  it('reads a list', () => {
    const packages = [entry, { ...entry, package: '@a/b', family: 'f', exclude: ['gen/'] }];
    expect(readCorpusList(list(packages))).toEqual({ ok: true, value: { seed: 1, packages }, issues: [] });
  });

  it.each<[string, string, string]>([
    ['not JSON', '{', 'not JSON'],
    ['another schema', list([entry], { schema: 'x' }), 'schema is'],
    ['an unknown member', list([entry], { extra: 1 }), '"extra"'],
    ['an unknown member of a package', list([{ ...entry, licence_: 'MIT' }]), '"licence_"'],
    ['no packages', list([]), 'non-empty'],
    ['a path for a name', list([{ ...entry, package: '../x' }]), 'npm package name'],
    ['an option for a name', list([{ ...entry, package: '--registry=x' }]), 'npm package name'],
    ['a range for a version', list([{ ...entry, version: '^1.0.0' }]), 'exact version'],
    ['a licence that asks for more', list([{ ...entry, licence: 'GPL-3.0' }]), 'permissive'],
    ['a licence that is missing', list([{ ...entry, licence: undefined }]), 'permissive'],
    ['a package twice', list([entry, entry]), 'twice'],
    ['exclusions that are no texts', list([{ ...entry, exclude: [1] }]), 'exclude'],
  ])('refuses %s', (_label, json, message) => {
    const read = readCorpusList(json);
    expect(read.ok).toBe(false);
    expect(read.issues.map((issue) => issue.message).join('\n')).toContain(message);
  });

  it('tells every fault', () => {
    expect(readCorpusList(list([{}, {}, entry], { seed: 'x' })).issues.length).toBe(3);
  });
});

describe('the list that is shipped', () => {
  const read = readCorpusList(readFileSync(join(import.meta.dirname, '../../train/corpus.json'), 'utf8'));
  if (!read.ok) throw new Error(read.issues[0]!.message);
  const { seed, packages } = read.value;

  it('keeps packages of one scope on one side', () => {
    const sides = new Map<string, Set<string>>();
    for (const one of packages) {
      const scope = one.package.startsWith('@') ? one.package.split('/')[0]! : one.package;
      sides.set(scope, (sides.get(scope) ?? new Set()).add(splitOf(seed, familyOf(one))));
    }
    expect([...sides].filter(([, found]) => found.size > 1)).toEqual([]);
  });

  it('holds families back for validation and for test', () => {
    const families = (split: string): number =>
      new Set(packages.map(familyOf).filter((family) => splitOf(seed, family) === split)).size;
    expect(families('validation')).toBeGreaterThanOrEqual(5);
    expect(families('test')).toBeGreaterThanOrEqual(5);
  });
});

describe('isPermissive', () => {
  it.each<[string, boolean]>([
    ['MIT', true],
    ['(MIT OR Apache-2.0)', true],
    ['MIT OR GPL-3.0', true],
    ['MIT AND GPL-3.0', false],
    ['(MIT AND Zlib)', true],
    ['GPL-3.0-or-later', false],
    ['SEE LICENSE IN LICENSE.md', false],
    ['UNLICENSED', false],
    ['', false],
    ['(MIT OR GPL-3.0) AND AGPL-3.0', false],
  ])('%j: %s', (expression, expected) => expect(isPermissive(expression)).toBe(expected));
});
