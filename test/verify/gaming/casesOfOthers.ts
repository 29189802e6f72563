import type { Case } from './cases.ts';

const chai = `import { expect } from 'chai';
import { gross, slug } from '../src/price.ts';

describe('gross', function () {
  it('adds', function () {
    expect(gross(1000, 0.19)).to.equal(1190);
    expect(slug('A B')).to.have.length(3).and.equal('a-b');
    gross(1, 1).should.equal(2);
  });
});
`;
const node = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gross, slug } from '../src/price.ts';

test('gross', async (t) => {
  await t.test('adds', () => {
    assert.equal(gross(1000, 0.19), 1190);
    assert.deepEqual([slug('A B')], ['a-b']);
  });
  assert.throws(() => gross(1, -1), /negative/);
});
`;
const ava = `import test from 'ava';
import { gross, slug } from '../src/price.ts';

test('adds', async (t) => {
  t.plan(2);
  t.is(gross(1000, 0.19), 1190);
  t.deepEqual([slug('A B')], ['a-b']);
});
`;
const uvu = `import { suite, test } from 'uvu';
import { equal, is, ok } from 'uvu/assert';
import { gross, slug } from '../src/price.ts';

test('adds', () => {
  is(gross(1000, 0.19), 1190);
  equal([slug('A B')], ['a-b']);
});
test.run();

const Slugs = suite('slugs');
Slugs('spaces', () => {
  is(slug('A B'), 'a-b');
});
Slugs.run();
`;

/** Tests of ava that hand their values to what they share, of this file and of another. */
const shared = `import test from 'ava';
import { gross } from '../src/price.ts';
import { verify } from './verify.js';

const verifyGross = test.macro((t, net, expected) => {
  t.is(gross(net, 0.19), expected);
});
test('adds', verifyGross, 1000, 1190);
test('none', verifyGross, 0, 0);
test('cents', verify, { input: 1050, expected: 1250 });
`;

/** The same in the words of other libraries. */
export const OTHERS: readonly Case[] = (
  [
    [chai, "it('adds'", "it.skip('adds'", 'test-skipped'],
    [chai, 'function () {\n    expect', 'function () {\n    this.skip();\n    expect', 'test-skipped'],
    [chai, '.to.equal(1190)', '.to.be.ok', 'test-loosened'],
    [chai, '.to.equal(1190)', '.to.exist', 'test-loosened'],
    [chai, '    gross(1, 1).should.equal(2);\n', '', 'test-deleted'],
    [chai, 'gross(1, 1).should.equal(2)', 'gross(1, 1).should.be.above(0)', 'test-loosened'],
    [node, "test('adds', ()", "test('adds', { skip: true }, ()", 'test-skipped'],
    [node, 'assert.equal(gross(1000, 0.19), 1190)', 'assert.ok(gross(1000, 0.19))', 'test-loosened'],
    [node, "  await t.test('adds'", "  t.skip();\n  await t.test('adds'", 'test-skipped'],
    [node, "'node:assert/strict'", "'node:assert'", 'test-loosened'],
    [node, ', /negative/)', ')', 'test-loosened'],
    [node, '  assert.throws(() => gross(1, -1), /negative/);\n', '', 'test-emptied'],
    [ava, "test('adds'", "test.failing('adds'", 'test-skipped'],
    [ava, 't.is(gross(1000, 0.19), 1190)', 't.truthy(gross(1000, 0.19))', 'test-loosened'],
    [ava, "  t.deepEqual([slug('A B')], ['a-b']);\n", '', 'test-deleted'],
    [uvu, '  is(gross(1000, 0.19), 1190)', '  ok(gross(1000, 0.19))', 'test-loosened'],
    [uvu, "  equal([slug('A B')], ['a-b']);\n", '', 'test-deleted'],
    [uvu, "test('adds'", "test.skip('adds'", 'test-skipped'],
    [uvu, "Slugs('spaces'", "Slugs.skip('spaces'", 'test-skipped'],
    [uvu, "  is(slug('A B'), 'a-b');\n", "  slug('A B');\n", 'test-emptied'],
    [uvu, 'Slugs.run();', '', 'test-skipped'],
    [shared, "test('none', verifyGross, 0, 0);\n", '', 'test-deleted'],
    [shared, "test('cents', verify", "test.skip('cents', verify", 'test-skipped'],
    [shared, "test('adds'", "test.todo('adds');\n// test('adds'", 'test-skipped'],
  ] as const
).map(([text, from, to, label]) => ({
  name: `${from} becomes ${to || 'nothing'}`,
  base: { 'test/other.test.ts': text },
  head: { 'test/other.test.ts': [[from, to]] },
  labels: [label],
}));
