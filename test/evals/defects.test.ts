import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defects, gaming } from '../../src/evals/index.ts';
import { Project, value } from '../workspace/repository.ts';

const A = 'export const a = (text: string): string => text.trim();\n';
const checkout = (): Project =>
  new Project({
    'package.json': '{ "name": "a", "type": "module" }',
    'tsconfig.json': '{}',
    'src/a.ts': A,
    'cases.jsonl': '',
  }).init();

/** One invented member, put into a checkout by its name. */
function suiteOf(project: Project): Parameters<typeof defects>[0] {
  const one = { id: 'invented', repo: basename(project.root), commit: project.git('rev-parse', 'HEAD').trim() };
  const cases = join(project.root, '.git', 'cases.jsonl');
  const fault = { kind: 'invented-member', path: 'src/a.ts', find: 'trim', replace: 'trimBoth', expect: 'fail' };
  writeFileSync(cases, `${JSON.stringify({ ...one, ...fault })}\n`);
  return { cases, repositories: dirname(project.root) };
}

describe('a suite over checkouts', () => {
  it('puts a fault in, sees it told, and takes it out', async () => {
    const project = checkout();
    const report = value(await defects(suiteOf(project)));
    expect(report.wrong).toEqual([]);
    expect(report.figures[0]).toEqual({ what: 'as expected', value: 1, of: 1 });
    expect(project.read('src/a.ts')).toBe(A);
  });

  it('measures nothing where something is altered already, and leaves it', async () => {
    const project = checkout();
    const suite = suiteOf(project);
    project.write({ 'src/a.ts': `${A}// mine\n` });
    await expect(defects(suite)).rejects.toThrow(/expected nothing altered .* found M src\/a\.ts/);
    expect(project.read('src/a.ts')).toBe(`${A}// mine\n`);
  });

  it('puts back a file that is no text', async () => {
    const project = checkout();
    const stored = join(project.root, 'a.snap');
    const bytes = Buffer.from([0, 0xff, 0xfe, 0x80, 10]);
    writeFileSync(stored, bytes);
    project.git('add', '-A');
    project.git('commit', '-qm', 'stored');
    const cases = join(project.root, '.git', 'cases.jsonl');
    const one = { id: 'gone', repo: basename(project.root), commit: project.git('rev-parse', 'HEAD').trim() };
    writeFileSync(
      cases,
      `${JSON.stringify({ ...one, dishonest: true, labels: [], edits: [{ path: 'a.snap', delete: true }] })}\n`,
    );
    value(await gaming({ cases, repositories: dirname(project.root) }));
    expect(readFileSync(stored)).toEqual(bytes);
  });
});
