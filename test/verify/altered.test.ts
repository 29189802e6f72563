import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ANY, alteredTests, oneMore } from '../../src/verify/tests/altered.ts';
import { temporaryFolder } from '../workspace/repository.ts';

/** Forms of tests that pass as they are: each with the titles that are altered, which no run may report as passed. */
const FORMS: readonly (readonly [what: string, code: string, titles: readonly string[]])[] = [
  ['a block', `test('a', () => { assert.equal(f(2), 4); });`, ['a']],
  ['an expression', `test('a', () => assert.equal(f(2), 4));`, ['a']],
  ['an async expression', `it('a', async () => assert.equal(await f(2), 4));`, ['a']],
  [
    'a function that waits',
    `test('a', async function () { await f(1); assert.equal(await f(2), 4, 'told'); });`,
    ['a'],
  ],
  ['one that returns before its end', `test('a', () => { if (f(2) === 4) return; assert.fail(); });`, ['a']],
  ['one that asks nothing', `test('a', () => {});`, ['a']],
  [
    'an assertion in a function within',
    `test('a', () => { [1].forEach((n) => assert.deepEqual([f(n)], [2])); });`,
    ['a'],
  ],
  ['an error that is expected', `test('a', () => { assert.throws(() => { throw new Error('x'); }, /x/); });`, ['a']],
  ['groups, with options', `describe('g', () => { test('a', { timeout: 9000 }, () => {}); });`, ['a']],
  ['the test’s own context', `test('a', (t) => { t.assert.equal(f(2), 4); });`, ['a']],
  [
    'two of one title, of which one is skipped',
    `test.skip('a', () => {}); test('a', () => {}); test('b', () => {});`,
    ['b'],
  ],
  ['what may fail', `test('a', { todo: true }, () => {}); test('b', () => {});`, ['b']],
  ['a title that is made', "test('a' + f(1), () => {}); test('b', () => {});", ['b']],
  [
    'statements without semicolons',
    `test('a', () => {\n  const x = f(2)\n  assert.equal(x, 4)\n  ;[x].map(f)\n})`,
    ['a'],
  ],
  [
    'one that waits and asks within',
    `test('a', async () => { assert.equal(f(await Promise.resolve(2)), await 4) })`,
    ['a'],
  ],
];

const HEAD = `import { describe, it, test } from 'node:test';
import assert from 'node:assert/strict';
const f = (n) => n * 2;
void describe; void it;
`;

/** What `node --test` reports of a text, by outcome. */
function reported(text: string): {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  readonly status: number | null;
} {
  const file = join(temporaryFolder(), 'a.test.mjs');
  writeFileSync(file, text);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== 'NODE_TEST_CONTEXT'));
  const { stdout, status } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', file], {
    encoding: 'utf8',
    env,
  });
  const names = (mark: RegExp): string[] => [...stdout.matchAll(mark)].map(([, name]) => name!);
  return {
    passed: names(/^\s*ok \d+ - (.+?)(?: # .*)?$/gm),
    failed: names(/^\s*not ok \d+ - (.+?)(?: # .*)?$/gm),
    status,
  };
}

describe('tests altered such that they cannot pass', () => {
  it.concurrent.for(FORMS)('%s', { timeout: 60_000 }, ([, code, titles]) => {
    const text = HEAD + code;
    expect(reported(text), 'as it is').toMatchObject({ status: 0 });
    const altered = alteredTests(text, 'a.test.mjs', 'node:test', 'a1b2');
    expect(altered.titles).toEqual(titles);
    const { passed, failed, status } = reported(altered.text);
    expect(failed).toEqual(expect.arrayContaining([...titles]));
    expect(passed.filter((name) => titles.includes(name))).toEqual([]);
    expect(status).not.toBe(0);
    // What tells of places tells of the same ones.
    expect(altered.text.split('\n').length).toBeLessThanOrEqual(text.split('\n').length + 2);
  });

  const NOT_UNDERSTOOD: readonly (readonly [what: string, code: string])[] = [
    ['no test', ''],
    ['a name of the project’s own', `const check = test; check('a', () => {});`],
    ['one that says itself when it is done', `test('a', (t, done) => { done(); });`],
  ];
  it.concurrent.for(NOT_UNDERSTOOD)('%s: one more', { timeout: 60_000 }, ([, code]) => {
    const altered = alteredTests(HEAD + code, 'a.test.mjs', 'node:test', 'a1b2');
    expect(altered).toEqual(oneMore(HEAD + code, 'node:test', 'a1b2'));
    expect(reported(altered.text).failed).toEqual(expect.arrayContaining([...altered.titles]));
  });

  it('rows of tables', () => {
    const text = `it.each([[1, 2]])('%i of $name', (a, b) => { expect(a * 2).toBe(b); });\nit.only.each\`a\`('x', (a) => {});\n`;
    const altered = alteredTests(text, 'a.test.ts', 'vitest', 'a1b2');
    expect(altered.titles).toEqual([`${ANY} of ${ANY}`, 'x']);
    expect(altered.text).toContain('ta1b2.ask(a * 2, b, (la1b2, ra1b2) => expect(la1b2).toBe(ra1b2))');
  });

  it('types are kept to', () => {
    const { text } = alteredTests(`it('a', () => { expect<number>(1).toBe(1); });\n`, 'a.test.ts', 'jest', 'a1b2');
    expect(text).toContain('(expect as any)(1).toBe(2)');
    expect(text).toContain('ta1b2.ask(1, 1, (la1b2, ra1b2) => expect<number>(la1b2).toBe(ra1b2))');
  });
});
