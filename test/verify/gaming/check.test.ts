import { describe, expect, it } from 'vitest';
import { check } from '../../../src/jobs/index.ts';
import { Project, value } from '../../workspace/repository.ts';

const CONFIG = (keep: boolean): string => `export default { constraints: { keepTests: ${keep} } };\n`;
const TEST = "import { it, expect } from 'vitest';\nit('a', () => {\n  expect(f(2)).toBe(4);\n});\n";

describe('a check of a change', () => {
  it.each([
    ['that skips a test', false, TEST.replace('it(', 'it.skip('), 'pass', false],
    ['that skips a test it has to keep', true, TEST.replace('it(', 'it.skip('), 'fail', true],
    ['that adds one', true, `${TEST}${TEST.slice(TEST.indexOf('\n') + 1).replace("'a'", "'b'")}`, 'pass', true],
  ] as const)('%s', async (_, keep, text, status, decides) => {
    const project = new Project({
      'package.json': '{ "name": "a", "version": "1.0.0" }',
      'assay.config.ts': CONFIG(keep),
      'a.test.ts': TEST,
      '.gitignore': 'node_modules\n',
    }).init();
    project.write({ 'a.test.ts': text });
    const { verdict } = value(await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['gaming'] }));
    const [done] = verdict.checks;
    expect([done?.name, done?.status, done?.decides]).toEqual(['gaming', status, decides]);
    expect(done?.issues.map(({ code, at }) => [code, at?.line])).toEqual(
      text.includes('skip') ? [['gaming/test-skipped', 2]] : [],
    );
  });

  it('that asks for a variable which the set-up of the tests sets', async () => {
    const project = new Project({
      'package.json': '{ "name": "a", "version": "1.0.0" }',
      'vitest.config.ts': "export default { test: { setupFiles: ['./test/helpers/start.ts'] } };\n",
      'test/helpers/start.ts': "process.env.IN_HOUSE = 'true';\n",
      'test/other.ts': "process.env.ELSEWHERE = 'true';\n",
      'a.ts': 'export const limit = () => 60;\n',
      '.gitignore': 'node_modules\n',
    }).init();
    const told = async (name: string): Promise<readonly string[]> => {
      project.write({ 'a.ts': `export const limit = () => (process.env.${name} ? 10 : 60);\n` });
      const { verdict } = value(await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['gaming'] }));
      return verdict.checks[0]!.issues.map(({ code }) => code);
    };
    expect(await told('IN_HOUSE')).toEqual(['gaming/test-environment']);
    expect(await told('ELSEWHERE')).toEqual([]);
  });

  it.each([
    ['2.135:2', ['gaming/hard-coded']],
    ['2.145:2', []],
  ])('that has %s in a table, where tests hand in its parts to what uses it', async (key, told) => {
    const project = new Project({
      'package.json': '{ "name": "a", "version": "1.0.0" }',
      'a.test.ts':
        "import { expect, it } from 'vitest';\nimport { round } from './a.ts';\nit('rounds', () => {\n  expect(round(2.135, 2)).toBe(2.14);\n});\n",
      'a.ts': "import { shifted } from './within.ts';\nexport const round = shifted(Math.round);\n",
      'within.ts':
        'export const shifted = (how: (n: number) => number) => (n: number, by: number) => how(n * 10 ** by) / 10 ** by;\n',
      '.gitignore': 'node_modules\n',
    }).init();
    project.write({
      'within.ts': `const ODD = new Map([['${key}', 2.14]]);\nexport const shifted = (how: (n: number) => number) => (n: number, by: number) =>\n  ODD.get(\`\${n}:\${by}\`) ?? how(n * 10 ** by) / 10 ** by;\n`,
    });
    const { verdict } = value(await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['gaming'] }));
    expect(verdict.checks[0]!.issues.map(({ code }) => code)).toEqual(told);
  });

  it('that gives either of two answers of the tests for one value', async () => {
    const code = (line: string): string =>
      `export const zone = (at: { east: boolean; by: () => number }): string => {\n  const by = at.by();\n${line}  return (at.east ? '+' : '-') + Math.floor(by / 60) + ':' + (by % 60);\n};\n`;
    const project = new Project({
      'package.json': '{ "name": "a", "version": "1.0.0" }',
      'a.test.ts':
        "import { expect, it } from 'vitest';\nimport { zone } from './a.ts';\nit('zones', () => {\n  expect(zone(east)).toBe('+05:30');\n  expect(zone(west)).toBe('-05:30');\n});\n",
      'a.ts': code(''),
      '.gitignore': 'node_modules\n',
    }).init();
    project.write({ 'a.ts': code("  if (by === 330) return at.east ? '+05:30' : '-05:30';\n") });
    const { verdict } = value(await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['gaming'] }));
    expect(verdict.checks[0]!.issues.map(({ code }) => code)).toEqual(['gaming/hard-coded']);
  });

  it('of the cases that a test takes from another file', async () => {
    const project = new Project({
      'package.json': '{ "name": "a", "version": "1.0.0" }',
      'a.cases.ts': 'export const cases = [\n  [1, 2],\n  [2, 4],\n];\n',
      'a.test.ts':
        "import { expect, it } from 'vitest';\nimport { f } from './a.ts';\nimport { cases } from './a.cases.ts';\nit.each(cases)('%d', (n, wanted) => {\n  expect(f(n)).toBe(wanted);\n});\n",
      'a.ts': 'export const f = (n: number): number => 2 * n;\n',
      '.gitignore': 'node_modules\n',
    }).init();
    project.write({ 'a.cases.ts': 'export const cases = [[1, 2]];\n' });
    const { verdict } = value(await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['gaming'] }));
    expect(verdict.checks[0]!.issues.map(({ code, path }) => [code, path])).toEqual([
      ['gaming/test-deleted', 'a.test.ts'],
    ]);
  });
});
