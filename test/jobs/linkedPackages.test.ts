import { describe, expect, it } from 'vitest';
import { type CheckRequest, check } from '../../src/jobs/index.ts';
import { BASE } from '../cases/isolation/runner.ts';
import { Project, value } from '../workspace/repository.ts';

const CASES: readonly { readonly where: string; readonly change: CheckRequest['change'] }[] = [
  { where: 'the working tree', change: { kind: 'working-tree' } },
  { where: 'a commit laid out aside', change: { kind: 'range', base: 'HEAD~1', head: 'HEAD' } },
];

describe('where node_modules is a link to that of another checkout', () => {
  it.each(CASES)(
    'tests of $where find their packages',
    async ({ change }) => {
      const other = new Project({
        'node_modules/dep/index.js': "module.exports = require('near');\n",
        'node_modules/dep/package.json': '{ "name": "dep" }',
        'node_modules/near/index.js': 'module.exports = 4;\n',
      });
      const files = Object.fromEntries(Object.entries(BASE).filter(([path]) => !path.startsWith('node_modules/')));
      const test = `import test from 'node:test';
import assert from 'node:assert/strict';
import four from 'dep';
import { f } from '../src/a.js';
test('doubles', () => assert.equal(f(2), four));
`;
      const project = new Project({
        ...files,
        'test/a.test.js': test,
        node_modules: { link: `${other.root}/node_modules` },
      });
      project.init().write({ 'src/a.js': 'export const f = (n) => 2 * n;\n' });
      if (change.kind === 'range') project.commit('second').write({ 'new.txt': '' });
      const { status, checks } = value(await check({ cwd: project.root, change, only: ['tests'] })).verdict;
      expect([status, checks.flatMap(({ issues }) => issues)]).toEqual(['pass', []]);
    },
    180_000,
  );
});
