import { describe, expect, it } from 'vitest';
import type { Result } from '../../src/base/index.ts';
import { type CheckReport, check } from '../../src/jobs/index.ts';
import { contents, type Files, Project } from '../workspace/repository.ts';

const lock = (license: string): string =>
  JSON.stringify({ name: 'app', lockfileVersion: 3, packages: { '': { license } } });

const BASE: Files = {
  'package.json': JSON.stringify({ name: 'app', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }),
  'package-lock.json': lock('MIT'),
  'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, module: 'nodenext', noEmit: true, types: [] } }),
  '.gitignore': 'node_modules\n',
  'node_modules/x/package.json': JSON.stringify({ name: 'x', version: '1.0.0' }),
  'node_modules/x/index.js': '',
  'src/a.ts': 'export const a = 1;\n',
  'test/a.test.js': "import test from 'node:test';\nimport '../src/a.ts';\ntest('a', () => {});\n",
};

/** A branch `other` with these files, and `main` where it was. */
const branched = (files: Files): Project => {
  const project = new Project(BASE).init();
  project.git('checkout', '--quiet', '-b', 'other');
  project.write(files).commit('other');
  project.git('checkout', '--quiet', 'main');
  return project;
};

interface Case {
  readonly name: string;
  readonly project: () => Project;
  readonly range?: { readonly base: string; readonly head: string };
  readonly only?: readonly string[];
  /** The verdict, or the code of what refuses. */
  readonly ends: string;
  readonly says: RegExp;
}

const CASES: readonly Case[] = [
  {
    name: 'the middle of a merge, with marks of a conflict in a file',
    project: () => {
      const project = branched({ 'src/a.ts': 'export const a = 2;\n' });
      project.write({ 'src/a.ts': 'export const a = 3;\n' }).commit('mine');
      project.gitWith({ fails: true }, 'merge', 'other');
      return project;
    },
    ends: 'fail',
    says: /types\/TS1185 src\/a\.ts: Merge conflict marker/,
  },
  {
    name: 'the middle of a merge, with a file that one side removed',
    project: () => {
      const project = branched({ 'src/b.ts': 'export const b: string = "b";\n' });
      project.git('checkout', '--quiet', 'other');
      project.remove('src/a.ts').write({ 'test/a.test.js': "import test from 'node:test';\ntest('a', () => {});\n" });
      project.commit('removed');
      project.git('checkout', '--quiet', 'main');
      project.write({ 'src/a.ts': 'export const a: number = "3";\n' }).commit('mine');
      project.gitWith({ fails: true }, 'merge', 'other');
      return project;
    },
    only: ['names', 'packages', 'types'],
    ends: 'pass',
    says: /^$/,
  },
  {
    name: 'a head with another lock file',
    project: () => branched({ 'package-lock.json': lock('ISC'), 'src/a.ts': 'export const a = 2;\n' }),
    range: { base: 'main', head: 'other' },
    ends: 'unknown',
    says: /tests\/other-lock.*package-lock\.json is not the one of the working tree/,
  },
  {
    name: 'a configuration with an unknown key',
    project: () =>
      new Project({ ...BASE, 'assay.config.ts': 'export default { constraint: {} };\n' })
        .init()
        .write({ 'src/a.ts': 'export const a = 2;\n' }),
    ends: 'config/unknown-key',
    says: /unknown key constraint/,
  },
  {
    name: 'a test command that is no runner',
    project: () =>
      new Project({
        ...BASE,
        'package.json': JSON.stringify({ name: 'app', version: '1.0.0', type: 'module', scripts: { test: 'cat' } }),
      })
        .init()
        .write({ 'src/a.ts': 'export const a = 2;\n' }),
    ends: 'unknown',
    says: /tests\/no-runner.*no known test runner in the test script "cat"/,
  },
];

const outcome = (report: Result<CheckReport>): string =>
  report.ok ? report.value.verdict.status : report.issues[0]!.code;

const told = (report: Result<CheckReport>): string =>
  (report.ok ? report.value.verdict.checks.flatMap(({ issues }) => issues) : report.issues)
    .filter(({ severity }) => severity !== 'info')
    .map(({ code, path, message }) => `${code} ${path}: ${message}`)
    .join('\n');

describe('a tree that is in no good state', () => {
  it.each(CASES)('$name', async ({ project: make, range, only, ends, says }) => {
    const project = make();
    const tree = (): string[] =>
      [...contents(project.root)].filter(([path]) => !/\/\.assay(?:\/|$)|\/\.git\/index$/.test(path)).flat();
    const before = tree();
    const report = await check({
      cwd: project.root,
      change: range ? { kind: 'range', ...range } : { kind: 'working-tree' },
      only: only ?? ['constraints', 'names', 'packages', 'types', 'tests'],
    });
    expect(told(report)).toMatch(says);
    expect(outcome(report), told(report)).toBe(ends);
    expect(tree()).toEqual(before);
  });
});
