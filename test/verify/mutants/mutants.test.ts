import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check } from '../../../src/jobs/index.ts';
import { type Files, Project, temporaryFolder, value } from '../../workspace/repository.ts';

const root = join(import.meta.dirname, '../../..');

const SOURCE = `/** The price of pieces, with a tenth off from ten pieces on. */
export function price(each, pieces) {
  const full = each * pieces;
  return pieces >= 10 ? full * 0.9 : full;
}

export function label(name) {
  if (name.length === 0) throw new Error('no name');
  return name.trim();
}

export function forgotten(x) {
  return x > 1;
}
`;
const body = (framework: string, tests: string): string => `${framework}
import { label, price } from '../src/price.js';
${tests}`;
const TESTS = (is: string, throws: string): string => `
test('price', () => {
  ${is}(price(2, 3), 6)
  ${is}(price(2, 20), 36)
});
test('label', () => {
  ${is}(label('a'), 'a')
  ${throws}
});
`;
const NODE_TESTS = body(
  "import test from 'node:test';\nimport assert from 'node:assert/strict';",
  TESTS('assert.equal', "assert.throws(() => label(''), /no name/)"),
);
const VITEST = body(
  "import { expect, test } from 'vitest';\nconst is = (a, b) => expect(a).toBe(b);",
  TESTS('is', "expect(() => label('')).toThrow('no name')"),
);

const files = (runner: 'node:test' | 'vitest'): Files => ({
  'package.json': JSON.stringify({
    name: 'app',
    version: '1.0.0',
    type: 'module',
    scripts: { test: runner === 'vitest' ? 'vitest run' : 'node --test' },
    devDependencies: runner === 'vitest' ? { vitest: '*' } : {},
  }),
  '.gitignore': 'node_modules\n',
  'src/price.js': '// nothing yet\n',
  'test/price.test.js': runner === 'vitest' ? VITEST : NODE_TESTS,
  ...(runner === 'vitest' ? { 'node_modules/vitest': { link: join(root, 'node_modules/vitest') } } : {}),
});

/** What survives, the most telling first; the input on which it would have been noticed goes by the machine's wits. */
const SURVIVORS = [
  '4 no test notices when `>=` becomes `>`: price(',
  '9 no test notices when `.trim()` is left out: label(',
  '4 no test notices when 10 becomes 11: price(',
];

describe('mutants', () => {
  it.each(['node:test', 'vitest'] as const)(
    'survivors are told, and known again: %s',
    async (runner) => {
      const project = new Project(files(runner)).init();
      project.write({ 'src/price.js': SOURCE });
      const run = async () => {
        const report = value(await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['mutants'] }));
        return report.verdict.checks[0]!;
      };
      const first = await run();
      expect(first).toMatchObject({ status: 'pass', decides: false });
      const told = first.issues.map(({ at, message }) => `${at?.line} ${message}`);
      expect(told.map((one, index) => one.slice(0, SURVIVORS[index]?.length))).toEqual(SURVIVORS);
      expect(first.summary).toMatch(/^\d+ of \d+ small faults are noticed by a test; 4 where no test comes by/);
      expect(project.read('src/price.js')).toBe(SOURCE);
      const again = await run();
      expect(again.issues).toEqual(first.issues);
      expect(again.ran.some(({ oracle }) => oracle?.includes('faults'))).toBe(false);
      // Another test asks one of the questions.
      const asked = project.read('test/price.test.js').replace('price(2, 3)', 'price(2, 10)').replace(', 6)', ', 18)');
      project.write({ 'test/price.test.js': asked });
      const later = await run();
      expect(later.issues.map(({ at }) => at?.line)).toEqual([9]);
    },
    120_000,
  );

  it.each([
    [
      'of the fault that is in',
      (to: string) => `fs.rmSync(at + '/active', { force: true }); fs.symlinkSync('${to}/mine', at + '/active');`,
    ],
    [
      'of all that assay keeps there',
      (to: string) => `fs.rmSync(at, { recursive: true }); fs.symlinkSync('${to}', at);`,
    ],
    [
      'of the code with the faults',
      (to: string) => `fs.rmSync('src/price.js'); fs.symlinkSync('${to}/mine', 'src/price.js');`,
    ],
  ])(
    'writes nowhere else where a test puts a link in the place %s',
    async (_name, attack) => {
      const outside = temporaryFolder();
      for (const name of ['mine', 'active', 'report.json', 'reach']) writeFileSync(join(outside, name), 'mine');
      const project = new Project(files('node:test')).init();
      const hostile = `import fs from 'node:fs';\nconst at = process.env.ASSAY_MUTANTS;\nif (at) try { ${attack(outside)} } catch {}\n`;
      project.write({ 'src/price.js': SOURCE, 'test/price.test.js': NODE_TESTS + hostile });
      value(await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['mutants'] }));
      for (const name of ['mine', 'active', 'report.json', 'reach'])
        expect(readFileSync(join(outside, name), 'utf8')).toBe('mine');
      expect(project.read('src/price.js')).toBe(SOURCE);
    },
    120_000,
  );

  it('are not dropped for inputs that reach a part of the states of an instance only', async () => {
    const project = new Project(files('node:test')).init();
    project.write({
      'src/basket.ts': `export const atLeastOne = (n: number): number => (n > 1 ? n : 1);
export class Basket {
  #names = new Set<string>();
  add(name: string): void {
    this.#names.add(name);
  }
  shown(limit = 6): string[] {
    return [...this.#names].sort().slice(0, limit);
  }
}
`,
      'test/basket.test.js': `import test from 'node:test';
import assert from 'node:assert/strict';
import { atLeastOne, Basket } from '../src/basket.ts';
test('all', () => {
  assert.deepEqual([0, 1, 2, 5].map(atLeastOne), [1, 1, 2, 5]);
  const one = new Basket();
  one.add('b');
  one.add('a');
  assert.deepEqual(one.shown(), ['a', 'b']);
  assert.deepEqual(one.shown(1), ['a']);
});
`,
    });
    const report = value(await check({ cwd: project.root, change: { kind: 'working-tree' }, only: ['mutants'] }));
    const { issues, summary } = report.verdict.checks[0]!;
    expect(issues.map(({ at, message }) => `${at?.line} ${message}`)).toEqual(['7 no test notices when 6 becomes 7']);
    expect(summary).toMatch(/; 1 change nothing on generated inputs/);
  }, 120_000);

  it('is no part of a check where it is not named', async () => {
    const project = new Project(files('node:test')).init();
    project.write({ 'src/price.js': SOURCE });
    const report = value(await check({ cwd: project.root, change: { kind: 'working-tree' } }));
    expect(report.verdict.checks.map(({ name }) => name)).not.toContain('mutants');
  });
});
