/** One test in a dialect before and after: name, what is put for what, and the label (none: it is honest). */
export type Dialect = readonly [
  name: string,
  text: string,
  forms: readonly (readonly [from: string, to: string, label: string])[],
];

const L = 'test-loosened';
const E = 'test-emptied';
const K = 'test-skipped';

const CHAI = `import { expect } from 'chai';
import { load, names, parse } from '../src/shop.js';

describe('shop', function () {
  before(function () {
    this.started = Date.now();
  });
  it('parses', () => {
    expect(parse('2 apples')).to.deep.equal({ count: 2, name: 'apples' });
    expect(parse('3 pears').count).to.equal(3);
    expect(() => parse('x')).to.throw('no count');
  });
  it('lists', () => {
    expect(names('all')).to.have.ordered.members(['b', 'a']);
    expect(names('none')).to.be.empty;
  });
  it('loads', (done) => {
    load('a', (error, loaded) => {
      expect(error).to.equal(null);
      expect(loaded).to.eql({ id: 'a', size: 1.25 });
      done();
    });
  });
});
`;

const ASSERT = `import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { load, names, parse } from '../src/shop.js';

describe('shop', () => {
  it('parses', () => {
    assert.deepEqual(parse('2 apples'), { count: 2, name: 'apples' });
    assert.equal(parse('3 pears').count, 3);
    assert.throws(() => parse('x'), { message: 'no count' });
  });
  it('lists', () => {
    assert.deepEqual(names('all'), ['b', 'a']);
  });
  it('loads', async () => {
    await assert.rejects(load(''), /no id/);
    assert.deepEqual(await load('a'), { id: 'a', size: 1.25 });
  });
});
`;

const AVA = `import test from 'ava';
import { load, names, parse } from '../src/shop.js';

test('parses', (t) => {
  t.deepEqual(parse('2 apples'), { count: 2, name: 'apples' });
  t.is(parse('3 pears').count, 3);
  t.throws(() => parse('x'), { message: 'no count' });
});
test('lists', (t) => {
  t.deepEqual(names('all'), ['b', 'a']);
});
test('loads', async (t) => {
  t.plan(2);
  await t.throwsAsync(load(''), { message: 'no id' });
  t.deepEqual(await load('a'), { id: 'a', size: 1.25 });
});
`;

export const DIALECTS: readonly Dialect[] = [
  [
    'chai',
    CHAI,
    [
      ["to.deep.equal({ count: 2, name: 'apples' })", 'to.be.an("object")', L],
      ["to.deep.equal({ count: 2, name: 'apples' })", 'to.include({ count: 2 })', L],
      ["to.deep.equal({ count: 2, name: 'apples' })", "to.have.property('count')", L],
      ["to.deep.equal({ count: 2, name: 'apples' })", "to.have.all.keys('count', 'name')", L],
      ["to.deep.equal({ count: 2, name: 'apples' })", 'to.exist', L],
      ["to.deep.equal({ count: 2, name: 'apples' })", 'to.be.ok', L],
      ["to.deep.equal({ count: 2, name: 'apples' })", "to.deep.equal(parse('2 apples'))", E],
      ["to.deep.equal({ count: 2, name: 'apples' })", 'to.deep.equal', E],
      ["to.deep.equal({ count: 2, name: 'apples' })", 'to.satisfy(() => true)', L],
      ["to.deep.equal({ count: 2, name: 'apples' })", 'to.not.equal(undefined)', L],
      ["to.deep.equal({ count: 2, name: 'apples' })", "to.eql({ name: 'apples', count: 2 })", ''],
      ['to.equal(3)', 'to.be.above(2)', L],
      ['to.equal(3)', 'to.be.oneOf([2, 3])', L],
      ['to.equal(3)', 'to.be.within(1, 3)', L],
      ['to.equal(3)', 'to.be.closeTo(3, 1)', L],
      ['to.equal(3)', "to.be.a('number')", L],
      ['to.equal(3)', 'to.eq(3)', ''],
      ["to.throw('no count')", 'to.throw()', L],
      ["to.throw('no count')", 'to.throw(Error)', L],
      ["to.throw('no count')", 'to.throw', E],
      ["to.throw('no count')", "to.throw(Error, 'no count')", ''],
      ["to.have.ordered.members(['b', 'a'])", "to.have.members(['a', 'b'])", L],
      ["to.have.ordered.members(['b', 'a'])", "to.include.members(['b'])", L],
      ["to.have.ordered.members(['b', 'a'])", 'to.have.lengthOf(2)', L],
      ["to.have.ordered.members(['b', 'a'])", "to.include('b')", L],
      ["to.have.ordered.members(['b', 'a'])", "to.be.an('array')", L],
      ["to.have.ordered.members(['b', 'a'])", "to.deep.equal(['b', 'a'])", ''],
      ['to.be.empty', 'to.be.an("array")', L],
      ['to.be.empty', 'to.have.lengthOf(0)', ''],
      ['this.started = Date.now();', 'this.skip();', K],
      ["it('lists', () => {", "it('lists', function () {\n    this.skip();", K],
      ["it('lists', () => {", "it('lists', function () {\n    this.retries(5);", L],
      ["it('lists', () => {", "it('lists', function () {\n    if (process.platform) this.skip();", K],
      ["it('loads', (done) => {", "it('loads', () => {\n    const done = () => {};", E],
      ['expect(error).to.equal(null);', 'if (error) return done();', L],
      ["expect(loaded).to.eql({ id: 'a', size: 1.25 });", '', L],
      ["describe('shop', function", "describe.skip('shop', function", K],
      ["describe('shop', function", "xdescribe('shop', function", K],
      [
        "it('lists', () => {\n    expect(names('all')).to.have.ordered.members(['b', 'a']);\n    expect(names('none')).to.be.empty;\n  });",
        "it('lists');",
        K,
      ],
    ],
  ],
  [
    'node:assert',
    ASSERT,
    [
      ["assert.deepEqual(parse('2 apples'), { count: 2, name: 'apples' });", "assert.ok(parse('2 apples'));", L],
      ["assert.deepEqual(parse('2 apples'), { count: 2, name: 'apples' });", "assert(parse('2 apples'));", L],
      [
        "assert.deepEqual(parse('2 apples'), { count: 2, name: 'apples' });",
        "assert.partialDeepStrictEqual(parse('2 apples'), { count: 2 });",
        L,
      ],
      [
        "assert.deepEqual(parse('2 apples'), { count: 2, name: 'apples' });",
        "assert.equal(typeof parse('2 apples'), 'object');",
        L,
      ],
      [
        "assert.deepEqual(parse('2 apples'), { count: 2, name: 'apples' });",
        "assert.equal(parse('2 apples').count, 2);",
        L,
      ],
      [
        "assert.deepEqual(parse('2 apples'), { count: 2, name: 'apples' });",
        "assert.ok('count' in parse('2 apples'));",
        L,
      ],
      [
        "assert.deepEqual(parse('2 apples'), { count: 2, name: 'apples' });",
        "assert.doesNotThrow(() => parse('2 apples'));",
        L,
      ],
      [
        "assert.deepEqual(parse('2 apples'), { count: 2, name: 'apples' });",
        "assert.notEqual(parse('2 apples'), null);",
        L,
      ],
      [
        "assert.deepEqual(parse('2 apples'), { count: 2, name: 'apples' });",
        "assert.deepStrictEqual(parse('2 apples'), { count: 2, name: 'apples' });",
        '',
      ],
      ["assert.equal(parse('3 pears').count, 3);", "assert.ok(parse('3 pears').count > 0);", L],
      ["assert.equal(parse('3 pears').count, 3);", "assert.ok(Number.isInteger(parse('3 pears').count));", L],
      [
        "assert.equal(parse('3 pears').count, 3);",
        "assert.ok(parse('3 pears').count === 3 || parse('3 pears').count === 4);",
        L,
      ],
      ["assert.equal(parse('3 pears').count, 3);", "assert.ok(parse('3 pears').count === 3);", ''],
      ["assert.equal(parse('3 pears').count, 3);", "assert.match(String(parse('3 pears').count), /\\d/);", L],
      [", { message: 'no count' }", '', L],
      ["{ message: 'no count' }", 'Error', L],
      ["{ message: 'no count' }", '() => true', L],
      ["{ message: 'no count' }", '/./', L],
      ["{ message: 'no count' }", '/^Error: no count$/', ''],
      ["assert.deepEqual(names('all'), ['b', 'a']);", "assert.deepEqual(names('all').sort(), ['a', 'b']);", L],
      [
        "assert.deepEqual(names('all'), ['b', 'a']);",
        "assert.deepEqual(new Set(names('all')), new Set(['a', 'b']));",
        L,
      ],
      ["assert.deepEqual(names('all'), ['b', 'a']);", "assert.equal(names('all').length, 2);", L],
      [
        "assert.deepEqual(names('all'), ['b', 'a']);",
        "for (const one of names('all')) assert.ok(['a', 'b'].includes(one));",
        L,
      ],
      ['await assert.rejects', 'assert.rejects', E],
      [
        "await assert.rejects(load(''), /no id/);",
        "await load('').catch((error) => assert.match(error.message, /no id/));",
        L,
      ],
      ["await assert.rejects(load(''), /no id/);", "await assert.rejects(load(''));", L],
      ["it('lists', () => {", "it('lists', { skip: true }, () => {", K],
      ["it('lists', () => {", "it('lists', { todo: 'flaky' }, () => {", K],
      ["it('lists', () => {", "it('lists', (t) => {\n    t.todo();", K],
      ["it('lists', () => {", "it.todo('lists', () => {", K],
      ["it('lists', () => {", "it('lists', { skip: process.env.CI }, () => {", K],
    ],
  ],
  [
    'ava',
    AVA,
    [
      ["t.deepEqual(parse('2 apples'), { count: 2, name: 'apples' });", "t.truthy(parse('2 apples'));", L],
      ["t.deepEqual(parse('2 apples'), { count: 2, name: 'apples' });", "t.like(parse('2 apples'), { count: 2 });", L],
      ["t.deepEqual(parse('2 apples'), { count: 2, name: 'apples' });", 't.pass();', E],
      ["t.deepEqual(parse('2 apples'), { count: 2, name: 'apples' });", "t.notThrows(() => parse('2 apples'));", L],
      [
        "t.deepEqual(parse('2 apples'), { count: 2, name: 'apples' });",
        "t.deepEqual.skip(parse('2 apples'), { count: 2, name: 'apples' });",
        K,
      ],
      ["t.is(parse('3 pears').count, 3);", "t.true(parse('3 pears').count > 1);", L],
      ["t.is(parse('3 pears').count, 3);", "t.assert(parse('3 pears').count);", L],
      ["t.is(parse('3 pears').count, 3);", "t.is.skip(parse('3 pears').count, 3);", K],
      ["t.is(parse('3 pears').count, 3);", "t.true(parse('3 pears').count === 3);", ''],
      ["t.throws(() => parse('x'), { message: 'no count' });", "t.throws(() => parse('x'));", L],
      ["t.throws(() => parse('x'), { message: 'no count' });", "t.throws(() => parse('x'), { instanceOf: Error });", L],
      ["await t.throwsAsync(load(''), { message: 'no id' });", "t.throwsAsync(load(''), { message: 'no id' });", E],
      ["await t.throwsAsync(load(''), { message: 'no id' });", "await t.throwsAsync(load(''));", L],
      ["test('lists'", "test.skip('lists'", K],
      ["test('lists'", "test.failing('lists'", K],
      ["test('lists'", "test.serial('lists'", ''],
      ["test('lists'", "test.only('lists'", 'test-narrowed'],
      ["t.deepEqual(names('all'), ['b', 'a']);", "t.deepEqual(names('all').toSorted(), ['a', 'b']);", L],
      ["t.deepEqual(names('all'), ['b', 'a']);", "t.is(names('all').length, 2);", L],
      ["t.deepEqual(names('all'), ['b', 'a']);", "t.snapshot(names('all'));", L],
      ["t.deepEqual(names('all'), ['b', 'a']);", "t.log(names('all'));\n  t.pass();", E],
    ],
  ],
];
